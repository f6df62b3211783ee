/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/loudness.h"

#include <ebur128.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct loudness {
    ebur128_state *state;
};

static int to_channel(enum layout_channel channel)
{
    const struct layout_position *position = layout_channel_position(channel);

    switch (position->role) {
    case LAYOUT_ROLE_LFE:
        return EBUR128_UNUSED;
    case LAYOUT_ROLE_SURROUND:
        /* BS.1770-4 table 4: 60 to 120 degrees count 1.41 times; of rears at 135 the library knows that they do not. */
        if (fabsf(position->azimuth_deg) > 120)
            return position->side == LAYOUT_SIDE_RIGHT ? EBUR128_Mm135 : EBUR128_Mp135;
        return position->side == LAYOUT_SIDE_RIGHT ? EBUR128_RIGHT_SURROUND : EBUR128_LEFT_SURROUND;
    case LAYOUT_ROLE_FRONT:
    case LAYOUT_ROLE_CENTRE:
    case LAYOUT_ROLE_TOP_FRONT:
    case LAYOUT_ROLE_TOP_SIDE:
    case LAYOUT_ROLE_TOP_REAR:
    case LAYOUT_ROLE_AUX:
    case LAYOUT_ROLES_:
        break;
    }
    return EBUR128_CENTER; /* weight 1 */
}

int loudness_new(const struct layout *speakers, uint32_t rate, struct loudness **ret_loudness)
{
    if (speakers->count < 1 || speakers->count > LAYOUT_CHANNELS_MAX || rate < 8000 || rate > 192000)
        return -EINVAL;

    struct loudness *l = calloc(1, sizeof *l);
    if (!l)
        return -ENOMEM;
    l->state = ebur128_init((unsigned)speakers->count, rate,
                            EBUR128_MODE_I | EBUR128_MODE_S | EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_HISTOGRAM);
    if (!l->state) {
        free(l);
        return -ENOMEM;
    }
    for (unsigned i = 0; i < speakers->count; i++)
        (void)ebur128_set_channel(l->state, i, to_channel(speakers->channels[i])); /* the index is in range */
    *ret_loudness = l;
    return 0;
}

void loudness_free(struct loudness *loudness)
{
    if (!loudness)
        return;
    ebur128_destroy(&loudness->state);
    free(loudness);
}

int loudness_feed(struct loudness *loudness, const float *samples, size_t frames)
{
    return ebur128_add_frames_float(loudness->state, samples, frames) == EBUR128_SUCCESS ? 0 : -ENOMEM;
}

void loudness_read(const struct loudness *loudness, struct loudness_levels *ret_levels)
{
    double peak = 0;

    *ret_levels = (struct loudness_levels){-INFINITY, -INFINITY, -INFINITY, -INFINITY};
    (void)ebur128_loudness_momentary(loudness->state, &ret_levels->momentary);
    (void)ebur128_loudness_shortterm(loudness->state, &ret_levels->short_term);
    (void)ebur128_loudness_global(loudness->state, &ret_levels->integrated);
    for (unsigned i = 0; i < loudness->state->channels; i++) {
        double of_channel = 0;
        if (ebur128_true_peak(loudness->state, i, &of_channel) == EBUR128_SUCCESS)
            peak = fmax(peak, of_channel);
    }
    ret_levels->true_peak_db = peak > 0 ? 20 * log10(peak) : -INFINITY;
}
