/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_RENDERER_H
#define FASCIA_AUDIO_PIPEWIRE_RENDERER_H

#include <stdatomic.h>

#include "audio/pipewire/connection.h"
#include "audio/render/mailbox.h"
#include "audio/render/matrix.h"

/*
 * Our own node in the graph: one input port per channel of the programme, one output port per speaker, between them
 * the matrix. Ports never change while it lives; only weights do, and those by a ramp.
 */

#define RENDERER_RAMP_MS 20

struct renderer {
    struct pw_filter *filter;
    struct spa_hook hook;
    const struct connection_events *events; /* borrowed: `changed` is called when the filter's state changes */
    void *userdata;
    void *inputs[LAYOUT_CHANNELS_MAX]; /* port data of pw_filter */
    void *outputs[LAYOUT_CHANNELS_MAX];
    struct layout source, speakers;
    bool is_failed; /* the daemon refused the node */

    /* from here on: the sound thread's, or shared with it without locks */
    struct matrix matrix;
    struct mailbox mailbox;
    uint32_t ramp_rate; /* rate that the ramp length was computed for */
    atomic_uint rate;   /* Hz, 0 before the first cycle */
    atomic_uint cycles; /* grows with each cycle, and wraps */
};

/**
 * Makes the node `name` and lets it join the graph. `r` must stay where it is until renderer_close(). Returns 0 or a
 * negative errno.
 */
int renderer_open(struct renderer *r, struct connection *connection, const char *name, const struct layout *source,
                  const struct layout *speakers);

/** The node's global id; GRAPH_ID_NONE while it has none. */
uint32_t renderer_node(const struct renderer *r);

/** Ramps to these weights (outputs in the order of `speakers`, inputs in that of `source`). */
void renderer_set_weights(struct renderer *r, const struct matrix_weights *weights);

/** Leaves the graph. Idempotent. */
void renderer_close(struct renderer *r);

#endif
