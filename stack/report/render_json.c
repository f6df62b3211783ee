/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render.h"

/*
 * Building never checks each node: json-c reports lack of memory as NULL, and a NULL member is a JSON null. Only the
 * outermost object is looked at. The schema test would see a null where a value belongs.
 */

static void add(struct json_object *object, const char *key, struct json_object *value)
{
    (void)json_object_object_add(object, key, value);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    add(object, key, json_object_new_string(text));
}

static void add_u64(struct json_object *object, const char *key, uint64_t value)
{
    add(object, key, json_object_new_uint64(value));
}

/* Six significant digits: enough for levels, and 0.7071 does not become 0.70710000000000006. */
static struct json_object *number(double value)
{
    char text[32];
    if (!isfinite(value))
        return NULL;
    int n = snprintf(text, sizeof text - 2, "%.6g", value);
    if (n > 0 && text[strcspn(text, ".e")] == '\0') /* stays a number with a fraction when it is read again */
        memcpy(text + n, ".0", 3);
    return json_object_new_double_s(value, text);
}

static struct json_object *names(const char (*channels)[REPORT_CHANNEL_SIZE], size_t count)
{
    struct json_object *array = json_object_new_array();
    for (size_t i = 0; i < count; i++)
        (void)json_object_array_add(array, json_object_new_string(channels[i]));
    return array;
}

static struct json_object *streams(const struct report_streams *value)
{
    struct json_object *object = json_object_new_object();
    add_u64(object, "tx", value->tx);
    add_u64(object, "rx", value->rx);
    return object;
}

struct json_object *report_json_functions(const struct report_facts *facts)
{
    struct json_object *functions = json_object_new_object();

    for (size_t i = 0; i < facts->functions_count; i++) {
        const struct report_function *function = &facts->functions[i];
        struct json_object *object = json_object_new_object();
        enum fascia_reason reason = FASCIA_REASON_NONE;
        add_text(object, "state", fascia_function_state_name(function->state));
        add_text(object, "reason", function->reason[0] != '\0' ? function->reason : "none");
        add_text(object, "detail", function->detail);
        if (fascia_reason_parse(function->reason, &reason) == 0 && reason != FASCIA_REASON_NONE) {
            add_text(object, "cause", fascia_reason_cause(reason));
            add_text(object, "remedy", fascia_reason_remedy(reason));
        }
        add(functions, function->name, object);
    }
    return functions;
}

struct json_object *report_json_units(const struct report_facts *facts)
{
    struct json_object *units = json_object_new_object();

    for (size_t i = 0; i < facts->units_count; i++) {
        struct json_object *object = json_object_new_object();
        add_text(object, "state", facts->units[i].state);
        add_u64(object, "pid", facts->units[i].pid);
        add_u64(object, "restarts", facts->units[i].restarts);
        add(units, facts->units[i].name, object);
    }
    return units;
}

static struct json_object *json_peer(const struct report_peer *peer)
{
    struct json_object *object = json_object_new_object();

    add_text(object, "mac", peer->mac);
    add_u64(object, "tx_nss", peer->nss.tx);
    add_u64(object, "rx_nss", peer->nss.rx);
    add_text(object, "address", peer->address);
    add_u64(object, "tx_rate_kbps", peer->tx_rate_kbps);
    add_u64(object, "rx_rate_kbps", peer->rx_rate_kbps);
    add(object, "signal_dbm", peer->has_signal ? json_object_new_int(peer->signal_dbm) : NULL);
    add_text(object, "standard", peer->standard);
    return object;
}

static struct json_object *json_mimo(const struct report_link *link)
{
    static const char *const masks[] = {"available_tx", "available_rx", "configured_tx", "configured_rx"};
    struct json_object *mimo = json_object_new_object(), *antennas = json_object_new_object();

    add_u64(mimo, "tx_streams", link->streams.tx);
    add_u64(mimo, "rx_streams", link->streams.rx);
    add_text(mimo, "class", link->mimo_class);
    for (size_t i = 0; i < 4; i++)
        add_u64(antennas, masks[i], link->antennas[i]);
    add(mimo, "antennas", antennas);
    return mimo;
}

static struct json_object *json_bands(const struct report_link *link)
{
    static const char *const keys[REPORT_PHYS_] = {
        [REPORT_PHY_HT] = "ht", [REPORT_PHY_VHT] = "vht", [REPORT_PHY_HE] = "he", [REPORT_PHY_EHT] = "eht"};
    struct json_object *bands = json_object_new_array();

    for (size_t i = 0; i < link->bands_count; i++) {
        struct json_object *band = json_object_new_object();
        add_text(band, "name", link->bands[i].name);
        for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
            add(band, keys[phy], streams(&link->bands[i].streams[phy]));
        (void)json_object_array_add(bands, band);
    }
    return bands;
}

struct json_object *report_json_link(const struct report_facts *facts)
{
    const struct report_link *link = &facts->link;
    struct json_object *object = json_object_new_object(), *peers = json_object_new_array();
    struct json_object *notes = json_object_new_array();

    add_text(object, "mode", link->mode);
    add_text(object, "ssid", link->ssid);
    add_u64(object, "channel", link->channel);
    add_u64(object, "frequency_mhz", link->frequency_mhz);
    add_u64(object, "width_mhz", link->width_mhz);
    add_text(object, "standard", link->standard);
    add_text(object, "security", link->security);
    add_text(object, "country", link->country);
    add_text(object, "bssid", link->bssid);
    add_text(object, "wiphy", link->wiphy);
    add_text(object, "interface", link->interface);
    add_u64(object, "radios", link->radios);
    add(object, "mimo", json_mimo(link));
    add(object, "bands", json_bands(link));
    for (size_t i = 0; i < link->notes_count; i++)
        (void)json_object_array_add(notes, json_object_new_string(link->notes[i]));
    add(object, "notes", notes);
    for (size_t i = 0; i < link->peers_count; i++)
        (void)json_object_array_add(peers, json_peer(&link->peers[i]));
    add(object, "peers", peers);
    return object;
}

struct json_object *report_json_address(const struct report_facts *facts)
{
    const struct report_address *address = &facts->address;
    struct json_object *object = json_object_new_object();
    struct json_object *interfaces = json_object_new_array(), *peers = json_object_new_array();

    for (size_t i = 0; i < address->interfaces_count; i++) {
        const struct report_interface *interface = &address->interfaces[i];
        struct json_object *row = json_object_new_object();
        add_text(row, "name", interface->name);
        add_text(row, "nd", interface->nd);
        add_u64(row, "peers", interface->peers);
        add_u64(row, "nd_packets", interface->nd_packets);
        add_u64(row, "mld_packets", interface->mld_packets);
        add_u64(row, "packets", interface->packets);
        add_text(row, "address", interface->address);
        add_text(row, "mac", interface->mac);
        (void)json_object_array_add(interfaces, row);
    }
    for (size_t i = 0; i < address->peers_count; i++) {
        struct json_object *row = json_object_new_object();
        add_text(row, "mac", address->peers[i].mac);
        add_text(row, "address", address->peers[i].address);
        (void)json_object_array_add(peers, row);
    }
    add(object, "interfaces", interfaces);
    add(object, "peers", peers);
    return object;
}

struct json_object *report_json_audio(const struct report_facts *facts)
{
    const struct report_audio *audio = &facts->audio;
    struct json_object *object = json_object_new_object(), *matrix = json_object_new_array();

    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        struct json_object *row = json_object_new_array();
        for (size_t j = 0; j < audio->channels_count; j++)
            (void)json_object_array_add(row, number(audio->matrix[i][j]));
        (void)json_object_array_add(matrix, row);
    }
    add(object, "speakers", names(audio->speakers, audio->speakers_count));
    add_text(object, "source", audio->source);
    add(object, "channels", names(audio->channels, audio->channels_count));
    add_text(object, "mode", audio->mode);
    add_text(object, "mode_reason", audio->mode_reason);
    add(object, "lost_channels", names(audio->lost, audio->lost_count));
    add(object, "matrix", matrix);
    add(object, "worst_gain_db", number(audio->worst_gain_db));
    add_u64(object, "latency_frames", audio->latency_frames);
    add_u64(object, "rate", audio->rate);
    add_text(object, "projection_sink", audio->projection_sink);
    add_text(object, "target_sink", audio->target_sink);
    return object;
}

struct json_object *report_json_status(const struct report_facts *facts)
{
    struct json_object *object = json_object_new_object();

    if (object == NULL)
        return NULL;
    add(object, "functions", report_json_functions(facts));
    add(object, "units", report_json_units(facts));
    report_json_add_supervisor(facts, object);
    add(object, "link", report_json_link(facts));
    add(object, "address", report_json_address(facts));
    add(object, "audio", report_json_audio(facts));
    add_text(object, "profile", facts->profile);
    add_text(object, "config_file", facts->config_file);
    return object;
}

static struct json_object *json_requirements(const struct report_judgement *judgement)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < judgement->findings_count; i++) {
        const struct report_finding *finding = &judgement->findings[i];
        struct json_object *object = json_object_new_object();
        add_text(object, "id", finding->requirement->id);
        add_text(object, "title", finding->requirement->title);
        add_text(object, "level", report_level_name(finding->requirement->level));
        add_text(object, "verdict", report_verdict_name(finding->verdict));
        add_text(object, "outcome", report_outcome_name(finding->outcome));
        add_text(object, "check", report_check_name(finding->requirement->check));
        add_text(object, "evidence", finding->evidence);
        add_text(object, "source", finding->requirement->source);
        add_text(object, "wording", report_wording_name(finding->requirement->wording));
        (void)json_object_array_add(array, object);
    }
    return array;
}

static struct json_object *json_timeline(const struct report_facts *facts)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < facts->events_count; i++) {
        struct json_object *object = json_object_new_object();
        add(object, "t_ms", json_object_new_int64(facts->events[i].t_ms));
        add_text(object, "event", facts->events[i].name);
        add_text(object, "source", facts->events[i].source);
        add_text(object, "detail", facts->events[i].detail);
        (void)json_object_array_add(array, object);
    }
    return array;
}

struct json_object *report_json(const struct report *report)
{
    struct json_object *object = json_object_new_object();
    struct json_object *profile = json_object_new_object(), *counts = json_object_new_object();

    if (object == NULL)
        return NULL;
    for (unsigned int i = 0; i < REPORT_VERDICTS_; i++)
        add_u64(counts, report_verdict_name((enum report_verdict)i), report->judgement->counts[i]);
    add_text(profile, "name", report->profile->name);
    add_text(profile, "title", report->profile->title);
    add_text(profile, "about", report->profile->about);

    add(object, "schema", json_object_new_int(REPORT_SCHEMA_VERSION));
    add_text(object, "fascia", report->version);
    add_text(object, "generated", report->generated);
    add_text(object, "verdict", report_verdict_name(report->judgement->overall));
    add_text(object, "headline", report->judgement->headline);
    add(object, "profile", profile);
    add(object, "counts", counts);
    add(object, "functions", report_json_functions(report->facts));
    add(object, "units", report_json_units(report->facts));
    report_json_add_supervisor(report->facts, object);
    if (report->facts->boot.known)
        add(object, "boot", report_json_boot(report->facts));
    add(object, "requirements", json_requirements(report->judgement));
    add(object, "link", report_json_link(report->facts));
    add(object, "address", report_json_address(report->facts));
    add(object, "audio", report_json_audio(report->facts));
    if (report->phone != NULL)
        add(object, "phone", json_object_get(report->phone));
    if (report->sound != NULL)
        add(object, "sound", json_object_get(report->sound));
    add(object, "timeline", json_timeline(report->facts));
    add_u64(object, "cut", report->facts->cut);
    return object;
}
