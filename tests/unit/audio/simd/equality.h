/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AUDIO_SIMD_EQUALITY_H
#define FASCIA_TESTS_UNIT_AUDIO_SIMD_EQUALITY_H

#include "audio/simd/simd.h"

/*
 * Whether the vector path of a level gives the same bits as the scalar reference, for each part that has vector paths.
 * Without a test framework, so that it also runs as a bare program for another architecture (tests/system/neon).
 * Each returns NULL, or what differs (valid until the next call). The processor must have the level.
 */

const char *equality_limiter(enum simd_level level);
const char *equality_matrix(enum simd_level level);
const char *equality_convolver(enum simd_level level);

#endif
