/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_CONVOLVER_H
#define FASCIA_AUDIO_VIRTUAL_CONVOLVER_H

#include <stddef.h>

/*
 * N inputs, M outputs, each pair with an impulse response: uniformly partitioned convolution (overlap-save) whose
 * products are summed in the frequency domain, so that a block takes N forward and M inverse transforms instead of N *
 * M. Adds no latency, whatever the length of the blocks; it is cheapest when that is a multiple of the partition.
 */

struct convolver;

/**
 * `ir[input * outputs + output]`: `taps` floats, or NULL for none. `partition`: a power of two, 32 … 8192. Not for the
 * sound thread. Returns 0, -EINVAL or -ENOMEM; -ENOTSUP where there is no transform in this build.
 */
int convolver_new(size_t inputs, size_t outputs, size_t taps, size_t partition, const float *const *ir,
                  struct convolver **ret_convolver);
void convolver_free(struct convolver *convolver); /* NULL-safe */

/** As if it had heard silence until now. Sound thread. */
void convolver_reset(struct convolver *convolver);

/** in[n], out[m]: blocks of `frames` floats; a NULL input is silence, a NULL output is left out. Outputs are
 * overwritten. Sound thread: no allocation, no system call. Samples must be finite. */
void convolver_process(struct convolver *convolver, const float *const *in, float *const *out, size_t frames);

#endif
