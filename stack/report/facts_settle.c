/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/report/facts.h"

static struct report_function *function_slot(struct report_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->functions_count; i++) {
        if (strcmp(facts->functions[i].name, name) == 0)
            return &facts->functions[i];
    }
    if (facts->functions_count == REPORT_FUNCTIONS_MAX)
        return NULL;
    struct report_function *function = &facts->functions[facts->functions_count++];
    *function = (struct report_function){.state = FASCIA_FUNCTION_FAILED};
    (void)report_text_clean(function->name, sizeof function->name, name);
    return function;
}

static void blame(struct report_function *function, enum fascia_function_state state, const char *service)
{
    struct fascia_text detail;

    function->state = state;
    (void)fascia_text_copy(function->reason, sizeof function->reason, fascia_reason_id(FASCIA_REASON_SERVICE_DOWN));
    fascia_text_init(&detail, function->detail, sizeof function->detail);
    fascia_text_add(&detail, "%s does not answer on the bus", service);
}

#define SAME_MACHINE_US INT64_C(86400000000) /* one day */

/* Whether the phone's clock may be ours: it started after the supervisor, and not absurdly later. */
static bool on_our_clock(const struct report_facts *facts)
{
    const struct report_phone *phone = &facts->phone;
    return phone->attached && facts->started_us > 0 && phone->started_us >= facts->started_us &&
           phone->started_us - facts->started_us < SAME_MACHINE_US;
}

/* "connected 02:00:00:00:00:01" -> name and detail. */
static struct report_event event_of_phone(const struct report_phone_event *moment, int64_t offset_ms)
{
    struct report_event event = {.t_ms = moment->t_ms + offset_ms, .source = "fascia-phone"};
    size_t word = strcspn(moment->text, " ");

    if (word < sizeof event.name) {
        memcpy(event.name, moment->text, word);
        (void)report_text_clean(event.detail, sizeof event.detail,
                                moment->text + word + strspn(moment->text + word, " "));
    } else {
        (void)fascia_text_copy(event.name, sizeof event.name, "phone");
        (void)report_text_clean(event.detail, sizeof event.detail, moment->text);
    }
    return event;
}

/* Keeps the order of equal times: an insertion from the end. */
static void insert_event(struct report_facts *facts, const struct report_event *event)
{
    if (facts->events_count == REPORT_EVENTS_MAX) {
        facts->cut++;
        return;
    }
    size_t at = facts->events_count++;
    for (; at > 0 && facts->events[at - 1].t_ms > event->t_ms; at--)
        facts->events[at] = facts->events[at - 1];
    facts->events[at] = *event;
}

static void merge_phone(struct report_facts *facts)
{
    if (!on_our_clock(facts))
        return;
    facts->phone.merged = true;
    int64_t offset_ms = (facts->phone.started_us - facts->started_us) / 1000;
    for (size_t i = 0; i < facts->phone.events_count; i++) {
        const struct report_phone_event *moment = &facts->phone.events[i];
        if (moment->t_ms < 0 || moment->t_ms > SAME_MACHINE_US / 1000)
            continue;
        struct report_event event = event_of_phone(moment, offset_ms);
        insert_event(facts, &event);
    }
}

void report_facts_settle(struct report_facts *facts)
{
    const struct {
        const char *function, *service;
        bool answered, optional; /* optional: few units have it, so it is missed only where it is claimed */
    } services[] = {
        {"link", "org.fascia.Link1", facts->link.answered, false},
        {"address", "org.fascia.Addr1", facts->address.answered, false},
        {"audio", "org.fascia.Audio1", facts->audio.answered, false},
        {"aware", "org.fascia.Aware1", facts->aware.answered, true},
    };

    if (!facts->supervisor_answered) {
        struct report_function *function = function_slot(facts, "supervisor");
        if (function != NULL)
            blame(function, FASCIA_FUNCTION_FAILED, "org.fascia.Supervisor1");
    }
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (services[i].answered)
            continue;
        bool claimed = report_facts_function(facts, services[i].function) != NULL;
        if (services[i].optional && !claimed)
            continue;
        struct report_function *function = function_slot(facts, services[i].function);
        if (function == NULL)
            continue;
        /* Facts reach the supervisor without the bus, so the function may well work: but nothing shows it. */
        if (!claimed)
            blame(function, FASCIA_FUNCTION_FAILED, services[i].service);
        else if (function->state == FASCIA_FUNCTION_FULL)
            blame(function, FASCIA_FUNCTION_DEGRADED, services[i].service);
    }
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        struct report_peer *peer = &facts->link.peers[i];
        (void)report_text_clean(peer->address, sizeof peer->address, report_facts_address_of(facts, peer->mac));
    }
    merge_phone(facts);
}
