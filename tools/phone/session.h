/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_SESSION_H
#define FASCIA_TOOLS_PHONE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/radio_netns/radio_netns.h"
#include "platform/rtnetlink/rtnetlink.h"
#include "stack/phone/credentials.h"
#include "stack/phone/result.h"
#include "stack/phone/supplicant_event.h"
#include "tools/phone/join_options.h"
#include "tools/phone/nd_count.h"
#include "tools/phone/play.h"
#include "tools/phone/supplicant_process.h"
#include "tools/phone/talk.h"

/*
 * One run of `fascia-phone join`: everything it holds, and the one place where it waits. What happens while it
 * waits (wpa_supplicant's events, TCP, signals) is noted in the timeline and in the flags below.
 */
struct session {
    struct join_options options;
    struct phone_credentials credentials;
    struct phone_result result;
    int64_t deadline_us; /* CLOCK_MONOTONIC */

    int signal_fd;
    bool stop; /* SIGTERM, SIGINT or SIGHUP came */

    int home_netns_fd;         /* the network namespace we came from */
    struct radio_netns *radio; /* in our own namespace; NULL = no radio was moved */
    uint32_t wiphy;
    char interface[IF_NAMESIZE];
    unsigned int ifindex;
    bool made_interface; /* the radio had none, this one goes away again */
    bool was_noarp;      /* the interface is given back as it was */
    struct rtnl *rtnl;
    struct nd_count count;

    struct supplicant_process supplicant;
    int64_t checked_us;          /* when check_settled() looked last */
    int64_t unsettled_us;        /* since when it is connected but not COMPLETED; 0 = it is not so */
    int64_t anew_us;             /* when a new association was begun that has not come to anything yet; 0 = none */
    bool connected;              /* associated and authorised at this moment */
    bool rejoined;               /* CTRL-EVENT-CONNECTED since the flag was last cleared */
    bool changed;                /* something worth a new JSON since the flag was last cleared */
    struct phone_event obstacle; /* the last that explains why joining does not get on */
    bool gone;                   /* wpa_supplicant ended by itself */

    struct address_iid own_iid, head_unit_iid;
    bool talking;
    struct talk talk;
    struct play play;
};

/** Sets everything to "nothing open" and takes the signals. 0 or negative errno. */
int session_init(struct session *session, const struct join_options *options);

/** Stops wpa_supplicant, gives the radio back, closes everything, wipes the passphrase. Idempotent. */
void session_finish(struct session *session);

/** CLOCK_MONOTONIC in microseconds. */
int64_t session_now_us(void);

/** A moment for the timeline, also shown on stderr. */
void session_note(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * Waits for the next thing to happen, at most until `until_us`, and deals with it. Returns 0 (look at the flags),
 * -ETIMEDOUT when `until_us` has passed, -EINTR when a signal asked for the end, -ECHILD when wpa_supplicant died.
 */
int session_turn(struct session *session, int64_t until_us);

#endif
