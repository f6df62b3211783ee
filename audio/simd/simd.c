/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/simd/simd.h"

#include <stdint.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

const char *simd_name(enum simd_level level)
{
    static const char *const names[SIMD_LEVELS_] = {
        [SIMD_SCALAR] = "scalar", [SIMD_SSE2] = "sse2", [SIMD_AVX2] = "avx2",
        [SIMD_AVX512] = "avx512", [SIMD_NEON] = "neon",
    };
    return (unsigned)level < SIMD_LEVELS_ ? names[level] : "?";
}

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
           __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
}
#endif

bool simd_has(enum simd_level level)
{
    /* SSE2 and NEON are part of their architecture. */
    static bool (*const has[SIMD_LEVELS_])(void) = SIMD_TABLE(always, always, has_avx2, has_avx512, always);

    return (unsigned)level < SIMD_LEVELS_ && has[level] && has[level]();
}

enum simd_level simd_best(enum simd_level limit)
{
    static const enum simd_level best_first[] = {SIMD_NEON, SIMD_AVX512, SIMD_AVX2, SIMD_SSE2};

    for (size_t i = 0; i < sizeof best_first / sizeof best_first[0]; i++)
        if (best_first[i] <= limit && simd_has(best_first[i]))
            return best_first[i];
    return SIMD_SCALAR;
}

/* Flush to zero and denormals are zero: Intel SDM volume 1, 10.2.3; FPCR.FZ: Arm ARM, C5.2.8. */
#if defined(__x86_64__)
#define FLUSH UINT64_C(0x8040)

static uint64_t read_mode(void)
{
    return _mm_getcsr();
}

static void write_mode(uint64_t mode)
{
    _mm_setcsr((unsigned)mode);
}
#elif defined(__aarch64__)
#define FLUSH (UINT64_C(1) << 24)

static uint64_t read_mode(void)
{
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return fpcr;
}

static void write_mode(uint64_t mode)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}
#else
#define FLUSH UINT64_C(0)

static uint64_t read_mode(void)
{
    return 0;
}

static void write_mode(uint64_t mode)
{
    (void)mode;
}
#endif

void simd_flush_subnormals(void)
{
    const uint64_t before = read_mode();

    if ((before & FLUSH) != FLUSH)
        write_mode(before | FLUSH);
}
