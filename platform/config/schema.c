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
static const char *const nds[] = {"none", "answer", "kernel", NULL};

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

const struct config_key config_schema[] = {
    {"bus", CONFIG_TYPE_STRING, TEXT(bus), .min = 1, .check = check_bus, .help = "D-Bus to publish on"},
    {"runtime_dir", CONFIG_TYPE_PATH, TEXT(runtime_dir), .min = 2, .max = 64,
     .help = "private folders of the services are made below it"},
    {"profile", CONFIG_TYPE_STRING, TEXT(profile), .min = 1, .help = "requirement profile of the report"},
    {"log_level", CONFIG_TYPE_ENUM, AT(log_level), .names = log_levels, .help = "most verbose level shown"},
    {"link", SECTION(config_link_keys), .help = "the Wi-Fi link"},
    {"address", SECTION(address_keys), .help = "IPv6 link-local addresses without Neighbor Discovery"},
    {"audio", SECTION(config_audio_keys), .help = "the projection sink and the speakers"},
    {"aware", SECTION(config_aware_keys), .help = "Wi-Fi Aware"},
    {"supervisor", SECTION(config_supervisor_keys), .help = "how fasciad treats its processes"},
    END,
};
