/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_LINKS_H
#define FASCIA_AUDIO_PIPEWIRE_LINKS_H

#include <stdbool.h>

#include "audio/pipewire/connection.h"

/*
 * The links that we want, as link-factory objects of our client: they vanish with it. Declare what is wanted between
 * links_begin() and links_end(); what is missing is made, what is no longer wanted is removed.
 *
 * A link can be there and dead: when a session manager suspends a running sink (WirePlumber 0.4 does as it starts),
 * PipeWire 0.3 activates only the first of its links again. So a link that stays inactive while samples flow is made
 * anew, at growing intervals; and so is one that says that it is active, while no samples pass (seen where the program
 * was slow to answer meanwhile).
 */

#define LINKS_MAX                                                                                                      \
    ((size_t)9 * LAYOUT_CHANNELS_MAX) /* eight buses into the renderer, and from there to the speakers                 \
                                       */

struct links {
    struct connection *connection; /* borrowed */
    struct link_slot {
        struct links *links;
        uint32_t output, input; /* ports */
        uint32_t nodes[2];      /* of both */
        struct pw_proxy *proxy; /* NULL: the slot is free */
        struct spa_hook hook, link_hook;
        bool active;            /* says PipeWire */
        bool idle;              /* says who wants it: no samples pass */
        int64_t inactive_at_us; /* when it was first seen so; 0: it is not */
        bool wanted;
        bool gone; /* the daemon refused or removed it */
    } slots[LINKS_MAX];
    unsigned missing; /* wanted, but not announced by the registry yet */
    bool refused;     /* one is gone: begin again after a pause, not at once */
    unsigned revived; /* rounds of making inactive links anew, since all were active */
};

void links_init(struct links *links, struct connection *connection);

/** `running`: samples flow at CLOCK_MONOTONIC `now_us`. */
void links_begin(struct links *links, int64_t now_us, bool running);

/** Wants a link; both ports must be in the graph. */
void links_want(struct links *links, const struct graph_port *output, const struct graph_port *input);

/** The same for a link of which more is known than what PipeWire says: whether samples pass. */
void links_want_alive(struct links *links, const struct graph_port *output, const struct graph_port *input, bool alive);

/** True when every link that was wanted is in place. */
bool links_end(struct links *links);

/** Makes all links of a node anew, with the next round. */
void links_renew(struct links *links, uint32_t node);

/** Removes them all. Idempotent. */
void links_clear(struct links *links);

#endif
