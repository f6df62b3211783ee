/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/radio_description.h"

#include <string.h>

const char *const radio_band_words[] = {
    [RADIO_BAND_2GHZ] = "2.4GHz",
    [RADIO_BAND_5GHZ] = "5GHz",
    [RADIO_BAND_6GHZ] = "6GHz",
    [RADIO_BANDS_] = NULL,
};

const char *const radio_type_words[] = {"station",    "ap",     "ap-vlan",    "monitor", "mesh", "ibss",     "wds",
                                        "p2p-client", "p2p-go", "p2p-device", "ocb",     "nan",  "nan-data", NULL};

const char *const radio_flag_words[] = {"disabled", "no-ir",  "radar", "no-ht40-minus", "no-ht40-plus", "no-80",
                                        "no-160",   "no-320", "no-he", "no-eht",        "indoor",       NULL};

const char *const radio_smps_words[] = {
    [RADIO_SMPS_STATIC] = "static",
    [RADIO_SMPS_DYNAMIC] = "dynamic",
    [RADIO_SMPS_DISABLED] = "disabled",
    [RADIO_SMPSES_] = NULL,
};

const char *const radio_gi_words[] = {"20", "40", "80", "160", NULL};

const char *const radio_radar_words[] = {"20-no-ht", "20", "40", "80", "80+80", "160", "320", NULL};

const char *const radio_dfs_words[] = {
    [RADIO_DFS_USABLE] = "usable",
    [RADIO_DFS_UNAVAILABLE] = "unavailable",
    [RADIO_DFS_AVAILABLE] = "available",
    [RADIO_DFSES_] = NULL,
};

const char *const radio_dfs_region_words[] = {
    [RADIO_DFS_REGION_UNSET] = "unset", [RADIO_DFS_REGION_FCC] = "fcc", [RADIO_DFS_REGION_ETSI] = "etsi",
    [RADIO_DFS_REGION_JP] = "jp",       [RADIO_DFS_REGIONS_] = NULL,
};

const char *const radio_group_words[] = {"everything", "antennas", "interface-types", "combinations", "ht",   "vht",
                                         "he",         "eht",      "channels",        "country",      "smps", "dfs",
                                         "driver",     NULL};

const struct radio_band_description radio_band_initial = {
    .ht = {.width = 20, .smps = RADIO_SMPS_DISABLED},
    .vht = {.mcs_tx = 9, .mcs_rx = 9, .width = 80},
};

const struct radio_per_type radio_per_type_initial = {
    .he = {.mcs_tx = 11, .mcs_rx = 11, .width = 20, .tx_160 = -1, .rx_160 = -1},
    .eht = {.mcs_tx = 13, .mcs_rx = 13, .width = 20, .tx_160 = -1, .rx_160 = -1, .tx_320 = -1, .rx_320 = -1},
};

const struct radio_range radio_range_initial = {.power_dbm = 20};
const struct radio_combination radio_combination_initial = {.total = 1, .channels = 1};
const struct radio_limit radio_limit_initial = {.max = 1};

void radio_description_init(struct radio_description *ret_description)
{
    *ret_description = (struct radio_description){
        .phy = "phy0",
        .antennas = {.available_tx = "0x0", .available_rx = "0x0"},
        .nan =
            {
                .ht = {.width = 20, .smps = RADIO_SMPS_DISABLED},
                .vht = {.mcs_tx = 9, .mcs_rx = 9, .width = 80},
                .he = {.mcs_tx = 11, .mcs_rx = 11, .width = 20, .tx_160 = -1, .rx_160 = -1},
            },
    };
}

int radio_word_index(const char *const *words, const char *word)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return -1;
}

/* IEEE 802.11-2020, annex E: channel starting frequencies and channel sets of the operating classes. */
uint32_t radio_frequency_mhz(enum radio_band band, int64_t channel)
{
    switch (band) {
    case RADIO_BAND_2GHZ:
        if (channel == 14)
            return 2484;
        return channel >= 1 && channel <= 13 ? (uint32_t)(2407 + 5 * channel) : 0;
    case RADIO_BAND_5GHZ:
        return channel >= 7 && channel <= 196 ? (uint32_t)(5000 + 5 * channel) : 0;
    case RADIO_BAND_6GHZ:
        if (channel == 2)
            return 5935;
        return channel >= 1 && channel <= 233 ? (uint32_t)(5950 + 5 * channel) : 0;
    case RADIO_BANDS_:
        break;
    }
    return 0;
}
