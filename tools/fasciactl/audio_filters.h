/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AUDIO_FILTERS_H
#define FASCIA_TOOLS_FASCIACTL_AUDIO_FILTERS_H

#include "tools/fasciactl/audio_explain.h"

/**
 * Where the policy comes to `virtual`, makes the filters as the service would, for what they cost: into
 * policy.virtual_cost; or filters_trouble says why there are none. `hrtf`: a SOFA file; "": the library's own. Takes
 * half a second then, 8 s at most.
 */
void audio_filters_ask(const char *hrtf, struct audio_question *question);

#endif
