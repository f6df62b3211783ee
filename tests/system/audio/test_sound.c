/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-audio against the real PipeWire: what is played into the projection sink is measured at the speakers. */
#include <json-c/json.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "audio/streams/class.h"
#include "tests/system/audio/stand.h"
#include "tests/unit/test.h"
#include "tools/phone/sound.h"

#define EXACT 1e-3
#define M3    0.70710678

static struct json_object *measure(const struct stand *stand, const char *target)
{
    struct phone_sound_options options = {
        .runtime_dir = stand->dir, .target = target, .seconds = 0.5, .timeout_us = STAND_LIMIT_US};
    struct json_object *heard = NULL;

    int r = phone_sound(&options, &heard);
    if (r != 0)
        fail_msg("%s", phone_sound_error(r));
    return heard;
}

static double gain(struct json_object *heard, const char *channel, size_t speaker)
{
    struct json_object *channels = json_object_object_get(heard, "channels");

    for (size_t i = 0; i < json_object_array_length(channels); i++) {
        struct json_object *entry = json_object_array_get_idx(channels, i);
        if (strcmp(json_object_get_string(json_object_object_get(entry, "name")), channel) == 0)
            return json_object_get_double(json_object_array_get_idx(json_object_object_get(entry, "gains"), speaker));
    }
    fail_msg("no channel %s was played", channel);
    return NAN;
}

/* gains of FL FR FC LFE SL SR at one speaker */
static void assert_row(struct json_object *heard, size_t speaker, const double row[6])
{
    static const char *const names[6] = {"FL", "FR", "FC", "LFE", "SL", "SR"};

    for (size_t i = 0; i < 6; i++) {
        double is = gain(heard, names[i], speaker);
        if (fabs(is - row[i]) > EXACT)
            fail_msg("%s at speaker %zu: %f instead of %f", names[i], speaker, is, row[i]);
    }
}

static void assert_stereo(const struct stand *stand, double lfe)
{
    struct json_object *heard = measure(stand, "null2");

    assert_row(heard, 0, (const double[6]){1, 0, M3, lfe, M3, 0});
    assert_row(heard, 1, (const double[6]){0, 1, M3, lfe, 0, M3});
    (void)json_object_put(heard);
}

static void assert_property(struct stand *stand, const char *property, const char *value)
{
    char *is = stand_string(stand, property);
    assert_string_equal(is, value);
    free(is);
}

static int set_up(void **state)
{
    struct stand *stand = calloc(1, sizeof *stand);
    assert_non_null(stand);
    stand_open(stand);
    stand_start_bus(stand);
    *state = stand;
    return 0;
}

static int tear_down(void **state)
{
    stand_close(*state);
    free(*state);
    return 0;
}

static const char STEREO[] = "  speakers: [FL, FR]\n  sink: null2\n";

static void a_51_programme_on_two_speakers_arrives_with_the_weights_of_bs775(void **state)
{
    struct stand *stand = *state;
    char lost[64];

    stand_start_pipewire(stand);
    stand_start_audio(stand, STEREO);
    stand_wait_state(stand, "FULL", "none");
    assert_property(stand, "Mode", "stereo");
    assert_property(stand, "TargetSink", "null2");
    assert_int_equal(stand_unsigned(stand, "Rate"), 48000);
    stand_lost_channels(stand, lost, sizeof lost);
    assert_string_equal(lost, "");
    assert_stereo(stand, 0.5);
}

static void a_dropped_lfe_is_silent_and_reported(void **state)
{
    struct stand *stand = *state;
    char lost[64];

    stand_start_pipewire(stand);
    stand_start_audio(stand, "  speakers: [FL, FR]\n  sink: null2\n  lfe: drop\n");
    stand_wait_state(stand, "FULL", "none");
    stand_lost_channels(stand, lost, sizeof lost);
    assert_string_equal(lost, "LFE");
    assert_stereo(stand, 0);
}

static void four_speakers_keep_the_surrounds_apart(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, "  speakers: [FL, FR, RL, RR]\n  sink: null4\n");
    stand_wait_state(stand, "FULL", "none");
    assert_property(stand, "Mode", "quad");
    struct json_object *heard = measure(stand, "null4");
    assert_row(heard, 0, (const double[6]){1, 0, M3, 0.5, 0, 0});
    assert_row(heard, 1, (const double[6]){0, 1, M3, 0.5, 0, 0});
    assert_row(heard, 2, (const double[6]){0, 0, 0, 0, 1, 0});
    assert_row(heard, 3, (const double[6]){0, 0, 0, 0, 0, 1});
    (void)json_object_put(heard);
}

static void one_speaker_gets_every_channel(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand,
                      "  speakers: [MONO]\n  sink: null1\n  spatial: {makeup_db: {mono: 0}}\n"); /* BS.775 as it is */
    stand_wait_state(stand, "FULL", "none");
    assert_property(stand, "Mode", "mono");
    struct json_object *heard = measure(stand, "null1");
    assert_row(heard, 0, (const double[6]){M3, M3, 1, 0.5, 0.5, 0.5});
    (void)json_object_put(heard);
}

static void without_a_configured_sink_the_one_of_highest_priority_is_used(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, "  speakers: [FL, FR]\n");
    stand_wait_state(stand, "FULL", "none");
    assert_property(stand, "TargetSink", "null2");
}

static void other_channels_than_configured_fail_with_reason_layout(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, "  speakers: [FL, FR]\n  sink: null4\n");
    stand_wait_state(stand, "FAILED", "layout");
    assert_property(stand, "Detail", "the sink has FL FR RL RR, audio.speakers is FL FR");
}

static void speakers_that_no_mode_fits_are_refused(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_add_sink(stand, "late", "1", "[ LFE ]");
    stand_start_audio(stand, "  speakers: [LFE]\n  sink: late\n");
    stand_wait_state(stand, "FAILED", "sound-refused");
    assert_property(stand, "Mode", "refuse");
}

static void without_pipewire_the_function_fails_and_recovers_when_it_comes(void **state)
{
    struct stand *stand = *state;

    stand_start_audio(stand, STEREO);
    stand_wait_state(stand, "FAILED", "no-pipewire");
    assert_int_equal(stand_unsigned(stand, "Rate"), 0);
    stand_start_pipewire(stand);
    stand_wait_state(stand, "FULL", "none");
    assert_stereo(stand, 0.5);
}

static void sound_returns_when_pipewire_is_killed_and_started_again(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, STEREO);
    for (int i = 0; i < 3; i++) {
        stand_wait_state(stand, "FULL", "none");
        (void)stand_kill(&stand->pipewire, SIGKILL);
        stand_wait_state(stand, "FAILED", "no-pipewire");
        assert_property(stand, "TargetSink", "");
        stand_start_pipewire(stand);
    }
    stand_wait_state(stand, "FULL", "none");
    assert_stereo(stand, 0.5);
}

static void a_missing_sink_fails_until_it_appears_and_again_when_it_goes(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, "  speakers: [FL, FR]\n  sink: late\n");
    for (int i = 0; i < 3; i++) {
        stand_wait_state(stand, "FAILED", "no-sink");
        stand_add_sink(stand, "late", "2", "[ FL, FR ]");
        stand_wait_state(stand, "FULL", "none");
        if (i < 2)
            stand_remove_sink(stand, "late");
    }
    struct json_object *heard = measure(stand, "late");
    assert_row(heard, 0, (const double[6]){1, 0, M3, 0.5, M3, 0});
    (void)json_object_put(heard);
}

static void a_better_sink_that_appears_takes_over(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_remove_sink(stand, "null2");
    stand_remove_sink(stand, "null4");
    stand_start_audio(stand, "  speakers: [FL, FR]\n");
    stand_wait_state(stand, "FAILED", "layout"); /* null1 is all there is */
    stand_remove_sink(stand, "null1");
    stand_wait_state(stand, "FAILED", "no-sink");
    stand_add_sink(stand, "late", "2", "[ FL, FR ]");
    stand_wait_state(stand, "FULL", "none");
    assert_property(stand, "TargetSink", "late");
}

static const char LATE[] = "  speakers: [FL, FR]\n  sink: late\n";

static void assert_left_and_right_at(const struct stand *stand, const char *sink)
{
    struct json_object *heard = measure(stand, sink);

    assert_row(heard, 0, (const double[6]){1, 0, M3, 0.5, M3, 0});
    assert_row(heard, 1, (const double[6]){0, 1, M3, 0.5, 0, M3});
    (void)json_object_put(heard);
}

static void assert_plays_to_none(struct stand *stand)
{
    static const char *const sinks[] = {"null1", "null2", "null4", "late"};

    for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++)
        assert_int_equal(stand_links_into(stand, sinks[i]), 0);
    assert_property(stand, "TargetSink", "");
}

static void the_fallback_step_plays_to_the_best_other_sink_until_the_preferred_one_is_back(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_add_sink(stand, "late", "2", "[ FL, FR ]");
    stand_start_audio(stand, LATE);
    stand_wait_state(stand, "FULL", "none");
    for (int i = 0; i < 2; i++) {
        stand_remove_sink(stand, "late");
        if (i == 0) { /* later on the step is in force already */
            stand_wait_state(stand, "FAILED", "no-sink");
            assert_string_equal(stand_apply(stand, "fallback-sink"), "");
        }
        stand_wait_state(stand, "DEGRADED", "fallback-sink");
        assert_property(stand, "TargetSink", "null2");
        assert_property(stand, "Detail", "stereo on null2, 48000 Hz, in place of late");
        assert_left_and_right_at(stand, "null2");

        stand_add_sink(stand, "late", "2", "[ FL, FR ]");
        stand_wait_state(stand, "FULL", "none");
        assert_property(stand, "TargetSink", "late");
        assert_left_and_right_at(stand, "late");
        assert_int_equal(stand_links_into(stand, "null2"), 0);
    }
    assert_string_equal(stand_apply(stand, "preferred-sink"), "");
    stand_remove_sink(stand, "late");
    stand_wait_state(stand, "FAILED", "no-sink");
    assert_plays_to_none(stand);
}

static void a_configured_fallback_is_the_only_one_and_must_fit_the_speakers(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, "  speakers: [FL, FR]\n  sink: late\n  fallback_sink: other\n");
    stand_wait_state(stand, "FAILED", "no-sink");
    assert_string_equal(stand_apply(stand, "fallback-sink"), "");
    stand_wait_state(stand, "FAILED", "no-sink");
    stand_add_sink(stand, "other", "1", "[ MONO ]");
    stand_wait_state(stand, "FAILED", "layout");
    stand_remove_sink(stand, "other");
    stand_wait_state(stand, "FAILED", "no-sink");
    assert_property(stand, "Detail", "late; nor is there other");
    stand_add_sink(stand, "other", "2", "[ FL, FR ]");
    stand_wait_state(stand, "DEGRADED", "fallback-sink");
    assert_left_and_right_at(stand, "other");
}

static void muting_plays_to_no_sink_and_does_not_stall_the_phone(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, LATE);
    stand_wait_state(stand, "FAILED", "no-sink");
    assert_string_equal(stand_apply(stand, "fallback-sink"), "");
    stand_wait_state(stand, "DEGRADED", "fallback-sink");
    assert_string_equal(stand_apply(stand, "mute"), "");
    stand_wait_state(stand, "FAILED", "muted");
    assert_property(stand, "Detail", "until there is late");
    assert_plays_to_none(stand);
    stand_play(stand, "fascia.projection", 100);
    assert_plays_to_none(stand);

    stand_add_sink(stand, "late", "2", "[ FL, FR ]");
    stand_wait_state(stand, "FULL", "none");
    assert_left_and_right_at(stand, "late");
}

static void a_step_of_another_name_is_refused_and_changes_nothing(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    stand_start_audio(stand, STEREO);
    stand_wait_state(stand, "FULL", "none");
    assert_string_equal(stand_apply(stand, "safe"), "org.fascia.Error.UnknownStep");
    assert_string_equal(stand_apply(stand, ""), "org.fascia.Error.UnknownStep");
    assert_property(stand, "State", "FULL");
    assert_property(stand, "TargetSink", "null2");
}

static size_t count_ours(struct stand *stand, size_t *ret_links)
{
    static struct graph graph;
    size_t ours = 0;

    stand_graph(stand, &graph);
    for (size_t i = 0; i < graph.nodes_count; i++)
        ours += strncmp(graph.nodes[i].name, "fascia.", 7) == 0;
    *ret_links = graph.links_count;
    return ours;
}

static void nothing_of_ours_stays_in_the_graph_however_we_end(void **state)
{
    static const int signals[] = {SIGTERM, SIGKILL};
    struct stand *stand = *state;
    size_t links;

    stand_start_pipewire(stand);
    for (size_t i = 0; i < 2; i++) {
        stand_start_audio(stand, STEREO);
        stand_wait_state(stand, "FULL", "none");
        assert_int_equal(count_ours(stand, &links), STREAM_CLASSES + 1); /* a sink each, and the renderer */
        assert_int_equal(links, 6 + 4 * 2 + 2 + 2); /* the programme, stereo and mono classes, the speakers */
        int status = stand_kill(&stand->audio, signals[i]);
        if (signals[i] == SIGTERM)
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        /* The daemon notices the end of the socket by itself: after the answer to a sync it has. */
        size_t left = SIZE_MAX;
        for (int tries = 0; tries < 100 && left + links != 0; tries++)
            left = count_ours(stand, &links);
        assert_int_equal(left, 0);
        assert_int_equal(links, 0);
    }
}

static void without_a_bus_the_sound_works_all_the_same(void **state)
{
    struct stand *stand = *state;

    stand->bus = sd_bus_close_unref(stand->bus);
    (void)stand_kill(&stand->bus_daemon, SIGKILL);
    stand_start_pipewire(stand);
    stand_start_audio(stand, STEREO);
    assert_stereo(stand, 0.5); /* waits for the projection sink by itself */
}

static void a_session_manager_that_was_there_first_is_no_obstacle(void **state)
{
    struct stand *stand = *state;

    stand_start_pipewire(stand);
    if (!stand_start_session_manager(stand))
        skip();
    stand_start_audio(stand, STEREO);
    stand_wait_state(stand, "FULL", "none");
    assert_stereo(stand, 0.5);
}

/* WirePlumber 0.4 suspends the running sink, and PipeWire 0.3.65 then leaves all of its links dead but the first. */
static void a_session_manager_that_starts_later_does_not_silence_a_speaker_for_good(void **state)
{
    struct stand *stand = *state;
    double right = 0;

    stand_start_pipewire(stand);
    stand_start_audio(stand, STEREO);
    stand_wait_state(stand, "FULL", "none");
    if (!stand_start_session_manager(stand))
        skip();
    for (int tries = 0; tries < 10 && fabs(right - 1) > EXACT; tries++) {
        struct json_object *heard = measure(stand, "null2");
        right = gain(heard, "FR", 1);
        (void)json_object_put(heard);
    }
    stand_wait_state(stand, "FULL", "none");
    assert_stereo(stand, 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_51_programme_on_two_speakers_arrives_with_the_weights_of_bs775),
        TEST(a_dropped_lfe_is_silent_and_reported),
        TEST(four_speakers_keep_the_surrounds_apart),
        TEST(one_speaker_gets_every_channel),
        TEST(without_a_configured_sink_the_one_of_highest_priority_is_used),
        TEST(other_channels_than_configured_fail_with_reason_layout),
        TEST(speakers_that_no_mode_fits_are_refused),
        TEST(without_pipewire_the_function_fails_and_recovers_when_it_comes),
        TEST(sound_returns_when_pipewire_is_killed_and_started_again),
        TEST(a_missing_sink_fails_until_it_appears_and_again_when_it_goes),
        TEST(a_better_sink_that_appears_takes_over),
        TEST(the_fallback_step_plays_to_the_best_other_sink_until_the_preferred_one_is_back),
        TEST(a_configured_fallback_is_the_only_one_and_must_fit_the_speakers),
        TEST(muting_plays_to_no_sink_and_does_not_stall_the_phone),
        TEST(a_step_of_another_name_is_refused_and_changes_nothing),
        TEST(nothing_of_ours_stays_in_the_graph_however_we_end),
        TEST(without_a_bus_the_sound_works_all_the_same),
        TEST(a_session_manager_that_was_there_first_is_no_obstacle),
        TEST(a_session_manager_that_starts_later_does_not_silence_a_speaker_for_good),
    };

    if (!stand_is_possible())
        return 77;
    cmocka_set_test_filter(getenv("FASCIA_TEST_FILTER"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
