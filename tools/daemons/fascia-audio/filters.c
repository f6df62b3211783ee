/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters of virtual surround. Reading a set of head-related responses and making filters of it takes a few hundred
 * milliseconds, so the last ones are kept, and what could not be made is not tried again for the same wish.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/design.h"
#include "platform/sofa/sofa.h"
#include "tools/daemons/fascia-audio/audio.h"

struct wish {
    enum decide_filters kind;
    uint32_t rate;
    float left_deg, right_deg; /* crosstalk: of the speakers */
    struct layout source;
};

struct audio_filters {
    struct wish wish;
    struct virtual_filters *made; /* NULL: they could not be */
    char why[FASCIA_DETAIL_SIZE];
};

static bool is_same(const struct wish *a, const struct wish *b)
{
    return a->kind == b->kind && a->rate == b->rate && a->left_deg == b->left_deg && a->right_deg == b->right_deg &&
           a->source.count == b->source.count &&
           memcmp(a->source.channels, b->source.channels, a->source.count * sizeof a->source.channels[0]) == 0;
}

static int design(const struct wish *wish, const char *path, struct virtual_filters **ret_made,
                  struct fascia_text *message)
{
    struct hrtf *hrtf = NULL;

    int r = sofa_read(path, wish->rate, &hrtf, message);
    if (r != 0) {
        if (message->used == 0)
            fascia_text_add(message, "%s: %s", path[0] != '\0' ? path : "the built-in responses", strerror(-r));
        return -EINVAL;
    }
    if (wish->kind == DECIDE_FILTERS_HEADPHONES)
        r = virtual_headphones(hrtf, &wish->source, 1, ret_made);
    else
        r = virtual_crosstalk(hrtf, &wish->source, 1, wish->left_deg, wish->right_deg, ret_made);
    hrtf_free(hrtf);
    if (r < 0)
        fascia_text_add(message, "filters cannot be designed: %s", strerror(-r));
    return r;
}

static float azimuth(const struct speakers *speakers, enum layout_channel plays)
{
    const int at = speakers_find(speakers, plays);

    return at >= 0 ? speakers->at[at].azimuth_deg : layout_channel_position(plays)->azimuth_deg;
}

const struct virtual_filters *audio_filters_get(struct audio_play *play, const struct audio_config *config,
                                                const struct speakers *speakers, enum decide_filters kind,
                                                uint32_t rate, struct decide_virtual *ret_cost,
                                                struct fascia_text *message)
{
    struct audio_filters *f = play->filters;
    struct wish wish = {.kind = kind, .rate = rate, .source = play->sources[STREAM_MEDIA]};
    struct fascia_text why;

    if (kind == DECIDE_FILTERS_CROSSTALK) {
        wish.left_deg = azimuth(speakers, LAYOUT_FL);
        wish.right_deg = azimuth(speakers, LAYOUT_FR);
    }
    if (!f || !is_same(&wish, &f->wish)) {
        audio_filters_free(FASCIA_STEAL(play->filters));
        f = calloc(1, sizeof *f);
        if (!f) {
            fascia_text_add(message, "%s", strerror(ENOMEM));
            return NULL;
        }
        play->filters = f;
        f->wish = wish;
        fascia_text_init(&why, f->why, sizeof f->why);
        (void)design(&wish, config->spatial.hrtf, &f->made, &why);
    }
    if (!f->made) {
        fascia_text_add(message, "%s", f->why);
        return NULL;
    }
    *ret_cost = (struct decide_virtual){
        .headphones = kind == DECIDE_FILTERS_HEADPHONES,
        .crosstalk = kind == DECIDE_FILTERS_CROSSTALK,
        .latency_frames = f->made->latency_frames,
        .worst_gain_db = (float)f->made->worst_gain_db,
    };
    return f->made;
}

void audio_filters_free(struct audio_filters *filters)
{
    if (!filters)
        return;
    virtual_filters_free(filters->made);
    free(filters);
}
