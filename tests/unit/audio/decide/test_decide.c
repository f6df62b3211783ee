/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

#define M3 0.70710678

static struct layout layout_of(const char *text)
{
    struct layout layout = {.count = 0};
    if (layout_named(text, &layout) != 0)
        assert_int_equal(layout_parse(text, &layout), 0);
    return layout;
}

/* A preset of speakers, or the ports of a sink. */
static struct speakers cabin_of(const char *text)
{
    struct speakers speakers;
    struct layout ports;
    if (speakers_preset(text, &speakers) != 0) {
        ports = layout_of(text);
        speakers_nominal(&ports, &speakers);
    }
    return speakers;
}

static struct decide_policy default_policy(void)
{
    struct decide_policy policy;
    decide_policy_default(&policy);
    return policy;
}

static struct decision decided_by(const char *source, const char *cabin, const struct decide_policy *policy)
{
    struct layout layout = layout_of(source);
    struct speakers speakers = cabin_of(cabin);
    struct decision d;
    decide(&layout, &speakers, policy, &d);
    return d;
}

static struct decision decided(const char *source, const char *cabin)
{
    struct decide_policy policy = default_policy();
    return decided_by(source, cabin, &policy);
}

static struct decision decided_as(enum decide_mode mode, const char *source, const char *cabin)
{
    struct decide_policy policy = default_policy();
    policy.rules[0].mode = mode;
    policy.count = 1;
    return decided_by(source, cabin, &policy);
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) < 1e-3))
        fail_msg("%f is not %f", a, b);
}

static double weight(const struct decision *d, const char *source, const char *cabin, const char *to, const char *from)
{
    struct layout layout = layout_of(source);
    struct speakers speakers = cabin_of(cabin);
    enum layout_channel output, input;
    assert_int_equal(layout_channel_parse(to, &output), 0);
    assert_int_equal(layout_channel_parse(from, &input), 0);
    return (double)d->matrix.w[speakers_find(&speakers, output)][layout_find(&layout, input)];
}

/* --- known rows --------------------------------------------------------------------------------------------------- */

/* Left and central rows as published; the right ones are their mirror images (a property that is tested for all). */
static const struct row {
    const char *set, *source, *cabin, *output;
    const char *weights; /* all others are zero */
} rows[] = {
    /* ITU-R BS.775-3 Annex 4: 2/0, 3/0, 2/2, 1/0; the LFE of Annex 7 at -6 dB */
    {"bs775", "5.1", "2", "FL", "FL 1 FC .7071 LFE .5 SL .7071"},
    {"bs775", "5.1-rear", "2", "FL", "FL 1 FC .7071 LFE .5 RL .7071"},
    {"bs775", "5.1", "3", "FL", "FL 1 LFE .5 SL .7071"},
    {"bs775", "5.1", "3", "FC", "FC 1"},
    {"bs775", "5.1", "4", "FL", "FL 1 FC .7071 LFE .5"},
    {"bs775", "5.1", "4", "RL", "SL 1"},
    {"bs775", "5.1", "quad-side", "SL", "SL 1"},
    {"bs775", "5.1", "1", "FC", "FL .7071 FR .7071 FC 1 LFE .5 SL .5 SR .5"},
    {"bs775", "5.1", "mono", "MONO", "FL .7071 FR .7071 FC 1 LFE .5 SL .5 SR .5"},
    {"bs775", "5.1", "FL", "FL", "FL .7071 FR .7071 FC 1 LFE .5 SL .5 SR .5"},
    {"bs775", "5.1", "4.0", "RC", "SL .7071 SR .7071"},
    {"bs775", "stereo", "1", "FC", "FL .7071 FR .7071"},
    {"bs775", "mono", "2", "FL", "MONO .7071"},
    {"bs775", "mono", "7.1.4", "FC", "MONO 1"},
    {"bs775", "stereo", "5.1", "FL", "FL 1"},
    {"bs775", "4.0", "4", "RL", "RC .7071"},
    {"bs775", "6.1", "5.1", "SL", "SL 1 RC .7071"},
    {"bs775", "6.1", "2", "FL", "FL 1 FC .7071 LFE .5 SL .7071 RC .5"},
    /* heights as the Open Audio Renderer has them */
    {"bs775", "7.1.4", "2", "FL", "FL 1 FC .7071 LFE .5 SL .7071 RL .7071 TFL 1 TRL .7071"},
    {"bs775", "7.1.4", "2.1", "FL", "FL 1 FC .7071 SL .7071 RL .7071 TFL 1 TRL .7071"},
    {"bs775", "7.1.4", "2.1", "LFE", "LFE 1"},
    {"bs775", "7.1.4", "4", "FL", "FL 1 FC .7071 LFE .5 TFL 1"},
    {"bs775", "7.1.4", "4", "RL", "RL 1 SL .7071 TRL 1"},
    {"bs775", "7.1.4", "5.1", "FL", "FL 1 TFL 1"},
    {"bs775", "7.1.4", "5.1", "SL", "SL 1 RL .7071 TRL 1"},
    {"bs775", "7.1.4", "6", "FL", "FL 1 FC .7071 LFE .5 TFL 1"},
    {"bs775", "7.1.4", "6", "SL", "SL 1"},
    {"bs775", "7.1.4", "6", "RL", "RL 1 TRL 1"},
    {"bs775", "7.1.4", "7.1", "RL", "RL 1 TRL 1"},
    {"bs775", "7.1.4", "5.1.2", "TSL", "TFL .7071 TRL .7071"},
    {"bs775", "7.1.4", "5.1.2-front", "SL", "SL 1 RL .7071 TRL 1"},
    {"bs775", "5.1.2", "5.1", "FL", "FL 1 TSL .7071"},
    {"bs775", "5.1.2", "5.1", "SL", "SL 1 TSL .7071"},
    {"bs775", "5.1.2", "5.1.4", "TFL", "TSL .7071"},
    {"bs775", "5.1.2", "5.1.4", "TRL", "TSL .7071"},
    {"bs775", "5.1.2", "5.1.2-front", "TFL", "TSL 1"},
    {"bs775", "5.1.2-front", "5.1.2", "TSL", "TFL 1"},
    {"bs775", "7.1.4", "1", "FC",
     "FL .7071 FR .7071 FC 1 LFE .5 SL .5 SR .5 RL .5 RR .5 TFL .7071 TFR .7071 TRL .5 TRR .5"},
    /* BS.2127 */
    {"bs2127", "5.1", "1", "FC", "FL .5 FR .5 FC .7071 LFE .5 SL .3536 SR .3536"},
    {"bs2127", "7.1", "5.1", "FL", "FL 1 SL .7071"},
    {"bs2127", "7.1", "5.1", "SL", "SL .7071 RL 1"},
    {"bs2127", "7.1.4", "5.1.4", "TRL", "TRL 1"},
    {"bs2127", "5.1.4", "5.1.2-front", "SL", "SL 1 TRL 1"},
    /* Android: ChannelMix.h */
    {"android", "7.1.4", "2", "FL", "FL 1 FC .7071 LFE .5 SL .7071 RL .7071 TFL 1 TRL .7071"},
    {"android", "5.1.2", "2", "FL", "FL 1 FC .7071 LFE .5 SL .7071 TSL .6057"},
    {"android", "7.1", "5.1", "SL", "SL 1 RL 1"},
    {"android", "5.1.2", "5.1", "SL", "SL 1 TSL 1"},
    {"android", "6.1", "5.1", "SL", "SL 1 RC .7071"},
    /* PipeWire, dumped from the running code; TSL and TSR are ours */
    {"pipewire", "5.1", "2", "FL", "FL 1 FC .7071 LFE .3536 SL .7071"},
    {"pipewire", "7.1.4", "2", "FL", "FL 1 FC .7071 LFE .3536 SL .7071 RL .7071 TFL .5 TRL .5"},
    {"pipewire", "5.1", "4", "FL", "FL 1 FC .7071 LFE .3536"},
    {"pipewire", "5.1", "4", "RL", "SL 1"},
    {"pipewire", "7.1.4", "4", "FL", "FL 1 FC .7071 LFE .3536 TFL .5"},
    {"pipewire", "7.1.4", "4", "RL", "RL 1 SL .7071 TRL .5"},
    {"pipewire", "5.1.4", "4", "RL", "SL 1 TRL 1"},
    {"pipewire", "7.1", "5.1", "SL", "SL 1 RL .7071"},
    {"pipewire", "7.1.4", "5.1", "FL", "FL 1 TFL .5 TRL .5"},
    {"pipewire", "7.1.4", "5.1", "SL", "SL 1 RL .7071"},
    {"pipewire", "7.1.4", "7.1", "FL", "FL 1 TFL .5"},
    {"pipewire", "7.1.4", "7.1", "RL", "RL 1 TRL .5"},
    {"pipewire", "5.1", "6", "RL", ""},
    {"pipewire", "5.1", "6", "SL", "SL 1"},
    {"pipewire", "5.1", "mono", "MONO", "FL .1667 FR .1667 FC .1667 LFE .1667 SL .1667 SR .1667"},
    {"pipewire", "stereo", "mono", "MONO", "FL .5 FR .5"},
    {"pipewire", "stereo", "4", "RL", ""},
    {"pipewire", "stereo", "5.1", "FC", ""},
    {"pipewire", "mono", "2", "FL", "MONO 1"},
    {"pipewire", "5.1.2", "2", "FL", "FL 1 FC .7071 LFE .3536 SL .7071 TSL .5"},
};

static double weight_in(const char *weights, const char *channel)
{
    char word[16], number[16];
    while (fascia_text_word(&weights, word, sizeof word) == 0) {
        assert_int_equal(fascia_text_word(&weights, number, sizeof number), 0);
        if (strcmp(word, channel) == 0)
            return strtod(number, NULL);
    }
    return 0;
}

static void the_published_rows_come_out(void **state)
{
    (void)state;
    for (size_t r = 0; r < FASCIA_ARRAY_SIZE(rows); r++) {
        struct decide_policy policy = default_policy();
        assert_int_equal(coefficients_preset(rows[r].set, &policy.coefficients), 0);
        struct decision d = decided_by(rows[r].source, rows[r].cabin, &policy);
        struct layout source = layout_of(rows[r].source);
        for (size_t i = 0; i < source.count; i++) {
            const char *channel = layout_channel_name(source.channels[i]);
            double w = weight(&d, rows[r].source, rows[r].cabin, rows[r].output, channel);
            if (fabs(w - weight_in(rows[r].weights, channel)) > 1e-4)
                fail_msg("%s, %s on %s: %s in %s is %f", rows[r].set, rows[r].source, rows[r].cabin, channel,
                         rows[r].output, w);
        }
    }
}

static void the_worst_gains_are_those_that_were_measured(void **state)
{
    static const struct {
        const char *set, *source, *cabin;
        double db;
    } gains[] = {
        {"pipewire", "5.1", "2", 8.8},     {"pipewire", "7.1", "2", 10.8},    {"pipewire", "7.1.4", "2", 13.0},
        {"pipewire", "5.1", "4", 6.3},     {"pipewire", "7.1.4", "4", 8.2},   {"pipewire", "7.1", "5.1", 4.7},
        {"pipewire", "7.1.4", "5.1", 6.0}, {"pipewire", "7.1.4", "7.1", 3.5}, {"android", "7.1.4", "2", 14.5},
        {"pipewire", "stereo", "4", 0},
    };
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(gains); i++) {
        struct decide_policy policy = default_policy();
        assert_int_equal(coefficients_preset(gains[i].set, &policy.coefficients), 0);
        struct decision d = decided_by(gains[i].source, gains[i].cabin, &policy);
        assert_true(fabs(d.worst_gain_db - gains[i].db) < 0.06);
    }
}

static void a_layout_to_itself_is_the_identity(void **state)
{
    static const char *const more[] = {"FL",       "FR FL",          "FL FR FC RC", "SL SR RL RR",  "LFE",
                                       "LFE LFE2", "AUX0 AUX1 AUX2", "FL AUX7 FR",  "RL RR TRR TRL"};
    (void)state;
    for (size_t n = 0; n < layout_names() + FASCIA_ARRAY_SIZE(more); n++) {
        const char *name = n < layout_names() ? layout_name_at(n) : more[n - layout_names()];
        struct layout layout = layout_of(name);
        struct decide_policy policy = default_policy();
        struct speakers speakers;
        struct decision d;
        speakers_nominal(&layout, &speakers);
        decide(&layout, &speakers, &policy, &d);
        assert_int_equal(d.mode, DECIDE_DISCRETE);
        for (size_t o = 0; o < layout.count; o++)
            for (size_t i = 0; i < layout.count; i++)
                assert_true(d.matrix.w[o][i] == (o == i ? 1.0F : 0.0F));
    }
}

/* --- which mode ------------------------------------------------------------------------------------------------ */

static void each_cabin_gets_the_mode_that_its_speakers_allow(void **state)
{
    static const struct {
        const char *source, *cabin;
        enum decide_mode mode;
        bool spatial;
    } cases[] = {
        {"5.1", "5.1", DECIDE_DISCRETE, false}, /* five of them are full-range */
        {"5.1", "5.1-rear", DECIDE_DISCRETE, false},
        {"7.1", "7.1", DECIDE_DISCRETE, true},
        {"7.1.4", "7.1.4", DECIDE_DISCRETE, true},
        {"stereo", "7.1.4", DECIDE_DISCRETE, false},
        {"2.1", "7.1", DECIDE_DISCRETE, false},
        {"mono", "5.1", DECIDE_DISCRETE, false},
        {"5.1", "6", DECIDE_PARTIAL, true},
        {"7.1.4", "5.1", DECIDE_PARTIAL, false}, /* and yet its five play, not four of them */
        {"7.1.4", "5", DECIDE_PARTIAL, false},
        {"7.1.4", "7.1", DECIDE_PARTIAL, true},
        {"5.1", "3", DECIDE_PARTIAL, false},
        {"5.1", "FL RR", DECIDE_PARTIAL, false},
        {"5.1", "SL SR", DECIDE_PARTIAL, false},
        {"5.1", "4.1.2", DECIDE_PARTIAL, true},
        {"5.1", "4", DECIDE_QUAD, false},
        {"5.1", "4.1", DECIDE_QUAD, false},
        {"7.1.4", "quad-side", DECIDE_QUAD, false},
        {"5.1", "2", DECIDE_STEREO, false},
        {"5.1", "2.1", DECIDE_STEREO, false},
        {"mono", "2", DECIDE_STEREO, false},
        {"5.1", "1", DECIDE_MONO, false},
        {"5.1", "RL", DECIDE_MONO, false},
        {"stereo", "MONO LFE", DECIDE_MONO, false},
        {"5.1", "LFE", DECIDE_REFUSE, false},
        {"5.1", "LFE LFE2", DECIDE_REFUSE, false},
    };
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct decision d = decided(cases[i].source, cases[i].cabin);
        if (d.mode != cases[i].mode || d.spatial != cases[i].spatial)
            fail_msg("%s on %s: %s, %s", cases[i].source, cases[i].cabin, decide_mode_name(d.mode),
                     d.spatial ? "spatial" : "not spatial");
    }
}

static bool is_spatial(const char *source, const char *cabin, enum decide_mode mode, unsigned min_speakers)
{
    struct decide_policy policy = default_policy();

    policy.min_speakers = min_speakers;
    policy.rules[0].mode = mode;
    policy.count = 1;
    struct decision d = decided_by(source, cabin, &policy);
    assert_int_equal(d.mode, mode);
    return d.spatial;
}

/* The number is the configuration's: a rule that asks for four is met by four, whatever the mode is called there. */
static void speakers_that_play_are_counted_for_spatial_sound_and_no_others(void **state)
{
    (void)state;
    assert_true(is_spatial("5.1", "4", DECIDE_QUAD, 4));
    assert_true(is_spatial("5.1", "4", DECIDE_PARTIAL, 4));
    assert_false(is_spatial("5.1", "4", DECIDE_QUAD, 5));
    assert_true(is_spatial("5.1", "7.1", DECIDE_PARTIAL, 7));
    assert_false(is_spatial("5.1", "7.1", DECIDE_QUAD, 5)); /* three of its seven are silent */
    assert_false(is_spatial("stereo", "4", DECIDE_QUAD, 4));
    assert_false(is_spatial("5.1", "2", DECIDE_STEREO, 2)); /* nothing is around anybody */
    assert_false(is_spatial("5.1", "1", DECIDE_MONO, 1));
}

static void a_refusal_is_silent_and_names_all_channels(void **state)
{
    (void)state;
    struct decision d = decided("5.1", "LFE");
    for (size_t o = 0; o < LAYOUT_CHANNELS_MAX; o++)
        for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++)
            assert_true(d.matrix.w[o][i] == 0);
    assert_int_equal(d.lost.count, 6);
    assert_string_equal(d.reason, "there is no full-range speaker");
    assert_true(d.worst_gain_db == 0);
}

static void no_speaker_and_no_channel_are_refused(void **state)
{
    struct layout none = {.count = 0}, stereo = layout_of("stereo");
    struct speakers nobody = {.count = 0}, two = cabin_of("2");
    struct decide_policy policy = default_policy();
    struct decision d;
    (void)state;
    decide(&none, &two, &policy, &d);
    assert_int_equal(d.mode, DECIDE_REFUSE);
    assert_string_equal(d.reason, "the programme has no channel");
    decide(&stereo, &nobody, &policy, &d);
    assert_int_equal(d.mode, DECIDE_REFUSE);
    assert_string_equal(d.reason, "there is no speaker");
    assert_int_equal(d.lost.count, 2);
}

static void the_first_rule_that_fits_is_taken_and_the_reason_tells_of_those_before(void **state)
{
    struct decide_policy policy = {.count = 0};
    (void)state;
    decide_policy_default(&policy);
    policy.rules[0] = (struct decide_rule){.mode = DECIDE_PARTIAL, .min_speakers = 6};
    policy.rules[1] = (struct decide_rule){.mode = DECIDE_STEREO};
    policy.rules[2] = (struct decide_rule){.mode = DECIDE_QUAD};
    policy.count = 3;
    struct decision d = decided_by("7.1", "5.1", &policy);
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_string_equal(d.reason, "all is folded into the two fronts (BS.775-3, 2/0); not partial: 5 of 6 speakers");
}

static void a_policy_without_a_fitting_rule_refuses(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.count = 1; /* discrete */
    struct decision d = decided_by("5.1", "2", &policy);
    assert_int_equal(d.mode, DECIDE_REFUSE);
    assert_string_equal(d.reason,
                        "no mode of the policy fits these speakers; not discrete: FC and 3 more have no speaker");
    policy.count = 2;
    policy.rules[1].mode = DECIDE_REFUSE;
    d = decided_by("5.1", "2", &policy);
    assert_int_equal(d.mode, DECIDE_REFUSE);
    assert_string_equal(d.reason,
                        "no other mode of the policy fits these speakers; not discrete: FC and 3 more have no speaker");
    policy.count = 0;
    d = decided_by("5.1", "2", &policy);
    assert_int_equal(d.mode, DECIDE_REFUSE);
}

static void a_refusal_in_the_list_ends_it(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.rules[1].mode = DECIDE_REFUSE;
    policy.rules[2].mode = DECIDE_STEREO;
    policy.count = 3;
    assert_int_equal(decided_by("5.1", "2", &policy).mode, DECIDE_REFUSE);
    policy.rules[0].mode = DECIDE_REFUSE;
    policy.count = 1;
    assert_string_equal(decided_by("5.1", "2", &policy).reason, "nothing is to be played, as was asked for");
}

static void thresholds_count_neither_subwoofers_nor_tweeters(void **state)
{
    struct speakers speakers = cabin_of("FL FR RL RR LFE AUX0 AUX1");
    struct layout source = layout_of("5.1");
    struct decide_policy policy = default_policy();
    struct decision d;
    (void)state;
    speakers.at[5].plays = LAYOUT_FL;
    speakers.at[6].plays = LAYOUT_FR;
    speakers.at[5].low_hz = speakers.at[6].low_hz = 2500;
    assert_int_equal(speakers_full_range(&speakers), 4);
    policy.rules[0] = (struct decide_rule){.mode = DECIDE_QUAD, .min_speakers = 5};
    policy.rules[1] = (struct decide_rule){.mode = DECIDE_STEREO, .min_speakers = 4};
    policy.count = 2;
    decide(&source, &speakers, &policy, &d);
    assert_int_equal(d.mode, DECIDE_STEREO);
}

/* Where both are allowed the name tells what the cabin is; where quad is not, the sound is the same. */
static void partial_plays_on_four_what_quad_does(void **state)
{
    static const char *const cabins[] = {"4", "4.1", "quad-side"};
    (void)state;
    for (size_t c = 0; c < FASCIA_ARRAY_SIZE(cabins); c++)
        for (size_t i = 0; i < layout_names(); i++) {
            struct decision partial = decided_as(DECIDE_PARTIAL, layout_name_at(i), cabins[c]);
            struct decision quad = decided_as(DECIDE_QUAD, layout_name_at(i), cabins[c]);
            assert_int_equal(partial.mode, DECIDE_PARTIAL);
            assert_int_equal(quad.mode, DECIDE_QUAD);
            assert_memory_equal(&partial.matrix, &quad.matrix, sizeof quad.matrix);
        }
    struct decide_policy policy = default_policy();
    policy.rules[2].min_speakers = 5; /* quad is not for four: no reason for partial to wait for it */
    assert_int_equal(decided_by("5.1", "4", &policy).mode, DECIDE_PARTIAL);
}

/* To leave a cabin to quad must not give it to whatever comes before quad. */
static void partial_waits_for_quad_only_where_that_is_next(void **state)
{
    struct decide_policy policy = {.count = 0};
    (void)state;
    decide_policy_default(&policy);
    policy.rules[0] = (struct decide_rule){.mode = DECIDE_PARTIAL};
    policy.rules[1] = (struct decide_rule){.mode = DECIDE_STEREO};
    policy.rules[2] = (struct decide_rule){.mode = DECIDE_QUAD};
    policy.count = 3;
    assert_int_equal(decided_by("5.1", "4", &policy).mode, DECIDE_PARTIAL);
    policy.rules[1].min_speakers = 5; /* does not fit four */
    struct decision d = decided_by("5.1", "4", &policy);
    assert_int_equal(d.mode, DECIDE_QUAD);
    assert_non_null(strstr(d.reason, "not partial: it would be the same as quad; not stereo: 4 of 5 speakers"));
    policy.rules[0].mode = DECIDE_QUAD; /* has been asked already, and wants more */
    policy.rules[0].min_speakers = 5;
    policy.rules[1] = (struct decide_rule){.mode = DECIDE_PARTIAL};
    policy.count = 2;
    assert_int_equal(decided_by("5.1", "4", &policy).mode, DECIDE_PARTIAL);
}

static void a_mode_leaves_speakers_that_it_does_not_need_silent(void **state)
{
    (void)state;
    struct decision d = decided_as(DECIDE_STEREO, "5.1", "5.1");
    assert_near(weight(&d, "5.1", "5.1", "FL", "FC"), M3);
    assert_near(weight(&d, "5.1", "5.1", "FC", "FC"), 0);
    assert_near(weight(&d, "5.1", "5.1", "LFE", "LFE"), 1);
    assert_near(weight(&d, "5.1", "5.1", "FL", "LFE"), 0);
    d = decided_as(DECIDE_QUAD, "7.1", "7.1");
    assert_near(weight(&d, "7.1", "7.1", "SL", "SL"), 1);
    assert_near(weight(&d, "7.1", "7.1", "SL", "RL"), M3);
    assert_near(weight(&d, "7.1", "7.1", "RL", "RL"), 0);
    d = decided_as(DECIDE_QUAD, "5.1-rear", "7.1"); /* the pair that the programme names */
    assert_near(weight(&d, "5.1-rear", "7.1", "RL", "RL"), 1);
    d = decided_as(DECIDE_MONO, "5.1", "2");
    assert_near(weight(&d, "5.1", "2", "FL", "FC"), M3);
    assert_near(weight(&d, "5.1", "2", "FR", "FL"), .5);
}

/* --- the LFE ---------------------------------------------------------------------------------------------------- */

static void a_dropped_lfe_is_named_as_lost(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.lfe = DECIDE_LFE_DROP;
    struct decision d = decided_by("5.1", "2", &policy);
    assert_near(weight(&d, "5.1", "2", "FL", "LFE"), 0);
    assert_int_equal(d.lost.count, 1);
    assert_int_equal(d.lost.channels[0], LAYOUT_LFE);
    assert_non_null(strstr(d.reason, "LFE is left out by configuration"));
}

static void a_weight_of_zero_is_a_loss_too_and_is_named(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.coefficients.surround = 0;
    struct decision d = decided_by("5.1", "2", &policy);
    assert_int_equal(d.lost.count, 2);
    assert_non_null(strstr(d.reason, "SL is left out by configuration; SR is left out by configuration"));
}

static void a_subwoofer_plays_the_lfe_under_any_policy(void **state)
{
    static const char *const cabins[] = {"2.1", "4.1", "5.1", "MONO LFE", "FL FR LFE2"};
    struct decide_policy policy = default_policy();
    (void)state;
    for (policy.lfe = DECIDE_LFE_MINUS6; policy.lfe < DECIDE_LFES_; policy.lfe++)
        for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cabins); i++)
            assert_int_equal(decided_by("5.1", cabins[i], &policy).lost.count, 0);
}

static void the_lfe_alone_under_drop_is_no_discrete_programme(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.lfe = DECIDE_LFE_DROP;
    struct decision d = decided_by("LFE", "2", &policy);
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_int_equal(d.lost.count, 1);
}

static void a_second_lfe_joins_the_first(void **state)
{
    (void)state;
    struct decision d = decided("FL FR LFE LFE2", "2.1");
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_near(weight(&d, "FL FR LFE LFE2", "2.1", "LFE", "LFE2"), 1);
}

/* --- gains ------------------------------------------------------------------------------------------------------- */

static void dialogue_lfe_and_makeup_gains_are_in_the_matrix(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.dialogue_db = 6.0206F;
    policy.lfe_db = -6.0206F;
    policy.makeup_db[DECIDE_STEREO] = 6.0206F;
    struct decision d = decided_by("5.1", "2", &policy);
    assert_near(weight(&d, "5.1", "2", "FL", "FL"), 2);
    assert_near(weight(&d, "5.1", "2", "FL", "FC"), 4 * M3);
    assert_near(weight(&d, "5.1", "2", "FL", "LFE"), .5);
    assert_near((double)d.makeup_db, 6.0206);
    assert_near(d.worst_gain_db, 20 * log10(2 + 4 * M3 + .5 + 2 * M3));
    assert_near(d.expected_gain_db, 10 * log10(4 + 8 + .25 + 2));
    d = decided_by("5.1", "4", &policy); /* of another mode */
    assert_near(weight(&d, "5.1", "4", "FL", "FL"), 1);
    assert_near((double)d.makeup_db, 0);
}

static void dialogue_gain_is_for_a_centre_among_others(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    policy.dialogue_db = 12;
    struct decision d = decided_by("mono", "2", &policy);
    assert_near(weight(&d, "mono", "2", "FL", "MONO"), M3);
    d = decided_by("FC LFE", "2", &policy);
    assert_near(weight(&d, "FC LFE", "2", "FL", "FC"), M3);
}

/* --- several speakers for one channel ------------------------------------------------------------------------------
 */

static void speakers_of_the_same_channel_share_its_power_and_a_tweeter_has_all_of_it(void **state)
{
    struct speakers speakers = cabin_of("AUX0 AUX1 AUX2 AUX3 AUX4");
    struct layout source = layout_of("FL LFE");
    struct decide_policy policy = default_policy();
    struct decision d;
    (void)state;
    speakers.at[0].plays = speakers.at[1].plays = speakers.at[2].plays = LAYOUT_FL;
    speakers.at[2].low_hz = 2000;
    speakers.at[3].plays = speakers.at[4].plays = LAYOUT_LFE;
    decide(&source, &speakers, &policy, &d);
    assert_near((double)d.matrix.w[0][0], M3);
    assert_near((double)d.matrix.w[1][0], M3);
    assert_near((double)d.matrix.w[2][0], 1);
    assert_near((double)d.matrix.w[3][1], .5); /* bass adds up in phase */
    assert_near((double)d.matrix.w[4][1], .5);
    speakers.at[2].low_hz = 120; /* a small one is no tweeter */
    decide(&source, &speakers, &policy, &d);
    assert_near((double)d.matrix.w[2][0], 1 / sqrt(3));
}

static void an_aux_channel_goes_to_the_port_of_its_name_or_to_the_middle(void **state)
{
    (void)state;
    struct decision d = decided("AUX1 AUX0", "AUX0 AUX1");
    assert_int_equal(d.mode, DECIDE_DISCRETE);
    assert_near((double)d.matrix.w[0][1], 1);
    assert_near((double)d.matrix.w[1][0], 1);
    d = decided("AUX5", "2");
    assert_near((double)d.matrix.w[0][0], M3);
    assert_near((double)d.matrix.w[1][0], M3);
}

static void speakers_that_play_no_channel_of_a_programme_are_silent(void **state)
{
    struct speakers speakers = cabin_of("2");
    struct layout source = layout_of("5.1");
    struct decide_policy policy = default_policy();
    struct decision d;
    (void)state;
    speakers.at[1].plays = LAYOUT_AUX0;
    decide(&source, &speakers, &policy, &d);
    assert_int_equal(d.mode, DECIDE_MONO);
    for (size_t i = 0; i < source.count; i++)
        assert_true(d.matrix.w[1][i] == 0);
}

/* --- Lt/Rt, virtual, upmix ------------------------------------------------------------------------------------------
 */

/* ATSC A/52: Lt = L + .707 C - .707 Ls - .707 Rs; Rt = R + .707 C + .707 Ls + .707 Rs */
static void lt_rt_has_the_surrounds_in_the_difference(void **state)
{
    static const double lt[6] = {1, 0, M3, .5, -M3, -M3}, rt[6] = {0, 1, M3, .5, M3, M3};
    (void)state;
    struct decision d = decided_as(DECIDE_LTRT, "5.1", "2");
    assert_int_equal(d.mode, DECIDE_LTRT);
    for (size_t i = 0; i < 6; i++) {
        assert_near((double)d.matrix.w[0][i], lt[i]);
        assert_near((double)d.matrix.w[1][i], rt[i]);
    }
    assert_near(d.worst_gain_db, 20 * log10(1 + 3 * M3 + .5));
    assert_int_equal(d.lost.count, 0);
    /* A decoder takes the front from the sum and the surround from the difference: neither hears the other. */
    d = decided_as(DECIDE_LTRT, "7.1.4", "2");
    for (size_t i = 4; i < 8; i++)
        assert_true(d.matrix.w[0][i] + d.matrix.w[1][i] == 0);
}

static struct decide_policy with_filters(void)
{
    struct decide_policy policy = default_policy();
    policy.virtual_cost.headphones = policy.virtual_cost.crosstalk = true;
    policy.virtual_cost.latency_frames = 320;
    policy.virtual_cost.worst_gain_db = 15;
    return policy;
}

static void headphones_get_filters_when_there_are_some(void **state)
{
    struct decide_policy policy = with_filters();
    struct speakers worn = cabin_of("2");
    struct layout source = layout_of("5.1");
    struct decision d;
    (void)state;
    worn.headphones = true;
    policy.makeup_db[DECIDE_VIRTUAL] = -6.0206F;
    decide(&source, &worn, &policy, &d);
    assert_int_equal(d.mode, DECIDE_VIRTUAL);
    assert_int_equal(d.filters, DECIDE_FILTERS_HEADPHONES);
    assert_int_equal(d.latency_frames, 320);
    assert_true(d.spatial);
    assert_int_equal(d.lost.count, 0);
    for (size_t i = 0; i < 6; i++) {
        assert_near((double)d.filters_gain[i], i == 3 ? .25 : .5);
        assert_true(d.matrix.w[0][i] == 0 && d.matrix.w[1][i] == 0);
    }
    assert_near(d.worst_gain_db, 15 - 6.0206);
    assert_near(d.expected_gain_db, 10 * log10((5 * .25 + .0625) / 2));

    policy.virtual_cost.headphones = false;
    decide(&source, &worn, &policy, &d);
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_non_null(strstr(d.reason, "not virtual: no filters"));
    policy.virtual_cost.coming = true;
    decide(&source, &worn, &policy, &d);
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_non_null(strstr(d.reason, "not virtual: its filters are being made"));
}

static void a_programme_with_nothing_around_is_not_placed_around_a_head(void **state)
{
    struct decide_policy policy = with_filters();
    struct speakers worn = cabin_of("2");
    struct decision d;
    (void)state;
    worn.headphones = true;
    struct layout stereo = layout_of("stereo"), mono = layout_of("mono");
    decide(&stereo, &worn, &policy, &d);
    assert_int_equal(d.mode, DECIDE_DISCRETE);
    decide(&mono, &worn, &policy, &d);
    assert_int_equal(d.mode, DECIDE_STEREO);
}

static void crosstalk_cancellation_must_have_been_asked_for(void **state)
{
    struct decide_policy policy = with_filters();
    (void)state;
    assert_int_equal(decided_by("5.1", "2", &policy).mode, DECIDE_STEREO);
    policy.crosstalk = true;
    struct decision d = decided_by("5.1", "2", &policy);
    assert_int_equal(d.mode, DECIDE_VIRTUAL);
    assert_int_equal(d.filters, DECIDE_FILTERS_CROSSTALK);
    d = decided_by("5.1", "2.1", &policy); /* a subwoofer does not disturb it, and has its LFE from the matrix */
    assert_int_equal(d.mode, DECIDE_VIRTUAL);
    assert_near(weight(&d, "5.1", "2.1", "LFE", "LFE"), 1);
    assert_true(d.filters_gain[3] == 0);
    assert_int_equal(d.lost.count, 0);
    assert_int_equal(decided_by("5.1", "4", &policy).mode, DECIDE_QUAD);
    policy.lfe = DECIDE_LFE_DROP;
    d = decided_by("5.1", "2", &policy);
    assert_int_equal(d.lost.count, 1);
    assert_true(d.filters_gain[3] == 0);
}

static void stereo_is_spread_to_the_surrounds_when_asked_for(void **state)
{
    struct decide_policy policy = default_policy();
    (void)state;
    assert_false(decided_by("stereo", "4", &policy).upmix);
    policy.upmix = true;
    struct decision d = decided_by("stereo", "4", &policy);
    assert_true(d.upmix);
    assert_near(weight(&d, "stereo", "4", "RL", "FL"), 0);
    assert_near(weight(&d, "stereo", "4", "FL", "FL"), 1);
    assert_true(decided_by("stereo", "7.1", &policy).upmix);
    assert_false(decided_by("stereo", "2.1", &policy).upmix);
    assert_false(decided_by("stereo", "3", &policy).upmix);
    assert_false(decided_by("5.1", "4", &policy).upmix);
    assert_false(decided_by("mono", "4", &policy).upmix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_rows_come_out),
        cmocka_unit_test(the_worst_gains_are_those_that_were_measured),
        cmocka_unit_test(a_layout_to_itself_is_the_identity),
        cmocka_unit_test(each_cabin_gets_the_mode_that_its_speakers_allow),
        cmocka_unit_test(speakers_that_play_are_counted_for_spatial_sound_and_no_others),
        cmocka_unit_test(a_refusal_is_silent_and_names_all_channels),
        cmocka_unit_test(no_speaker_and_no_channel_are_refused),
        cmocka_unit_test(the_first_rule_that_fits_is_taken_and_the_reason_tells_of_those_before),
        cmocka_unit_test(a_policy_without_a_fitting_rule_refuses),
        cmocka_unit_test(a_refusal_in_the_list_ends_it),
        cmocka_unit_test(thresholds_count_neither_subwoofers_nor_tweeters),
        cmocka_unit_test(partial_plays_on_four_what_quad_does),
        cmocka_unit_test(partial_waits_for_quad_only_where_that_is_next),
        cmocka_unit_test(a_mode_leaves_speakers_that_it_does_not_need_silent),
        cmocka_unit_test(a_dropped_lfe_is_named_as_lost),
        cmocka_unit_test(a_weight_of_zero_is_a_loss_too_and_is_named),
        cmocka_unit_test(a_subwoofer_plays_the_lfe_under_any_policy),
        cmocka_unit_test(the_lfe_alone_under_drop_is_no_discrete_programme),
        cmocka_unit_test(a_second_lfe_joins_the_first),
        cmocka_unit_test(dialogue_lfe_and_makeup_gains_are_in_the_matrix),
        cmocka_unit_test(dialogue_gain_is_for_a_centre_among_others),
        cmocka_unit_test(speakers_of_the_same_channel_share_its_power_and_a_tweeter_has_all_of_it),
        cmocka_unit_test(an_aux_channel_goes_to_the_port_of_its_name_or_to_the_middle),
        cmocka_unit_test(speakers_that_play_no_channel_of_a_programme_are_silent),
        cmocka_unit_test(lt_rt_has_the_surrounds_in_the_difference),
        cmocka_unit_test(headphones_get_filters_when_there_are_some),
        cmocka_unit_test(a_programme_with_nothing_around_is_not_placed_around_a_head),
        cmocka_unit_test(crosstalk_cancellation_must_have_been_asked_for),
        cmocka_unit_test(stereo_is_spread_to_the_surrounds_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
