/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_FACTS_H
#define FASCIA_STACK_REPORT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/event.h"
#include "stack/base/function.h"

/*
 * Everything that a report is made of, as one bounded value without pointers. It is filled from what the services
 * publish (facts_json.h) or from a described radio (facts_radio.h), and could as well be filled from a stored snapshot:
 * the judge and the renderers know nothing else. All text is valid UTF-8 without control characters (see
 * report_text_clean()). What goes beyond a bound is counted in `cut`, never silently dropped.
 */

#define REPORT_FUNCTIONS_MAX      16
#define REPORT_UNITS_MAX          24
#define REPORT_BANDS_MAX          6
#define REPORT_LADDERS_MAX        8
#define REPORT_STAGES_MAX         16
#define REPORT_NOTES_MAX          20
#define REPORT_PEERS_MAX          16
#define REPORT_SAMPLES_MAX        240 /* of a station's past */
#define REPORT_SURVEY_MAX         64
#define REPORT_INTERFACES_MAX     8
#define REPORT_CHANNELS_MAX       16 /* of a layout, and of the speakers */
#define REPORT_EVENTS_MAX         512
#define REPORT_PHONE_EVENTS_MAX   256
#define REPORT_AWARE_SERVICES_MAX 16
#define REPORT_AWARE_PEERS_MAX    64
#define REPORT_AWARE_PATHS_MAX    64

#define REPORT_RULES_MAX   8 /* of the sound's policy */
#define REPORT_CLASSES_MAX 8 /* of streams */

#define REPORT_ADDRESS_SIZE 64 /* "fe80::…%interface" */
#define REPORT_CHANNEL_SIZE 8  /* "FL" */
#define REPORT_NOTE_SIZE    384

struct report_function {
    char name[FASCIA_FUNCTION_NAME_SIZE];
    enum fascia_function_state state;
    char reason[32]; /* "none", or an id that this version may not know */
    char detail[FASCIA_DETAIL_SIZE];
};

struct report_unit {
    char name[32];
    char state[16];
    uint32_t pid, restarts;
};

struct report_ladder { /* how far a function has come down; see stack/supervisor/supervisor_config.h */
    char function[FASCIA_FUNCTION_NAME_SIZE];
    char step[32], hmi[48]; /* in force; text id for the HMI, "" = none */
    uint32_t attempt;
    uint32_t number; /* of the step; 0 = the first, nothing has been given up */
};

/* The boot on the clock since the kernel's start, in microseconds; -1 = not yet. */

#define REPORT_BOOT_LONGEST_US INT64_C(1000000000000000) /* three decades: times are cut to it */

struct report_boot_unit {
    char name[32];
    int64_t exec_us, ready_us; /* the first ones; an adopted unit has no exec */
};

struct report_boot_stage {
    char name[32], wait_for[32];
    char verdict[16]; /* "pending", "met", "missed", "late", "untimed" */
    int64_t budget_us, reached_us;
};

struct report_boot {
    bool known; /* the supervisor said it */
    int64_t fasciad_us;
    struct report_boot_unit units[REPORT_UNITS_MAX]; /* in start order */
    size_t units_count;
    struct report_boot_stage stages[REPORT_STAGES_MAX];
    size_t stages_count;
};

struct report_streams {
    uint32_t tx, rx; /* 0 = mode absent, or unknown */
};

enum report_phy { REPORT_PHY_HT, REPORT_PHY_VHT, REPORT_PHY_HE, REPORT_PHY_EHT, REPORT_PHYS_ };

struct report_band { /* what an access point on this band could do */
    char name[16];   /* "5GHz" */
    struct report_streams streams[REPORT_PHYS_];
    char mimo_class[16]; /* of `effective`; "" = not known */
    struct report_streams effective;
    struct report_streams widest;    /* at width_mhz, where it differs: some chips pay for it; 0 = not told */
    char limit_tx[32], limit_rx[32]; /* id of what that number comes from (capability_limit_name()); "" = not said */
    char standard[16];
    uint32_t width_mhz, width_startable_mhz; /* what the radio can; what it may start with somewhere; 0 = none */
    bool has_channels;                       /* the counts below are known */
    uint32_t channels, startable, radar, listen_only, disabled;
    uint32_t indoor_only; /* of all but the disabled ones: for use inside buildings, which a vehicle is not */
};

struct report_capability { /* the radio as a whole */
    bool known;
    char country[4];
    bool self_managed, ap, station, nan, ap_and_station, ap_and_nan, radar_detection, smps_static, smps_dynamic;
    uint32_t combination_channels; /* 0 = not told */
};

struct report_survey { /* what the kernel knows of a channel */
    uint32_t frequency_mhz;
    bool in_use, has_noise, has_time;
    int32_t noise_dbm;
    uint64_t active_ms, busy_ms;
};

#define REPORT_NOT_OFFERED UINT32_MAX

/* A phone's past, oldest first: each column over the same times. */
struct report_sample {
    int64_t t_ms; /* since the supervisor started, as report_event; may be before it */
    uint32_t tx_rate_kbps, rx_rate_kbps;
    struct report_streams nss;
    int32_t signal_dbm;
    bool has_signal;
    uint32_t retries;          /* since the sample before */
    uint32_t airtime_permille; /* since the sample before; REPORT_NOT_OFFERED */
};

struct report_series {
    struct report_sample samples[REPORT_SAMPLES_MAX];
    size_t count;
};

struct report_rate { /* of one direction, as last seen; 0 = not known */
    uint32_t width_mhz, gi_ns, mcs;
    bool has_mcs;
    uint64_t airtime_us;
    bool has_airtime;
};

struct report_peer { /* a station of the access point */
    char mac[FASCIA_MAC_TEXT_SIZE];
    char address[REPORT_ADDRESS_SIZE]; /* from the address service; "" = not addressed */
    char standard[16];
    struct report_streams nss; /* the most seen */
    uint32_t tx_rate_kbps, rx_rate_kbps;
    int32_t signal_dbm;
    bool has_signal;
    struct report_rate tx, rx;
    bool counted; /* the service tells the next four */
    uint32_t tx_packets, retries, failed, connected_s;
    uint32_t returns; /* times it came back within the debounce */
    bool away;        /* gone, and that time is not over */
    struct report_series history;
};

struct report_link {
    bool answered; /* the service answered on the bus */
    char mode[8];  /* "" = no link */
    char ssid[33], country[4], security[24], standard[16];
    char wiphy[32], interface[24], bssid[FASCIA_MAC_TEXT_SIZE], mimo_class[16];
    uint32_t channel, frequency_mhz, width_mhz, interface_index, radios;
    struct report_streams streams;
    uint32_t antennas[4]; /* masks: available TX, RX; configured TX, RX; 0 = not reported */
    struct report_band bands[REPORT_BANDS_MAX];
    size_t bands_count;
    struct report_capability capability;
    struct report_survey survey[REPORT_SURVEY_MAX];
    size_t survey_count;
    char notes[REPORT_NOTES_MAX][REPORT_NOTE_SIZE];
    size_t notes_count;
    struct report_peer peers[REPORT_PEERS_MAX];
    size_t peers_count;
};

struct report_interface {
    char name[24], nd[12], mac[FASCIA_MAC_TEXT_SIZE], address[REPORT_ADDRESS_SIZE];
    uint32_t index, peers;
    uint64_t nd_packets, mld_packets, rs_packets, packets; /* sent by us since preparation; RS: of the ND */
    char offender[192];                                    /* the first that the mode does not allow; "" = none */
};

struct report_address_peer {
    uint32_t interface_index;
    char mac[FASCIA_MAC_TEXT_SIZE], address[REPORT_ADDRESS_SIZE];
};

struct report_address {
    bool answered;
    struct report_interface interfaces[REPORT_INTERFACES_MAX];
    size_t interfaces_count;
    struct report_address_peer peers[REPORT_PEERS_MAX];
    size_t peers_count;
};

struct report_aware_service {
    char name[24], role[12], security[12];
    bool running;
    uint32_t port;
};

struct report_aware_peer {
    uint32_t id; /* 0 = not paired */
    char name[64], nmi[FASCIA_MAC_TEXT_SIZE], state[16];
    char failure[96]; /* of the last attempt; "" = none */
    bool paired, remembered, must_pair_again;
};

struct report_aware_path {
    char nmi[FASCIA_MAC_TEXT_SIZE], role[12], address[REPORT_ADDRESS_SIZE];
    bool connected;
    uint32_t cipher, port; /* 0 = open; not said */
};

struct report_aware {
    bool answered;
    char engine[16]; /* state: "running" */
    uint64_t run;    /* lives of the engine */
    char cluster[FASCIA_MAC_TEXT_SIZE], radio_interface[24], iid[20];
    uint32_t interface_index;
    struct report_aware_service services[REPORT_AWARE_SERVICES_MAX];
    size_t services_count;
    struct report_aware_peer peers[REPORT_AWARE_PEERS_MAX];
    size_t peers_count;
    struct report_aware_path paths[REPORT_AWARE_PATHS_MAX];
    size_t paths_count;
};

struct report_speaker { /* degrees, positive left and up; metres and Hz, 0 = not known, full range */
    char plays[REPORT_CHANNEL_SIZE];
    double azimuth_deg, elevation_deg, distance_m, low_hz;
};

struct report_rule {
    char mode[16];
    uint32_t min_speakers;
};

struct report_class { /* of streams; dB */
    char name[16], sink[64], why[12];
    uint32_t streams;
    bool sounds;
    double volume_db, level_db;
};

#define REPORT_SILENCE_DB (-120.0) /* levels: this and below is silence */

struct report_sound_level {
    double peak_db, rms_db;
};

struct report_levels { /* dBFS, LUFS, dBTP; none below REPORT_SILENCE_DB */
    bool known;
    char speakers[REPORT_CHANNELS_MAX][REPORT_CHANNEL_SIZE];
    struct report_sound_level speaker[REPORT_CHANNELS_MAX];
    size_t speakers_count;
    char classes[REPORT_CLASSES_MAX][16];
    struct report_sound_level class[REPORT_CLASSES_MAX];
    double class_gain_db[REPORT_CLASSES_MAX];
    size_t classes_count;
    double reduction_db; /* of the limiter; 0 or less */
    double momentary, short_term, integrated, true_peak_db;
};

struct report_network { /* a programme that comes by RTP */
    char state[16];     /* "" = not said */
    char address[REPORT_ADDRESS_SIZE], sender[REPORT_ADDRESS_SIZE];
    uint32_t port;
};

struct report_audio {
    bool answered;
    bool has_matrix;                  /* rows and columns fit speakers and channels */
    bool has_cabin;                   /* one row for each of the speakers */
    bool has_spatial, spatial, upmix; /* of a service that says so */
    uint32_t latency_frames, rate, quantum;
    size_t speakers_count, channels_count, lost_count, policy_count, classes_count;
    double matrix[REPORT_CHANNELS_MAX][REPORT_CHANNELS_MAX]; /* [speaker][channel], linear, finite */
    double worst_gain_db, expected_gain_db, makeup_db, ceiling_db;
    char speakers[REPORT_CHANNELS_MAX][REPORT_CHANNEL_SIZE];
    char channels[REPORT_CHANNELS_MAX][REPORT_CHANNEL_SIZE];
    char lost[REPORT_CHANNELS_MAX][REPORT_CHANNEL_SIZE]; /* as the service admits */
    char source[16], mode[16];                           /* mode "" = none yet */
    char mode_reason[REPORT_NOTE_SIZE];
    char projection_sink[64], target_sink[64];
    char mode_wanted[16], filters[16], coefficients[32]; /* older services do not say: "" */
    struct report_rule policy[REPORT_RULES_MAX];
    struct report_network network;
    struct report_speaker cabin[REPORT_CHANNELS_MAX];
    struct report_class classes[REPORT_CLASSES_MAX];
    struct report_levels levels;
};

struct report_event {
    int64_t t_ms; /* since the supervisor started */
    char name[32], source[FASCIA_SOURCE_SIZE], detail[FASCIA_DETAIL_SIZE];
};

struct report_transfer { /* one direction of the phone's TCP test */
    bool measured, ok;
    uint64_t bytes;
    double ms;
};

struct report_phone_event {
    int64_t t_ms; /* since the phone started: another zero than report_event's */
    char text[120];
};

struct report_phone { /* what the phone's side says: attached */
    bool attached, joined;
    char bssid[FASCIA_MAC_TEXT_SIZE], key_mgmt[24];
    uint32_t frequency_mhz;
    char own_mac[FASCIA_MAC_TEXT_SIZE], own_address[REPORT_ADDRESS_SIZE];
    char head_unit_mac[FASCIA_MAC_TEXT_SIZE], head_unit_address[REPORT_ADDRESS_SIZE];
    struct report_transfer to_head_unit, from_head_unit;
    bool has_nd;                                 /* it counted what came from the head unit: */
    uint64_t nd_received, mld_received, dropped; /* dropped: frames that it could not look at */
    int64_t started_us;                          /* CLOCK_MONOTONIC of its machine; 0 = not said */
    struct report_phone_event events[REPORT_PHONE_EVENTS_MAX];
    size_t events_count;
    bool merged; /* its events are among ours as well */
};

struct report_sound_channel {
    char name[REPORT_CHANNEL_SIZE];
    double frequency_hz;
    double gains[REPORT_CHANNELS_MAX]; /* linear, per speaker */
    bool known[REPORT_CHANNELS_MAX];   /* false: the record has no number there */
};

struct report_sound { /* what came out of the speakers: attached */
    bool attached;
    uint32_t rate;
    double seconds;
    char speakers[REPORT_CHANNELS_MAX][REPORT_CHANNEL_SIZE];
    size_t speakers_count;
    struct report_sound_channel channels[REPORT_CHANNELS_MAX];
    size_t channels_count;
};

/* The facts are those of a radio as it is described: no unit ran, nothing was measured. See facts_radio.h. */
struct report_described {
    bool is;
    char radio[64], title[128], source[512]; /* name, for people, and where its figures come from */
    char country[4];                         /* judged for */
    char band[16];                           /* judged on; "" = an access point can start on none */
};

struct report_facts {
    bool supervisor_answered;
    int64_t started_us; /* CLOCK_MONOTONIC when the supervisor started: the zero of `events` */
    char profile[64], config_file[256];
    char phase[16];                                /* "RUNNING"; "" = a supervisor that does not say */
    char black_box_path[256], black_box_state[96]; /* "" = not said; "ok", "off", or why it is broken */
    uint64_t generation;
    struct report_function functions[REPORT_FUNCTIONS_MAX];
    size_t functions_count;
    struct report_unit units[REPORT_UNITS_MAX];
    size_t units_count;
    struct report_ladder ladders[REPORT_LADDERS_MAX];
    size_t ladders_count;
    struct report_boot boot;
    struct report_described described;
    struct report_link link;
    struct report_address address;
    struct report_audio audio;
    struct report_aware aware;
    struct report_event events[REPORT_EVENTS_MAX]; /* oldest first */
    size_t events_count;
    struct report_phone phone;
    struct report_sound sound;
    size_t cut; /* entries and texts that did not fit */
};

/**
 * Once everything has been read: gives each station its address, puts the phone's events on our timeline when it ran
 * on the same machine, and corrects what the functions claim. A service that does not answer on the bus makes its
 * function at best DEGRADED (service-down). Without a supervisor the services' own states stand in, and the function
 * "supervisor" is FAILED.
 */
void report_facts_settle(struct report_facts *facts);

/** By name; NULL when it is not there. */
const struct report_function *report_facts_function(const struct report_facts *facts, const char *name);

/** Whether a function is there and switched off: its service is not expected to answer. */
bool report_facts_is_off(const struct report_facts *facts, const char *function);

/** Whether channels go through the filters of virtual surround: the matrix tells only of the others. */
bool report_audio_has_filters(const struct report_audio *audio);

/** Whether the matrix is known and has anything in it. */
bool report_audio_has_levels(const struct report_audio *audio);

/** The ladder of a function that is below its first step; NULL when it is not, or has none. */
const struct report_ladder *report_facts_fallen(const struct report_facts *facts, const char *function);

/** Whether a stage has not been reached within its budget. */
bool report_stage_is_missed(const struct report_boot_stage *stage);

/** A band by its name; NULL when the radio does not have it, or the service does not say. */
const struct report_band *report_facts_band(const struct report_facts *facts, const char *name);

/** The band of the link, or the one that a described radio is judged on; NULL when it is not known. */
const struct report_band *report_facts_band_in_use(const struct report_facts *facts);

/** "2.4GHz", "5GHz", "6GHz" for a primary channel's centre; "" for 0. */
const char *report_band_name(uint32_t mhz);

/** "5 GHz" of the band "5GHz", for sentences; "the band in use" of "". Static, or `name`. */
const char *report_band_text(const char *name);

/** The peer's address by MAC (any case); "" when it has none. */
const char *report_facts_address_of(const struct report_facts *facts, const char *mac);

/**
 * Copies foreign text into `size` (>= 1) octets: control characters become '?', octets that are not UTF-8 become
 * U+FFFD, and what does not fit (1024 octets at most) is cut between characters. Returns false when it was cut. `from`
 * may be `to`.
 */
bool report_text_clean(char *to, size_t size, const char *from);

/** A gain as decibels; -200 for zero and below. */
double report_db(double gain);

/** Row of a named speaker in the measurement, or SIZE_MAX. */
size_t report_sound_speaker(const struct report_sound *sound, const char *name);

/** The measured channel of that name, or NULL. */
const struct report_sound_channel *report_sound_channel(const struct report_sound *sound, const char *name);

/** The weight that counts as silence: -60 dB. */
#define REPORT_SILENCE 0.001

#endif
