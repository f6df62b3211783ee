/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/facts_json.h"

#include <json-c/json.h>
#include <math.h>

#include "stack/report/facts_read.h"

/* A monotonic time; what cannot be one is 0. */
static int64_t started_of(struct json_object *value)
{
    int64_t us = facts_i64(value);
    return us > 0 ? us : 0;
}

/* --- services --- */

static void read_functions(struct report_facts *facts, struct json_object *functions)
{
    facts->functions_count = facts_fitting(facts, facts_length(functions), REPORT_FUNCTIONS_MAX);
    for (size_t i = 0; i < facts->functions_count; i++) {
        struct json_object *row = facts_element(functions, i);
        struct report_function *function = &facts->functions[i];
        char state[16] = "";
        FACTS_TEXT(facts, facts_element(row, 0), function->name);
        FACTS_TEXT(facts, facts_element(row, 1), state);
        FACTS_TEXT(facts, facts_element(row, 2), function->reason);
        FACTS_TEXT(facts, facts_element(row, 3), function->detail);
        facts_set_function(function, state);
    }
}

static void read_units(struct report_facts *facts, struct json_object *units)
{
    facts->units_count = facts_fitting(facts, facts_length(units), REPORT_UNITS_MAX);
    for (size_t i = 0; i < facts->units_count; i++) {
        struct json_object *row = facts_element(units, i);
        struct report_unit *unit = &facts->units[i];
        FACTS_TEXT(facts, facts_element(row, 0), unit->name);
        FACTS_TEXT(facts, facts_element(row, 1), unit->state);
        unit->pid = facts_u32(facts_element(row, 2));
        unit->restarts = facts_u32(facts_element(row, 3));
    }
}

static void read_ladders(struct report_facts *facts, struct json_object *ladders)
{
    facts->ladders_count = facts_fitting(facts, facts_length(ladders), REPORT_LADDERS_MAX);
    for (size_t i = 0; i < facts->ladders_count; i++) {
        struct json_object *row = facts_element(ladders, i);
        struct report_ladder *ladder = &facts->ladders[i];
        FACTS_TEXT(facts, facts_element(row, 0), ladder->function);
        FACTS_TEXT(facts, facts_element(row, 1), ladder->step);
        ladder->attempt = facts_u32(facts_element(row, 2));
        FACTS_TEXT(facts, facts_element(row, 3), ladder->hmi);
        ladder->number = facts_u32(facts_element(row, 4));
    }
}

void report_facts_read_supervisor(struct report_facts *facts, struct json_object *properties)
{
    struct json_object *black_box = facts_member(properties, "BlackBox");

    facts->supervisor_answered = json_object_is_type(properties, json_type_object);
    facts->started_us = started_of(facts_member(properties, "StartedUsec"));
    facts->generation = facts_u64(facts_member(properties, "Generation"));
    FACTS_TEXT(facts, facts_member(properties, "Profile"), facts->profile);
    FACTS_TEXT(facts, facts_member(properties, "ConfigFile"), facts->config_file);
    FACTS_TEXT(facts, facts_member(properties, "Phase"), facts->phase);
    FACTS_TEXT(facts, facts_element(black_box, 0), facts->black_box_path);
    FACTS_TEXT(facts, facts_element(black_box, 1), facts->black_box_state);
    read_functions(facts, facts_member(properties, "Functions"));
    read_units(facts, facts_member(properties, "Units"));
    read_ladders(facts, facts_member(properties, "Ladders"));
}

void report_facts_read_snapshot(struct report_facts *facts, struct json_object *snapshot)
{
    facts->supervisor_answered = facts_length(snapshot) > 0;
    facts->generation = facts_u64(facts_element(snapshot, 0));
    FACTS_TEXT(facts, facts_element(snapshot, 1), facts->phase);
    read_functions(facts, facts_element(snapshot, 2));
    read_units(facts, facts_element(snapshot, 3));
    read_ladders(facts, facts_element(snapshot, 4));
}

/* A time since the kernel's start; what cannot be one is "not yet". */
static int64_t boot_time_of(struct json_object *value)
{
    int64_t us = facts_is_number(value) ? json_object_get_int64(value) : -1;

    if (us < 0)
        return -1;
    return us < REPORT_BOOT_LONGEST_US ? us : REPORT_BOOT_LONGEST_US;
}

void report_facts_read_boot(struct report_facts *facts, struct json_object *reply)
{
    struct json_object *units = facts_element(reply, 1), *stages = facts_element(reply, 2);
    struct report_boot *boot = &facts->boot;

    boot->known = facts_length(reply) >= 3;
    boot->fasciad_us = boot_time_of(facts_element(reply, 0));
    boot->units_count = facts_fitting(facts, facts_length(units), REPORT_UNITS_MAX);
    for (size_t i = 0; i < boot->units_count; i++) {
        struct json_object *row = facts_element(units, i);
        FACTS_TEXT(facts, facts_element(row, 0), boot->units[i].name);
        boot->units[i].exec_us = boot_time_of(facts_element(row, 1));
        boot->units[i].ready_us = boot_time_of(facts_element(row, 2));
    }
    boot->stages_count = facts_fitting(facts, facts_length(stages), REPORT_STAGES_MAX);
    for (size_t i = 0; i < boot->stages_count; i++) {
        struct json_object *row = facts_element(stages, i);
        struct report_boot_stage *stage = &boot->stages[i];
        FACTS_TEXT(facts, facts_element(row, 0), stage->name);
        FACTS_TEXT(facts, facts_element(row, 1), stage->wait_for);
        stage->budget_us = boot_time_of(facts_element(row, 2));
        stage->reached_us = boot_time_of(facts_element(row, 3));
        FACTS_TEXT(facts, facts_element(row, 4), stage->verdict);
    }
}

void report_facts_read_events(struct report_facts *facts, struct json_object *events)
{
    size_t total = facts_length(events), count = facts_fitting(facts, total, REPORT_EVENTS_MAX);

    facts->events_count = count;
    for (size_t i = 0; i < count; i++) {
        struct json_object *row = facts_element(events, total - count + i);
        struct report_event *event = &facts->events[i];
        int64_t t_us = facts_i64(facts_element(row, 0));
        event->t_ms = t_us > facts->started_us ? (t_us - facts->started_us) / 1000 : 0;
        FACTS_TEXT(facts, facts_element(row, 1), event->name);
        FACTS_TEXT(facts, facts_element(row, 2), event->source);
        FACTS_TEXT(facts, facts_element(row, 3), event->detail);
    }
}

void report_facts_read_address(struct report_facts *facts, struct json_object *properties)
{
    struct report_address *address = &facts->address;

    address->answered = json_object_is_type(properties, json_type_object);
    facts_read_own_state(facts, "address", properties);

    struct json_object *interfaces = facts_member(properties, "Interfaces");
    address->interfaces_count = facts_fitting(facts, facts_length(interfaces), REPORT_INTERFACES_MAX);
    for (size_t i = 0; i < address->interfaces_count; i++) {
        struct json_object *row = facts_element(interfaces, i);
        struct report_interface *interface = &address->interfaces[i];
        FACTS_TEXT(facts, facts_member(row, "name"), interface->name);
        FACTS_TEXT(facts, facts_member(row, "nd"), interface->nd);
        FACTS_TEXT(facts, facts_member(row, "mac"), interface->mac);
        FACTS_TEXT(facts, facts_member(row, "address"), interface->address);
        interface->index = facts_u32(facts_member(row, "ifindex"));
        interface->peers = facts_u32(facts_member(row, "peers"));
        interface->nd_packets = facts_u64(facts_member(row, "nd_packets"));
        interface->mld_packets = facts_u64(facts_member(row, "mld_packets"));
        interface->rs_packets = facts_u64(facts_member(row, "rs_packets"));
        FACTS_TEXT(facts, facts_member(row, "offender"), interface->offender);
        interface->packets = facts_u64(facts_member(row, "packets"));
    }

    struct json_object *peers = facts_member(properties, "Peers");
    address->peers_count = facts_fitting(facts, facts_length(peers), REPORT_PEERS_MAX);
    for (size_t i = 0; i < address->peers_count; i++) {
        struct json_object *row = facts_element(peers, i);
        address->peers[i].interface_index = facts_u32(facts_member(row, "ifindex"));
        FACTS_TEXT(facts, facts_member(row, "mac"), address->peers[i].mac);
        FACTS_TEXT(facts, facts_member(row, "address"), address->peers[i].address);
    }
}

/* --- attachments --- */

static void read_transfer(struct json_object *object, struct report_transfer *ret_transfer)
{
    *ret_transfer = (struct report_transfer){
        .measured = json_object_is_type(object, json_type_object),
        .ok = json_object_get_boolean(facts_member(object, "ok")),
        .bytes = facts_u64(facts_member(object, "bytes")),
        .ms = facts_double(facts_member(object, "ms")),
    };
}

/* "received" is from the phone's point of view: what the head unit sent and should not have. */
static void read_nd(struct report_phone *phone, struct json_object *nd)
{
    phone->has_nd = json_object_get_boolean(facts_member(nd, "counted"));
    phone->nd_received = facts_u64(facts_member(nd, "received"));
    phone->mld_received = facts_u64(facts_member(nd, "mld_received"));
    phone->dropped = facts_u64(facts_member(nd, "dropped"));
}

static void read_phone(struct report_facts *facts, struct json_object *document)
{
    struct report_phone *phone = &facts->phone;
    struct json_object *own = facts_member(document, "own"), *unit = facts_member(document, "head_unit");
    struct json_object *tcp = facts_member(document, "tcp"), *timeline = facts_member(document, "timeline");

    *phone =
        (struct report_phone){.attached = true, .joined = json_object_get_boolean(facts_member(document, "joined"))};
    phone->frequency_mhz = facts_u32(facts_member(document, "freq_mhz"));
    phone->started_us = started_of(facts_member(document, "started_monotonic_us"));
    FACTS_TEXT(facts, facts_member(document, "bssid"), phone->bssid);
    FACTS_TEXT(facts, facts_member(document, "key_mgmt"), phone->key_mgmt);
    FACTS_TEXT(facts, facts_member(own, "mac"), phone->own_mac);
    FACTS_TEXT(facts, facts_member(own, "address"), phone->own_address);
    FACTS_TEXT(facts, facts_member(unit, "mac"), phone->head_unit_mac);
    FACTS_TEXT(facts, facts_member(unit, "address"), phone->head_unit_address);
    read_transfer(facts_member(tcp, "to_head_unit"), &phone->to_head_unit);
    read_transfer(facts_member(tcp, "from_head_unit"), &phone->from_head_unit);
    read_nd(phone, facts_member(document, "nd"));

    phone->events_count = facts_fitting(facts, facts_length(timeline), REPORT_PHONE_EVENTS_MAX);
    for (size_t i = 0; i < phone->events_count; i++) {
        phone->events[i].t_ms = facts_i64(facts_member(facts_element(timeline, i), "t_ms"));
        FACTS_TEXT(facts, facts_member(facts_element(timeline, i), "event"), phone->events[i].text);
    }
}

static void read_sound(struct report_facts *facts, struct json_object *document)
{
    struct report_sound *sound = &facts->sound;
    struct json_object *channels = facts_member(document, "channels");

    *sound = (struct report_sound){.attached = true};
    sound->rate = facts_u32(facts_member(document, "rate"));
    sound->seconds = facts_double(facts_member(document, "seconds"));
    sound->speakers_count = facts_channels(facts, facts_member(document, "speakers"), sound->speakers);
    sound->channels_count = facts_fitting(facts, facts_length(channels), REPORT_CHANNELS_MAX);
    for (size_t i = 0; i < sound->channels_count; i++) {
        struct json_object *row = facts_element(channels, i), *gains = facts_member(row, "gains");
        struct report_sound_channel *channel = &sound->channels[i];
        FACTS_TEXT(facts, facts_member(row, "name"), channel->name);
        channel->frequency_hz = facts_double(facts_member(row, "freq_hz"));
        for (size_t k = 0; k < sound->speakers_count; k++) {
            struct json_object *gain = facts_element(gains, k);
            channel->known[k] = facts_is_number(gain) && isfinite(json_object_get_double(gain));
            channel->gains[k] = facts_double(gain);
        }
    }
}

enum report_attachment report_facts_read_attachment(struct report_facts *facts, struct json_object *document)
{
    if (facts_member(document, "joined") != NULL || facts_member(document, "tcp") != NULL) {
        read_phone(facts, document);
        return REPORT_ATTACHMENT_PHONE;
    }
    if (facts_member(document, "speakers") != NULL && facts_member(document, "channels") != NULL) {
        read_sound(facts, document);
        return REPORT_ATTACHMENT_SOUND;
    }
    return REPORT_ATTACHMENT_UNKNOWN;
}
