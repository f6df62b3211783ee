/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fascia-audio told to render in other ways while sines play that add up to full scale: no gap, no step, at the
 * speakers.
 *
 * A run is repeated only when the graph itself has dropped a cycle meanwhile: when the position of its clock, as the
 * player and the recorder have it from each cycle, did not go on by the last cycle's duration. Or when fascia-audio
 * said that it was not FULL, which it does when a session manager has taken the sinks away. Any other step or gap fails
 * at once; and so does a machine that drops cycles in every run, because a sound thread that stops for a switch does
 * that.
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/system/audio/stand.h"
#include "tests/system/audio/tape.h"
#include "tests/unit/test.h"

#define BETWEEN    9600 /* frames between two switches: several times the longest fade */
#define HZ         20
#define STEP_LIMIT 1.5 /* times the largest step of the sine itself */
#define LEVEL      0.5 /* of each channel: folded to two, they add up to full scale less the limiter's headroom */
#define TRIES      10
#define LOUDEST    (LEVEL * (1 + M_SQRT1_2))

struct rig {
    struct stand stand;
    struct tape tape;
    unsigned interruptions; /* how often it said that it is not FULL */
};

static int on_changed(sd_bus_message *message, void *userdata, sd_bus_error *ret_error)
{
    struct rig *rig = userdata;
    const char *property = NULL, *state = NULL;

    (void)ret_error;
    assert_true(sd_bus_message_skip(message, "s") >= 0);
    assert_true(sd_bus_message_enter_container(message, 'a', "{sv}") >= 0);
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        assert_true(sd_bus_message_read(message, "s", &property) >= 0);
        if (strcmp(property, "State") == 0) {
            assert_true(sd_bus_message_read(message, "v", "s", &state) >= 0);
            rig->interruptions += strcmp(state, "FULL") != 0;
        } else {
            assert_true(sd_bus_message_skip(message, "v") >= 0);
        }
        assert_true(sd_bus_message_exit_container(message) >= 0);
    }
    return 0;
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    stand_open(&rig->stand);
    stand_start_bus(&rig->stand);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    tape_close(&rig->tape);
    stand_close(&rig->stand);
    free(rig);
    return 0;
}

static void run_until_recorded(struct rig *rig, size_t frames)
{
    struct timespec begin = {0}, now = {0};
    const struct timespec pause = {.tv_nsec = 5000000};

    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!tape_turn(&rig->tape) || atomic_load(&rig->tape.frames) < frames) {
        while (sd_bus_process(rig->stand.bus, NULL) > 0)
            ;
        (void)nanosleep(&pause, NULL); /* the loop is asked again, at most until the limit */
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - begin.tv_sec > STAND_LIMIT_US / 1000000)
            fail_msg("nothing was recorded");
    }
}

static void call(struct rig *rig, sd_bus_message *message)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;

    if (sd_bus_call(rig->stand.bus, message, 0, &error, NULL) < 0)
        fail_msg("%s: %s", sd_bus_message_get_member(message), error.message);
    sd_bus_message_unref(message);
}

static sd_bus_message *new_call(struct rig *rig, const char *method)
{
    sd_bus_message *message = NULL;

    assert_true(sd_bus_message_new_method_call(rig->stand.bus, &message, "org.fascia.Audio1", "/org/fascia/Audio1",
                                               "org.fascia.Audio1", method) >= 0);
    return message;
}

static void set_mode(struct rig *rig, const char *mode)
{
    sd_bus_message *message = new_call(rig, "SetMode");

    assert_true(sd_bus_message_append(message, "s", mode) >= 0);
    call(rig, message);
}

static void set_speakers(struct rig *rig, unsigned count)
{
    sd_bus_message *message = new_call(rig, "SetSpeakers");

    if (count == 0)
        assert_true(sd_bus_message_append(message, "as", 0) >= 0);
    else
        assert_true(sd_bus_message_append(message, "as", 2, "FL", "FR") >= 0);
    call(rig, message);
}

static void set_policy(struct rig *rig, bool stereo_only)
{
    sd_bus_message *message = new_call(rig, "SetPolicy");

    if (stereo_only)
        assert_true(sd_bus_message_append(message, "a(su)", 1, "stereo", 0U) >= 0);
    else
        assert_true(sd_bus_message_append(message, "a(su)", 2, "quad", 0U, "stereo", 0U) >= 0);
    call(rig, message);
}

static void more(struct rig *rig)
{
    run_until_recorded(rig, atomic_load(&rig->tape.frames) + BETWEEN);
}

static void switch_every_way(struct rig *rig)
{
    static const char *const modes[] = {"stereo", "quad", "ltrt", "auto"};

    more(rig);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        set_mode(rig, modes[i]);
        more(rig);
    }
    set_policy(rig, true);
    more(rig);
    set_policy(rig, false);
    more(rig);
    set_speakers(rig, 2);
    more(rig);
    set_speakers(rig, 0);
    more(rig);
}

static bool is_smooth(const struct rig *rig, size_t frames)
{
    const double own = LOUDEST * 2 * M_PI * HZ / rig->tape.rate;
    bool smooth = true;

    for (size_t speaker = 0; speaker < 4; speaker++) /* the rears are silent in some modes */
        smooth = tape_is_smooth(&rig->tape, speaker, frames, STEP_LIMIT * own, speaker >= 2) && smooth;
    return smooth;
}

static void run(struct rig *rig, const char *audio_yaml, bool managed)
{
    static const struct layout four = {.channels = {LAYOUT_FL, LAYOUT_FR, LAYOUT_SL, LAYOUT_SR}, .count = 4};

    stand_start_pipewire(&rig->stand);
    if (managed && !stand_start_session_manager(&rig->stand))
        skip();
    stand_start_audio(&rig->stand, audio_yaml);
    stand_wait_state(&rig->stand, "FULL", "none");
    assert_true(sd_bus_match_signal(rig->stand.bus, NULL, "org.fascia.Audio1", "/org/fascia/Audio1",
                                    "org.freedesktop.DBus.Properties", "PropertiesChanged", on_changed, rig) >= 0);
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &four, HZ, LEVEL);
    tape_record(&rig->tape, "null4", 4, 48000 * 10UL);
    run_until_recorded(rig, 2 * (size_t)BETWEEN);
    bool smooth = false, counts = false;
    for (int tries = 0; tries < TRIES && !smooth && !counts; tries++) {
        const unsigned interruptions = rig->interruptions;
        tape_rewind(&rig->tape); /* the beginning is a step of its own */
        switch_every_way(rig);
        const size_t frames = atomic_load(&rig->tape.frames);
        run_until_recorded(rig, frames + TAPE_TAIL);
        counts = tape_counts(&rig->tape) && rig->interruptions == interruptions;
        smooth = is_smooth(rig, frames);
    }
    assert_true(smooth);
}

static void switching_mode_policy_and_layout_over_the_bus_is_neither_a_gap_nor_a_step(void **state)
{
    run(*state, "  sink: null4\n", false);
}

static void nor_is_it_beside_a_session_manager(void **state)
{
    run(*state, "  sink: null4\n", true);
}

static void nor_is_it_with_a_tuned_cabin(void **state)
{
    run(*state,
        "  sink: null4\n  lfe: bass-manage\n  cabin:\n    - {channel: RL, delay_ms: 3.5, low_hz: 80}\n"
        "    - {channel: RR, delay_ms: 1, gain_db: -2, low_hz: 80}\n",
        false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(switching_mode_policy_and_layout_over_the_bus_is_neither_a_gap_nor_a_step),
        TEST(nor_is_it_beside_a_session_manager),
        TEST(nor_is_it_with_a_tuned_cabin),
    };

    if (!stand_is_possible())
        return 77;
    cmocka_set_test_filter(getenv("FASCIA_TEST_FILTER"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
