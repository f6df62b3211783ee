/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/wish.h"

#include <errno.h>
#include <string.h>

static float azimuth(const struct speakers *speakers, enum layout_channel plays)
{
    const int at = speakers_find(speakers, plays);

    return at >= 0 ? speakers->at[at].azimuth_deg : layout_channel_position(plays)->azimuth_deg;
}

void virtual_wish_make(enum decide_filters kind, uint32_t rate, const struct layout *source,
                       const struct speakers *speakers, struct virtual_wish *ret_wish)
{
    struct virtual_wish wish = {.kind = kind, .rate = rate, .source = *source};

    if (kind == DECIDE_FILTERS_CROSSTALK) {
        wish.left_deg = azimuth(speakers, LAYOUT_FL);
        wish.right_deg = azimuth(speakers, LAYOUT_FR);
    }
    *ret_wish = wish;
}

bool virtual_wish_equal(const struct virtual_wish *a, const struct virtual_wish *b)
{
    return a->kind == b->kind && a->rate == b->rate && a->left_deg == b->left_deg && a->right_deg == b->right_deg &&
           a->source.count == b->source.count &&
           memcmp(a->source.channels, b->source.channels, a->source.count * sizeof a->source.channels[0]) == 0;
}

int virtual_wish_design(const struct virtual_wish *wish, const struct hrtf *hrtf, struct virtual_filters **ret_filters,
                        struct fascia_text *message)
{
    int r = wish->kind == DECIDE_FILTERS_HEADPHONES
                ? virtual_headphones(hrtf, &wish->source, 1, ret_filters)
                : virtual_crosstalk(hrtf, &wish->source, 1, wish->left_deg, wish->right_deg, ret_filters);

    if (r == -ENOTSUP)
        fascia_text_add(message, "fascia was built without a Fourier transform");
    else if (r == -EINVAL && wish->kind == DECIDE_FILTERS_CROSSTALK)
        fascia_text_add(message, "no crosstalk can be cancelled between loudspeakers at %.0f and %.0f degrees",
                        (double)wish->left_deg, (double)wish->right_deg);
    else if (r < 0)
        fascia_text_add(message, "filters cannot be designed: %s", strerror(-r));
    return r;
}

void virtual_wish_cost(const struct virtual_wish *wish, const struct virtual_filters *filters,
                       struct decide_virtual *ret_cost)
{
    *ret_cost = (struct decide_virtual){
        .headphones = wish->kind == DECIDE_FILTERS_HEADPHONES,
        .crosstalk = wish->kind == DECIDE_FILTERS_CROSSTALK,
        .latency_frames = filters->latency_frames,
        .worst_gain_db = (float)filters->worst_gain_db,
    };
}
