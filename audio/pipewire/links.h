/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_LINKS_H
#define FASCIA_AUDIO_PIPEWIRE_LINKS_H

#include <stdbool.h>

#include "audio/pipewire/connection.h"

/*
 * The links that we want, as link-factory objects of our client: they vanish with it. Declare what is wanted between
 * links_begin() and links_end(); what is missing is made, what is no longer wanted is removed.
 *
 * A link can be there, say that it is active, and bring nothing: of the links of a node that is suspended while it runs
 * (WirePlumber 0.4 does that to sinks as it starts), PipeWire 0.3.65 revives the first one between two nodes only
 * (1.4.2 and 1.6.9 revive all). Nothing that can be asked of a link tells a dead one, nor do our own ports: those that
 * play lose nothing. So a link counts as dead when one of its nodes was suspended after it was made, as the graph knows
 * of the nodes that somebody watches. All dead ones are made anew together, a moment after their nodes run again; a
 * longer one when that goes on. Never at once: while PipeWire was still reviving them, that cost the daemon's sound
 * thread its life in four of eight cases. Times are CLOCK_MONOTONIC microseconds.
 */

#define LINKS_MAX ((size_t)9 * LAYOUT_CHANNELS_MAX) /* eight buses into the renderer, and on to the speakers */

struct links {
    struct connection *connection; /* borrowed */
    struct link_slot {
        struct links *links;
        uint32_t output, input; /* ports */
        uint32_t nodes[2];      /* of both */
        struct pw_proxy *proxy; /* NULL: the slot is free */
        struct spa_hook hook;
        bool bound;              /* the daemon has made it, ... */
        unsigned suspensions[2]; /* ... when its nodes had been suspended so often */
        bool wanted;
        bool gone; /* the daemon refused or removed it */
    } slots[LINKS_MAX];
    unsigned missing; /* wanted, but not announced by the registry yet */
    bool refused;     /* one is gone: begin again after a pause, not at once */
    struct {
        size_t dead;           /* links whose nodes run again */
        int64_t since_us;      /* when that became so; 0: there are none */
        int64_t renewed_at_us; /* last */
        unsigned renewals;     /* in a row */
    } renewal;
};

void links_init(struct links *links, struct connection *connection);

/** Begins a round. */
void links_begin(struct links *links, int64_t now_us);

/** Wants a link; both ports must be in the graph. */
void links_want(struct links *links, const struct graph_port *output, const struct graph_port *input);

/** True when every link that was wanted is in place. */
bool links_end(struct links *links);

/** True while links are to be made anew soon: begin the next round within a twentieth of a second. */
bool links_renew_soon(const struct links *links);

/** Removes them all. Idempotent. */
void links_clear(struct links *links);

#endif
