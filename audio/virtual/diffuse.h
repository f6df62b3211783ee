/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_DIFFUSE_H
#define FASCIA_AUDIO_VIRTUAL_DIFFUSE_H

#include "audio/virtual/design.h"
#include "audio/virtual/spectrum.h"

/**
 * What all directions have in common, taken away: the inverse of the diffuse-field response, smoothed over a third of
 * an octave, of minimum phase, limited to 30 dB. A set of responses is coloured by its microphones and loudspeaker (the
 * MIT KEMAR's has no bass) and by the ear canal's resonance, which headphones of the usual tuning and one's own ears
 * have already. `equaliser`: s->bins. Returns 0 or -ENOMEM.
 */
int diffuse_equaliser(const struct hrtf *hrtf, struct spectrum *s, double complex *equaliser);

#endif
