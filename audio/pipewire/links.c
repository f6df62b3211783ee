/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/links.h"

#include <stdio.h>
#include <string.h>

#define MS INT64_C(1000) /* microseconds */

#define RENEW_US        (150 * MS)   /* doubles with each renewal of a node that is suspended again and again */
#define RENEW_DOUBLINGS 5U           /* at most */
#define QUIET_US        (10000 * MS) /* then it is no longer the same trouble */

static void tell(const struct links *links)
{
    links->connection->events->changed(links->connection->userdata);
}

/* --- links -------------------------------------------------------------------------------------------------------- */

static void on_gone(struct link_slot *slot)
{
    slot->gone = true;
    slot->links->refused = true;
    tell(slot->links);
}

static void on_removed(void *data)
{
    on_gone(data);
}

static void on_error(void *data, int seq, int res, const char *message)
{
    (void)seq;
    (void)res;
    (void)message;
    on_gone(data);
}

static void on_bound(void *data, uint32_t id)
{
    struct link_slot *slot = data;

    (void)id;
    slot->bound = true;
}

static const struct pw_proxy_events link_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .bound = on_bound,
    .removed = on_removed,
    .error = on_error,
};

static void release(struct link_slot *slot)
{
    if (!slot->proxy)
        return;
    spa_hook_remove(&slot->hook);
    pw_proxy_destroy(slot->proxy);
    slot->proxy = NULL;
}

/* --- the nodes at their ends -------------------------------------------------------------------------------------- */

static bool is_at(const struct link_slot *slot, uint32_t node)
{
    return slot->proxy && (slot->nodes[0] == node || slot->nodes[1] == node);
}

/* What comes before the daemon has made a link is about the time before it. */
static bool has_bound_links(const struct links *links, uint32_t node)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (is_at(&links->slots[i], node) && links->slots[i].bound)
            return true;
    return false;
}

static void on_node_info(void *data, const struct pw_node_info *info)
{
    struct link_node *node = data;

    if ((info->change_mask & PW_NODE_CHANGE_MASK_STATE) == 0)
        return;
    node->runs = info->state == PW_NODE_STATE_RUNNING;
    node->runs_at_us = 0;
    if (info->state == PW_NODE_STATE_SUSPENDED && has_bound_links(node->links, node->id))
        node->suspended = true;
    if (node->suspended)
        tell(node->links);
}

static const struct pw_node_events node_events = {
    .version = PW_VERSION_NODE_EVENTS,
    .info = on_node_info,
};

static void on_node_removed(void *data)
{
    struct link_node *node = data;
    node->gone = true;
}

static const struct pw_proxy_events node_proxy_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .removed = on_node_removed,
};

static void forget(struct link_node *node)
{
    if (!node->proxy)
        return;
    spa_hook_remove(&node->proxy_hook);
    spa_hook_remove(&node->node_hook);
    pw_proxy_destroy(node->proxy);
    *node = (struct link_node){.links = node->links};
}

/* Without room for it, its links are not made anew. */
static void watch(struct links *links, uint32_t id)
{
    struct link_node *node = NULL;

    for (size_t i = 0; i < LINKS_NODES_MAX; i++) {
        if (links->nodes[i].proxy && links->nodes[i].id == id)
            return;
        if (!links->nodes[i].proxy && !node)
            node = &links->nodes[i];
    }
    if (!node)
        return;
    node->proxy = pw_registry_bind(links->connection->registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
    if (!node->proxy)
        return;
    node->id = id;
    pw_proxy_add_listener(node->proxy, &node->proxy_hook, &node_proxy_events, node);
    (void)pw_node_add_listener((struct pw_node *)node->proxy, &node->node_hook, &node_events, node);
}

static void renew(struct links *links, struct link_node *node, int64_t now_us)
{
    if (node->runs_at_us == 0)
        node->runs_at_us = now_us;
    if (node->renewals > 0 && now_us - node->renewed_at_us > QUIET_US)
        node->renewals = 0;
    const unsigned doublings = node->renewals < RENEW_DOUBLINGS ? node->renewals : RENEW_DOUBLINGS;
    if (now_us - node->runs_at_us < RENEW_US << doublings)
        return;
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (is_at(&links->slots[i], node->id))
            release(&links->slots[i]);
    node->suspended = false;
    node->renewals++;
    node->renewed_at_us = now_us;
}

static void look_after_nodes(struct links *links, int64_t now_us)
{
    for (size_t i = 0; i < LINKS_NODES_MAX; i++) {
        struct link_node *node = &links->nodes[i];
        if (node->gone)
            forget(node);
        else if (node->proxy && node->suspended && node->runs)
            renew(links, node, now_us);
    }
}

bool links_renew_soon(const struct links *links)
{
    for (size_t i = 0; i < LINKS_NODES_MAX; i++)
        if (links->nodes[i].suspended && links->nodes[i].runs)
            return true;
    return false;
}

static void forget_unlinked(struct links *links)
{
    for (size_t n = 0; n < LINKS_NODES_MAX; n++) {
        bool linked = false;
        for (size_t i = 0; i < LINKS_MAX && !linked; i++)
            linked = is_at(&links->slots[i], links->nodes[n].id);
        if (!linked)
            forget(&links->nodes[n]);
    }
}

/* --- a round ------------------------------------------------------------------------------------------------------ */

void links_init(struct links *links, struct connection *connection)
{
    memset(links, 0, sizeof *links);
    links->connection = connection;
    for (size_t i = 0; i < LINKS_MAX; i++)
        links->slots[i].links = links;
    for (size_t i = 0; i < LINKS_NODES_MAX; i++)
        links->nodes[i].links = links;
}

void links_begin(struct links *links, int64_t now_us)
{
    links->missing = 0;
    links->refused = false;
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link_slot *slot = &links->slots[i];
        slot->wanted = false;
        if (slot->gone)
            release(slot);
        slot->gone = false;
    }
    look_after_nodes(links, now_us);
}

static struct link_slot *find(struct links *links, uint32_t output, uint32_t input)
{
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link_slot *slot = &links->slots[i];
        if (slot->proxy && slot->output == output && slot->input == input)
            return slot;
    }
    return NULL;
}

static void make(struct links *links, const struct graph_port *output, const struct graph_port *input)
{
    struct link_slot *slot = links->slots;
    char numbers[4][16];
    const uint32_t ids[4] = {output->node, output->id, input->node, input->id};

    while (slot < links->slots + LINKS_MAX && slot->proxy)
        slot++;
    if (slot == links->slots + LINKS_MAX)
        return;                 /* no room: it stays missing */
    watch(links, output->node); /* before the link is made: what is told of it first is how it was */
    watch(links, input->node);
    for (size_t i = 0; i < 4; i++)
        (void)snprintf(numbers[i], sizeof numbers[i], "%u", (unsigned)ids[i]);

    struct spa_dict_item items[] = {
        SPA_DICT_ITEM_INIT(PW_KEY_LINK_OUTPUT_NODE, numbers[0]),
        SPA_DICT_ITEM_INIT(PW_KEY_LINK_OUTPUT_PORT, numbers[1]),
        SPA_DICT_ITEM_INIT(PW_KEY_LINK_INPUT_NODE, numbers[2]),
        SPA_DICT_ITEM_INIT(PW_KEY_LINK_INPUT_PORT, numbers[3]),
        SPA_DICT_ITEM_INIT(PW_KEY_OBJECT_LINGER, "false"),
    };
    slot->proxy = pw_core_create_object(links->connection->core, "link-factory", PW_TYPE_INTERFACE_Link,
                                        PW_VERSION_LINK, &SPA_DICT_INIT_ARRAY(items), 0);
    if (!slot->proxy) {
        links->refused = true;
        return;
    }
    slot->output = output->id;
    slot->input = input->id;
    slot->nodes[0] = output->node;
    slot->nodes[1] = input->node;
    slot->wanted = true;
    slot->bound = false;
    pw_proxy_add_listener(slot->proxy, &slot->hook, &link_events, slot);
}

void links_want(struct links *links, const struct graph_port *output, const struct graph_port *input)
{
    const bool present = graph_has_link(&links->connection->graph, output->id, input->id);
    struct link_slot *slot = find(links, output->id, input->id);

    if (!present)
        links->missing++;
    if (slot)
        slot->wanted = true;
    else if (!present)
        make(links, output, input);
}

bool links_end(struct links *links)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (links->slots[i].proxy && !links->slots[i].wanted)
            release(&links->slots[i]);
    forget_unlinked(links);
    return links->missing == 0;
}

void links_clear(struct links *links)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        release(&links->slots[i]);
    for (size_t i = 0; i < LINKS_NODES_MAX; i++)
        forget(&links->nodes[i]);
}
