/* SPDX-License-Identifier: Apache-2.0 */
/* The control sockets of wpa_supplicant: opened as soon as they are there, attached, and asked for a sign of life. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/control/control.h"
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/path/path_monitor.h"
#include "tools/daemons/fascia-aware/awared.h"

#define QUICK_US       2000000 /* what is answered at once */
#define PING_PERIOD_US 1000000

struct slot {
    struct awared *awared;
    enum aware_socket socket;
    bool wanted, open; /* open: the core was told so */
    char path[256];
    struct control *door;
    struct path_monitor *monitor;
};

struct awared_engine {
    struct slot slots[AWARE_SOCKETS_];
    sd_event_source *ping_timer; /* of the global socket: a killed process says nothing */
};

struct request {
    struct slot *slot;
    uint32_t token;
};

static void drop(struct slot *slot)
{
    slot->wanted = slot->open = false;
    path_monitor_free(FASCIA_STEAL(slot->monitor));
    control_close(FASCIA_STEAL(slot->door));
}

/* It is not looked for any more until the core asks for it again. */
static void went_down(struct slot *slot, int error)
{
    struct awared *awared = slot->awared;

    drop(slot);
    if (slot->socket == AWARE_SOCKET_GLOBAL)
        (void)loop_timer_disarm(awared->engine->ping_timer);
    aware_on_socket(awared->aware, slot->socket, false, error, loop_now_us());
    awared_drive(awared);
}

static void came_up(struct slot *slot)
{
    struct awared *awared = slot->awared;

    slot->open = true;
    if (slot->socket == AWARE_SOCKET_GLOBAL)
        (void)loop_timer_arm(awared->engine->ping_timer, PING_PERIOD_US);
    aware_on_socket(awared->aware, slot->socket, true, 0, loop_now_us());
    awared_drive(awared);
}

static void on_down(int error, void *userdata)
{
    went_down(userdata, error);
}

/* The line may hold keys: it is for the core alone. */
static void on_event(const char *text, size_t size, void *userdata)
{
    struct slot *slot = userdata;

    aware_on_event(slot->awared->aware, slot->socket, text, size, loop_now_us(), awared_wall_s());
    awared_drive(slot->awared);
}

static void on_attached(int error, const char *text, size_t size, void *userdata)
{
    struct slot *slot = userdata;

    if (error)
        return; /* on_down() tells, or nobody wants to know any more */
    if (engine_reply_is_ok(text, size))
        came_up(slot);
    else
        went_down(slot, -EPROTO);
}

static void try_to_open(struct slot *slot)
{
    const struct control_handlers handlers = {.on_event = on_event, .on_down = on_down, .userdata = slot};

    if (!slot->wanted || slot->door)
        return;
    int r = control_open(slot->awared->service.loop, slot->path, slot->awared->dir, CONTROL_COMMAND_SUPPLICANT,
                         &handlers, &slot->door);
    if (r == -ENOENT || r == -ECONNREFUSED)
        return; /* not there yet, or left by one that was killed: the monitor tells of the next */
    if (r < 0)
        went_down(slot, r);
    else if (slot->socket == AWARE_SOCKET_RADIO) /* it is for commands alone */
        came_up(slot);
    else
        (void)control_request(slot->door, "ATTACH", QUICK_US, on_attached, slot);
}

static void on_appeared(void *userdata)
{
    struct slot *slot = userdata;

    if (slot->door && slot->socket == AWARE_SOCKET_GLOBAL)
        (void)loop_timer_arm(slot->awared->engine->ping_timer, 0); /* is it still the one that we talk to? */
    try_to_open(slot);
}

void awared_engine_want(struct awared *awared, enum aware_socket socket, const char *ifname)
{
    struct slot *slot = &awared->engine->slots[socket];
    struct fascia_text path;

    drop(slot);
    fascia_text_init(&path, slot->path, sizeof slot->path);
    if (socket == AWARE_SOCKET_GLOBAL)
        fascia_text_add(&path, "%s", awared->global);
    else
        fascia_text_add(&path, "%s/%s", awared->sockets, ifname);
    int r = fascia_text_ok(&path)
                ? path_monitor_new(awared->service.loop, slot->path, on_appeared, slot, &slot->monitor)
                : -ENAMETOOLONG;
    if (r < 0) {
        went_down(slot, r);
        return;
    }
    slot->wanted = true;
    try_to_open(slot);
}

void awared_engine_drop(struct awared *awared, enum aware_socket socket)
{
    drop(&awared->engine->slots[socket]);
    if (socket == AWARE_SOCKET_GLOBAL)
        (void)loop_timer_disarm(awared->engine->ping_timer);
}

static void on_reply(int error, const char *text, size_t size, void *userdata)
{
    struct request *request = userdata;
    struct awared *awared = request->slot->awared;

    aware_on_reply(awared->aware, request->token, error, text, size, loop_now_us());
    free(request);
    awared_drive(awared);
}

void awared_engine_request(struct awared *awared, const struct aware_action *action)
{
    struct slot *slot = &awared->engine->slots[action->socket];
    const char *text = engine_command_text(action->command);
    struct request *request = calloc(1, sizeof *request);
    int r = 0;

    if (!request)
        r = -ENOMEM;
    else if (!text)
        r = -EMSGSIZE;
    else if (!slot->open)
        r = -ENOTCONN;
    if (r == 0) {
        *request = (struct request){.slot = slot, .token = action->token};
        r = control_request(slot->door, text, action->timeout_us, on_reply, request);
    }
    if (r < 0) {
        free(request);
        aware_on_reply(awared->aware, action->token, r, "", 0, loop_now_us());
    }
}

static void on_pong(int error, const char *text, size_t size, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)text;
    (void)size;

    if (error == 0 && awared->engine->slots[AWARE_SOCKET_GLOBAL].open)
        (void)loop_timer_arm(awared->engine->ping_timer, PING_PERIOD_US);
}

static int on_ping_time(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    struct slot *slot = &awared->engine->slots[AWARE_SOCKET_GLOBAL];
    (void)source;
    (void)usec;

    if (slot->open)
        (void)control_request(slot->door, "PING", QUICK_US, on_pong, awared);
    return 0;
}

int awared_engine_open(struct awared *awared)
{
    awared->engine = calloc(1, sizeof *awared->engine);
    if (!awared->engine)
        return -ENOMEM;
    for (unsigned int i = 0; i < AWARE_SOCKETS_; i++) {
        awared->engine->slots[i].awared = awared;
        awared->engine->slots[i].socket = (enum aware_socket)i;
    }
    control_sweep(awared->dir);
    return loop_timer_new(awared->service.loop, on_ping_time, awared, &awared->engine->ping_timer);
}

void awared_engine_close(struct awared *awared)
{
    if (!awared->engine)
        return;
    awared->started = false; /* what is cancelled now is not acted on */
    for (unsigned int i = 0; i < AWARE_SOCKETS_; i++)
        drop(&awared->engine->slots[i]);
    awared->engine->ping_timer = loop_source_free(awared->engine->ping_timer);
    free(FASCIA_STEAL(awared->engine));
}
