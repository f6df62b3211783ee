/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/aware.h"

#include <string.h>

#include "stack/aware/internal.h"
#include "stack/base/cleanup.h"

size_t aware_size(void)
{
    return sizeof(struct aware);
}

int64_t delay_next(struct delay *delay, int64_t lasted_us)
{
    int64_t now_us = delay->next_us == 0 || lasted_us >= BACKOFF_RESET_US ? BACKOFF_FIRST_US : delay->next_us;

    delay->next_us = sooner(now_us * 2, BACKOFF_MAX_US);
    return now_us;
}

void aware_init(struct aware *aware, const struct aware_config *config, const char *sockets_dir,
                const char country[static 3], aware_random_fn random, void *userdata)
{
    memset(aware, 0, sizeof *aware);
    aware->config = config;
    aware->random = random;
    aware->userdata = userdata;
    (void)fascia_text_copy(aware->sockets_dir, sizeof aware->sockets_dir, sockets_dir);
    (void)fascia_text_copy(aware->country, sizeof aware->country, country);
    aware_store_init(&aware->store);
    aware->engine.timer_us = INT64_MAX;
    aware->engine.phase = config->enabled ? ENGINE_PHASE_SOCKET : ENGINE_PHASE_STOPPED;
    if (!config->enabled)
        return;
    aware->engine.timer_us = 0; /* counts from the first tick */
    for (size_t i = 0; i < config->services_count; i++)
        (void)service_add(aware, &config->services[i]);
    queue_open(aware, AWARE_SOCKET_GLOBAL, "");
}

void aware_set_store(struct aware *aware, const struct aware_store *store, const char *reason)
{
    if (store) {
        aware_store_wipe(&aware->store);
        aware->store = *store;
    } else if (reason) {
        queue_event(aware, FASCIA_EVENT_AWARE_STORE_SET_ASIDE, "%s: %s", aware->config->store, reason);
    }
    /* Runs go on counting where the last life left off, so that none of its pairings is taken for one of this. */
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        const struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id != 0 && stored->engine_run > aware->engine.run)
            aware->engine.run = stored->engine_run;
    }
}

void aware_set_passphrase(struct aware *aware, const char *name, enum aware_role role,
                          const struct fascia_secret *passphrase)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id == 0 || service->config.role != role || strcmp(service->config.name, name) != 0)
            continue;
        fascia_secret_wipe(&service->passphrase);
        if (passphrase)
            service->passphrase = *passphrase;
    }
}

void aware_finish(struct aware *aware)
{
    explicit_bzero(aware, sizeof *aware);
}

const struct aware_store *aware_store(const struct aware *aware)
{
    return &aware->store;
}

/* Of the management interface's own socket. */
static void handle(struct aware *aware, const struct engine_event *event)
{
    switch (event->kind) {
    case ENGINE_EVENT_CLUSTER_JOIN:
        aware->engine.cluster = event->cluster;
        aware->changed |= AWARE_CHANGED_ENGINE;
        engine_feed(aware, ENGINE_INPUT_JOINED);
        break;
    case ENGINE_EVENT_TERMINATING:
        engine_feed(aware, ENGINE_INPUT_NMI_DOWN);
        break;
    case ENGINE_EVENT_STOPPED:
        engine_feed(aware, ENGINE_INPUT_NAN_STOPPED);
        break;
    case ENGINE_EVENT_DISCOVERY_RESULT:
        peer_seen(aware, event, AWARE_ROLE_SUBSCRIBE);
        break;
    case ENGINE_EVENT_REPLIED:
        peer_seen(aware, event, AWARE_ROLE_PUBLISH);
        break;
    case ENGINE_EVENT_PUBLISH_TERMINATED:
        service_on_terminated(aware, AWARE_ROLE_PUBLISH, event);
        break;
    case ENGINE_EVENT_SUBSCRIBE_TERMINATED:
        service_on_terminated(aware, AWARE_ROLE_SUBSCRIBE, event);
        break;
    case ENGINE_EVENT_BOOTSTRAP_REQUEST:
    case ENGINE_EVENT_BOOTSTRAP_SUCCESS:
    case ENGINE_EVENT_BOOTSTRAP_FAILURE:
    case ENGINE_EVENT_PAIRING_REQUEST:
    case ENGINE_EVENT_PAIRING_STATUS:
        if (engine_is_running(aware))
            pairing_on_event(aware, event);
        break;
    case ENGINE_EVENT_NIK_RECEIVED:
        if (engine_is_running(aware))
            identity_on_event(aware, event);
        break;
    case ENGINE_EVENT_NDP_REQUEST:
    case ENGINE_EVENT_NDP_COUNTER_REQUEST:
    case ENGINE_EVENT_NDP_CONNECTED:
    case ENGINE_EVENT_NDP_DISCONNECTED:
        if (engine_is_running(aware) || aware->engine.phase == ENGINE_PHASE_STOP_PATHS)
            paths_on_event(aware, event);
        break;
    /* The engine keeps its own schedule; what does not fit any more it ends itself. */
    case ENGINE_EVENT_RECEIVE:
    case ENGINE_EVENT_TRANSMIT_STATUS:
    case ENGINE_EVENT_PEER_SCHEDULE_CHANGED:
    case ENGINE_EVENT_SCHEDULE_UPDATE_DONE:
    case ENGINE_EVENT_CHANNEL_EVACUATION:
    case ENGINE_EVENTS_:
        break;
    }
}

void aware_on_event(struct aware *aware, enum aware_socket socket, const char *line, size_t size, int64_t now_us,
                    int64_t wall_s)
{
    _cleanup_(engine_event) struct engine_event event = {.kind = ENGINE_EVENTS_};

    aware->now_us = now_us;
    if (wall_s > 0)
        aware->wall_s = wall_s;
    if (!aware->channels[socket].open || engine_event_parse(line, size, &event) != 0)
        return;
    /* The global socket has a copy of each, of whichever interface; that the process ends is seen by the sockets. */
    if (socket == AWARE_SOCKET_NMI)
        handle(aware, &event);
}

void aware_tick(struct aware *aware, int64_t now_us, int64_t wall_s)
{
    struct engine_life *engine = &aware->engine;

    aware->now_us = now_us;
    if (wall_s > 0)
        aware->wall_s = wall_s;
    if (engine->phase == ENGINE_PHASE_SOCKET && engine->timer_us == 0)
        engine->timer_us = now_us + ABSENT_US;
    if (engine->timer_us <= now_us) {
        engine->timer_us = INT64_MAX;
        engine_feed(aware, ENGINE_INPUT_TIMER);
    }
    if (aware->save_retry_us != 0 && aware->save_retry_us <= now_us) {
        aware->save_retry_us = 0;
        aware_save(aware);
    }
    if (aware->wall_s > 0)
        pairing_expire(aware);
    pairing_tick(aware);
    paths_tick(aware);
    peers_tick(aware);
    services_tick(aware);
}

int64_t aware_deadline_us(const struct aware *aware)
{
    int64_t soonest_us = aware->engine.timer_us;

    if (aware->save_retry_us != 0)
        soonest_us = sooner(soonest_us, aware->save_retry_us);
    soonest_us = sooner(soonest_us, pairing_deadline(aware));
    soonest_us = sooner(soonest_us, paths_deadline(aware));
    soonest_us = sooner(soonest_us, peers_deadline(aware));
    return sooner(soonest_us, services_deadline(aware));
}
