/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_RADIO_DESCRIPTION_H
#define FASCIA_STACK_LINK_RADIO_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A radio in words: what a public listing (`iw phy`) says of it, and what it does not. Bounded, without pointers.
 * Lists of words hold the words of the tables below; platform/radio reads them from YAML (docs/radios.md),
 * radio_compile() turns them into what the kernel would send.
 */

#define RADIO_TYPES_MAX        13 /* interface types */
#define RADIO_FLAGS_MAX        8  /* of a channel */
#define RADIO_RANGES_MAX       32 /* of channels with the same flags, per band */
#define RADIO_PER_TYPE_MAX     4  /* HE and EHT sets of a band */
#define RADIO_BANDS_MAX        3
#define RADIO_COMBINATIONS_MAX 8
#define RADIO_LIMITS_MAX       6 /* of a combination */
#define RADIO_SOURCES_MAX      4
#define RADIO_NOTES_MAX        12
#define RADIO_WORD_SIZE        16

/* The words, NULL-terminated. */
extern const char *const radio_band_words[]; /* in the order of enum radio_band */
extern const char *const radio_type_words[]; /* interface types: "station", "ap", … */
extern const char *const radio_flag_words[]; /* of channels: "radar", "no-ir", … */
extern const char *const radio_smps_words[]; /* in the order of enum radio_smps */
extern const char *const radio_gi_words[];   /* channel widths with a short guard interval */
extern const char *const radio_radar_words[];
extern const char *const radio_dfs_words[];        /* in the order of enum radio_dfs */
extern const char *const radio_dfs_region_words[]; /* in the order of enum radio_dfs_region */
extern const char *const radio_group_words[];      /* what a note of certainty is about */

enum radio_band { RADIO_BAND_2GHZ, RADIO_BAND_5GHZ, RADIO_BAND_6GHZ, RADIO_BANDS_ };

enum radio_smps { RADIO_SMPS_STATIC, RADIO_SMPS_DYNAMIC, RADIO_SMPS_DISABLED, RADIO_SMPSES_ };

/** What is known of radar on a channel that has the flag "radar". */
enum radio_dfs { RADIO_DFS_USABLE, RADIO_DFS_UNAVAILABLE, RADIO_DFS_AVAILABLE, RADIO_DFSES_ };

enum radio_dfs_region {
    RADIO_DFS_REGION_UNSET,
    RADIO_DFS_REGION_FCC,
    RADIO_DFS_REGION_ETSI,
    RADIO_DFS_REGION_JP,
    RADIO_DFS_REGIONS_
};

typedef char radio_word[RADIO_WORD_SIZE];

struct radio_source {
    char where[160]; /* public address */
    char what[160];  /* which part of it, of which machine */
    char when[32];   /* of the listing */
    char kernel[64]; /* and driver, where told */
};

struct radio_note {
    unsigned int about; /* position in radio_group_words */
    char note[320];
};

/** What a description is, for people. Everything but `radio` may be empty. */
struct radio_about {
    char radio[64]; /* the name that it is looked up by */
    char title[128];
    char chip[64];
    char driver[64];
    size_t sources_count;
    struct radio_source sources[RADIO_SOURCES_MAX];
    size_t certainty_count;
    struct radio_note certainty[RADIO_NOTES_MAX]; /* where the listing did not say */
};

/** Streams 0 in both directions: the radio does not have the mode. */
struct radio_ht {
    int64_t tx, rx; /* 0..4; tx 0 with rx above 0: the set of transmit MCS is not defined */
    int64_t width;  /* MHz: 20, 40 */
    enum radio_smps smps;
    radio_word short_gi[4];
    size_t short_gi_count;
};

struct radio_vht {
    int64_t tx, rx;         /* 0..8 */
    int64_t mcs_tx, mcs_rx; /* highest: 7, 8, 9 */
    int64_t width;          /* MHz: 80, 160 */
    bool width_80_80;
    radio_word short_gi[4];
    size_t short_gi_count;
};

struct radio_he {
    int64_t tx, rx;
    int64_t mcs_tx, mcs_rx; /* highest: 7, 9, 11 */
    int64_t width;          /* MHz: 20, 40, 80, 160 */
    bool width_80_80;
    int64_t tx_160, rx_160; /* at 160 MHz; -1 = the same */
};

struct radio_eht {
    int64_t tx, rx;
    int64_t mcs_tx, mcs_rx; /* highest: 9, 11, 13 */
    int64_t width;          /* MHz: 20, 40, 80, 160, 320 */
    int64_t tx_160, rx_160, tx_320, rx_320;
};

/** HE and EHT are told per interface type. */
struct radio_per_type {
    radio_word types[RADIO_TYPES_MAX];
    size_t types_count;
    struct radio_he he;
    struct radio_eht eht;
};

/** Channels that have the same flags. */
struct radio_range {
    int64_t from, to; /* channel numbers, in steps of the band's; to 0 = the one channel */
    int64_t power_dbm;
    enum radio_dfs dfs;
    radio_word flags[RADIO_FLAGS_MAX];
    size_t flags_count;
};

struct radio_band_description {
    enum radio_band band;
    struct radio_ht ht;
    struct radio_vht vht;
    struct radio_per_type per_type[RADIO_PER_TYPE_MAX];
    size_t per_type_count;
    struct radio_range channels[RADIO_RANGES_MAX];
    size_t channels_count;
};

struct radio_limit {
    int64_t max;
    radio_word types[RADIO_TYPES_MAX];
    size_t types_count;
};

/** Interface types at once. */
struct radio_combination {
    struct radio_limit limits[RADIO_LIMITS_MAX];
    size_t limits_count;
    int64_t total, channels;
    radio_word radar_widths[RADIO_FLAGS_MAX]; /* radar can be watched for at these; none = not at all */
    size_t radar_widths_count;
};

struct radio_antennas {
    char available_tx[12], available_rx[12];   /* masks as `iw` prints them: "0x3"; "0x0" = not told */
    char configured_tx[12], configured_rx[12]; /* "" = not told */
};

/** What the NAN device (Wi-Fi Aware) does, the same on every band. Linux tells it since 7.2. */
struct radio_nan {
    radio_word bands[RADIO_BANDS_MAX]; /* it can be started on */
    size_t bands_count;
    int64_t antennas_tx, antennas_rx; /* 0 = not told */
    bool configurable_sync, userspace_discovery, secure;
    struct radio_ht ht;
    struct radio_vht vht;
    struct radio_he he;
};

struct radio_description {
    struct radio_about about;
    char phy[32];                     /* the kernel's name for it: "phy0" */
    char country[3];                  /* in force when the listing was made; "" = not known */
    enum radio_dfs_region dfs_region; /* of that domain */
    bool self_managed;
    bool dfs_offload;               /* the firmware watches for radar */
    bool smps_static, smps_dynamic; /* an access point can do it */
    struct radio_antennas antennas;
    radio_word interface_types[RADIO_TYPES_MAX];
    size_t interface_types_count;
    struct radio_nan nan;
    struct radio_combination combinations[RADIO_COMBINATIONS_MAX];
    size_t combinations_count;
    struct radio_band_description bands[RADIO_BANDS_MAX];
    size_t bands_count;
};

/** What a description is before anything is read: "phy0", which can do nothing. */
void radio_description_init(struct radio_description *ret_description);

/* What an element of a list is before its keys are read: no mode, and of a mode the widest MCS. */
extern const struct radio_band_description radio_band_initial;
extern const struct radio_per_type radio_per_type_initial;
extern const struct radio_range radio_range_initial;
extern const struct radio_combination radio_combination_initial;
extern const struct radio_limit radio_limit_initial;

/** Position of a word in one of the tables, or -1. */
int radio_word_index(const char *const *words, const char *word);

/** Centre of a 20 MHz channel; 0 when the band has no such channel. */
uint32_t radio_frequency_mhz(enum radio_band band, int64_t channel);

#endif
