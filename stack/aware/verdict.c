/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stack/aware/internal.h"

static void set(struct fact *fact, enum fascia_function_state state, enum fascia_reason reason, const char *text)
{
    struct fascia_text to;

    *fact = (struct fact){.state = state, .reason = reason};
    fascia_text_init(&to, fact->text, sizeof fact->text);
    fascia_text_add(&to, "%s", text);
}

/* The first service that cannot be had; NULL: none. */
static const struct service *find_bad(const struct aware *aware, bool lacking)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        const struct service *service = &aware->services[i];
        if (service->id == 0 || !service->wanted)
            continue;
        if (lacking ? service_lacks_passphrase(service) : service->refused)
            return service;
    }
    return NULL;
}

static void describe(const struct aware *aware, struct fact *fact)
{
    struct fascia_text text;
    unsigned int services = 0;
    char cluster[FASCIA_MAC_TEXT_SIZE];

    for (size_t i = 0; i < SERVICES_MAX; i++)
        services += aware->services[i].id != 0 && aware->services[i].running;
    fascia_text_init(&text, fact->text, sizeof fact->text);
    fascia_text_add(&text, "cluster %s, %u services", fascia_mac_format(&aware->engine.cluster, cluster), services);
    if (aware->engine.slots < aware->config->schedule_count)
        fascia_text_add(&text, ", %zu of %zu channels", aware->engine.slots, aware->config->schedule_count);
}

/* Running; the worst first. */
static void judge_running(const struct aware *aware, struct fact *fact)
{
    const struct service *service = NULL;
    char text[FASCIA_DETAIL_SIZE];

    if (!aware->engine.prepared) {
        set(fact, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_AWARE_NO_ADDRESS,
            aware->engine.prepare_refused ? aware->engine.why : "the address service is not there");
    } else if (!aware->engine.up) {
        set(fact, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_AWARE_NO_ADDRESS, "the data interface is down");
    } else if ((service = find_bad(aware, false)) != NULL) {
        set(fact, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_AWARE_REFUSED, service->config.name);
    } else if ((service = find_bad(aware, true)) != NULL) {
        set(fact, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_AWARE_PASSPHRASE, service->config.name);
    } else if (aware->store_failed) {
        set(fact, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_AWARE_STORE, aware->config->store);
    } else if (identities_lost(aware) > 0) {
        (void)snprintf(text, sizeof text, "%u of the paired phones must pair again", identities_lost(aware));
        set(fact, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_AWARE_PAIRINGS_LOST, text);
    } else {
        set(fact, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE, "");
        describe(aware, fact);
    }
}

/* An address service that is not there holds the way up, and is no matter of time. */
static void judge_coming(const struct aware *aware, struct fact *fact)
{
    const struct engine_life *engine = &aware->engine;

    if (engine->phase == ENGINE_PHASE_PREPARE && !engine->address_service)
        set(fact, FASCIA_FUNCTION_FAILED, FASCIA_REASON_AWARE_NO_ADDRESS, "the address service is not there");
    else if (engine->phase == ENGINE_PHASE_PREPARE && engine->prepare_refused)
        set(fact, FASCIA_FUNCTION_FAILED, FASCIA_REASON_AWARE_NO_ADDRESS, engine->why);
    else if (engine->refused)
        set(fact, FASCIA_FUNCTION_FAILED, FASCIA_REASON_AWARE_REFUSED, engine->why);
    else
        set(fact, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, engine_phase_name(engine->phase));
}

static void judge(const struct aware *aware, struct fact *fact)
{
    const struct engine_life *engine = &aware->engine;

    switch (engine_phase_state(engine->phase)) {
    case AWARE_ENGINE_ABSENT:
        if (engine->phase == ENGINE_PHASE_STOPPED)
            set(fact, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "");
        else if (engine->absent)
            set(fact, FASCIA_FUNCTION_FAILED, FASCIA_REASON_AWARE_ENGINE_DOWN, "");
        else
            set(fact, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, "");
        break;
    case AWARE_ENGINE_UNFIT:
        set(fact, FASCIA_FUNCTION_FAILED, engine->unfit, engine->why);
        break;
    case AWARE_ENGINE_RUNNING:
        judge_running(aware, fact);
        break;
    case AWARE_ENGINE_STOPPING:
        set(fact, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "");
        break;
    case AWARE_ENGINE_PROBING:
    case AWARE_ENGINE_CREATING:
    case AWARE_ENGINE_CONFIGURING:
    case AWARE_ENGINE_STARTING:
    case AWARE_ENGINE_JOINING:
    case AWARE_ENGINE_DATA:
    case AWARE_ENGINE_STATES_:
        judge_coming(aware, fact);
        break;
    }
}

void verdict(const struct aware *aware, struct fact *ret_fact)
{
    if (!aware->config->enabled)
        set(ret_fact, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "");
    else
        judge(aware, ret_fact);
}
