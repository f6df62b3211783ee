/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_AUDIO_SETUP_H
#define FASCIA_AUDIO_AUDIO_SETUP_H

#include "audio/audio_config.h"
#include "stack/base/text.h"

/*
 * From the validated configuration to the inputs of decide(), tuning and focus. Pure; what is not possible is said in
 * one sentence. Used by the service and by `fasciactl audio decide`.
 */

/** Layout of the projection sink. */
int audio_setup_source(const struct audio_config *config, struct layout *ret_source, struct fascia_text *message);

/** The ports that the real sink must have; count 0: whatever it has (layout: auto). */
int audio_setup_ports(const struct audio_config *config, struct layout *ret_ports, struct fascia_text *message);

/** The speakers behind these ports: nominal places, overridden by `cabin`. 0 or -EINVAL. */
int audio_setup_speakers(const struct audio_config *config, const struct layout *ports, struct speakers *ret_speakers,
                         struct fascia_text *message);

/** The policy. When spatial.coefficients is a file, spatial.weights are what was read there. */
int audio_setup_policy(const struct audio_config *config, struct decide_policy *ret_policy,
                       struct fascia_text *message);

/** Tuning of these speakers, bass management included when lfe is bass-manage. */
int audio_setup_tuning(const struct audio_config *config, const struct speakers *speakers, struct tuning *ret_tuning,
                       struct fascia_text *message);

/** The default table with the configured cells in it. */
void audio_setup_focus(const struct audio_config *config, struct focus_table *ret_table);

#endif
