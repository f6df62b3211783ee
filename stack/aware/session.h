/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_SESSION_H
#define FASCIA_STACK_AWARE_SESSION_H

#include <stdbool.h>

#include "stack/aware/aware.h"

/*
 * A peer's life as a table: (state, event) -> (state, things to do). Whether an event may happen at all (window,
 * method, attempts, what is known of the peer) is decided before it is fed in; the table says what it means in which
 * state.
 *
 *   DISCOVERED -> BOOTSTRAPPING -> PAIRING -> PAIRED -> REQUESTED -> CONNECTED -> CLOSING
 *
 * PAIRED is the knowledge, not the association: the engine forgets the association when the last data path of a peer
 * ends, so a data path of a service that demands a pairing goes through PAIRING (verification) each time.
 */

enum session_event {
    SESSION_SEEN,
    SESSION_BOOTSTRAP_ASKED,   /* the peer asks, and may */
    SESSION_BOOTSTRAP_ORDERED, /* we ask */
    SESSION_BOOTSTRAP_DONE,
    SESSION_BOOTSTRAP_FAILED,
    SESSION_PIN_ENTERED,
    SESSION_PAIR_ASKED,     /* the first frame of a new pairing */
    SESSION_VERIFY_ASKED,   /* the first frame of a verification, of a peer that may be known */
    SESSION_INTRUSION,      /* a verification where a new pairing was expected, or a pairing that nobody asked for */
    SESSION_VERIFY_ORDERED, /* we verify */
    SESSION_PAIRED_NEW,
    SESSION_VERIFIED,
    SESSION_PAIR_FAILED,
    SESSION_STUCK,      /* responder: a wrong PIN, of which only the other side hears */
    SESSION_PATH_ASKED, /* a data path is being set up, by either side */
    SESSION_PATH_UP,
    SESSION_PATHS_GONE,        /* the last one; the peer is not known */
    SESSION_PATHS_GONE_PAIRED, /* the last one; it can be verified */
    SESSION_CLOSE,             /* an order: all of it ends */
    SESSION_REFUSED,           /* the request was refused or withdrawn */
    SESSION_TIMER,
    SESSION_EVENTS_
};

/* Or-ed; carried out in the order of their bits. */
enum session_do {
    SESSION_DO_ABORT = 1 << 0,  /* NAN_PAIR_ABORT */
    SESSION_DO_RESET = 1 << 1,  /* NAN_BOOTSTRAP_RESET */
    SESSION_DO_END = 1 << 2,    /* the request ends; why is noted in the peer */
    SESSION_DO_UNPAIR = 1 << 3, /* the association and its key are forgotten */
    SESSION_DO_KEEP = 1 << 4,   /* a new pairing: it is known now; its NIK is awaited */
    SESSION_DO_COUNT = 1 << 5,  /* an attempt; the PIN is replaced, or the window closes */
    SESSION_DO_PROMPT = 1 << 6, /* a PIN is shown, or asked for */
    SESSION_DO_AUTHORISE = 1 << 7,
    SESSION_DO_BOOTSTRAP = 1 << 8,
    SESSION_DO_PAIR = 1 << 9,
    SESSION_DO_VERIFY = 1 << 10,
    SESSION_DO_TERMINATE = 1 << 11, /* every data path */
    SESSION_DO_DROP = 1 << 12,      /* every data path, without waiting for the engine any longer */
    SESSION_DO_LATER = 1 << 13,     /* what the peer asked for is done when its data paths are gone */
    SESSION_DO_CONNECT = 1 << 14,   /* a data path, when one is wanted and may be had */
};

enum session_timer {
    SESSION_TIMER_STOP,
    SESSION_TIMER_KEEP,
    SESSION_TIMER_REQUEST, /* as long as the request is open */
    SESSION_TIMER_PAIR,    /* as long as a pairing takes */
    SESSION_TIMER_CLOSE,
};

struct session_move {
    bool handled;
    enum aware_peer_state next;
    unsigned int does;
    enum session_timer timer;
};

struct session_move session_move(enum aware_peer_state state, enum session_event event);

#endif
