/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any programme, any cabin, any policy that its check lets pass: a decision that loses nothing unnamed, plays no louder
 * than its weights say, and is the same when asked again.
 */
#include "audio/decide/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at;
    size_t left;
};

static uint8_t take(struct input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->at++;
}

/* Any bits as a number, also none at all; most inputs give one that is near. */
static float take_float(struct input *in, float scale)
{
    const uint8_t what = take(in);
    uint32_t bits = 0;
    float f;

    if (what != 0xff)
        return scale * ((float)what - 127) / 64;
    for (size_t i = 0; i < sizeof bits; i++)
        bits = bits << 8 | take(in);
    memcpy(&f, &bits, sizeof f);
    return f;
}

static void take_layout(struct input *in, struct layout *layout)
{
    const size_t n = take(in) % (LAYOUT_CHANNELS_MAX + 1);

    for (size_t i = 0; i < n; i++)
        (void)layout_add(layout, (enum layout_channel)(take(in) % LAYOUT_CHANNEL_COUNT));
}

static void take_speakers(struct input *in, struct speakers *speakers)
{
    struct layout ports = {.count = 0};

    take_layout(in, &ports);
    speakers_nominal(&ports, speakers);
    speakers->headphones = take(in) % 4 == 0;
    for (size_t i = 0; i < speakers->count; i++) {
        struct speaker *s = &speakers->at[i];
        const uint8_t what = take(in);
        if (what & 1)
            s->plays = (enum layout_channel)(take(in) % (LAYOUT_CHANNEL_COUNT + 1)); /* none too */
        if (what & 2)
            s->azimuth_deg = take_float(in, 90);
        if (what & 4)
            s->elevation_deg = take_float(in, 45);
        if (what & 8)
            s->low_hz = take_float(in, 3000);
        if (what & 16)
            s->distance_m = take_float(in, 10);
        if (what & 32)
            s->plays = speakers_nearest(s->azimuth_deg, s->elevation_deg, what & 64 ? speakers : NULL);
    }
}

static void take_policy(struct input *in, struct decide_policy *policy)
{
    decide_policy_default(policy);
    (void)coefficients_preset(coefficients_preset_at(take(in) % coefficients_presets()), &policy->coefficients);
    policy->lfe = (enum decide_lfe)(take(in) % DECIDE_LFES_);
    const uint8_t what = take(in);
    policy->crosstalk = what & 1;
    policy->upmix = what & 2;
    policy->virtual_cost.headphones = what & 4;
    policy->virtual_cost.crosstalk = what & 8;
    if (what & 16) {
        policy->count = take(in) % (DECIDE_MODES_ + 1);
        for (size_t i = 0; i < policy->count; i++)
            policy->rules[i] = (struct decide_rule){(enum decide_mode)(take(in) % DECIDE_MODES_), take(in) % 20};
    }
    if (what & 32) {
        policy->dialogue_db = take_float(in, 8);
        policy->lfe_db = take_float(in, 8);
        policy->makeup_db[take(in) % DECIDE_MODES_] = take_float(in, 8);
        policy->virtual_cost.worst_gain_db = take_float(in, 8);
    }
    if (what & 64) {
        policy->coefficients.centre = take_float(in, 1);
        policy->coefficients.top_side_behind = take_float(in, 1);
        policy->coefficients.top_rear_side = take_float(in, 1);
        policy->coefficients.mono = take_float(in, 1);
    }
}

#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            abort();                                                                                                   \
    } while (0)

static void check_channel(const struct layout *source, const struct speakers *speakers, const struct decision *d,
                          size_t i)
{
    const bool lost = layout_find(&d->lost, source->channels[i]) >= 0;
    bool heard = d->filters_gain[i] != 0;

    for (size_t o = 0; o < speakers->count; o++) {
        const float w = d->matrix.w[o][i];
        MUST(isfinite(w));
        MUST(fabsf(w) <= 2 * 2 * 16 * 16); /* two weights of 2, two gains of 24 dB */
        heard = heard || w != 0;
    }
    MUST(heard != lost);
}

static void check(const struct layout *source, const struct speakers *speakers, const struct decide_policy *policy)
{
    struct decision d, again;

    decide(source, speakers, policy, &d);
    MUST(d.matrix.outputs == speakers->count && d.matrix.inputs == source->count);
    MUST((unsigned)d.mode < DECIDE_MODES_);
    MUST(isfinite(d.worst_gain_db) && isfinite(d.expected_gain_db) && d.worst_gain_db >= d.expected_gain_db - 1e-6);
    MUST(d.reason[0] != '\0' && strlen(d.reason) < sizeof d.reason);
    MUST((d.mode == DECIDE_VIRTUAL) == (d.filters != DECIDE_FILTERS_NONE));
    for (size_t i = 0; i < source->count; i++)
        check_channel(source, speakers, &d, i);
    if (d.mode == DECIDE_REFUSE)
        MUST(d.lost.count == source->count);

    memset(&again, 0x5a, sizeof again);
    decide(source, speakers, policy, &again);
    MUST(memcmp(&again.matrix, &d.matrix, sizeof d.matrix) == 0 && again.mode == d.mode);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    struct layout source = {.count = 0};
    struct speakers speakers;
    struct decide_policy policy;
    char message[200];
    struct fascia_text text;

    take_layout(&in, &source);
    take_speakers(&in, &speakers);
    take_policy(&in, &policy);
    fascia_text_init(&text, message, sizeof message);
    if (speakers_check(&speakers, &text) != 0)
        MUST(message[0] != '\0'); /* and decides all the same */
    fascia_text_init(&text, message, sizeof message);
    if (decide_policy_check(&policy, &text) != 0)
        MUST(message[0] != '\0');
    else
        check(&source, &speakers, &policy);
    return 0;
}
