/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/sound.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "audio/pipewire/connection.h"
#include "audio/pipewire/links.h"
#include "audio/pipewire/renderer.h"
#include "audio/pipewire/sink.h"
#include "platform/loop/loop.h"

#define MS INT64_C(1000) /* microseconds */

#define RECONNECT_FIRST_US (100 * MS)
#define RECONNECT_MAX_US   (400 * MS)
#define FIRST_ATTEMPTS     5           /* PipeWire may be starting beside us: no verdict before, about a second */
#define TICK_BUILDING_US   (50 * MS)   /* while something is waited for */
#define TICK_STEADY_US     (1000 * MS) /* rate and liveness are looked at */
#define MISMATCH_US        (300 * MS)  /* ports are announced one by one: no verdict before */
#define STALL_US           (5000 * MS)
#define FADE_US            (100 * MS) /* for the renderer's ramp, which begins with its next cycle */

struct sound {
    sd_event *loop; /* borrowed */
    sd_event_source *io, *tick;
    sound_status_fn fn;
    void *userdata;
    char *runtime_dir, *sink_name, *target_name, *fallback_name, *renderer_name;
    enum target_step step;
    struct layout source, speakers;
    struct matrix_weights weights;

    struct pw_loop *pw;
    struct pw_context *context;
    struct connection *connection; /* NULL: none */
    int64_t reconnect_us;          /* the next pause between two attempts */
    unsigned attempts;             /* to connect, until the first one that succeeded */
    int64_t tick_due_us;           /* CLOCK_MONOTONIC; 0: not armed */
    bool dirty, lost;

    struct sink projection, target;
    enum target_role role;  /* of the target, or why there is none */
    int64_t faded_at_us;    /* when the target that is to be left is silent; 0 = none is being left */
    int64_t mismatch_at_us; /* when other channels than wanted become a verdict; 0 = there is no mismatch */
    struct renderer renderer;
    struct links links;
    bool audible;      /* the renderer has the weights, else zeros */
    unsigned cycles;   /* of the renderer, when last looked at */
    int64_t cycled_us; /* when they last changed; 0: not since the path is complete */
    struct sound_status status;
};

const struct sound_status *sound_status(const struct sound *s)
{
    return &s->status;
}

/* The one door for state changes. */
static void enter_state(struct sound *s, enum sound_state state, const char *detail)
{
    struct sound_status next = {.state = state};
    const struct graph_node *node = s->connection ? graph_node(&s->connection->graph, s->target.id) : NULL;

    if (node)
        (void)fascia_text_copy(next.target, sizeof next.target, node->name);
    if (sound_state_is_audible(state))
        next.rate = atomic_load_explicit(&s->renderer.rate, memory_order_relaxed);
    (void)snprintf(next.detail, sizeof next.detail, "%s", detail);
    if (next.state == s->status.state && next.rate == s->status.rate && strcmp(next.target, s->status.target) == 0 &&
        strcmp(next.detail, s->status.detail) == 0)
        return;
    s->status = next;
    s->fn(&s->status, s->userdata);
}

/* --- building the path: each step returns false while something is missing, and has then said what -------------- */

static bool waiting(struct sound *s, const char *what)
{
    enter_state(s, SOUND_STARTING, what);
    return false;
}

static bool has_ports(const struct sound *s, uint32_t node, enum graph_direction direction, bool monitor,
                      const struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        if (!graph_port(&s->connection->graph, node, direction, monitor, layout->channels[i]))
            return false;
    return true;
}

static bool build_projection(struct sound *s)
{
    if (s->projection.gone)
        sink_release(&s->projection);
    if (!s->projection.proxy)
        sink_create(&s->projection, s->connection, s->sink_name, &s->source, loop_now_us());
    if (s->projection.id == GRAPH_ID_NONE)
        return waiting(s, "waiting for PipeWire to make the projection sink");
    if (has_ports(s, s->projection.id, GRAPH_OUTPUT, true, &s->source))
        return true;
    sink_give_ports(&s->projection, &s->source, loop_now_us());
    return waiting(s, "waiting for the ports of the projection sink");
}

static bool build_renderer(struct sound *s)
{
    if (s->renderer.filter && s->renderer.is_failed)
        renderer_close(&s->renderer);
    if (!s->renderer.filter) {
        s->audible = false;
        int r = renderer_open(&s->renderer, s->connection, s->renderer_name, &s->source, &s->speakers);
        if (r < 0)
            return waiting(s, "PipeWire refuses the renderer's node");
    }
    uint32_t id = renderer_node(&s->renderer);
    if (id != GRAPH_ID_NONE && has_ports(s, id, GRAPH_INPUT, false, &s->source) &&
        has_ports(s, id, GRAPH_OUTPUT, false, &s->speakers))
        return true;
    return waiting(s, "waiting for the ports of the renderer");
}

static bool wrong_layout(struct sound *s, const struct layout *found, size_t unknown)
{
    char detail[SOUND_DETAIL_SIZE];
    struct fascia_text text;

    if (s->mismatch_at_us == 0)
        s->mismatch_at_us = loop_now_us() + MISMATCH_US;
    if (loop_now_us() < s->mismatch_at_us)
        return waiting(s, "waiting for the ports of the sink");
    fascia_text_init(&text, detail, sizeof detail);
    fascia_text_add(&text, "the sink has ");
    layout_format(found, &text);
    if (unknown > 0)
        fascia_text_add(&text, "%s%zu of no known position", found->count > 0 ? " and " : "", unknown);
    fascia_text_add(&text, ", audio.speakers is ");
    layout_format(&s->speakers, &text);
    enter_state(s, SOUND_LAYOUT, detail);
    return false;
}

/* Declares what is to be linked; true when all of it is. Without a target that is the way to the renderer alone, so
 * that what was linked to the last target goes. */
static bool want_links(struct sound *s)
{
    const struct graph *g = &s->connection->graph;
    const uint32_t renderer = renderer_node(&s->renderer);

    links_begin(&s->links, loop_now_us(), sound_state_is_audible(s->status.state));
    for (size_t i = 0; i < s->source.count; i++)
        links_want(&s->links, graph_port(g, s->projection.id, GRAPH_OUTPUT, true, s->source.channels[i]),
                   graph_port(g, renderer, GRAPH_INPUT, false, s->source.channels[i]));
    for (size_t i = 0; s->target.id != GRAPH_ID_NONE && i < s->speakers.count; i++)
        links_want(&s->links, graph_port(g, renderer, GRAPH_OUTPUT, false, s->speakers.channels[i]),
                   graph_port(g, s->target.id, GRAPH_INPUT, false, s->speakers.channels[i]));
    return links_end(&s->links);
}

static bool build_links(struct sound *s)
{
    if (s->links.refused)
        return waiting(s, "PipeWire removed a link; it is made again"); /* with the next tick */
    return want_links(s) || waiting(s, "waiting for the links");
}

/* False while a target that is there and still sounds is faded out: links that are cut while it does are a click. */
static bool leave_target(struct sound *s)
{
    const int64_t now = loop_now_us();
    const bool there = !s->target.gone && graph_node(&s->connection->graph, s->target.id);

    if (there && s->faded_at_us == 0 && s->audible)
        s->faded_at_us = now + FADE_US;
    if (there && now < s->faded_at_us)
        return waiting(s, "fading out the sink that is left");
    sink_release(&s->target);
    s->faded_at_us = s->mismatch_at_us = 0;
    return true;
}

static bool no_target(struct sound *s, const struct target_wish *wish)
{
    char detail[SOUND_DETAIL_SIZE];
    struct fascia_text text;

    if (!s->links.refused)
        (void)want_links(s);
    fascia_text_init(&text, detail, sizeof detail);
    target_explain(wish, s->role, &text);
    enter_state(s, s->role == TARGET_MUTED ? SOUND_MUTED : SOUND_NO_SINK, detail);
    return false;
}

static bool build_ports(struct sound *s)
{
    struct layout found;
    size_t count = graph_ports(&s->connection->graph, s->target.id, GRAPH_INPUT, false, &found);

    if (count == found.count && layout_same_channels(&found, &s->speakers)) {
        s->mismatch_at_us = 0;
        return true;
    }
    if (count > 0)
        return wrong_layout(s, &found, count - found.count);
    if (s->target.format.count > 0 && !layout_same_channels(&s->target.format, &s->speakers))
        return wrong_layout(s, &s->target.format, 0);
    sink_give_ports(&s->target, s->target.format.count > 0 ? &s->target.format : &s->speakers, loop_now_us());
    return waiting(s, "waiting for the ports of the sink");
}

static struct target_wish wish_of(const struct sound *s)
{
    return (struct target_wish){.preferred = s->target_name,
                                .fallback = s->fallback_name,
                                .not_this = s->sink_name,
                                .ours = s->connection->client,
                                .step = s->step};
}

static bool build_target(struct sound *s)
{
    const struct target_wish wish = wish_of(s);
    enum target_role role = TARGET_ABSENT;
    const struct graph_node *node = target_choose(&s->connection->graph, &wish, &role);

    const bool stays = node && node->id == s->target.id && !s->target.gone;
    if (!stays && s->target.id != GRAPH_ID_NONE && !leave_target(s))
        return false;
    s->faded_at_us = 0;
    s->role = role;
    if (!node)
        return no_target(s, &wish);
    if (!s->target.proxy)
        sink_bind(&s->target, s->connection, node->id, loop_now_us());
    return build_ports(s);
}

static void set_audible(struct sound *s, bool audible)
{
    static const struct matrix_weights silence = {0};

    if (!s->renderer.filter || audible == s->audible)
        return;
    s->audible = audible;
    s->cycled_us = 0;
    s->cycles = atomic_load_explicit(&s->renderer.cycles, memory_order_relaxed);
    renderer_set_weights(&s->renderer, audible ? &s->weights : &silence);
}

static void tell_playing(struct sound *s)
{
    const struct target_wish wish = wish_of(s);
    char detail[SOUND_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, detail, sizeof detail);
    target_explain(&wish, s->role, &text);
    enter_state(s, s->role == TARGET_FALLBACK ? SOUND_FALLBACK : SOUND_PLAYING, detail);
}

static void check_flow(struct sound *s)
{
    unsigned cycles = atomic_load_explicit(&s->renderer.cycles, memory_order_relaxed);
    int64_t now = loop_now_us();

    if (cycles != s->cycles) {
        s->cycles = cycles;
        s->cycled_us = now;
    }
    if (s->cycled_us == 0)
        (void)waiting(s, "waiting for the first samples");
    else if (now - s->cycled_us > STALL_US)
        enter_state(s, SOUND_STALLED, "the sink takes no samples");
    else
        tell_playing(s);
}

/* --- connection ------------------------------------------------------------------------------------------------- */

static void take_down(struct sound *s)
{
    links_clear(&s->links);
    renderer_close(&s->renderer);
    sink_release(&s->projection);
    sink_release(&s->target);
    connection_close(s->connection);
    s->connection = NULL;
    s->audible = false;
    s->lost = false;
    s->faded_at_us = 0;
}

static void on_changed(void *userdata)
{
    struct sound *s = userdata;
    s->dirty = true;
}

static void on_lost(int error, void *userdata)
{
    struct sound *s = userdata;

    (void)error;
    s->lost = true;
}

static const struct connection_events connection_events = {.changed = on_changed, .lost = on_lost};

static void connect_again(struct sound *s)
{
    int r = connection_open(s->context, s->runtime_dir, "fascia-audio", &connection_events, s, &s->connection);
    if (r < 0) {
        char detail[SOUND_DETAIL_SIZE];
        s->reconnect_us = s->reconnect_us * 2 < RECONNECT_MAX_US ? s->reconnect_us * 2 : RECONNECT_MAX_US;
        (void)snprintf(detail, sizeof detail, "%s%s%s", s->runtime_dir, s->runtime_dir[0] != '\0' ? ": " : "",
                       strerror(-r));
        s->attempts++;
        enter_state(s, s->attempts < FIRST_ATTEMPTS ? SOUND_STARTING : SOUND_NO_PIPEWIRE, detail);
        return;
    }
    s->attempts = FIRST_ATTEMPTS;
    s->reconnect_us = RECONNECT_FIRST_US;
    links_init(&s->links, s->connection);
}

static void build(struct sound *s)
{
    if (!s->connection->is_synced) {
        (void)waiting(s, "waiting for PipeWire's answer");
        return;
    }
    bool complete = build_projection(s) && build_renderer(s) && build_target(s) && build_links(s);
    set_audible(s, complete);
    if (complete)
        check_flow(s);
}

static bool is_steady(enum sound_state state)
{
    return sound_state_is_audible(state) || state == SOUND_NO_SINK || state == SOUND_MUTED || state == SOUND_LAYOUT;
}

/* Events must not put the tick off: it is only ever brought forward. */
static void arm_tick(struct sound *s)
{
    int64_t now = loop_now_us(), due = now + TICK_BUILDING_US;

    if (!s->connection)
        due = now + s->reconnect_us;
    else if (is_steady(s->status.state))
        due = now + TICK_STEADY_US; /* what matters comes as an event */
    if (s->tick_due_us > now && s->tick_due_us <= due)
        return;
    s->tick_due_us = due;
    (void)loop_timer_arm(s->tick, due - now);
}

static void update(struct sound *s)
{
    if (s->lost) {
        take_down(s);
        enter_state(s, SOUND_NO_PIPEWIRE, "the connection was lost");
    } else if (s->connection) {
        build(s);
    } else {
        connect_again(s);
    }
    s->dirty = false;
    arm_tick(s);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct sound *s = userdata;

    (void)source;
    (void)fd;
    (void)events;
    (void)pw_loop_iterate(s->pw, 0);
    if (s->lost || (s->dirty && s->connection))
        update(s);
    return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct sound *s = userdata;

    (void)source;
    (void)usec;
    s->tick_due_us = 0;
    s->links.refused = false; /* the pause is over */
    update(s);
    return 0;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static int copy_options(struct sound *s, const struct sound_options *options)
{
    s->source = options->source;
    s->speakers = options->speakers;
    s->runtime_dir = strdup(options->runtime_dir ? options->runtime_dir : "");
    s->sink_name = strdup(options->sink_name);
    s->target_name = strdup(options->target ? options->target : "");
    s->fallback_name = strdup(options->fallback ? options->fallback : "");
    if (asprintf(&s->renderer_name, "%s.renderer", options->sink_name) < 0)
        s->renderer_name = NULL;
    return s->runtime_dir && s->sink_name && s->target_name && s->fallback_name && s->renderer_name ? 0 : -ENOMEM;
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

int sound_open(sd_event *loop, const struct sound_options *options, sound_status_fn fn, void *userdata,
               struct sound **ret_sound)
{
    _cleanup_(sound_close) struct sound *s = calloc(1, sizeof *s);

    if (!s)
        return -ENOMEM;
    s->loop = loop;
    s->fn = fn;
    s->userdata = userdata;
    s->reconnect_us = RECONNECT_FIRST_US;
    s->status.state = SOUND_STARTING;
    sink_init(&s->projection);
    sink_init(&s->target);
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

void sound_set_weights(struct sound *s, const struct matrix_weights *weights)
{
    s->weights = *weights;
    if (s->audible)
        renderer_set_weights(&s->renderer, &s->weights);
}

void sound_set_step(struct sound *s, enum target_step step)
{
    s->step = step;
    if (!s->connection)
        return; /* the next attempt to connect is due in its time */
    s->tick_due_us = loop_now_us();
    (void)loop_timer_arm(s->tick, 0); /* from the loop: the status callback is no part of this call */
}

void sound_close(struct sound *s)
{
    if (!s)
        return;
    take_down(s);
    (void)loop_source_free(s->io);
    (void)loop_source_free(s->tick);
    if (s->context)
        pw_context_destroy(s->context);
    if (s->pw) {
        pw_loop_leave(s->pw);
        pw_loop_destroy(s->pw);
    }
    free(s->runtime_dir);
    free(s->sink_name);
    free(s->target_name);
    free(s->fallback_name);
    free(s->renderer_name);
    free(s);
}
