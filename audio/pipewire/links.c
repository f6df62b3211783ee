/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/links.h"

#include <stdio.h>
#include <string.h>

#define MS INT64_C(1000) /* microseconds */

#define RENEW_US        (150 * MS)   /* doubles with each renewal while nodes are suspended again and again */
#define RENEW_DOUBLINGS 5U           /* at most */
#define QUIET_US        (10000 * MS) /* then it is no longer the same trouble */

static void on_gone(struct link_slot *slot)
{
    slot->gone = true;
    slot->links->refused = true;
    slot->links->connection->events->changed(slot->links->connection->userdata);
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

static unsigned suspensions(const struct links *links, uint32_t node)
{
    const struct graph_node *n = graph_node(&links->connection->graph, node);
    return n ? n->suspensions : 0;
}

/* What came before is about the time before it was made. */
static void on_bound(void *data, uint32_t id)
{
    struct link_slot *slot = data;

    (void)id;
    slot->bound = true;
    for (size_t i = 0; i < 2; i++)
        slot->suspensions[i] = suspensions(slot->links, slot->nodes[i]);
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

void links_init(struct links *links, struct connection *connection)
{
    memset(links, 0, sizeof *links);
    links->connection = connection;
    for (size_t i = 0; i < LINKS_MAX; i++)
        links->slots[i].links = links;
}

/* --- dead ones ---------------------------------------------------------------------------------------------------- */

static bool is_dead(const struct link_slot *slot)
{
    bool dead = false;

    for (size_t i = 0; slot->proxy && slot->bound && i < 2; i++) {
        const struct graph_node *node = graph_node(&slot->links->connection->graph, slot->nodes[i]);
        if (!node || node->suspensions == slot->suspensions[i])
            continue;
        if (node->state != GRAPH_RUNS)
            return false; /* nobody misses it yet */
        dead = true;
    }
    return dead;
}

static int64_t pause_us(struct links *links, int64_t now_us)
{
    if (now_us - links->renewal.renewed_at_us > QUIET_US)
        links->renewal.renewals = 0;
    const unsigned doublings = links->renewal.renewals;
    return RENEW_US << (doublings < RENEW_DOUBLINGS ? doublings : RENEW_DOUBLINGS);
}

static void renew_dead(struct links *links, int64_t now_us)
{
    size_t dead = 0;

    for (size_t i = 0; i < LINKS_MAX && links->connection->is_0_3; i++)
        dead += is_dead(&links->slots[i]);
    if (dead != links->renewal.dead)
        links->renewal.since_us = now_us; /* it is not over */
    links->renewal.dead = dead;
    if (dead == 0 || now_us - links->renewal.since_us < pause_us(links, now_us))
        return;
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (is_dead(&links->slots[i]))
            release(&links->slots[i]);
    links->renewal.dead = 0;
    links->renewal.renewals++;
    links->renewal.renewed_at_us = now_us;
}

bool links_renew_soon(const struct links *links)
{
    return links->renewal.dead > 0;
}

/* --- a round ------------------------------------------------------------------------------------------------------ */

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
    renew_dead(links, now_us);
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
        return; /* no room: it stays missing */
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
    return links->missing == 0;
}

void links_clear(struct links *links)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        release(&links->slots[i]);
}
