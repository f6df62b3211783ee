/* SPDX-License-Identifier: Apache-2.0 */
/* From the speakers that there are to what the renderer does. */
#include <errno.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "tools/daemons/fascia-audio/audio.h"

void audio_play_decide(struct audio *audio, const struct speakers *speakers)
{
    audio->speakers = *speakers;
    decide(&audio->sources[STREAM_MEDIA], &audio->speakers, &audio->policy, &audio->decision);
}

/* The other classes: what they say must be heard, so where the policy leaves nothing, the default one does. */
static void decide_other(const struct audio *audio, const struct layout *source, struct matrix_weights *ret_weights)
{
    struct decide_policy policy = audio->policy, fallback;
    struct decision decision;

    policy.virtual_cost = (struct decide_virtual){.headphones = false};
    policy.upmix = false;
    decide(source, &audio->speakers, &policy, &decision);
    if (decision.mode == DECIDE_REFUSE) {
        decide_policy_default(&fallback);
        decide(source, &audio->speakers, &fallback, &decision);
    }
    *ret_weights = decision.matrix;
}

int audio_play_program(const struct layout *ports, uint32_t rate, uint32_t quantum, struct fascia_text *message,
                       void *userdata)
{
    struct audio *audio = userdata;
    const struct audio_config *config = &audio->service->config.audio;
    static struct render_recipe recipe; /* large */
    struct render_program *program = NULL;
    struct speakers speakers;

    int r = audio_setup_speakers(config, ports, &speakers, message);
    if (r < 0)
        return r;
    audio_play_decide(audio, &speakers);
    memset(&recipe, 0, sizeof recipe);
    recipe.rate = rate != 0 ? rate : 48000;
    recipe.outputs = ports->count;
    recipe.partition = quantum;
    recipe.weights[STREAM_MEDIA] = audio->decision.matrix;
    for (unsigned c = STREAM_MEDIA + 1; c < STREAM_CLASSES; c++)
        decide_other(audio, &audio->sources[c], &recipe.weights[c]);
    r = audio_setup_tuning(config, &speakers, &recipe.tuning, message);
    if (r == 0)
        r = render_program_new(audio->render, &recipe, &program, message);
    if (r < 0)
        return r;
    render_play(audio->render, program);
    render_collect(audio->render);
    return 0;
}
