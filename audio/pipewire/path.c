/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/path.h"

#include <errno.h>
#include <stdio.h>

#include "platform/loop/loop.h"

#define STALL_US (5000 * MS)

bool sound_waiting(struct sound *s, const char *what)
{
    sound_enter_state(s, SOUND_STARTING, what);
    return false;
}

/* --- each step returns false while something is missing, and has then said what ---------------------------------- */

static bool has_monitor(const struct sound *s, const struct sound_class *class)
{
    for (size_t i = 0; i < class->channels.count; i++)
        if (!graph_port(&s->connection->graph, class->sink.id, GRAPH_OUTPUT, true, class->channels.channels[i]))
            return false;
    return true;
}

static bool build_class(struct sound *s, struct sound_class *class)
{
    /* They are played to by name or role: any real sink is a better default for other programs, and if there is none,
     * the first of ours is. */
    const int priority = class == s->classes ? 0 : -1;

    if (class->sink.gone)
        sink_release(&class->sink);
    if (!class->sink.proxy)
        sink_create(&class->sink, s->connection, class->sink_name, class->description, priority, &class->channels,
                    loop_now_us());
    if (class->sink.id == GRAPH_ID_NONE)
        return sound_waiting(s, "waiting for PipeWire to make our sinks");
    if (has_monitor(s, class))
        return true;
    sink_give_ports(&class->sink, &class->channels, loop_now_us());
    return sound_waiting(s, "waiting for the ports of our sinks");
}

static bool build_classes(struct sound *s)
{
    bool complete = true;

    for (size_t i = 0; i < s->classes_count; i++)
        if (s->classes[i].channels.count > 0 && !build_class(s, &s->classes[i]))
            complete = false; /* all of them are under way at once */
    return complete;
}

/* Streams have their sinks before there is anything to play to, and keep them when that goes. */
static void route_streams(struct sound *s)
{
    struct router_sink sinks[SOUND_BUSES_MAX];

    for (size_t i = 0; i < s->classes_count; i++) {
        const struct sound_class *class = &s->classes[i];
        const bool ready = class->channels.count > 0 && class->sink.id != GRAPH_ID_NONE && !class->sink.gone;
        sinks[i] = (struct router_sink){
            .name = class->sink_name, .node = ready ? class->sink.id : GRAPH_ID_NONE, .channels = &class->channels};
    }
    s->routed = router_update(&s->router, sinks, s->classes_count, loop_now_us());
}

static bool open_renderer(struct sound *s)
{
    struct layout buses[SOUND_BUSES_MAX];

    if (s->renderer.filter && s->renderer.is_failed)
        renderer_close(&s->renderer);
    if (s->renderer.filter)
        return true;
    s->audible = false;
    for (size_t i = 0; i < s->classes_count; i++)
        buses[i] = s->classes[i].channels;
    return renderer_open(&s->renderer, s->connection, s->renderer_name, buses, s->classes_count, s->render) == 0;
}

/* All that is asked of PipeWire is asked at once, and then waited for in turn. */
static bool build_ours(struct sound *s)
{
    const bool opened = open_renderer(s);
    const bool sinks = build_classes(s);

    if (sinks)
        route_streams(s);
    if (sinks && opened && renderer_has_ports(&s->renderer, &s->connection->graph))
        return true;
    output_begin(s);
    if (!sinks)
        return false;
    return sound_waiting(s, opened ? "waiting for the ports of the renderer" : "PipeWire refuses the renderer's node");
}

/* Declares what is to be linked; true when all of it is. Without a target that is the way to the renderer alone, so
 * that what was linked to the last target goes. */
static bool want_links(struct sound *s, bool with_target)
{
    const struct graph *g = &s->connection->graph;

    links_begin(&s->links, loop_now_us());
    for (size_t b = 0; b < s->classes_count; b++) {
        const struct sound_class *class = &s->classes[b];
        for (size_t i = 0; i < class->channels.count; i++)
            links_want(&s->links, graph_port(g, class->sink.id, GRAPH_OUTPUT, true, class->channels.channels[i]),
                       renderer_input(&s->renderer, g, b, i));
    }
    for (size_t o = 0; with_target && o < s->speakers.count; o++) {
        const struct graph_port *port = graph_port_at(g, s->target.id, GRAPH_INPUT, false, s->speaker_port[o]);
        if (port)
            links_want(&s->links, renderer_output(&s->renderer, g, o), port);
    }
    return links_end(&s->links);
}

static bool build_links(struct sound *s)
{
    if (s->links.refused)
        return sound_waiting(s, "PipeWire removed a link; it is made again"); /* with the next tick */
    return want_links(s, true) || sound_waiting(s, "waiting for the links");
}

static bool build_target(struct sound *s)
{
    if (!output_build(s)) {
        const bool fading = s->faded_at_us != 0;
        if (!s->links.refused && !fading)
            (void)want_links(s, false);
        return false;
    }
    const bool sounded = s->audible;
    if (program_is_accepted(s)) {
        s->cut_at_us = 0;
        return true;
    }
    if (sounded)
        s->cut_at_us = loop_now_us() + FADE_US;
    if (loop_now_us() < s->cut_at_us) {
        program_set_audible(s, false);
        return sound_waiting(s, "fading out what is refused");
    }
    if (!s->links.refused)
        (void)want_links(s, false);
    sound_enter_state(s, SOUND_REFUSED, s->answer.message);
    return false;
}

static void tell_playing(struct sound *s)
{
    char detail[SOUND_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, detail, sizeof detail);
    output_explain(s, &text);
    sound_enter_state(s, s->role == TARGET_FALLBACK ? SOUND_FALLBACK : SOUND_PLAYING, detail);
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
        (void)sound_waiting(s, "waiting for the first samples");
    else if (now - s->cycled_us > STALL_US)
        sound_enter_state(s, SOUND_STALLED, "the sink takes no samples");
    else
        tell_playing(s);
}

void path_build(struct sound *s)
{
    if (!s->connection->is_synced) {
        (void)sound_waiting(s, "waiting for PipeWire's answer");
        return;
    }
    const bool complete = build_ours(s) && build_target(s) && build_links(s);
    program_set_audible(s, complete);
    if (complete)
        check_flow(s);
}

void path_take_down(struct sound *s)
{
    listen_end(s, -ENOTCONN, NULL);
    router_close(&s->router);
    if (s->connection && s->lost == 0)
        (void)pw_loop_iterate(s->pw, 0); /* lets the router's last words out */
    links_clear(&s->links);
    renderer_close(&s->renderer);
    for (size_t i = 0; i < s->classes_count; i++)
        sink_release(&s->classes[i].sink);
    sink_release(&s->target);
    connection_close(s->connection);
    s->connection = NULL;
    s->audible = false;
    s->lost = 0;
    s->speakers.count = 0;
    s->faded_at_us = s->mismatch_at_us = 0;
}
