/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/schema.h"

#include <ctype.h>
#include <string.h>

#include "platform/config/config.h"
#include "stack/base/text.h"

#define AT(member)     CONFIG_AT(fascia_config, member)
#define TEXT(member)   CONFIG_TEXT(fascia_config, member)
#define SECTION(table) CONFIG_SECTION(table)
#define END            CONFIG_END

static const char *check_country(const char *value)
{
    return isupper((unsigned char)value[0]) && isupper((unsigned char)value[1])
               ? NULL
               : "an ISO 3166-1 alpha-2 code in capitals, for instance DE";
}

static const char *check_iid(const char *value)
{
    uint8_t iid[8];

    if (strcmp(value, "eui64") == 0)
        return NULL;
    if (fascia_text_to_bytes(value, iid, sizeof iid) == 0 && memcmp(iid, (uint8_t[8]){0}, sizeof iid) != 0)
        return NULL;
    return "eui64, or 16 hexadecimal digits that are not all zero";
}

static const char *check_bus(const char *value)
{
    if (strcmp(value, "system") == 0 || strcmp(value, "session") == 0 || strncmp(value, "unix:", 5) == 0)
        return NULL;
    return "system, session, or a unix: address";
}

static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const bands[] = {"2.4GHz", "5GHz", "6GHz", NULL};
static const char *const securities[] = {"wpa3-sae", "wpa3-transition", "wpa2-psk", NULL};
static const char *const link_manages[] = {"spawn", "adopt", NULL};
static const char *const audio_manages[] = {"adopt", "spawn", NULL};
static const char *const nds[] = {"none", "answer", NULL};
static const char *const sources[] = {"5.1", NULL};
static const char *const lfes[] = {"minus6", "drop", NULL};
static const char *const speakers[] = {"MONO", "FL", "FR", "FC", "LFE", "SL", "SR", "RL", "RR", NULL};
static const char *const widths[] = {"20", "40", "80", "160", NULL};

static const char *check_width(const char *value)
{
    for (size_t i = 0; widths[i]; i++) {
        if (strcmp(value, widths[i]) == 0)
            return NULL;
    }
    return "20, 40, 80 or 160";
}

static const struct config_key hostapd_keys[] = {
    {"manage", CONFIG_TYPE_ENUM, AT(link.hostapd.manage), .names = link_manages,
     .help = "spawn: fasciad runs hostapd; adopt: somebody else does"},
    {"program", CONFIG_TYPE_PROGRAM, TEXT(link.hostapd.program), .min = 1, .help = "hostapd's name or path"},
    {"control", CONFIG_TYPE_PATH, TEXT(link.hostapd.control), .min = 1,
     .help = "global control socket of an adopted hostapd"},
    END,
};

static const struct config_key link_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(link.enabled), .help = "whether there is a Wi-Fi link"},
    {"ssid", CONFIG_TYPE_STRING, TEXT(link.ssid), .min = 1, .max = 32, .help = "network name, octets"},
    {"country", CONFIG_TYPE_STRING, TEXT(link.country), .min = 2, .max = 2, .check = check_country,
     .help = "regulatory domain; required while the link is enabled"},
    {"band", CONFIG_TYPE_ENUM, AT(link.band), .names = bands, .help = "frequency band"},
    {"channel", CONFIG_TYPE_INT, AT(link.channel), .min = 1, .max = 233, .help = "primary 20 MHz channel number"},
    {"width_mhz", CONFIG_TYPE_INT, AT(link.width_mhz), .min = 20, .max = 160, .check = check_width,
     .help = "widest channel to use: 20, 40, 80 or 160"},
    {"security", CONFIG_TYPE_ENUM, AT(link.security), .names = securities, .help = "who may join"},
    {"passphrase_file", CONFIG_TYPE_PATH, TEXT(link.passphrase_file), .min = 1,
     .help = "file with 8 to 63 characters; left out: random per boot"},
    {"max_stations", CONFIG_TYPE_INT, AT(link.max_stations), .min = 1, .max = 8, .help = "phones at once"},
    {"min_streams", CONFIG_TYPE_INT, AT(link.min_streams), .min = 1, .max = 8,
     .help = "prefer a radio with at least this many transmit streams"},
    {"hostapd", SECTION(hostapd_keys), .help = "the access point daemon"},
    END,
};

static const struct config_key address_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(address.enabled), .help = "whether addresses are managed"},
    {"nd", CONFIG_TYPE_ENUM, AT(address.nd), .names = nds,
     .help = "none: no ND, DAD or MLD packet ever; answer: peers' solicitations are answered"},
    {"own_iid", CONFIG_TYPE_STRING, TEXT(address.own_iid), .min = 5, .max = 16, .check = check_iid,
     .help = "our interface identifier"},
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
    {"link", SECTION(link_keys), .help = "the Wi-Fi link"},
    {"address", SECTION(address_keys), .help = "IPv6 link-local addresses without Neighbor Discovery"},
    {"audio", SECTION(audio_keys), .help = "the projection sink and the speakers"},
    {"supervisor", SECTION(config_supervisor_keys), .help = "how fasciad treats its processes"},
    END,
};
