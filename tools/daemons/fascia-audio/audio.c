/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fascia-audio/audio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/journal/journal.h"

static void add_lost(const struct audio *audio, struct fascia_text *text)
{
    if (audio->decision.lost.count == 0)
        return;
    fascia_text_add(text, ", left out: ");
    layout_format(&audio->decision.lost, text);
}

/* "stereo on alsa_output.pci…, 48000 Hz, left out: LFE" or "stereo on hdmi, 48000 Hz, in place of alsa_output.pci…" */
static void describe(const struct audio *audio, const struct sound_status *status, struct fascia_text *text)
{
    fascia_text_add(text, "%s on %s, %u Hz", decide_mode_name(audio->decision.mode), status->target,
                    (unsigned)status->rate);
    if (status->detail[0] != '\0')
        fascia_text_add(text, ", %s", status->detail);
    add_lost(audio, text);
}

static void on_status(const struct sound_status *status, void *userdata)
{
    struct audio *audio = userdata;
    char description[FASCIA_DETAIL_SIZE];
    struct fascia_text text;
    const struct sound_fact fact = sound_state_fact(status->state);
    const bool playing = sound_state_is_audible(status->state);

    fascia_text_init(&text, description, sizeof description);
    describe(audio, status, &text);
    service_fact(audio->service, fact.state, fact.reason, "%s", playing ? description : status->detail);
    if (playing && !audio->playing)
        service_event(audio->service, FASCIA_EVENT_SOUND_READY, "%s", description);
    else if (!playing && audio->playing)
        service_event(audio->service, FASCIA_EVENT_SOUND_LOST, "%s%s%s", sound_state_name(status->state),
                      status->detail[0] != '\0' ? ": " : "", status->detail);
    audio->playing = playing;
    audio_bus_sound_changed(audio);
}

int audio_ladder_step(const char *step, void *userdata)
{
    struct audio *audio = userdata;
    enum target_step target_step = TARGET_STEP_PREFERRED;

    int r = target_step_parse(step, &target_step);
    if (r < 0)
        return r;
    if (audio->sound) /* where there is none, nothing is played in any step */
        sound_set_step(audio->sound, target_step);
    return 0;
}

/* The layouts of what comes in, the policy, and what is known of the speakers before there is a sink. */
static int set_up(struct audio *audio, const struct audio_config *config, struct fascia_text *message)
{
    struct speakers speakers;

    int r = audio_setup_source(config, &audio->sources[STREAM_MEDIA], message);
    if (r == 0)
        r = audio_setup_policy(config, NULL, &audio->policy, message);
    if (r == 0)
        r = audio_setup_ports(config, &audio->ports, message);
    for (unsigned c = STREAM_MEDIA + 1; r == 0 && c < STREAM_CLASSES; c++) {
        if (layout_named(config->classes[c].layout, &audio->sources[c]) != 0)
            (void)layout_named("stereo", &audio->sources[c]);
    }
    if (r < 0 || audio->ports.count == 0)
        return r;
    r = audio_setup_speakers(config, &audio->ports, &speakers, message);
    if (r == 0)
        audio_play_decide(audio, &speakers);
    return r;
}

static bool make_decision(struct audio *audio, const struct audio_config *config)
{
    char message[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, message, sizeof message);
    if (set_up(audio, config, &text) < 0) {
        service_fact(audio->service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_LAYOUT, "%s", message);
        return false;
    }
    if (audio->speakers.count == 0)
        return true;
    fascia_text_add(&text, "%s: %s, at most %+.1f dB", decide_mode_name(audio->decision.mode), audio->decision.reason,
                    audio->decision.worst_gain_db);
    add_lost(audio, &text);
    service_event(audio->service, FASCIA_EVENT_SOUND_MODE, "%s", message);
    if (audio->decision.mode == DECIDE_REFUSE) {
        service_fact(audio->service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SOUND_REFUSED, "%s", audio->decision.reason);
        return false;
    }
    return true;
}

static int make_renderer(struct audio *audio, const struct audio_config *config)
{
    struct render_options options = {
        .buses = STREAM_CLASSES,
        .ceiling_dbtp = config->limiter.ceiling_dbtp,
        .lookahead_ms = config->limiter.lookahead_ms,
        .release_ms = config->limiter.release_ms,
    };

    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        options.inputs[c] = audio->sources[c].count;
    return render_new(&options, &audio->render);
}

static int open_sound(struct audio *audio, const char *runtime_dir)
{
    static const struct sound_events events = {.status = on_status, .program = audio_play_program};
    const struct audio_config *config = &audio->service->config.audio;
    struct sound_options options = {
        .runtime_dir = runtime_dir,
        .buses_count = STREAM_CLASSES,
        .target = config->sink,
        .fallback = config->fallback_sink,
        .speakers = audio->ports,
        .render = audio->render,
    };

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        options.buses[c] = (struct sound_bus){
            .sink_name = c == STREAM_MEDIA ? config->sink_name : config->classes[c].sink_name,
            .description = stream_class_name((enum stream_class)c),
            .channels = audio->sources[c],
        };
    }
    return sound_open(audio->service->loop, &options, &events, audio, &audio->sound);
}

/* The folder of PipeWire's socket; "" leaves it to the environment. */
static void find_runtime_dir(const struct fascia_config *config, char *dir, size_t size)
{
    const bool environment = getenv("PIPEWIRE_RUNTIME_DIR") || getenv("XDG_RUNTIME_DIR");

    if (config->audio.pipewire.runtime_dir[0] != '\0')
        (void)snprintf(dir, size, "%s", config->audio.pipewire.runtime_dir);
    else if (config->audio.pipewire.manage == AUDIO_MANAGE_SPAWN || !environment)
        (void)snprintf(dir, size, "%s/audio", config->runtime_dir);
    else
        dir[0] = '\0';
}

void audio_open(struct audio *audio, struct service *service)
{
    const struct fascia_config *config = &service->config;
    char runtime_dir[512];

    audio->service = service;
    if (!config->audio.enabled) {
        service_fact(service, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "audio.enabled is false");
        return;
    }
    service_fact(service, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, "connecting to PipeWire");
    if (!make_decision(audio, &config->audio))
        return;

    find_runtime_dir(config, runtime_dir, sizeof runtime_dir);
    int r = make_renderer(audio, &config->audio);
    if (r == 0)
        r = open_sound(audio, runtime_dir);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "the sound cannot be set up: %s", strerror(-r));
        service_fact(service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PIPEWIRE,
                     "the client library cannot be set up: %s", strerror(-r));
    }
}

void audio_close(struct audio *audio)
{
    sound_close(FASCIA_STEAL(audio->sound));
    render_free(FASCIA_STEAL(audio->render));
}
