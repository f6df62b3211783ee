/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_BLOCK_H
#define FASCIA_AUDIO_PIPEWIRE_BLOCK_H

#include <stdint.h>

#include <pipewire/pipewire.h>

/*
 * The samples of a pw_filter's port in one cycle, for the sound thread. As pw_filter_get_dsp_buffer(), but with a look
 * at the buffer's size: a graph may be driven with more frames than the buffers of this client's library have room for
 * (default.clock.quantum-limit is each side's own), and such a block is none. Pointers hold until the cycle's end.
 */

/** Frames of this cycle; 0 where there is no position, or more than can be counted in octets. */
uint32_t block_frames(const struct spa_io_position *position);

/** Samples of an input port; NULL (silence) when nothing is linked or the block is short. */
const float *block_input(void *port, uint32_t frames);

/** Room for the samples of an output port, already declared as filled; NULL when there is none or too little. */
float *block_output(void *port, uint32_t frames);

#endif
