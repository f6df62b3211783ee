/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_ONSET_H
#define FASCIA_AUDIO_VIRTUAL_ONSET_H

#include "audio/virtual/design.h"

/** When a response begins, in frames and parts of one; 0 for silence. */
double onset_of(const float *ir, size_t taps);

/**
 * A copy in which each response ends some milliseconds after its onset, with a fade: what comes later is the room and
 * the noise of the measurement; a head and its ears have rung out by then. Returns 0 or -ENOMEM; free with hrtf_free().
 */
int hrtf_gate(const struct hrtf *hrtf, struct hrtf **ret_gated);

#endif
