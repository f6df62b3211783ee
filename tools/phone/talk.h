/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_TALK_H
#define FASCIA_TOOLS_PHONE_TALK_H

#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "stack/phone/exchange.h"
#include "stack/phone/result.h"

/*
 * TCP over scoped link-local addresses, both ways at once: answers whoever calls, and calls the peer with back-off
 * until one exchange (stack/phone/exchange.h) has gone through. Every socket is bound to the one interface and to
 * link-local addresses, so nothing listens on a routable one. Never blocks; driven by poll(2).
 */

#define TALK_LINES_MAX 4                    /* exchanges at a time: one of ours, the rest answered */
#define TALK_FDS_MAX   (TALK_LINES_MAX + 1) /* and the listener */

struct talk_options {
    char interface[IF_NAMESIZE];
    unsigned int ifindex;
    uint16_t port;  /* to listen on and to call */
    uint32_t bytes; /* of the pattern, each way, when calling */
    bool listen;
    struct in6_addr own; /* to listen on */
    bool call;
    struct in6_addr peer; /* to call */
    bool call_back;       /* call the first one who called us */
};

struct talk_line {
    int fd; /* -1 = free */
    bool connecting;
    bool lingering;                  /* done; the last receipt shall leave before the socket is closed */
    int queued;                      /* octets that the kernel has not had acknowledged, when last looked at */
    int64_t started_us, progress_us; /* CLOCK_MONOTONIC */
    struct in6_addr peer;
    struct exchange exchange;
};

struct talk {
    struct talk_options options;
    int listen_fd;
    struct talk_line lines[TALK_LINES_MAX]; /* the first one is ours */
    int64_t next_call_us;                   /* 0 = no call is due */
    int64_t first_call_us;
    int64_t pause_us; /* before the next call */
    struct phone_transfer called, answered;
};

/** Opens the listener if asked for. 0 or negative errno. Ended by talk_finish(). */
int talk_init(struct talk *talk, const struct talk_options *options, int64_t now_us);

/** Closes everything; idempotent. */
void talk_finish(struct talk *talk);

/** Fills in what to poll; at most TALK_FDS_MAX. */
size_t talk_poll(const struct talk *talk, struct pollfd *fds);

/** Time of the next thing to do without any descriptor being ready; INT64_MAX = none. */
int64_t talk_due_us(const struct talk *talk);

/** Does what can be done now. Returns true when an exchange was completed or failed. */
bool talk_turn(struct talk *talk, int64_t now_us);

/** True when all that was asked for has been exchanged once. */
bool talk_is_complete(const struct talk *talk);

#endif
