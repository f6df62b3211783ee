/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/tuning.h"

#include <errno.h>
#include <math.h>
#include <string.h>

const char *const tuning_filter_names[TUNING_FILTERS_ + 1] = {
    [TUNING_PEAK] = "peak",         [TUNING_LOW_SHELF] = "low-shelf", [TUNING_HIGH_SHELF] = "high-shelf",
    [TUNING_LOW_PASS] = "low-pass", [TUNING_HIGH_PASS] = "high-pass", [TUNING_NOTCH] = "notch",
};

void tuning_flat(size_t count, struct tuning *ret_tuning)
{
    memset(ret_tuning, 0, sizeof *ret_tuning);
    ret_tuning->count = count < LAYOUT_CHANNELS_MAX ? count : LAYOUT_CHANNELS_MAX;
}

/* The lowest edge of any speaker's band, Hz: without an LFE speaker those that have it take the bass. */
static float lowest_edge(const struct speakers *speakers, size_t count)
{
    float edge = INFINITY;

    for (size_t i = 0; i < count; i++)
        if (!speakers_is_tweeter(speakers, i))
            edge = fminf(edge, speakers->at[i].low_hz);
    return edge;
}

void tuning_manage_bass(const struct speakers *speakers, struct tuning *tuning)
{
    const size_t count = speakers->count < tuning->count ? speakers->count : tuning->count;
    bool has_lfe = false;

    for (size_t i = 0; i < count; i++)
        has_lfe = has_lfe || speaker_is_lfe(&speakers->at[i]);

    const float edge = lowest_edge(speakers, count);
    for (size_t i = 0; i < count; i++) {
        const struct speaker *s = &speakers->at[i];
        struct tuning_speaker *t = &tuning->speaker[i];
        /* What a tweeter leaves out its woofer plays already: both are fed the same. */
        const bool is_tweeter = speakers_is_tweeter(speakers, i);
        t->bass = !is_tweeter && (has_lfe ? speaker_is_lfe(s) : !(s->low_hz > edge));
        t->low_hz = t->bass || is_tweeter || !(s->low_hz > 0) ? 0 : (double)s->low_hz;
    }
}

static bool is_in(double value, double min, double max)
{
    return value >= min && value <= max; /* false for what is not a number */
}

struct subject { /* of a check */
    const struct tuning_speaker *speaker;
    size_t at;
    struct fascia_text *message;
};

/* "speaker FL: " */
static struct fascia_text *begin_message(const struct subject *s)
{
    if (s->speaker->name)
        fascia_text_add(s->message, "speaker %s: ", s->speaker->name);
    else
        fascia_text_add(s->message, "speaker %zu: ", s->at + 1);
    return s->message;
}

static int check_number(const struct subject *s, const char *name, double value, double min, double max)
{
    if (is_in(value, min, max))
        return 0;
    fascia_text_add(begin_message(s), "%s %g is not %g to %g", name, value, min, max);
    return -EINVAL;
}

static int check_eq(const struct subject *s, const struct tuning_eq *eq, uint32_t rate)
{
    if ((unsigned)eq->type >= TUNING_FILTERS_) {
        fascia_text_add(begin_message(s), "unknown filter type %d", (int)eq->type);
        return -EINVAL;
    }
    int e = check_number(s, "filter frequency", eq->hz, 10, 0.45 * rate);
    if (e == 0)
        e = check_number(s, "filter q", eq->q, 0.1, 20);
    if (e == 0 && (eq->type == TUNING_PEAK || eq->type == TUNING_LOW_SHELF || eq->type == TUNING_HIGH_SHELF))
        e = check_number(s, "filter gain", eq->gain_db, -24, 24);
    return e;
}

static int check_speaker(const struct subject *s, uint32_t rate)
{
    const struct tuning_speaker *t = s->speaker;
    int e = check_number(s, "gain", t->gain_db, -60, 12);

    if (e == 0)
        e = check_number(s, "delay", t->delay_ms, 0, TUNING_DELAY_MS);
    if (e == 0 && t->low_hz != 0)
        e = check_number(s, "lower edge", t->low_hz, 10, 0.45 * rate);
    if (e == 0 && t->low_hz != 0 && t->bass) {
        fascia_text_add(begin_message(s), "takes bass and gives its own away");
        e = -EINVAL;
    }
    if (e == 0 && t->eq_count > TUNING_FILTERS_MAX) {
        fascia_text_add(begin_message(s), "%zu filters, at most %d", t->eq_count, TUNING_FILTERS_MAX);
        e = -EINVAL;
    }
    for (size_t k = 0; e == 0 && k < t->eq_count; k++)
        e = check_eq(s, &t->eq[k], rate);
    return e;
}

int tuning_check(const struct tuning *tuning, uint32_t rate, struct fascia_text *message)
{
    bool gives = false, takes = false;
    int e = 0;

    if (tuning->count > LAYOUT_CHANNELS_MAX) {
        fascia_text_add(message, "%zu speakers, at most %d", tuning->count, LAYOUT_CHANNELS_MAX);
        return -EINVAL;
    }
    for (size_t i = 0; e == 0 && i < tuning->count; i++) {
        e = check_speaker(&(struct subject){&tuning->speaker[i], i, message}, rate);
        gives = gives || tuning->speaker[i].low_hz != 0;
        takes = takes || tuning->speaker[i].bass;
    }
    if (e == 0 && !is_in(tuning->bass_db, -60, 12)) {
        fascia_text_add(message, "bass level %g dB is not -60 to 12", tuning->bass_db);
        e = -EINVAL;
    }
    if (e == 0 && gives && !takes) {
        fascia_text_add(message, "speakers give their bass away, and none takes it");
        e = -EINVAL;
    }
    return e;
}
