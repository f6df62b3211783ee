/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/links.h"

#include <stdio.h>
#include <string.h>

#define INACTIVE_US   400000 /* doubles with each round */
#define ROUNDS_LONGER 4U
#define IDLE_ROUNDS   3U /* PipeWire says that it is active: then it may be as it should be */

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

static const struct pw_proxy_events link_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .removed = on_removed,
    .error = on_error,
};

static void on_info(void *data, const struct pw_link_info *info)
{
    struct link_slot *slot = data;

    if ((info->change_mask & PW_LINK_CHANGE_MASK_STATE) == 0)
        return;
    slot->active = info->state == PW_LINK_STATE_ACTIVE;
    slot->links->connection->events->changed(slot->links->connection->userdata);
}

static const struct pw_link_events info_events = {
    .version = PW_VERSION_LINK_EVENTS,
    .info = on_info,
};

static void release(struct link_slot *slot)
{
    if (!slot->proxy)
        return;
    spa_hook_remove(&slot->hook);
    spa_hook_remove(&slot->link_hook);
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

/* True when the slot holds a link that is dead; `all` becomes false when it is not active, dead or not. */
static bool is_dead(struct link_slot *slot, int64_t now_us, bool running, bool *all)
{
    const bool lives = slot->active && !(slot->idle && slot->links->revived < IDLE_ROUNDS);
    if (!slot->proxy || lives || !running) {
        slot->inactive_at_us = 0;
        *all = *all && (!slot->proxy || lives);
        return false;
    }
    *all = false;
    if (slot->inactive_at_us == 0)
        slot->inactive_at_us = now_us;
    const unsigned rounds = slot->links->revived < ROUNDS_LONGER ? slot->links->revived : ROUNDS_LONGER;
    return now_us - slot->inactive_at_us >= (int64_t)INACTIVE_US << rounds;
}

static void revive(struct links *links, int64_t now_us, bool running)
{
    bool all = true, dead = false;

    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link_slot *slot = &links->slots[i];
        if (!is_dead(slot, now_us, running, &all))
            continue;
        dead = true;
        release(slot);
    }
    if (all)
        links->revived = 0;
    else if (dead)
        links->revived++;
}

void links_begin(struct links *links, int64_t now_us, bool running)
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
    revive(links, now_us, running);
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

static void create(struct links *links, const struct graph_port *output, const struct graph_port *input)
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
    slot->active = slot->idle = false;
    slot->inactive_at_us = 0;
    pw_proxy_add_listener(slot->proxy, &slot->hook, &link_events, slot);
    (void)pw_link_add_listener((struct pw_link *)slot->proxy, &slot->link_hook, &info_events, slot);
}

void links_want(struct links *links, const struct graph_port *output, const struct graph_port *input)
{
    links_want_alive(links, output, input, true);
}

void links_want_alive(struct links *links, const struct graph_port *output, const struct graph_port *input, bool alive)
{
    bool present = graph_has_link(&links->connection->graph, output->id, input->id);
    struct link_slot *slot = find(links, output->id, input->id);

    if (!present)
        links->missing++;
    if (slot) {
        slot->wanted = true;
        slot->idle = !alive;
    } else if (!present) {
        create(links, output, input);
    }
}

bool links_end(struct links *links)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (links->slots[i].proxy && !links->slots[i].wanted)
            release(&links->slots[i]);
    return links->missing == 0;
}

void links_renew(struct links *links, uint32_t node)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (links->slots[i].nodes[0] == node || links->slots[i].nodes[1] == node)
            release(&links->slots[i]);
}

void links_clear(struct links *links)
{
    for (size_t i = 0; i < LINKS_MAX; i++)
        release(&links->slots[i]);
}
