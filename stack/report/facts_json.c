/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/facts_json.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

/* --- members, tolerant of what is missing or of another type --- */

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (json_object_is_type(object, json_type_object))
        (void)json_object_object_get_ex(object, key, &value);
    return value;
}

static size_t length_of(struct json_object *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static struct json_object *element(struct json_object *array, size_t i)
{
    return i < length_of(array) ? json_object_array_get_idx(array, i) : NULL;
}

static void text_of(struct report_facts *facts, struct json_object *value, char *to, size_t size)
{
    if (json_object_is_type(value, json_type_string) && !report_text_clean(to, size, json_object_get_string(value)))
        facts->cut++;
}

#define TEXT(facts, value, array) text_of((facts), (value), (array), sizeof(array))

static bool is_number(struct json_object *value)
{
    return json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
}

static int64_t i64_of(struct json_object *value)
{
    return is_number(value) ? json_object_get_int64(value) : 0;
}

static uint64_t u64_of(struct json_object *value)
{
    return is_number(value) ? json_object_get_uint64(value) : 0;
}

static uint32_t u32_of(struct json_object *value)
{
    uint64_t v = u64_of(value);
    return v <= UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* A monotonic time; what cannot be one is 0. */
static int64_t started_of(struct json_object *value)
{
    int64_t us = i64_of(value);
    return us > 0 ? us : 0;
}

static double double_of(struct json_object *value)
{
    double v = is_number(value) ? json_object_get_double(value) : 0.0;
    return isfinite(v) ? v : 0.0;
}

/* How many of `count` entries fit into a table of `max`; the others are counted as cut. */
static size_t fitting(struct report_facts *facts, size_t count, size_t max)
{
    if (count <= max)
        return count;
    facts->cut += count - max;
    return max;
}

static size_t channels_of(struct report_facts *facts, struct json_object *array, char (*to)[REPORT_CHANNEL_SIZE])
{
    size_t count = fitting(facts, length_of(array), REPORT_CHANNELS_MAX);
    for (size_t i = 0; i < count; i++)
        text_of(facts, element(array, i), to[i], REPORT_CHANNEL_SIZE);
    return count;
}

/* --- services --- */

static void set_function(struct report_function *function, const char *state)
{
    if (fascia_function_state_parse(state, &function->state) == 0)
        return;
    /* A state that this version does not know must not look like a working function. */
    struct fascia_text detail;
    fascia_text_init(&detail, function->detail, sizeof function->detail);
    fascia_text_add(&detail, "unknown state \"%s\"", state);
    function->state = FASCIA_FUNCTION_FAILED;
}

static void read_functions(struct report_facts *facts, struct json_object *functions)
{
    facts->functions_count = fitting(facts, length_of(functions), REPORT_FUNCTIONS_MAX);
    for (size_t i = 0; i < facts->functions_count; i++) {
        struct json_object *row = element(functions, i);
        struct report_function *function = &facts->functions[i];
        char state[16] = "";
        TEXT(facts, element(row, 0), function->name);
        TEXT(facts, element(row, 1), state);
        TEXT(facts, element(row, 2), function->reason);
        TEXT(facts, element(row, 3), function->detail);
        set_function(function, state);
    }
}

static void read_units(struct report_facts *facts, struct json_object *units)
{
    facts->units_count = fitting(facts, length_of(units), REPORT_UNITS_MAX);
    for (size_t i = 0; i < facts->units_count; i++) {
        struct json_object *row = element(units, i);
        struct report_unit *unit = &facts->units[i];
        TEXT(facts, element(row, 0), unit->name);
        TEXT(facts, element(row, 1), unit->state);
        unit->pid = u32_of(element(row, 2));
        unit->restarts = u32_of(element(row, 3));
    }
}

static void read_ladders(struct report_facts *facts, struct json_object *ladders)
{
    facts->ladders_count = fitting(facts, length_of(ladders), REPORT_LADDERS_MAX);
    for (size_t i = 0; i < facts->ladders_count; i++) {
        struct json_object *row = element(ladders, i);
        struct report_ladder *ladder = &facts->ladders[i];
        TEXT(facts, element(row, 0), ladder->function);
        TEXT(facts, element(row, 1), ladder->step);
        ladder->attempt = u32_of(element(row, 2));
        TEXT(facts, element(row, 3), ladder->hmi);
        ladder->number = u32_of(element(row, 4));
    }
}

void report_facts_read_supervisor(struct report_facts *facts, struct json_object *properties)
{
    struct json_object *black_box = member(properties, "BlackBox");

    facts->supervisor_answered = json_object_is_type(properties, json_type_object);
    facts->started_us = started_of(member(properties, "StartedUsec"));
    facts->generation = u64_of(member(properties, "Generation"));
    TEXT(facts, member(properties, "Profile"), facts->profile);
    TEXT(facts, member(properties, "ConfigFile"), facts->config_file);
    TEXT(facts, member(properties, "Phase"), facts->phase);
    TEXT(facts, element(black_box, 0), facts->black_box_path);
    TEXT(facts, element(black_box, 1), facts->black_box_state);
    read_functions(facts, member(properties, "Functions"));
    read_units(facts, member(properties, "Units"));
    read_ladders(facts, member(properties, "Ladders"));
}

void report_facts_read_snapshot(struct report_facts *facts, struct json_object *snapshot)
{
    facts->supervisor_answered = length_of(snapshot) > 0;
    facts->generation = u64_of(element(snapshot, 0));
    TEXT(facts, element(snapshot, 1), facts->phase);
    read_functions(facts, element(snapshot, 2));
    read_units(facts, element(snapshot, 3));
    read_ladders(facts, element(snapshot, 4));
}

/* A time since the kernel's start; what cannot be one is "not yet". */
static int64_t boot_time_of(struct json_object *value)
{
    int64_t us = is_number(value) ? json_object_get_int64(value) : -1;

    if (us < 0)
        return -1;
    return us < REPORT_BOOT_LONGEST_US ? us : REPORT_BOOT_LONGEST_US;
}

void report_facts_read_boot(struct report_facts *facts, struct json_object *reply)
{
    struct json_object *units = element(reply, 1), *stages = element(reply, 2);
    struct report_boot *boot = &facts->boot;

    boot->known = length_of(reply) >= 3;
    boot->fasciad_us = boot_time_of(element(reply, 0));
    boot->units_count = fitting(facts, length_of(units), REPORT_UNITS_MAX);
    for (size_t i = 0; i < boot->units_count; i++) {
        struct json_object *row = element(units, i);
        TEXT(facts, element(row, 0), boot->units[i].name);
        boot->units[i].exec_us = boot_time_of(element(row, 1));
        boot->units[i].ready_us = boot_time_of(element(row, 2));
    }
    boot->stages_count = fitting(facts, length_of(stages), REPORT_STAGES_MAX);
    for (size_t i = 0; i < boot->stages_count; i++) {
        struct json_object *row = element(stages, i);
        struct report_boot_stage *stage = &boot->stages[i];
        TEXT(facts, element(row, 0), stage->name);
        TEXT(facts, element(row, 1), stage->wait_for);
        stage->budget_us = boot_time_of(element(row, 2));
        stage->reached_us = boot_time_of(element(row, 3));
        TEXT(facts, element(row, 4), stage->verdict);
    }
}

void report_facts_read_events(struct report_facts *facts, struct json_object *events)
{
    size_t total = length_of(events), count = fitting(facts, total, REPORT_EVENTS_MAX);

    facts->events_count = count;
    for (size_t i = 0; i < count; i++) {
        struct json_object *row = element(events, total - count + i);
        struct report_event *event = &facts->events[i];
        int64_t t_us = i64_of(element(row, 0));
        event->t_ms = t_us > facts->started_us ? (t_us - facts->started_us) / 1000 : 0;
        TEXT(facts, element(row, 1), event->name);
        TEXT(facts, element(row, 2), event->source);
        TEXT(facts, element(row, 3), event->detail);
    }
}

/* What the service says of itself stands in when no supervisor has said it. */
static void read_own_state(struct report_facts *facts, const char *name, struct json_object *properties)
{
    if (report_facts_function(facts, name) != NULL || member(properties, "State") == NULL ||
        facts->functions_count == REPORT_FUNCTIONS_MAX)
        return;

    struct report_function *function = &facts->functions[facts->functions_count++];
    char state[16] = "";
    (void)report_text_clean(function->name, sizeof function->name, name);
    TEXT(facts, member(properties, "State"), state);
    TEXT(facts, member(properties, "Reason"), function->reason);
    TEXT(facts, member(properties, "Detail"), function->detail);
    set_function(function, state);
}

static void read_bands(struct report_facts *facts, struct json_object *bands)
{
    struct report_link *link = &facts->link;

    link->bands_count = fitting(facts, length_of(bands), REPORT_BANDS_MAX);
    for (size_t i = 0; i < link->bands_count; i++) {
        struct json_object *row = element(bands, i);
        TEXT(facts, element(row, 0), link->bands[i].name);
        for (size_t phy = 0; phy < REPORT_PHYS_; phy++) {
            link->bands[i].streams[phy].tx = u32_of(element(row, 1 + 2 * phy));
            link->bands[i].streams[phy].rx = u32_of(element(row, 2 + 2 * phy));
        }
    }
}

static void read_stations(struct report_facts *facts, struct json_object *stations)
{
    struct report_link *link = &facts->link;

    link->peers_count = fitting(facts, length_of(stations), REPORT_PEERS_MAX);
    for (size_t i = 0; i < link->peers_count; i++) {
        struct json_object *row = element(stations, i);
        struct report_peer *peer = &link->peers[i];
        TEXT(facts, member(row, "mac"), peer->mac);
        TEXT(facts, member(row, "standard"), peer->standard);
        peer->nss.tx = u32_of(member(row, "tx_nss"));
        peer->nss.rx = u32_of(member(row, "rx_nss"));
        peer->tx_rate_kbps = u32_of(member(row, "tx_rate_kbps"));
        peer->rx_rate_kbps = u32_of(member(row, "rx_rate_kbps"));
        peer->has_signal = is_number(member(row, "signal_dbm"));
        int64_t signal = i64_of(member(row, "signal_dbm"));
        peer->signal_dbm = signal >= -200 && signal <= 100 ? (int32_t)signal : 0;
    }
}

void report_facts_read_link(struct report_facts *facts, struct json_object *properties)
{
    struct report_link *link = &facts->link;

    link->answered = json_object_is_type(properties, json_type_object);
    read_own_state(facts, "link", properties);
    TEXT(facts, member(properties, "Mode"), link->mode);
    TEXT(facts, member(properties, "Ssid"), link->ssid);
    TEXT(facts, member(properties, "Country"), link->country);
    TEXT(facts, member(properties, "Security"), link->security);
    TEXT(facts, member(properties, "Standard"), link->standard);
    TEXT(facts, member(properties, "Wiphy"), link->wiphy);
    TEXT(facts, member(properties, "Interface"), link->interface);
    TEXT(facts, member(properties, "Bssid"), link->bssid);
    TEXT(facts, member(properties, "MimoClass"), link->mimo_class);
    link->channel = u32_of(member(properties, "Channel"));
    link->frequency_mhz = u32_of(member(properties, "FrequencyMhz"));
    link->width_mhz = u32_of(member(properties, "WidthMhz"));
    link->interface_index = u32_of(member(properties, "InterfaceIndex"));
    link->radios = u32_of(member(properties, "Radios"));
    link->streams.tx = u32_of(member(properties, "TxStreams"));
    link->streams.rx = u32_of(member(properties, "RxStreams"));
    for (size_t i = 0; i < 4; i++)
        link->antennas[i] = u32_of(element(member(properties, "Antennas"), i));
    read_bands(facts, member(properties, "Bands"));
    read_stations(facts, member(properties, "Stations"));

    struct json_object *notes = member(properties, "Notes");
    link->notes_count = fitting(facts, length_of(notes), REPORT_NOTES_MAX);
    for (size_t i = 0; i < link->notes_count; i++)
        TEXT(facts, element(notes, i), link->notes[i]);
}

void report_facts_read_address(struct report_facts *facts, struct json_object *properties)
{
    struct report_address *address = &facts->address;

    address->answered = json_object_is_type(properties, json_type_object);
    read_own_state(facts, "address", properties);

    struct json_object *interfaces = member(properties, "Interfaces");
    address->interfaces_count = fitting(facts, length_of(interfaces), REPORT_INTERFACES_MAX);
    for (size_t i = 0; i < address->interfaces_count; i++) {
        struct json_object *row = element(interfaces, i);
        struct report_interface *interface = &address->interfaces[i];
        TEXT(facts, member(row, "name"), interface->name);
        TEXT(facts, member(row, "nd"), interface->nd);
        TEXT(facts, member(row, "mac"), interface->mac);
        TEXT(facts, member(row, "address"), interface->address);
        interface->index = u32_of(member(row, "ifindex"));
        interface->peers = u32_of(member(row, "peers"));
        interface->nd_packets = u64_of(member(row, "nd_packets"));
        interface->mld_packets = u64_of(member(row, "mld_packets"));
        interface->packets = u64_of(member(row, "packets"));
    }

    struct json_object *peers = member(properties, "Peers");
    address->peers_count = fitting(facts, length_of(peers), REPORT_PEERS_MAX);
    for (size_t i = 0; i < address->peers_count; i++) {
        struct json_object *row = element(peers, i);
        address->peers[i].interface_index = u32_of(member(row, "ifindex"));
        TEXT(facts, member(row, "mac"), address->peers[i].mac);
        TEXT(facts, member(row, "address"), address->peers[i].address);
    }
}

static void read_matrix(struct report_audio *audio, struct json_object *matrix)
{
    audio->has_matrix =
        audio->speakers_count > 0 && audio->channels_count > 0 && length_of(matrix) == audio->speakers_count;
    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        struct json_object *row = element(matrix, i);
        if (length_of(row) != audio->channels_count)
            audio->has_matrix = false;
        for (size_t j = 0; audio->has_matrix && j < audio->channels_count; j++)
            audio->matrix[i][j] = double_of(element(row, j));
    }
}

void report_facts_read_audio(struct report_facts *facts, struct json_object *properties)
{
    struct report_audio *audio = &facts->audio;

    audio->answered = json_object_is_type(properties, json_type_object);
    read_own_state(facts, "audio", properties);
    TEXT(facts, member(properties, "Source"), audio->source);
    TEXT(facts, member(properties, "Mode"), audio->mode);
    TEXT(facts, member(properties, "ModeReason"), audio->mode_reason);
    TEXT(facts, member(properties, "ProjectionSink"), audio->projection_sink);
    TEXT(facts, member(properties, "TargetSink"), audio->target_sink);
    audio->speakers_count = channels_of(facts, member(properties, "Speakers"), audio->speakers);
    audio->channels_count = channels_of(facts, member(properties, "Channels"), audio->channels);
    audio->lost_count = channels_of(facts, member(properties, "LostChannels"), audio->lost);
    audio->worst_gain_db = double_of(member(properties, "WorstGainDb"));
    audio->latency_frames = u32_of(member(properties, "LatencyFrames"));
    audio->rate = u32_of(member(properties, "Rate"));
    read_matrix(audio, member(properties, "Matrix"));
}

/* --- attachments --- */

static void read_transfer(struct json_object *object, struct report_transfer *ret_transfer)
{
    *ret_transfer = (struct report_transfer){
        .measured = json_object_is_type(object, json_type_object),
        .ok = json_object_get_boolean(member(object, "ok")),
        .bytes = u64_of(member(object, "bytes")),
        .ms = double_of(member(object, "ms")),
    };
}

/* "received" is from the phone's point of view: what the head unit sent and should not have. */
static void read_nd(struct report_phone *phone, struct json_object *nd)
{
    phone->has_nd = json_object_get_boolean(member(nd, "counted"));
    phone->nd_received = u64_of(member(nd, "received"));
    phone->mld_received = u64_of(member(nd, "mld_received"));
    phone->dropped = u64_of(member(nd, "dropped"));
}

static void read_phone(struct report_facts *facts, struct json_object *document)
{
    struct report_phone *phone = &facts->phone;
    struct json_object *own = member(document, "own"), *unit = member(document, "head_unit");
    struct json_object *tcp = member(document, "tcp"), *timeline = member(document, "timeline");

    *phone = (struct report_phone){.attached = true, .joined = json_object_get_boolean(member(document, "joined"))};
    phone->frequency_mhz = u32_of(member(document, "freq_mhz"));
    phone->started_us = started_of(member(document, "started_monotonic_us"));
    TEXT(facts, member(document, "bssid"), phone->bssid);
    TEXT(facts, member(document, "key_mgmt"), phone->key_mgmt);
    TEXT(facts, member(own, "mac"), phone->own_mac);
    TEXT(facts, member(own, "address"), phone->own_address);
    TEXT(facts, member(unit, "mac"), phone->head_unit_mac);
    TEXT(facts, member(unit, "address"), phone->head_unit_address);
    read_transfer(member(tcp, "to_head_unit"), &phone->to_head_unit);
    read_transfer(member(tcp, "from_head_unit"), &phone->from_head_unit);
    read_nd(phone, member(document, "nd"));

    phone->events_count = fitting(facts, length_of(timeline), REPORT_PHONE_EVENTS_MAX);
    for (size_t i = 0; i < phone->events_count; i++) {
        phone->events[i].t_ms = i64_of(member(element(timeline, i), "t_ms"));
        TEXT(facts, member(element(timeline, i), "event"), phone->events[i].text);
    }
}

static void read_sound(struct report_facts *facts, struct json_object *document)
{
    struct report_sound *sound = &facts->sound;
    struct json_object *channels = member(document, "channels");

    *sound = (struct report_sound){.attached = true};
    sound->rate = u32_of(member(document, "rate"));
    sound->seconds = double_of(member(document, "seconds"));
    sound->speakers_count = channels_of(facts, member(document, "speakers"), sound->speakers);
    sound->channels_count = fitting(facts, length_of(channels), REPORT_CHANNELS_MAX);
    for (size_t i = 0; i < sound->channels_count; i++) {
        struct json_object *row = element(channels, i), *gains = member(row, "gains");
        struct report_sound_channel *channel = &sound->channels[i];
        TEXT(facts, member(row, "name"), channel->name);
        channel->frequency_hz = double_of(member(row, "freq_hz"));
        for (size_t k = 0; k < sound->speakers_count; k++) {
            struct json_object *gain = element(gains, k);
            channel->known[k] = is_number(gain) && isfinite(json_object_get_double(gain));
            channel->gains[k] = double_of(gain);
        }
    }
}

enum report_attachment report_facts_read_attachment(struct report_facts *facts, struct json_object *document)
{
    if (member(document, "joined") != NULL || member(document, "tcp") != NULL) {
        read_phone(facts, document);
        return REPORT_ATTACHMENT_PHONE;
    }
    if (member(document, "speakers") != NULL && member(document, "channels") != NULL) {
        read_sound(facts, document);
        return REPORT_ATTACHMENT_SOUND;
    }
    return REPORT_ATTACHMENT_UNKNOWN;
}
