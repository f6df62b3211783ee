/* SPDX-License-Identifier: Apache-2.0 */
/* The real sink: which one it is, and which of its channels are played to. */
#include <stdio.h>

#include "audio/pipewire/path.h"
#include "platform/loop/loop.h"

#define MISMATCH_US (300 * MS) /* ports are announced one by one: no verdict before */

/* False while ports may still be missing. */
static bool is_verdict(struct sound *s)
{
    if (s->mismatch_at_us == 0)
        s->mismatch_at_us = loop_now_us() + MISMATCH_US;
    return loop_now_us() >= s->mismatch_at_us || sound_waiting(s, "waiting for the ports of the sink");
}

static bool wrong_layout(struct sound *s, const struct layout *found, size_t unknown)
{
    char detail[SOUND_DETAIL_SIZE];
    struct fascia_text text;

    if (!is_verdict(s))
        return false;
    fascia_text_init(&text, detail, sizeof detail);
    fascia_text_add(&text, "the sink has ");
    layout_format(found, &text);
    if (unknown > 0)
        fascia_text_add(&text, "%s%zu of no known position", found->count > 0 ? " and " : "", unknown);
    if (s->wanted.count > 0) {
        fascia_text_add(&text, ", audio.speakers is ");
        layout_format(&s->wanted, &text);
    }
    sound_enter_state(s, SOUND_LAYOUT, detail);
    return false;
}

static bool too_many(struct sound *s, size_t count)
{
    char detail[SOUND_DETAIL_SIZE];

    (void)snprintf(detail, sizeof detail, "the sink has %zu channels; %d is the most that can be played to", count,
                   LAYOUT_CHANNELS_MAX);
    sound_enter_state(s, SOUND_LAYOUT, detail);
    return false;
}

/* False while a target that is there and still sounds is faded out: links that are cut while it does are a click. */
static bool leave_target(struct sound *s)
{
    const int64_t now = loop_now_us();
    const bool there = !s->target.gone && graph_node(&s->connection->graph, s->target.id);

    if (there && s->faded_at_us == 0 && s->audible)
        s->faded_at_us = now + FADE_US;
    if (there && now < s->faded_at_us)
        return sound_waiting(s, "fading out the sink that is left");
    sink_release(&s->target);
    s->speakers.count = 0;
    s->faded_at_us = s->mismatch_at_us = 0;
    return true;
}

static bool is_wanted(const struct sound *s, const struct layout *found, size_t unknown)
{
    return s->wanted.count == 0 || (unknown == 0 && layout_same_channels(found, &s->wanted));
}

/* The channels that are played to, and the port of each, as the configuration orders them. */
static void take_wanted(struct sound *s)
{
    s->speakers = s->wanted;
    s->silent_ports = 0;
    for (size_t i = 0; i < s->wanted.count; i++) {
        const struct graph_port *port =
            graph_port(&s->connection->graph, s->target.id, GRAPH_INPUT, false, s->wanted.channels[i]);
        s->speaker_port[i] = port ? port->index : (uint32_t)i;
    }
}

/* The same, as the sink has them. What has no position that we know is silent; where none has, all count as AUX. */
static void take_found(struct sound *s, const struct layout *found)
{
    const struct graph_port *ports[LAYOUT_CHANNELS_MAX];
    const size_t count =
        graph_list_ports(&s->connection->graph, s->target.id, GRAPH_INPUT, false, ports, LAYOUT_CHANNELS_MAX);
    struct layout speakers = {.count = 0};

    s->silent_ports = 0;
    for (size_t i = 0; i < count; i++) {
        const enum layout_channel channel =
            found->count > 0 ? ports[i]->channel : (enum layout_channel)(LAYOUT_AUX0 + (int)i);
        if ((found->count > 0 && !ports[i]->known) || layout_add(&speakers, channel) != 0)
            s->silent_ports++;
        else
            s->speaker_port[speakers.count - 1] = ports[i]->index;
    }
    s->speakers = speakers;
}

static void ask_for_ports(struct sound *s)
{
    static const struct layout fronts = {.channels = {LAYOUT_FL, LAYOUT_FR}, .count = 2};

    sink_give_ports(&s->target, s->wanted.count > 0 ? &s->wanted : &fronts, loop_now_us());
}

/* A sink without ports: they are the session manager's business, or ours. */
static bool give_ports(struct sound *s)
{
    struct layout found;

    if (s->target.channels.count > LAYOUT_CHANNELS_MAX)
        return too_many(s, s->target.channels.count);
    const uint32_t unknown = params_to_layout(&s->target.channels, &found);
    if (s->target.channels.count > 0 && !is_wanted(s, &found, unknown))
        return wrong_layout(s, &found, unknown);
    ask_for_ports(s);
    return sound_waiting(s, "waiting for the ports of the sink");
}

static bool build_ports(struct sound *s)
{
    struct layout found;
    const size_t count = graph_ports(&s->connection->graph, s->target.id, GRAPH_INPUT, false, &found);

    if (count == 0)
        return give_ports(s);
    if (count < s->target.ports && s->wanted.count == 0)
        return sound_waiting(s, "waiting for the ports of the sink");
    if (count > LAYOUT_CHANNELS_MAX)
        return too_many(s, count);
    if (!is_wanted(s, &found, count - found.count))
        return wrong_layout(s, &found, count - found.count);
    if (s->wanted.count > 0)
        take_wanted(s);
    else
        take_found(s, &found);
    s->mismatch_at_us = 0;
    return true;
}

static struct target_wish wish_of(const struct sound *s)
{
    return (struct target_wish){.preferred = s->target_name,
                                .fallback = s->fallback_name,
                                .not_this = s->classes[0].sink_name,
                                .ours = s->connection->client,
                                .step = s->step};
}

static bool no_target(struct sound *s, const struct target_wish *wish)
{
    char detail[SOUND_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, detail, sizeof detail);
    target_explain(wish, s->role, &text);
    sound_enter_state(s, s->role == TARGET_MUTED ? SOUND_MUTED : SOUND_NO_SINK, detail);
    return false;
}

void output_explain(const struct sound *s, struct fascia_text *text)
{
    const struct target_wish wish = wish_of(s);

    target_explain(&wish, s->role, text);
    if (s->silent_ports > 0)
        fascia_text_add(text, "%s%zu channels of the sink are silent: their positions are not known",
                        text->used > 0 ? "; " : "", s->silent_ports);
}

void output_begin(struct sound *s)
{
    const struct target_wish wish = wish_of(s);
    enum target_role role;
    const struct graph *g = &s->connection->graph;
    const struct graph_node *node = target_choose(g, &wish, &role);
    struct layout found;

    if (!node || (s->target.id != GRAPH_ID_NONE && s->target.id != node->id) || s->target.gone)
        return;
    if (!s->target.proxy)
        sink_bind(&s->target, s->connection, node->id, loop_now_us());
    const uint32_t count = s->target.channels.count;
    if (count > 0 && count <= LAYOUT_CHANNELS_MAX && graph_ports(g, node->id, GRAPH_INPUT, false, NULL) == 0 &&
        is_wanted(s, &found, params_to_layout(&s->target.channels, &found)))
        ask_for_ports(s);
}

bool output_build(struct sound *s)
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
    if (build_ports(s))
        return true;
    s->speakers.count = 0;
    return false;
}
