/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_NOISE_H
#define FASCIA_TESTS_NOISE_H

#include <stdint.h>

/* White noise, -1 … 1, the same in every run (the generator of Numerical Recipes). */
static inline float noise(uint32_t *seed)
{
    *seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (float)(*seed >> 8) / 8388608.0F - 1.0F;
}

#endif
