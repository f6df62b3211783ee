/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_TAP_H
#define FASCIA_AUDIO_RENDER_TAP_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A copy of what is played, for one reader who may be late: a ring of blocks, each a header (channels and frames) and
 * its samples, interleaved. When it is full, what comes is lost, and so is what is in it at the reader's next visit: a
 * meter wants what is now.
 */

#define TAP_FLOATS (1U << 19) /* 10 s of two channels at 48 kHz, 170 ms of sixteen at 192 kHz */

struct tap {
    float *ring;                     /* owned; NULL until the first reading */
    _Atomic(float *) open;           /* the same, for the sound thread */
    atomic_uint written, read;       /* floats; they wrap */
    atomic_bool overrun;             /* something was lost */
    uint32_t block_left, block_chan; /* reader: of the block that it has begun */
};

void tap_init(struct tap *t);
void tap_finish(struct tap *t); /* idempotent */

/** Sound thread: channels[c][0 … frames - 1]. */
void tap_put(struct tap *t, const float *const *channels, size_t count, size_t frames);

/** Reader: whole frames of one number of channels, interleaved, at most `floats` floats in all. The first call opens
 * it. Returns frames. */
size_t tap_take(struct tap *t, float *to, size_t floats, size_t *ret_channels);

#endif
