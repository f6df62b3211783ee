/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_ROUTER_H
#define FASCIA_AUDIO_PIPEWIRE_ROUTER_H

#include "audio/pipewire/params.h" /* before the next one, which needs a declaration of it */

#include <pipewire/extensions/metadata.h>

#include "audio/pipewire/links.h"
#include "audio/route/stream.h"

/*
 * Leads streams to the sink of the class that their media.role names. Where a session manager runs it is asked to, by
 * its own means (the property target.object of its metadata); where none does, or none acts, by ports and links of our
 * own. What is done is undone when the role is another one, and when we leave. Recorders are not touched.
 *
 * The target is given by name: a name holds when the sink is made anew, and WirePlumber does not store it as a user's
 * choice.
 */

#define ROUTER_STREAMS_MAX 64

struct router_sink { /* of a bus */
    const char *name;
    uint32_t node; /* GRAPH_ID_NONE: not there (yet) */
    const struct layout *channels;
};

struct router_stream {
    struct router *router;
    uint32_t id; /* of the node */
    struct pw_proxy *proxy;
    struct spa_hook proxy_hook, node_hook;
    bool gone;
    bool told; /* the facts hold */
    struct stream_facts facts;
    struct params_channels channels; /* its own; count 0: not known */
    size_t bus;                      /* that we have led it to; STREAM_NO_BUS: none */
    bool asked;                      /* by metadata, where `target` stands */
    char target[STREAM_TARGET_SIZE];
    int64_t asked_at_us, ports_at_us;
    bool by_hand;     /* asked in vain: linked by us */
    bool returned;    /* taken back from a sink of ours, and not seen elsewhere yet */
    unsigned reminds; /* of the session manager, since then */
};

struct router_target { /* of a stream, as the session manager's metadata has it */
    uint32_t subject;
    char value[STREAM_TARGET_SIZE];
};

struct router {
    struct connection *connection; /* borrowed */
    const struct stream_role *roles;
    size_t roles_count;
    struct pw_proxy *metadata;
    struct spa_hook metadata_hook, metadata_proxy_hook;
    uint32_t metadata_id;
    bool metadata_gone;
    struct router_target targets[ROUTER_STREAMS_MAX];
    size_t targets_count;
    struct router_stream *streams[ROUTER_STREAMS_MAX];
    struct links links;
};

/** `roles` is borrowed. */
void router_init(struct router *router, struct connection *connection, const struct stream_role *roles, size_t count);

/** Does what is to be done now. Returns false when that is not all: call again within a second. */
bool router_update(struct router *router, const struct router_sink *sinks, size_t count, int64_t now_us);

/** Undoes everything. The caller then lets the connection flush. Idempotent. */
void router_close(struct router *router);

#endif
