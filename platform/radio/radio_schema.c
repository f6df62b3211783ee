/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/radio/radio_schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "stack/link/radio_description.h"
#include "stack/link/radio_modes.h"

static const struct radio_source source_initial;
static const struct radio_note note_initial;

static const char *check_mask(const char *value)
{
    size_t digits = strlen(value) > 2 ? strspn(value + 2, "0123456789abcdef") : 0;

    return strncmp(value, "0x", 2) == 0 && digits >= 1 && digits <= 8 && value[2 + digits] == '\0'
               ? NULL
               : "a mask as iw prints it, for instance 0x3; 0x0 is \"not told\"";
}

static const char *check_name(const char *value)
{
    return value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0' ? NULL
                                                                                 : "lower-case letters, digits and -";
}

static const char *check_country(const char *value)
{
    for (const char *at = value; *at != '\0'; at++) {
        if (!isupper((unsigned char)*at) && !isdigit((unsigned char)*at))
            return "two capitals or digits, as iw reg get prints them: DE, 00, 99";
    }
    return NULL;
}

static bool is_one_of(const char *value, const char *const *words)
{
    return radio_word_index(words, value) >= 0;
}

static const char *check_ht_width(const char *value)
{
    static const char *const widths[] = {"20", "40", NULL};
    return is_one_of(value, widths) ? NULL : "20 or 40";
}

static const char *check_vht_width(const char *value)
{
    static const char *const widths[] = {"80", "160", NULL};
    return is_one_of(value, widths) ? NULL : "80 or 160";
}

static const char *check_he_width(const char *value)
{
    static const char *const widths[] = {"20", "40", "80", "160", NULL};
    return is_one_of(value, widths) ? NULL : "20, 40, 80 or 160";
}

static const char *check_eht_width(const char *value)
{
    static const char *const widths[] = {"20", "40", "80", "160", "320", NULL};
    return is_one_of(value, widths) ? NULL : "20, 40, 80, 160 or 320";
}

static const char *check_he_mcs(const char *value)
{
    static const char *const mcs[] = {"7", "9", "11", NULL};
    return is_one_of(value, mcs) ? NULL : "7, 9 or 11";
}

static const char *check_eht_mcs(const char *value)
{
    static const char *const mcs[] = {"9", "11", "13", NULL};
    return is_one_of(value, mcs) ? NULL : "9, 11 or 13";
}

/* Rules between the keys of one element. */

static const char *range_rule(const void *element, const char **ret_key)
{
    const struct radio_range *range = element;

    *ret_key = "to";
    return range->to != 0 && range->to < range->from ? "is below `from`" : NULL;
}

static const char *per_type_rule(const void *element, const char **ret_key)
{
    const struct radio_per_type *per_type = element;
    bool he = per_type->he.tx > 0 || per_type->he.rx > 0, eht = per_type->eht.tx > 0 || per_type->eht.rx > 0;

    *ret_key = eht ? "eht" : "he";
    if (eht && !he)
        return "needs `he`, too: EHT builds on HE";
    return !he ? "is missing, or has no streams" : NULL;
}

static const char *channel_problem(const struct radio_band_description *band)
{
    int64_t step = radio_channel_step(band->band);

    for (size_t i = 0; i < band->channels_count; i++) {
        const struct radio_range *range = &band->channels[i];
        int64_t to = range->to != 0 ? range->to : range->from;
        if (radio_frequency_mhz(band->band, range->from) == 0 || radio_frequency_mhz(band->band, to) == 0)
            return "names a channel that the band does not have";
        if ((to - range->from) % step != 0)
            return "has a `to` that the band's steps of channel numbers (2.4GHz: 1, others: 4) do not reach";
    }
    return NULL;
}

static const char *band_rule(const void *element, const char **ret_key)
{
    const struct radio_band_description *band = element;

    *ret_key = "vht";
    if (band->vht.rx + band->vht.tx > 0 && band->ht.rx + band->ht.tx == 0)
        return "needs `ht`, too: VHT builds on HT";
    *ret_key = "channels";
    return channel_problem(band);
}

static const struct config_key ht_keys[] = {
#define OF radio_band_description
#define AT ht
#include "platform/radio/ht_keys.def"
#undef OF
#undef AT
    CONFIG_END,
};

static const struct config_key nan_ht_keys[] = {
#define OF radio_description
#define AT nan.ht
#include "platform/radio/ht_keys.def"
#undef OF
#undef AT
    CONFIG_END,
};

static const struct config_key vht_keys[] = {
#define OF radio_band_description
#define AT vht
#include "platform/radio/vht_keys.def"
#undef OF
#undef AT
    CONFIG_END,
};

static const struct config_key nan_vht_keys[] = {
#define OF radio_description
#define AT nan.vht
#include "platform/radio/vht_keys.def"
#undef OF
#undef AT
    CONFIG_END,
};

static const struct config_key he_keys[] = {
#define OF radio_per_type
#define AT he
#include "platform/radio/he_keys.def"
#undef OF
#undef AT
    CONFIG_END,
};

static const struct config_key nan_he_keys[] = {
#define OF radio_description
#define AT nan.he
#include "platform/radio/he_keys.def"
#undef OF
#undef AT
    CONFIG_END,
};

static const struct config_key eht_keys[] = {
    {"tx", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.tx), .required = true, .min = 0, .max = 8,
     .help = "transmit streams up to 80 MHz"},
    {"rx", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.rx), .required = true, .min = 1, .max = 8,
     .help = "receive streams up to 80 MHz"},
    {"mcs_tx", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.mcs_tx), .min = 9, .max = 13, .check = check_eht_mcs,
     .help = "highest MCS, transmitting"},
    {"mcs_rx", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.mcs_rx), .min = 9, .max = 13, .check = check_eht_mcs,
     .help = "highest MCS, receiving"},
    {"width", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.width), .min = 20, .max = 320, .check = check_eht_width,
     .help = "widest channel, MHz"},
    {"tx_160", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.tx_160), .min = 0, .max = 8,
     .help = "transmit streams at 160 MHz; left out: the same"},
    {"rx_160", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.rx_160), .min = 0, .max = 8,
     .help = "receive streams at 160 MHz; left out: the same"},
    {"tx_320", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.tx_320), .min = 0, .max = 8,
     .help = "transmit streams at 320 MHz; left out: the same"},
    {"rx_320", CONFIG_TYPE_INT, CONFIG_AT(radio_per_type, eht.rx_320), .min = 0, .max = 8,
     .help = "receive streams at 320 MHz; left out: the same"},
    CONFIG_END,
};

static const struct config_key per_type_keys[] = {
    {"types", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(radio_per_type, types), .required = true, .min = 1,
     .max = RADIO_TYPES_MAX, .names = radio_type_words, .help = "interface types that it holds for"},
    {"he", CONFIG_SECTION(he_keys), .required = true, .help = "802.11ax"},
    {"eht", CONFIG_SECTION(eht_keys), .help = "802.11be"},
    CONFIG_END,
};

static const struct config_key range_keys[] = {
    {"from", CONFIG_TYPE_INT, CONFIG_AT(radio_range, from), .required = true, .min = 1, .max = RADIO_CHANNEL_MAX,
     .help = "channel number"},
    {"to", CONFIG_TYPE_INT, CONFIG_AT(radio_range, to), .min = 1, .max = RADIO_CHANNEL_MAX,
     .help = "last channel number; left out: the one channel"},
    {"power", CONFIG_TYPE_INT, CONFIG_AT(radio_range, power_dbm), .min = 0, .max = 40,
     .help = "highest transmit power, dBm"},
    {"dfs", CONFIG_TYPE_ENUM, CONFIG_AT(radio_range, dfs), .names = radio_dfs_words,
     .help = "with the flag radar: usable after a check, unavailable because radar was seen, available (checked)"},
    {"flags", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(radio_range, flags), .max = RADIO_FLAGS_MAX, .names = radio_flag_words,
     .help = "what the regulatory domain says of them"},
    CONFIG_END,
};

static const struct config_key band_keys[] = {
    {"band", CONFIG_TYPE_ENUM, CONFIG_AT(radio_band_description, band), .required = true, .names = radio_band_words,
     .help = "frequency band"},
    {"ht", CONFIG_SECTION(ht_keys), .help = "802.11n"},
    {"vht", CONFIG_SECTION(vht_keys), .help = "802.11ac"},
    {"per_type", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_band_description, per_type), .min = 0, .max = RADIO_PER_TYPE_MAX,
     .keys = per_type_keys, .initial = &radio_per_type_initial, .rule = per_type_rule,
     .help = "802.11ax and be, per interface type"},
    {"channels", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_band_description, channels), .required = true, .min = 1,
     .max = RADIO_RANGES_MAX, .keys = range_keys, .initial = &radio_range_initial, .rule = range_rule,
     .help = "channels, in ranges of equal flags"},
    CONFIG_END,
};

static const struct config_key limit_keys[] = {
    {"max", CONFIG_TYPE_INT, CONFIG_AT(radio_limit, max), .required = true, .min = 1, .max = 4096,
     .help = "so many at once"},
    {"types", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(radio_limit, types), .required = true, .min = 1, .max = RADIO_TYPES_MAX,
     .names = radio_type_words, .help = "of these interface types"},
    CONFIG_END,
};

static const struct config_key combination_keys[] = {
    {"limits", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_combination, limits), .required = true, .min = 1,
     .max = RADIO_LIMITS_MAX, .keys = limit_keys, .initial = &radio_limit_initial, .help = "interfaces at once"},
    {"total", CONFIG_TYPE_INT, CONFIG_AT(radio_combination, total), .required = true, .min = 1, .max = 4096,
     .help = "interfaces at once, together"},
    {"channels", CONFIG_TYPE_INT, CONFIG_AT(radio_combination, channels), .required = true, .min = 1, .max = 16,
     .help = "different channels at once"},
    {"radar_widths", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(radio_combination, radar_widths), .max = RADIO_FLAGS_MAX,
     .names = radio_radar_words, .help = "widths at which radar is detected; left out: not at all"},
    CONFIG_END,
};

static const struct config_key antennas_keys[] = {
    {"available_tx", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, antennas.available_tx), .min = 3,
     .check = check_mask, .help = "mask"},
    {"available_rx", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, antennas.available_rx), .min = 3,
     .check = check_mask, .help = "mask"},
    {"configured_tx", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, antennas.configured_tx), .min = 3,
     .check = check_mask, .help = "mask; left out: not told"},
    {"configured_rx", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, antennas.configured_rx), .min = 3,
     .check = check_mask, .help = "mask; left out: not told"},
    CONFIG_END,
};

static const struct config_key nan_keys[] = {
    {"bands", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(radio_description, nan.bands), .min = 1, .max = RADIO_BANDS_MAX,
     .names = radio_band_words, .help = "it can be started on"},
    {"antennas_tx", CONFIG_TYPE_INT, CONFIG_AT(radio_description, nan.antennas_tx), .min = 0, .max = 8,
     .help = "transmit chains; 0 = not told"},
    {"antennas_rx", CONFIG_TYPE_INT, CONFIG_AT(radio_description, nan.antennas_rx), .min = 0, .max = 8,
     .help = "receive chains; 0 = not told"},
    {"configurable_sync", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, nan.configurable_sync),
     .help = "a cluster can be configured"},
    {"userspace_discovery", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, nan.userspace_discovery),
     .help = "the discovery engine may be a program's"},
    {"secure", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, nan.secure),
     .help = "extended feature SECURE_NAN: pairing and secured data paths"},
    {"ht", CONFIG_SECTION(nan_ht_keys), .help = "802.11n"},
    {"vht", CONFIG_SECTION(nan_vht_keys), .help = "802.11ac"},
    {"he", CONFIG_SECTION(nan_he_keys), .help = "802.11ax"},
    CONFIG_END,
};

static const struct config_key source_keys[] = {
    {"where", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_source, where), .required = true, .min = 1,
     .help = "public address of the listing"},
    {"what", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_source, what), .required = true, .min = 1,
     .help = "which part of it, of which machine"},
    {"when", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_source, when), .min = 1, .help = "when it was made"},
    {"kernel", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_source, kernel), .min = 1, .help = "kernel and driver, if told"},
    CONFIG_END,
};

static const struct config_key note_keys[] = {
    {"about", CONFIG_TYPE_ENUM, CONFIG_AT(radio_note, about), .required = true, .names = radio_group_words,
     .help = "group of keys"},
    {"note", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_note, note), .required = true, .min = 1,
     .help = "what the listing did not say, and what stands there instead"},
    CONFIG_END,
};

const struct config_key radio_schema[] = {
    {"radio", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, about.radio), .required = true, .min = 1,
     .check = check_name, .help = "name, as the file's without .yaml"},
    {"title", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, about.title), .required = true, .min = 1,
     .help = "one line for people"},
    {"chip", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, about.chip), .min = 1, .help = "chip or module"},
    {"driver", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, about.driver), .min = 1, .help = "Linux driver"},
    {"source", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_description, about.sources), .required = true, .min = 1,
     .max = RADIO_SOURCES_MAX, .keys = source_keys, .initial = &source_initial, .help = "where it is listed"},
    {"certainty", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_description, about.certainty), .min = 0, .max = RADIO_NOTES_MAX,
     .keys = note_keys, .initial = &note_initial, .help = "what the listing did not say"},
    {"phy", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, phy), .min = 1, .help = "the kernel's name for it"},
    {"country", CONFIG_TYPE_STRING, CONFIG_TEXT(radio_description, country), .min = 2, .max = 2, .check = check_country,
     .help = "regulatory domain in force; left out: not told"},
    {"dfs_region", CONFIG_TYPE_ENUM, CONFIG_AT(radio_description, dfs_region), .names = radio_dfs_region_words,
     .help = "whose rules for radar detection the domain follows"},
    {"self_managed", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, self_managed),
     .help = "the driver keeps its own regulatory domain"},
    {"dfs_offload", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, dfs_offload), .help = "the firmware detects radar"},
    {"smps_static", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, smps_static), .help = "\"supports static SMPS\""},
    {"smps_dynamic", CONFIG_TYPE_BOOL, CONFIG_AT(radio_description, smps_dynamic), .help = "\"supports dynamic SMPS\""},
    {"antennas", CONFIG_SECTION(antennas_keys), .help = "antenna masks"},
    {"interface_types", CONFIG_TYPE_STRINGS, CONFIG_ARRAY(radio_description, interface_types), .required = true,
     .min = 1, .max = RADIO_TYPES_MAX, .names = radio_type_words, .help = "what it can be"},
    {"nan", CONFIG_SECTION(nan_keys), .help = "what the NAN device (Wi-Fi Aware) does"},
    {"combinations", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_description, combinations), .min = 0,
     .max = RADIO_COMBINATIONS_MAX, .keys = combination_keys, .initial = &radio_combination_initial,
     .help = "what it can be at once"},
    {"bands", CONFIG_TYPE_LIST, CONFIG_ARRAY(radio_description, bands), .required = true, .min = 1,
     .max = RADIO_BANDS_MAX, .keys = band_keys, .initial = &radio_band_initial, .rule = band_rule,
     .help = "frequency bands"},
    CONFIG_END,
};
