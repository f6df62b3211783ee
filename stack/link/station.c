/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/station.h"

#include <errno.h>

#include "stack/link/attr.h"
#include "stack/link/mimo.h"
#include "stack/link/nl80211_values.h"

const char *station_standard_name(enum station_standard standard)
{
    static const char *const names[STATION_STANDARDS_] = {
        [STATION_STANDARD_UNKNOWN] = "",     [STATION_STANDARD_LEGACY] = "legacy", [STATION_STANDARD_HT] = "802.11n",
        [STATION_STANDARD_VHT] = "802.11ac", [STATION_STANDARD_HE] = "802.11ax",   [STATION_STANDARD_EHT] = "802.11be",
        [STATION_STANDARD_UHR] = "802.11bn",
    };
    return (unsigned int)standard < STATION_STANDARDS_ ? names[standard] : "";
}

static uint16_t width_of(uint16_t attribute)
{
    switch (attribute) {
    case NL80211_RATE_INFO_5_MHZ_WIDTH:
        return 5;
    case NL80211_RATE_INFO_10_MHZ_WIDTH:
        return 10;
    case NL80211_RATE_INFO_40_MHZ_WIDTH:
        return 40;
    case NL80211_RATE_INFO_80_MHZ_WIDTH:
        return 80;
    case NL80211_RATE_INFO_80P80_MHZ_WIDTH:
    case NL80211_RATE_INFO_160_MHZ_WIDTH:
        return 160;
    case NL80211_RATE_INFO_320_MHZ_WIDTH:
        return 320;
    default: /* not our enum */
        return 0;
    }
}

static void seen(struct station_rate *rate, enum station_standard standard)
{
    if (standard > rate->standard)
        rate->standard = standard;
}

static bool parse_rate_attribute(const struct link_attr *a, struct station_rate *rate, uint32_t *bitrate)
{
    uint8_t mcs = 0;
    uint16_t old = 0;

    switch (a->type) {
    case NL80211_RATE_INFO_BITRATE: /* 100 kbit/s; the 32-bit one is preferred when both are there */
        if (!link_attr_u16(a, &old))
            return false;
        if (*bitrate == 0)
            *bitrate = old;
        return true;
    case NL80211_RATE_INFO_BITRATE32:
        return link_attr_u32(a, bitrate);
    case NL80211_RATE_INFO_MCS:
        seen(rate, STATION_STANDARD_HT);
        if (!link_attr_u8(a, &mcs))
            return false;
        rate->nss = mimo_streams_of_ht_mcs(mcs);
        return true;
    case NL80211_RATE_INFO_VHT_MCS:
        seen(rate, STATION_STANDARD_VHT);
        return true;
    case NL80211_RATE_INFO_HE_MCS:
        seen(rate, STATION_STANDARD_HE);
        return true;
    case NL80211_RATE_INFO_EHT_MCS:
        seen(rate, STATION_STANDARD_EHT);
        return true;
    case FASCIA_NL80211_RATE_INFO_UHR_MCS: /* its streams are in EHT_NSS */
        seen(rate, STATION_STANDARD_UHR);
        return true;
    case NL80211_RATE_INFO_VHT_NSS:
    case NL80211_RATE_INFO_HE_NSS:
    case NL80211_RATE_INFO_EHT_NSS:
        return link_attr_u8(a, &rate->nss);
    default: /* not our enum */
        if (width_of(a->type))
            rate->width_mhz = width_of(a->type);
        return true;
    }
}

static int parse_rate(struct fascia_reader at, struct station_rate *ret_rate)
{
    struct station_rate rate = {.width_mhz = 20}; /* no width flag means 20 MHz */
    uint32_t bitrate = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (!parse_rate_attribute(&a, &rate, &bitrate))
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    rate.rate_kbps = bitrate > UINT32_MAX / 100 ? UINT32_MAX : bitrate * 100;
    if (bitrate != 0)
        seen(&rate, STATION_STANDARD_LEGACY);
    *ret_rate = rate;
    return 0;
}

static int parse_info(struct fascia_reader at, struct station *station)
{
    struct nl80211_sta_flag_update flags;
    uint8_t signal = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        switch (a.type) {
        case NL80211_STA_INFO_TX_BITRATE:
            if (parse_rate(a.value, &station->tx) < 0)
                return -EBADMSG;
            break;
        case NL80211_STA_INFO_RX_BITRATE:
            if (parse_rate(a.value, &station->rx) < 0)
                return -EBADMSG;
            break;
        case NL80211_STA_INFO_SIGNAL:
            if (!link_attr_u8(&a, &signal))
                return -EBADMSG;
            station->has_signal = true;
            station->signal_dbm = (int8_t)signal;
            break;
        case NL80211_STA_INFO_STA_FLAGS:
            if (!link_attr_octets(&a, &flags, sizeof flags))
                return -EBADMSG;
            if (flags.mask & 1U << NL80211_STA_FLAG_AUTHORIZED)
                station->authorised = flags.set & 1U << NL80211_STA_FLAG_AUTHORIZED;
            break;
        default: /* not our enum */
            break;
        }
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

static enum station_standard newer(enum station_standard a, enum station_standard b)
{
    return a > b ? a : b;
}

int station_parse(const void *attributes, size_t size, struct station *ret_station)
{
    struct station station = {.authorised = true};
    struct fascia_reader at;
    bool mac = false;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_ATTR_MAC) {
            mac = link_attr_octets(&a, station.mac.octets, sizeof station.mac.octets);
            if (!mac)
                return -EBADMSG;
        } else if (a.type == NL80211_ATTR_STA_INFO && parse_info(a.value, &station) < 0) {
            return -EBADMSG;
        }
    }
    if (!link_attrs_ok(&at) || !mac)
        return -EBADMSG;
    station.tx_nss_max = station.tx.nss;
    station.rx_nss_max = station.rx.nss;
    station.standard_max = newer(station.tx.standard, station.rx.standard);
    *ret_station = station;
    return 0;
}

struct station *station_find(struct station_table *table, const struct fascia_mac *mac)
{
    for (size_t i = 0; i < table->count; i++) {
        if (fascia_mac_equal(&table->list[i].mac, mac))
            return &table->list[i];
    }
    return NULL;
}

bool station_update(struct station_table *table, const struct station *snapshot)
{
    struct station *station = station_find(table, &snapshot->mac);

    if (!station) {
        if (table->count == STATIONS_MAX) {
            table->left_out++;
            return false;
        }
        table->list[table->count++] = *snapshot;
        return true;
    }
    struct station before = *station;
    *station = *snapshot;
    if (before.tx_nss_max > station->tx_nss_max)
        station->tx_nss_max = before.tx_nss_max;
    if (before.rx_nss_max > station->rx_nss_max)
        station->rx_nss_max = before.rx_nss_max;
    station->standard_max = newer(before.standard_max, station->standard_max);
    return false;
}

bool station_remove(struct station_table *table, const struct fascia_mac *mac)
{
    struct station *station = station_find(table, mac);

    if (!station)
        return false;
    *station = table->list[--table->count];
    return true;
}
