/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <strings.h>

#include "stack/report/facts_json.h"
#include "stack/report/facts_read.h"

/* The link service: org.fascia.Link1 and its phones' past. */

static struct report_streams streams_of(struct json_object *row, const char *tx, const char *rx)
{
    return (struct report_streams){.tx = facts_u32(facts_member(row, tx)), .rx = facts_u32(facts_member(row, rx))};
}

static void read_modes(struct report_band *band, struct json_object *row)
{
    static const char *const keys[REPORT_PHYS_][2] = {
        [REPORT_PHY_HT] = {"ht_tx", "ht_rx"},
        [REPORT_PHY_VHT] = {"vht_tx", "vht_rx"},
        [REPORT_PHY_HE] = {"he_tx", "he_rx"},
        [REPORT_PHY_EHT] = {"eht_tx", "eht_rx"},
    };

    for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
        band->streams[phy] = streams_of(row, keys[phy][0], keys[phy][1]);
}

static void read_bands(struct report_facts *facts, struct json_object *bands)
{
    struct report_link *link = &facts->link;

    link->bands_count = facts_fitting(facts, facts_length(bands), REPORT_BANDS_MAX);
    for (size_t i = 0; i < link->bands_count; i++) {
        struct json_object *row = facts_element(bands, i);
        struct report_band *band = &link->bands[i];
        FACTS_TEXT(facts, facts_member(row, "name"), band->name);
        FACTS_TEXT(facts, facts_member(row, "class"), band->mimo_class);
        FACTS_TEXT(facts, facts_member(row, "limit_tx"), band->limit_tx);
        FACTS_TEXT(facts, facts_member(row, "limit_rx"), band->limit_rx);
        FACTS_TEXT(facts, facts_member(row, "standard"), band->standard);
        band->effective = streams_of(row, "tx", "rx");
        band->widest = streams_of(row, "tx_widest", "rx_widest");
        read_modes(band, row);
        band->width_mhz = facts_u32(facts_member(row, "width_mhz"));
        band->width_startable_mhz = facts_u32(facts_member(row, "width_startable_mhz"));
        band->has_channels = facts_is_number(facts_member(row, "startable"));
        band->channels = facts_u32(facts_member(row, "channels"));
        band->startable = facts_u32(facts_member(row, "startable"));
        band->radar = facts_u32(facts_member(row, "radar"));
        band->listen_only = facts_u32(facts_member(row, "listen_only"));
        band->disabled = facts_u32(facts_member(row, "disabled"));
        band->indoor_only = facts_u32(facts_member(row, "indoor_only"));
    }
}

static void read_capability(struct report_facts *facts, struct json_object *object)
{
    struct report_capability *capability = &facts->link.capability;

    capability->known = facts_member(object, "ap") != NULL;
    FACTS_TEXT(facts, facts_member(object, "country"), capability->country);
    capability->self_managed = facts_bool(facts_member(object, "self_managed"));
    capability->ap = facts_bool(facts_member(object, "ap"));
    capability->station = facts_bool(facts_member(object, "station"));
    capability->nan = facts_bool(facts_member(object, "nan"));
    capability->ap_and_station = facts_bool(facts_member(object, "ap_and_station"));
    capability->ap_and_nan = facts_bool(facts_member(object, "ap_and_nan"));
    capability->combination_channels = facts_u32(facts_member(object, "combination_channels"));
    capability->radar_detection = facts_bool(facts_member(object, "radar_detection"));
    capability->smps_static = facts_bool(facts_member(object, "smps_static"));
    capability->smps_dynamic = facts_bool(facts_member(object, "smps_dynamic"));
}

static void read_survey(struct report_facts *facts, struct json_object *survey)
{
    struct report_link *link = &facts->link;

    link->survey_count = facts_fitting(facts, facts_length(survey), REPORT_SURVEY_MAX);
    for (size_t i = 0; i < link->survey_count; i++) {
        struct json_object *row = facts_element(survey, i);
        struct report_survey *channel = &link->survey[i];
        channel->frequency_mhz = facts_u32(facts_member(row, "frequency_mhz"));
        channel->in_use = facts_bool(facts_member(row, "in_use"));
        channel->has_noise = facts_dbm(facts_member(row, "noise_dbm"), &channel->noise_dbm);
        channel->has_time = facts_is_number(facts_member(row, "active_ms")) && //
                            facts_is_number(facts_member(row, "busy_ms"));
        channel->active_ms = facts_u64(facts_member(row, "active_ms"));
        channel->busy_ms = facts_u64(facts_member(row, "busy_ms"));
    }
}

static struct report_rate rate_of(struct json_object *row, const char *direction)
{
    struct json_object *of[4];
    static const char *const members[] = {"width_mhz", "gi_ns", "mcs", "airtime_us"};

    for (size_t i = 0; i < 4; i++) {
        char key[24];
        (void)snprintf(key, sizeof key, "%s_%s", direction, members[i]);
        of[i] = facts_member(row, key);
    }
    return (struct report_rate){
        .width_mhz = facts_u32(of[0]),
        .gi_ns = facts_u32(of[1]),
        .mcs = facts_u32(of[2]),
        .has_mcs = facts_is_number(of[2]),
        .airtime_us = facts_u64(of[3]),
        .has_airtime = facts_is_number(of[3]),
    };
}

static void read_station(struct report_facts *facts, struct json_object *row, struct report_peer *peer)
{
    FACTS_TEXT(facts, facts_member(row, "mac"), peer->mac);
    FACTS_TEXT(facts, facts_member(row, "standard"), peer->standard);
    peer->nss = streams_of(row, "tx_nss", "rx_nss");
    peer->tx_rate_kbps = facts_u32(facts_member(row, "tx_rate_kbps"));
    peer->rx_rate_kbps = facts_u32(facts_member(row, "rx_rate_kbps"));
    peer->has_signal = facts_dbm(facts_member(row, "signal_dbm"), &peer->signal_dbm);
    peer->tx = rate_of(row, "tx");
    peer->rx = rate_of(row, "rx");
    peer->counted = facts_is_number(facts_member(row, "retries"));
    peer->tx_packets = facts_u32(facts_member(row, "tx_packets"));
    peer->retries = facts_u32(facts_member(row, "retries"));
    peer->failed = facts_u32(facts_member(row, "failed"));
    peer->connected_s = facts_u32(facts_member(row, "connected_s"));
    peer->returns = facts_u32(facts_member(row, "returns"));
    peer->away = facts_bool(facts_member(row, "away"));
}

static void read_stations(struct report_facts *facts, struct json_object *stations)
{
    struct report_link *link = &facts->link;

    link->peers_count = facts_fitting(facts, facts_length(stations), REPORT_PEERS_MAX);
    for (size_t i = 0; i < link->peers_count; i++)
        read_station(facts, facts_element(stations, i), &link->peers[i]);
}

void report_facts_read_link(struct report_facts *facts, struct json_object *properties)
{
    struct report_link *link = &facts->link;

    link->answered = json_object_is_type(properties, json_type_object);
    facts_read_own_state(facts, "link", properties);
    FACTS_TEXT(facts, facts_member(properties, "Mode"), link->mode);
    FACTS_TEXT(facts, facts_member(properties, "Ssid"), link->ssid);
    FACTS_TEXT(facts, facts_member(properties, "Country"), link->country);
    FACTS_TEXT(facts, facts_member(properties, "Security"), link->security);
    FACTS_TEXT(facts, facts_member(properties, "Standard"), link->standard);
    FACTS_TEXT(facts, facts_member(properties, "Wiphy"), link->wiphy);
    FACTS_TEXT(facts, facts_member(properties, "Interface"), link->interface);
    FACTS_TEXT(facts, facts_member(properties, "Bssid"), link->bssid);
    FACTS_TEXT(facts, facts_member(properties, "MimoClass"), link->mimo_class);
    link->channel = facts_u32(facts_member(properties, "Channel"));
    link->frequency_mhz = facts_u32(facts_member(properties, "FrequencyMhz"));
    link->width_mhz = facts_u32(facts_member(properties, "WidthMhz"));
    link->interface_index = facts_u32(facts_member(properties, "InterfaceIndex"));
    link->radios = facts_u32(facts_member(properties, "Radios"));
    link->streams = streams_of(properties, "TxStreams", "RxStreams");
    for (size_t i = 0; i < 4; i++)
        link->antennas[i] = facts_u32(facts_element(facts_member(properties, "Antennas"), i));
    read_bands(facts, facts_member(properties, "Bands"));
    read_capability(facts, facts_member(properties, "Capability"));
    read_survey(facts, facts_member(properties, "Survey"));
    read_stations(facts, facts_member(properties, "Stations"));

    struct json_object *notes = facts_member(properties, "Notes");
    link->notes_count = facts_fitting(facts, facts_length(notes), REPORT_NOTES_MAX);
    for (size_t i = 0; i < link->notes_count; i++)
        FACTS_TEXT(facts, facts_element(notes, i), link->notes[i]);
}

/* --- a phone's past --- */

#define CLOCK_LIMIT_US (INT64_C(100) * 366 * 86400 * 1000000) /* a century: what is beyond cannot be a clock's time */

/* One row of GetStationHistory. False when its time cannot be. */
static bool read_sample(struct json_object *row, int64_t started_us, struct report_sample *ret_sample)
{
    int64_t t_us = facts_i64(facts_element(row, 0));

    if (!facts_is_number(facts_element(row, 0)) || t_us < 0 || t_us > CLOCK_LIMIT_US)
        return false;
    *ret_sample = (struct report_sample){
        .t_ms = (t_us - (started_us < CLOCK_LIMIT_US ? started_us : 0)) / 1000,
        .tx_rate_kbps = facts_u32(facts_element(row, 1)),
        .rx_rate_kbps = facts_u32(facts_element(row, 2)),
        .nss = {.tx = facts_u32(facts_element(row, 3)), .rx = facts_u32(facts_element(row, 4))},
        .retries = facts_u32(facts_element(row, 6)),
        .airtime_permille = facts_u32(facts_element(row, 7)),
    };
    /* 0 means that there was none; a signal of 0 dBm does not happen. */
    ret_sample->has_signal = facts_dbm(facts_element(row, 5), &ret_sample->signal_dbm) && ret_sample->signal_dbm != 0;
    if (!facts_is_number(facts_element(row, 7)))
        ret_sample->airtime_permille = REPORT_NOT_OFFERED;
    return true;
}

static struct report_peer *peer_of(struct report_facts *facts, const char *mac)
{
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        if (strcasecmp(facts->link.peers[i].mac, mac) == 0)
            return &facts->link.peers[i];
    }
    return NULL;
}

void report_facts_read_history(struct report_facts *facts, const char *mac, struct json_object *history)
{
    struct report_peer *peer = peer_of(facts, mac);
    size_t total = facts_length(history);

    if (peer == NULL)
        return;
    size_t count = facts_fitting(facts, total, REPORT_SAMPLES_MAX);
    struct report_series *series = &peer->history;
    series->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct report_sample *sample = &series->samples[series->count];
        bool valid = read_sample(facts_element(history, total - count + i), facts->started_us, sample);
        if (valid && (series->count == 0 || sample->t_ms >= series->samples[series->count - 1].t_ms))
            series->count++;
        else /* a clock does not go backwards */
            facts->cut++;
    }
}
