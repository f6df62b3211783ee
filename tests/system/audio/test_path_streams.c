/* SPDX-License-Identifier: Apache-2.0 */
/* The sound path: programs that play find the sink of their role. */
#include <stdlib.h>
#include <string.h>

#include "tests/system/audio/path_rig.h"
#define RUN_UNTIL_PLAYS_TO(rig, node, sink) RUN_UNTIL(rig, strcmp(tape_sink_of(&(rig)->tape, node), sink) == 0)

static void streams_go_to_the_sink_of_their_role_and_elsewhere_when_it_changes(void **state)
{
    struct rig *rig = *state;

    rig_start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_stream(&rig->tape, 0, "prompt", "Navigation", NULL, 1);
    RUN_UNTIL_PLAYS_TO(rig, "prompt", "fascia.navigation");
    RUN_UNTIL(rig, rig->status.streams[1] == 1);
    tape_stream(&rig->tape, 1, "song", "Music", NULL, 2);
    RUN_UNTIL_PLAYS_TO(rig, "song", "fascia.projection");
    tape_stream(&rig->tape, 2, "fixed", "Navigation", "null4", 2);
    tape_stream(&rig->tape, 3, "odd", "Game", NULL, 2);
    RUN_UNTIL(rig, rig->status.streams[0] == 1 && rig->status.streams[1] == 1 && rig->status.streams[2] == 0);
    tape_stream_role(&rig->tape, 0, "Communication");
    RUN_UNTIL_PLAYS_TO(rig, "prompt", "fascia.telephony");
    RUN_UNTIL(rig, rig->status.streams[1] == 0 && rig->status.streams[2] == 1);
    if (rig_managed) { /* it is the session manager that leads the others */
        RUN_UNTIL_PLAYS_TO(rig, "fixed", "null4");
        RUN_UNTIL(rig, tape_sink_of(&rig->tape, "odd")[0] != '\0');
        assert_string_not_equal(tape_sink_of(&rig->tape, "odd"), "fascia.projection");
    } else {
        assert_string_equal(tape_sink_of(&rig->tape, "fixed"), "");
        assert_string_equal(tape_sink_of(&rig->tape, "odd"), "");
    }
    tape_stream_role(&rig->tape, 0, "Game"); /* taken back */
    if (rig_managed)
        RUN_UNTIL(rig, strncmp(tape_sink_of(&rig->tape, "prompt"), "null", 4) == 0)
    else
        RUN_UNTIL_PLAYS_TO(rig, "prompt", "");
    tape_stream_close(&rig->tape, 1);
    RUN_UNTIL(rig, rig->status.streams[0] == 0);
    sound_close(rig->sound);
    rig->sound = NULL;
}

int path_streams_tests(void)
{
    const struct CMUnitTest tests[] = {
        TEST(streams_go_to_the_sink_of_their_role_and_elsewhere_when_it_changes),
    };

    return cmocka_run_group_tests_name("path, streams", tests, NULL, NULL);
}
