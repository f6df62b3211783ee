/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_ROUTE_GRAPH_H
#define FASCIA_AUDIO_ROUTE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"

/*
 * A model of PipeWire's graph: what the registry announced, in bounded tables, and the questions that we ask of it.
 * What does not fit is counted and left out: a machine with more ports than this is not a head unit.
 */

#define GRAPH_NODES_MAX 256
#define GRAPH_PORTS_MAX 1024
#define GRAPH_LINKS_MAX 1024
#define GRAPH_NAME_SIZE 128
#define GRAPH_ID_NONE   UINT32_MAX

enum graph_direction { GRAPH_INPUT, GRAPH_OUTPUT };

enum graph_state { GRAPH_UNKNOWN, GRAPH_RUNS, GRAPH_SUSPENDED, GRAPH_ELSE };

struct graph_node {
    uint32_t id;                /* the registry's global id */
    uint32_t client;            /* id of the client that made it; GRAPH_ID_NONE: the daemon itself */
    int32_t priority;           /* priority.session; 0 when absent */
    bool is_sink;               /* media.class is Audio/Sink or Audio/Duplex */
    bool is_stream;             /* media.class is Stream/Output/Audio: a program that plays */
    enum graph_state state;     /* as far as somebody watches it: graph_set_state() */
    unsigned suspensions;       /* how often it has fallen from another state into that one meanwhile */
    char name[GRAPH_NAME_SIZE]; /* node.name; longer ones are cut and then match nothing */
};

struct graph_port {
    uint32_t id, node;
    uint32_t index; /* port.id: its place among the node's ports of that direction */
    enum graph_direction direction;
    bool monitor;
    bool known; /* `channel` holds: audio.channel is one that we know */
    enum layout_channel channel;
};

struct graph_link {
    uint32_t id, output, input; /* ports */
};

struct graph {
    struct graph_node nodes[GRAPH_NODES_MAX];
    struct graph_port ports[GRAPH_PORTS_MAX];
    struct graph_link links[GRAPH_LINKS_MAX];
    size_t nodes_count, ports_count, links_count;
    size_t left_out; /* announcements that did not fit */
};

void graph_init(struct graph *g);

/* What the registry announced; a known id is replaced. */
void graph_put_node(struct graph *g, const struct graph_node *node);
void graph_put_port(struct graph *g, const struct graph_port *port);
void graph_put_link(struct graph *g, const struct graph_link *link);

/** What a node says of its state. The registry does not: who is bound to a node hands it on. A node that is suspended
 * when it is first heard of has not been so by anybody: each is made like that. */
void graph_set_state(struct graph *g, uint32_t node, enum graph_state state);

/** Forgets the node, port or link of that id, if there is one. */
void graph_remove(struct graph *g, uint32_t id);

/** The node of that id, or NULL. Pointers into the graph hold until it changes. */
const struct graph_node *graph_node(const struct graph *g, uint32_t id);

/**
 * The sink to play to: by node.name, or for name "" the one of highest priority.session (the lowest id among equals).
 * Nodes of client `ours` and nodes named `not_this` are never chosen. NULL when there is none.
 */
const struct graph_node *graph_choose_sink(const struct graph *g, const char *name, const char *not_this,
                                           uint32_t ours);

/** The port of a node that carries a channel, or NULL. */
const struct graph_port *graph_port(const struct graph *g, uint32_t node, enum graph_direction direction, bool monitor,
                                    enum layout_channel channel);

/** The port at that place among a node's ports of that kind, or NULL. */
const struct graph_port *graph_port_at(const struct graph *g, uint32_t node, enum graph_direction direction,
                                       bool monitor, uint32_t index);

/** The ports of a node of that kind in their order, at most `max`. Returns how many there are. */
size_t graph_list_ports(const struct graph *g, uint32_t node, enum graph_direction direction, bool monitor,
                        const struct graph_port **ret_ports, size_t max);

/**
 * Number of ports of a node in that direction; `ret_layout` (may be NULL) gets those channels that we know, in the
 * order of the ports.
 */
size_t graph_ports(const struct graph *g, uint32_t node, enum graph_direction direction, bool monitor,
                   struct layout *ret_layout);

/** Number of nodes with a link into an input port of `node`. */
unsigned graph_count_sources(const struct graph *g, uint32_t node);

/** Whether anything is linked to an output port of `node`. */
bool graph_is_linked(const struct graph *g, uint32_t node);

bool graph_has_link(const struct graph *g, uint32_t output, uint32_t input);

#endif
