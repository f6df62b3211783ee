/* SPDX-License-Identifier: Apache-2.0 */
/* Who sounds, by the levels of the buses; and what follows from it, as gains of the buses. */
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-audio/audio.h"

#define LOOK_US  50000  /* while it matters who sounds */
#define IDLE_US  500000 /* while only the media play: nobody gives way to them */
#define NEVER_US INT64_MAX

void audio_focus_apply(struct audio *audio)
{
    enum stream_class stream;
    struct focus_gain gain;
    bool changed = false;

    while (focus_take(&audio->focus, &stream, &gain)) {
        render_set_gain(audio->render, stream, gain.target_db, gain.ms);
        changed = true;
    }
    if (changed)
        audio_bus_classes_changed(audio);
}

static bool is_linked(const struct audio *audio, unsigned stream)
{
    return audio->sound && sound_status(audio->sound)->streams[stream] > 0;
}

/* When to look again; NEVER_US: when something wakes us. */
static int64_t pause_us(const struct audio *audio, int64_t now_us)
{
    const int64_t due_us = focus_due(&audio->focus);
    int64_t pause = NEVER_US;

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (is_linked(audio, c) || audio->sounding[c].sounds)
            pause = c == STREAM_MEDIA && pause > IDLE_US ? IDLE_US : LOOK_US;
    }
    if (audio_meter_is_wanted(audio))
        pause = LOOK_US;
    if (due_us != INT64_MAX && due_us - now_us < pause)
        pause = due_us > now_us ? due_us - now_us : 0;
    return pause;
}

static void look_at_streams(struct audio *audio, const struct render_levels *levels, int64_t now_us)
{
    bool changed = false;

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        const enum stream_class stream = (enum stream_class)c;
        const bool before = focus_is_sounding(&audio->focus, stream);

        focus_sounds(&audio->focus, stream,
                     sounding_turn(&audio->sounding[c], stream, is_linked(audio, c), levels->bus_in[c].peak, now_us),
                     now_us);
        changed = changed || before != focus_is_sounding(&audio->focus, stream);
    }
    if (now_us >= focus_due(&audio->focus))
        focus_turn(&audio->focus, now_us);
    if (changed)
        audio_bus_classes_changed(audio);
    audio_focus_apply(audio);
}

static void look_at_latency(struct audio *audio)
{
    const uint32_t latency = render_latency(audio->render);

    if (latency == audio->latency_frames)
        return;
    audio->latency_frames = latency;
    audio_bus_latency_changed(audio);
}

static void arm(struct audio *audio, int64_t now_us)
{
    const int64_t pause = pause_us(audio, now_us);

    audio->look_due_us = pause != NEVER_US ? now_us + pause : NEVER_US;
    if (pause == NEVER_US)
        (void)loop_timer_disarm(audio->look);
    else
        (void)loop_timer_arm(audio->look, pause);
}

void audio_focus_look(struct audio *audio)
{
    const int64_t now_us = loop_now_us();
    struct render_levels levels;

    render_levels(audio->render, &levels);
    audio_meter_feed(audio, &levels);
    look_at_streams(audio, &levels, now_us);
    look_at_latency(audio);
    render_collect(audio->render);
    arm(audio, now_us);
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    audio_focus_look(userdata);
    return 0;
}

void audio_focus_wake(struct audio *audio)
{
    const int64_t now_us = loop_now_us();

    if (!audio->look)
        return;
    /* Soon, but not at once: what has been changed reaches the sound thread within a cycle or two. */
    if (audio->look_due_us - now_us > LOOK_US) {
        audio->look_due_us = now_us + LOOK_US;
        (void)loop_timer_arm(audio->look, LOOK_US);
    }
}

int audio_focus_open(struct audio *audio)
{
    const struct audio_config *config = &audio->service->config.audio;
    double volume_db[STREAM_CLASSES];
    struct focus_table table;

    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        volume_db[c] = config->classes[c].volume_db;
    audio_volumes_open(audio, volume_db);
    audio_setup_focus(config, &table);
    focus_init(&audio->focus, &table, volume_db);
    audio->look_due_us = NEVER_US;
    int r = loop_timer_new(audio->service->loop, on_look, audio, &audio->look);
    if (r < 0)
        return r;
    audio_focus_apply(audio);
    return 0;
}

void audio_focus_close(struct audio *audio)
{
    audio->look = loop_source_free(audio->look);
}
