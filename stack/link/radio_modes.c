/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/radio_modes.h"

#include <string.h>

#include "stack/base/bytes.h"
#include "stack/base/cleanup.h"
#include "stack/link/mimo.h"
#include "stack/link/nl80211_values.h"

enum { HE_SET_SIZE = 12, HE_PHY_SIZE = 11 };

/* A kernel number per word; the tables of words and these have the same order. */
static int number_of(const char *const *words, const int *numbers, const char *word)
{
    int i = radio_word_index(words, word);

    return i >= 0 ? numbers[i] : -1;
}

int radio_kernel_type(const char *word)
{
    static const int numbers[] = {
        NL80211_IFTYPE_STATION,         NL80211_IFTYPE_AP,         NL80211_IFTYPE_AP_VLAN, NL80211_IFTYPE_MONITOR,
        NL80211_IFTYPE_MESH_POINT,      NL80211_IFTYPE_ADHOC,      NL80211_IFTYPE_WDS,     NL80211_IFTYPE_P2P_CLIENT,
        NL80211_IFTYPE_P2P_GO,          NL80211_IFTYPE_P2P_DEVICE, NL80211_IFTYPE_OCB,     NL80211_IFTYPE_NAN,
        FASCIA_NL80211_IFTYPE_NAN_DATA,
    };
    return number_of(radio_type_words, numbers, word);
}

int radio_kernel_flag(const char *word)
{
    static const int numbers[] = {
        NL80211_FREQUENCY_ATTR_DISABLED,      NL80211_FREQUENCY_ATTR_NO_IR,        NL80211_FREQUENCY_ATTR_RADAR,
        NL80211_FREQUENCY_ATTR_NO_HT40_MINUS, NL80211_FREQUENCY_ATTR_NO_HT40_PLUS, NL80211_FREQUENCY_ATTR_NO_80MHZ,
        NL80211_FREQUENCY_ATTR_NO_160MHZ,     NL80211_FREQUENCY_ATTR_NO_320MHZ,    NL80211_FREQUENCY_ATTR_NO_HE,
        NL80211_FREQUENCY_ATTR_NO_EHT,        NL80211_FREQUENCY_ATTR_INDOOR_ONLY,
    };
    return number_of(radio_flag_words, numbers, word);
}

int radio_kernel_width(const char *word)
{
    static const int numbers[] = {
        NL80211_CHAN_WIDTH_20_NOHT, NL80211_CHAN_WIDTH_20,  NL80211_CHAN_WIDTH_40,  NL80211_CHAN_WIDTH_80,
        NL80211_CHAN_WIDTH_80P80,   NL80211_CHAN_WIDTH_160, NL80211_CHAN_WIDTH_320,
    };
    return number_of(radio_radar_words, numbers, word);
}

int radio_kernel_band(enum radio_band band)
{
    static const int numbers[RADIO_BANDS_] = {
        [RADIO_BAND_2GHZ] = NL80211_BAND_2GHZ,
        [RADIO_BAND_5GHZ] = NL80211_BAND_5GHZ,
        [RADIO_BAND_6GHZ] = NL80211_BAND_6GHZ,
    };
    return (unsigned int)band < RADIO_BANDS_ ? numbers[band] : -1;
}

uint32_t radio_kernel_dfs(enum radio_dfs dfs)
{
    static const uint32_t numbers[RADIO_DFSES_] = {
        [RADIO_DFS_USABLE] = NL80211_DFS_USABLE,
        [RADIO_DFS_UNAVAILABLE] = NL80211_DFS_UNAVAILABLE,
        [RADIO_DFS_AVAILABLE] = NL80211_DFS_AVAILABLE,
    };
    return numbers[dfs];
}

uint8_t radio_kernel_dfs_region(enum radio_dfs_region region)
{
    static const uint8_t numbers[RADIO_DFS_REGIONS_] = {
        [RADIO_DFS_REGION_UNSET] = NL80211_DFS_UNSET,
        [RADIO_DFS_REGION_FCC] = NL80211_DFS_FCC,
        [RADIO_DFS_REGION_ETSI] = NL80211_DFS_ETSI,
        [RADIO_DFS_REGION_JP] = NL80211_DFS_JP,
    };
    return numbers[region];
}

int64_t radio_channel_step(enum radio_band band)
{
    return band == RADIO_BAND_2GHZ ? 1 : 4;
}

static bool has_gi(const radio_word *list, size_t count, const char *width)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], width) == 0)
            return true;
    }
    return false;
}

/* IEEE 802.11-2020, 9.4.2.55.2: bit 1 width, bits 2-3 SM power save, bits 5 and 6 short guard interval. */
static uint16_t ht_capabilities(const struct radio_ht *ht)
{
    static const unsigned int smps[RADIO_SMPSES_] = {
        [RADIO_SMPS_STATIC] = 0,
        [RADIO_SMPS_DYNAMIC] = 1,
        [RADIO_SMPS_DISABLED] = 3,
    };
    unsigned int capabilities = smps[ht->smps] << 2;

    capabilities |= ht->width >= 40 ? 1U << 1 : 0;
    capabilities |= has_gi(ht->short_gi, ht->short_gi_count, "20") ? 1U << 5 : 0;
    capabilities |= has_gi(ht->short_gi, ht->short_gi_count, "40") ? 1U << 6 : 0;
    return (uint16_t)capabilities;
}

static void encode_ht(const struct radio_ht *ht, uint8_t set[static MIMO_HT_MCS_SET_SIZE])
{
    enum { TX_DEFINED = 1, TX_DIFFERS = 2 };

    memset(set, 0, MIMO_HT_MCS_SET_SIZE);
    for (int64_t i = 0; i < ht->rx && i < 4; i++)
        set[i] = 0xff;
    if (ht->tx == ht->rx)
        set[12] = TX_DEFINED;
    else if (ht->tx > 0)
        set[12] = (uint8_t)(TX_DEFINED | TX_DIFFERS | (unsigned int)(ht->tx - 1) << 2);
}

void radio_put_ht(struct link_attrs *a, const struct radio_ht *ht)
{
    uint8_t set[MIMO_HT_MCS_SET_SIZE];

    if (ht->rx == 0 && ht->tx == 0)
        return;
    encode_ht(ht, set);
    link_put(a, NL80211_BAND_ATTR_HT_MCS_SET, set, sizeof set);
    link_put_u16(a, NL80211_BAND_ATTR_HT_CAPA, ht_capabilities(ht));
    link_put_u8(a, NL80211_BAND_ATTR_HT_AMPDU_FACTOR, 3);
    link_put_u8(a, NL80211_BAND_ATTR_HT_AMPDU_DENSITY, 0);
}

/* Two bits per stream, stream 1 lowest; 3 = not supported. */
static uint16_t map_of(int64_t streams, unsigned int code)
{
    unsigned int map = 0;

    for (unsigned int i = 0; i < 8; i++)
        map |= (i < streams ? code : 3U) << 2 * i;
    return (uint16_t)map;
}

static unsigned int vht_code(int64_t mcs)
{
    return mcs >= 9 ? 2 : mcs == 8 ? 1 : 0;
}

static unsigned int he_code(int64_t mcs)
{
    return mcs >= 11 ? 2 : mcs >= 9 ? 1 : 0;
}

static void encode_vht(const struct radio_vht *vht, uint8_t set[static MIMO_VHT_MCS_SET_SIZE])
{
    struct fascia_writer w;

    fascia_writer_init(&w, set, MIMO_VHT_MCS_SET_SIZE);
    fascia_write_le16(&w, map_of(vht->rx, vht_code(vht->mcs_rx)));
    fascia_write_le16(&w, 0); /* highest rate: not told */
    fascia_write_le16(&w, map_of(vht->tx, vht_code(vht->mcs_tx)));
    fascia_write_le16(&w, 0);
}

/* IEEE 802.11-2020, 9.4.2.157.2: bits 2-3 width set, bits 5 and 6 short guard interval */
static uint32_t vht_capabilities(const struct radio_vht *vht)
{
    uint32_t capabilities = vht->width_80_80 ? 2U << 2 : vht->width >= 160 ? 1U << 2 : 0;

    capabilities |= has_gi(vht->short_gi, vht->short_gi_count, "80") ? 1U << 5 : 0;
    capabilities |= has_gi(vht->short_gi, vht->short_gi_count, "160") ? 1U << 6 : 0;
    return capabilities;
}

void radio_put_vht(struct link_attrs *a, const struct radio_vht *vht)
{
    uint8_t set[MIMO_VHT_MCS_SET_SIZE];

    if (vht->rx == 0 && vht->tx == 0)
        return;
    encode_vht(vht, set);
    link_put(a, NL80211_BAND_ATTR_VHT_MCS_SET, set, sizeof set);
    link_put_u32(a, NL80211_BAND_ATTR_VHT_CAPA, vht_capabilities(vht));
}

static int64_t or_same(int64_t told, int64_t same)
{
    return told >= 0 ? told : same;
}

/* IEEE 802.11ax-2021, 9.4.2.248.3: bit 1 40 MHz in 2.4 GHz, bit 2 40 and 80 in 5 and 6, bit 3 160, bit 4 80+80. */
static uint8_t he_widths(enum radio_band band, const struct radio_he *he)
{
    unsigned int widths = 0;

    if (band == RADIO_BAND_2GHZ)
        return he->width >= 40 ? 1U << 1 : 0;
    widths |= he->width >= 40 ? 1U << 2 : 0;
    widths |= he->width >= 160 ? 1U << 3 : 0;
    widths |= he->width_80_80 ? 1U << 4 : 0;
    return (uint8_t)widths;
}

static void encode_he(const struct radio_he *he, uint8_t set[static HE_SET_SIZE])
{
    bool wide = he->width >= 160;
    struct fascia_writer w;

    fascia_writer_init(&w, set, HE_SET_SIZE);
    fascia_write_le16(&w, map_of(he->rx, he_code(he->mcs_rx)));
    fascia_write_le16(&w, map_of(he->tx, he_code(he->mcs_tx)));
    fascia_write_le16(&w, map_of(wide ? or_same(he->rx_160, he->rx) : 0, he_code(he->mcs_rx)));
    fascia_write_le16(&w, map_of(wide ? or_same(he->tx_160, he->tx) : 0, he_code(he->mcs_tx)));
    fascia_write_le16(&w, map_of(he->width_80_80 ? he->rx : 0, he_code(he->mcs_rx)));
    fascia_write_le16(&w, map_of(he->width_80_80 ? he->tx : 0, he_code(he->mcs_tx)));
}

void radio_put_he(struct link_attrs *a, enum radio_band band, const struct radio_he *he)
{
    uint8_t set[HE_SET_SIZE], phy[HE_PHY_SIZE] = {he_widths(band, he)}, mac[6] = {0};

    if (he->rx == 0 && he->tx == 0)
        return;
    encode_he(he, set);
    link_put(a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_MAC, mac, sizeof mac);
    link_put(a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY, phy, sizeof phy);
    link_put(a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET, set, sizeof set);
}

static void put_nan_phy(struct link_attrs *a, const struct radio_nan *nan)
{
    uint8_t ht[MIMO_HT_MCS_SET_SIZE], vht[MIMO_VHT_MCS_SET_SIZE], he[HE_SET_SIZE];
    /* One set for all bands: the widths of each. */
    uint8_t phy[HE_PHY_SIZE] = {he_widths(RADIO_BAND_2GHZ, &nan->he) | he_widths(RADIO_BAND_5GHZ, &nan->he)};

    encode_ht(&nan->ht, ht);
    link_put(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_MCS_SET, ht, sizeof ht);
    link_put_u16(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_CAPA, ht_capabilities(&nan->ht));
    link_put_u8(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_AMPDU_FACTOR, 3);
    link_put_u8(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_AMPDU_DENSITY, 0);
    if (nan->vht.rx > 0) {
        encode_vht(&nan->vht, vht);
        link_put(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_MCS_SET, vht, sizeof vht);
        link_put_u32(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_CAPA, vht_capabilities(&nan->vht));
    }
    if (nan->he.rx > 0) {
        encode_he(&nan->he, he);
        link_put(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_PHY, phy, sizeof phy);
        link_put(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_MCS_SET, he, sizeof he);
    }
}

void radio_put_nan(struct link_attrs *a, const struct radio_nan *nan)
{
    uint32_t bands = 0;

    for (size_t i = 0; i < nan->bands_count; i++) {
        int word = radio_word_index(radio_band_words, nan->bands[i]);
        int band = word >= 0 ? radio_kernel_band((enum radio_band)word) : -1;
        bands |= band >= 0 ? UINT32_C(1) << band : 0;
    }
    if (bands != 0)
        link_put_u32(a, NL80211_ATTR_BANDS, bands);
    if (nan->ht.rx == 0)
        return; /* the block needs HT */
    size_t block = link_nest_begin(a, FASCIA_NL80211_ATTR_NAN_CAPABILITIES);
    if (nan->configurable_sync)
        link_put_flag(a, FASCIA_NL80211_NAN_CAPA_CONFIGURABLE_SYNC);
    if (nan->userspace_discovery)
        link_put_flag(a, FASCIA_NL80211_NAN_CAPA_USERSPACE_DE);
    link_put_u8(a, FASCIA_NL80211_NAN_CAPA_NUM_ANTENNAS, (uint8_t)(nan->antennas_rx << 4 | nan->antennas_tx));
    size_t phy = link_nest_begin(a, FASCIA_NL80211_NAN_CAPA_PHY);
    put_nan_phy(a, nan);
    link_nest_end(a, phy);
    link_nest_end(a, block);
}

/* Three octets per width, for MCS 0-9, 10-11, 12-13; low nibble receive, high nibble transmit. */
static void put_eht_width(struct fascia_writer *w, const struct radio_eht *eht, int64_t tx, int64_t rx)
{
    static const int64_t mcs[] = {9, 11, 13};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(mcs); i++) {
        unsigned int t = eht->mcs_tx >= mcs[i] ? (unsigned int)tx : 0;
        unsigned int r = eht->mcs_rx >= mcs[i] ? (unsigned int)rx : 0;
        fascia_write_u8(w, (uint8_t)(t << 4 | r));
    }
}

void radio_put_eht(struct link_attrs *a, enum radio_band band, const struct radio_eht *eht)
{
    bool w160 = eht->width >= 160 && band != RADIO_BAND_2GHZ, w320 = eht->width >= 320 && band == RADIO_BAND_6GHZ;
    uint8_t set[9], phy[9] = {w320 ? 1U << 1 : 0}, mac[2] = {0};
    struct fascia_writer w;

    if (eht->rx == 0 && eht->tx == 0)
        return;
    fascia_writer_init(&w, set, sizeof set);
    put_eht_width(&w, eht, eht->tx, eht->rx);
    put_eht_width(&w, eht, w160 ? or_same(eht->tx_160, eht->tx) : 0, w160 ? or_same(eht->rx_160, eht->rx) : 0);
    put_eht_width(&w, eht, w320 ? or_same(eht->tx_320, eht->tx) : 0, w320 ? or_same(eht->rx_320, eht->rx) : 0);
    link_put(a, NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MAC, mac, sizeof mac);
    link_put(a, NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY, phy, sizeof phy);
    link_put(a, NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET, set, sizeof set);
}
