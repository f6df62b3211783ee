/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/link/radio_builder.h"

#include <assert.h>
#include <string.h>

#include "stack/link/attr_writer.h"
#include "stack/link/nl80211_values.h"

static struct link_attrs writer(struct attrs *a)
{
    return (struct link_attrs){.start = a->octets, .size = sizeof a->octets, .used = a->used};
}

static void written(struct attrs *a, const struct link_attrs *w)
{
    assert(link_attrs_written(w));
    a->used = w->used;
}

void attrs_put(struct attrs *a, uint16_t type, const void *value, size_t size)
{
    struct link_attrs w = writer(a);

    link_put(&w, type, value, size);
    written(a, &w);
}

void attrs_put_u8(struct attrs *a, uint16_t type, uint8_t value)
{
    attrs_put(a, type, &value, sizeof value);
}

void attrs_put_u16(struct attrs *a, uint16_t type, uint16_t value)
{
    attrs_put(a, type, &value, sizeof value);
}

void attrs_put_u32(struct attrs *a, uint16_t type, uint32_t value)
{
    attrs_put(a, type, &value, sizeof value);
}

void attrs_put_text(struct attrs *a, uint16_t type, const char *value)
{
    attrs_put(a, type, value, strlen(value) + 1);
}

void attrs_flag(struct attrs *a, uint16_t type)
{
    attrs_put(a, type, NULL, 0);
}

size_t attrs_begin(struct attrs *a, uint16_t type)
{
    struct link_attrs w = writer(a);

    size_t begun = link_nest_begin(&w, type);
    written(a, &w);
    return begun;
}

void attrs_end(struct attrs *a, size_t begun)
{
    struct link_attrs w = writer(a);

    link_nest_end(&w, begun);
    written(a, &w);
}

/* n streams of code 2 (HE: MCS 0-11), the rest "none" */
static uint16_t map_of(unsigned int streams)
{
    uint16_t map = 0;
    for (unsigned int i = 0; i < 8; i++)
        map = (uint16_t)(map | (i < streams ? 2U : 3U) << 2 * i);
    return map;
}

static void put_maps(uint8_t *to, uint16_t rx, uint16_t tx)
{
    to[0] = (uint8_t)rx;
    to[1] = (uint8_t)(rx >> 8);
    to[2] = (uint8_t)tx;
    to[3] = (uint8_t)(tx >> 8);
}

static void he_entry(struct attrs *a, const struct radio *radio, uint16_t iftype, unsigned int streams)
{
    size_t entry = attrs_begin(a, 0);
    size_t types = attrs_begin(a, NL80211_BAND_IFTYPE_ATTR_IFTYPES);
    attrs_flag(a, iftype);
    attrs_end(a, types);

    uint8_t phy[11] = {radio->only_20 ? 0 : radio->only_80 ? 0x04 : 0x0c};
    attrs_put(a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY, phy, sizeof phy);
    uint8_t mcs[12];
    memset(mcs, 0xff, sizeof mcs);
    put_maps(mcs, map_of(streams), map_of(streams));
    attrs_put(a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET, mcs, sizeof mcs);
    if (radio->eht_streams) {
        uint8_t eht[9] = {0};
        memset(eht, (int)(radio->eht_streams << 4 | radio->eht_streams), 6);
        attrs_put(a, NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET, eht, sizeof eht);
    }
    attrs_end(a, entry);
}

static void channel(struct attrs *a, const struct radio *radio, uint32_t frequency)
{
    size_t one = attrs_begin(a, 0);
    attrs_put_u32(a, NL80211_FREQUENCY_ATTR_FREQ, frequency);
    if (frequency == radio->no_ir)
        attrs_flag(a, NL80211_FREQUENCY_ATTR_NO_IR);
    if (frequency == radio->radar)
        attrs_flag(a, NL80211_FREQUENCY_ATTR_RADAR);
    if (frequency == radio->disabled)
        attrs_flag(a, NL80211_FREQUENCY_ATTR_DISABLED);
    if (frequency == radio->no_80)
        attrs_flag(a, NL80211_FREQUENCY_ATTR_NO_80MHZ);
    attrs_put_u32(a, NL80211_FREQUENCY_ATTR_MAX_TX_POWER, 2000);
    attrs_end(a, one);
}

static void channels(struct attrs *a, const struct radio *radio)
{
    size_t list = attrs_begin(a, NL80211_BAND_ATTR_FREQS);
    uint32_t first = radio->band == 0 ? 2412 : radio->band == 3 ? 5955 : 5180;
    uint32_t last = radio->band == 0 ? 2472 : radio->band == 3 ? 6095 : 5320;
    for (uint32_t f = first; f <= last; f += radio->band == 0 ? 5 : 20)
        channel(a, radio, f);
    attrs_end(a, list);
}

static void modes(struct attrs *a, const struct radio *radio)
{
    if (radio->ht_streams) {
        uint8_t set[16] = {0};
        memset(set, 0xff, radio->ht_streams);
        set[12] = 1; /* TX defined, equal to RX */
        attrs_put(a, NL80211_BAND_ATTR_HT_MCS_SET, set, sizeof set);
        attrs_put_u16(a, NL80211_BAND_ATTR_HT_CAPA, radio->only_20 ? 0x0020 : 0x0062);
    }
    if (radio->vht_streams) {
        uint8_t set[8] = {0};
        put_maps(set, map_of(radio->vht_streams), 0);
        put_maps(set + 4, map_of(radio->vht_streams), 0);
        attrs_put(a, NL80211_BAND_ATTR_VHT_MCS_SET, set, sizeof set);
        attrs_put_u32(a, NL80211_BAND_ATTR_VHT_CAPA, radio->only_80 ? 0x20 : 0x64);
    }
    if (radio->he_streams) {
        size_t data = attrs_begin(a, NL80211_BAND_ATTR_IFTYPE_DATA);
        he_entry(a, radio, NL80211_IFTYPE_AP, radio->he_streams);
        if (radio->he_station_streams)
            he_entry(a, radio, NL80211_IFTYPE_STATION, radio->he_station_streams);
        attrs_end(a, data);
    }
}

void radio_message(const struct radio *radio, struct attrs *a)
{
    attrs_put_u32(a, NL80211_ATTR_WIPHY, radio->index);
    attrs_put_text(a, NL80211_ATTR_WIPHY_NAME, radio->name);
    attrs_put_u32(a, NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX, radio->antennas_available);
    attrs_put_u32(a, NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX, radio->antennas_available);
    if (radio->antennas_available) {
        attrs_put_u32(a, NL80211_ATTR_WIPHY_ANTENNA_TX, radio->antennas_used);
        attrs_put_u32(a, NL80211_ATTR_WIPHY_ANTENNA_RX, radio->antennas_used);
    }
    size_t types = attrs_begin(a, NL80211_ATTR_SUPPORTED_IFTYPES);
    attrs_flag(a, NL80211_IFTYPE_STATION);
    if (!radio->no_ap)
        attrs_flag(a, NL80211_IFTYPE_AP);
    attrs_end(a, types);
    attrs_put_u32(a, 999, 7); /* of a kernel newer than this program */

    size_t bands = attrs_begin(a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(a, (uint16_t)radio->band);
    modes(a, radio);
    channels(a, radio);
    attrs_end(a, band);
    attrs_end(a, bands);
}

void radio_add(struct wiphy_table *table, const struct radio *radio)
{
    struct attrs a = {.used = 0};

    radio_message(radio, &a);
    int r = wiphy_parse(table, a.octets, a.used);
    assert(r == 0);
    (void)r;
}

void radio_begin(struct attrs *a, uint32_t index)
{
    a->used = 0;
    attrs_put_u32(a, NL80211_ATTR_WIPHY, index);
}

void radio_send(struct wiphy_table *table, const struct attrs *a)
{
    int r = wiphy_parse(table, a->octets, a->used);
    assert(r == 0);
    (void)r;
}

void radio_add_types(struct wiphy_table *table, const uint16_t *types, size_t count)
{
    struct attrs a;

    radio_begin(&a, 0);
    size_t list = attrs_begin(&a, NL80211_ATTR_SUPPORTED_IFTYPES);
    for (size_t i = 0; i < count; i++)
        attrs_flag(&a, types[i]);
    attrs_end(&a, list);
    radio_send(table, &a);
}

void radio_add_u32(struct wiphy_table *table, uint16_t attribute, uint32_t value)
{
    struct attrs a;

    radio_begin(&a, 0);
    attrs_put_u32(&a, attribute, value);
    radio_send(table, &a);
}

static void put_eht(struct attrs *a, const struct radio_sets *sets)
{
    if (sets->eht_size)
        attrs_put(a, NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET, sets->eht, sets->eht_size);
}

void radio_add_sets(struct wiphy_table *table, uint16_t band, const struct radio_sets *sets)
{
    struct attrs a;

    radio_begin(&a, 0);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t one = attrs_begin(&a, band);
    size_t data = attrs_begin(&a, NL80211_BAND_ATTR_IFTYPE_DATA);
    size_t entry = attrs_begin(&a, 0);
    if (sets->maps_first)
        put_eht(&a, sets);
    attrs_put(&a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET, sets->he, sets->he_size);
    size_t types = attrs_begin(&a, NL80211_BAND_IFTYPE_ATTR_IFTYPES);
    attrs_flag(&a, sets->type);
    if (sets->other_type)
        attrs_flag(&a, sets->other_type);
    attrs_end(&a, types);
    attrs_put_u8(&a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY, sets->he_phy0);
    attrs_put_u8(&a, NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY, sets->eht_phy0);
    if (!sets->maps_first)
        put_eht(&a, sets);
    attrs_end(&a, entry);
    attrs_end(&a, data);
    attrs_end(&a, one);
    attrs_end(&a, bands);
    radio_send(table, &a);
}
