/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_LINK_MACHINE_H
#define FASCIA_STACK_LINK_LINK_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The access point's life as a table: (state, event) -> (state, actions). It opens nothing and knows no time but
 * what it is told; the daemon carries out the actions and reports what came of them as events.
 *
 *   NO_RADIO -> PREPARING -> NO_HOSTAPD -> LOOKING -> [REMOVING ->] ADDING -> ENABLING -> UP
 *
 * The order is deliberate: an interface is prepared (no Neighbor Discovery) before hostapd brings it up, and
 * hostapd is asked what it has before it is given anything, so that a restarted daemon takes a running access
 * point over instead of bouncing the phone.
 *
 * The steps of the link's ladder of degradation come as events too. HELD and SAFE are states of their own, outside the
 * way up: what hostapd has is taken back and nothing is tried, in SAFE until another step comes; in HELD one attempt is
 * made every LINK_TRIAL_PERIOD_US, or as soon as what was missing is back, and whatever fails in it leads back to HELD
 * instead of being tried again at once.
 *
 * ENABLING has an end, but not while hostapd itself says that it listens for radar: that takes one to ten minutes, and
 * an access point that is up goes back to it when radar is found.
 */

enum link_state {
    LINK_STATE_OFF,
    LINK_STATE_NO_RADIO,   /* none fits yet */
    LINK_STATE_PREPARING,  /* the address service prepares the interface */
    LINK_STATE_NO_HOSTAPD, /* its control socket does not answer yet */
    LINK_STATE_LOOKING,    /* what does hostapd have already? */
    LINK_STATE_REMOVING,   /* an access point that is not the configured one goes */
    LINK_STATE_ADDING,     /* hostapd reads the configuration */
    LINK_STATE_ENABLING,   /* accepted; country, neighbour scan, radar check, start of beacons */
    LINK_STATE_UP,
    LINK_STATE_RETRYING, /* something refused or failed; waits, then starts over from the radio */
    LINK_STATE_HELD,     /* held down, with an attempt from time to time (the ladder's bluetooth-only) */
    LINK_STATE_SAFE,     /* held down (the ladder's safe) */
    LINK_STATES_
};

enum link_event {
    LINK_EVENT_START,
    LINK_EVENT_STOP,
    LINK_EVENT_RADIO_FOUND,
    LINK_EVENT_RADIO_NONE,
    LINK_EVENT_RADIO_CHANGED, /* the kernel announced a change of radios, interfaces or regulatory domain */
    LINK_EVENT_RADIO_LOST,    /* the chosen radio or its interface is gone */
    LINK_EVENT_ADDRESS_UP,    /* the address service appeared (again) */
    LINK_EVENT_PREPARED,
    LINK_EVENT_PREPARE_FAILED,
    LINK_EVENT_HOSTAPD_UP,   /* attached to its control socket */
    LINK_EVENT_HOSTAPD_DOWN, /* cannot attach, or lost it */
    LINK_EVENT_FOUND_SAME,   /* hostapd has our interface with this very configuration, enabled */
    LINK_EVENT_FOUND_OTHER,  /* hostapd has something else that must go first */
    LINK_EVENT_FOUND_NONE,
    LINK_EVENT_DONE,    /* the request of this state (REMOVE, ADD) was accepted */
    LINK_EVENT_REFUSED, /* it was not; or the configuration cannot be written */
    LINK_EVENT_AP_ENABLED,
    LINK_EVENT_AP_DISABLED,
    LINK_EVENT_STATUS_ENABLED,  /* read back: enabled */
    LINK_EVENT_STATUS_STARTING, /* read back: on its way */
    LINK_EVENT_STATUS_DISABLED, /* read back: given up, or the reply was no status */
    LINK_EVENT_TIMER,
    LINK_EVENT_KEEP,             /* ladder: leave it as it is, or bring it up again when it is held down */
    LINK_EVENT_RENEGOTIATE,      /* ladder: take the access point down and up; an attempt under way is left alone */
    LINK_EVENT_HOLD,             /* ladder: to HELD */
    LINK_EVENT_SECURE,           /* ladder: to SAFE */
    LINK_EVENT_HOSTAPD_APPEARED, /* its control socket was made, so there is no need to wait for the next attempt */
    LINK_EVENT_GROUND_BACK, /* what no radio could be chosen for is gone: it was plugged in, or is not blocked now */
    LINK_EVENT_AP_CHANGED,  /* hostapd says that it switches channels, found radar or checks for it: ask */
    LINK_EVENT_STATUS_CHECKING, /* read back: listening for radar or choosing a channel, which takes minutes */
    LINK_EVENTS_
};

enum link_action {
    LINK_ACTION_SCAN = 1 << 0,      /* dump radios, choose; answer RADIO_FOUND or RADIO_NONE */
    LINK_ACTION_PREPARE = 1 << 1,   /* ask the address service; answer PREPARED or PREPARE_FAILED */
    LINK_ACTION_CONNECT = 1 << 2,   /* to hostapd; answer HOSTAPD_UP or HOSTAPD_DOWN */
    LINK_ACTION_LOOK = 1 << 3,      /* answer FOUND_…, or REFUSED */
    LINK_ACTION_REMOVE = 1 << 4,    /* answer DONE or REFUSED */
    LINK_ACTION_ADD = 1 << 5,       /* write the configuration, ADD; answer DONE or REFUSED */
    LINK_ACTION_STATUS = 1 << 6,    /* answer STATUS_… */
    LINK_ACTION_UP = 1 << 7,        /* publish that the link is up */
    LINK_ACTION_DOWN = 1 << 8,      /* publish that it went down */
    LINK_ACTION_RELEASE = 1 << 9,   /* stopping: leave hostapd as the configuration says */
    LINK_ACTION_WITHDRAW = 1 << 10, /* take what did not work out of hostapd again; no answer is wanted */
};

#define LINK_BACKOFF_FIRST_US 250000
#define LINK_BACKOFF_MAX_US   1000000  /* and an attempt: the link returns within 2 s of the cause going away */
#define LINK_BACKOFF_RESET_US 10000000 /* up for this long: the next delay is the first again */
#define LINK_ENABLE_TIME_US                                                                                            \
    20000000                          /* hostapd waits 5 s for a country that does not come, then scans for neighbours \
                                       */
#define LINK_STATUS_PERIOD_US 1000000 /* an event may be lost, so ENABLING asks as well */
#define LINK_TRIAL_PERIOD_US  20000000 /* HELD tries once in this time */

struct link_machine {
    enum link_state state;
    int64_t up_since_us;     /* valid in UP */
    int64_t enable_until_us; /* valid in ENABLING */
    int64_t backoff_us;      /* next delay; 0 = first */
    bool on_trial;           /* an attempt out of HELD is under way */
};

struct link_step {
    unsigned int actions; /* enum link_action, or-ed; carry out in the order of their bits */
    int64_t timer_us;     /* > 0: arm the one timer with this delay; 0: disarm it; -1: leave it */
};

void link_machine_init(struct link_machine *machine);

/** Feeds one event at time `now_us` (monotonic). */
struct link_step link_machine_step(struct link_machine *machine, enum link_event event, int64_t now_us);

/** A step of the ladder keeps the link down: HELD, an attempt out of it, or SAFE. */
bool link_machine_is_held(const struct link_machine *machine);

/**
 * The event that a step of the link's ladder is: "keep", "debounce" (the supervisor merely waits), "renegotiate",
 * "bluetooth-only", "safe". Returns 0 or -ENOENT.
 */
int link_machine_ladder_event(const char *step, enum link_event *ret_event);

const char *link_state_name(enum link_state state);
const char *link_event_name(enum link_event event);

#endif
