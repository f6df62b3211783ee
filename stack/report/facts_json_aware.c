/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>

#include "stack/report/facts_json.h"
#include "stack/report/facts_read.h"

static void read_engine(struct report_facts *facts, struct json_object *engine)
{
    struct report_aware *aware = &facts->aware;

    FACTS_TEXT(facts, facts_member(engine, "state"), aware->engine);
    FACTS_TEXT(facts, facts_member(engine, "cluster"), aware->cluster);
    FACTS_TEXT(facts, facts_member(engine, "interface"), aware->radio_interface);
    FACTS_TEXT(facts, facts_member(engine, "iid"), aware->iid);
    aware->run = facts_u64(facts_member(engine, "run"));
    aware->interface_index = facts_u32(facts_member(engine, "ifindex"));
}

static void read_services(struct report_facts *facts, struct json_object *services)
{
    struct report_aware *aware = &facts->aware;

    aware->services_count = facts_fitting(facts, facts_length(services), REPORT_AWARE_SERVICES_MAX);
    for (size_t i = 0; i < aware->services_count; i++) {
        struct json_object *row = facts_element(services, i);
        struct report_aware_service *service = &aware->services[i];
        FACTS_TEXT(facts, facts_member(row, "name"), service->name);
        FACTS_TEXT(facts, facts_member(row, "role"), service->role);
        FACTS_TEXT(facts, facts_member(row, "security"), service->security);
        service->running = facts_bool(facts_member(row, "running"));
        service->port = facts_u32(facts_member(row, "port"));
    }
}

static void read_peers(struct report_facts *facts, struct json_object *peers)
{
    struct report_aware *aware = &facts->aware;

    aware->peers_count = facts_fitting(facts, facts_length(peers), REPORT_AWARE_PEERS_MAX);
    for (size_t i = 0; i < aware->peers_count; i++) {
        struct json_object *row = facts_element(peers, i);
        struct report_aware_peer *peer = &aware->peers[i];
        peer->id = facts_u32(facts_member(row, "id"));
        FACTS_TEXT(facts, facts_member(row, "name"), peer->name);
        FACTS_TEXT(facts, facts_member(row, "nmi"), peer->nmi);
        FACTS_TEXT(facts, facts_member(row, "state"), peer->state);
        FACTS_TEXT(facts, facts_member(row, "text"), peer->failure);
        peer->paired = facts_bool(facts_member(row, "paired"));
        peer->remembered = facts_bool(facts_member(row, "remembered"));
        peer->must_pair_again = facts_bool(facts_member(row, "must_pair_again"));
    }
}

static void read_paths(struct report_facts *facts, struct json_object *paths)
{
    struct report_aware *aware = &facts->aware;

    aware->paths_count = facts_fitting(facts, facts_length(paths), REPORT_AWARE_PATHS_MAX);
    for (size_t i = 0; i < aware->paths_count; i++) {
        struct json_object *row = facts_element(paths, i);
        struct report_aware_path *path = &aware->paths[i];
        FACTS_TEXT(facts, facts_member(row, "nmi"), path->nmi);
        FACTS_TEXT(facts, facts_member(row, "role"), path->role);
        FACTS_TEXT(facts, facts_member(row, "address"), path->address);
        path->connected = facts_bool(facts_member(row, "connected"));
        path->cipher = facts_u32(facts_member(row, "cipher"));
        path->port = facts_u32(facts_member(row, "port"));
    }
}

void report_facts_read_aware(struct report_facts *facts, struct json_object *properties)
{
    facts->aware.answered = json_object_is_type(properties, json_type_object);
    if (!facts->aware.answered)
        return;
    facts_read_own_state(facts, "aware", properties);
    read_engine(facts, facts_member(properties, "Engine"));
    read_services(facts, facts_member(properties, "Services"));
    read_peers(facts, facts_member(properties, "Peers"));
    read_paths(facts, facts_member(properties, "DataPaths"));
}
