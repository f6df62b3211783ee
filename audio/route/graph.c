/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/graph.h"

#include <string.h>

void graph_init(struct graph *g)
{
    g->nodes_count = g->ports_count = g->links_count = 0;
    g->left_out = 0;
}

static size_t node_index(const struct graph *g, uint32_t id)
{
    size_t i = 0;
    while (i < g->nodes_count && g->nodes[i].id != id)
        i++;
    return i;
}

static size_t port_index(const struct graph *g, uint32_t id)
{
    size_t i = 0;
    while (i < g->ports_count && g->ports[i].id != id)
        i++;
    return i;
}

static size_t link_index(const struct graph *g, uint32_t id)
{
    size_t i = 0;
    while (i < g->links_count && g->links[i].id != id)
        i++;
    return i;
}

/* Grows `count` when the index is its end and there is room. */
static bool make_room(struct graph *g, size_t index, size_t *count, size_t limit)
{
    if (index < *count)
        return true;
    if (index >= limit) {
        g->left_out++;
        return false;
    }
    *count = index + 1;
    return true;
}

void graph_put_node(struct graph *g, const struct graph_node *node)
{
    size_t i = node_index(g, node->id);
    if (make_room(g, i, &g->nodes_count, GRAPH_NODES_MAX))
        g->nodes[i] = *node;
}

void graph_put_port(struct graph *g, const struct graph_port *port)
{
    size_t i = port_index(g, port->id);
    if (make_room(g, i, &g->ports_count, GRAPH_PORTS_MAX))
        g->ports[i] = *port;
}

void graph_put_link(struct graph *g, const struct graph_link *link)
{
    size_t i = link_index(g, link->id);
    if (make_room(g, i, &g->links_count, GRAPH_LINKS_MAX))
        g->links[i] = *link;
}

void graph_set_state(struct graph *g, uint32_t node, enum graph_state state)
{
    size_t i = node_index(g, node);

    if (i == g->nodes_count)
        return;
    const enum graph_state before = g->nodes[i].state;
    g->nodes[i].suspensions += state == GRAPH_SUSPENDED && (before == GRAPH_RUNS || before == GRAPH_ELSE);
    g->nodes[i].state = state;
}

void graph_remove(struct graph *g, uint32_t id)
{
    size_t i = node_index(g, id);
    if (i < g->nodes_count) {
        g->nodes[i] = g->nodes[--g->nodes_count];
        return;
    }
    i = port_index(g, id);
    if (i < g->ports_count) {
        g->ports[i] = g->ports[--g->ports_count];
        return;
    }
    i = link_index(g, id);
    if (i < g->links_count)
        g->links[i] = g->links[--g->links_count];
}

const struct graph_node *graph_node(const struct graph *g, uint32_t id)
{
    size_t i = node_index(g, id);
    return i < g->nodes_count ? &g->nodes[i] : NULL;
}

static bool is_better(const struct graph_node *a, const struct graph_node *b)
{
    return !b || a->priority > b->priority || (a->priority == b->priority && a->id < b->id);
}

const struct graph_node *graph_choose_sink(const struct graph *g, const char *name, const char *not_this, uint32_t ours)
{
    const struct graph_node *best = NULL;

    for (size_t i = 0; i < g->nodes_count; i++) {
        const struct graph_node *node = &g->nodes[i];
        if (!node->is_sink || strcmp(node->name, not_this) == 0)
            continue;
        if (node->client == ours && ours != GRAPH_ID_NONE)
            continue;
        if (name[0] != '\0' && strcmp(node->name, name) != 0)
            continue;
        if (is_better(node, best))
            best = node;
    }
    return best;
}

static bool is_of(const struct graph_port *port, uint32_t node, enum graph_direction direction, bool monitor)
{
    return port->node == node && port->direction == direction && port->monitor == monitor;
}

const struct graph_port *graph_port(const struct graph *g, uint32_t node, enum graph_direction direction, bool monitor,
                                    enum layout_channel channel)
{
    for (size_t i = 0; i < g->ports_count; i++) {
        const struct graph_port *port = &g->ports[i];
        if (is_of(port, node, direction, monitor) && port->known && port->channel == channel)
            return port;
    }
    return NULL;
}

const struct graph_port *graph_port_at(const struct graph *g, uint32_t node, enum graph_direction direction,
                                       bool monitor, uint32_t index)
{
    for (size_t i = 0; i < g->ports_count; i++)
        if (is_of(&g->ports[i], node, direction, monitor) && g->ports[i].index == index)
            return &g->ports[i];
    return NULL;
}

/* The registry announces ports in any order, and reuses ids: the order is that of `index`, then of `id`. */
static bool is_before(const struct graph_port *a, const struct graph_port *b)
{
    return a->index < b->index || (a->index == b->index && a->id < b->id);
}

static const struct graph_port *next_port(const struct graph *g, uint32_t node, enum graph_direction direction,
                                          bool monitor, const struct graph_port *after)
{
    const struct graph_port *next = NULL;

    for (size_t i = 0; i < g->ports_count; i++) {
        const struct graph_port *port = &g->ports[i];
        if (is_of(port, node, direction, monitor) && (!after || is_before(after, port)) &&
            (!next || is_before(port, next)))
            next = port;
    }
    return next;
}

size_t graph_list_ports(const struct graph *g, uint32_t node, enum graph_direction direction, bool monitor,
                        const struct graph_port **ret_ports, size_t max)
{
    size_t count = 0;

    for (const struct graph_port *port = NULL; (port = next_port(g, node, direction, monitor, port)) != NULL; count++)
        if (count < max)
            ret_ports[count] = port;
    return count;
}

size_t graph_ports(const struct graph *g, uint32_t node, enum graph_direction direction, bool monitor,
                   struct layout *ret_layout)
{
    struct layout layout = {.count = 0};
    size_t count = 0;

    for (const struct graph_port *port = NULL; (port = next_port(g, node, direction, monitor, port)) != NULL;) {
        count++;
        if (port->known)
            (void)layout_add(&layout, port->channel); /* a second port of a channel is none that we would link */
    }
    if (ret_layout)
        *ret_layout = layout;
    return count;
}

bool graph_has_link(const struct graph *g, uint32_t output, uint32_t input)
{
    for (size_t i = 0; i < g->links_count; i++)
        if (g->links[i].output == output && g->links[i].input == input)
            return true;
    return false;
}

static uint32_t node_of(const struct graph *g, uint32_t port)
{
    const size_t i = port_index(g, port);
    return i < g->ports_count ? g->ports[i].node : GRAPH_ID_NONE;
}

unsigned graph_count_sources(const struct graph *g, uint32_t node)
{
    uint32_t seen[GRAPH_NODES_MAX];
    unsigned count = 0;

    for (size_t i = 0; i < g->links_count && count < GRAPH_NODES_MAX; i++) {
        if (node_of(g, g->links[i].input) != node)
            continue;
        const uint32_t source = node_of(g, g->links[i].output);
        unsigned at = 0;
        while (at < count && seen[at] != source)
            at++;
        if (at == count && source != GRAPH_ID_NONE)
            seen[count++] = source;
    }
    return count;
}

bool graph_is_linked(const struct graph *g, uint32_t node)
{
    for (size_t i = 0; i < g->links_count; i++)
        if (node_of(g, g->links[i].output) == node)
            return true;
    return false;
}
