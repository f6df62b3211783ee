/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for every programme, every cabin and every policy: all named layouts, on all presets of speakers under all
 * policies and coefficient sets, and on some hundred cabins that nobody would build, each under one of them.
 *
 * The pairs are gone through once; each property keeps the first case in which it did not hold, and a test each asks.
 */
#include "audio/decide/decide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

#define RANDOM_CABINS 300
#define EPSILON       1e-5

struct kase {
    struct layout source;
    struct speakers speakers;
    struct decide_policy policy;
    struct decision d;
    bool only_default_rules; /* the rules of the default policy */
    bool symmetric;
};

/* --- what is gone through -------------------------------------------------------------------------------------- */

/* xorshift, Marsaglia 2003: the same cabins in each run. */
static uint32_t random_state = 0x2545f491;

static uint32_t random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

static void add_speaker(struct speakers *speakers, enum layout_channel plays, float low_hz)
{
    const struct layout_position *position = layout_channel_position(plays);

    if (speakers->count == SPEAKERS_MAX)
        return;
    speakers->at[speakers->count] = (struct speaker){
        .channel = LAYOUT_AUX0 + (enum layout_channel)speakers->count,
        .plays = plays,
        .azimuth_deg = position->azimuth_deg * (0.9F + 0.01F * (float)random_below(10)),
        .elevation_deg = position->elevation_deg,
        .low_hz = low_hz,
    };
    speakers->count++;
}

/* Any channels, some twice: tweeters, and a second pair of doors. Half of the cabins are alike on both sides. */
static void random_cabin(struct speakers *ret_speakers)
{
    const bool symmetric = random_below(2) == 0;
    struct speakers speakers = {.count = 0};

    for (unsigned n = 1 + random_below(8); n > 0; n--) {
        const enum layout_channel plays = (enum layout_channel)random_below(LAYOUT_AUX0);
        const float low_hz = (float)(random_below(3) == 0 ? 200 * random_below(12) : 0);
        if (speakers.count + 2 > SPEAKERS_MAX)
            break;
        add_speaker(&speakers, plays, low_hz);
        if (symmetric && layout_channel_mirror(plays) != plays)
            add_speaker(&speakers, layout_channel_mirror(plays), low_hz);
    }
    *ret_speakers = speakers;
}

static const char *const policies[] = {
    "default", "drop", "manage",         "discrete partial", "quad stereo mono",           "stereo",
    "ltrt",    "mono", "virtual stereo", "refuse",           "partial quad stereo mono 5", "",
};

/* Names of modes; a number is the threshold of all. */
static void make_policy(const char *text, struct decide_policy *policy)
{
    char word[16];

    policy->count = 0;
    while (fascia_text_word(&text, word, sizeof word) == 0) {
        enum decide_mode mode;
        if (decide_mode_parse(word, &mode) == 0)
            policy->rules[policy->count++].mode = mode;
        else
            for (size_t i = 0; i < policy->count; i++)
                policy->rules[i].min_speakers = (unsigned)word[0] - '0';
    }
}

static void choose_policy(size_t which, size_t set, struct kase *k)
{
    struct decide_policy *policy = &k->policy;

    decide_policy_default(policy);
    k->only_default_rules = which < 3;
    if (which == 1)
        policy->lfe = DECIDE_LFE_DROP;
    else if (which == 2)
        policy->lfe = DECIDE_LFE_MANAGE;
    else if (which > 2)
        make_policy(policies[which], policy);
    assert_int_equal(coefficients_preset(coefficients_preset_at(set), &policy->coefficients), 0);
    policy->crosstalk = which == 8;
    policy->virtual_cost.crosstalk = policy->virtual_cost.headphones = which == 8;
    policy->virtual_cost.worst_gain_db = 12;
}

static size_t count_alike(const struct speakers *speakers, enum layout_channel plays, float low_hz)
{
    size_t n = 0;
    for (size_t i = 0; i < speakers->count; i++)
        n += speakers->at[i].plays == plays && speakers->at[i].low_hz == low_hz;
    return n;
}

static bool is_symmetric(const struct layout *source, const struct speakers *speakers)
{
    for (size_t i = 0; i < source->count; i++)
        if (layout_find(source, layout_channel_mirror(source->channels[i])) < 0)
            return false;
    for (size_t i = 0; i < speakers->count; i++) {
        const struct speaker *s = &speakers->at[i];
        if (count_alike(speakers, s->plays, s->low_hz) !=
            count_alike(speakers, layout_channel_mirror(s->plays), s->low_hz))
            return false;
    }
    return true;
}

/* --- questions about a case ------------------------------------------------------------------------------------- */

static enum layout_role role(enum layout_channel channel)
{
    return layout_channel_position(channel)->role;
}

static enum layout_side side(enum layout_channel channel)
{
    return layout_channel_position(channel)->side;
}

static bool in_front(enum layout_channel channel)
{
    return role(channel) == LAYOUT_ROLE_FRONT || role(channel) == LAYOUT_ROLE_CENTRE;
}

static bool has(const struct kase *k, enum layout_channel plays)
{
    return speakers_find(&k->speakers, plays) >= 0;
}

static size_t places(const struct kase *k)
{
    size_t n = 0;
    for (size_t c = 0; c < LAYOUT_AUX0; c++)
        n += role((enum layout_channel)c) != LAYOUT_ROLE_LFE && has(k, (enum layout_channel)c);
    return n;
}

/* Power of a channel over all speakers, a tweeter and its woofer taken as one. */
static double power(const struct kase *k, size_t input)
{
    double sum = 0;
    for (size_t o = 0; o < k->speakers.count; o++)
        if (!speakers_is_tweeter(&k->speakers, o))
            sum += pow((double)k->d.matrix.w[o][input], 2);
    return sum;
}

static bool is_lost(const struct kase *k, size_t input)
{
    return layout_find(&k->d.lost, k->source.channels[input]) >= 0;
}

/* --- the properties: each says whether it holds --------------------------------------------------------------------
 */

static bool no_channel_is_lost(const struct kase *k)
{
    for (size_t i = 0; i < k->source.count; i++) {
        const bool silent = power(k, i) == 0 && k->d.filters_gain[i] == 0;
        const bool lfe = role(k->source.channels[i]) == LAYOUT_ROLE_LFE;
        if (silent != is_lost(k, i))
            return false;
        if (silent && k->d.mode != DECIDE_REFUSE && !(lfe && k->policy.lfe == DECIDE_LFE_DROP))
            return false;
    }
    return true;
}

static bool nothing_is_refused_that_a_speaker_could_play(const struct kase *k)
{
    if (!k->only_default_rules)
        return true;
    return (k->d.mode != DECIDE_REFUSE) == (places(k) > 0);
}

/*
 * No channel gets louder, and none loses more than its set says: Annex 4 weighs a surround by half twice into one
 * speaker (-6 dB); sets that halve heights, or the sum of both sides, go down to -9 dB. PipeWire plays a programme of
 * one channel at 0 dB from both fronts; its plain mean into a speaker labelled MONO is as small as it is.
 */
static bool power_is_kept(const struct kase *k)
{
    static const struct {
        const char *set;
        double least, most;
    } bounds[] = {{"bs775", 0.25, 1}, {"bs2127", 0.125, 1}, {"android", 0.183, 1}, {"pipewire", 0.125, 2}};
    size_t b = 0;

    while (strcmp(bounds[b].set, k->policy.coefficients.name) != 0)
        b++;
    if (k->d.mode == DECIDE_VIRTUAL || (k->policy.coefficients.mean && has(k, LAYOUT_MONO)))
        return true;
    for (size_t i = 0; i < k->source.count; i++) {
        const double most = k->source.channels[i] == LAYOUT_MONO ? bounds[b].most : 1;
        const double p = power(k, i);
        if (role(k->source.channels[i]) == LAYOUT_ROLE_LFE || p == 0)
            continue; /* Annex 7; and what is lost is for another property */
        if (p > most + EPSILON || p < bounds[b].least - EPSILON)
            return false;
    }
    return true;
}

static bool lfe_is_played_by_its_speaker_and_by_it_alone(const struct kase *k)
{
    const bool there = has(k, LAYOUT_LFE) || has(k, LAYOUT_LFE2);

    for (size_t o = 0; o < k->speakers.count; o++)
        for (size_t i = 0; i < k->source.count; i++) {
            const bool lfe = role(k->source.channels[i]) == LAYOUT_ROLE_LFE;
            const bool sub = speaker_is_lfe(&k->speakers.at[o]);
            if (k->d.matrix.w[o][i] != 0 && (lfe ? there && !sub : sub))
                return false;
        }
    return true;
}

static float weight_into(const struct kase *k, enum layout_channel plays, float low_hz, enum layout_channel channel)
{
    const int i = layout_find(&k->source, channel);
    for (size_t o = 0; o < k->speakers.count; o++)
        if (k->speakers.at[o].plays == plays && k->speakers.at[o].low_hz == low_hz)
            return fabsf(k->d.matrix.w[o][i]); /* Lt/Rt differs in sign */
    return -1;
}

static bool left_and_right_are_treated_alike(const struct kase *k)
{
    if (!k->symmetric)
        return true;
    for (size_t o = 0; o < k->speakers.count; o++)
        for (size_t i = 0; i < k->source.count; i++) {
            const struct speaker *s = &k->speakers.at[o];
            const enum layout_channel channel = k->source.channels[i];
            if (weight_into(k, s->plays, s->low_hz, channel) !=
                weight_into(k, layout_channel_mirror(s->plays), s->low_hz, layout_channel_mirror(channel)))
                return false;
        }
    return true;
}

static bool one_sum_for_all(const struct kase *k)
{
    return k->d.mode == DECIDE_MONO || k->d.mode == DECIDE_LTRT;
}

static bool left_stays_left_and_right_stays_right(const struct kase *k)
{
    if (one_sum_for_all(k))
        return true;
    for (size_t i = 0; i < k->source.count; i++) {
        const enum layout_side from = side(k->source.channels[i]);
        bool across = false, near = false;
        for (size_t o = 0; o < k->speakers.count; o++) {
            const enum layout_side to = side(k->speakers.at[o].plays);
            near = near || (!speaker_is_lfe(&k->speakers.at[o]) && (to == from || to == LAYOUT_SIDE_CENTRE));
            across = across || (k->d.matrix.w[o][i] != 0 && to != from && to != LAYOUT_SIDE_CENTRE);
        }
        if (from != LAYOUT_SIDE_CENTRE && across && near)
            return false;
    }
    return true;
}

/* Where both fronts, or the centre, are there to play them. */
static bool fronts_stay_in_front(const struct kase *k)
{
    const bool centre = has(k, LAYOUT_FC) || has(k, LAYOUT_MONO);

    if (!centre && !(has(k, LAYOUT_FL) && has(k, LAYOUT_FR)))
        return true;
    for (size_t o = 0; o < k->speakers.count; o++)
        for (size_t i = 0; i < k->source.count; i++)
            if (k->d.matrix.w[o][i] != 0 && in_front(k->source.channels[i]) && !in_front(k->speakers.at[o].plays))
                return false;
    return true;
}

/* A surround stays behind where its mode has a surround speaker on that side; BS.2127 puts a side pair in between. */
static bool surrounds_stay_behind(const struct kase *k)
{
    const bool all = k->d.mode == DECIDE_DISCRETE || k->d.mode == DECIDE_PARTIAL || k->d.mode == DECIDE_QUAD;

    if (!all || k->policy.coefficients.split)
        return true;
    for (size_t o = 0; o < k->speakers.count; o++)
        for (size_t i = 0; i < k->source.count; i++) {
            const enum layout_channel channel = k->source.channels[i];
            const bool left = side(channel) == LAYOUT_SIDE_LEFT;
            const bool there = has(k, left ? LAYOUT_SL : LAYOUT_SR) || has(k, left ? LAYOUT_RL : LAYOUT_RR);
            if (k->d.matrix.w[o][i] != 0 && role(channel) == LAYOUT_ROLE_SURROUND &&
                side(channel) != LAYOUT_SIDE_CENTRE && there && in_front(k->speakers.at[o].plays))
                return false;
        }
    return true;
}

static bool mono_is_centred(const struct kase *k)
{
    if (!k->symmetric || k->source.count != 1)
        return true;
    float balance = 0;
    for (size_t o = 0; o < k->speakers.count; o++) {
        const enum layout_side to = side(k->speakers.at[o].plays);
        balance += to == LAYOUT_SIDE_CENTRE ? 0 : (to == LAYOUT_SIDE_LEFT ? 1.0F : -1.0F) * k->d.matrix.w[o][0];
    }
    return balance == 0;
}

static bool gains_are_those_of_the_rows(const struct kase *k)
{
    double worst = 0, expected = 0;

    if (k->d.mode == DECIDE_VIRTUAL)
        return k->d.worst_gain_db >= k->d.expected_gain_db && isfinite(k->d.worst_gain_db);
    if (k->d.matrix.outputs != k->speakers.count || k->d.matrix.inputs != k->source.count)
        return false;
    for (size_t o = 0; o < k->speakers.count; o++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < k->source.count; i++) {
            sum += fabs((double)k->d.matrix.w[o][i]);
            squares += pow((double)k->d.matrix.w[o][i], 2);
        }
        worst = fmax(worst, sum);
        expected = fmax(expected, sqrt(squares));
    }
    return fabs(k->d.worst_gain_db - (worst > 0 ? 20 * log10(worst) : 0)) < 1e-9 &&
           fabs(k->d.expected_gain_db - (expected > 0 ? 20 * log10(expected) : 0)) < 1e-9;
}

static bool a_mode_plays_from_its_speakers_only(const struct kase *k)
{
    for (size_t o = 0; o < k->speakers.count; o++)
        for (size_t i = 0; i < k->source.count; i++) {
            const enum layout_channel plays = k->speakers.at[o].plays;
            const bool front = plays == LAYOUT_FL || plays == LAYOUT_FR;
            const bool lfe = speaker_is_lfe(&k->speakers.at[o]);
            if (k->d.matrix.w[o][i] == 0)
                continue;
            if (k->d.mode == DECIDE_REFUSE || (k->d.mode == DECIDE_VIRTUAL && !lfe))
                return false;
            if ((k->d.mode == DECIDE_STEREO || k->d.mode == DECIDE_LTRT) && !front && !lfe)
                return false;
            if (k->d.mode == DECIDE_QUAD && !front && !lfe && role(plays) != LAYOUT_ROLE_SURROUND)
                return false;
        }
    return true;
}

static bool the_mode_is_one_that_the_policy_allows(const struct kase *k)
{
    const size_t n = speakers_full_range(&k->speakers);

    for (size_t i = 0; i < k->policy.count; i++)
        if (k->policy.rules[i].mode == k->d.mode)
            return k->d.mode == DECIDE_REFUSE || n >= k->policy.rules[i].min_speakers;
    return k->d.mode == DECIDE_REFUSE;
}

static bool same(const struct decision *a, const struct decision *b)
{
    return a->mode == b->mode && a->filters == b->filters && a->upmix == b->upmix && a->spatial == b->spatial &&
           memcmp(&a->matrix, &b->matrix, sizeof a->matrix) == 0 && a->lost.count == b->lost.count &&
           memcmp(a->filters_gain, b->filters_gain, sizeof a->filters_gain) == 0 &&
           a->worst_gain_db == b->worst_gain_db && a->expected_gain_db == b->expected_gain_db;
}

static bool the_same_question_gets_the_same_answer(const struct kase *k)
{
    struct decision again;

    memset(&again, 0xa5, sizeof again);
    decide(&k->source, &k->speakers, &k->policy, &again);
    return same(&again, &k->d) && strcmp(again.reason, k->d.reason) == 0;
}

/* Speakers that stand a little elsewhere, and rules behind the one that was taken, change nothing: no step to ramp. */
static bool what_does_not_matter_changes_nothing(const struct kase *k)
{
    struct kase other = *k;
    struct decision again;

    for (size_t i = 0; i < other.speakers.count; i++) {
        other.speakers.at[i].azimuth_deg *= 1.03F;
        other.speakers.at[i].elevation_deg += 1;
        other.speakers.at[i].distance_m += 0.1F;
    }
    for (size_t i = 0; i + 1 < other.policy.count; i++)
        if (other.policy.rules[i].mode == k->d.mode && other.policy.rules[i].mode != DECIDE_PARTIAL)
            other.policy.count = i + 1; /* partial asks whether quad is there */
    other.policy.virtual_cost.latency_frames += k->d.mode == DECIDE_VIRTUAL ? 0 : 1;
    decide(&other.source, &other.speakers, &other.policy, &again);
    return same(&again, &k->d);
}

/* A little more or less of a weight or a gain is a little more or less in the matrix. */
static bool weights_move_the_matrix_smoothly(const struct kase *k)
{
    struct decide_policy policy = k->policy;
    struct coefficients *c = &policy.coefficients;
    float *const weights[] = {&c->centre,    &c->lfe,      &c->surround,        &c->rear,          &c->join,
                              &c->top_front, &c->top_rear, &c->top_rear_behind, &c->top_rear_side, &c->top_side,
                              &c->mono,      &c->single,   &c->top_side_behind};
    struct decision again;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(weights); i++)
        *weights[i] *= 0.999F;
    policy.dialogue_db += 0.01F;
    policy.lfe_db -= 0.01F;
    policy.makeup_db[k->d.mode] += 0.01F;
    decide(&k->source, &k->speakers, &policy, &again);
    for (size_t o = 0; o < k->speakers.count; o++)
        for (size_t i = 0; i < k->source.count; i++)
            if (fabsf(again.matrix.w[o][i] - k->d.matrix.w[o][i]) > 0.005F)
                return false;
    return again.mode == k->d.mode;
}

/* Channels and speakers in another order: the same weights, in that order. */
static bool order_does_not_matter(const struct kase *k)
{
    struct layout source = {.count = k->source.count};
    struct speakers speakers = {.count = k->speakers.count, .headphones = k->speakers.headphones};
    struct decision again;

    for (size_t i = 0; i < source.count; i++)
        source.channels[i] = k->source.channels[source.count - 1 - i];
    for (size_t o = 0; o < speakers.count; o++)
        speakers.at[o] = k->speakers.at[speakers.count - 1 - o];
    decide(&source, &speakers, &k->policy, &again);
    for (size_t o = 0; o < speakers.count; o++)
        for (size_t i = 0; i < source.count; i++)
            if (again.matrix.w[o][i] != k->d.matrix.w[speakers.count - 1 - o][source.count - 1 - i])
                return false;
    return again.mode == k->d.mode;
}

static bool the_reason_is_one_whole_sentence(const struct kase *k)
{
    const size_t length = strlen(k->d.reason);

    return length > 0 && length < DECIDE_REASON_SIZE - 1 && k->d.reason[length - 1] != ':' &&
           k->d.reason[length - 1] != ' ' && !strchr(k->d.reason, '?');
}

static bool spatial_is_what_it_says(const struct kase *k)
{
    size_t programme = 0;

    for (size_t i = 0; i < k->source.count; i++)
        programme += role(k->source.channels[i]) != LAYOUT_ROLE_LFE;
    const bool all = k->d.mode == DECIDE_DISCRETE || k->d.mode == DECIDE_PARTIAL, quad = k->d.mode == DECIDE_QUAD;
    const bool enough = k->d.full_range >= k->policy.min_speakers;
    if (all ? k->d.full_range != speakers_full_range(&k->speakers)
            : k->d.full_range > speakers_full_range(&k->speakers) || (quad && k->d.full_range < 4))
        return false;
    return k->d.spatial == (programme > 2 && (k->d.mode == DECIDE_VIRTUAL || ((all || quad) && enough)));
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

static const struct property {
    const char *name;
    bool (*holds)(const struct kase *k);
} properties[] = {
#define PROPERTY(name)                                                                                                 \
    {                                                                                                                  \
#name, name                                                                                                    \
    }
    PROPERTY(no_channel_is_lost),
    PROPERTY(nothing_is_refused_that_a_speaker_could_play),
    PROPERTY(power_is_kept),
    PROPERTY(lfe_is_played_by_its_speaker_and_by_it_alone),
    PROPERTY(left_and_right_are_treated_alike),
    PROPERTY(left_stays_left_and_right_stays_right),
    PROPERTY(fronts_stay_in_front),
    PROPERTY(surrounds_stay_behind),
    PROPERTY(mono_is_centred),
    PROPERTY(gains_are_those_of_the_rows),
    PROPERTY(a_mode_plays_from_its_speakers_only),
    PROPERTY(the_mode_is_one_that_the_policy_allows),
    PROPERTY(the_same_question_gets_the_same_answer),
    PROPERTY(what_does_not_matter_changes_nothing),
    PROPERTY(weights_move_the_matrix_smoothly),
    PROPERTY(order_does_not_matter),
    PROPERTY(the_reason_is_one_whole_sentence),
    PROPERTY(spatial_is_what_it_says),
#undef PROPERTY
};

static struct {
    unsigned cases, failures;
    char first[400];
} results[FASCIA_ARRAY_SIZE(properties)];
static unsigned modes_seen[DECIDE_MODES_];

static void describe(const struct kase *k, char *to, size_t size)
{
    struct fascia_text text;
    struct layout plays = {.count = 0};

    fascia_text_init(&text, to, size);
    layout_format(&k->source, &text);
    fascia_text_add(&text, " on ");
    for (size_t i = 0; i < k->speakers.count; i++) {
        (void)layout_add(&plays, k->speakers.at[i].plays);
        fascia_text_add(&text, "%s@%.0f ", layout_channel_name(k->speakers.at[i].plays),
                        (double)k->speakers.at[i].low_hz);
    }
    fascia_text_add(&text, "by %s, rules", k->policy.coefficients.name);
    for (size_t i = 0; i < k->policy.count; i++)
        fascia_text_add(&text, " %s", decide_mode_name(k->policy.rules[i].mode));
    fascia_text_add(&text, ": %s, %s", decide_mode_name(k->d.mode), k->d.reason);
}

static void check(struct kase *k)
{
    decide(&k->source, &k->speakers, &k->policy, &k->d);
    modes_seen[k->d.mode]++;
    k->symmetric = is_symmetric(&k->source, &k->speakers);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(properties); i++) {
        results[i].cases++;
        if (!properties[i].holds(k) && results[i].failures++ == 0)
            describe(k, results[i].first, sizeof results[i].first);
    }
}

static void check_presets(struct kase *k)
{
    for (size_t which = 0; which < FASCIA_ARRAY_SIZE(policies); which++)
        for (size_t set = 0; set < coefficients_presets(); set++) {
            choose_policy(which, set, k);
            check(k);
        }
}

static int go_through_all(void **state)
{
    static struct speakers cabins[RANDOM_CABINS];
    static struct kase k;

    (void)state;
    for (size_t i = 0; i < RANDOM_CABINS; i++)
        random_cabin(&cabins[i]);
    for (size_t s = 0; s < layout_names(); s++) {
        assert_int_equal(layout_named(layout_name_at(s), &k.source), 0);
        for (size_t p = 0; p < speakers_presets(); p++) {
            assert_int_equal(speakers_preset(speakers_preset_at(p), &k.speakers), 0);
            check_presets(&k);
        }
        assert_int_equal(speakers_preset("2", &k.speakers), 0);
        k.speakers.headphones = true;
        check_presets(&k);
        for (size_t i = 0; i < RANDOM_CABINS; i++) {
            k.speakers = cabins[i];
            choose_policy((i + s) % FASCIA_ARRAY_SIZE(policies), (i / 3 + s) % coefficients_presets(), &k);
            check(&k);
        }
    }
    return 0;
}

static void holds_for_all(void **state)
{
    const size_t i = (size_t)((const struct property *)*state - properties);

    assert_true(results[i].cases > 20000);
    if (results[i].failures > 0)
        fail_msg("%u of %u cases, the first: %s", results[i].failures, results[i].cases, results[i].first);
}

static void every_mode_was_among_the_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < DECIDE_MODES_; i++)
        assert_true(modes_seen[i] > 50);
}

int main(void)
{
    struct CMUnitTest tests[FASCIA_ARRAY_SIZE(properties) + 1] = {cmocka_unit_test(every_mode_was_among_the_answers)};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(properties); i++)
        tests[i + 1] = (struct CMUnitTest){
            .name = properties[i].name,
            .test_func = holds_for_all,
            .initial_state = (void *)(uintptr_t)&properties[i],
        };
    return cmocka_run_group_tests(tests, go_through_all, NULL);
}
