/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>

#include "stack/report/render_json.h"

static struct json_object *streams(const struct report_streams *value)
{
    struct json_object *object = json_object_new_object();
    json_add_u64(object, "tx", value->tx);
    json_add_u64(object, "rx", value->rx);
    return object;
}

/* --- phones --- */

static struct json_object *known_u32(uint32_t value)
{
    return value != 0 ? json_object_new_int64(value) : NULL;
}

static struct json_object *json_rate(const struct report_rate *rate, uint32_t kbps)
{
    struct json_object *object = json_object_new_object();

    json_add(object, "rate_kbps", known_u32(kbps));
    json_add(object, "width_mhz", known_u32(rate->width_mhz));
    json_add(object, "gi_ns", known_u32(rate->gi_ns));
    json_add(object, "mcs", rate->has_mcs ? json_object_new_int64(rate->mcs) : NULL);
    json_add(object, "airtime_us", rate->has_airtime ? json_object_new_uint64(rate->airtime_us) : NULL);
    return object;
}

static void add_counters(struct json_object *object, const struct report_peer *peer)
{
    json_add(object, "tx", json_rate(&peer->tx, peer->tx_rate_kbps));
    json_add(object, "rx", json_rate(&peer->rx, peer->rx_rate_kbps));
    if (!peer->counted)
        return;
    json_add_u64(object, "tx_packets", peer->tx_packets);
    json_add_u64(object, "retries", peer->retries);
    json_add_u64(object, "failed", peer->failed);
    json_add_u64(object, "connected_s", peer->connected_s);
    json_add_u64(object, "returns", peer->returns);
    json_add_bool(object, "away", peer->away);
}

static void append(struct json_object *array, struct json_object *value)
{
    (void)json_object_array_add(array, value);
}

/* A phone's past: one array per column, over the same times. */
static struct json_object *json_series(const struct report_series *series)
{
    enum { T, TX_RATE, RX_RATE, TX_NSS, RX_NSS, SIGNAL, RETRIES, AIRTIME, COLUMNS };
    static const char *const names[COLUMNS] = {
        [T] = "t_ms",        [TX_RATE] = "tx_rate_kbps", [RX_RATE] = "rx_rate_kbps", [TX_NSS] = "tx_nss",
        [RX_NSS] = "rx_nss", [SIGNAL] = "signal_dbm",    [RETRIES] = "retries",      [AIRTIME] = "airtime_permille",
    };
    struct json_object *object = json_object_new_object(), *columns[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = json_object_new_array();
        json_add(object, names[i], columns[i]);
    }
    for (size_t i = 0; i < series->count; i++) {
        const struct report_sample *sample = &series->samples[i];
        bool offered = sample->airtime_permille != REPORT_NOT_OFFERED;
        append(columns[T], json_object_new_int64(sample->t_ms));
        append(columns[TX_RATE], json_object_new_int64(sample->tx_rate_kbps));
        append(columns[RX_RATE], json_object_new_int64(sample->rx_rate_kbps));
        append(columns[TX_NSS], json_object_new_int64(sample->nss.tx));
        append(columns[RX_NSS], json_object_new_int64(sample->nss.rx));
        append(columns[SIGNAL], sample->has_signal ? json_object_new_int(sample->signal_dbm) : NULL);
        append(columns[RETRIES], json_object_new_int64(sample->retries));
        append(columns[AIRTIME], offered ? json_object_new_int64(sample->airtime_permille) : NULL);
    }
    return object;
}

static struct json_object *json_peer(const struct report_peer *peer)
{
    struct json_object *object = json_object_new_object();

    json_add_text(object, "mac", peer->mac);
    json_add_u64(object, "tx_nss", peer->nss.tx);
    json_add_u64(object, "rx_nss", peer->nss.rx);
    json_add_text(object, "address", peer->address);
    json_add_u64(object, "tx_rate_kbps", peer->tx_rate_kbps);
    json_add_u64(object, "rx_rate_kbps", peer->rx_rate_kbps);
    json_add(object, "signal_dbm", peer->has_signal ? json_object_new_int(peer->signal_dbm) : NULL);
    json_add_text(object, "standard", peer->standard);
    add_counters(object, peer);
    if (peer->history.count > 0)
        json_add(object, "history", json_series(&peer->history));
    return object;
}

/* --- radio --- */

static struct json_object *json_mimo(const struct report_link *link)
{
    static const char *const masks[] = {"available_tx", "available_rx", "configured_tx", "configured_rx"};
    struct json_object *mimo = json_object_new_object(), *antennas = json_object_new_object();

    json_add_u64(mimo, "tx_streams", link->streams.tx);
    json_add_u64(mimo, "rx_streams", link->streams.rx);
    json_add_text(mimo, "class", link->mimo_class);
    for (size_t i = 0; i < 4; i++)
        json_add_u64(antennas, masks[i], link->antennas[i]);
    json_add(mimo, "antennas", antennas);
    return mimo;
}

static struct json_object *json_limit(const char *id)
{
    struct json_object *object = json_object_new_object();

    json_add_text(object, "id", id);
    json_add_text(object, "text", report_limit_text(id));
    return object;
}

static struct json_object *json_band(const struct report_band *band)
{
    static const char *const keys[REPORT_PHYS_] = {
        [REPORT_PHY_HT] = "ht", [REPORT_PHY_VHT] = "vht", [REPORT_PHY_HE] = "he", [REPORT_PHY_EHT] = "eht"};
    struct json_object *object = json_object_new_object();

    json_add_text(object, "name", band->name);
    for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
        json_add(object, keys[phy], streams(&band->streams[phy]));
    json_add_text(object, "class", band->mimo_class);
    json_add(object, "effective", streams(&band->effective));
    if (band->widest.tx != 0 || band->widest.rx != 0)
        json_add(object, "effective_widest", streams(&band->widest));
    json_add(object, "limit_tx", band->limit_tx[0] != '\0' ? json_limit(band->limit_tx) : NULL);
    json_add(object, "limit_rx", band->limit_rx[0] != '\0' ? json_limit(band->limit_rx) : NULL);
    json_add_text(object, "standard", band->standard);
    json_add_u64(object, "width_mhz", band->width_mhz);
    if (!band->has_channels)
        return object;
    json_add_u64(object, "width_startable_mhz", band->width_startable_mhz);
    json_add_u64(object, "channels", band->channels);
    json_add_u64(object, "startable", band->startable);
    json_add_u64(object, "radar", band->radar);
    json_add_u64(object, "listen_only", band->listen_only);
    json_add_u64(object, "disabled", band->disabled);
    json_add_u64(object, "indoor_only", band->indoor_only);
    return object;
}

static struct json_object *json_capability(const struct report_capability *capability)
{
    struct json_object *object = json_object_new_object();

    json_add_text(object, "country", capability->country);
    json_add_bool(object, "self_managed", capability->self_managed);
    json_add_bool(object, "ap", capability->ap);
    json_add_bool(object, "station", capability->station);
    json_add_bool(object, "nan", capability->nan);
    json_add_bool(object, "ap_and_station", capability->ap_and_station);
    json_add_bool(object, "ap_and_nan", capability->ap_and_nan);
    json_add_u64(object, "combination_channels", capability->combination_channels);
    json_add_bool(object, "radar_detection", capability->radar_detection);
    json_add_bool(object, "smps_static", capability->smps_static);
    json_add_bool(object, "smps_dynamic", capability->smps_dynamic);
    return object;
}

static struct json_object *json_survey(const struct report_survey *channel)
{
    struct json_object *object = json_object_new_object();

    json_add_u64(object, "frequency_mhz", channel->frequency_mhz);
    json_add_bool(object, "in_use", channel->in_use);
    json_add(object, "noise_dbm", channel->has_noise ? json_object_new_int(channel->noise_dbm) : NULL);
    json_add(object, "active_ms", channel->has_time ? json_object_new_uint64(channel->active_ms) : NULL);
    json_add(object, "busy_ms", channel->has_time ? json_object_new_uint64(channel->busy_ms) : NULL);
    return object;
}

static void add_lists(struct json_object *object, const struct report_link *link)
{
    struct json_object *bands = json_object_new_array(), *notes = json_object_new_array();
    struct json_object *peers = json_object_new_array(), *survey = json_object_new_array();

    for (size_t i = 0; i < link->bands_count; i++)
        append(bands, json_band(&link->bands[i]));
    for (size_t i = 0; i < link->notes_count; i++)
        append(notes, json_object_new_string(link->notes[i]));
    for (size_t i = 0; i < link->peers_count; i++)
        append(peers, json_peer(&link->peers[i]));
    for (size_t i = 0; i < link->survey_count; i++)
        append(survey, json_survey(&link->survey[i]));
    json_add(object, "bands", bands);
    json_add(object, "notes", notes);
    json_add(object, "peers", peers);
    json_add(object, "survey", survey);
}

struct json_object *report_json_link(const struct report_facts *facts)
{
    const struct report_link *link = &facts->link;
    struct json_object *object = json_object_new_object();

    json_add_text(object, "mode", link->mode);
    json_add_text(object, "ssid", link->ssid);
    json_add_u64(object, "channel", link->channel);
    json_add_u64(object, "frequency_mhz", link->frequency_mhz);
    json_add_u64(object, "width_mhz", link->width_mhz);
    json_add_text(object, "standard", link->standard);
    json_add_text(object, "security", link->security);
    json_add_text(object, "country", link->country);
    json_add_text(object, "bssid", link->bssid);
    json_add_text(object, "wiphy", link->wiphy);
    json_add_text(object, "interface", link->interface);
    json_add_u64(object, "radios", link->radios);
    json_add(object, "mimo", json_mimo(link));
    if (link->capability.known)
        json_add(object, "capability", json_capability(&link->capability));
    add_lists(object, link);
    return object;
}
