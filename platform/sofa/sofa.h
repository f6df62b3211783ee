/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_SOFA_H
#define FASCIA_PLATFORM_SOFA_SOFA_H

#include <stddef.h>
#include <stdint.h>

#include "audio/virtual/design.h"
#include "platform/sofa/child.h"
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

#define SOFA_SECONDS_MAX 8

/**
 * Reads a file, resampled to `rate` (SOFA_RATE_MIN … SOFA_RATE_MAX). NULL or "": the library's own default, a dummy
 * head (MIT KEMAR). Takes half a second, most of it for resampling, and never more than SOFA_SECONDS_MAX. Returns 0, a
 * sofa_result or a negative errno (-ENOTSUP: built without libmysofa; -EINVAL: such a rate), and then one sentence in
 * `message`. The result is freed by hrtf_free().
 */
int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

/** The same from memory. */
int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

/* The same for who has other things to do meanwhile. */
struct sofa_reading {
    struct child child; /* child.end can be read when there is a result; where that is -1, it has to be waited for */
    const char *file;   /* borrowed: for messages */
};

/** Begins to read. `path` must live until the end of it. Returns 0, or what sofa_read() does, with one sentence. */
int sofa_begin(const char *path, uint32_t rate, struct sofa_reading *ret_reading, struct fascia_text *message);

/** Takes the result; waits for it, but not for more than `wait_ms` (0: it is there, or the time is up). Returns what
 * sofa_read() does. In all cases the reading is over. */
int sofa_finish(struct sofa_reading *reading, unsigned wait_ms, struct hrtf **ret_hrtf, struct fascia_text *message);

/** The result is not wanted any more. Idempotent; a zeroed one is none. */
void sofa_abandon(struct sofa_reading *reading);

#endif
