/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_RENDERER_H
#define FASCIA_AUDIO_PIPEWIRE_RENDERER_H

#include <stdatomic.h>

#include "audio/pipewire/watch.h"
#include "audio/render/render.h"

/*
 * Our own node in the graph: one input port per channel of every bus, and as many output ports as there can be
 * speakers. Ports never change while it lives, whatever the real sink has; what happens between them is a program of
 * audio/render, and what is linked to them is the path's decision.
 */

struct renderer {
    struct pw_filter *filter;
    struct spa_hook hook;
    struct connection *connection; /* borrowed: `changed` is called when the filter's state changes */
    struct render *render;         /* borrowed */
    struct layout buses[RENDER_BUSES_MAX];
    size_t buses_count;
    void *inputs[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX]; /* port data of pw_filter */
    void *outputs[RENDER_OUTPUTS_MAX];
    bool is_failed; /* the daemon refused the node */
    struct watch self;

    /* shared with the sound thread, without locks */
    atomic_uint rate;    /* Hz, 0 before the first cycle */
    atomic_uint quantum; /* frames */
    atomic_uint cycles;  /* grows with each cycle, and wraps */
};

/**
 * Makes the node `name` and lets it join the graph. `r` must stay where it is, and `render` (whose inputs are those of
 * the buses) must stay, until renderer_close(). Returns 0 or a negative errno.
 */
int renderer_open(struct renderer *r, struct connection *connection, const char *name, const struct layout *buses,
                  size_t buses_count, struct render *render);

/** The node's global id; GRAPH_ID_NONE while it has none. */
uint32_t renderer_node(const struct renderer *r);

/** Its ports in the graph, or NULL while they are not announced. */
const struct graph_port *renderer_input(const struct renderer *r, const struct graph *g, size_t bus, size_t channel);
const struct graph_port *renderer_output(const struct renderer *r, const struct graph *g, size_t output);

/** True when all ports are announced. */
bool renderer_has_ports(const struct renderer *r, const struct graph *g);

/** Leaves the graph: after that nobody is in render_process(). Idempotent. */
void renderer_close(struct renderer *r);

#endif
