/* SPDX-License-Identifier: Apache-2.0 */
/* The sound path: programs that play find the sink of their role. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tests/system/audio/path_rig.h"

/* Until it is linked to one sink, and its name begins like that; "": to none. */
static void run_until_plays_to(struct rig *rig, const char *node, const char *sink)
{
    const int64_t begin = loop_now_us();

    for (;;) {
        const char *is = tape_sink_of(&rig->tape, node);
        if (sink[0] == '\0' ? is[0] == '\0' : strncmp(is, sink, strlen(sink)) == 0 && !strchr(is, '+'))
            return;
        rig_turn(rig);
        if (loop_now_us() - begin > STAND_LIMIT_US)
            fail_msg("%s: plays to \"%s\" instead of %s", node, tape_sink_of(&rig->tape, node), sink);
    }
}

static void streams_go_to_the_sink_of_their_role_and_elsewhere_when_it_changes(void **state)
{
    struct rig *rig = *state;

    rig_start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_stream(&rig->tape, 0, "prompt", "Navigation", NULL, 1);
    run_until_plays_to(rig, "prompt", "fascia.navigation");
    RUN_UNTIL(rig, rig->status.streams[1] == 1);
    tape_stream(&rig->tape, 1, "song", "Music", NULL, 2);
    run_until_plays_to(rig, "song", "fascia.projection");
    tape_stream(&rig->tape, 2, "fixed", "Navigation", "null4", 2);
    tape_stream(&rig->tape, 3, "odd", "Game", NULL, 2);
    RUN_UNTIL(rig, rig->status.streams[0] == 1 && rig->status.streams[1] == 1 && rig->status.streams[2] == 0);
    tape_stream_role(&rig->tape, 0, "Communication");
    run_until_plays_to(rig, "prompt", "fascia.telephony");
    RUN_UNTIL(rig, rig->status.streams[1] == 0 && rig->status.streams[2] == 1);
    if (rig_managed) { /* it is the session manager that leads the others */
        run_until_plays_to(rig, "fixed", "null4");
        RUN_UNTIL(rig, tape_sink_of(&rig->tape, "odd")[0] != '\0');
        assert_string_not_equal(tape_sink_of(&rig->tape, "odd"), "fascia.projection");
    } else {
        assert_string_equal(tape_sink_of(&rig->tape, "fixed"), "");
        assert_string_equal(tape_sink_of(&rig->tape, "odd"), "");
    }
    tape_stream_role(&rig->tape, 0, "Game"); /* taken back */
    if (rig_managed)
        run_until_plays_to(rig, "prompt", "null");
    else
        run_until_plays_to(rig, "prompt", "");
    tape_stream_close(&rig->tape, 1);
    RUN_UNTIL(rig, rig->status.streams[0] == 0);
    sound_close(rig->sound);
    rig->sound = NULL;
}

/* Then they are linked by hand; and they are led on all the same once it wakes and does what it was asked meanwhile. */
static void a_session_manager_that_hangs_for_a_while_does_not_keep_a_stream_from_its_sink(void **state)
{
    struct rig *rig = *state;

    if (!rig_managed)
        skip();
    rig_start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    (void)kill(rig->stand.session_manager, SIGSTOP);
    tape_stream(&rig->tape, 0, "prompt", "Navigation", NULL, 1);
    run_until_plays_to(rig, "prompt", "fascia.navigation");
    (void)kill(rig->stand.session_manager, SIGCONT);
    tape_stream(&rig->tape, 1, "song", "Music", NULL, 2);
    run_until_plays_to(rig, "song", "fascia.projection");
    tape_stream_role(&rig->tape, 0, "Communication");
    run_until_plays_to(rig, "prompt", "fascia.telephony");
    tape_stream_role(&rig->tape, 0, "Game");
    run_until_plays_to(rig, "prompt", "null");
}

static void nor_is_a_stream_lost_that_was_led_about_and_taken_back_meanwhile(void **state)
{
    struct rig *rig = *state;

    if (!rig_managed)
        skip();
    rig_start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    (void)kill(rig->stand.session_manager, SIGSTOP);
    tape_stream(&rig->tape, 0, "prompt", "Navigation", NULL, 1);
    run_until_plays_to(rig, "prompt", "fascia.navigation");
    tape_stream_role(&rig->tape, 0, "Communication");
    run_until_plays_to(rig, "prompt", "fascia.telephony");
    tape_stream_role(&rig->tape, 0, "Game");
    run_until_plays_to(rig, "prompt", "");
    (void)kill(rig->stand.session_manager, SIGCONT);
    run_until_plays_to(rig, "prompt", "null");
}

/* Taken back while PipeWire still negotiates the last link, the session manager's next one may fail: once in a while.
 */
static void a_stream_that_is_led_to_and_fro_is_left_silent_nowhere(void **state)
{
    struct rig *rig = *state;

    rig_start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_stream(&rig->tape, 0, "prompt", "Game", NULL, 1);
    for (int i = 0; i < 12; i++) {
        run_until_plays_to(rig, "prompt", rig_managed ? "null" : "");
        tape_stream_role(&rig->tape, 0, i % 2 ? "Navigation" : "Communication");
        run_until_plays_to(rig, "prompt", i % 2 ? "fascia.navigation" : "fascia.telephony");
        tape_stream_role(&rig->tape, 0, "Game");
    }
    run_until_plays_to(rig, "prompt", rig_managed ? "null" : "");
}

int path_streams_tests(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_session_manager_that_hangs_for_a_while_does_not_keep_a_stream_from_its_sink),
        TEST(a_stream_that_is_led_to_and_fro_is_left_silent_nowhere),
        TEST(nor_is_a_stream_lost_that_was_led_about_and_taken_back_meanwhile),
        TEST(streams_go_to_the_sink_of_their_role_and_elsewhere_when_it_changes),
    };

    return cmocka_run_group_tests_name("path, streams", tests, NULL, NULL);
}
