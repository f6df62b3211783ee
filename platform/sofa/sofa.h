/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_SOFA_H
#define FASCIA_PLATFORM_SOFA_SOFA_H

#include <stddef.h>
#include <stdint.h>

#include "audio/virtual/design.h"
#include "stack/base/text.h"

/*
 * Door to libmysofa: reads a file of head-related transfer functions (AES69, SOFA; convention
 * SimpleFreeFieldHRIR). Files are foreign bytes, and the format is HDF5, whose readers have had their holes: the
 * library only ever runs in a child process that has no descriptor but the one for its answer, may not call the system
 * but for memory, and is bounded in time and memory. What it answers is checked again before use.
 */

#define SOFA_BYTES_MAX      ((size_t)64 * 1024 * 1024)
#define SOFA_DIRECTIONS_MAX 20000
#define SOFA_SAMPLES_MAX    ((size_t)32 * 1024 * 1024) /* of all responses together, at the rate in use */
#define SOFA_RATE_MIN       8000
#define SOFA_RATE_MAX       192000

enum sofa_result {
    SOFA_E_TOO_BIG = 1, /* file, directions or taps, or what libmysofa wants to allocate for them */
    SOFA_E_FORMAT,      /* libmysofa cannot read it (or dies of it), or it is no SimpleFreeFieldHRIR of two ears */
    SOFA_E_VALUE,       /* a sample, position or delay that is not finite or out of range; or nothing but silence */
};

/**
 * Reads a file, resampled to `rate` (SOFA_RATE_MIN … SOFA_RATE_MAX). NULL or "": the library's own default, a dummy
 * head (MIT KEMAR). Takes half a second, most of it for resampling, and never more than SOFA_SECONDS_MAX. Returns 0, a
 * sofa_result or a negative errno (-ENOTSUP: built without libmysofa; -EINVAL: such a rate), and then one sentence in
 * `message`. The result is freed by hrtf_free().
 */
int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

/** The same from memory. */
int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

#define SOFA_SECONDS_MAX 8

#endif
