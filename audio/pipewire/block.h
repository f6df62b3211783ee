/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_BLOCK_H
#define FASCIA_AUDIO_PIPEWIRE_BLOCK_H

#include <stdint.h>

#include <pipewire/pipewire.h>

/*
 * The samples of a port's buffer in one cycle, for the sound thread. A graph may be driven with more frames than the
 * buffers of this client's library have room for (default.clock.quantum-limit is each side's own): such a block is
 * none.
 */

/** Frames of this cycle; 0 where there is no position, or more than can be counted in octets. */
uint32_t block_frames(const struct spa_io_position *position);

/** Samples of an input; NULL (silence) when nothing is linked or the block is short. */
const float *block_input(struct pw_buffer *buffer, uint32_t frames);

/** Room for the samples of an output, already declared as filled; NULL when there is no buffer or too little room. */
float *block_output(struct pw_buffer *buffer, uint32_t frames);

#endif
