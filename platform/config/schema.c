/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/schema.h"

#include <string.h>

#include "platform/config/config.h"
#include "stack/address/table.h"

#define AT(member)     CONFIG_AT(fascia_config, member)
#define TEXT(member)   CONFIG_TEXT(fascia_config, member)
#define SECTION(table) CONFIG_SECTION(table)
#define END            CONFIG_END

static const char *check_iid(const char *value)
{
    enum address_iid_policy policy;
    struct address_iid iid;

    if (address_iid_policy_parse(value, &policy, &iid) == 0)
        return NULL;
    return "eui64, stable, or 16 hexadecimal digits that are neither all zero nor reserved (RFC 5453)";
}

static const char *check_bus(const char *value)
{
    if (strcmp(value, "system") == 0 || strcmp(value, "session") == 0 || strncmp(value, "unix:", 5) == 0)
        return NULL;
    return "system, session, or a unix: address";
}

static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const audio_manages[] = {"adopt", "spawn", NULL};
static const char *const nds[] = {"none", "answer", "kernel", NULL};
static const char *const sources[] = {"5.1", NULL};
static const char *const lfes[] = {"minus6", "drop", NULL};
static const char *const speakers[] = {"MONO", "FL", "FR", "FC", "LFE", "SL", "SR", "RL", "RR", NULL};

static const struct config_key address_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(address.enabled), .help = "whether addresses are managed"},
    {"nd", CONFIG_TYPE_ENUM, AT(address.nd), .names = nds,
     .help = "none: no ND, DAD or MLD packet ever; answer: peers' solicitations are answered; kernel: hands off"},
    {"own_iid", CONFIG_TYPE_STRING, TEXT(address.own_iid), .min = 5, .max = 16, .check = check_iid,
     .help = "our interface identifier"},
    {"key_file", CONFIG_TYPE_PATH, TEXT(address.key_file), .min = 2,
     .help = "secret of own_iid: stable; made when it is not there"},
    {"max_peers", CONFIG_TYPE_INT, AT(address.max_peers), .min = 1, .max = ADDRESS_PEERS_MAX,
     .help = "peers at once, of all interfaces"},
    END,
};

static const struct config_key pipewire_keys[] = {
    {"manage", CONFIG_TYPE_ENUM, AT(audio.pipewire.manage), .names = audio_manages,
     .help = "adopt: connect to the running one; spawn: fasciad runs it"},
    {"program", CONFIG_TYPE_PROGRAM, TEXT(audio.pipewire.program), .min = 1, .help = "pipewire's name or path"},
    {"config", CONFIG_TYPE_PATH, TEXT(audio.pipewire.config), .min = 1, .help = "its configuration, for spawn"},
    {"runtime_dir", CONFIG_TYPE_PATH, TEXT(audio.pipewire.runtime_dir), .min = 1,
     .help = "folder of its socket; left out: XDG_RUNTIME_DIR, or runtime_dir/audio for spawn"},
    END,
};

static const struct config_key audio_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(audio.enabled), .help = "whether sound is managed"},
    {"source", CONFIG_TYPE_ENUM, AT(audio.source), .names = sources, .help = "layout of the projection sink"},
    {"speakers", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(fascia_config, audio.speakers), .min = 1, .max = AUDIO_SPEAKERS_MAX,
     .names = speakers, .help = "channels of the real sink, in its order"},
    {"sink", CONFIG_TYPE_STRING, TEXT(audio.sink), .min = 1,
     .help = "node.name of the real sink; left out: the one of highest priority"},
    {"fallback_sink", CONFIG_TYPE_STRING, TEXT(audio.fallback_sink), .min = 1,
     .help = "node.name of the sink to use while `sink` is not there; left out: of the others, the one of highest "
             "priority"},
    {"sink_name", CONFIG_TYPE_STRING, TEXT(audio.sink_name), .min = 1, .help = "node.name of the projection sink"},
    {"lfe", CONFIG_TYPE_ENUM, AT(audio.lfe), .names = lfes, .help = "what a fold-down does with the LFE channel"},
    {"pipewire", SECTION(pipewire_keys), .help = "the sound server"},
    END,
};

const struct config_key config_schema[] = {
    {"bus", CONFIG_TYPE_STRING, TEXT(bus), .min = 1, .check = check_bus, .help = "D-Bus to publish on"},
    {"runtime_dir", CONFIG_TYPE_PATH, TEXT(runtime_dir), .min = 2, .max = 64,
     .help = "private folders of the services are made below it"},
    {"profile", CONFIG_TYPE_STRING, TEXT(profile), .min = 1, .help = "requirement profile of the report"},
    {"log_level", CONFIG_TYPE_ENUM, AT(log_level), .names = log_levels, .help = "most verbose level shown"},
    {"link", SECTION(config_link_keys), .help = "the Wi-Fi link"},
    {"address", SECTION(address_keys), .help = "IPv6 link-local addresses without Neighbor Discovery"},
    {"audio", SECTION(audio_keys), .help = "the projection sink and the speakers"},
    {"aware", SECTION(config_aware_keys), .help = "Wi-Fi Aware"},
    {"supervisor", SECTION(config_supervisor_keys), .help = "how fasciad treats its processes"},
    END,
};
