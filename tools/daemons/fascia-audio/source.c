/* SPDX-License-Identifier: Apache-2.0 */
/* The network source, and the interface that it listens on. */
#include <errno.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "tools/daemons/fascia-audio/audio.h"

#define LINK      "org.fascia.Link1"
#define LINK_PATH "/org/fascia/Link1"

static bool is_same(const struct network_status *a, const struct network_status *b)
{
    return a->state == b->state && strcmp(a->address, b->address) == 0 && strcmp(a->sender, b->sender) == 0;
}

static void on_status(const struct network_status *status, void *userdata)
{
    struct audio *audio = userdata;
    const bool same = is_same(status, &audio->network_status);

    audio->network_status = *status;
    if (same)
        return;
    service_event(audio->service, FASCIA_EVENT_SOUND_SOURCE, "%s%s%s%s%s%s%s", network_state_name(status->state),
                  status->address[0] != '\0' ? " at " : "", status->address, status->sender[0] != '\0' ? " from " : "",
                  status->sender, status->detail[0] != '\0' ? ": " : "", status->detail);
    audio_bus_network_changed(audio);
    audio_state_publish(audio);
}

/* "Interface" of the properties of the link service; "": it has none. 0 or a negative errno. */
static int read_interface(sd_bus_message *properties, const char **ret_name)
{
    const char *name;

    *ret_name = "";
    int r = sd_bus_message_enter_container(properties, 'a', "{sv}");
    if (r < 0)
        return r;
    while ((r = sd_bus_message_enter_container(properties, 'e', "sv")) > 0) {
        r = sd_bus_message_read(properties, "s", &name);
        if (r < 0)
            return r;
        if (strcmp(name, "Interface") == 0)
            r = sd_bus_message_read(properties, "v", "s", ret_name);
        else
            r = sd_bus_message_skip(properties, "v");
        if (r < 0)
            return r;
        r = sd_bus_message_exit_container(properties);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : sd_bus_message_exit_container(properties);
}

static void on_link(struct bus *bus, sd_bus_message *properties, void *userdata)
{
    struct audio *audio = userdata;
    const char *interface;
    (void)bus;

    if (!properties || !audio->network)
        return; /* fascia-link restarts: its interface stays until it says otherwise */
    int r = read_interface(properties, &interface);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_WARNING, LINK " cannot be read: %s", strerror(-r));
        return;
    }
    if (strcmp(interface, audio->link_interface) == 0)
        return; /* properties change often; this one hardly ever */
    (void)fascia_text_copy(audio->link_interface, sizeof audio->link_interface, interface);
    network_use(audio->network, audio->link_interface);
}

static const char *sink_name(const struct audio_config *config)
{
    return config->network.stream == STREAM_MEDIA ? config->sink_name
                                                  : config->classes[config->network.stream].sink_name;
}

void audio_source_open(struct audio *audio, const char *runtime_dir)
{
    const struct audio_config *config = &audio->service->config.audio;
    const struct audio_network_config *wish = &config->network;
    struct network_options options = {
        .runtime_dir = runtime_dir,
        .node_name = "fascia.network",
        .sink = sink_name(config),
        .interface = wish->interface,
        .port = (uint16_t)wish->port,
        .receiver =
            {
                .payload_type = (unsigned)wish->payload_type,
                .bits = wish->encoding == AUDIO_L24 ? 24 : 16,
                .rate = (uint32_t)wish->rate,
                .buffer_ms = (uint32_t)wish->buffer_ms,
                .buffer_max_ms = (uint32_t)wish->buffer_max_ms,
            },
    };

    if (!wish->enabled)
        return;
    int r = layout_named(wish->layout, &options.channels) == 0 ? 0 : -EINVAL;
    options.receiver.channels = (unsigned)options.channels.count;
    if (r == 0)
        r = network_open(audio->service->loop, &options, on_status, audio, &audio->network);
    if (r == 0 && wish->interface[0] == '\0')
        r = bus_watch(audio->service->bus, LINK, LINK_PATH, LINK, on_link, audio);
    if (r < 0)
        service_event(audio->service, FASCIA_EVENT_SOUND_TROUBLE, "the network source cannot be opened: %s",
                      strerror(-r));
    else
        network_status(audio->network, &audio->network_status);
}

void audio_source_close(struct audio *audio)
{
    network_close(FASCIA_STEAL(audio->network));
}

int audio_source_get(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct audio *audio = userdata;
    struct network_status status;
    (void)error;

    memset(&status, 0, sizeof status);
    if (audio->network)
        network_status(audio->network, &status);
    const struct rtp_receiver_status *r = &status.receiver;
    return sd_bus_reply_method_return(m, "(tttttt)ddd", r->packets, r->lost, r->late, r->concealed_frames, r->underruns,
                                      r->refused, r->buffer_ms, r->jitter_ms, r->drift_ppm);
}
