/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/link_machine.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "tests/unit/test.h"

static struct link_machine machine;
static struct link_step step;
static int64_t now;

static enum link_state feed(enum link_event event)
{
    step = link_machine_step(&machine, event, now);
    return machine.state;
}

/* Brings a fresh machine to a state by the events that lead there in life. */
static void bring_to(enum link_state state)
{
    static const enum link_event way[] = {LINK_EVENT_START,         LINK_EVENT_RADIO_FOUND, LINK_EVENT_PREPARED,
                                          LINK_EVENT_HOSTAPD_UP,    LINK_EVENT_FOUND_NONE,  LINK_EVENT_DONE,
                                          LINK_EVENT_STATUS_ENABLED};
    now = 1000000;
    link_machine_init(&machine);
    for (size_t i = 0; machine.state != state && i < sizeof way / sizeof way[0]; i++) {
        if (state == LINK_STATE_HELD && machine.state == LINK_STATE_NO_RADIO)
            (void)feed(LINK_EVENT_HOLD);
        else if (state == LINK_STATE_SAFE && machine.state == LINK_STATE_NO_RADIO)
            (void)feed(LINK_EVENT_SECURE);
        else if (state == LINK_STATE_REMOVING && machine.state == LINK_STATE_LOOKING)
            (void)feed(LINK_EVENT_FOUND_OTHER);
        else if (state == LINK_STATE_RETRYING && machine.state == LINK_STATE_ADDING)
            (void)feed(LINK_EVENT_REFUSED);
        else
            (void)feed(way[i]);
    }
    assert_int_equal(machine.state, state);
}

static int setup(void **state)
{
    (void)state;
    bring_to(LINK_STATE_OFF);
    return 0;
}

static void the_way_up_prepares_before_hostapd_is_asked_anything(void **state)
{
    (void)state;
    assert_int_equal(feed(LINK_EVENT_START), LINK_STATE_NO_RADIO);
    assert_int_equal(step.actions, LINK_ACTION_SCAN);
    assert_int_equal(feed(LINK_EVENT_RADIO_FOUND), LINK_STATE_PREPARING);
    assert_int_equal(step.actions, LINK_ACTION_PREPARE);
    assert_int_equal(feed(LINK_EVENT_PREPARED), LINK_STATE_NO_HOSTAPD);
    assert_int_equal(step.actions, LINK_ACTION_CONNECT);
    assert_int_equal(feed(LINK_EVENT_HOSTAPD_UP), LINK_STATE_LOOKING);
    assert_int_equal(step.actions, LINK_ACTION_LOOK);
    assert_int_equal(feed(LINK_EVENT_FOUND_NONE), LINK_STATE_ADDING);
    assert_int_equal(step.actions, LINK_ACTION_ADD);
    assert_int_equal(feed(LINK_EVENT_DONE), LINK_STATE_ENABLING);
    assert_int_equal(step.actions, LINK_ACTION_STATUS);
    assert_int_equal(feed(LINK_EVENT_STATUS_STARTING), LINK_STATE_ENABLING);
    assert_int_equal(feed(LINK_EVENT_AP_ENABLED), LINK_STATE_ENABLING);
    assert_int_equal(step.actions, LINK_ACTION_STATUS);
    assert_int_equal(feed(LINK_EVENT_STATUS_ENABLED), LINK_STATE_UP);
    assert_int_equal(step.actions, LINK_ACTION_UP);
    assert_int_equal(step.timer_us, 0);
}

static void a_running_access_point_is_taken_over_without_add_or_remove(void **state)
{
    (void)state;
    bring_to(LINK_STATE_LOOKING);
    assert_int_equal(feed(LINK_EVENT_FOUND_SAME), LINK_STATE_ENABLING);
    assert_int_equal(step.actions, LINK_ACTION_STATUS);
    assert_int_equal(feed(LINK_EVENT_STATUS_ENABLED), LINK_STATE_UP);
}

static void leftovers_are_removed_one_by_one_before_adding(void **state)
{
    (void)state;
    bring_to(LINK_STATE_LOOKING);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(feed(LINK_EVENT_FOUND_OTHER), LINK_STATE_REMOVING);
        assert_int_equal(step.actions, LINK_ACTION_REMOVE);
        assert_int_equal(feed(LINK_EVENT_DONE), LINK_STATE_LOOKING);
    }
    assert_int_equal(feed(LINK_EVENT_FOUND_NONE), LINK_STATE_ADDING);
}

static void a_hostapd_that_dies_takes_the_link_down_and_is_waited_for(void **state)
{
    static const enum link_state places[] = {LINK_STATE_LOOKING, LINK_STATE_REMOVING, LINK_STATE_ADDING,
                                             LINK_STATE_ENABLING, LINK_STATE_UP};
    (void)state;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bring_to(places[i]);
        assert_int_equal(feed(LINK_EVENT_HOSTAPD_DOWN), LINK_STATE_NO_HOSTAPD);
        assert_int_equal(step.actions, places[i] == LINK_STATE_UP ? LINK_ACTION_DOWN : 0);
        assert_int_equal(step.timer_us, LINK_BACKOFF_FIRST_US);
        assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_NO_HOSTAPD);
        assert_int_equal(step.actions, LINK_ACTION_CONNECT);
        assert_int_equal(feed(LINK_EVENT_HOSTAPD_UP), LINK_STATE_LOOKING);
    }
}

static void a_lost_radio_starts_over_from_everywhere(void **state)
{
    (void)state;
    for (unsigned int s = LINK_STATE_PREPARING; s <= LINK_STATE_RETRYING; s++) {
        bring_to((enum link_state)s);
        assert_int_equal(feed(LINK_EVENT_RADIO_LOST), LINK_STATE_NO_RADIO);
        assert_true(step.actions & LINK_ACTION_SCAN);
        assert_int_equal((step.actions & LINK_ACTION_DOWN) != 0, s == LINK_STATE_UP);
    }
}

static void stop_ends_everywhere_and_does_not_claim_that_the_link_went_down(void **state)
{
    (void)state;
    for (unsigned int s = LINK_STATE_NO_RADIO; s < LINK_STATES_; s++) {
        bring_to((enum link_state)s);
        assert_int_equal(feed(LINK_EVENT_STOP), LINK_STATE_OFF);
        assert_int_equal(step.actions, LINK_ACTION_RELEASE);
        assert_int_equal(step.timer_us, 0);
    }
}

static void refusals_are_retried_from_the_radio_on(void **state)
{
    static const struct {
        enum link_state state;
        enum link_event event;
    } refusals[] = {
        {LINK_STATE_PREPARING, LINK_EVENT_PREPARE_FAILED}, {LINK_STATE_LOOKING, LINK_EVENT_REFUSED},
        {LINK_STATE_REMOVING, LINK_EVENT_REFUSED},         {LINK_STATE_ADDING, LINK_EVENT_REFUSED},
        {LINK_STATE_ENABLING, LINK_EVENT_AP_DISABLED},     {LINK_STATE_ENABLING, LINK_EVENT_STATUS_DISABLED},
        {LINK_STATE_UP, LINK_EVENT_AP_DISABLED},           {LINK_STATE_UP, LINK_EVENT_STATUS_DISABLED},
    };
    (void)state;

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        bring_to(refusals[i].state);
        assert_int_equal(feed(refusals[i].event), LINK_STATE_RETRYING);
        assert_int_equal(step.timer_us, LINK_BACKOFF_FIRST_US);
        /* What hostapd accepted and could not do must not come to life later, unseen. */
        bool accepted = refusals[i].state == LINK_STATE_ENABLING || refusals[i].state == LINK_STATE_UP;
        assert_int_equal((step.actions & LINK_ACTION_WITHDRAW) != 0, accepted);
        assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_NO_RADIO);
        assert_int_equal(step.actions, LINK_ACTION_SCAN);
    }
}

static void a_change_of_radios_hurries_only_the_wait_for_one(void **state)
{
    (void)state;
    bring_to(LINK_STATE_NO_RADIO);
    assert_int_equal(feed(LINK_EVENT_RADIO_CHANGED), LINK_STATE_NO_RADIO);
    assert_int_equal(step.actions, LINK_ACTION_SCAN);
    for (unsigned int s = LINK_STATE_PREPARING; s < LINK_STATES_; s++) {
        bring_to((enum link_state)s);
        assert_int_equal(feed(LINK_EVENT_RADIO_CHANGED), s);
        assert_int_equal(step.actions, 0);
    }
}

static void an_address_service_that_returns_is_asked_again_without_bouncing_the_link(void **state)
{
    (void)state;
    bring_to(LINK_STATE_UP);
    assert_int_equal(feed(LINK_EVENT_ADDRESS_UP), LINK_STATE_UP);
    assert_int_equal(step.actions, LINK_ACTION_PREPARE);
    assert_int_equal(feed(LINK_EVENT_PREPARED), LINK_STATE_UP);
    assert_int_equal(feed(LINK_EVENT_PREPARE_FAILED), LINK_STATE_UP);
    assert_int_equal(step.actions, 0);
    bring_to(LINK_STATE_RETRYING);
    assert_int_equal(feed(LINK_EVENT_ADDRESS_UP), LINK_STATE_NO_RADIO);
    bring_to(LINK_STATE_NO_HOSTAPD);
    assert_int_equal(feed(LINK_EVENT_ADDRESS_UP), LINK_STATE_PREPARING);
}

static void the_back_off_doubles_up_to_its_bound(void **state)
{
    static const int64_t delays[] = {250000, 500000, 1000000, 1000000, 1000000};
    (void)state;

    bring_to(LINK_STATE_NO_RADIO);
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        assert_int_equal(feed(LINK_EVENT_RADIO_NONE), LINK_STATE_NO_RADIO);
        assert_int_equal(step.timer_us, delays[i]);
        assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_NO_RADIO);
    }
}

static void the_back_off_starts_over_after_a_time_of_being_up_only(void **state)
{
    (void)state;
    bring_to(LINK_STATE_UP);
    assert_int_equal(feed(LINK_EVENT_AP_DISABLED), LINK_STATE_RETRYING);
    assert_int_equal(step.timer_us, 250000);
    assert_int_equal(feed(LINK_EVENT_AP_ENABLED), LINK_STATE_ENABLING); /* hostapd recovered by itself */
    assert_int_equal(feed(LINK_EVENT_STATUS_ENABLED), LINK_STATE_UP);
    now += LINK_BACKOFF_RESET_US - 1;
    assert_int_equal(feed(LINK_EVENT_AP_DISABLED), LINK_STATE_RETRYING);
    assert_int_equal(step.timer_us, 500000);
    assert_int_equal(feed(LINK_EVENT_AP_ENABLED), LINK_STATE_ENABLING);
    assert_int_equal(feed(LINK_EVENT_STATUS_ENABLED), LINK_STATE_UP);
    now += LINK_BACKOFF_RESET_US;
    assert_int_equal(feed(LINK_EVENT_AP_DISABLED), LINK_STATE_RETRYING);
    assert_int_equal(step.timer_us, 250000);
}

static void enabling_asks_every_second_and_has_an_end(void **state)
{
    (void)state;
    bring_to(LINK_STATE_ENABLING);
    int64_t until = now + LINK_ENABLE_TIME_US;
    for (; now < until; now += LINK_STATUS_PERIOD_US) {
        assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_ENABLING);
        assert_int_equal(step.actions, LINK_ACTION_STATUS);
        assert_int_equal(step.timer_us, LINK_STATUS_PERIOD_US);
        assert_int_equal(feed(LINK_EVENT_STATUS_STARTING), LINK_STATE_ENABLING);
    }
    assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_RETRYING);
    assert_int_equal(step.timer_us, LINK_BACKOFF_FIRST_US);
}

static void renegotiating_bounces_a_link_that_is_up_and_starts_over_from_the_radio(void **state)
{
    (void)state;
    bring_to(LINK_STATE_UP);
    assert_int_equal(feed(LINK_EVENT_RENEGOTIATE), LINK_STATE_RETRYING);
    assert_int_equal(step.actions, LINK_ACTION_DOWN | LINK_ACTION_WITHDRAW);
    assert_int_equal(step.timer_us, LINK_BACKOFF_FIRST_US);
    assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_NO_RADIO);
    assert_int_equal(step.actions, LINK_ACTION_SCAN);
}

static void renegotiating_hurries_a_wait_and_leaves_an_attempt_under_way_alone(void **state)
{
    static const enum link_state waits[] = {LINK_STATE_NO_RADIO, LINK_STATE_NO_HOSTAPD, LINK_STATE_RETRYING};
    static const enum link_state attempts[] = {LINK_STATE_PREPARING, LINK_STATE_LOOKING, LINK_STATE_REMOVING,
                                               LINK_STATE_ADDING, LINK_STATE_ENABLING};
    (void)state;

    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        bring_to(waits[i]);
        assert_int_equal(feed(LINK_EVENT_RENEGOTIATE), LINK_STATE_NO_RADIO);
        assert_int_equal(step.actions, LINK_ACTION_SCAN);
    }
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        bring_to(attempts[i]);
        assert_int_equal(feed(LINK_EVENT_RENEGOTIATE), attempts[i]);
        assert_int_equal(step.actions, 0);
    }
}

static void holding_takes_back_what_hostapd_has_and_tells_that_the_link_went_down(void **state)
{
    static const struct {
        enum link_event event;
        enum link_state held;
        int64_t timer_us;
    } holds[] = {{LINK_EVENT_HOLD, LINK_STATE_HELD, LINK_TRIAL_PERIOD_US}, {LINK_EVENT_SECURE, LINK_STATE_SAFE, 0}};
    (void)state;

    for (size_t i = 0; i < sizeof holds / sizeof holds[0]; i++) {
        for (unsigned int s = LINK_STATE_NO_RADIO; s <= LINK_STATE_RETRYING; s++) {
            bring_to((enum link_state)s);
            assert_false(link_machine_is_held(&machine));
            assert_int_equal(feed(holds[i].event), holds[i].held);
            assert_int_equal(step.actions, LINK_ACTION_WITHDRAW | (s == LINK_STATE_UP ? LINK_ACTION_DOWN : 0));
            assert_int_equal(step.timer_us, holds[i].timer_us);
            assert_true(link_machine_is_held(&machine));
            assert_int_equal(feed(holds[i].event), holds[i].held); /* the supervisor may say it again */
            assert_int_equal(step.timer_us, -1);
        }
    }
}

static void what_comes_up_while_it_is_held_is_taken_back(void **state)
{
    static const enum link_state held[] = {LINK_STATE_HELD, LINK_STATE_SAFE};
    (void)state;

    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
        bring_to(held[i]);
        assert_int_equal(feed(LINK_EVENT_AP_ENABLED), held[i]); /* it was being enabled when the step came */
        assert_int_equal(step.actions, LINK_ACTION_WITHDRAW);
        assert_int_equal(feed(LINK_EVENT_HOSTAPD_UP), held[i]); /* it was being connected to */
        assert_int_equal(step.actions, LINK_ACTION_WITHDRAW);
        assert_int_equal(step.timer_us, -1);
    }
}

static void safe_tries_nothing_until_another_step_comes(void **state)
{
    (void)state;
    for (unsigned int e = 0; e < LINK_EVENTS_; e++) {
        bring_to(LINK_STATE_SAFE);
        (void)feed((enum link_event)e);
        bool may = e == LINK_EVENT_KEEP || e == LINK_EVENT_RENEGOTIATE || e == LINK_EVENT_HOLD || e == LINK_EVENT_STOP;
        assert_int_equal(machine.state != LINK_STATE_SAFE, may);
    }
    bring_to(LINK_STATE_SAFE);
    assert_int_equal(feed(LINK_EVENT_KEEP), LINK_STATE_NO_RADIO);
    assert_int_equal(step.actions, LINK_ACTION_SCAN);
    assert_false(link_machine_is_held(&machine));
}

/* An attempt out of HELD, at that state. */
static void try_up_to(enum link_state state)
{
    static const enum link_event way[] = {LINK_EVENT_TIMER,      LINK_EVENT_RADIO_FOUND, LINK_EVENT_PREPARED,
                                          LINK_EVENT_HOSTAPD_UP, LINK_EVENT_FOUND_NONE,  LINK_EVENT_DONE};
    bring_to(LINK_STATE_HELD);
    for (size_t i = 0; machine.state != state && i < sizeof way / sizeof way[0]; i++)
        (void)feed(state == LINK_STATE_REMOVING && machine.state == LINK_STATE_LOOKING ? LINK_EVENT_FOUND_OTHER
                                                                                       : way[i]);
    assert_int_equal(machine.state, state);
    assert_true(link_machine_is_held(&machine));
}

/* Cell by cell: an attempt out of HELD is as any other, but for the ends that are otherwise tried again at once. */
static void an_attempt_out_of_held_that_fails_leads_back_to_it_for_its_period(void **state)
{
    (void)state;
    for (unsigned int s = LINK_STATE_NO_RADIO; s <= LINK_STATE_ENABLING; s++) {
        for (unsigned int e = 0; e < LINK_EVENTS_; e++) {
            bring_to((enum link_state)s);
            enum link_state otherwise = feed((enum link_event)e);
            struct link_step step_otherwise = step;

            try_up_to((enum link_state)s);
            (void)feed((enum link_event)e);
            bool failed = step_otherwise.timer_us == LINK_BACKOFF_FIRST_US;
            assert_int_equal(machine.state, failed ? LINK_STATE_HELD : otherwise);
            assert_int_equal(step.actions, failed ? LINK_ACTION_WITHDRAW : step_otherwise.actions);
            assert_int_equal(step.timer_us, failed ? LINK_TRIAL_PERIOD_US : step_otherwise.timer_us);
        }
    }
}

static void an_attempt_out_of_held_has_its_time_for_enabling_and_no_more(void **state)
{
    (void)state;
    try_up_to(LINK_STATE_ENABLING);
    now += LINK_ENABLE_TIME_US;
    assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_HELD);
    assert_int_equal(step.actions, LINK_ACTION_WITHDRAW);
    assert_int_equal(step.timer_us, LINK_TRIAL_PERIOD_US);
}

static void a_link_that_is_up_again_is_no_longer_held(void **state)
{
    (void)state;
    try_up_to(LINK_STATE_ENABLING);
    assert_int_equal(feed(LINK_EVENT_STATUS_ENABLED), LINK_STATE_UP);
    assert_false(link_machine_is_held(&machine));
    assert_int_equal(feed(LINK_EVENT_KEEP), LINK_STATE_UP); /* the supervisor goes back to the first step */
    assert_int_equal(step.actions, 0);
    assert_int_equal(feed(LINK_EVENT_AP_DISABLED), LINK_STATE_RETRYING);
}

static void another_step_makes_an_attempt_out_of_held_an_ordinary_one(void **state)
{
    static const enum link_event steps[] = {LINK_EVENT_KEEP, LINK_EVENT_RENEGOTIATE};
    (void)state;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        try_up_to(LINK_STATE_ADDING);
        assert_int_equal(feed(steps[i]), LINK_STATE_ADDING);
        assert_false(link_machine_is_held(&machine));
        assert_int_equal(feed(LINK_EVENT_REFUSED), LINK_STATE_RETRYING);
        assert_int_equal(step.timer_us, LINK_BACKOFF_FIRST_US);
    }
}

static void every_step_of_the_ladder_is_an_event_and_other_names_are_none(void **state)
{
    static const struct {
        const char *step;
        enum link_event event;
    } steps[] = {
        {"keep", LINK_EVENT_KEEP},           {"debounce", LINK_EVENT_KEEP}, {"renegotiate", LINK_EVENT_RENEGOTIATE},
        {"bluetooth-only", LINK_EVENT_HOLD}, {"safe", LINK_EVENT_SECURE},
    };
    enum link_event event = LINK_EVENTS_;
    (void)state;

    assert_int_equal(link_machine_ladder_event("mute", &event), -ENOENT);
    assert_int_equal(link_machine_ladder_event("", &event), -ENOENT);
    assert_int_equal(link_machine_ladder_event("safe ", &event), -ENOENT);
    assert_int_equal(event, LINK_EVENTS_);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(link_machine_ladder_event(steps[i].step, &event), 0);
        assert_int_equal(event, steps[i].event);
    }
}

static void a_hostapd_that_appears_is_connected_to_at_once_and_by_one_attempt(void **state)
{
    (void)state;
    bring_to(LINK_STATE_NO_HOSTAPD);
    assert_int_equal(feed(LINK_EVENT_HOSTAPD_DOWN), LINK_STATE_NO_HOSTAPD);
    assert_int_equal(feed(LINK_EVENT_HOSTAPD_APPEARED), LINK_STATE_NO_HOSTAPD);
    assert_int_equal(step.actions, LINK_ACTION_CONNECT);
    assert_int_equal(step.timer_us, 0); /* not a second one by the back-off */
}

static void what_was_missing_being_back_begins_an_attempt_out_of_held_and_nothing_else_does(void **state)
{
    static const enum link_event back[] = {LINK_EVENT_HOSTAPD_APPEARED, LINK_EVENT_GROUND_BACK};
    (void)state;

    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        bring_to(LINK_STATE_HELD);
        assert_int_equal(feed(LINK_EVENT_RADIO_CHANGED), LINK_STATE_HELD);
        assert_int_equal(feed(back[i]), LINK_STATE_NO_RADIO);
        assert_int_equal(step.actions, LINK_ACTION_SCAN);
        assert_int_equal(step.timer_us, 0);
        assert_true(link_machine_is_held(&machine));
        assert_int_equal(feed(LINK_EVENT_RADIO_NONE), LINK_STATE_HELD);
        assert_int_equal(step.timer_us, LINK_TRIAL_PERIOD_US);
    }
}

static void a_radar_check_has_the_time_it_takes_and_the_rest_of_enabling_its_own(void **state)
{
    (void)state;
    bring_to(LINK_STATE_ENABLING);
    for (int i = 0; i < 600; i++, now += LINK_STATUS_PERIOD_US) {
        assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_ENABLING);
        assert_int_equal(step.actions, LINK_ACTION_STATUS);
        assert_int_equal(feed(LINK_EVENT_STATUS_CHECKING), LINK_STATE_ENABLING);
        assert_int_equal(step.timer_us, LINK_STATUS_PERIOD_US);
    }
    assert_int_equal(feed(LINK_EVENT_STATUS_STARTING), LINK_STATE_ENABLING);
    now += LINK_ENABLE_TIME_US;
    assert_int_equal(feed(LINK_EVENT_TIMER), LINK_STATE_RETRYING);
}

static void radar_takes_the_link_down_and_hostapd_is_left_to_find_another_channel(void **state)
{
    (void)state;
    bring_to(LINK_STATE_UP);
    assert_int_equal(feed(LINK_EVENT_AP_CHANGED), LINK_STATE_UP);
    assert_int_equal(step.actions, LINK_ACTION_STATUS);
    assert_int_equal(feed(LINK_EVENT_STATUS_CHECKING), LINK_STATE_ENABLING);
    assert_int_equal(step.actions, LINK_ACTION_DOWN);
    assert_int_equal(step.timer_us, LINK_STATUS_PERIOD_US);
    assert_int_equal(feed(LINK_EVENT_AP_CHANGED), LINK_STATE_ENABLING);
    assert_int_equal(step.actions, LINK_ACTION_STATUS);
    assert_int_equal(feed(LINK_EVENT_STATUS_ENABLED), LINK_STATE_UP);
    assert_int_equal(step.actions, LINK_ACTION_UP);
}

/*
 * The whole table, cell by cell: where each event leads from each state; '.' = ignored. Columns in the order of
 * enum link_event, letters: o OFF, n NO_RADIO, p PREPARING, h NO_HOSTAPD, l LOOKING, r REMOVING, a ADDING,
 * e ENABLING, u UP, t RETRYING, d HELD, s SAFE.
 */
static void every_cell_leads_where_it_should(void **state)
{
    static const char letters[] = "onphlraeutds";
    static const char *const cells[LINK_STATES_] = {
        /* START STOP FOUND NONE CHANGED LOST ADDR_UP PREP PREP_F H_UP H_DOWN SAME OTHER NONE DONE REF EN DIS S_E S_S
           S_D TIMER KEEP RENEGOTIATE HOLD SECURE APPEARED BACK CHANGED S_C */
        [LINK_STATE_OFF] = "n.............................",
        [LINK_STATE_NO_RADIO] = ".opnn................n.nds.n..",
        [LINK_STATE_PREPARING] = ".o...n.ht...............ds....",
        [LINK_STATE_NO_HOSTAPD] = ".o...np..lh..........h.ndsh...",
        [LINK_STATE_LOOKING] = ".o...n....hera.t........ds....",
        [LINK_STATE_REMOVING] = ".o...n....h...lt........ds....",
        [LINK_STATE_ADDING] = ".o...n....h...et........ds....",
        [LINK_STATE_ENABLING] = ".o...n....h.....etuete..ds..ee",
        [LINK_STATE_UP] = ".o...nu...h.....ut.et..tds..ue",
        [LINK_STATE_RETRYING] = ".o...nn.........e....n.nds....",
        [LINK_STATE_HELD] = ".o.......d......d....nnn.snn..",
        [LINK_STATE_SAFE] = ".o.......s......s.....nnd.....",
    };
    (void)state;

    for (unsigned int s = 0; s < LINK_STATES_; s++) {
        assert_int_equal(strlen(cells[s]), LINK_EVENTS_);
        for (unsigned int e = 0; e < LINK_EVENTS_; e++) {
            bring_to((enum link_state)s);
            enum link_state next = feed((enum link_event)e);
            char wanted = cells[s][e];
            if (wanted == '.')
                wanted = letters[s];
            if (letters[next] != wanted)
                fail_msg("%s x %s leads to %s", link_state_name((enum link_state)s),
                         link_event_name((enum link_event)e), link_state_name(next));
            if (cells[s][e] == '.') {
                assert_int_equal(step.actions, 0);
                assert_int_equal(step.timer_us, -1);
            }
        }
    }
}

static void every_state_and_event_has_a_name(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < LINK_STATES_; s++)
        assert_non_null(link_state_name((enum link_state)s));
    for (unsigned int e = 0; e < LINK_EVENTS_; e++)
        assert_non_null(link_event_name((enum link_event)e));
    assert_string_equal(link_state_name(LINK_STATES_), "?");
    assert_string_equal(link_event_name(LINK_EVENTS_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_way_up_prepares_before_hostapd_is_asked_anything, setup),
        cmocka_unit_test(a_running_access_point_is_taken_over_without_add_or_remove),
        cmocka_unit_test(leftovers_are_removed_one_by_one_before_adding),
        cmocka_unit_test(a_hostapd_that_dies_takes_the_link_down_and_is_waited_for),
        cmocka_unit_test(a_lost_radio_starts_over_from_everywhere),
        cmocka_unit_test(stop_ends_everywhere_and_does_not_claim_that_the_link_went_down),
        cmocka_unit_test(refusals_are_retried_from_the_radio_on),
        cmocka_unit_test(a_change_of_radios_hurries_only_the_wait_for_one),
        cmocka_unit_test(an_address_service_that_returns_is_asked_again_without_bouncing_the_link),
        cmocka_unit_test(the_back_off_doubles_up_to_its_bound),
        cmocka_unit_test(the_back_off_starts_over_after_a_time_of_being_up_only),
        cmocka_unit_test(enabling_asks_every_second_and_has_an_end),
        cmocka_unit_test(renegotiating_bounces_a_link_that_is_up_and_starts_over_from_the_radio),
        cmocka_unit_test(renegotiating_hurries_a_wait_and_leaves_an_attempt_under_way_alone),
        cmocka_unit_test(holding_takes_back_what_hostapd_has_and_tells_that_the_link_went_down),
        cmocka_unit_test(what_comes_up_while_it_is_held_is_taken_back),
        cmocka_unit_test(safe_tries_nothing_until_another_step_comes),
        cmocka_unit_test(an_attempt_out_of_held_that_fails_leads_back_to_it_for_its_period),
        cmocka_unit_test(an_attempt_out_of_held_has_its_time_for_enabling_and_no_more),
        cmocka_unit_test(a_link_that_is_up_again_is_no_longer_held),
        cmocka_unit_test(another_step_makes_an_attempt_out_of_held_an_ordinary_one),
        cmocka_unit_test(a_hostapd_that_appears_is_connected_to_at_once_and_by_one_attempt),
        cmocka_unit_test(what_was_missing_being_back_begins_an_attempt_out_of_held_and_nothing_else_does),
        cmocka_unit_test(a_radar_check_has_the_time_it_takes_and_the_rest_of_enabling_its_own),
        cmocka_unit_test(radar_takes_the_link_down_and_hostapd_is_left_to_find_another_channel),
        cmocka_unit_test(every_step_of_the_ladder_is_an_event_and_other_names_are_none),
        cmocka_unit_test(every_cell_leads_where_it_should),
        cmocka_unit_test(every_state_and_event_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
