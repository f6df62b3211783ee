/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/link_machine.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "stack/base/cleanup.h"

enum timer { TIMER_KEEP, TIMER_BACKOFF, TIMER_ENABLE, TIMER_TRIAL, TIMER_STOP };

/* A cell that is not written down is "ignored": the state stays, nothing is done. */
struct cell {
    bool handled;
    enum link_state next;
    unsigned int actions;
    enum timer timer;
};

#define GO(state, ...)                                                                                                 \
    {                                                                                                                  \
        .handled = true, .next = LINK_STATE_##state, __VA_ARGS__                                                       \
    }
#define DO(...) .actions = (__VA_ARGS__)

/* clang-format off */
/*
 * What every state between the radio and UP does when the ground goes. STOP does not take the link down: a daemon that
 * is restarted finds its access point running.
 */
#define LOSING_THE_GROUND(down)                                                                                        \
    [LINK_EVENT_RADIO_LOST] = GO(NO_RADIO, DO(LINK_ACTION_SCAN | (down))),                                             \
    [LINK_EVENT_STOP] = GO(OFF, DO(LINK_ACTION_RELEASE))
#define LOSING_HOSTAPD(down)                                                                                           \
    [LINK_EVENT_HOSTAPD_DOWN] = GO(NO_HOSTAPD, DO(down), .timer = TIMER_BACKOFF)
/* What hostapd has, or is still working on, is taken back in any case; where it has nothing that does no harm. */
#define HOLDING(down)                                                                                                  \
    [LINK_EVENT_HOLD] = GO(HELD, DO(LINK_ACTION_WITHDRAW | (down)), .timer = TIMER_TRIAL),                             \
    [LINK_EVENT_SECURE] = GO(SAFE, DO(LINK_ACTION_WITHDRAW | (down)))
#define START_OVER_ON(event)                                                                                           \
    [LINK_EVENT_##event] = GO(NO_RADIO, DO(LINK_ACTION_SCAN))
/* clang-format on */

static const struct cell table[LINK_STATES_][LINK_EVENTS_] =
    {
        [LINK_STATE_OFF] =
            {
                [LINK_EVENT_START] = GO(NO_RADIO, DO(LINK_ACTION_SCAN)),
            },
        [LINK_STATE_NO_RADIO] =
            {
                [LINK_EVENT_STOP] = GO(OFF, DO(LINK_ACTION_RELEASE)),
                HOLDING(0),
                START_OVER_ON(RENEGOTIATE),
                [LINK_EVENT_RADIO_FOUND] = GO(PREPARING, DO(LINK_ACTION_PREPARE)),
                [LINK_EVENT_RADIO_NONE] = GO(NO_RADIO, .timer = TIMER_BACKOFF),
                START_OVER_ON(RADIO_CHANGED),
                START_OVER_ON(GROUND_BACK),
                [LINK_EVENT_TIMER] = GO(NO_RADIO, DO(LINK_ACTION_SCAN)),
            },
        [LINK_STATE_PREPARING] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                [LINK_EVENT_PREPARED] = GO(NO_HOSTAPD, DO(LINK_ACTION_CONNECT)),
                [LINK_EVENT_PREPARE_FAILED] = GO(RETRYING, .timer = TIMER_BACKOFF),
            },
        [LINK_STATE_NO_HOSTAPD] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                LOSING_HOSTAPD(0), /* a failed attempt: the next one after the back-off */
                START_OVER_ON(RENEGOTIATE),
                [LINK_EVENT_ADDRESS_UP] = GO(PREPARING, DO(LINK_ACTION_PREPARE)),
                [LINK_EVENT_HOSTAPD_UP] = GO(LOOKING, DO(LINK_ACTION_LOOK)),
                /* The timer must not begin another attempt in the middle of this one. */
                [LINK_EVENT_HOSTAPD_APPEARED] = GO(NO_HOSTAPD, DO(LINK_ACTION_CONNECT), .timer = TIMER_STOP),
                [LINK_EVENT_TIMER] = GO(NO_HOSTAPD, DO(LINK_ACTION_CONNECT)),
            },
        [LINK_STATE_LOOKING] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                LOSING_HOSTAPD(0),
                [LINK_EVENT_FOUND_SAME] = GO(ENABLING, DO(LINK_ACTION_STATUS), .timer = TIMER_ENABLE),
                [LINK_EVENT_FOUND_OTHER] = GO(REMOVING, DO(LINK_ACTION_REMOVE)),
                [LINK_EVENT_FOUND_NONE] = GO(ADDING, DO(LINK_ACTION_ADD)),
                [LINK_EVENT_REFUSED] = GO(RETRYING, .timer = TIMER_BACKOFF),
            },
        [LINK_STATE_REMOVING] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                LOSING_HOSTAPD(0),
                [LINK_EVENT_DONE] = GO(LOOKING, DO(LINK_ACTION_LOOK)), /* there may be another one */
                [LINK_EVENT_REFUSED] = GO(RETRYING, .timer = TIMER_BACKOFF),
            },
        [LINK_STATE_ADDING] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                LOSING_HOSTAPD(0),
                [LINK_EVENT_DONE] = GO(ENABLING, DO(LINK_ACTION_STATUS), .timer = TIMER_ENABLE),
                [LINK_EVENT_REFUSED] = GO(RETRYING, .timer = TIMER_BACKOFF),
            },
        [LINK_STATE_ENABLING] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                LOSING_HOSTAPD(0),
                [LINK_EVENT_AP_ENABLED] = GO(ENABLING, DO(LINK_ACTION_STATUS)),
                [LINK_EVENT_AP_CHANGED] = GO(ENABLING, DO(LINK_ACTION_STATUS)),
                [LINK_EVENT_AP_DISABLED] = GO(RETRYING, DO(LINK_ACTION_WITHDRAW), .timer = TIMER_BACKOFF),
                [LINK_EVENT_STATUS_ENABLED] = GO(UP, DO(LINK_ACTION_UP)),
                [LINK_EVENT_STATUS_STARTING] = GO(ENABLING, .timer = TIMER_ENABLE),
                [LINK_EVENT_STATUS_CHECKING] = GO(ENABLING, .timer = TIMER_ENABLE),
                [LINK_EVENT_STATUS_DISABLED] = GO(RETRYING, DO(LINK_ACTION_WITHDRAW), .timer = TIMER_BACKOFF),
                [LINK_EVENT_TIMER] = GO(ENABLING, DO(LINK_ACTION_STATUS), .timer = TIMER_ENABLE),
            },
        [LINK_STATE_UP] =
            {
                LOSING_THE_GROUND(LINK_ACTION_DOWN),
                LOSING_HOSTAPD(LINK_ACTION_DOWN),
                HOLDING(LINK_ACTION_DOWN),
                [LINK_EVENT_RENEGOTIATE] =
                    GO(RETRYING, DO(LINK_ACTION_DOWN | LINK_ACTION_WITHDRAW), .timer = TIMER_BACKOFF),
                /* The address service was restarted: it must learn again what it has to watch over. */
                [LINK_EVENT_ADDRESS_UP] = GO(UP, DO(LINK_ACTION_PREPARE)),
                [LINK_EVENT_AP_ENABLED] = GO(UP, DO(LINK_ACTION_STATUS)),
                [LINK_EVENT_AP_CHANGED] = GO(UP, DO(LINK_ACTION_STATUS)),
                /* Radar: hostapd went silent by itself and comes back by itself. */
                [LINK_EVENT_STATUS_STARTING] = GO(ENABLING, DO(LINK_ACTION_DOWN), .timer = TIMER_ENABLE),
                [LINK_EVENT_STATUS_CHECKING] = GO(ENABLING, DO(LINK_ACTION_DOWN), .timer = TIMER_ENABLE),
                [LINK_EVENT_AP_DISABLED] =
                    GO(RETRYING, DO(LINK_ACTION_DOWN | LINK_ACTION_WITHDRAW), .timer = TIMER_BACKOFF),
                [LINK_EVENT_STATUS_DISABLED] =
                    GO(RETRYING, DO(LINK_ACTION_DOWN | LINK_ACTION_WITHDRAW), .timer = TIMER_BACKOFF),
            },
        [LINK_STATE_RETRYING] =
            {
                LOSING_THE_GROUND(0),
                HOLDING(0),
                START_OVER_ON(RENEGOTIATE),
                START_OVER_ON(ADDRESS_UP),
                [LINK_EVENT_AP_ENABLED] = GO(ENABLING, DO(LINK_ACTION_STATUS), .timer = TIMER_ENABLE),
                /* RADIO_CHANGED is not in a hurry here: a refused attempt itself makes the kernel announce changes. */
                START_OVER_ON(TIMER),
            },
        [LINK_STATE_HELD] =
            {
                [LINK_EVENT_STOP] = GO(OFF, DO(LINK_ACTION_RELEASE)),
                START_OVER_ON(KEEP),
                START_OVER_ON(RENEGOTIATE),
                START_OVER_ON(TIMER),
                START_OVER_ON(HOSTAPD_APPEARED),
                START_OVER_ON(GROUND_BACK),
                [LINK_EVENT_SECURE] = GO(SAFE, DO(LINK_ACTION_WITHDRAW)),
                /* What it was asked for before is no longer wanted. */
                [LINK_EVENT_HOSTAPD_UP] = GO(HELD, DO(LINK_ACTION_WITHDRAW)),
                [LINK_EVENT_AP_ENABLED] = GO(HELD, DO(LINK_ACTION_WITHDRAW)),
            },
        [LINK_STATE_SAFE] =
            {
                [LINK_EVENT_STOP] = GO(OFF, DO(LINK_ACTION_RELEASE)),
                START_OVER_ON(KEEP),
                START_OVER_ON(RENEGOTIATE),
                [LINK_EVENT_HOLD] = GO(HELD, DO(LINK_ACTION_WITHDRAW), .timer = TIMER_TRIAL),
                [LINK_EVENT_HOSTAPD_UP] = GO(SAFE, DO(LINK_ACTION_WITHDRAW)),
                [LINK_EVENT_AP_ENABLED] = GO(SAFE, DO(LINK_ACTION_WITHDRAW)),
            },
};

/* What any cell with a back-off becomes during an attempt out of HELD. */
static const struct cell trial_failed = GO(HELD, DO(LINK_ACTION_WITHDRAW), .timer = TIMER_TRIAL);

void link_machine_init(struct link_machine *machine)
{
    *machine = (struct link_machine){.state = LINK_STATE_OFF};
}

static int64_t next_backoff(struct link_machine *machine)
{
    int64_t delay = machine->backoff_us ? machine->backoff_us : LINK_BACKOFF_FIRST_US;

    machine->backoff_us = delay * 2 < LINK_BACKOFF_MAX_US ? delay * 2 : LINK_BACKOFF_MAX_US;
    return delay;
}

/* The one door for state changes. */
static void enter_state(struct link_machine *machine, enum link_state next, int64_t now_us)
{
    if (machine->state == next)
        return;
    if (machine->state == LINK_STATE_UP && now_us - machine->up_since_us >= LINK_BACKOFF_RESET_US)
        machine->backoff_us = 0;
    if (next == LINK_STATE_UP)
        machine->up_since_us = now_us;
    if (next == LINK_STATE_ENABLING)
        machine->enable_until_us = now_us + LINK_ENABLE_TIME_US;
    if (next == LINK_STATE_OFF)
        machine->backoff_us = 0;
    if (next == LINK_STATE_OFF || next == LINK_STATE_UP || next == LINK_STATE_HELD || next == LINK_STATE_SAFE)
        machine->on_trial = false;
    machine->state = next;
}

/* HELD is left for one attempt: without a step of the ladder. */
static bool is_trial(enum link_event event)
{
    return event == LINK_EVENT_TIMER || event == LINK_EVENT_HOSTAPD_APPEARED || event == LINK_EVENT_GROUND_BACK;
}

static const struct cell *look_up(const struct link_machine *machine, enum link_event event)
{
    const struct cell *cell = &table[machine->state][event];

    return machine->on_trial && cell->timer == TIMER_BACKOFF ? &trial_failed : cell;
}

struct link_step link_machine_step(struct link_machine *machine, enum link_event event, int64_t now_us)
{
    enum link_state before = machine->state;
    struct link_step step = {.timer_us = -1};

    if (event == LINK_EVENT_KEEP || event == LINK_EVENT_RENEGOTIATE)
        machine->on_trial = false; /* no longer held: what fails from now on is tried again as ever */
    const struct cell *cell = look_up(machine, event);
    if (!cell->handled)
        return step;
    if (before == LINK_STATE_ENABLING && event == LINK_EVENT_TIMER && now_us >= machine->enable_until_us)
        return link_machine_step(machine, LINK_EVENT_STATUS_DISABLED, now_us); /* it had its time */

    enter_state(machine, cell->next, now_us);
    if (before == LINK_STATE_HELD && is_trial(event))
        machine->on_trial = true;
    if (event == LINK_EVENT_STATUS_CHECKING)
        machine->enable_until_us = now_us + LINK_ENABLE_TIME_US;
    step.actions = cell->actions;
    switch (cell->timer) {
    case TIMER_KEEP:
        step.timer_us = cell->next == before ? -1 : 0;
        break;
    case TIMER_BACKOFF:
        step.timer_us = next_backoff(machine);
        break;
    case TIMER_ENABLE:
        step.timer_us = LINK_STATUS_PERIOD_US;
        break;
    case TIMER_TRIAL:
        step.timer_us = LINK_TRIAL_PERIOD_US;
        break;
    case TIMER_STOP:
        step.timer_us = 0;
        break;
    }
    return step;
}

bool link_machine_is_held(const struct link_machine *machine)
{
    return machine->on_trial || machine->state == LINK_STATE_HELD || machine->state == LINK_STATE_SAFE;
}

int link_machine_ladder_event(const char *step, enum link_event *ret_event)
{
    static const struct {
        const char *step;
        enum link_event event;
    } steps[] = {
        {"keep", LINK_EVENT_KEEP},           {"debounce", LINK_EVENT_KEEP}, {"renegotiate", LINK_EVENT_RENEGOTIATE},
        {"bluetooth-only", LINK_EVENT_HOLD}, {"safe", LINK_EVENT_SECURE},
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(steps); i++) {
        if (strcmp(steps[i].step, step) != 0)
            continue;
        *ret_event = steps[i].event;
        return 0;
    }
    return -ENOENT;
}

const char *link_state_name(enum link_state state)
{
    static const char *const names[LINK_STATES_] = {
        [LINK_STATE_OFF] = "OFF",
        [LINK_STATE_NO_RADIO] = "NO_RADIO",
        [LINK_STATE_PREPARING] = "PREPARING",
        [LINK_STATE_NO_HOSTAPD] = "NO_HOSTAPD",
        [LINK_STATE_LOOKING] = "LOOKING",
        [LINK_STATE_REMOVING] = "REMOVING",
        [LINK_STATE_ADDING] = "ADDING",
        [LINK_STATE_ENABLING] = "ENABLING",
        [LINK_STATE_UP] = "UP",
        [LINK_STATE_RETRYING] = "RETRYING",
        [LINK_STATE_HELD] = "HELD",
        [LINK_STATE_SAFE] = "SAFE",
    };
    return (unsigned int)state < LINK_STATES_ ? names[state] : "?";
}

const char *link_event_name(enum link_event event)
{
    static const char *const names[LINK_EVENTS_] = {
        [LINK_EVENT_START] = "START",
        [LINK_EVENT_STOP] = "STOP",
        [LINK_EVENT_RADIO_FOUND] = "RADIO_FOUND",
        [LINK_EVENT_RADIO_NONE] = "RADIO_NONE",
        [LINK_EVENT_RADIO_CHANGED] = "RADIO_CHANGED",
        [LINK_EVENT_RADIO_LOST] = "RADIO_LOST",
        [LINK_EVENT_ADDRESS_UP] = "ADDRESS_UP",
        [LINK_EVENT_PREPARED] = "PREPARED",
        [LINK_EVENT_PREPARE_FAILED] = "PREPARE_FAILED",
        [LINK_EVENT_HOSTAPD_UP] = "HOSTAPD_UP",
        [LINK_EVENT_HOSTAPD_DOWN] = "HOSTAPD_DOWN",
        [LINK_EVENT_FOUND_SAME] = "FOUND_SAME",
        [LINK_EVENT_FOUND_OTHER] = "FOUND_OTHER",
        [LINK_EVENT_FOUND_NONE] = "FOUND_NONE",
        [LINK_EVENT_DONE] = "DONE",
        [LINK_EVENT_REFUSED] = "REFUSED",
        [LINK_EVENT_AP_ENABLED] = "AP_ENABLED",
        [LINK_EVENT_AP_DISABLED] = "AP_DISABLED",
        [LINK_EVENT_STATUS_ENABLED] = "STATUS_ENABLED",
        [LINK_EVENT_STATUS_STARTING] = "STATUS_STARTING",
        [LINK_EVENT_STATUS_DISABLED] = "STATUS_DISABLED",
        [LINK_EVENT_TIMER] = "TIMER",
        [LINK_EVENT_KEEP] = "KEEP",
        [LINK_EVENT_RENEGOTIATE] = "RENEGOTIATE",
        [LINK_EVENT_HOLD] = "HOLD",
        [LINK_EVENT_SECURE] = "SECURE",
        [LINK_EVENT_HOSTAPD_APPEARED] = "HOSTAPD_APPEARED",
        [LINK_EVENT_GROUND_BACK] = "GROUND_BACK",
        [LINK_EVENT_AP_CHANGED] = "AP_CHANGED",
        [LINK_EVENT_STATUS_CHECKING] = "STATUS_CHECKING",
    };
    return (unsigned int)event < LINK_EVENTS_ ? names[event] : "?";
}
