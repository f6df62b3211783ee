/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_TABLE_H
#define FASCIA_PLATFORM_SOFA_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "platform/sofa/sofa.h"

/*
 * What the child process answers: a head, then directions, then samples, in the machine's own order of octets. Whoever
 * took over the child by a hole of the library writes what he likes, so it is parsed like any foreign bytes.
 */

#define SOFA_TABLE_MAGIC   0x61666f73U /* "sofa" */
#define SOFA_TABLE_MESSAGE 160

struct sofa_table_head {
    uint32_t magic;
    int32_t result; /* 0, or a sofa_result, or a negative errno */
    uint32_t rate, directions, taps;
    char message[SOFA_TABLE_MESSAGE]; /* when result is not 0 */
};

#define SOFA_TABLE_BYTES_MAX                                                                                           \
    (sizeof(struct sofa_table_head) + (size_t)SOFA_DIRECTIONS_MAX * sizeof(struct hrtf_direction) +                    \
     SOFA_SAMPLES_MAX * sizeof(float))

/** Whether so many can be; with one sentence if not. Returns 0 or SOFA_E_TOO_BIG. */
int sofa_check_sizes(size_t directions, size_t taps, struct fascia_text *message);

/** Whether everything is finite and in range: azimuth -180 … 180, elevation -90 … 90, delays up to a tenth of a second,
 * samples up to 100. Returns 0 or SOFA_E_VALUE. */
int sofa_check_values(const struct hrtf *hrtf, struct fascia_text *message);

/** Returns what sofa_parse() does. `bytes` need not be aligned. */
int sofa_table_parse(const void *bytes, size_t size, struct hrtf **ret_hrtf, struct fascia_text *message);

#endif
