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
 * (WirePlumber 0.4 does that to sinks as it starts), PipeWire 0.3.65 revives the first one between two nodes only.
 * Nothing that can be asked of a link tells a dead one, nor do our own ports: those that play lose nothing. So the
 * nodes at both ends are watched, and all links of one that was suspended are made anew, a moment after it runs again;
 * a longer one when that goes on. Never at once: while PipeWire was still reviving them, that cost the daemon's sound
 * thread its life in four of eight cases.
 * Times are CLOCK_MONOTONIC microseconds.
 */

#define LINKS_MAX       ((size_t)9 * LAYOUT_CHANNELS_MAX) /* eight buses into the renderer, and on to the speakers */
#define LINKS_NODES_MAX 80                                /* the router's: sixty-four streams and their sinks */

struct links {
    struct connection *connection; /* borrowed */
    struct link_slot {
        struct links *links;
        uint32_t output, input; /* ports */
        uint32_t nodes[2];      /* of both */
        struct pw_proxy *proxy; /* NULL: the slot is free */
        struct spa_hook hook;
        bool bound; /* the daemon has made it */
        bool wanted;
        bool gone; /* the daemon refused or removed it */
    } slots[LINKS_MAX];
    struct link_node { /* at an end of one of them */
        struct links *links;
        uint32_t id;
        struct pw_proxy *proxy; /* NULL: free */
        struct spa_hook proxy_hook, node_hook;
        bool gone;
        bool runs;
        bool suspended;     /* while it had links of ours, and they have not been made anew since */
        int64_t runs_at_us; /* when it was first seen to run again; 0: it was not */
        int64_t renewed_at_us;
        unsigned renewals; /* in a row */
    } nodes[LINKS_NODES_MAX];
    unsigned missing; /* wanted, but not announced by the registry yet */
    bool refused;     /* one is gone: begin again after a pause, not at once */
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
