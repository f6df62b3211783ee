/* SPDX-License-Identifier: Apache-2.0 */
/* The three control sockets of the engine, as the core asks for them. */
#include <errno.h>
#include <stdlib.h>

#include "platform/loop/loop.h"
#include "platform/wpa_supplicant/engine.h"
#include "tools/daemons/fascia-aware/awared.h"

struct slot {
    struct awared *awared;
    enum aware_socket socket;
    struct engine_door *door;
};

struct awared_engine {
    struct slot slots[AWARE_SOCKETS_];
};

struct request {
    struct awared *awared;
    uint32_t token;
};

static void on_open(void *userdata)
{
    struct slot *slot = userdata;

    aware_on_socket(slot->awared->aware, slot->socket, true, 0, loop_now_us());
    awared_drive(slot->awared);
}

static void on_down(int error, void *userdata)
{
    struct slot *slot = userdata;

    aware_on_socket(slot->awared->aware, slot->socket, false, error, loop_now_us());
    awared_drive(slot->awared);
}

/* The line may hold keys: it is for the core alone. */
static void on_event(const char *line, size_t size, void *userdata)
{
    struct slot *slot = userdata;

    aware_on_event(slot->awared->aware, slot->socket, line, size, loop_now_us(), awared_wall_s());
    awared_drive(slot->awared);
}

void awared_engine_want(struct awared *awared, enum aware_socket socket, const char *ifname)
{
    char octets[256];
    struct fascia_text path;

    fascia_text_init(&path, octets, sizeof octets);
    if (socket == AWARE_SOCKET_GLOBAL)
        fascia_text_add(&path, "%s", awared->global);
    else
        fascia_text_add(&path, "%s/%s", awared->sockets, ifname);
    int r = fascia_text_ok(&path) ? engine_door_open(awared->engine->slots[socket].door, octets) : -ENAMETOOLONG;
    if (r < 0)
        aware_on_socket(awared->aware, socket, false, r, loop_now_us());
}

void awared_engine_drop(struct awared *awared, enum aware_socket socket)
{
    engine_door_close(awared->engine->slots[socket].door);
}

static void on_reply(int error, const char *text, size_t size, void *userdata)
{
    struct request *request = userdata;
    struct awared *awared = request->awared;

    aware_on_reply(awared->aware, request->token, error, text, size, loop_now_us());
    free(request);
    awared_drive(awared);
}

void awared_engine_request(struct awared *awared, const struct aware_action *action)
{
    struct request *request = calloc(1, sizeof *request);
    int r = request ? 0 : -ENOMEM;

    if (request) {
        *request = (struct request){.awared = awared, .token = action->token};
        r = engine_door_request(awared->engine->slots[action->socket].door, action->command, action->timeout_us,
                                on_reply, request);
    }
    if (r < 0) {
        free(request);
        aware_on_reply(awared->aware, action->token, r, "", 0, loop_now_us());
    }
}

int awared_engine_open(struct awared *awared)
{
    const struct engine_door_handlers handlers = {.on_open = on_open, .on_down = on_down, .on_event = on_event};

    awared->engine = calloc(1, sizeof *awared->engine);
    if (!awared->engine)
        return -ENOMEM;
    control_sweep(awared->dir);
    for (unsigned int i = 0; i < AWARE_SOCKETS_; i++) {
        struct slot *slot = &awared->engine->slots[i];
        struct engine_door_handlers own = handlers;

        *slot = (struct slot){.awared = awared, .socket = (enum aware_socket)i};
        own.userdata = slot;
        int r = engine_door_new(awared->service.loop, awared->dir, &own, &slot->door);
        if (r < 0)
            return r;
    }
    return 0;
}

void awared_engine_close(struct awared *awared)
{
    if (!awared->engine)
        return;
    awared->started = false; /* what is cancelled now is not acted on */
    for (unsigned int i = 0; i < AWARE_SOCKETS_; i++)
        engine_door_free(FASCIA_STEAL(awared->engine->slots[i].door));
    free(FASCIA_STEAL(awared->engine));
}
