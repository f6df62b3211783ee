/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_SOFA_H
#define FASCIA_PLATFORM_SOFA_SOFA_H

#include <stddef.h>
#include <stdint.h>

#include "audio/virtual/design.h"
#include "stack/base/text.h"

/*
 * Door to libmysofa: reads a file of head-related transfer functions (AES69, SOFA; convention
 * SimpleFreeFieldHRIR). Files are foreign bytes: everything is bounded and checked before use.
 */

#define SOFA_BYTES_MAX      (64U * 1024 * 1024)
#define SOFA_DIRECTIONS_MAX 20000

enum sofa_result {
    SOFA_E_TOO_BIG = 1, /* file, directions or taps */
    SOFA_E_FORMAT,      /* libmysofa cannot read it, or it is no SimpleFreeFieldHRIR of two ears */
    SOFA_E_VALUE,       /* a sample, position or delay that is not finite or out of range */
};

/** Reads a file, resampled to `rate`. NULL or "": the library's own default, a dummy head (MIT KEMAR). Returns 0, a
 * sofa_result with one sentence in `message`, or a negative errno. The result is freed by hrtf_free(). */
int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

/** The same from memory. */
int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

#endif
