/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/audio_setup.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static char message[200];
static struct fascia_text text;

static int start(void **state)
{
    (void)state;
    fascia_text_init(&text, message, sizeof message);
    return 0;
}

static struct audio_config plain(void)
{
    return (struct audio_config){
        .source = "5.1",
        .layout = "auto",
        .spatial = {.min_speakers = 6, .coefficients = "bs775"},
    };
}

static struct layout layout_of(const char *ports)
{
    struct layout layout = {.count = 0};
    assert_int_equal(layout_parse(ports, &layout), 0);
    return layout;
}

static struct audio_speaker_config *add(struct audio_config *config, const char *channel, const char *plays)
{
    struct audio_speaker_config *s = &config->cabin[config->cabin_count++];
    assert_int_equal(fascia_text_copy(s->channel, sizeof s->channel, channel), 0);
    assert_int_equal(fascia_text_copy(s->plays, sizeof s->plays, plays), 0);
    return s;
}

/* --- source and ports ----------------------------------------------------------------------------------------------
 */

static void the_source_is_a_layout_by_name(void **state)
{
    struct audio_config config = plain();
    struct layout source = {.count = 9};
    (void)state;
    strcpy(config.source, "5.1.9");
    assert_int_equal(audio_setup_source(&config, &source, &text), -EINVAL);
    assert_string_equal(message, "audio.source: \"5.1.9\" is not the name of a layout");
    assert_int_equal(source.count, 9);
    strcpy(config.source, "7.1.4");
    assert_int_equal(audio_setup_source(&config, &source, &text), 0);
    assert_int_equal(source.count, 12);
}

static void ports_are_listed_or_of_a_preset_or_whatever_the_sink_has(void **state)
{
    struct audio_config config = plain();
    struct layout ports = {.count = 9};
    (void)state;
    assert_int_equal(audio_setup_ports(&config, &ports, &text), 0);
    assert_int_equal(ports.count, 0);
    strcpy(config.layout, "4.1");
    assert_int_equal(audio_setup_ports(&config, &ports, &text), 0);
    assert_int_equal(ports.count, 5);
    strcpy(config.speakers[0], "FL");
    strcpy(config.speakers[1], "AUX3");
    config.speakers_count = 2;
    assert_int_equal(audio_setup_ports(&config, &ports, &text), 0);
    assert_int_equal(ports.count, 2);
    assert_int_equal(ports.channels[1], LAYOUT_AUX0 + 3);
    assert_string_equal(message, "");
}

static void a_wrong_port_is_named(void **state)
{
    static const struct {
        const char *second, *sentence;
    } cases[] = {{"FL", "audio.speakers: \"FL\" is named twice"},
                 {"FLX", "audio.speakers: \"FLX\" is not the name of a channel"}};
    struct layout ports = {.count = 9};
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct audio_config config = plain();
        strcpy(config.speakers[0], "FL");
        strcpy(config.speakers[1], cases[i].second);
        config.speakers_count = 2;
        start(state);
        assert_int_equal(audio_setup_ports(&config, &ports, &text), -EINVAL);
        assert_string_equal(message, cases[i].sentence);
        assert_int_equal(ports.count, 9);
    }
    struct audio_config config = plain();
    strcpy(config.layout, "9.9");
    start(state);
    assert_int_equal(audio_setup_ports(&config, &ports, &text), -EINVAL);
    assert_string_equal(message, "audio.layout: \"9.9\" is neither auto nor a preset: 1 2 2.1 3 3.1 4 4.1 5 5.1 "
                                 "5.1-rear 6 6.1 7 7.1 4.1.2 5.1.2 5.1.2-front 5.1.4 7.1.2 7.1.4");
}

/* --- the cabin ------------------------------------------------------------------------------------------------------
 */

static void what_is_known_of_a_speaker_replaces_what_is_usual(void **state)
{
    struct audio_config config = plain();
    struct layout ports = layout_of("FL FR RL RR");
    struct speakers s;
    (void)state;
    struct audio_speaker_config *fr = add(&config, "FR", "");
    fr->placed = true;
    fr->azimuth_deg = -65;
    fr->elevation_deg = -20;
    fr->distance_m = 1.25;
    fr->low_hz = 80;
    add(&config, "RR", "SR");
    assert_int_equal(audio_setup_speakers(&config, &ports, &s, &text), 0);
    assert_string_equal(message, "");
    assert_int_equal(s.count, 4);
    assert_true(s.at[0].azimuth_deg == 30);
    assert_true(s.at[1].azimuth_deg == -65 && s.at[1].elevation_deg == -20);
    assert_true(s.at[1].distance_m == 1.25F && s.at[1].low_hz == 80);
    assert_int_equal(s.at[1].plays, LAYOUT_FR);
    assert_int_equal(s.at[3].channel, LAYOUT_RR);
    assert_int_equal(s.at[3].plays, LAYOUT_SR);
    assert_true(s.at[3].azimuth_deg == -110); /* of what it plays */
    assert_false(s.headphones);
}

static void an_unnamed_port_with_a_place_plays_the_nearest_channel(void **state)
{
    static const struct {
        const char *channel;
        double azimuth;
    } wired[] = {{"AUX0", -140}, {"AUX1", 140}, {"AUX2", -40}, {"AUX3", 45}, {"AUX4", 5}};
    static const enum layout_channel plays[] = {LAYOUT_RR, LAYOUT_RL, LAYOUT_FR, LAYOUT_FL, LAYOUT_FC};
    struct audio_config config = plain();
    struct layout ports = layout_of("AUX0 AUX1 AUX2 AUX3 AUX4");
    struct speakers s;
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(wired); i++) {
        struct audio_speaker_config *speaker = add(&config, wired[i].channel, "");
        speaker->placed = true;
        speaker->azimuth_deg = wired[i].azimuth;
    }
    assert_int_equal(audio_setup_speakers(&config, &ports, &s, &text), 0);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(plays); i++)
        assert_int_equal(s.at[i].plays, plays[i]);
}

static void headphones_are_told_from_speakers(void **state)
{
    struct audio_config config = plain();
    struct layout two = layout_of("FL FR"), four = layout_of("FL FR RL RR");
    struct speakers s;
    (void)state;
    config.output = AUDIO_OUTPUT_HEADPHONES;
    assert_int_equal(audio_setup_speakers(&config, &two, &s, &text), 0);
    assert_true(s.headphones);
    assert_int_equal(audio_setup_speakers(&config, &four, &s, &text), -EINVAL);
    assert_string_equal(message, "audio.output: headphones have two channels, FL and FR; here are FL FR RL RR");
}

static void a_cabin_that_cannot_be_is_an_error_that_names_the_speaker(void **state)
{
    static const struct {
        const char *channel, *plays, *sentence;
        double azimuth;
    } cases[] = {
        {"FL", "", "audio.cabin: the speaker FL stands behind, and plays a front channel", 150},
        {"FL", "RR", "audio.cabin: the speaker FL plays a right channel, and is not on the right (azimuth below 0)",
         30},
        {"FL", "AUX1", "audio.cabin: the speaker FL plays no channel of a programme (plays: FL, FR, …)", 30},
        {"FL", "left", "audio.cabin: the speaker FL plays no channel of a programme (plays: FL, FR, …)", 30},
        {"XY", "", "audio.cabin: the speaker XY is on no channel that we know", 0},
    };
    struct layout ports = layout_of("FL FR");
    struct speakers s = {.count = 9};
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct audio_config config = plain();
        struct audio_speaker_config *speaker = add(&config, cases[i].channel, cases[i].plays);
        speaker->placed = true;
        speaker->azimuth_deg = cases[i].azimuth;
        start(state);
        assert_int_equal(audio_setup_speakers(&config, &ports, &s, &text), -EINVAL);
        assert_string_equal(message, cases[i].sentence);
        assert_int_equal(s.count, 9);
    }
    struct audio_config config = plain();
    add(&config, "FL", "");
    add(&config, "FL", "");
    start(state);
    assert_int_equal(audio_setup_speakers(&config, &ports, &s, &text), -EINVAL);
    assert_string_equal(message, "audio.cabin: the speaker FL is there twice");
}

/* With `auto` the sink may be another one today: what is said of its speakers holds when it is back. */
static void a_speaker_that_the_sink_does_not_have_is_an_error_when_the_ports_are_configured(void **state)
{
    struct audio_config config = plain();
    struct layout ports = layout_of("FL FR");
    struct speakers s;
    (void)state;
    add(&config, "RL", "");
    assert_int_equal(audio_setup_speakers(&config, &ports, &s, &text), 0);
    strcpy(config.layout, "2");
    assert_int_equal(audio_setup_speakers(&config, &ports, &s, &text), -EINVAL);
    assert_string_equal(message, "audio.cabin: the speaker RL is not among the sink's channels");
}

/* --- the policy -----------------------------------------------------------------------------------------------------
 */

static void without_a_list_the_policy_is_the_default_one(void **state)
{
    struct audio_config config = plain();
    struct decide_policy policy, expected;
    (void)state;
    assert_int_equal(audio_setup_policy(&config, &policy, &text), 0);
    decide_policy_default(&expected);
    assert_int_equal(policy.count, expected.count);
    assert_memory_equal(policy.rules, expected.rules, sizeof policy.rules);
    assert_int_equal(policy.min_speakers, 6);
    assert_string_equal(policy.coefficients.name, "bs775");
    assert_string_equal(message, "");
}

static void all_of_a_configured_policy_arrives(void **state)
{
    struct audio_config config = plain();
    struct decide_policy policy;
    (void)state;
    config.spatial.policy[0] = (struct audio_rule_config){DECIDE_PARTIAL, 5};
    config.spatial.policy[1] = (struct audio_rule_config){DECIDE_LTRT, -1};
    config.spatial.policy_count = 2;
    config.spatial.min_speakers = 4;
    strcpy(config.spatial.coefficients, "pipewire");
    config.spatial.dialogue_db = 3;
    config.spatial.lfe_db = -2;
    config.spatial.makeup_db[DECIDE_QUAD] = 1.5;
    config.spatial.crosstalk = config.spatial.upmix = true;
    config.lfe = DECIDE_LFE_DROP;
    assert_int_equal(audio_setup_policy(&config, &policy, &text), 0);
    assert_int_equal(policy.count, 2);
    assert_int_equal(policy.rules[0].mode, DECIDE_PARTIAL);
    assert_int_equal(policy.rules[0].min_speakers, 5);
    assert_int_equal(policy.rules[1].mode, DECIDE_LTRT);
    assert_int_equal(policy.rules[1].min_speakers, 0);
    assert_int_equal(policy.min_speakers, 4);
    assert_string_equal(policy.coefficients.name, "pipewire");
    assert_true(policy.dialogue_db == 3 && policy.lfe_db == -2 && policy.makeup_db[DECIDE_QUAD] == 1.5F);
    assert_true(policy.crosstalk && policy.upmix);
    assert_int_equal(policy.lfe, DECIDE_LFE_DROP);
}

static void coefficients_of_a_file_take_the_place_of_a_preset(void **state)
{
    struct audio_config config = plain();
    struct decide_policy policy;
    (void)state;
    assert_int_equal(coefficients_preset("bs775", &config.spatial.weights), 0);
    config.spatial.weights.centre = 0.5F;
    strcpy(config.spatial.coefficients, "/etc/fascia/cabin.yaml");
    assert_int_equal(audio_setup_policy(&config, &policy, &text), 0);
    assert_true(policy.coefficients.centre == 0.5F);
    config.spatial.weights = (struct coefficients){.centre = 0};
    assert_int_equal(audio_setup_policy(&config, &policy, &text), -EINVAL);
    assert_string_equal(message, "audio.spatial.coefficients: \"/etc/fascia/cabin.yaml\" is a file that was not read");
    start(state);
    strcpy(config.spatial.coefficients, "dolby");
    assert_int_equal(audio_setup_policy(&config, &policy, &text), -EINVAL);
    assert_string_equal(message, "audio.spatial.coefficients: \"dolby\" is not the name of a set");
}

static void a_policy_that_makes_no_sense_is_an_error(void **state)
{
    struct audio_config config = plain();
    struct decide_policy policy = {.count = 77};
    (void)state;
    config.spatial.policy[0].mode = config.spatial.policy[1].mode = DECIDE_QUAD;
    config.spatial.policy_count = 2;
    assert_int_equal(audio_setup_policy(&config, &policy, &text), -EINVAL);
    assert_string_equal(message, "audio.spatial: the policy has quad twice");
    start(state);
    config = plain();
    config.spatial.min_speakers = 1000;
    assert_int_equal(audio_setup_policy(&config, &policy, &text), -EINVAL);
    start(state);
    config = plain();
    config.spatial.dialogue_db = 99;
    assert_int_equal(audio_setup_policy(&config, &policy, &text), -EINVAL);
    assert_string_equal(message, "audio.spatial: the dialogue gain is not within -24 … 24 dB");
    assert_int_equal(policy.count, 77);
}

/* --- tuning and focus -----------------------------------------------------------------------------------------------
 */

static struct speakers speakers_of(const struct audio_config *config, const char *ports)
{
    struct layout layout = layout_of(ports);
    struct speakers s;
    assert_int_equal(audio_setup_speakers(config, &layout, &s, &text), 0);
    return s;
}

static void tuning_goes_to_the_speaker_on_that_port(void **state)
{
    struct audio_config config = plain();
    struct tuning tuning;
    (void)state;
    struct audio_speaker_config *s = add(&config, "FR", "");
    s->gain_db = -3;
    s->delay_ms = 2;
    s->invert = true;
    s->eq[0] = (struct tuning_eq){TUNING_PEAK, 100, 1, -6};
    s->eq_count = 1;
    add(&config, "RL", "")->gain_db = -9; /* of another sink */
    struct speakers speakers = speakers_of(&config, "FL FR");
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), 0);
    assert_int_equal(tuning.count, 2);
    assert_true(tuning.speaker[0].gain_db == 0 && tuning.speaker[0].eq_count == 0);
    assert_true(tuning.speaker[1].gain_db == -3 && tuning.speaker[1].delay_ms == 2 && tuning.speaker[1].invert);
    assert_int_equal(tuning.speaker[1].eq_count, 1);
    assert_true(tuning.speaker[1].eq[0].hz == 100);
    assert_string_equal(message, "");
}

static void nearer_speakers_wait_for_the_farthest_when_all_distances_are_known(void **state)
{
    struct audio_config config = plain();
    struct tuning tuning;
    (void)state;
    add(&config, "FL", "")->distance_m = 0.657;
    struct audio_speaker_config *fr = add(&config, "FR", "");
    fr->distance_m = 1;
    fr->delay_ms = 0.5;
    struct speakers speakers = speakers_of(&config, "FL FR");
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), 0);
    assert_true(fabs(tuning.speaker[0].delay_ms - 1) < 1e-6); /* 0.343 m */
    assert_true(fabs(tuning.speaker[1].delay_ms - 0.5) < 1e-6);
    config.cabin[1].distance_m = 0;
    speakers = speakers_of(&config, "FL FR");
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), 0);
    assert_true(tuning.speaker[0].delay_ms == 0);
}

static void bass_is_managed_when_the_lfe_is(void **state)
{
    struct audio_config config = plain();
    struct tuning tuning;
    (void)state;
    add(&config, "FL", "")->low_hz = 120;
    struct speakers speakers = speakers_of(&config, "FL FR LFE");
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), 0);
    assert_true(tuning.speaker[0].low_hz == 0 && !tuning.speaker[2].bass);
    config.lfe = DECIDE_LFE_MANAGE;
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), 0);
    assert_true(tuning.speaker[0].low_hz == 120 && tuning.speaker[2].bass);
}

static void tuning_out_of_range_is_an_error(void **state)
{
    struct audio_config config = plain();
    struct tuning tuning = {.count = 77};
    (void)state;
    add(&config, "FR", "")->delay_ms = 60;
    struct speakers speakers = speakers_of(&config, "FL FR");
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), -EINVAL);
    assert_string_equal(message, "audio.cabin: speaker FR: delay 60 is not 0 to 50");
    config.cabin[0].delay_ms = 0;
    config.cabin[0].gain_db = NAN;
    assert_int_equal(audio_setup_tuning(&config, &speakers, &tuning, &text), -EINVAL);
    assert_int_equal(tuning.count, 77);
}

static void configured_edges_replace_cells_of_the_default_table(void **state)
{
    struct audio_config config = plain();
    struct focus_table table, expected;
    (void)state;
    config.interactions[0] = (struct audio_edge_config){
        .holder = STREAM_MEDIA,
        .requester = STREAM_NAVIGATION,
        .interaction = FOCUS_EXCLUSIVE,
        .target_db = -33,
        .attack_ms = 11,
        .hold_ms = 22,
        .release_ms = 33,
    };
    config.interactions_count = 1;
    audio_setup_focus(&config, &table);
    focus_table_default(&expected);
    const struct focus_edge *edge = &table.edge[STREAM_MEDIA][STREAM_NAVIGATION];
    assert_int_equal(edge->interaction, FOCUS_EXCLUSIVE);
    assert_true(edge->target_db == -33);
    assert_int_equal(edge->attack_ms, 11);
    assert_int_equal(edge->hold_ms, 22);
    assert_int_equal(edge->release_ms, 33);
    edge = &table.edge[STREAM_NAVIGATION][STREAM_MEDIA];
    assert_int_equal(edge->interaction, expected.edge[STREAM_NAVIGATION][STREAM_MEDIA].interaction);
    assert_true(edge->target_db == expected.edge[STREAM_NAVIGATION][STREAM_MEDIA].target_db);
}

/* To make a duck shallower is not to make it faster, too. */
static void times_that_are_not_configured_are_those_of_the_classes(void **state)
{
    struct audio_config config = plain();
    struct focus_table table, usual;
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        config.interactions[i] = (struct audio_edge_config){.holder = STREAM_MEDIA,
                                                            .requester = i == 0 ? STREAM_NAVIGATION : STREAM_ALERT,
                                                            .interaction = FOCUS_CONCURRENT,
                                                            .target_db = -9,
                                                            .attack_ms = i == 0 ? -1 : 0,
                                                            .hold_ms = -1,
                                                            .release_ms = -1};
    /* It is the other way round then: media has its way, and telephony comes back. */
    config.interactions[2] = (struct audio_edge_config){.holder = STREAM_MEDIA,
                                                        .requester = STREAM_TELEPHONY,
                                                        .interaction = FOCUS_REJECT,
                                                        .attack_ms = -1,
                                                        .hold_ms = -1,
                                                        .release_ms = -1};
    config.interactions_count = 3;
    audio_setup_focus(&config, &table);
    focus_table_default(&usual);
    const struct focus_edge *is = table.edge[STREAM_MEDIA], *was = usual.edge[STREAM_MEDIA];
    assert_true(is[STREAM_NAVIGATION].target_db == -9);
    assert_int_equal(is[STREAM_NAVIGATION].attack_ms, was[STREAM_NAVIGATION].attack_ms);
    assert_int_equal(is[STREAM_NAVIGATION].hold_ms, was[STREAM_NAVIGATION].hold_ms);
    assert_int_equal(is[STREAM_NAVIGATION].release_ms, was[STREAM_NAVIGATION].release_ms);
    assert_int_equal(is[STREAM_ALERT].attack_ms, 0);
    assert_int_equal(is[STREAM_ALERT].hold_ms, was[STREAM_ALERT].hold_ms);
    assert_int_equal(is[STREAM_TELEPHONY].hold_ms, 0); /* of media */
    assert_int_equal(is[STREAM_TELEPHONY].release_ms, 500);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_source_is_a_layout_by_name),
        TEST(ports_are_listed_or_of_a_preset_or_whatever_the_sink_has),
        TEST(a_wrong_port_is_named),
        TEST(what_is_known_of_a_speaker_replaces_what_is_usual),
        TEST(an_unnamed_port_with_a_place_plays_the_nearest_channel),
        TEST(headphones_are_told_from_speakers),
        TEST(a_cabin_that_cannot_be_is_an_error_that_names_the_speaker),
        TEST(a_speaker_that_the_sink_does_not_have_is_an_error_when_the_ports_are_configured),
        TEST(without_a_list_the_policy_is_the_default_one),
        TEST(all_of_a_configured_policy_arrives),
        TEST(coefficients_of_a_file_take_the_place_of_a_preset),
        TEST(a_policy_that_makes_no_sense_is_an_error),
        TEST(tuning_goes_to_the_speaker_on_that_port),
        TEST(nearer_speakers_wait_for_the_farthest_when_all_distances_are_known),
        TEST(bass_is_managed_when_the_lfe_is),
        TEST(tuning_out_of_range_is_an_error),
        TEST(configured_edges_replace_cells_of_the_default_table),
        TEST(times_that_are_not_configured_are_those_of_the_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
