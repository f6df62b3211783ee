/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/layout/speakers.h"

#include <math.h>
#include <string.h>

#include "stack/base/cleanup.h"

/* Nobody listens to a speaker that is farther away than a bus is long. */
#define DISTANCE_MAX_M 20
/* Above it, what is meant is no loudspeaker. */
#define LOW_MAX_HZ 10000

/* clang-format off */
#define C(channel) LAYOUT_##channel
static const struct {
    const char *name;
    struct layout ports;
} presets[] = {
    {"1", {{C(FC)}, 1}},
    {"2", {{C(FL), C(FR)}, 2}},
    {"2.1", {{C(FL), C(FR), C(LFE)}, 3}},
    {"3", {{C(FL), C(FR), C(FC)}, 3}},
    {"3.1", {{C(FL), C(FR), C(FC), C(LFE)}, 4}},
    {"4", {{C(FL), C(FR), C(RL), C(RR)}, 4}},
    {"4.1", {{C(FL), C(FR), C(LFE), C(RL), C(RR)}, 5}},
    {"5", {{C(FL), C(FR), C(FC), C(SL), C(SR)}, 5}},
    {"5.1", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR)}, 6}},
    {"5.1-rear", {{C(FL), C(FR), C(FC), C(LFE), C(RL), C(RR)}, 6}},
    {"6", {{C(FL), C(FR), C(SL), C(SR), C(RL), C(RR)}, 6}},
    {"6.1", {{C(FL), C(FR), C(LFE), C(SL), C(SR), C(RL), C(RR)}, 7}},
    {"7", {{C(FL), C(FR), C(FC), C(SL), C(SR), C(RL), C(RR)}, 7}},
    {"7.1", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR)}, 8}},
    {"4.1.2", {{C(FL), C(FR), C(LFE), C(RL), C(RR), C(TFL), C(TFR)}, 7}},
    {"5.1.2", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(TSL), C(TSR)}, 8}},
    {"5.1.2-front", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(TFL), C(TFR)}, 8}},
    {"5.1.4", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(TFL), C(TFR), C(TRL), C(TRR)}, 10}},
    {"7.1.2", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR), C(TSL), C(TSR)}, 10}},
    {"7.1.4", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR), C(TFL), C(TFR), C(TRL), C(TRR)}, 12}},
};
/* clang-format on */

static void place(struct speaker *speaker, enum layout_channel plays)
{
    const struct layout_position *position = layout_channel_position(plays);

    speaker->plays = plays;
    speaker->azimuth_deg = position->azimuth_deg;
    speaker->elevation_deg = position->elevation_deg;
}

/* --- AUX channels --------------------------------------------------------------------------------------------- */

static bool is_free(const struct speakers *speakers, enum layout_channel channel)
{
    return speakers_find(speakers, channel) < 0;
}

/* ALSA's order of a device's channels (alsa-lib, pcm "surround40" … "surround71"), then what has no order there. */
static enum layout_channel next_free(const struct speakers *speakers)
{
    static const enum layout_channel order[] = {
        C(FL), C(FR), C(RL), C(RR), C(FC), C(LFE), C(SL), C(SR), C(TFL), C(TFR), C(TRL), C(TRR), C(TSL), C(TSR), C(RC),
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(order); i++)
        if (is_free(speakers, order[i]))
            return order[i];
    return LAYOUT_LFE2; /* of sixteen, the last */
}

static void place_aux(struct speakers *speakers, size_t i, size_t aux_count)
{
    enum layout_channel plays = next_free(speakers);

    /* A lone speaker on the left, or behind on one side, is nobody's intention. */
    bool lone = aux_count == 1 && speakers->count == 1;
    bool third = speakers->count == 3 && plays == LAYOUT_RL;
    if ((lone || third) && is_free(speakers, LAYOUT_FC))
        plays = LAYOUT_FC;
    place(&speakers->at[i], plays);
}

void speakers_nominal(const struct layout *sink, struct speakers *ret_speakers)
{
    struct speakers speakers = {.count = sink->count};
    size_t aux_count = 0;

    /* First all that have a name: an AUX channel must not take their places. */
    for (size_t i = 0; i < sink->count; i++) {
        speakers.at[i].channel = sink->channels[i];
        speakers.at[i].plays = LAYOUT_CHANNEL_COUNT;
        if (layout_channel_is_aux(sink->channels[i]))
            aux_count++;
        else
            place(&speakers.at[i], sink->channels[i]);
    }
    for (size_t i = 0; i < sink->count; i++)
        if (speakers.at[i].plays == LAYOUT_CHANNEL_COUNT)
            place_aux(&speakers, i, aux_count);
    *ret_speakers = speakers;
}

/* Cosine of the angle between two directions: the larger, the nearer. */
static double nearness(double azimuth, double elevation, const struct layout_position *to)
{
    const double radian = M_PI / 180;
    const double a = azimuth * radian, e = elevation * radian;
    const double b = (double)to->azimuth_deg * radian, f = (double)to->elevation_deg * radian;

    return cos(e) * cos(f) * cos(a - b) + sin(e) * sin(f);
}

enum layout_channel speakers_nearest(float azimuth_deg, float elevation_deg, const struct speakers *taken)
{
    enum layout_channel best = LAYOUT_CHANNEL_COUNT;
    double best_nearness = -2;

    for (size_t c = LAYOUT_FL; c < LAYOUT_CHANNEL_COUNT; c++) {
        const enum layout_channel channel = (enum layout_channel)c;
        const struct layout_position *position = layout_channel_position(channel);
        if (position->role == LAYOUT_ROLE_LFE || position->role == LAYOUT_ROLE_AUX)
            continue;
        if (taken && !is_free(taken, channel))
            continue;
        double near = nearness((double)azimuth_deg, (double)elevation_deg, position);
        if (near > best_nearness) {
            best = channel;
            best_nearness = near;
        }
    }
    if (best == LAYOUT_CHANNEL_COUNT)
        return taken ? speakers_nearest(azimuth_deg, elevation_deg, NULL) : LAYOUT_FC;
    return best;
}

/* --- presets -------------------------------------------------------------------------------------------------- */

size_t speakers_presets(void)
{
    return FASCIA_ARRAY_SIZE(presets);
}

const char *speakers_preset_at(size_t i)
{
    return i < FASCIA_ARRAY_SIZE(presets) ? presets[i].name : NULL;
}

int speakers_preset(const char *name, struct speakers *ret_speakers)
{
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(presets); i++) {
        if (strcmp(presets[i].name, name) == 0) {
            speakers_nominal(&presets[i].ports, ret_speakers);
            return 0;
        }
    }
    return SPEAKERS_E_UNKNOWN;
}

/* --- what cannot be ------------------------------------------------------------------------------------------- */

/* Between which azimuths (without regard to the side) a speaker can stand for a part. Wide: a car's front speakers are
 * beside the knees, its rear ones beside the ears of those in front. */
static const struct {
    float from_deg, to_deg;
    const char *otherwise;
} places[LAYOUT_ROLES_] = {
    [LAYOUT_ROLE_FRONT] = {0, 100, "stands behind, and plays a front channel"},
    [LAYOUT_ROLE_CENTRE] = {0, 60, "is not in front, and plays the centre"},
    [LAYOUT_ROLE_SURROUND] = {45, 180, "stands in front, and plays a surround channel"},
    [LAYOUT_ROLE_TOP_FRONT] = {0, 100, "stands behind, and plays a front height"},
    [LAYOUT_ROLE_TOP_SIDE] = {30, 150, "is not at the side, and plays a side height"},
    [LAYOUT_ROLE_TOP_REAR] = {80, 180, "stands in front, and plays a rear height"},
    [LAYOUT_ROLE_LFE] = {0, 180, ""},
};

static bool is_top(enum layout_role role)
{
    return role == LAYOUT_ROLE_TOP_FRONT || role == LAYOUT_ROLE_TOP_SIDE || role == LAYOUT_ROLE_TOP_REAR;
}

static bool is_within(float x, float from, float to)
{
    return x >= from && x <= to; /* false for what is no number */
}

/* What is wrong with one speaker; NULL: nothing. */
static const char *fault_of(const struct speaker *s)
{
    if ((size_t)s->channel >= LAYOUT_CHANNEL_COUNT)
        return "is on no channel that we know";
    if ((size_t)s->plays >= LAYOUT_CHANNEL_COUNT || layout_channel_is_aux(s->plays))
        return "plays no channel of a programme (plays: FL, FR, …)";
    if (!is_within(s->azimuth_deg, -180, 180))
        return "has an azimuth that is not within -180 … 180 degrees";
    if (!is_within(s->elevation_deg, -90, 90))
        return "has an elevation that is not within -90 … 90 degrees";
    if (!is_within(s->distance_m, 0, DISTANCE_MAX_M))
        return "has a distance that is not within 0 … 20 m";
    if (!is_within(s->low_hz, 0, LOW_MAX_HZ))
        return "has a lower edge that is not within 0 … 10000 Hz";

    const struct layout_position *position = layout_channel_position(s->plays);
    if (position->role == LAYOUT_ROLE_LFE)
        return NULL; /* bass has no direction */
    const float side = s->azimuth_deg;
    if ((position->side == LAYOUT_SIDE_LEFT && !(side > 0 && side < 180)) ||
        (position->side == LAYOUT_SIDE_RIGHT && !(side < 0 && side > -180)))
        return position->side == LAYOUT_SIDE_LEFT ? "plays a left channel, and is not on the left (azimuth above 0)"
                                                  : "plays a right channel, and is not on the right (azimuth below 0)";
    if (!is_within(fabsf(side), places[position->role].from_deg, places[position->role].to_deg))
        return places[position->role].otherwise;
    if (is_top(position->role) && !(s->elevation_deg > 0))
        return "plays a height, and is not above the ears";
    return NULL;
}

static int fault(struct fascia_text *message, const struct speaker *speaker, const char *what)
{
    fascia_text_add(message, "the speaker %s %s", layout_channel_name(speaker->channel), what);
    return SPEAKERS_E_IMPOSSIBLE;
}

int speakers_check(const struct speakers *speakers, struct fascia_text *message)
{
    if (speakers->count == 0 || speakers->count > SPEAKERS_MAX) {
        fascia_text_add(message, "a cabin has 1 to %d speakers, not %zu", SPEAKERS_MAX, speakers->count);
        return SPEAKERS_E_IMPOSSIBLE;
    }
    for (size_t i = 0; i < speakers->count; i++) {
        const struct speaker *s = &speakers->at[i];
        const char *what = fault_of(s);
        if (what)
            return fault(message, s, what);
        for (size_t k = 0; k < i; k++)
            if (speakers->at[k].channel == s->channel)
                return fault(message, s, "is there twice");
    }
    if (speakers->headphones &&
        (speakers->count != 2 || is_free(speakers, LAYOUT_FL) || is_free(speakers, LAYOUT_FR))) {
        fascia_text_add(message, "headphones have two channels, FL and FR");
        return SPEAKERS_E_IMPOSSIBLE;
    }
    return 0;
}

/* --- questions ------------------------------------------------------------------------------------------------ */

void speakers_ports(const struct speakers *speakers, struct layout *ret_layout)
{
    struct layout ports = {.count = 0};

    for (size_t i = 0; i < speakers->count; i++)
        (void)layout_add(&ports, speakers->at[i].channel); /* distinct, and not more than fit: speakers_check() */
    *ret_layout = ports;
}

int speakers_find(const struct speakers *speakers, enum layout_channel plays)
{
    for (size_t i = 0; i < speakers->count; i++)
        if (speakers->at[i].plays == plays)
            return (int)i;
    return -1;
}

bool speaker_is_lfe(const struct speaker *speaker)
{
    return speaker->plays == LAYOUT_LFE || speaker->plays == LAYOUT_LFE2;
}

bool speakers_is_tweeter(const struct speakers *speakers, size_t i)
{
    const struct speaker *s = &speakers->at[i];

    if (!(s->low_hz >= SPEAKERS_TWEETER_HZ))
        return false;
    for (size_t k = 0; k < speakers->count; k++)
        if (k != i && speakers->at[k].plays == s->plays && speakers->at[k].low_hz < s->low_hz)
            return true;
    return false;
}

size_t speakers_full_range(const struct speakers *speakers)
{
    size_t n = 0;

    for (size_t i = 0; i < speakers->count; i++)
        n += !speaker_is_lfe(&speakers->at[i]) && !speakers_is_tweeter(speakers, i);
    return n;
}
