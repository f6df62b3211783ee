/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/sound.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#include "audio/pipewire/path.h"
#include "platform/loop/loop.h"

#define RECONNECT_FIRST_US (25 * MS)
#define RECONNECT_MAX_US   (400 * MS)
#define FIRST_ATTEMPTS     8           /* PipeWire may be starting beside us: no verdict before, about a second */
#define TICK_BUILDING_US   (50 * MS)   /* while something is waited for */
#define TICK_FIRST_US      (10 * MS)   /* the sound thread tells nobody that it has begun */
#define TICK_PLAYING_US    (250 * MS)  /* rate, quantum and liveness are looked at */
#define TICK_STEADY_US     (1000 * MS) /* what matters comes as an event */

const struct sound_status *sound_status(const struct sound *s)
{
    return &s->status;
}

/* Streams that are played into one of our sinks: nodes, not links. */
static unsigned count_streams(const struct sound *s, const struct sound_class *class)
{
    return class->sink.id != GRAPH_ID_NONE ? graph_count_sources(&s->connection->graph, class->sink.id) : 0;
}

static bool is_same_status(const struct sound_status *a, const struct sound_status *b)
{
    for (size_t i = 0; i < SOUND_BUSES_MAX; i++)
        if (a->streams[i] != b->streams[i])
            return false;
    return a->state == b->state && a->rate == b->rate && a->quantum == b->quantum &&
           sound_same_speakers(&a->speakers, &b->speakers) && strcmp(a->target, b->target) == 0 &&
           strcmp(a->detail, b->detail) == 0;
}

void sound_enter_state(struct sound *s, enum sound_state state, const char *detail)
{
    struct sound_status next = {.state = state};
    const struct graph_node *node = s->connection ? graph_node(&s->connection->graph, s->target.id) : NULL;

    if (node)
        (void)fascia_text_copy(next.target, sizeof next.target, node->name);
    if (node)
        next.speakers = s->speakers;
    if (sound_state_is_audible(state)) {
        next.rate = atomic_load_explicit(&s->renderer.rate, memory_order_relaxed);
        next.quantum = atomic_load_explicit(&s->renderer.quantum, memory_order_relaxed);
    }
    for (size_t i = 0; s->connection && i < s->classes_count; i++)
        next.streams[i] = count_streams(s, &s->classes[i]);
    (void)snprintf(next.detail, sizeof next.detail, "%s", detail);
    if (is_same_status(&next, &s->status))
        return;
    s->status = next;
    s->events.status(&s->status, s->userdata);
}

/* --- connection ------------------------------------------------------------------------------------------------- */

static void on_changed(void *userdata)
{
    struct sound *s = userdata;
    s->dirty = true;
}

static void on_lost(int error, void *userdata)
{
    struct sound *s = userdata;
    s->lost = error;
}

static const struct connection_events connection_events = {.changed = on_changed, .lost = on_lost};

/* Somebody has made a socket, perhaps: no need to wait for the next attempt. */
static int on_watch(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
    struct sound *s = userdata;

    (void)source;
    if (s->connection || (event->mask & (IN_IGNORED | IN_Q_OVERFLOW)) != 0) {
        s->watch = loop_source_free(s->watch);
        return 0;
    }
    s->reconnect_us = RECONNECT_FIRST_US; /* it is made before it listens */
    s->tick_due_us = loop_now_us();
    return loop_timer_arm(s->tick, 0);
}

/* Without it, all takes as long as the pause between two attempts. */
static void watch_socket(struct sound *s)
{
    char path[256];

    if (s->watch || connection_socket(s->runtime_dir, path, sizeof path) < 0)
        return;
    (void)sd_event_add_inotify(s->loop, &s->watch, dirname(path), IN_CREATE | IN_MOVED_TO, on_watch, s);
}

static void connect_again(struct sound *s)
{
    int r = connection_open(s->context, s->runtime_dir, "fascia-audio", &connection_events, s, &s->connection);
    if (r < 0) {
        char detail[SOUND_DETAIL_SIZE];
        s->reconnect_us = s->reconnect_us * 2 < RECONNECT_MAX_US ? s->reconnect_us * 2 : RECONNECT_MAX_US;
        (void)snprintf(detail, sizeof detail, "%s%s%s", s->runtime_dir, s->runtime_dir[0] != '\0' ? ": " : "",
                       strerror(-r));
        s->attempts++;
        watch_socket(s);
        sound_enter_state(s, s->attempts < FIRST_ATTEMPTS ? SOUND_STARTING : SOUND_NO_PIPEWIRE, detail);
        return;
    }
    s->watch = loop_source_free(s->watch);
    s->attempts = FIRST_ATTEMPTS;
    s->reconnect_us = RECONNECT_FIRST_US;
    links_init(&s->links, s->connection);
    router_init(&s->router, s->connection, s->roles, s->roles_count);
}

static bool is_steady(enum sound_state state)
{
    return state == SOUND_NO_SINK || state == SOUND_MUTED || state == SOUND_LAYOUT || state == SOUND_REFUSED;
}

/* Events must not put the tick off: it is only ever brought forward. */
static void arm_tick(struct sound *s)
{
    int64_t now = loop_now_us(), due = now + TICK_BUILDING_US;

    if (!s->connection)
        due = now + s->reconnect_us;
    else if (s->audible && s->cycled_us == 0)
        due = now + TICK_FIRST_US;
    else if (ear_is_open(&s->ear) || links_renew_soon(&s->links) || links_renew_soon(&s->router.links))
        due = now + TICK_BUILDING_US;
    else if (sound_state_is_audible(s->status.state) || !s->routed)
        due = now + TICK_PLAYING_US;
    else if (is_steady(s->status.state))
        due = now + TICK_STEADY_US;
    if (s->tick_due_us > now && s->tick_due_us <= due)
        return;
    s->tick_due_us = due;
    (void)loop_timer_arm(s->tick, due - now);
}

static void update(struct sound *s)
{
    if (s->lost != 0) {
        const bool failed = s->lost == -EIO;
        path_take_down(s);
        sound_enter_state(s, SOUND_NO_PIPEWIRE, failed ? "a node of ours failed" : "the connection was lost");
    } else if (s->connection) {
        path_build(s);
        listen_update(s);
    } else {
        connect_again(s);
    }
    s->dirty = false;
    render_collect(s->render);
    arm_tick(s);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct sound *s = userdata;

    (void)source;
    (void)fd;
    (void)events;
    (void)pw_loop_iterate(s->pw, 0);
    if (s->lost != 0 || (s->dirty && s->connection))
        update(s);
    return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct sound *s = userdata;

    (void)source;
    (void)usec;
    s->tick_due_us = 0;
    s->links.refused = s->router.links.refused = s->ear.links.refused = false; /* the pause is over */
    update(s);
    return 0;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static char *copy(const char *text)
{
    return strdup(text ? text : "");
}

static int copy_options(struct sound *s, const struct sound_options *options)
{
    if (options->buses_count == 0 || options->buses_count > SOUND_BUSES_MAX || options->buses[0].channels.count == 0)
        return -EINVAL;
    s->wanted = options->speakers;
    s->render = options->render;
    s->runtime_dir = copy(options->runtime_dir);
    s->target_name = copy(options->target);
    s->fallback_name = copy(options->fallback);
    if (asprintf(&s->renderer_name, "%s.renderer", options->buses[0].sink_name) < 0)
        s->renderer_name = NULL;
    bool complete = s->runtime_dir && s->target_name && s->fallback_name && s->renderer_name;
    s->classes_count = options->buses_count;
    for (size_t i = 0; i < options->buses_count; i++) {
        struct sound_class *class = &s->classes[i];
        class->sink_name = copy(options->buses[i].sink_name);
        class->description = copy(options->buses[i].description);
        complete = complete && class->sink_name && class->description;
        if (class->sink_name && class->sink_name[0] != '\0')
            class->channels = options->buses[i].channels;
    }
    for (size_t i = 0; i < options->roles_count && i < SOUND_ROLES_MAX; i++) {
        struct stream_role *role = &s->roles[s->roles_count];
        role->bus = options->roles[i].bus;
        if (fascia_text_copy(role->role, sizeof role->role, options->roles[i].role) != 0)
            return -EINVAL;
        s->roles_count++;
    }
    return complete ? 0 : -ENOMEM;
}

static int open_loop(struct sound *s)
{
    s->pw = pw_loop_new(NULL);
    if (!s->pw)
        return -errno;
    pw_loop_enter(s->pw);
    int r = connection_context_new(s->pw, &s->context);
    if (r < 0)
        return r;
    r = loop_io_new(s->loop, pw_loop_get_fd(s->pw), EPOLLIN, on_io, s, &s->io);
    if (r < 0)
        return r;
    r = loop_timer_new(s->loop, on_tick, s, &s->tick);
    return r < 0 ? r : loop_timer_arm(s->tick, 0);
}

int sound_open(sd_event *loop, const struct sound_options *options, const struct sound_events *events, void *userdata,
               struct sound **ret_sound)
{
    _cleanup_(sound_close) struct sound *s = calloc(1, sizeof *s);

    if (!s)
        return -ENOMEM;
    s->loop = loop;
    s->events = *events;
    s->userdata = userdata;
    s->reconnect_us = RECONNECT_FIRST_US;
    s->status.state = SOUND_STARTING;
    sink_init(&s->target);
    for (size_t i = 0; i < SOUND_BUSES_MAX; i++)
        sink_init(&s->classes[i].sink);
    links_init(&s->links, NULL);

    pw_init(NULL, NULL); /* before the first loop: it loads the library's support plug-ins */
    int r = copy_options(s, options);
    if (r == 0)
        r = open_loop(s);
    if (r < 0)
        return r;
    *ret_sound = FASCIA_STEAL(s);
    return 0;
}

void sound_tick_now(struct sound *s)
{
    s->tick_due_us = loop_now_us();
    (void)loop_timer_arm(s->tick, 0); /* from the loop: the status callback is no part of the caller's call */
}

void sound_replay(struct sound *s)
{
    s->answer.known = false;
    if (!s->connection)
        return;
    if (s->audible)
        (void)program_is_accepted(s);
    sound_tick_now(s);
}

void sound_set_step(struct sound *s, enum target_step step)
{
    s->step = step;
    if (!s->connection)
        return; /* the next attempt to connect is due in its time */
    sound_tick_now(s);
}

void sound_close(struct sound *s)
{
    if (!s)
        return;
    path_take_down(s);
    (void)loop_source_free(s->io);
    (void)loop_source_free(s->tick);
    (void)loop_source_free(s->watch);
    if (s->context)
        pw_context_destroy(s->context);
    if (s->pw) {
        pw_loop_leave(s->pw);
        pw_loop_destroy(s->pw);
    }
    free(s->runtime_dir);
    for (size_t i = 0; i < SOUND_BUSES_MAX; i++) {
        free(s->classes[i].sink_name);
        free(s->classes[i].description);
    }
    free(s->target_name);
    free(s->fallback_name);
    free(s->renderer_name);
    free(s);
}
