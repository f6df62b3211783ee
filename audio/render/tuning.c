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

/* "speaker FL: " */
static void add_name(struct fascia_text *message, const struct tuning_speaker *s, size_t i)
{
    if (s->name)
        fascia_text_add(message, "speaker %s: ", s->name);
    else
        fascia_text_add(message, "speaker %zu: ", i + 1);
}

static bool is_number_wrong(struct fascia_text *message, const char *name, double value, double min, double max)
{
    if (is_in(value, min, max))
        return false;
    fascia_text_add(message, "%s %g is not %g to %g", name, value, min, max);
    return true;
}

static bool is_eq_wrong(const struct tuning_eq *eq, uint32_t rate, struct fascia_text *message)
{
    const bool has_gain = eq->type == TUNING_PEAK || eq->type == TUNING_LOW_SHELF || eq->type == TUNING_HIGH_SHELF;

    if ((unsigned)eq->type >= TUNING_FILTERS_) {
        fascia_text_add(message, "unknown filter type %d", (int)eq->type);
        return true;
    }
    return is_number_wrong(message, "filter frequency", eq->hz, 10, 0.45 * rate) ||
           is_number_wrong(message, "filter q", eq->q, 0.1, 20) ||
           (has_gain && is_number_wrong(message, "filter gain", eq->gain_db, -24, 24));
}

static bool is_speaker_wrong(const struct tuning_speaker *s, uint32_t rate, struct fascia_text *message)
{
    if (is_number_wrong(message, "gain", s->gain_db, -60, 12) ||
        is_number_wrong(message, "delay", s->delay_ms, 0, TUNING_DELAY_MS) ||
        (s->low_hz != 0 && is_number_wrong(message, "lower edge", s->low_hz, 10, 0.45 * rate)))
        return true;
    if (s->low_hz != 0 && s->bass) {
        fascia_text_add(message, "takes bass and gives its own away");
        return true;
    }
    if (s->eq_count > TUNING_FILTERS_MAX) {
        fascia_text_add(message, "%zu filters, at most %d", s->eq_count, TUNING_FILTERS_MAX);
        return true;
    }
    for (size_t k = 0; k < s->eq_count; k++)
        if (is_eq_wrong(&s->eq[k], rate, message))
            return true;
    return false;
}

/* The name is written first, and taken back where nothing follows. */
static int check_speaker(const struct tuning_speaker *s, size_t i, uint32_t rate, struct fascia_text *message)
{
    const struct fascia_text before = *message;

    add_name(message, s, i);
    if (is_speaker_wrong(s, rate, message))
        return -EINVAL;
    *message = before;
    message->start[message->used] = '\0';
    return 0;
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
        e = check_speaker(&tuning->speaker[i], i, rate, message);
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
