/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_CONVOLVER_H
#define FASCIA_AUDIO_VIRTUAL_CONVOLVER_H

#include <stddef.h>

#include "audio/simd/simd.h"

/*
 * N inputs, M outputs, each pair with an impulse response: uniformly partitioned convolution (overlap-save) whose
 * products are summed in the frequency domain, so that a block takes N forward and M inverse transforms instead of N *
 * M; two real channels share a complex transform, so it is half of that. Adds no latency, whatever the length of the
 * blocks; it is cheapest when that is a multiple of the partition. Errors are those of single precision, relative to
 * the loudest channel (below -120 dB).
 */

#define CONVOLVER_CHANNELS_MAX  64
#define CONVOLVER_PARTITION_MIN 32
#define CONVOLVER_PARTITION_MAX 8192

struct convolver;

/**
 * `ir[input * outputs + output]`: `taps` floats (1 … VIRTUAL_TAPS_MAX), or NULL for none. `partition`: a power of two,
 * 32 … 8192. Not for the sound thread. Returns 0, -EINVAL or -ENOMEM; -ENOTSUP where there is no transform in this
 * build.
 */
int convolver_new(size_t inputs, size_t outputs, size_t taps, size_t partition, const float *const *ir,
                  struct convolver **ret_convolver);
void convolver_free(struct convolver *convolver); /* NULL-safe */

/** For tests and benchmarks: vector instructions up to `limit` (see simd_best()); the transform's library keeps its
 * own. The output is the same, bit by bit. */
void convolver_limit(struct convolver *convolver, enum simd_level limit);

/** As if it had heard silence until now. Sound thread. */
void convolver_reset(struct convolver *convolver);

/** in[n], out[m]: blocks of `frames` floats; a NULL input is silence, a NULL output is left out. Outputs are
 * overwritten, and may be the inputs. Sound thread: no allocation, no system call. Samples must be finite. */
void convolver_process(struct convolver *convolver, const float *const *in, float *const *out, size_t frames);

#endif
