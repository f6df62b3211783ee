/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "platform/config/config.h"
#include "tests/unit/test.h"

static struct fascia_config config;
static char message[CONFIG_MESSAGE_SIZE];

/* `keys` stand in the section audio, each line indented by two spaces; they begin in line 3. */
static int parse_audio(const char *keys)
{
    static char text[8192];

    (void)snprintf(text, sizeof text, "link: {enabled: false}\naudio:\n%s", keys);
    memset(&config, 0, sizeof config);
    return config_parse("f.yaml", text, strlen(text), &config, message);
}

static const struct audio_config *audio_of(const char *keys)
{
    if (parse_audio(keys) != 0)
        fail_msg("%s", message);
    return &config.audio;
}

static void expect_error(const char *keys, const char *expected)
{
    assert_int_equal(parse_audio(keys), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
}

static void without_a_word_the_real_sink_may_have_any_layout(void **state)
{
    const struct audio_config *audio = audio_of("  enabled: true\n");
    (void)state;

    assert_string_equal(audio->layout, "auto");
    assert_int_equal(audio->speakers_count, 0);
    assert_int_equal(audio->spatial.min_speakers, 6);
    assert_int_equal(audio->spatial.policy_count, DECIDE_MODES_ - 1);
    assert_int_equal(audio->spatial.policy[6].mode, DECIDE_REFUSE);
    assert_true(audio->spatial.makeup_db[DECIDE_MONO] == 1.7);
    assert_true(audio->limiter.ceiling_dbtp == -1.0);
    assert_string_equal(audio->classes[STREAM_NAVIGATION].sink_name, "fascia.navigation");
    assert_string_equal(audio->classes[STREAM_TELEPHONY].layout, "mono");
    assert_false(audio->network.enabled);
    assert_string_equal(audio->store, "/var/lib/fascia/audio/volumes");
}

static void the_words_of_the_file_are_those_of_the_rooms(void **state)
{
    char text[96];
    (void)state;

    for (size_t i = 0; i < layout_names(); i++) {
        (void)snprintf(text, sizeof text, "  source: \"%s\"\n", layout_name_at(i));
        assert_string_equal(audio_of(text)->source, layout_name_at(i));
    }
    for (int i = 0; i < STREAM_CLASSES; i++) {
        (void)snprintf(text, sizeof text, "  network: {class: %s}\n", stream_class_name((enum stream_class)i));
        assert_int_equal(audio_of(text)->network.stream, i);
        (void)snprintf(text, sizeof text, "  classes: {%s: {volume_db: -%d}}\n",
                       stream_class_name((enum stream_class)i), i + 1);
        assert_true(audio_of(text)->classes[i].volume_db == -(i + 1));
    }
}

/* The schema takes its words from the rooms; one that is forgotten there would end a list early. */
static void no_list_of_words_has_a_gap(void **state)
{
    static const struct {
        const char *const *names;
        size_t count;
    } lists[] = {
        {decide_mode_names, DECIDE_MODES_},
        {decide_lfe_names, DECIDE_LFES_},
        {tuning_filter_names, TUNING_FILTERS_},
        {stream_class_names, STREAM_CLASSES},
        {focus_interaction_names, FOCUS_INTERACTIONS_},
    };
    (void)state;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (size_t k = 0; k < lists[i].count; k++)
            assert_non_null(lists[i].names[k]);
        assert_null(lists[i].names[lists[i].count]);
    }
}

static void a_cabin_reaches_its_members(void **state)
{
    const struct audio_config *audio =
        audio_of("  speakers: [FL, FR, RL, RR]\n"
                 "  cabin:\n"
                 "    - {channel: FL, azimuth_deg: 50.5, distance_m: 1.25, low_hz: 90, gain_db: -1.5, invert: true,\n"
                 "       eq: [{type: peak, hz: 160, q: 1.4, gain_db: -4}, {type: high-pass, hz: 40.5}]}\n"
                 "    - {channel: RL, plays: SL, delay_ms: 3.25}\n");
    (void)state;

    assert_int_equal(audio->cabin_count, 2);
    assert_true(audio->cabin[0].placed);
    assert_true(audio->cabin[0].azimuth_deg == 50.5);
    assert_true(audio->cabin[0].elevation_deg == 0);
    assert_true(audio->cabin[0].distance_m == 1.25);
    assert_true(audio->cabin[0].low_hz == 90);
    assert_true(audio->cabin[0].gain_db == -1.5);
    assert_true(audio->cabin[0].invert);
    assert_int_equal(audio->cabin[0].eq_count, 2);
    assert_int_equal(audio->cabin[0].eq[1].type, TUNING_HIGH_PASS);
    assert_true(audio->cabin[0].eq[1].hz == 40.5);
    assert_true(audio->cabin[0].eq[1].q == 0.7071);
    assert_false(audio->cabin[1].placed);
    assert_true(audio->cabin[1].azimuth_deg == 0); /* NAN inside is not for others */
    assert_string_equal(audio->cabin[1].plays, "SL");
    assert_true(audio->cabin[1].delay_ms == 3.25);
}

static void the_policy_keeps_its_order_and_its_thresholds(void **state)
{
    const struct audio_config *audio = audio_of("  spatial:\n"
                                                "    min_speakers: 4\n"
                                                "    policy: [{mode: stereo}, {mode: partial, min_speakers: 5}]\n"
                                                "    dialogue_db: 2.5\n"
                                                "    makeup_db: {stereo: 1.5}\n"
                                                "    coefficients: /etc/fascia/car.yaml\n");
    (void)state;

    assert_int_equal(audio->spatial.policy_count, 2);
    assert_int_equal(audio->spatial.policy[0].mode, DECIDE_STEREO);
    assert_int_equal(audio->spatial.policy[0].min_speakers, -1);
    assert_int_equal(audio->spatial.policy[1].mode, DECIDE_PARTIAL);
    assert_int_equal(audio->spatial.policy[1].min_speakers, 5);
    assert_true(audio->spatial.dialogue_db == 2.5);
    assert_true(audio->spatial.makeup_db[DECIDE_STEREO] == 1.5);
    assert_string_equal(audio->spatial.coefficients, "/etc/fascia/car.yaml");
}

static void classes_interactions_and_the_network_reach_their_members(void **state)
{
    const struct audio_config *audio =
        audio_of("  classes:\n"
                 "    media: {volume_db: -6.5}\n"
                 "    alert: {sink_name: \"\", roles: [Beep, Chime]}\n"
                 "  interactions:\n"
                 "    - {holder: media, requester: navigation, interaction: concurrent, target_db: -9}\n"
                 "    - {holder: navigation, requester: media, interaction: reject}\n"
                 "  network: {enabled: true, interface: wlan1, encoding: L24, layout: 7.1.4, buffer_ms: 20}\n");
    (void)state;

    assert_true(audio->classes[STREAM_MEDIA].volume_db == -6.5);
    assert_string_equal(audio->classes[STREAM_ALERT].sink_name, "");
    assert_int_equal(audio->classes[STREAM_ALERT].roles_count, 2);
    assert_string_equal(audio->classes[STREAM_ALERT].roles[1], "Chime");
    assert_int_equal(audio->interactions_count, 2);
    assert_true(audio->interactions[0].target_db == -9.0);
    assert_int_equal(audio->interactions[1].interaction, FOCUS_REJECT);
    assert_true(audio->network.enabled);
    assert_int_equal(audio->network.encoding, AUDIO_L24);
    assert_string_equal(audio->network.layout, "7.1.4");
}

static void a_number_is_a_decimal_fraction_in_its_range(void **state)
{
    static const char *const none[] = {"loud", "1e1", "0x1", ".5", "5.", "nan", "inf", "+1", "1 2", "--1", "\"-3\""};
    char keys[64], expected[160];
    (void)state;

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        bool quoted = none[i][0] == '"';
        (void)snprintf(keys, sizeof keys, "  limiter: {ceiling_dbtp: %s}\n", none[i]);
        (void)snprintf(expected, sizeof expected,
                       "f.yaml:3:27: audio.limiter.ceiling_dbtp: \"%.*s\" is not a number; allowed are -20 to 0",
                       (int)strlen(none[i]) - (quoted ? 2 : 0), none[i] + quoted);
        expect_error(keys, expected);
    }
    expect_error("  limiter: {ceiling_dbtp: 0.1}\n",
                 "f.yaml:3:27: audio.limiter.ceiling_dbtp: 0.1 is out of range; allowed are -20 to 0");
    expect_error("  limiter: {ceiling_dbtp: -20.001}\n",
                 "f.yaml:3:27: audio.limiter.ceiling_dbtp: -20.001 is out of range; allowed are -20 to 0");
    assert_true(audio_of("  limiter: {ceiling_dbtp: -0.3}\n")->limiter.ceiling_dbtp == -0.3);
    assert_true(audio_of("  limiter: {lookahead_ms: 0.7071}\n")->limiter.lookahead_ms == 0.7071);
    expect_error("  limiter: {ceiling_dbtp: [0]}\n", "f.yaml:3:27: audio.limiter.ceiling_dbtp: must be a number");
}

static void a_wrong_word_names_what_is_allowed(void **state)
{
    (void)state;
    expect_error("  speakers: [FL, XX]\n", "f.yaml:3:18: audio.speakers: \"XX\" is not valid; allowed is a name of "
                                           "audio.position, for instance FL, LFE or TFL");
    expect_error("  cabin: [{channel: fl}]\n", "f.yaml:3:21: audio.cabin[0].channel: \"fl\" is not valid; allowed is a "
                                               "name of audio.position, for instance FL, LFE or TFL");
    expect_error("  lfe: loud\n",
                 "f.yaml:3:8: audio.lfe: \"loud\" is not known; allowed are minus6, drop, bass-manage");
    expect_error("  spatial: {coefficients: dolby}\n",
                 "f.yaml:3:27: audio.spatial.coefficients: \"dolby\" is not valid; allowed is bs775, bs2127, android, "
                 "pipewire, or the absolute path of a file");
    assert_int_equal(parse_audio("  source: \"9.9\"\n"), CONFIG_E_INVALID);
    assert_non_null(strstr(message, "f.yaml:3:11: audio.source: \"9.9\" is not valid; allowed is one of mono, "));
}

static void each_channel_mode_and_cell_is_named_once(void **state)
{
    (void)state;
    expect_error("  speakers: [FL, FR, FL]\n", "f.yaml:3:22: audio.speakers: FL is named twice");
    expect_error("  cabin: [{channel: FL}, {channel: FL}]\n",
                 "f.yaml:3:36: audio.cabin[1].channel: is the same as in audio.cabin[0]; allowed is each channel once");
    expect_error("  spatial: {policy: [{mode: mono}, {mode: mono}]}\n",
                 "f.yaml:3:43: audio.spatial.policy[1].mode: is the same as in audio.spatial.policy[0]; allowed is "
                 "each mode once");
    expect_error("  interactions:\n    - {holder: media, requester: alert, interaction: reject}\n"
                 "    - {holder: media, requester: alert, interaction: exclusive}\n",
                 "f.yaml:5:16: audio.interactions[1].holder: is the same as in audio.interactions[0]; allowed is each "
                 "holder and requester once");
    expect_error("  classes: {media: {roles: [Music, Music]}}\n",
                 "f.yaml:3:36: audio.classes.media.roles: Music is named twice");
}

static void keys_that_contradict_each_other_are_told(void **state)
{
    (void)state;
    expect_error("  cabin: [{channel: FL, elevation_deg: 10}]\n",
                 "f.yaml:3:40: audio.cabin[0].elevation_deg: is of no use without azimuth_deg");
    expect_error("  cabin: [{channel: FL, eq: [{type: notch, hz: 50, gain_db: 3}]}]\n",
                 "f.yaml:3:61: audio.cabin[0].eq[0].gain_db: is of no use; peak, low-shelf and high-shelf have one");
    expect_error("  network: {buffer_ms: 100, buffer_max_ms: 50}\n",
                 "f.yaml:3:44: audio.network.buffer_max_ms: is below audio.network.buffer_ms");
    expect_error("  classes: {alert: {sink_name: fascia.navigation}}\n",
                 "f.yaml:3:32: audio.classes.alert.sink_name: is the name of another sink, too; allowed is each once");
    expect_error("  sink: fascia.projection\n",
                 "f.yaml:3:9: audio.sink: is one of our own sinks; allowed is a real one");
    expect_error("  pipewire: {manage: spawn}\n", "f.yaml:3:13: audio.pipewire.config: is missing; manage: spawn needs "
                                                  "PipeWire's configuration");
}

static void a_cabin_that_cannot_be_is_refused_at_its_line(void **state)
{
    (void)state;
    expect_error("  layout: 9.9\n", "f.yaml:3:11: audio.layout: \"9.9\" is neither auto nor a preset: 1 2 2.1 3 3.1 4 "
                                    "4.1 5 5.1 5.1-rear 6 6.1 7 7.1 4.1.2 5.1.2 5.1.2-front 5.1.4 7.1.2 7.1.4");
    expect_error("  speakers: [FL, FR]\n  cabin:\n    - {channel: RL}\n",
                 "f.yaml:5:5: audio.cabin: the speaker RL is not among the sink's channels");
    assert_int_equal(parse_audio("  speakers: [FL, FR]\n  cabin: [{channel: FL, azimuth_deg: -30}]\n"),
                     CONFIG_E_INVALID);
    assert_non_null(strstr(message, "f.yaml:4:10: audio.cabin: "));
    assert_int_equal(parse_audio("  speakers: [FL, FR, RL, RR]\n  output: headphones\n"), CONFIG_E_INVALID);
    assert_int_equal(parse_audio("  cabin: [{channel: RL}]\n"), 0); /* the sink's channels are not known yet */
    assert_int_equal(parse_audio("  layout: \"5.1.4\"\n  cabin: [{channel: TFL, distance_m: 0.8}]\n"), 0);
    assert_int_equal(parse_audio("  speakers: [AUX0, AUX1, AUX2, AUX3]\n"), 0);
}

static void nothing_makes_safety_quieter(void **state)
{
    (void)state;
    expect_error(
        "  interactions: [{holder: safety, requester: media, interaction: exclusive}]\n",
        "f.yaml:3:27: audio.interactions[0].holder: is safety, which gives way to nobody; allowed is no cell of "
        "it that makes it quieter");
    expect_error(
        "  interactions: [{holder: safety, requester: media, interaction: concurrent, target_db: -1}]\n",
        "f.yaml:3:27: audio.interactions[0].holder: is safety, which gives way to nobody; allowed is no cell of "
        "it that makes it quieter");
    expect_error("  interactions: [{holder: telephony, requester: safety, interaction: reject}]\n",
                 "f.yaml:3:49: audio.interactions[0].requester: is safety, which nobody rejects; allowed are "
                 "concurrent and exclusive");
    expect_error("  interactions: [{holder: media, requester: alert, interaction: reject, target_db: -3}]\n",
                 "f.yaml:3:84: audio.interactions[0].target_db: is of no use; only interaction: concurrent has one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_the_real_sink_may_have_any_layout),
        cmocka_unit_test(the_words_of_the_file_are_those_of_the_rooms),
        cmocka_unit_test(no_list_of_words_has_a_gap),
        cmocka_unit_test(a_cabin_reaches_its_members),
        cmocka_unit_test(the_policy_keeps_its_order_and_its_thresholds),
        cmocka_unit_test(classes_interactions_and_the_network_reach_their_members),
        cmocka_unit_test(a_number_is_a_decimal_fraction_in_its_range),
        cmocka_unit_test(a_wrong_word_names_what_is_allowed),
        cmocka_unit_test(each_channel_mode_and_cell_is_named_once),
        cmocka_unit_test(keys_that_contradict_each_other_are_told),
        cmocka_unit_test(a_cabin_that_cannot_be_is_refused_at_its_line),
        cmocka_unit_test(nothing_makes_safety_quieter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
