/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"

struct service *service_find(struct aware *aware, uint32_t id)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        if (id != 0 && aware->services[i].id == id)
            return &aware->services[i];
    }
    return NULL;
}

struct service *service_by_engine_id(struct aware *aware, enum aware_role role, uint32_t engine_id)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id != 0 && service->running && service->config.role == role && service->engine_id == engine_id)
            return service;
    }
    return NULL;
}

struct service *service_paired_publisher(struct aware *aware)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id != 0 && service->running && service->config.role == AWARE_ROLE_PUBLISH &&
            service->config.security == AWARE_SECURITY_PAIRED)
            return service;
    }
    return NULL;
}

bool service_lacks_passphrase(const struct service *service)
{
    return service->config.security == AWARE_SECURITY_PASSPHRASE && fascia_secret_is_empty(&service->passphrase);
}

static void start(struct aware *aware, struct service *service)
{
    const struct job methods = {.kind = JOB_BOOTSTRAP_CONFIG};
    const struct job job = {
        .kind = JOB_SERVICE_START, .subject = service->id, .flag = service->config.role == AWARE_ROLE_PUBLISH};

    service->retry_us = INT64_MAX;
    if (!service->wanted || service->starting || service->running || service_lacks_passphrase(service))
        return;
    service->starting = true;
    /* What one that was ordered later needs is not in the settings that the engine was started with. */
    if (service->config.security == AWARE_SECURITY_PAIRED)
        queue_job(aware, AWARE_SOCKET_NMI, &methods);
    queue_job(aware, AWARE_SOCKET_NMI, &job);
}

void services_start(struct aware *aware)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        if (aware->services[i].id != 0)
            start(aware, &aware->services[i]);
    }
}

static void stopped(struct aware *aware, struct service *service)
{
    service->starting = service->running = false;
    service->engine_id = 0;
    aware->changed |= AWARE_CHANGED_SERVICES;
}

void services_lost(struct aware *aware)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id == 0)
            continue;
        stopped(aware, service);
        service->retry_us = INT64_MAX;
        service->refused = false;
    }
}

static void cancel_in_engine(struct aware *aware, enum aware_role role, uint32_t engine_id)
{
    const struct job job = {.kind = JOB_SERVICE_CANCEL, .detail = engine_id, .flag = role == AWARE_ROLE_PUBLISH};

    queue_job(aware, AWARE_SOCKET_NMI, &job);
}

void services_cancel(struct aware *aware)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id == 0)
            continue;
        if (service->running)
            cancel_in_engine(aware, service->config.role, service->engine_id);
        stopped(aware, service);
    }
}

/* Data paths of a cancelled service stay up in the engine; they end with it here. */
void service_cancel(struct aware *aware, struct service *service)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        struct path *path = &aware->paths[i];
        if (path->state != PATH_FREE && path->service == service->id)
            path_terminate(aware, path, AWARE_REASON_UNSPECIFIED, "the service was cancelled");
    }
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid == 0 || peer->service != service->id)
            continue;
        peer->wanted = 0;
        if (peer->state == AWARE_PEER_BOOTSTRAPPING || peer->state == AWARE_PEER_PAIRING) {
            (void)fascia_text_copy(peer->end, sizeof peer->end, "the service was cancelled");
            peer_feed(aware, peer, SESSION_REFUSED);
        }
    }
    if (service->running)
        cancel_in_engine(aware, service->config.role, service->engine_id);
    explicit_bzero(service, sizeof *service);
    aware->changed |= AWARE_CHANGED_SERVICES;
}

void service_on_started(struct aware *aware, const struct job *job, const char *text, size_t size)
{
    struct service *service = service_find(aware, job->subject);
    uint32_t id = 0;
    bool started = engine_reply_id(text, size, &id) == 0;

    if (!service || !service->starting) {
        if (started) /* cancelled meanwhile */
            cancel_in_engine(aware, job->flag ? AWARE_ROLE_PUBLISH : AWARE_ROLE_SUBSCRIBE, id);
        return;
    }
    service->starting = false;
    service->running = started;
    service->refused = !started;
    service->engine_id = id;
    if (started)
        service->delay = (struct delay){0};
    else
        service->retry_us = aware->now_us + delay_next(&service->delay, 0);
    aware->changed |= AWARE_CHANGED_SERVICES;
}

/* Its time is over, or the engine gave it up; what we cancelled is forgotten already. */
void service_on_terminated(struct aware *aware, enum aware_role role, const struct engine_event *event)
{
    struct service *service = service_by_engine_id(aware, role, event->own_id);

    if (!service)
        return;
    stopped(aware, service);
    service->retry_us = aware->now_us + delay_next(&service->delay, 0);
}

void services_tick(struct aware *aware)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id == 0 || service->retry_us > aware->now_us)
            continue;
        service->retry_us = INT64_MAX;
        if (engine_is_running(aware))
            start(aware, service);
    }
}

int64_t services_deadline(const struct aware *aware)
{
    int64_t soonest_us = INT64_MAX;

    for (size_t i = 0; i < SERVICES_MAX; i++) {
        if (aware->services[i].id != 0)
            soonest_us = sooner(soonest_us, aware->services[i].retry_us);
    }
    return soonest_us;
}
