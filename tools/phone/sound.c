/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/sound.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/pipewire/connection.h"
#include "audio/pipewire/links.h"
#include "audio/render/measure.h"
#include "tools/phone/sound_probe.h"

#define LEVEL_DEFAULT_DBFS (-20.0)
#define TIMEOUT_DEFAULT_US 30000000
#define STEADY_US          200000 /* ports that have not changed for this long are all there */
#define POLL_MS            50
#define DIRTY_DB           (-80.0) /* more than this beside the sines: a click or a gap is in the window */
#define AGREE              1e-3    /* two windows tell the same: largest difference of a gain */
#define LISTEN_DIRTY_DB    (-30.0) /* the same two for a programme of another clock */
#define LISTEN_AGREE       2e-2
#define SILENCE            1e-10 /* mean square below which nothing has arrived */
#define FLOOR_DB           (-100.0)

struct tally {
    double gains[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX]; /* [channel][speaker], sum over the clean windows */
    unsigned clean, discarded;
    double residual_db; /* worst of the clean ones */
};

struct ear {
    const char *sink, *target; /* names; target "" = choose */
    double amplitude, level_dbfs;
    unsigned windows; /* to measure */
    bool listens;     /* plays nothing; `channels` is what it listens for */
    double dirty_db, agree;
    int64_t deadline_us;
    struct pw_loop *loop;
    struct pw_context *context;
    struct connection *connection;
    struct links links;
    struct probe probe;
    bool has_probe, lost;
    uint32_t sink_id, target_id;
    struct layout channels, speakers;
    int64_t steady_us; /* when the two layouts above last changed */
    struct tally tally;
    double last_residual_db;
};

static int64_t now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const char *phone_sound_error(int result)
{
    switch (result) {
    case PHONE_SOUND_E_NO_PIPEWIRE:
        return "PipeWire cannot be reached; is it running, and is the runtime folder the right one?";
    case PHONE_SOUND_E_NO_PROJECTION:
        return "there is no projection sink; look at the head unit's audio function";
    case PHONE_SOUND_E_NO_SPEAKERS:
        return "there is no sink with monitor ports to listen to";
    case PHONE_SOUND_E_SILENT:
        return "nothing steady arrived at the speakers; look at the head unit's audio function, and at how busy "
               "the machine is";
    default:
        return result < 0 ? strerror(-result) : "unknown result";
    }
}

/* --- finding the sinks ----------------------------------------------------------------------------------------------
 */

static void on_changed(void *userdata)
{
    (void)userdata; /* the main loop looks at everything after each iteration */
}

static void on_lost(int error, void *userdata)
{
    struct ear *ear = userdata;

    (void)error;
    ear->lost = true;
}

static const struct connection_events connection_events = {.changed = on_changed, .lost = on_lost};

/* Looks both sinks up; what they have must hold still before it is believed, as ports are announced one by one. */
static int find_sinks(struct ear *ear)
{
    const struct graph *g = &ear->connection->graph;
    const struct graph_node *sink = graph_choose_sink(g, ear->sink, "", GRAPH_ID_NONE);
    const struct graph_node *target = graph_choose_sink(g, ear->target, ear->sink, GRAPH_ID_NONE);
    struct layout channels = {.count = 0}, speakers = {.count = 0};

    if (ear->listens)
        channels = ear->channels;
    else if (sink)
        (void)graph_ports(g, sink->id, GRAPH_INPUT, false, &channels);
    if (target)
        (void)graph_ports(g, target->id, GRAPH_OUTPUT, true, &speakers);
    if (!layout_same_channels(&channels, &ear->channels) || !layout_same_channels(&speakers, &ear->speakers)) {
        ear->channels = channels;
        ear->speakers = speakers;
        ear->steady_us = now_us();
    }
    if (channels.count == 0)
        return PHONE_SOUND_E_NO_PROJECTION;
    if (speakers.count == 0)
        return PHONE_SOUND_E_NO_SPEAKERS;
    ear->sink_id = sink ? sink->id : GRAPH_ID_NONE;
    ear->target_id = target->id;
    return now_us() - ear->steady_us < STEADY_US ? PHONE_SOUND_E_SILENT : 0;
}

/* --- linking
 * ------------------------------------------------------------------------------------------------------------ */

/* Wants links for all channels of a layout; false when a port is missing. */
static bool want_links(struct ear *ear, uint32_t output, bool monitor, uint32_t input, const struct layout *layout)
{
    const struct graph *g = &ear->connection->graph;
    bool all = true;

    for (size_t i = 0; i < layout->count; i++) {
        const struct graph_port *from = graph_port(g, output, GRAPH_OUTPUT, monitor, layout->channels[i]);
        const struct graph_port *to = graph_port(g, input, GRAPH_INPUT, false, layout->channels[i]);
        if (from && to)
            links_want(&ear->links, from, to);
        else
            all = false;
    }
    return all;
}

static bool link_probe(struct ear *ear)
{
    const uint32_t recorder = pw_filter_get_node_id(ear->probe.recorder);

    links_begin(&ear->links, now_us());
    bool all = want_links(ear, ear->target_id, true, recorder, &ear->speakers);
    if (!ear->listens)
        all = want_links(ear, pw_filter_get_node_id(ear->probe.player), false, ear->sink_id, &ear->channels) && all;
    return links_end(&ear->links) && all;
}

/* --- measuring
 * ---------------------------------------------------------------------------------------------------------- */

static void restart_tally(struct tally *tally)
{
    unsigned discarded = tally->discarded + tally->clean;
    *tally = (struct tally){.discarded = discarded, .residual_db = -HUGE_VAL};
}

#define HANN_POWER 0.375 /* mean square of the window */

/* Somebody else's sine is a little beside its bin: weighted by Hann's window, it lies in five of them all the same. */
static void weigh(float *x, size_t window)
{
    for (size_t i = 0; i < window; i++)
        x[i] *= (float)(0.5 - 0.5 * cos(2 * M_PI * (double)i / (double)window));
}

static double amplitude_of(const struct ear *ear, const float *x, unsigned periods)
{
    double power = 0;

    if (!ear->listens)
        return measure_amplitude(x, ear->probe.window, periods);
    for (unsigned bin = periods - 2; bin <= periods + 2; bin++)
        power += pow(measure_amplitude(x, ear->probe.window, bin), 2);
    return sqrt(power / HANN_POWER);
}

/* Gains of one window, and what is in it beside the sines; HUGE_VAL when nothing is in it at all. */
static double measure_gains(const struct ear *ear, double gains[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX])
{
    const struct probe *p = &ear->probe;
    double power = 0, sines = 0;

    for (size_t s = 0; s < p->speakers.count; s++) {
        if (ear->listens)
            weigh(p->windows[s], p->window);
        power += measure_power(p->windows[s], p->window) / (ear->listens ? HANN_POWER : 1);
        for (size_t c = 0; c < p->channels.count; c++) {
            unsigned periods = measure_frequency(p->channels.channels[c]) / MEASURE_WINDOWS_PER_S;
            double amplitude = amplitude_of(ear, p->windows[s], periods);
            sines += amplitude * amplitude / 2;
            gains[c][s] = amplitude / ear->amplitude;
        }
    }
    return power < SILENCE ? HUGE_VAL : 10 * log10(fmax(power - sines, power * 1e-15) / power);
}

static bool agrees(const struct ear *ear, double gains[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX])
{
    const struct tally *tally = &ear->tally;

    for (size_t c = 0; tally->clean > 0 && c < ear->probe.channels.count; c++)
        for (size_t s = 0; s < ear->probe.speakers.count; s++)
            if (fabs(tally->gains[c][s] / tally->clean - gains[c][s]) > ear->agree)
                return false;
    return true;
}

static void take_window(struct ear *ear)
{
    double gains[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX];
    struct tally *tally = &ear->tally;
    double residual_db = measure_gains(ear, gains);

    ear->last_residual_db = residual_db;
    if (residual_db > ear->dirty_db) {
        tally->discarded++;
        return;
    }
    if (!agrees(ear, gains))
        restart_tally(tally);
    for (size_t c = 0; c < ear->probe.channels.count; c++)
        for (size_t s = 0; s < ear->probe.speakers.count; s++)
            tally->gains[c][s] += gains[c][s];
    tally->residual_db = fmax(tally->residual_db, residual_db);
    tally->clean++;
}

/* One step: 0 when the measurement is complete, else what is missing. */
static int step(struct ear *ear)
{
    if (!ear->connection || !ear->connection->is_synced)
        return PHONE_SOUND_E_NO_PROJECTION;
    if (!ear->has_probe) {
        int r = find_sinks(ear);
        if (r != 0)
            return r;
        ear->has_probe = true;
        r = probe_open(&ear->probe, ear->loop, ear->connection, &ear->channels, &ear->speakers, !ear->listens);
        if (r < 0)
            return r;
    }
    if (ear->probe.failed)
        return -EIO;
    if (!link_probe(ear) || atomic_load_explicit(&ear->probe.rate, memory_order_relaxed) == 0)
        return PHONE_SOUND_E_SILENT;
    if (!ear->probe.table) {
        restart_tally(&ear->tally);
        int r = probe_play(&ear->probe, ear->amplitude);
        if (r < 0)
            return r;
        probe_record(&ear->probe);
    }
    if (probe_recorded(&ear->probe)) {
        take_window(ear);
        probe_record(&ear->probe);
    }
    return ear->tally.clean >= ear->windows ? 0 : PHONE_SOUND_E_SILENT;
}

/* --- the result
 * ------------------------------------------------------------------------------------------------------------ */

/* A number as people write it: not every digit that a double has. */
static struct json_object *number(double value, int decimals)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%.*f", decimals, value + 0.0);
    return json_object_new_double_s(value, text);
}

static void add_double(struct json_object *object, const char *key, double value)
{
    (void)json_object_object_add(object, key, number(value, 1));
}

static void add_int(struct json_object *object, const char *key, unsigned value)
{
    (void)json_object_object_add(object, key, json_object_new_int64(value));
}

static void add_string(struct json_object *object, const char *key, const char *value)
{
    (void)json_object_object_add(object, key, json_object_new_string(value));
}

static struct json_object *describe_channel(const struct ear *ear, size_t c)
{
    struct json_object *channel = json_object_new_object();
    struct json_object *gains = json_object_new_array(), *gains_db = json_object_new_array();

    for (size_t s = 0; s < ear->probe.speakers.count; s++) {
        double gain = ear->tally.gains[c][s] / ear->tally.clean;
        double db = gain > 0 ? 20 * log10(gain) : -HUGE_VAL;
        (void)json_object_array_add(gains, number(gain, 6));
        (void)json_object_array_add(gains_db, db < FLOOR_DB ? NULL : number(db, 2));
    }
    add_string(channel, "name", layout_channel_name(ear->probe.channels.channels[c]));
    add_int(channel, "freq_hz", measure_frequency(ear->probe.channels.channels[c]));
    (void)json_object_object_add(channel, "gains", gains);
    (void)json_object_object_add(channel, "gains_db", gains_db);
    return channel;
}

static struct json_object *describe(const struct ear *ear)
{
    struct json_object *result = json_object_new_object(), *windows = json_object_new_object();
    struct json_object *speakers = json_object_new_array(), *channels = json_object_new_array();
    const struct graph_node *target = graph_node(&ear->connection->graph, ear->target_id);

    add_int(windows, "clean", ear->tally.clean);
    add_int(windows, "discarded", ear->tally.discarded);
    for (size_t s = 0; s < ear->probe.speakers.count; s++)
        (void)json_object_array_add(speakers,
                                    json_object_new_string(layout_channel_name(ear->probe.speakers.channels[s])));
    for (size_t c = 0; c < ear->probe.channels.count; c++)
        (void)json_object_array_add(channels, describe_channel(ear, c));

    add_int(result, "rate", atomic_load_explicit(&ear->probe.rate, memory_order_relaxed));
    add_double(result, "seconds", (double)ear->tally.clean / MEASURE_WINDOWS_PER_S);
    add_double(result, "level_dbfs", ear->level_dbfs);
    add_double(result, "residual_db", ear->tally.residual_db);
    add_int(result, "xruns", atomic_load_explicit(&ear->probe.xruns, memory_order_relaxed));
    (void)json_object_object_add(result, "windows", windows);
    add_string(result, "sink", ear->sink);
    add_string(result, "target", target ? target->name : ear->target);
    (void)json_object_object_add(result, "speakers", speakers);
    (void)json_object_object_add(result, "channels", channels);
    return result;
}

static int listen_until_done(struct ear *ear, struct json_object **ret)
{
    for (;;) {
        if (ear->lost)
            return PHONE_SOUND_E_NO_PIPEWIRE;
        int r = step(ear);
        if (r == 0)
            *ret = describe(ear);
        if (r <= 0)
            return r;
        if (now_us() >= ear->deadline_us)
            return r; /* what was missing last */
        (void)pw_loop_iterate(ear->loop, POLL_MS);
    }
}

static int connect_ear(struct ear *ear, const char *runtime_dir)
{
    pw_init(NULL, NULL);
    ear->loop = pw_loop_new(NULL);
    if (!ear->loop)
        return -errno;
    pw_loop_enter(ear->loop);
    int r = connection_context_new(ear->loop, &ear->context);
    if (r < 0)
        return r;
    r = connection_open(ear->context, runtime_dir, "fascia-phone", &connection_events, ear, &ear->connection);
    if (r < 0)
        return r == -ENOMEM ? r : PHONE_SOUND_E_NO_PIPEWIRE;
    links_init(&ear->links, ear->connection);
    return 0;
}

static void tell_heard(const struct ear *ear, struct phone_sound_heard *ret)
{
    ret->rate = atomic_load_explicit(&ear->probe.rate, memory_order_relaxed);
    ret->xruns = atomic_load_explicit(&ear->probe.xruns, memory_order_relaxed);
    ret->discarded = ear->tally.discarded;
    ret->clean = ear->tally.clean;
    ret->residual_db = ear->last_residual_db;
}

static void release_ear(struct ear *ear)
{
    if (ear->connection)
        links_clear(&ear->links);
    probe_close(&ear->probe);
    connection_close(ear->connection);
    if (ear->context)
        pw_context_destroy(ear->context);
    if (ear->loop) {
        pw_loop_leave(ear->loop);
        pw_loop_destroy(ear->loop);
    }
    free(ear);
}

static bool is_given(const char *text)
{
    return text && text[0] != '\0';
}

int phone_sound(const struct phone_sound_options *options, struct json_object **ret)
{
    struct ear *ear = calloc(1, sizeof *ear);

    if (!ear)
        return -ENOMEM;
    ear->sink = is_given(options->sink) ? options->sink : "fascia.projection";
    ear->target = is_given(options->target) ? options->target : "";
    ear->level_dbfs = options->level_dbfs < 0 ? options->level_dbfs : LEVEL_DEFAULT_DBFS;
    ear->listens = options->listen;
    ear->dirty_db = options->listen ? LISTEN_DIRTY_DB : DIRTY_DB;
    ear->agree = options->listen ? LISTEN_AGREE : AGREE;
    if (options->listen)
        ear->channels = *options->listen;
    ear->amplitude = pow(10, ear->level_dbfs / 20);
    ear->windows =
        options->seconds > 0 ? (unsigned)ceil(options->seconds * MEASURE_WINDOWS_PER_S) : MEASURE_WINDOWS_PER_S;
    ear->deadline_us = now_us() + (options->timeout_us > 0 ? options->timeout_us : TIMEOUT_DEFAULT_US);

    int r = connect_ear(ear, options->runtime_dir);
    if (r == 0)
        r = listen_until_done(ear, ret);
    if (options->heard)
        tell_heard(ear, options->heard);
    release_ear(ear);
    return r;
}
