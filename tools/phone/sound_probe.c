/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/sound_probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/pipewire/block.h"
#include "audio/render/measure.h"

/* --- the sound thread --------------------------------------------------------------------------------------------- */

static void play_channel(const struct probe *p, float *to, uint32_t frames, unsigned frequency)
{
    const size_t step = frequency / MEASURE_WINDOWS_PER_S;
    size_t at = p->played * step % p->window;

    for (uint32_t i = 0; i < frames; i++) {
        to[i] = p->table[at];
        at += step;
        if (at >= p->window)
            at -= p->window;
    }
}

static void on_play(void *data, struct spa_io_position *position)
{
    struct probe *p = data;
    const uint32_t frames = block_frames(position);
    const bool playing = atomic_load_explicit(&p->playing, memory_order_acquire);

    if (!position)
        return;
    atomic_store_explicit(&p->rate, position->clock.rate.denom, memory_order_relaxed);
    for (size_t i = 0; i < p->channels.count; i++) {
        float *to = block_output(p->outputs[i], frames);
        if (to && playing)
            play_channel(p, to, frames, measure_frequency(p->channels.channels[i]));
        else if (to)
            memset(to, 0, frames * sizeof *to);
    }
    if (playing)
        p->played = (p->played + frames) % p->window;
}

static void check_clock(struct probe *p, const struct spa_io_clock *clock)
{
    if (p->next != 0 && clock->position != p->next)
        atomic_fetch_add_explicit(&p->xruns, 1, memory_order_relaxed);
    p->next = clock->position + clock->duration;
}

static void on_record(void *data, struct spa_io_position *position)
{
    struct probe *p = data;
    const uint32_t frames = block_frames(position);
    const float *from[LAYOUT_CHANNELS_MAX] = {NULL};

    if (!position)
        return;
    check_clock(p, &position->clock);
    atomic_store_explicit(&p->rate, position->clock.rate.denom, memory_order_relaxed);
    for (size_t i = 0; i < p->speakers.count; i++)
        from[i] = block_input(p->inputs[i], frames);
    if (atomic_load_explicit(&p->turn, memory_order_acquire) != PROBE_RECORDING)
        return;
    size_t n = p->window - p->recorded < frames ? p->window - p->recorded : frames;
    for (size_t i = 0; i < p->speakers.count; i++) {
        if (from[i])
            memcpy(p->windows[i] + p->recorded, from[i], n * sizeof(float));
        else
            memset(p->windows[i] + p->recorded, 0, n * sizeof(float));
    }
    p->recorded += n;
    if (p->recorded == p->window) {
        atomic_store_explicit(&p->turn, PROBE_RECORDED, memory_order_release);
        (void)pw_loop_signal_event(p->loop, p->wake);
    }
}

/* --- the control thread ---------------------------------------------------------------------------------------------
 */

static void on_state(void *data, enum pw_filter_state old, enum pw_filter_state state, const char *error)
{
    struct probe *p = data;

    (void)old;
    (void)error;
    p->failed = p->failed || state == PW_FILTER_STATE_ERROR;
}

static void on_wake(void *data, uint64_t count)
{
    (void)data; /* pw_loop_iterate() has returned: that was the purpose */
    (void)count;
}

static const struct pw_filter_events player_events = {
    .version = PW_VERSION_FILTER_EVENTS,
    .state_changed = on_state,
    .process = on_play,
};

static const struct pw_filter_events recorder_events = {
    .version = PW_VERSION_FILTER_EVENTS,
    .state_changed = on_state,
    .process = on_record,
};

static int add_ports(struct pw_filter *filter, enum pw_direction direction, const struct layout *layout, void **ports)
{
    for (size_t i = 0; i < layout->count; i++) {
        const char *channel = layout_channel_name(layout->channels[i]);
        ports[i] = pw_filter_add_port(filter, direction, PW_FILTER_PORT_FLAG_MAP_BUFFERS, sizeof(void *),
                                      pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio", PW_KEY_PORT_NAME,
                                                        channel, PW_KEY_AUDIO_CHANNEL, channel, NULL),
                                      NULL, 0);
        if (!ports[i])
            return errno > 0 ? -errno : -ENOMEM;
    }
    return pw_filter_connect(filter, PW_FILTER_FLAG_RT_PROCESS, NULL, 0);
}

static struct pw_filter *new_filter(struct probe *p, struct connection *connection, const char *name,
                                    const struct pw_filter_events *events, struct spa_hook *hook)
{
    struct pw_filter *filter =
        pw_filter_new(connection->core, name,
                      pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY,
                                        "Filter", PW_KEY_MEDIA_ROLE, "DSP", PW_KEY_NODE_AUTOCONNECT, "false", NULL));
    if (filter)
        pw_filter_add_listener(filter, hook, events, p);
    return filter;
}

int probe_open(struct probe *p, struct pw_loop *loop, struct connection *connection, const struct layout *channels,
               const struct layout *speakers, bool with_player)
{
    memset(p, 0, sizeof *p);
    p->loop = loop;
    p->channels = *channels;
    p->speakers = *speakers;
    p->wake = pw_loop_add_event(loop, on_wake, p);
    if (with_player)
        p->player = new_filter(p, connection, "fascia-phone.player", &player_events, &p->player_hook);
    p->recorder = new_filter(p, connection, "fascia-phone.recorder", &recorder_events, &p->recorder_hook);
    if (!p->wake || (with_player && !p->player) || !p->recorder)
        return -ENOMEM;
    int r = with_player ? add_ports(p->player, PW_DIRECTION_OUTPUT, channels, p->outputs) : 0;
    return r < 0 ? r : add_ports(p->recorder, PW_DIRECTION_INPUT, speakers, p->inputs);
}

int probe_play(struct probe *p, double amplitude)
{
    p->window = measure_window(atomic_load_explicit(&p->rate, memory_order_relaxed));
    if (p->window == 0)
        return -ENOTSUP;
    p->table = calloc(p->window, sizeof *p->table);
    if (!p->table)
        return -ENOMEM;
    measure_make_table(p->table, p->window);
    for (size_t i = 0; i < p->window; i++)
        p->table[i] *= (float)amplitude;
    for (size_t i = 0; i < p->speakers.count; i++) {
        p->windows[i] = calloc(p->window, sizeof *p->windows[i]);
        if (!p->windows[i])
            return -ENOMEM;
    }
    atomic_store_explicit(&p->playing, true, memory_order_release);
    return 0;
}

void probe_record(struct probe *p)
{
    p->recorded = 0;
    atomic_store_explicit(&p->turn, PROBE_RECORDING, memory_order_release);
}

bool probe_recorded(const struct probe *p)
{
    return atomic_load_explicit(&p->turn, memory_order_acquire) == PROBE_RECORDED;
}

void probe_close(struct probe *p)
{
    /* the nodes first: after that no sound thread uses the rest */
    if (p->player)
        pw_filter_destroy(p->player);
    if (p->recorder)
        pw_filter_destroy(p->recorder);
    p->player = p->recorder = NULL;
    if (p->wake)
        pw_loop_destroy_source(p->loop, p->wake);
    p->wake = NULL;
    free(p->table);
    p->table = NULL;
    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++) {
        free(p->windows[i]);
        p->windows[i] = NULL;
    }
}
