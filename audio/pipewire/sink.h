/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_SINK_H
#define FASCIA_AUDIO_PIPEWIRE_SINK_H

#include "audio/pipewire/connection.h"
#include "audio/pipewire/params.h"

/*
 * A sink whose ports we see to: one of a class of streams, which we make, or the real one, which we find. Times are
 * CLOCK_MONOTONIC microseconds.
 */

struct sink {
    struct connection *connection; /* borrowed; set while there is a proxy */
    uint32_t id;                   /* global; GRAPH_ID_NONE: there is none (yet) */
    struct pw_proxy *proxy;        /* what made it, or is bound to it; NULL: nothing */
    struct spa_hook proxy_hook, node_hook;
    bool gone;                       /* the daemon refused or removed it: release it */
    struct params_channels channels; /* a bound sink's own; count 0 = unknown */
    uint32_t ports;      /* input ports that a bound sink says it has; the registry announces them one by one */
    int64_t ports_at_us; /* when we may set its ports (again) */
};

void sink_init(struct sink *sink);

/** Makes a null sink of that name and those channels, which vanishes with us. It stays NULL when that fails.
 * `description`: for users. `priority`: among sinks that a session manager takes for the default one. */
void sink_create(struct sink *sink, struct connection *connection, const char *name, const char *description,
                 int priority, const struct layout *channels, int64_t now_us);

/** Binds to a node of the graph and asks for its channels. */
void sink_bind(struct sink *sink, struct connection *connection, uint32_t id, int64_t now_us);

/**
 * Sets the ports of a sink that lacks them, when it is time: at once where nobody else would; where a session manager
 * runs, after it has had its turn. Its own channels where they are known, else those of `layout`.
 */
void sink_give_ports(struct sink *sink, const struct layout *layout, int64_t now_us);

/** Lets go of it; a sink that we made goes away. Idempotent. */
void sink_release(struct sink *sink);

#endif
