/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_CONNECTION_H
#define FASCIA_AUDIO_PIPEWIRE_CONNECTION_H

#include <pipewire/pipewire.h>
#include <stdbool.h>
#include <stdint.h>

#include "audio/route/graph.h"

/*
 * A connection to a running PipeWire and a mirror of its registry. The caller owns the pw_loop and iterates it; all
 * callbacks come from there. A connection that is lost stays lost: close it (never from inside a callback) and open
 * another.
 */

struct connection;

struct connection_events {
    void (*changed)(void *userdata);         /* the graph below, or `is_synced`, is another one now */
    void (*lost)(int error, void *userdata); /* negative errno; once */
};

struct connection {
    struct pw_context *context; /* borrowed */
    struct pw_core *core;
    struct pw_registry *registry;
    struct spa_hook core_hook, registry_hook, client_hook;
    const struct connection_events *events; /* borrowed */
    void *userdata;
    uint32_t client; /* our own client's global id; GRAPH_ID_NONE until it is known */
    int sync;        /* sequence number that ends the first enumeration */
    bool is_synced;  /* the first enumeration is complete */
    bool is_lost;
    bool is_0_3;              /* the daemon is of the series 0.3, whose links may be dead: see links.h */
    uint32_t session_manager; /* id of the metadata object that a session manager keeps; GRAPH_ID_NONE without one */
    struct graph graph;
};

/**
 * Makes a context with its real-time thread, and initialises the library. Independent of any running PipeWire; needs
 * the client configuration that the library's packages install. Returns 0 or a negative errno.
 */
int connection_context_new(struct pw_loop *loop, struct pw_context **ret_context);

/** Path of the socket that connection_open() would connect to. Returns 0, -ENOTDIR or -ENAMETOOLONG. */
int connection_socket(const char *runtime_dir, char *to, size_t size);

/**
 * Connects to the socket `pipewire-0` (or $PIPEWIRE_REMOTE) in `runtime_dir`; NULL or "": $PIPEWIRE_RUNTIME_DIR, else
 * $XDG_RUNTIME_DIR. `application` is shown to users. Returns 0 or a negative errno: -ENOENT and -ECONNREFUSED mean
 * that nobody listens, -ENOTDIR that no folder is known.
 */
int connection_open(struct pw_context *context, const char *runtime_dir, const char *application,
                    const struct connection_events *events, void *userdata, struct connection **ret_connection);

/** Gives it up: from now on it is lost, for `error`, a negative errno. */
void connection_fail(struct connection *connection, int error);

/** Disconnects: everything that was made over this connection goes away. NULL-safe. */
void connection_close(struct connection *connection);

#endif
