/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/audio/tape.h"

#include <math.h>
#include <spa/param/audio/format-utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/measure.h"
#include "tests/system/audio/stand.h"
#include "tests/unit/test.h"

/* --- the sound threads -------------------------------------------------------------------------------------------- */

static void check_clock(struct tape *tape, const struct spa_io_clock *clock, uint64_t *next)
{
    if (*next != 0 && *next != clock->position)
        atomic_fetch_add_explicit(&tape->jumps, 1, memory_order_relaxed);
    *next = clock->position + clock->duration;
}

static void play(void *data, struct spa_io_position *position)
{
    struct tape *tape = data;
    const uint32_t n = position ? (uint32_t)position->clock.duration : 0;
    const double rate = position ? position->clock.rate.denom : 48000;

    if (position)
        check_clock(tape, &position->clock, &tape->next_play);
    for (size_t c = 0; c < tape->play_channels.count; c++) {
        float *to = pw_filter_get_dsp_buffer(tape->outputs[c], n);
        const double hz = tape->hz > 0 ? tape->hz : measure_frequency(tape->play_channels.channels[c]);
        for (uint32_t i = 0; to && i < n; i++)
            to[i] = (float)(tape->amplitude * sin(2 * M_PI * hz * (double)(tape->played + i) / rate));
    }
    tape->played += n;
}

static void record(void *data, struct spa_io_position *position)
{
    struct tape *tape = data;

    if (!position)
        return;
    const uint32_t n = (uint32_t)position->clock.duration;
    const size_t at = atomic_load_explicit(&tape->frames, memory_order_acquire);
    const size_t take = tape->room - at < n ? tape->room - at : n;

    atomic_store_explicit(&tape->rate, position->clock.rate.denom, memory_order_relaxed);
    check_clock(tape, &position->clock, &tape->next);
    for (size_t c = 0; c < tape->record_channels; c++) {
        const float *from = pw_filter_get_dsp_buffer(tape->inputs[c], n);
        if (from)
            memcpy(tape->samples[c] + at, from, take * sizeof *from);
        else
            memset(tape->samples[c] + at, 0, take * sizeof *from);
    }
    atomic_store_explicit(&tape->frames, at + take, memory_order_release);
}

static const struct pw_filter_events player_events = {.version = PW_VERSION_FILTER_EVENTS, .process = play};
static const struct pw_filter_events recorder_events = {.version = PW_VERSION_FILTER_EVENTS, .process = record};

static void stream_process(void *data)
{
    struct tape_stream *stream = data;
    struct pw_buffer *buffer = pw_stream_dequeue_buffer(stream->stream);

    if (!buffer)
        return;
    struct spa_data *d = &buffer->buffer->datas[0];
    const uint32_t stride = stream->channels * (uint32_t)sizeof(float);
    const uint32_t frames = d->maxsize / stride < 1024 ? d->maxsize / stride : 1024;
    if (d->data)
        memset(d->data, 0, (size_t)frames * stride);
    *d->chunk = (struct spa_chunk){.size = frames * stride, .stride = (int32_t)stride};
    (void)pw_stream_queue_buffer(stream->stream, buffer);
}

static const struct pw_stream_events stream_events = {.version = PW_VERSION_STREAM_EVENTS, .process = stream_process};

/* --- the control thread ------------------------------------------------------------------------------------------- */

static void ignore_change(void *userdata)
{
    (void)userdata;
}

static void ignore_loss(int error, void *userdata)
{
    (void)error;
    (void)userdata;
}

static const struct connection_events connection_events = {.changed = ignore_change, .lost = ignore_loss};

void tape_open(struct tape *tape, const char *runtime_dir)
{
    memset(tape, 0, sizeof *tape);
    pw_init(NULL, NULL);
    tape->loop = pw_loop_new(NULL);
    assert_non_null(tape->loop);
    pw_loop_enter(tape->loop);
    assert_int_equal(connection_context_new(tape->loop, &tape->context), 0);
    assert_int_equal(connection_open(tape->context, runtime_dir, "tape", &connection_events, tape, &tape->connection),
                     0);
    links_init(&tape->links, tape->connection);
}

void tape_close(struct tape *tape)
{
    if (!tape->loop)
        return;
    for (size_t i = 0; i < TAPE_STREAMS_MAX; i++)
        tape_stream_close(tape, i);
    links_clear(&tape->links);
    if (tape->player)
        pw_filter_destroy(tape->player);
    if (tape->recorder)
        pw_filter_destroy(tape->recorder);
    connection_close(tape->connection);
    pw_context_destroy(tape->context);
    pw_loop_leave(tape->loop);
    pw_loop_destroy(tape->loop);
    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        free(tape->samples[c]);
    memset(tape, 0, sizeof *tape);
}

static struct pw_filter *new_filter(struct tape *tape, const char *name, enum pw_direction direction, size_t count,
                                    const struct pw_filter_events *events, struct spa_hook *hook, void **ports)
{
    struct pw_filter *filter =
        pw_filter_new(tape->connection->core, name,
                      pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY,
                                        "Filter", PW_KEY_MEDIA_ROLE, "DSP", PW_KEY_NODE_AUTOCONNECT, "false", NULL));

    assert_non_null(filter);
    pw_filter_add_listener(filter, hook, events, tape);
    for (size_t i = 0; i < count; i++) {
        char port[32];
        (void)snprintf(port, sizeof port, "port_%zu", i);
        ports[i] = pw_filter_add_port(
            filter, direction, PW_FILTER_PORT_FLAG_MAP_BUFFERS, sizeof(void *),
            pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio", PW_KEY_PORT_NAME, port, NULL), NULL, 0);
        assert_non_null(ports[i]);
    }
    assert_int_equal(pw_filter_connect(filter, PW_FILTER_FLAG_RT_PROCESS, NULL, 0), 0);
    return filter;
}

void tape_play(struct tape *tape, const char *sink, const struct layout *channels, double hz, double amplitude)
{
    (void)snprintf(tape->play_sink, sizeof tape->play_sink, "%s", sink);
    tape->play_channels = *channels;
    tape->hz = hz;
    tape->amplitude = amplitude;
    tape->player = new_filter(tape, "tape.player", PW_DIRECTION_OUTPUT, channels->count, &player_events,
                              &tape->player_hook, tape->outputs);
}

void tape_record(struct tape *tape, const char *sink, size_t channels, size_t frames)
{
    (void)snprintf(tape->record_sink, sizeof tape->record_sink, "%s", sink);
    tape->record_channels = channels;
    tape->room = frames;
    for (size_t c = 0; c < channels; c++) {
        tape->samples[c] = calloc(frames, sizeof(float));
        assert_non_null(tape->samples[c]);
    }
    tape->recorder = new_filter(tape, "tape.recorder", PW_DIRECTION_INPUT, channels, &recorder_events,
                                &tape->recorder_hook, tape->inputs);
}

void tape_rewind(struct tape *tape)
{
    atomic_store_explicit(&tape->jumps, 0, memory_order_relaxed);
    atomic_store_explicit(&tape->frames, 0, memory_order_release);
}

bool tape_counts(const struct tape *tape)
{
    return atomic_load_explicit(&tape->jumps, memory_order_relaxed) == 0;
}

static bool want(struct tape *tape, const struct graph_port *from, const struct graph_port *to)
{
    if (!from || !to)
        return false;
    links_want(&tape->links, from, to);
    return true;
}

bool tape_turn(struct tape *tape)
{
    const struct graph *g = &tape->connection->graph;
    bool complete = true;

    (void)pw_loop_iterate(tape->loop, 0);
    const struct graph_node *sink = graph_choose_sink(g, tape->play_sink, "", GRAPH_ID_NONE);
    const struct graph_node *heard = graph_choose_sink(g, tape->record_sink, "", GRAPH_ID_NONE);
    links_begin(&tape->links, stand_now_us());
    for (size_t i = 0; tape->player && i < tape->play_channels.count; i++)
        complete = sink &&
                   want(tape, graph_port_at(g, pw_filter_get_node_id(tape->player), GRAPH_OUTPUT, false, (uint32_t)i),
                        graph_port(g, sink->id, GRAPH_INPUT, false, tape->play_channels.channels[i])) &&
                   complete;
    for (size_t i = 0; tape->recorder && i < tape->record_channels; i++)
        complete = heard &&
                   want(tape, graph_port_at(g, heard->id, GRAPH_OUTPUT, true, (uint32_t)i),
                        graph_port_at(g, pw_filter_get_node_id(tape->recorder), GRAPH_INPUT, false, (uint32_t)i)) &&
                   complete;
    return links_end(&tape->links) && complete;
}

void tape_stream(struct tape *tape, size_t slot, const char *name, const char *role, const char *target,
                 unsigned channels)
{
    struct tape_stream *stream = &tape->streams[slot];
    uint8_t buffer[1024];
    struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof buffer);
    struct spa_audio_info_raw info = {.format = SPA_AUDIO_FORMAT_F32, .rate = 48000, .channels = channels};
    struct pw_properties *props = pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_MEDIA_TYPE, "Audio",
                                                    PW_KEY_MEDIA_CATEGORY, "Playback", PW_KEY_MEDIA_ROLE, role, NULL);

    info.position[0] = channels == 1 ? SPA_AUDIO_CHANNEL_MONO : SPA_AUDIO_CHANNEL_FL;
    info.position[1] = SPA_AUDIO_CHANNEL_FR;
    if (target)
        (void)pw_properties_set(props, "target.object", target);
    stream->channels = channels;
    stream->stream = pw_stream_new(tape->connection->core, name, props);
    assert_non_null(stream->stream);
    pw_stream_add_listener(stream->stream, &stream->hook, &stream_events, stream);
    const struct spa_pod *param = spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info);
    assert_int_equal(
        pw_stream_connect(stream->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                          PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS, &param,
                          1),
        0);
}

void tape_stream_role(struct tape *tape, size_t slot, const char *role)
{
    const struct spa_dict_item items[] = {SPA_DICT_ITEM_INIT(PW_KEY_MEDIA_ROLE, role)};
    (void)pw_stream_update_properties(tape->streams[slot].stream, &SPA_DICT_INIT_ARRAY(items));
}

void tape_stream_close(struct tape *tape, size_t slot)
{
    if (tape->streams[slot].stream)
        pw_stream_destroy(tape->streams[slot].stream);
    tape->streams[slot].stream = NULL;
}

static uint32_t node_of(const struct graph *g, uint32_t port)
{
    for (size_t i = 0; i < g->ports_count; i++)
        if (g->ports[i].id == port)
            return g->ports[i].node;
    return GRAPH_ID_NONE;
}

const char *tape_sink_of(struct tape *tape, const char *name)
{
    const struct graph *g = &tape->connection->graph;
    static char sinks[GRAPH_NAME_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, sinks, sizeof sinks);
    sinks[0] = '\0';
    for (size_t n = 0; n < g->nodes_count; n++) {
        bool linked = false;
        for (size_t i = 0; i < g->links_count && !linked; i++) {
            const struct graph_node *from = graph_node(g, node_of(g, g->links[i].output));
            linked = from && strcmp(from->name, name) == 0 && node_of(g, g->links[i].input) == g->nodes[n].id;
        }
        if (linked)
            fascia_text_add(&text, "%s%s", text.used > 0 ? "+" : "", g->nodes[n].name);
    }
    return sinks;
}

void tape_measure(const struct tape *tape, size_t channel, size_t frames, struct tape_figures *ret)
{
    const float *x = tape->samples[channel];
    size_t zeros = 0;

    *ret = (struct tape_figures){0};
    for (size_t i = 0; i < frames; i++) {
        zeros = fpclassify(x[i]) == FP_ZERO ? zeros + 1 : 0;
        ret->zeros = zeros > ret->zeros ? zeros : ret->zeros;
        ret->peak = fmax(ret->peak, fabs((double)x[i]));
        if (i > 0)
            ret->step = fmax(ret->step, fabs((double)x[i] - (double)x[i - 1]));
    }
}

bool tape_is_smooth(const struct tape *tape, size_t channel, size_t frames, double step, bool may_be_silent)
{
    struct tape_figures figures;

    tape_measure(tape, channel, frames, &figures);
    print_message("# speaker %zu: largest step %.5f (allowed %.5f), %zu zeros, peak %.4f, %u jumps of the clock\n",
                  channel, figures.step, step, figures.zeros, figures.peak, atomic_load(&tape->jumps));
    return figures.step <= step && figures.peak <= pow(10, -1.0 / 20) + 1e-4 && (may_be_silent || figures.zeros < 8);
}
