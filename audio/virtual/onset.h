/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_ONSET_H
#define FASCIA_AUDIO_VIRTUAL_ONSET_H

#include <stddef.h>

/** When a response begins, in frames and parts of one; 0 for silence. */
double onset_of(const float *ir, size_t taps);

#endif
