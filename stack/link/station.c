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

/* NL80211_RATE_INFO_HE_GI_0_8 … and the same numbers for EHT; others are newer than this code. */
static uint16_t gi_of(uint8_t value)
{
    static const uint16_t gi_ns[] = {800, 1600, 3200};
    return value < sizeof gi_ns / sizeof gi_ns[0] ? gi_ns[value] : 0;
}

static void seen(struct station_rate *rate, enum station_standard standard)
{
    if (standard > rate->standard)
        rate->standard = standard;
}

static bool parse_mcs(const struct link_attr *a, struct station_rate *rate, enum station_standard standard)
{
    rate->has_mcs = link_attr_u8(a, &rate->mcs);
    seen(rate, standard);
    return rate->has_mcs;
}

static bool parse_gi(const struct link_attr *a, struct station_rate *rate)
{
    uint8_t value = 0;

    if (!link_attr_u8(a, &value))
        return false;
    rate->gi_ns = gi_of(value);
    return true;
}

struct rate_parse {
    struct station_rate rate;
    uint32_t bitrate; /* 100 kbit/s */
    bool short_gi;
};

static bool parse_rate_attribute(const struct link_attr *a, struct rate_parse *parse)
{
    struct station_rate *rate = &parse->rate;
    uint16_t old = 0;

    switch (a->type) {
    case NL80211_RATE_INFO_BITRATE: /* the 32-bit one is preferred when both are there */
        if (!link_attr_u16(a, &old))
            return false;
        if (parse->bitrate == 0)
            parse->bitrate = old;
        return true;
    case NL80211_RATE_INFO_BITRATE32:
        return link_attr_u32(a, &parse->bitrate);
    case NL80211_RATE_INFO_MCS:
        if (!parse_mcs(a, rate, STATION_STANDARD_HT))
            return false;
        rate->nss = mimo_streams_of_ht_mcs(rate->mcs);
        return true;
    case NL80211_RATE_INFO_VHT_MCS:
        return parse_mcs(a, rate, STATION_STANDARD_VHT);
    case NL80211_RATE_INFO_HE_MCS:
        return parse_mcs(a, rate, STATION_STANDARD_HE);
    case NL80211_RATE_INFO_EHT_MCS:
        return parse_mcs(a, rate, STATION_STANDARD_EHT);
    case FASCIA_NL80211_RATE_INFO_UHR_MCS: /* its streams and guard interval are in the EHT attributes */
        return parse_mcs(a, rate, STATION_STANDARD_UHR);
    case NL80211_RATE_INFO_VHT_NSS:
    case NL80211_RATE_INFO_HE_NSS:
    case NL80211_RATE_INFO_EHT_NSS:
        return link_attr_u8(a, &rate->nss);
    case NL80211_RATE_INFO_SHORT_GI:
        parse->short_gi = true;
        return true;
    case NL80211_RATE_INFO_HE_GI:
    case NL80211_RATE_INFO_EHT_GI:
        return parse_gi(a, rate);
    default: /* not our enum */
        if (width_of(a->type))
            rate->width_mhz = width_of(a->type);
        return true;
    }
}

static int parse_rate(struct fascia_reader at, struct station_rate *ret_rate)
{
    struct rate_parse parse = {.rate = {.width_mhz = 20}}; /* no width flag means 20 MHz */
    struct station_rate *rate = &parse.rate;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (!parse_rate_attribute(&a, &parse))
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    rate->rate_kbps = parse.bitrate > UINT32_MAX / 100 ? UINT32_MAX : parse.bitrate * 100;
    if (parse.bitrate != 0)
        seen(rate, STATION_STANDARD_LEGACY);
    /* In HT and VHT the flag alone tells the guard interval. */
    if (rate->standard == STATION_STANDARD_HT || rate->standard == STATION_STANDARD_VHT)
        rate->gi_ns = parse.short_gi ? 400 : 800;
    *ret_rate = *rate;
    return 0;
}

/* The per-chain list: one nested attribute per chain, numbered by the chain. */
static bool parse_chains(struct fascia_reader at, uint8_t *ret_chains)
{
    uint8_t chains = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (chains < UINT8_MAX)
            chains++;
    }
    *ret_chains = chains;
    return link_attrs_ok(&at);
}

static uint32_t *counter_of(struct station *station, uint16_t attribute)
{
    switch (attribute) {
    case NL80211_STA_INFO_TX_PACKETS:
        return &station->tx_packets;
    case NL80211_STA_INFO_RX_PACKETS:
        return &station->rx_packets;
    case NL80211_STA_INFO_TX_RETRIES:
        return &station->retries;
    case NL80211_STA_INFO_TX_FAILED:
        return &station->failed;
    case NL80211_STA_INFO_CONNECTED_TIME:
        return &station->connected_s;
    case NL80211_STA_INFO_BEACON_LOSS:
        return &station->beacon_loss;
    case NL80211_STA_INFO_EXPECTED_THROUGHPUT:
        return &station->expected_throughput_kbps;
    default: /* not our enum */
        return NULL;
    }
}

static bool parse_flags(const struct link_attr *a, struct station *station)
{
    struct nl80211_sta_flag_update flags;

    if (!link_attr_octets(a, &flags, sizeof flags))
        return false;
    if (flags.mask & 1U << NL80211_STA_FLAG_AUTHORIZED)
        station->authorised = flags.set & 1U << NL80211_STA_FLAG_AUTHORIZED;
    return true;
}

/* False when the attribute is known and malformed. */
static bool parse_info_attribute(const struct link_attr *a, struct station *station)
{
    uint32_t *counter = counter_of(station, a->type);
    uint8_t signal = 0;

    if (counter)
        return link_attr_u32(a, counter);
    switch (a->type) {
    case NL80211_STA_INFO_TX_BITRATE:
        return parse_rate(a->value, &station->tx) == 0;
    case NL80211_STA_INFO_RX_BITRATE:
        return parse_rate(a->value, &station->rx) == 0;
    case NL80211_STA_INFO_SIGNAL:
        station->has_signal = link_attr_u8(a, &signal);
        station->signal_dbm = (int8_t)signal;
        return station->has_signal;
    case NL80211_STA_INFO_CHAIN_SIGNAL:
        return parse_chains(a->value, &station->chains);
    case NL80211_STA_INFO_TX_DURATION:
        station->has_tx_airtime = link_attr_octets(a, &station->tx_airtime_us, sizeof station->tx_airtime_us);
        return station->has_tx_airtime;
    case NL80211_STA_INFO_RX_DURATION:
        station->has_rx_airtime = link_attr_octets(a, &station->rx_airtime_us, sizeof station->rx_airtime_us);
        return station->has_rx_airtime;
    case NL80211_STA_INFO_STA_FLAGS:
        return parse_flags(a, station);
    default: /* not our enum */
        return true;
    }
}

static int parse_info(struct fascia_reader at, struct station *station)
{
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (!parse_info_attribute(&a, station))
            return -EBADMSG;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

static void join_link(struct station *all, const struct station *link)
{
    if (link->tx.rate_kbps > all->tx.rate_kbps || all->links == 0)
        all->tx = link->tx;
    if (link->rx.rate_kbps > all->rx.rate_kbps || all->links == 0)
        all->rx = link->rx;
    if (link->has_signal && (!all->has_signal || link->signal_dbm > all->signal_dbm)) {
        all->has_signal = true;
        all->signal_dbm = link->signal_dbm;
    }
    if (link->chains > all->chains)
        all->chains = link->chains;
    if (link->connected_s > all->connected_s)
        all->connected_s = link->connected_s;
    all->has_tx_airtime |= link->has_tx_airtime;
    all->tx_airtime_us += link->tx_airtime_us;
    all->has_rx_airtime |= link->has_rx_airtime;
    all->rx_airtime_us += link->rx_airtime_us;
    if (all->links < UINT8_MAX)
        all->links++;
}

/* A list of links, each with the attributes of a station of its own. */
static int parse_links(struct fascia_reader at, struct station *all)
{
    for (struct link_attr element; link_attr_next(&at, &element);) {
        struct station link = {.authorised = true};
        struct fascia_reader in = element.value;
        for (struct link_attr a; link_attr_next(&in, &a);) {
            if (a.type == NL80211_ATTR_STA_INFO && parse_info(a.value, &link) < 0)
                return -EBADMSG;
        }
        if (!link_attrs_ok(&in))
            return -EBADMSG;
        join_link(all, &link);
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

/* What the kernel told of the station as a whole goes first. */
static void fill_from_links(struct station *station, const struct station *links)
{
    station->links = links->links;
    if (station->tx.standard == STATION_STANDARD_UNKNOWN)
        station->tx = links->tx;
    if (station->rx.standard == STATION_STANDARD_UNKNOWN)
        station->rx = links->rx;
    if (!station->has_signal) {
        station->has_signal = links->has_signal;
        station->signal_dbm = links->signal_dbm;
    }
    if (station->chains == 0)
        station->chains = links->chains;
    if (station->connected_s == 0)
        station->connected_s = links->connected_s;
    if (!station->has_tx_airtime) {
        station->has_tx_airtime = links->has_tx_airtime;
        station->tx_airtime_us = links->tx_airtime_us;
    }
    if (!station->has_rx_airtime) {
        station->has_rx_airtime = links->has_rx_airtime;
        station->rx_airtime_us = links->rx_airtime_us;
    }
}

static enum station_standard newer(enum station_standard a, enum station_standard b)
{
    return a > b ? a : b;
}

int station_parse(const void *attributes, size_t size, struct station *ret_station)
{
    struct station station = {.authorised = true}, links = {.links = 0};
    struct fascia_reader at;
    bool mac = false, ok = true;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; ok && link_attr_next(&at, &a);) {
        if (a.type == NL80211_ATTR_MAC)
            ok = mac = link_attr_octets(&a, station.mac.octets, sizeof station.mac.octets);
        else if (a.type == NL80211_ATTR_STA_INFO)
            ok = parse_info(a.value, &station) == 0;
        else if (a.type == NL80211_ATTR_MLO_LINKS)
            ok = parse_links(a.value, &links) == 0;
    }
    if (!ok || !link_attrs_ok(&at) || !mac)
        return -EBADMSG;
    fill_from_links(&station, &links);
    station.tx_nss_max = station.tx.nss;
    station.rx_nss_max = station.rx.nss;
    station.standard_max = newer(station.tx.standard, station.rx.standard);
    *ret_station = station;
    return 0;
}

struct station *station_find(struct station_table *table, const struct fascia_mac *mac)
{
    /* Each station of a dump is looked for among all before it: the octet that differs most goes first. */
    for (size_t i = 0; i < table->count; i++) {
        const struct fascia_mac *it = &table->list[i].mac;
        if (it->octets[5] == mac->octets[5] && fascia_mac_equal(it, mac))
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
    station->away = before.away;
    station->away_until_us = before.away_until_us;
    station->returns = before.returns;
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
