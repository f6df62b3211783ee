/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fascia-audio/audio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "platform/journal/journal.h"

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

static int make_renderer(struct audio *audio, const struct audio_config *config)
{
    struct render_options options = {
        .buses = STREAM_CLASSES,
        .ceiling_dbtp = config->limiter.ceiling_dbtp,
        .lookahead_ms = config->limiter.lookahead_ms,
        .release_ms = config->limiter.release_ms,
    };

    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        options.inputs[c] = audio->play.sources[c].count;
    return render_new(&options, &audio->render);
}

static const char *sink_name(const struct audio_config *config, unsigned stream)
{
    return stream == STREAM_MEDIA ? config->sink_name : config->classes[stream].sink_name;
}

static void add_role(struct sound_options *options, const char *role, size_t bus)
{
    for (size_t i = 0; i < options->roles_count; i++) {
        if (strcasecmp(options->roles[i].role, role) == 0)
            return; /* the first one has it: what is configured comes first */
    }
    if (options->roles_count < SOUND_ROLES_MAX)
        options->roles[options->roles_count++] = (struct sound_role){role, bus};
}

/* Roles of the configuration; and for the classes that name none, the usual ones that nobody has claimed. */
static void add_roles(const struct audio_config *config, struct sound_options *options)
{
    enum stream_class stream;
    const char *role;

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        for (size_t i = 0; sink_name(config, c)[0] != '\0' && i < config->classes[c].roles_count; i++)
            add_role(options, config->classes[c].roles[i], c);
    }
    for (size_t i = 0; (role = stream_class_role_at(i, &stream)); i++) {
        if (config->classes[stream].roles_count == 0 && sink_name(config, stream)[0] != '\0')
            add_role(options, role, stream);
    }
}

static int open_sound(struct audio *audio, const char *runtime_dir)
{
    static const struct sound_events events = {.status = audio_state_on_sound, .program = audio_play_program};
    const struct audio_config *config = &audio->service->config.audio;
    struct sound_options options = {
        .runtime_dir = runtime_dir,
        .buses_count = STREAM_CLASSES,
        .target = config->sink,
        .fallback = config->fallback_sink,
        .speakers = audio->play.ports,
        .render = audio->render,
    };

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        options.buses[c] = (struct sound_bus){
            .sink_name = sink_name(config, c),
            .description = stream_class_name((enum stream_class)c),
            .channels = audio->play.sources[c],
        };
    }
    add_roles(config, &options);
    return sound_open(audio->service->loop, &options, &events, audio, &audio->sound);
}

void audio_open(struct audio *audio, struct service *service)
{
    const struct fascia_config *config = &service->config;
    char runtime_dir[512], message[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    audio->service = service;
    if (!config->audio.enabled) {
        service_fact(service, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "audio.enabled is false");
        return;
    }
    service_fact(service, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, "connecting to PipeWire");
    fascia_text_init(&text, message, sizeof message);
    if (audio_play_open(audio, &text) < 0) {
        service_fact(service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_LAYOUT, "%s", message);
        return;
    }
    find_runtime_dir(config, runtime_dir, sizeof runtime_dir);
    int r = make_renderer(audio, &config->audio);
    if (r == 0)
        r = audio_focus_open(audio);
    if (r == 0)
        r = open_sound(audio, runtime_dir);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "the sound cannot be set up: %s", strerror(-r));
        service_fact(service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PIPEWIRE,
                     "the client library cannot be set up: %s", strerror(-r));
        return;
    }
    audio_source_open(audio, runtime_dir);
    audio_state_publish(audio);
}

void audio_close(struct audio *audio)
{
    audio_orders_close(audio);
    audio_source_close(audio);
    sound_close(FASCIA_STEAL(audio->sound));
    audio_speaker_close(audio);
    audio_clients_close(audio);
    audio_meter_close(audio);
    audio_focus_close(audio);
    audio_volumes_close(audio);
    render_free(FASCIA_STEAL(audio->render));
    audio_play_close(audio);
}
