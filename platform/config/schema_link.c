/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/schema.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "platform/config/config.h"
#include "platform/config/walk.h"
#include "stack/base/text.h"
#include "stack/link/channel.h"
#include "stack/link/elements.h"

#define AT(member)    CONFIG_AT(fascia_config, link.member)
#define TEXT(member)  CONFIG_TEXT(fascia_config, link.member)
#define ARRAY(member) CONFIG_ARRAY(fascia_config, link.member)

static const char *check_country(const char *value)
{
    return isupper((unsigned char)value[0]) && isupper((unsigned char)value[1])
               ? NULL
               : "an ISO 3166-1 alpha-2 code in capitals, for instance DE";
}

static const char *check_width(const char *value)
{
    static const char *const widths[] = {"20", "40", "80", "160", NULL};

    for (size_t i = 0; widths[i]; i++) {
        if (strcmp(value, widths[i]) == 0)
            return NULL;
    }
    return "20, 40, 80 or 160";
}

static const char *check_oui(const char *value)
{
    uint8_t oui[3];

    return elements_parse_oui(value, oui) == 0 ? NULL : "three octets, for instance 00:a0:40";
}

static const char *check_mac(const char *value)
{
    struct fascia_mac mac;

    return fascia_mac_parse(value, &mac) == 0 && fascia_mac_is_unicast(&mac)
               ? NULL
               : "a MAC address of one device, for instance 02:00:00:12:34:56";
}

static const char *check_vendor_element(const char *value)
{
    return elements_explain(elements_vendor_check(value));
}

static const char *const bands[] = {"2.4GHz", "5GHz", "6GHz", NULL};
static const char *const securities[] = {"wpa3-sae", "wpa3-transition", "wpa2-psk", NULL};
static const char *const manages[] = {"spawn", "adopt", NULL};
static const char *const standards[] = {"newest", "802.11n", "802.11ac", "802.11ax", "802.11be", NULL};

static const struct config_key interworking_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(interworking.enabled), .help = "whether the Interworking element is sent"},
    {"access_network_type", CONFIG_TYPE_INT, AT(interworking.access_network_type), .min = 0, .max = 15,
     .help = "IEEE 802.11, 9.4.2.91: 0 private, 1 private with guests, 2 chargeable, 3 free public, 4 personal device"},
    {"internet", CONFIG_TYPE_BOOL, AT(interworking.internet), .help = "the network leads to the Internet"},
    {"asra", CONFIG_TYPE_BOOL, AT(interworking.asra), .help = "an additional step is needed for access"},
    {"esr", CONFIG_TYPE_BOOL, AT(interworking.esr), .help = "emergency services can be reached"},
    {"uesa", CONFIG_TYPE_BOOL, AT(interworking.uesa), .help = "they can be reached without authentication"},
    {"venue_group", CONFIG_TYPE_INT, AT(interworking.venue_group), .min = 0, .max = 255,
     .help = "kind of place; 10 is vehicular"},
    {"venue_type", CONFIG_TYPE_INT, AT(interworking.venue_type), .min = 0, .max = 255,
     .help = "within the group; 1 of vehicular is automobile or truck"},
    CONFIG_END,
};

static const struct config_key accessory_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(accessory.enabled),
     .help = "whether the element that names the accessory is sent"},
    {"flags", CONFIG_TYPE_INT, AT(accessory.flags), .min = 0, .max = 65535,
     .help = "flag bits; left out: not sent, because their meaning is contested"},
    {"name", CONFIG_TYPE_STRING, TEXT(accessory.name), .min = 1, .help = "name, octets; left out: not sent"},
    {"manufacturer", CONFIG_TYPE_STRING, TEXT(accessory.manufacturer), .min = 1,
     .help = "manufacturer, octets; left out: not sent"},
    {"model", CONFIG_TYPE_STRING, TEXT(accessory.model), .min = 1, .help = "model, octets; left out: not sent"},
    {"oui", CONFIG_TYPE_STRING, TEXT(accessory.oui), .min = 8, .max = 8, .check = check_oui,
     .help = "OUI, xx:xx:xx; left out: not sent"},
    {"bluetooth_mac", CONFIG_TYPE_STRING, TEXT(accessory.bluetooth_mac), .min = 17, .max = 17, .check = check_mac,
     .help = "address of the Bluetooth controller; left out: not sent"},
    {"device_id", CONFIG_TYPE_STRING, TEXT(accessory.device_id), .min = 17, .max = 17, .check = check_mac,
     .help = "device id in the form of a MAC address; left out: not sent"},
    CONFIG_END,
};

static const struct config_key hostapd_keys[] = {
    {"manage", CONFIG_TYPE_ENUM, AT(hostapd.manage), .names = manages,
     .help = "spawn: fasciad runs hostapd; adopt: somebody else does"},
    {"program", CONFIG_TYPE_PROGRAM, TEXT(hostapd.program), .min = 1, .help = "hostapd's name or path"},
    {"control", CONFIG_TYPE_PATH, TEXT(hostapd.control), .min = 1,
     .help = "global control socket of an adopted hostapd"},
    CONFIG_END,
};

const struct config_key config_link_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(enabled), .help = "whether there is a Wi-Fi link"},
    {"ssid", CONFIG_TYPE_STRING, TEXT(ssid), .min = 1, .max = 32, .help = "network name, octets"},
    {"country", CONFIG_TYPE_STRING, TEXT(country), .min = 2, .max = 2, .check = check_country,
     .help = "regulatory domain; required while the link is enabled"},
    {"band", CONFIG_TYPE_ENUM, AT(band), .names = bands, .help = "frequency band"},
    {"other_bands", CONFIG_TYPE_ENUMS, ARRAY(other_bands), .min = 0, .max = LINK_BANDS_ - 1, .names = bands,
     .help = "tried in this order, with an automatic channel, where no radio can start on `band`"},
    {"channel", CONFIG_TYPE_INT, AT(channel), .min = 1, .max = 233, .word = "auto", .word_value = LINK_CHANNEL_AUTO,
     .help = "primary 20 MHz channel number; auto: the quietest that is allowed"},
    {"channels", CONFIG_TYPE_INTS, ARRAY(channels), .min = 0, .max = LINK_CHANNELS_MAX, .item_min = 1, .item_max = 233,
     .help = "what `channel: auto` chooses from; empty: every channel that is allowed"},
    {"dfs", CONFIG_TYPE_BOOL, AT(dfs),
     .help = "channels with radar detection may be used; the check before each start takes 60 s or more"},
    {"width_mhz", CONFIG_TYPE_INT, AT(width_mhz), .min = 20, .max = 160, .check = check_width,
     .help = "widest channel to use: 20, 40, 80 or 160"},
    {"standard", CONFIG_TYPE_ENUM, AT(standard), .names = standards, .help = "newest amendment that is switched on"},
    {"security", CONFIG_TYPE_ENUM, AT(security), .names = securities, .help = "who may join"},
    {"passphrase_file", CONFIG_TYPE_PATH, TEXT(passphrase_file), .min = 1,
     .help = "file with 8 to 63 characters; left out: random per boot"},
    {"max_stations", CONFIG_TYPE_INT, AT(max_stations), .min = 1, .max = 8, .help = "phones at once"},
    {"min_streams", CONFIG_TYPE_INT, AT(min_streams), .min = 1, .max = 8,
     .help = "prefer a radio with at least this many transmit streams"},
    {"isolate", CONFIG_TYPE_BOOL, AT(isolate), .help = "phones do not see each other"},
    {"bss_transition", CONFIG_TYPE_BOOL, AT(bss_transition),
     .help = "phones can be asked to leave for another channel or network (802.11v)"},
    {"leave_debounce_ms", CONFIG_TYPE_INT, AT(leave_debounce_ms), .min = 0, .max = 60000,
     .help = "a phone that is back within this time has not left; 0: off"},
    {"interworking", CONFIG_SECTION(interworking_keys), .help = "the Interworking element (802.11u)"},
    {"accessory_element", CONFIG_SECTION(accessory_keys), .help = "the vendor element that names the accessory"},
    {"vendor_elements", CONFIG_TYPE_STRINGS, ARRAY(vendor_elements), .min = 0, .max = LINK_VENDOR_ELEMENTS_MAX,
     .check = check_vendor_element, .help = "further vendor-specific elements, each whole and in hexadecimal"},
    {"hostapd", CONFIG_SECTION(hostapd_keys), .help = "the access point daemon"},
    CONFIG_END,
};

__attribute__((format(printf, 3, 4))) static int broken(const struct walk *w, const char *key, const char *format, ...)
{
    yaml_mark_t mark = walk_mark(w, key);
    char what[160];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return walk_invalid(w, &mark, key, "%s", what);
}

static int check_channels(const struct walk *w, const struct link_config *link)
{
    const char *band = bands[link->band];

    if (link->channel != LINK_CHANNEL_AUTO && channel_frequency(link->band, link->channel) == 0)
        return broken(w, "link.channel", "%" PRId64 " is no channel of %s; allowed are auto and that band's",
                      link->channel, band);
    if (link->channels_count > 0 && link->channel != LINK_CHANNEL_AUTO)
        return broken(w, "link.channels", "counts with link.channel: auto only, which is %" PRId64, link->channel);
    for (size_t i = 0; i < link->channels_count; i++) {
        if (channel_frequency(link->band, link->channels[i]) == 0)
            return broken(w, "link.channels", "%" PRId64 " is no channel of %s", link->channels[i], band);
    }
    return 0;
}

static int check_bands(const struct walk *w, const struct link_config *link)
{
    bool six = link->band == LINK_BAND_6GHZ;

    for (size_t i = 0; i < link->other_bands_count; i++) {
        six |= link->other_bands[i] == LINK_BAND_6GHZ;
        if (link->other_bands[i] == link->band)
            return broken(w, "link.other_bands", "%s is link.band already", bands[link->band]);
    }
    if (six && link->security != LINK_SECURITY_WPA3_SAE)
        return broken(w, "link.security", "is %s; 6GHz allows wpa3-sae only", securities[link->security]);
    if (six && (link->standard == LINK_STANDARD_N || link->standard == LINK_STANDARD_AC))
        return broken(w, "link.standard", "is %s; 6GHz needs newest, 802.11ax or 802.11be", standards[link->standard]);
    return 0;
}

int walk_check_link(const struct walk *w, const struct link_config *link)
{
    if (link->enabled && link->country[0] == '\0')
        return broken(w, "link.country",
                      "is missing; an access point needs its ISO 3166-1 alpha-2 country, for instance DE");
    if (link->hostapd.manage == LINK_MANAGE_ADOPT && link->hostapd.control[0] == '\0')
        return broken(w, "link.hostapd.control", "is missing; manage: adopt needs the global control socket");
    int r = check_channels(w, link);
    return r == 0 ? check_bands(w, link) : r;
}
