/* SPDX-License-Identifier: Apache-2.0 */
/* The two tables of the core: what must hold of every cell. */
#include <string.h>

#include "stack/aware/engine.h"
#include "stack/aware/session.h"

#include "tests/unit/test.h"

static bool is_reached_engine[ENGINE_PHASES_], is_reached_session[AWARE_PEER_STATES_];

/* Everything that can be come to from the first phase, by whatever inputs. */
static void reach_engine(enum engine_phase phase)
{
    if (is_reached_engine[phase])
        return;
    is_reached_engine[phase] = true;
    for (unsigned int i = 0; i < ENGINE_INPUTS_; i++)
        reach_engine(engine_move(phase, (enum engine_input)i).next);
}

static void reach_session(enum aware_peer_state state)
{
    if (is_reached_session[state])
        return;
    is_reached_session[state] = true;
    for (unsigned int i = 0; i < SESSION_EVENTS_; i++)
        reach_session(session_move(state, (enum session_event)i).next);
}

static void every_phase_and_every_state_can_be_reached(void **state)
{
    (void)state;
    reach_engine(ENGINE_PHASE_SOCKET);
    reach_session(AWARE_PEER_ABSENT);
    for (unsigned int i = 0; i < ENGINE_PHASES_; i++)
        assert_true(is_reached_engine[i]);
    for (unsigned int i = 0; i < AWARE_PEER_STATES_; i++)
        assert_true(is_reached_session[i]);
}

static void a_cell_that_is_not_written_down_changes_nothing(void **state)
{
    unsigned int handled = 0;

    (void)state;
    for (unsigned int p = 0; p < ENGINE_PHASES_; p++) {
        for (unsigned int i = 0; i < ENGINE_INPUTS_; i++) {
            struct engine_move move = engine_move((enum engine_phase)p, (enum engine_input)i);
            handled += move.handled;
            if (!move.handled)
                assert_true(move.next == p && move.does == 0);
            assert_true((unsigned int)move.next < ENGINE_PHASES_);
        }
    }
    for (unsigned int s = 0; s < AWARE_PEER_STATES_; s++) {
        for (unsigned int i = 0; i < SESSION_EVENTS_; i++) {
            struct session_move move = session_move((enum aware_peer_state)s, (enum session_event)i);
            handled += move.handled;
            if (!move.handled)
                assert_true(move.next == s && move.does == 0 && move.timer == SESSION_TIMER_KEEP);
        }
    }
    assert_true(handled > 200);
}

/* Both tables as a whole, a letter a cell: where it leads, "." where nothing happens. In the order of the enumerations.
 */
static void every_cell_leads_where_it_is_written(void **state)
{
    static const char states[] = "adbprqcx";
    static const char *const sessions[AWARE_PEER_STATES_] = {
        [AWARE_PEER_ABSENT] = "d....................",        [AWARE_PEER_DISCOVERED] = "dbb....pdp....q......",
        [AWARE_PEER_BOOTSTRAPPING] = ".b.pdbp.d.........ddd", [AWARE_PEER_PAIRING] = ".b.p.pp.d.rrdp....ddd",
        [AWARE_PEER_PAIRED] = "rbb....prp....q...d..",        [AWARE_PEER_REQUESTED] = "qx.....xq.....qcdrx..",
        [AWARE_PEER_CONNECTED] = "cx.....xc.....ccdrx..",     [AWARE_PEER_CLOSING] = "x.......x.......dr..x",
    };
    static const char phases[] = "SPRnAOCuMEmNIcKTJDdeiXsW0123456";
    static const char *const engines[ENGINE_PHASES_] = {
        [ENGINE_PHASE_SOCKET] = "PS..................S6.",     [ENGINE_PHASE_PING] = ".SS......R0..........6.",
        [ENGINE_PHASE_RADIO] = ".SS....An............6.",      [ENGINE_PHASE_NO_RADIO] = ".SS....An...........R6.",
        [ENGINE_PHASE_RADIO_ADD] = ".SS.....nOO..........5.",  [ENGINE_PHASE_RADIO_OPEN] = ".SSCO...n...........05.",
        [ENGINE_PHASE_CAPABILITY] = ".SS.0...nM.u.........5.", [ENGINE_PHASE_UNFIT] = ".SS....An...........R5.",
        [ENGINE_PHASE_NMI_CREATE] = ".SS.....nIE..........4.", [ENGINE_PHASE_NMI_EMPTY] = ".SS.....nmm..........4.",
        [ENGINE_PHASE_NMI_CLEAR] = ".SS.....nN0..........4.",  [ENGINE_PHASE_NMI_RECREATE] = ".SS.....nI0..........4.",
        [ENGINE_PHASE_NMI_OPEN] = ".SS..cI.n...........04.",   [ENGINE_PHASE_IDENTITY] = ".SS...0.n...K........4.",
        [ENGINE_PHASE_CONFIGURE] = ".SS...0.nT0..........4.",  [ENGINE_PHASE_START] = ".SS...0.nJ0..D......02.",
        [ENGINE_PHASE_JOIN] = ".SS...0.n....DT.....02.",       [ENGINE_PHASE_NDI_CREATE] = ".SS...0.nid...T.....02.",
        [ENGINE_PHASE_NDI_CLEAR] = ".SS...0.ne0...T.....02.",  [ENGINE_PHASE_NDI_RECREATE] = ".SS...0.ni0...T.....02.",
        [ENGINE_PHASE_NDI_INDEX] = ".SS...0.n.....TX....02.",  [ENGINE_PHASE_PREPARE] = ".SS...0.n.....T.DXsXX2.",
        [ENGINE_PHASE_SCHEDULE] = ".SS...0.nWs...T.DX..s2.",   [ENGINE_PHASE_RUN] = ".SS...0.n.....T.DWWWW1.",
        [ENGINE_PHASE_WAIT] = ".SS.....n...........P2.",       [ENGINE_PHASE_STOP_PATHS] = ".66...2.......2.....2.2",
        [ENGINE_PHASE_STOP_NDI] = ".66......33.........3..",   [ENGINE_PHASE_STOP_NAN] = ".66...4..44.........4..",
        [ENGINE_PHASE_STOP_NMI] = ".66......55.........5..",   [ENGINE_PHASE_STOP_RADIO] = ".66......66.........6..",
        [ENGINE_PHASE_STOPPED] = ".......................",
    };

    (void)state;
    for (unsigned int s = 0; s < AWARE_PEER_STATES_; s++) {
        assert_int_equal(strlen(sessions[s]), SESSION_EVENTS_);
        for (unsigned int i = 0; i < SESSION_EVENTS_; i++) {
            struct session_move move = session_move((enum aware_peer_state)s, (enum session_event)i);
            assert_int_equal(move.handled ? states[move.next] : '.', sessions[s][i]);
        }
    }
    for (unsigned int p = 0; p < ENGINE_PHASES_; p++) {
        assert_int_equal(strlen(engines[p]), ENGINE_INPUTS_);
        for (unsigned int i = 0; i < ENGINE_INPUTS_; i++) {
            struct engine_move move = engine_move((enum engine_phase)p, (enum engine_input)i);
            assert_int_equal(move.handled ? phases[move.next] : '.', engines[p][i]);
        }
    }
}

static bool is_stopping(enum engine_phase phase)
{
    return engine_phase_state(phase) == AWARE_ENGINE_STOPPING;
}

static void an_engine_that_is_lost_is_waited_for_from_every_phase(void **state)
{
    (void)state;
    for (unsigned int p = ENGINE_PHASE_PING; p < ENGINE_PHASES_; p++) {
        enum engine_phase phase = (enum engine_phase)p;
        for (unsigned int silent = 0; silent < 2; silent++) {
            struct engine_move move = engine_move(phase, silent ? ENGINE_INPUT_SILENT : ENGINE_INPUT_GLOBAL_DOWN);
            if (phase == ENGINE_PHASE_STOPPED) {
                assert_false(move.handled);
            } else if (is_stopping(phase)) {
                assert_int_equal(move.next, ENGINE_PHASE_STOPPED);
            } else {
                assert_int_equal(move.next, ENGINE_PHASE_SOCKET);
                assert_true(move.does & ENGINE_DO_OPEN);
                assert_true(move.does & ENGINE_DO_CLOSE);
            }
        }
    }
}

static void a_stop_ends_from_every_phase_also_when_everything_is_refused(void **state)
{
    (void)state;
    for (unsigned int answer = 0; answer < 3; answer++) {
        static const enum engine_input answers[] = {ENGINE_INPUT_OK, ENGINE_INPUT_FAIL, ENGINE_INPUT_TIMER};
        for (unsigned int p = 0; p < ENGINE_PHASES_; p++) {
            enum engine_phase phase = engine_move((enum engine_phase)p, ENGINE_INPUT_STOP).next;
            for (int i = 0; i < 8 && phase != ENGINE_PHASE_STOPPED; i++) {
                enum engine_input input =
                    phase == ENGINE_PHASE_STOP_PATHS && answer != 2 ? ENGINE_INPUT_PATHS_GONE : answers[answer];
                assert_true(is_stopping(phase));
                phase = engine_move(phase, input).next;
            }
            assert_int_equal(phase, ENGINE_PHASE_STOPPED);
        }
    }
}

static void sessions_are_dropped_wherever_running_ends_but_by_an_order(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < ENGINE_INPUTS_; i++) {
        struct engine_move move = engine_move(ENGINE_PHASE_RUN, (enum engine_input)i);
        if (move.next == ENGINE_PHASE_RUN || i == ENGINE_INPUT_STOP)
            continue;
        assert_true(move.does & (ENGINE_DO_LOSE | ENGINE_DO_LOSE_PATHS));
        assert_true(move.does & ENGINE_DO_RELEASE);
    }
}

static void every_phase_that_waits_for_something_has_an_end_or_asks(void **state)
{
    (void)state;
    for (unsigned int p = 0; p < ENGINE_PHASES_; p++) {
        for (unsigned int i = 0; i < ENGINE_INPUTS_; i++) {
            struct engine_move move = engine_move((enum engine_phase)p, (enum engine_input)i);
            /* A limit without anybody who listens to it would be none. */
            if (move.handled && move.timer != ENGINE_TIMER_STOP && move.timer != ENGINE_TIMER_KEEP)
                assert_true(engine_move(move.next, ENGINE_INPUT_TIMER).handled);
        }
    }
}

static void names_exist_for_all_and_for_nothing_else(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < ENGINE_PHASES_; i++)
        assert_true(strcmp(engine_phase_name((enum engine_phase)i), "?") != 0);
    for (unsigned int i = 0; i < AWARE_ENGINE_STATES_; i++)
        assert_true(strcmp(aware_engine_state_name((enum aware_engine_state)i), "?") != 0);
    for (unsigned int i = 0; i < AWARE_PEER_STATES_; i++)
        assert_true(strcmp(aware_peer_state_name((enum aware_peer_state)i), "?") != 0);
    for (int i = 1; i < AWARE_RESULTS_; i++)
        assert_true(aware_result_text(i)[0] != '\0');
    assert_string_equal(engine_phase_name(ENGINE_PHASES_), "?");
    assert_string_equal(aware_engine_state_name(AWARE_ENGINE_STATES_), "?");
    assert_string_equal(aware_peer_state_name(AWARE_PEER_STATES_), "?");
    assert_string_equal(aware_result_text(0), "");
    assert_string_equal(aware_result_text(AWARE_RESULTS_), "");
}

static void an_intrusion_is_aborted_in_every_state_and_never_pairs(void **state)
{
    (void)state;
    for (unsigned int s = AWARE_PEER_DISCOVERED; s < AWARE_PEER_STATES_; s++) {
        struct session_move move = session_move((enum aware_peer_state)s, SESSION_INTRUSION);
        assert_true(move.handled);
        assert_true(move.does & SESSION_DO_ABORT);
        assert_false(move.does & (SESSION_DO_PAIR | SESSION_DO_VERIFY | SESSION_DO_KEEP | SESSION_DO_CONNECT));
        /* Data paths are not touched by what a stranger can forge. */
        assert_false(move.does & SESSION_DO_TERMINATE);
        if (s == AWARE_PEER_CONNECTED || s == AWARE_PEER_REQUESTED || s == AWARE_PEER_PAIRED)
            assert_int_equal(move.next, s);
    }
}

static void a_pairing_is_kept_only_out_of_a_pairing(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < AWARE_PEER_STATES_; s++) {
        struct session_move move = session_move((enum aware_peer_state)s, SESSION_PAIRED_NEW);
        assert_int_equal(move.handled, s == AWARE_PEER_PAIRING);
        move = session_move((enum aware_peer_state)s, SESSION_VERIFIED);
        assert_int_equal(move.handled, s == AWARE_PEER_PAIRING);
    }
}

static void the_end_of_the_last_data_path_unpairs(void **state)
{
    static const enum aware_peer_state states[] = {AWARE_PEER_REQUESTED, AWARE_PEER_CONNECTED, AWARE_PEER_CLOSING};

    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct session_move move = session_move(states[i], SESSION_PATHS_GONE);
        assert_int_equal(move.next, AWARE_PEER_DISCOVERED);
        assert_true(move.does & SESSION_DO_UNPAIR);
        move = session_move(states[i], SESSION_PATHS_GONE_PAIRED);
        assert_int_equal(move.next, AWARE_PEER_PAIRED);
        assert_true(move.does & SESSION_DO_UNPAIR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_phase_and_every_state_can_be_reached),
        cmocka_unit_test(a_cell_that_is_not_written_down_changes_nothing),
        cmocka_unit_test(every_cell_leads_where_it_is_written),
        cmocka_unit_test(an_engine_that_is_lost_is_waited_for_from_every_phase),
        cmocka_unit_test(a_stop_ends_from_every_phase_also_when_everything_is_refused),
        cmocka_unit_test(sessions_are_dropped_wherever_running_ends_but_by_an_order),
        cmocka_unit_test(every_phase_that_waits_for_something_has_an_end_or_asks),
        cmocka_unit_test(names_exist_for_all_and_for_nothing_else),
        cmocka_unit_test(an_intrusion_is_aborted_in_every_state_and_never_pairs),
        cmocka_unit_test(a_pairing_is_kept_only_out_of_a_pairing),
        cmocka_unit_test(the_end_of_the_last_data_path_unpairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
