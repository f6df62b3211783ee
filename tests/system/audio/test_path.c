/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sound path by itself against the real PipeWire that is first in PATH: of other releases (see ./versions) the
 * same. "test_path core" runs what is worth the time on each of them, "test_path managed" the same with WirePlumber.
 * Here: what arrives, and what the path lives through; test_path_signal.c: that it does so without a click;
 * test_path_streams.c: programs that play.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/system/audio/path_rig.h"

#define RETURN_US 5000000 /* generous: machines that test are loaded. The figure is printed; 500 ms is the aim */

static void each_channel_arrives_with_the_weights_of_the_program(void **state)
{
    struct rig *rig = *state;

    rig_start(rig, "null2", NULL);
    const unsigned interruptions = rig->interruptions;
    assert_int_equal(rig->status.rate, 48000);
    assert_int_equal(rig->status.quantum, 1024);
    assert_true(layout_same_channels(&rig->status.speakers, &STEREO));
    RUN_UNTIL(rig, rig->seen.rate == 48000); /* asked again when the first cycle came after the question */
    assert_true(rig_hears_stereo_soon(rig, "null2"));
    if (!rig_managed) /* a session manager may suspend sinks; nobody else makes anew what has just been made */
        assert_int_equal(rig->interruptions, interruptions);
}

static void a_sink_is_taken_as_it_is_and_followed_when_it_comes_back_with_other_channels(void **state)
{
    struct rig *rig = *state;

    rig_start_pipewire(rig);
    rig_open_sound(rig, "late", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    static const struct {
        const char *channels, *position;
        const struct layout *layout;
    } sinks[] = {{"4", "[ FL, FR, RL, RR ]", &QUAD}, {"1", "[ MONO ]", &ONE}, {"2", "[ FL, FR ]", &STEREO}};
    for (size_t i = 0; i < 3; i++) {
        stand_add_sink(&rig->stand, "late", sinks[i].channels, sinks[i].position);
        const int64_t there = loop_now_us();
        RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
        print_message("# %s channels: sound %d ms after the sink was there\n", sinks[i].channels,
                      (int)((loop_now_us() - there) / 1000));
        assert_true(loop_now_us() - there < RETURN_US);
        assert_true(layout_same_channels(&rig->status.speakers, sinks[i].layout));
        assert_int_equal(rig->seen.speakers.count, sinks[i].layout->count);
        if (i < 2) {
            stand_remove_sink(&rig->stand, "late");
            RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
        }
    }
    assert_true(rig_hears_stereo_soon(rig, "late"));
}

static void sound_returns_when_pipewire_is_killed_and_started_again(void **state)
{
    struct rig *rig = *state;

    rig_start(rig, "null2", NULL);
    for (int i = 0; i < 2; i++) {
        if (rig_managed)
            (void)stand_kill(&rig->stand.session_manager, SIGKILL);
        (void)stand_kill(&rig->stand.pipewire, SIGKILL);
        RUN_UNTIL(rig, rig->status.state == SOUND_NO_PIPEWIRE);
        assert_int_equal(rig->status.streams[0], 0);
        const int64_t killed = loop_now_us();
        RUN_UNTIL(rig, i > 0 || loop_now_us() - killed > 800000); /* the pauses between attempts have grown */
        stand_start_pipewire(&rig->stand);                        /* until its socket is there */
        const int64_t there = loop_now_us();
        RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
        print_message("# sound %d ms after PipeWire's socket was there\n", (int)((loop_now_us() - there) / 1000));
        assert_true(loop_now_us() - there < RETURN_US);
        if (rig_managed)
            assert_true(stand_start_session_manager(&rig->stand));
    }
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    assert_true(rig_hears_stereo_soon(rig, "null2"));
}

/* PipeWire 0.3.65 leaves all of its links dead but the first, and calls them active. */
static void a_sink_that_is_suspended_while_it_plays_sounds_in_all_channels_again(void **state)
{
    static const char *const sinks[] = {"null2", "fascia.projection"};
    struct rig *rig = *state;

    rig_start(rig, "null2", NULL);
    assert_true(rig_hears_stereo_soon(rig, "null2"));
    for (size_t i = 0; i < 6; i++) {
        stand_suspend(&rig->stand, sinks[i % 2]);
        const int64_t suspended = loop_now_us();
        RUN_UNTIL(rig, rig_hears_stereo(rig, "null2"));
        print_message("# all of it heard %d ms after %s was suspended\n", (int)((loop_now_us() - suspended) / 1000),
                      sinks[i % 2]);
    }
}

static void a_session_manager_that_starts_later_silences_no_channel_for_good(void **state)
{
    struct rig *rig = *state;

    stand_start_pipewire(&rig->stand);
    rig_open_sound(rig, "null2", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    assert_true(rig_hears_stereo(rig, "null2"));
    if (!rig_managed)
        stand_start_bus(&rig->stand);
    if (!stand_start_session_manager(&rig->stand))
        skip();
    RUN_UNTIL(rig, rig_hears_stereo(rig, "null2"));
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
}

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns how often the loop turned for a reason within 0.7 s. */
static unsigned idle_turns(struct rig *rig, double *ret_cpu_s)
{
    const int64_t end = loop_now_us() + 700000;
    const double before = cpu_s();
    unsigned turns = 0;

    while (loop_now_us() < end) {
        int r = sd_event_run(rig->loop, (uint64_t)(end - loop_now_us() > 0 ? end - loop_now_us() : 0));
        assert_true(r >= 0);
        turns += r > 0;
    }
    *ret_cpu_s = cpu_s() - before;
    return turns;
}

static void it_does_not_turn_in_circles_while_nothing_happens_and_while_pipewire_is_away(void **state)
{
    struct rig *rig = *state;
    double cpu = 0;

    rig_start(rig, "null2", NULL);
    rig_settle(rig);
    unsigned turns = idle_turns(rig, &cpu);
    print_message("# playing: %u turns, %.1f ms of CPU in 0.7 s\n", turns, cpu * 1e3);
    assert_true(turns < 40);
    stand_remove_sink(&rig->stand, "null2");
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    rig_settle(rig);
    turns = idle_turns(rig, &cpu);
    print_message("# without a sink: %u turns, %.1f ms of CPU in 0.7 s\n", turns, cpu * 1e3);
    assert_true(turns < 40);
    (void)stand_kill(&rig->stand.pipewire, SIGKILL);
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_PIPEWIRE);
    rig_settle(rig);
    turns = idle_turns(rig, &cpu);
    print_message("# without PipeWire: %u turns, %.1f ms of CPU in 0.7 s\n", turns, cpu * 1e3);
    assert_true(turns < 20);
    assert_true(cpu < 0.5);
}

static void odd_sinks_are_played_to_as_far_as_they_are_understood_and_refused_with_a_reason(void **state)
{
#define UNKNOWN "1 channels of the sink are silent: their positions are not known"
    static const struct {
        const char *channels, *position, *detail;
        enum sound_state state;
        const char *speakers;
    } sinks[] = {
        {"3", "[ FL, FR, FLC ]", UNKNOWN, SOUND_PLAYING, "FL FR"},
        {"4", NULL, "", SOUND_PLAYING, "AUX0 AUX1 AUX2 AUX3"},
        {"4", "[ UNK, UNK, UNK, UNK ]", "", SOUND_PLAYING, "AUX0 AUX1 AUX2 AUX3"},
        {"2", "[ FL, FL ]", UNKNOWN, SOUND_PLAYING, "FL"},
        {"1", "[ FLC ]", "", SOUND_PLAYING, "AUX0"},
        {"0", NULL, "", SOUND_PLAYING, "FL FR"}, /* PipeWire makes two of it */
        {"17", NULL, "the sink has 17 channels; 16 is the most that can be played to", SOUND_LAYOUT, ""},
        {"64", NULL, "the sink has 64 channels; 16 is the most that can be played to", SOUND_LAYOUT, ""},
    };
    struct rig *rig = *state;

    rig_start_pipewire(rig);
    rig_open_sound(rig, "late", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++) {
        char names[128] = "";
        struct fascia_text text;

        stand_add_sink(&rig->stand, "late", sinks[i].channels, sinks[i].position);
        RUN_UNTIL(rig, rig->status.state == sinks[i].state);
        assert_string_equal(rig->status.detail, sinks[i].detail);
        fascia_text_init(&text, names, sizeof names);
        layout_format(&rig->status.speakers, &text);
        assert_string_equal(names, sinks[i].speakers);
        stand_remove_sink(&rig->stand, "late");
        RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    }
}

static void a_program_that_is_refused_leaves_the_sink_alone_until_the_answer_is_another_one(void **state)
{
    struct rig *rig = *state;

    rig->seen.answer = -ENOTSUP;
    rig_start_pipewire(rig);
    rig_open_sound(rig, "null2", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_REFUSED);
    assert_string_equal(rig->status.detail, "the test refuses 2 speakers");
    const unsigned calls = rig->seen.calls;
    rig_settle(rig);
    assert_true(rig->seen.calls <= calls + 1); /* once more when the rate is known */
    assert_int_equal(stand_links_into(&rig->stand, "null2"), 0);
    rig->seen.answer = 0;
    sound_replay(rig->sound);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    rig->seen.answer = -ENOTSUP;
    sound_replay(rig->sound);
    RUN_UNTIL(rig, rig->status.state == SOUND_REFUSED);
    RUN_UNTIL(rig, stand_links_into(&rig->stand, "null2") == 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest core[] = {
        TEST(each_channel_arrives_with_the_weights_of_the_program),
        TEST(a_sink_is_taken_as_it_is_and_followed_when_it_comes_back_with_other_channels),
        TEST(sound_returns_when_pipewire_is_killed_and_started_again),
        TEST(a_sink_that_is_suspended_while_it_plays_sounds_in_all_channels_again),
        TEST(a_session_manager_that_starts_later_silences_no_channel_for_good),
    };
    const struct CMUnitTest rest[] = {
        TEST(odd_sinks_are_played_to_as_far_as_they_are_understood_and_refused_with_a_reason),
        TEST(it_does_not_turn_in_circles_while_nothing_happens_and_while_pipewire_is_away),
        TEST(a_program_that_is_refused_leaves_the_sink_alone_until_the_answer_is_another_one),
    };
    const bool all = argc < 2;

    if (!stand_is_possible())
        return 77;
    rig_managed = argc > 1 && strcmp(argv[1], "managed") == 0;
    if (rig_managed && !stand_has_session_manager())
        return 77;
    cmocka_set_test_filter(getenv("FASCIA_TEST_FILTER"));
    int failed = cmocka_run_group_tests_name("path", core, NULL, NULL);
    if (all)
        failed += cmocka_run_group_tests_name("path, more", rest, NULL, NULL);
    return failed + path_signal_tests(!all) + path_streams_tests();
}
