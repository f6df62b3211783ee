/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/wpa_supplicant/engine.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/path/path_monitor.h"

enum phase {
    PHASE_IDLE,
    PHASE_WAITING,   /* for the socket, by the monitor or the timer */
    PHASE_ATTACHING, /* connected */
    PHASE_OPEN
};

struct engine_door {
    sd_event *loop;
    char own_dir[PATH_MAX], path[PATH_MAX];
    struct engine_door_handlers handlers;
    enum phase phase;
    struct control *control;
    struct path_monitor *monitor;
    sd_event_source *timer; /* the next attempt, or the next PING */
    sd_event_source *end;   /* of the engine's process */
    int pidfd;
    unsigned int tries;
};

static void forget_process(struct engine_door *door)
{
    door->end = loop_source_free(door->end);
    if (door->pidfd >= 0)
        (void)close(door->pidfd);
    door->pidfd = -1;
}

/* The phase changes first: what closing answers may ask for something again. */
static void drop(struct engine_door *door, enum phase phase)
{
    door->phase = phase;
    (void)loop_timer_disarm(door->timer);
    forget_process(door);
    control_close(FASCIA_STEAL(door->control));
}

static void go_down(struct engine_door *door, int error)
{
    if (door->phase == PHASE_IDLE)
        return;
    drop(door, PHASE_IDLE);
    if (door->phase != PHASE_IDLE)
        return; /* a request that it cancelled has had it opened again */
    path_monitor_free(FASCIA_STEAL(door->monitor));
    door->handlers.on_down(error, door->handlers.userdata);
}

/* Watching */

static int on_process_end(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source;
    (void)fd;
    (void)events;
    go_down(userdata, -ECONNRESET);
    return 0;
}

/* Where the process cannot be seen (another PID namespace), PING is all there is. */
static void watch_process(struct engine_door *door)
{
    int64_t pid = control_peer_pid(door->control);

    if (pid <= 0)
        return;
    door->pidfd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0U);
    if (door->pidfd >= 0 && loop_io_new(door->loop, door->pidfd, EPOLLIN, on_process_end, door, &door->end) < 0)
        forget_process(door);
}

static void heard(struct engine_door *door)
{
    if (door->phase == PHASE_OPEN)
        (void)loop_timer_arm(door->timer, ENGINE_DOOR_QUIET_US);
}

/* When it is not answered, on_control_down() tells. */
static void on_pong(int error, const char *text, size_t size, void *userdata)
{
    (void)text;
    (void)size;
    if (error == 0)
        heard(userdata);
}

/* Connecting */

static void on_control_event(const char *text, size_t size, void *userdata)
{
    struct engine_door *door = userdata;

    heard(door);
    if (door->phase == PHASE_OPEN)
        door->handlers.on_event(text, size, door->handlers.userdata);
}

static void on_control_down(int error, void *userdata)
{
    go_down(userdata, error);
}

static void on_attached(int error, const char *text, size_t size, void *userdata)
{
    struct engine_door *door = userdata;

    if (error < 0 || door->phase != PHASE_ATTACHING)
        return; /* on_control_down() tells, or it was closed */
    if (!engine_reply_is_ok(text, size)) {
        go_down(door, -EPROTO);
        return;
    }
    door->phase = PHASE_OPEN;
    path_monitor_free(FASCIA_STEAL(door->monitor));
    watch_process(door);
    heard(door);
    door->handlers.on_open(door->handlers.userdata);
}

/* The engine binds a socket, gives it to its group, and answers: each a moment after the other. */
static void try_later(struct engine_door *door, int error)
{
    int64_t delay = path_retry_us(&door->tries);

    door->phase = PHASE_WAITING;
    if (delay >= 0)
        (void)loop_timer_arm(door->timer, delay);
    else if (error != -ENOENT && error != -ENOTDIR && error != -ECONNREFUSED)
        go_down(door, error);
    /* else nothing is there, or a dead engine's socket: the monitor tells of another one */
}

static void connect_now(struct engine_door *door)
{
    const struct control_handlers handlers = {
        .on_event = on_control_event, .on_down = on_control_down, .userdata = door};

    drop(door, PHASE_WAITING);
    int r = control_open(door->loop, door->path, door->own_dir, CONTROL_COMMAND_SUPPLICANT, &handlers, &door->control);
    if (r == -ENOENT || r == -ENOTDIR)
        return; /* the monitor tells */
    if (r < 0) {
        try_later(door, r);
        return;
    }
    door->phase = PHASE_ATTACHING;
    (void)control_request(door->control, "ATTACH", ENGINE_DOOR_ATTACH_US, on_attached, door);
}

static void on_path(void *userdata)
{
    struct engine_door *door = userdata;

    if (door->phase != PHASE_WAITING)
        return;
    door->tries = 0;
    connect_now(door);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct engine_door *door = userdata;
    (void)source;
    (void)usec;

    switch (door->phase) {
    case PHASE_WAITING:
        connect_now(door);
        break;
    case PHASE_OPEN:
        (void)control_request(door->control, "PING", ENGINE_DOOR_QUIET_US, on_pong, door);
        break;
    case PHASE_IDLE:
    case PHASE_ATTACHING:
        break;
    }
    return 0;
}

int engine_door_new(sd_event *loop, const char *own_dir, const struct engine_door_handlers *handlers,
                    struct engine_door **ret_door)
{
    struct engine_door *door = calloc(1, sizeof *door);

    if (!door)
        return -ENOMEM;
    door->loop = loop;
    door->handlers = *handlers;
    door->pidfd = -1;
    int r = fascia_text_copy(door->own_dir, sizeof door->own_dir, own_dir);
    if (r == 0)
        r = loop_timer_new(loop, on_timer, door, &door->timer);
    if (r < 0) {
        engine_door_free(door);
        return r;
    }
    *ret_door = door;
    return 0;
}

void engine_door_free(struct engine_door *door)
{
    if (!door)
        return;
    engine_door_close(door);
    path_monitor_free(door->monitor); /* a cancelled request may have had it opened again */
    door->timer = loop_source_free(door->timer);
    free(door);
}

int engine_door_open(struct engine_door *door, const char *path)
{
    engine_door_close(door);
    path_monitor_free(FASCIA_STEAL(door->monitor));
    int r = fascia_text_copy(door->path, sizeof door->path, path);
    if (r < 0)
        return r;
    r = path_monitor_new(door->loop, path, on_path, door, &door->monitor);
    if (r < 0)
        return r;
    door->tries = 0;
    door->phase = PHASE_WAITING;
    return loop_timer_arm(door->timer, 0); /* what is there already is not told by the monitor */
}

void engine_door_close(struct engine_door *door)
{
    drop(door, PHASE_IDLE);
    if (door->phase == PHASE_IDLE)
        path_monitor_free(FASCIA_STEAL(door->monitor));
}

int engine_door_request(struct engine_door *door, const struct engine_command *command, int64_t timeout_us,
                        control_reply_fn fn, void *userdata)
{
    const char *text = engine_command_text(command);

    if (!text)
        return -EINVAL;
    return door->phase == PHASE_OPEN ? control_request(door->control, text, timeout_us, fn, userdata) : -ENOTCONN;
}
