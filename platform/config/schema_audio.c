/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/schema.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "audio/audio_setup.h"
#include "audio/layout/layout.h"
#include "platform/config/config.h"
#include "platform/config/walk.h"
#include "stack/base/text.h"

#define AT(member)           CONFIG_AT(fascia_config, audio.member)
#define TEXT(member)         CONFIG_TEXT(fascia_config, audio.member)
#define ARRAY(member)        CONFIG_ARRAY(fascia_config, audio.member)
#define CABIN_AT(member)     CONFIG_AT(audio_speaker_config, member)
#define EQ_AT(member)        CONFIG_AT(tuning_eq, member)
#define EDGE_AT(member)      CONFIG_AT(audio_edge_config, member)
#define RANGE(lowest, above) .number_min = (lowest), .number_max = (above)

#define NETWORK_CHANNELS_MAX 12

static const char *const manages[] = {"adopt", "spawn", NULL};
static const char *const outputs[] = {"speakers", "headphones", NULL};
static const char *const encodings[] = {"L16", "L24", NULL};

static const char *check_channel(const char *value)
{
    enum layout_channel channel;

    return layout_channel_parse(value, &channel) == 0 ? NULL : "a name of audio.position, for instance FL, LFE or TFL";
}

static const char *layout_list(void)
{
    static char names[256];
    struct fascia_text text;

    fascia_text_init(&text, names, sizeof names);
    for (size_t i = 0; i < layout_names(); i++)
        fascia_text_add(&text, "%s%s", i ? ", " : "one of ", layout_name_at(i));
    return names;
}

static const char *check_layout(const char *value)
{
    struct layout layout;

    return layout_named(value, &layout) == 0 ? NULL : layout_list();
}

/* "bs775, bs2127, … or the absolute path of a file" */
static const char *coefficients_list(void)
{
    static char names[128];
    struct fascia_text text;

    fascia_text_init(&text, names, sizeof names);
    for (size_t i = 0; i < coefficients_presets(); i++)
        fascia_text_add(&text, "%s, ", coefficients_preset_at(i));
    fascia_text_add(&text, "or the absolute path of a file");
    return names;
}

static const char *check_coefficients(const char *value)
{
    struct coefficients preset;

    return value[0] == '/' || coefficients_preset(value, &preset) == 0 ? NULL : coefficients_list();
}

static const char *check_printable(const char *value)
{
    for (const char *c = value; *c; c++) {
        if (iscntrl((unsigned char)*c))
            return "a text without control characters";
    }
    return NULL;
}

static const struct tuning_eq eq_initial = {.q = 0.7071};

static const char *eq_rule(const void *element, const char **ret_key)
{
    const struct tuning_eq *eq = element;
    bool has_gain = eq->type == TUNING_PEAK || eq->type == TUNING_LOW_SHELF || eq->type == TUNING_HIGH_SHELF;

    *ret_key = "gain_db";
    return has_gain || eq->gain_db == 0 ? NULL : "is of no use; peak, low-shelf and high-shelf have one";
}

static const struct config_key eq_keys[] = {
    {"type", CONFIG_TYPE_ENUM, EQ_AT(type), .names = tuning_filter_names, .required = true, .help = "kind of filter"},
    {"hz", CONFIG_TYPE_NUMBER, EQ_AT(hz), RANGE(10, 20000), .required = true,
     .help = "centre or corner frequency; below 0.45 times the rate"},
    {"q", CONFIG_TYPE_NUMBER, EQ_AT(q), RANGE(0.1, 20), .help = "quality"},
    {"gain_db", CONFIG_TYPE_NUMBER, EQ_AT(gain_db), RANGE(-24, 24), .help = "of peak and shelves"},
    CONFIG_END,
};

/* NAN stands for "not said": config_settle_audio() turns it into `placed`. */
static const struct audio_speaker_config cabin_initial = {.azimuth_deg = NAN, .elevation_deg = NAN};

static const char *cabin_rule(const void *element, const char **ret_key)
{
    const struct audio_speaker_config *speaker = element;

    *ret_key = "elevation_deg";
    return isnan(speaker->azimuth_deg) && !isnan(speaker->elevation_deg) ? "is of no use without azimuth_deg" : NULL;
}

static const struct config_key cabin_keys[] = {
    {"channel", CONFIG_TYPE_STRING, CONFIG_TEXT(audio_speaker_config, channel), .min = 1, .check = check_channel,
     .required = true, .identity = true, .help = "of the real sink"},
    {"plays", CONFIG_TYPE_STRING, CONFIG_TEXT(audio_speaker_config, plays), .min = 1, .check = check_channel,
     .help = "the channel that it stands for; left out: the one of its name, or the nearest to its angles"},
    {"azimuth_deg", CONFIG_TYPE_NUMBER, CABIN_AT(azimuth_deg), RANGE(-180, 180),
     .help = "seen from the listener, positive to the left; left out: the usual place"},
    {"elevation_deg", CONFIG_TYPE_NUMBER, CABIN_AT(elevation_deg), RANGE(-90, 90),
     .help = "positive up; left out: 0 with azimuth_deg, else the usual place"},
    {"distance_m", CONFIG_TYPE_NUMBER, CABIN_AT(distance_m), RANGE(0, 20),
     .help = "from the listener, for the delays; 0: not known"},
    {"low_hz", CONFIG_TYPE_NUMBER, CABIN_AT(low_hz), RANGE(0, 10000), .help = "lower edge of its band; 0: full range"},
    {"gain_db", CONFIG_TYPE_NUMBER, CABIN_AT(gain_db), RANGE(-60, 12), .help = "of this speaker"},
    {"delay_ms", CONFIG_TYPE_NUMBER, CABIN_AT(delay_ms), RANGE(0, TUNING_DELAY_MS),
     .help = "besides what distance_m gives"},
    {"invert", CONFIG_TYPE_BOOL, CABIN_AT(invert), .help = "it is wired the other way round"},
    {"eq", CONFIG_TYPE_LIST, CONFIG_ARRAY(audio_speaker_config, eq), .min = 0, .max = TUNING_FILTERS_MAX,
     .keys = eq_keys, .initial = &eq_initial, .rule = eq_rule, .help = "filters of this speaker"},
    CONFIG_END,
};

static const struct audio_rule_config rule_initial = {.min_speakers = -1};

static const struct config_key policy_keys[] = {
    {"mode", CONFIG_TYPE_ENUM, CONFIG_AT(audio_rule_config, mode), .names = decide_mode_names, .required = true,
     .identity = true, .help = "way to render"},
    {"min_speakers", CONFIG_TYPE_INT, CONFIG_AT(audio_rule_config, min_speakers), .min = 0, .max = AUDIO_SPEAKERS_MAX,
     .help = "full-range speakers that it wants; left out: what the mode itself needs"},
    CONFIG_END,
};

#define MAKEUP(word, mode)                                                                                             \
    {                                                                                                                  \
        word, CONFIG_TYPE_NUMBER, AT(spatial.makeup_db[mode]), RANGE(-12, 12), .help = "added in this mode"            \
    }

static const struct config_key makeup_keys[] = {
    MAKEUP("discrete", DECIDE_DISCRETE), MAKEUP("partial", DECIDE_PARTIAL),
    MAKEUP("quad", DECIDE_QUAD),         MAKEUP("virtual", DECIDE_VIRTUAL),
    MAKEUP("stereo", DECIDE_STEREO),     MAKEUP("ltrt", DECIDE_LTRT),
    MAKEUP("mono", DECIDE_MONO),         CONFIG_END,
};

static const struct config_key spatial_keys[] = {
    {"min_speakers", CONFIG_TYPE_INT, AT(spatial.min_speakers), .min = 1, .max = AUDIO_SPEAKERS_MAX,
     .help = "full-range speakers from which on a multichannel programme counts as spatial"},
    {"policy", CONFIG_TYPE_LIST, ARRAY(spatial.policy), .min = 1, .max = DECIDE_MODES_, .keys = policy_keys,
     .initial = &rule_initial, .help = "ways to render, tried in this order"},
    {"coefficients", CONFIG_TYPE_STRING, TEXT(spatial.coefficients), .min = 1, .check = check_coefficients,
     .help = "of the fold-down: bs775, bs2127, android, pipewire, or the path of a file"},
    {"dialogue_db", CONFIG_TYPE_NUMBER, AT(spatial.dialogue_db), RANGE(-12, 12),
     .help = "added to the centre channel wherever it goes"},
    {"lfe_db", CONFIG_TYPE_NUMBER, AT(spatial.lfe_db), RANGE(-24, 12), .help = "added to the LFE wherever it goes"},
    {"makeup_db", CONFIG_SECTION(makeup_keys), .help = "so that the modes are equally loud"},
    {"crosstalk", CONFIG_TYPE_BOOL, AT(spatial.crosstalk),
     .help = "virtual is allowed on two loudspeakers; one seat only"},
    {"upmix", CONFIG_TYPE_BOOL, AT(spatial.upmix), .help = "surround speakers play along with a stereo programme"},
    {"hrtf", CONFIG_TYPE_PATH, TEXT(spatial.hrtf), .min = 1,
     .help = "SOFA file for virtual; left out: the library's own dummy head"},
    CONFIG_END,
};

static const struct config_key limiter_keys[] = {
    {"ceiling_dbtp", CONFIG_TYPE_NUMBER, AT(limiter.ceiling_dbtp), RANGE(-20, 0),
     .help = "true peak that no speaker exceeds"},
    {"lookahead_ms", CONFIG_TYPE_NUMBER, AT(limiter.lookahead_ms), RANGE(0.5, 10), .help = "which is its latency, too"},
    {"release_ms", CONFIG_TYPE_NUMBER, AT(limiter.release_ms), RANGE(10, 2000), .help = "time constant of its release"},
    CONFIG_END,
};

#define CLASS_VOLUME(class, lowest)                                                                                    \
    {                                                                                                                  \
        "volume_db", CONFIG_TYPE_NUMBER, AT(classes[class].volume_db), RANGE(lowest, FOCUS_VOLUME_MAX),                \
            .help = "until somebody sets another"                                                                      \
    }
#define CLASS_ROLES(class)                                                                                             \
    {                                                                                                                  \
        "roles", CONFIG_TYPE_STRINGS, ARRAY(classes[class].roles),                                                     \
            .min = 0, .max = AUDIO_ROLES_MAX, .distinct = true, .check = check_printable,                              \
            .help = "values of media.role that belong to it; empty: the usual ones"                                    \
    }
#define CLASS_KEYS(class, lowest)                                                                                      \
    (const struct config_key[])                                                                                        \
    {                                                                                                                  \
        {"sink_name", CONFIG_TYPE_STRING,       TEXT(classes[class].sink_name),                                        \
         .min = 0,    .check = check_printable, .help = "node.name of its sink; empty: it has none"},                  \
            {"layout", CONFIG_TYPE_STRING,    TEXT(classes[class].layout),                                             \
             .min = 1, .check = check_layout, .help = "of that sink"},                                                 \
            CLASS_VOLUME(class, lowest), CLASS_ROLES(class), CONFIG_END,                                               \
    }

static const struct config_key media_keys[] = {CLASS_VOLUME(STREAM_MEDIA, FOCUS_SILENCE_DB), CLASS_ROLES(STREAM_MEDIA),
                                               CONFIG_END};

static const struct config_key classes_keys[] = {
    {"media", CONFIG_SECTION(media_keys), .help = "the programme; its sink is sink_name, with the layout source"},
    {"navigation", CONFIG_SECTION(CLASS_KEYS(STREAM_NAVIGATION, FOCUS_SILENCE_DB)), .help = "prompts of the way"},
    {"assistant", CONFIG_SECTION(CLASS_KEYS(STREAM_ASSISTANT, FOCUS_SILENCE_DB)), .help = "the voice assistant"},
    {"telephony", CONFIG_SECTION(CLASS_KEYS(STREAM_TELEPHONY, FOCUS_SILENCE_DB)), .help = "calls"},
    {"ringtone", CONFIG_SECTION(CLASS_KEYS(STREAM_RINGTONE, FOCUS_SILENCE_DB)), .help = "a call that comes in"},
    {"alert", CONFIG_SECTION(CLASS_KEYS(STREAM_ALERT, FOCUS_SILENCE_DB)), .help = "notifications"},
    {"safety", CONFIG_SECTION(CLASS_KEYS(STREAM_SAFETY, FOCUS_SAFETY_MIN)),
     .help = "warnings of the vehicle; never ducked"},
    CONFIG_END,
};

static const struct audio_edge_config edge_initial = {.attack_ms = -1, .hold_ms = -1, .release_ms = -1};

static const char *edge_rule(const void *element, const char **ret_key)
{
    const struct audio_edge_config *edge = element;
    bool gives_way = edge->interaction == FOCUS_EXCLUSIVE || edge->target_db < 0;

    *ret_key = "holder";
    if (edge->holder == STREAM_SAFETY && gives_way)
        return "is safety, which gives way to nobody; allowed is no cell of it that makes it quieter";
    *ret_key = "requester";
    if (edge->requester == STREAM_SAFETY && edge->interaction == FOCUS_REJECT)
        return "is safety, which nobody rejects; allowed are concurrent and exclusive";
    *ret_key = "target_db";
    return edge->interaction != FOCUS_CONCURRENT && edge->target_db < 0
               ? "is of no use; only interaction: concurrent has one"
               : NULL;
}

static const struct config_key edge_keys[] = {
    {"holder", CONFIG_TYPE_ENUM, EDGE_AT(holder), .names = stream_class_names, .required = true, .identity = true,
     .help = "class that sounds already"},
    {"requester", CONFIG_TYPE_ENUM, EDGE_AT(requester), .names = stream_class_names, .required = true, .identity = true,
     .help = "class that begins"},
    {"interaction", CONFIG_TYPE_ENUM, EDGE_AT(interaction), .names = focus_interaction_names, .required = true,
     .help = "concurrent: both are heard; exclusive: the holder is silent; reject: the requester is"},
    {"target_db", CONFIG_TYPE_NUMBER, EDGE_AT(target_db), RANGE(-120, 0),
     .help = "of the holder meanwhile; 0: not ducked"},
    {"attack_ms", CONFIG_TYPE_INT, EDGE_AT(attack_ms), .min = 0, .max = 10000,
     .help = "to the target; left out: the usual time of these classes"},
    {"hold_ms", CONFIG_TYPE_INT, EDGE_AT(hold_ms), .min = 0, .max = 60000,
     .help = "after the last sound of who has its way; left out: the usual time"},
    {"release_ms", CONFIG_TYPE_INT, EDGE_AT(release_ms), .min = 0, .max = 60000,
     .help = "back again; left out: the usual time"},
    CONFIG_END,
};

static const struct config_key network_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(network.enabled), .help = "whether a programme may come by RTP"},
    {"interface", CONFIG_TYPE_STRING, TEXT(network.interface), .min = 1, .check = config_check_interface,
     .help = "that it comes in by; left out: the one of the access point"},
    {"port", CONFIG_TYPE_INT, AT(network.port), .min = 1, .max = 65535, .help = "UDP port"},
    {"payload_type", CONFIG_TYPE_INT, AT(network.payload_type), .min = 0, .max = 127, .help = "of RTP"},
    {"encoding", CONFIG_TYPE_ENUM, AT(network.encoding), .names = encodings, .help = "16 or 24 bit, linear"},
    {"rate", CONFIG_TYPE_INT, AT(network.rate), .min = 8000, .max = 192000, .help = "Hz"},
    {"layout", CONFIG_TYPE_STRING, TEXT(network.layout), .min = 1, .check = check_layout,
     .help = "of the stream, 12 channels at most"},
    {"class", CONFIG_TYPE_ENUM, AT(network.stream), .names = stream_class_names, .help = "that it belongs to"},
    {"buffer_ms", CONFIG_TYPE_INT, AT(network.buffer_ms), .min = 5, .max = 1000, .help = "that is aimed at"},
    {"buffer_max_ms", CONFIG_TYPE_INT, AT(network.buffer_max_ms), .min = 5, .max = 2000,
     .help = "above it, what is oldest is dropped"},
    CONFIG_END,
};

static const struct config_key pipewire_keys[] = {
    {"manage", CONFIG_TYPE_ENUM, AT(pipewire.manage), .names = manages,
     .help = "adopt: connect to the running one; spawn: fasciad runs it"},
    {"program", CONFIG_TYPE_PROGRAM, TEXT(pipewire.program), .min = 1, .help = "pipewire's name or path"},
    {"config", CONFIG_TYPE_PATH, TEXT(pipewire.config), .min = 1, .help = "its configuration, for spawn"},
    {"runtime_dir", CONFIG_TYPE_PATH, TEXT(pipewire.runtime_dir), .min = 1,
     .help = "folder of its socket; left out: XDG_RUNTIME_DIR, or runtime_dir/audio for spawn"},
    CONFIG_END,
};

const struct config_key config_audio_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(enabled), .help = "whether sound is managed"},
    {"source", CONFIG_TYPE_STRING, TEXT(source), .min = 1, .check = check_layout,
     .help = "layout of the projection sink"},
    {"layout", CONFIG_TYPE_STRING, TEXT(layout), .min = 1,
     .help = "of the real sink, when `speakers` is empty: auto (what it has), or the name of a preset"},
    {"speakers", CONFIG_TYPE_STRINGS, ARRAY(speakers), .min = 0, .max = AUDIO_SPEAKERS_MAX, .distinct = true,
     .check = check_channel, .help = "channels of the real sink, in its order"},
    {"output", CONFIG_TYPE_ENUM, AT(output), .names = outputs, .help = "what the real sink leads to"},
    {"cabin", CONFIG_TYPE_LIST, ARRAY(cabin), .min = 0, .max = AUDIO_SPEAKERS_MAX, .keys = cabin_keys,
     .initial = &cabin_initial, .rule = cabin_rule, .help = "what is known of single speakers"},
    {"spatial", CONFIG_SECTION(spatial_keys), .help = "how a programme is rendered"},
    {"lfe", CONFIG_TYPE_ENUM, AT(lfe), .names = decide_lfe_names, .help = "what a fold-down does with the LFE channel"},
    {"limiter", CONFIG_SECTION(limiter_keys), .help = "behind everything"},
    {"classes", CONFIG_SECTION(classes_keys), .help = "classes of streams"},
    {"interactions", CONFIG_TYPE_LIST, ARRAY(interactions), .min = 0, .max = AUDIO_EDGES_MAX, .keys = edge_keys,
     .initial = &edge_initial, .rule = edge_rule, .help = "cells of the table of who gives way that are to be others"},
    {"network", CONFIG_SECTION(network_keys), .help = "a programme that comes by RTP"},
    {"sink", CONFIG_TYPE_STRING, TEXT(sink), .min = 1,
     .help = "node.name of the real sink; left out: the one of highest priority"},
    {"fallback_sink", CONFIG_TYPE_STRING, TEXT(fallback_sink), .min = 1,
     .help = "node.name of the sink to use while `sink` is not there; left out: of the others, the one of highest "
             "priority"},
    {"sink_name", CONFIG_TYPE_STRING, TEXT(sink_name), .min = 1, .help = "node.name of the projection sink"},
    {"store", CONFIG_TYPE_PATH, TEXT(store), .min = 1, .or_none = true,
     .help = "file of the volumes that somebody has set; none: they are not kept"},
    {"pipewire", CONFIG_SECTION(pipewire_keys), .help = "the sound server"},
    CONFIG_END,
};

static int broken(const struct walk *w, const char *key, const char *what)
{
    yaml_mark_t mark = walk_mark(w, key);

    return walk_invalid(w, &mark, key, "%s", what);
}

/* A message of audio_setup_…() begins with the key: "audio.cabin: …". */
static int not_possible(const struct walk *w, const struct fascia_text *message)
{
    char key[CONFIG_KEY_PATH_SIZE] = "audio";
    const char *colon = strstr(message->start, ": ");

    if (!colon || (size_t)(colon - message->start) >= sizeof key)
        return broken(w, key, message->start);
    memcpy(key, message->start, (size_t)(colon - message->start));
    key[colon - message->start] = '\0';
    return broken(w, key, colon + 2);
}

/* Whether there can be such a cabin: only where the sink's channels are said. */
static int check_cabin(const struct walk *w, const struct audio_config *audio, struct fascia_text *message)
{
    struct speakers speakers;
    struct tuning tuning;
    struct layout ports;

    if (audio_setup_ports(audio, &ports, message) != 0)
        return not_possible(w, message);
    if (ports.count == 0)
        return 0;
    if (audio_setup_speakers(audio, &ports, &speakers, message) != 0 ||
        audio_setup_tuning(audio, &speakers, &tuning, message) != 0)
        return not_possible(w, message);
    return 0;
}

/* What the rooms of the sound make of it. A file of weights is read by those who use it: any will do here. */
static int check_setup(const struct walk *w, struct audio_config *audio)
{
    struct decide_policy policy;
    struct fascia_text text;
    char message[320];

    fascia_text_init(&text, message, sizeof message);
    (void)coefficients_preset("bs775", &audio->spatial.weights);
    int r = check_cabin(w, audio, &text);
    if (r == 0 && audio_setup_policy(audio, &policy, &text) != 0)
        r = not_possible(w, &text);
    return r;
}

static int check_network(const struct walk *w, const struct audio_network_config *network)
{
    struct layout channels;

    if (layout_named(network->layout, &channels) != 0 || channels.count > NETWORK_CHANNELS_MAX)
        return broken(w, "audio.network.layout", "has too many channels; allowed are 12 at most");
    if (network->buffer_max_ms < network->buffer_ms)
        return broken(w, "audio.network.buffer_max_ms", "is below audio.network.buffer_ms");
    return 0;
}

/* Of ours: which class has a sink of this name, or STREAM_CLASSES. Media's is the projection sink. */
static size_t class_with_sink(const struct audio_config *audio, const char *name, size_t before)
{
    size_t i = 0;

    while (i < before && strcmp(i == STREAM_MEDIA ? audio->sink_name : audio->classes[i].sink_name, name) != 0)
        i++;
    return i < before ? i : STREAM_CLASSES;
}

static int check_sinks(const struct walk *w, const struct audio_config *audio)
{
    char key[CONFIG_KEY_PATH_SIZE];

    for (size_t i = STREAM_MEDIA + 1; i < STREAM_CLASSES; i++) {
        const char *name = audio->classes[i].sink_name;
        if (name[0] == '\0' || class_with_sink(audio, name, i) == STREAM_CLASSES)
            continue;
        (void)snprintf(key, sizeof key, "audio.classes.%s.sink_name", stream_class_names[i]);
        return broken(w, key, "is the name of another sink, too; allowed is each once");
    }
    if (audio->sink[0] != '\0' && class_with_sink(audio, audio->sink, STREAM_CLASSES) != STREAM_CLASSES)
        return broken(w, "audio.sink", "is one of our own sinks; allowed is a real one");
    if (audio->fallback_sink[0] != '\0' &&
        class_with_sink(audio, audio->fallback_sink, STREAM_CLASSES) != STREAM_CLASSES)
        return broken(w, "audio.fallback_sink", "is one of our own sinks; allowed is a real one");
    return 0;
}

int walk_check_audio(const struct walk *w, const struct audio_config *audio)
{
    if (audio->pipewire.manage == AUDIO_MANAGE_SPAWN && audio->pipewire.config[0] == '\0')
        return broken(w, "audio.pipewire.config", "is missing; manage: spawn needs PipeWire's configuration");
    struct audio_config settled = *audio;
    config_settle_audio(&settled);
    int r = check_setup(w, &settled);
    if (r == 0)
        r = check_sinks(w, audio);
    return r == 0 ? check_network(w, &audio->network) : r;
}

void config_settle_audio(struct audio_config *audio)
{
    for (size_t i = 0; i < audio->cabin_count; i++) {
        struct audio_speaker_config *speaker = &audio->cabin[i];
        speaker->placed = !isnan(speaker->azimuth_deg);
        speaker->azimuth_deg = speaker->placed ? speaker->azimuth_deg : 0;
        speaker->elevation_deg = isnan(speaker->elevation_deg) ? 0 : speaker->elevation_deg;
    }
}
