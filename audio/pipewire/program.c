/* SPDX-License-Identifier: Apache-2.0 */
/* What the renderer plays: asked of the owner for each set of speakers, rate and quantum. */
#include <string.h>

#include "audio/pipewire/path.h"

bool sound_same_speakers(const struct layout *a, const struct layout *b)
{
    return a->count == b->count && memcmp(a->channels, b->channels, a->count * sizeof a->channels[0]) == 0;
}

static bool is_same(const struct sound_format *a, const struct sound_format *b)
{
    return a->rate == b->rate && a->quantum == b->quantum && sound_same_speakers(&a->speakers, &b->speakers);
}

static struct sound_format current(const struct sound *s)
{
    return (struct sound_format){
        .speakers = s->speakers,
        .rate = atomic_load_explicit(&s->renderer.rate, memory_order_relaxed),
        .quantum = atomic_load_explicit(&s->renderer.quantum, memory_order_relaxed),
    };
}

/* The callee plays what it makes. */
static void ask(struct sound *s, const struct sound_format *format)
{
    struct fascia_text message;

    fascia_text_init(&message, s->answer.message, sizeof s->answer.message);
    s->answer.format = *format;
    s->answer.known = true;
    s->answer.result = s->events.program(&s->speakers, format->rate, format->quantum, &message, s->userdata);
    render_collect(s->render);
}

bool program_is_accepted(struct sound *s)
{
    const struct sound_format format = current(s);

    if (!s->answer.known || !is_same(&format, &s->answer.format)) {
        ask(s, &format);
        if (!s->audible || s->answer.result < 0)
            render_play(s->render, NULL); /* it must not sound before all is linked: that would be a step */
    }
    return s->answer.result >= 0;
}

void program_set_audible(struct sound *s, bool audible)
{
    if (!s->renderer.filter || audible == s->audible)
        return;
    s->audible = audible;
    s->cycled_us = 0;
    s->cycles = atomic_load_explicit(&s->renderer.cycles, memory_order_relaxed);
    if (audible) {
        const struct sound_format format = current(s);
        ask(s, &format);
    } else {
        render_play(s->render, NULL);
    }
}
