/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"
#include "stack/aware/service_info.h"

/* Commands */

static bool belongs(const struct path *path, enum job_kind kind)
{
    if (kind == JOB_PATH_REQUEST)
        return path->state == PATH_REQUESTING;
    if (kind == JOB_PATH_ACCEPT)
        return path->state == (path->countered ? PATH_REQUESTING : PATH_ACCEPTING);
    return path->state == (kind == JOB_PATH_REJECT ? PATH_REJECTING : PATH_CLOSING);
}

static size_t write_info(const struct service *service, uint8_t *to, size_t size)
{
    struct service_info info = {.port = (uint16_t)service->config.port, .has_transport = service->config.port != 0};
    size_t written = 0;
    size_t name = strlen(service->config.name);

    info.transport =
        name > 4 && strcmp(service->config.name + name - 4, "_udp") == 0 ? AWARE_TRANSPORT_UDP : AWARE_TRANSPORT_TCP;
    (void)fascia_text_copy(info.instance, sizeof info.instance, service->config.instance);
    return service_info_build(&info, to, size, &written) == 0 ? written : 0;
}

static void write_setup(struct aware *aware, const struct path *path, const struct service *service,
                        const struct peer *peer, enum job_kind kind, struct engine_command *to)
{
    uint8_t info[AWARE_INFO_MAX];
    struct engine_data_path command = {
        .peer = path->nmi,
        .initiator = path->initiator_ndi,
        .own_id = path->own_id,
        .peer_id = peer->peer_id, /* as heard of last */
        .ndp_id = path->ndp_id,
        .ndi = aware->config->ndi,
        .info = info,
        .info_size = write_info(service, info, sizeof info),
        .cipher = path->cipher,
        .iid = &aware->engine.iid,
    };

    if (service->config.security == AWARE_SECURITY_PAIRED)
        command.pmk = &peer->nd_pmk;
    else if (service->config.security == AWARE_SECURITY_PASSPHRASE)
        command.password = &service->passphrase;
    if (kind == JOB_PATH_REQUEST)
        engine_ndp_request(to, &command);
    else
        engine_ndp_accept(to, &command);
}

bool path_write(struct aware *aware, const struct job *job, struct engine_command *to)
{
    const struct path *path = path_find(aware, job->subject);

    if (!path || !belongs(path, job->kind))
        return false;
    if (job->kind == JOB_PATH_REJECT || job->kind == JOB_PATH_TERMINATE) {
        const struct engine_data_path command = {
            .peer = path->nmi, .initiator = path->initiator_ndi, .ndp_id = path->ndp_id};
        if (job->kind == JOB_PATH_REJECT)
            engine_ndp_reject(to, &command, path->reason);
        else
            engine_ndp_terminate(to, &command);
        return true;
    }
    const struct service *service = service_find(aware, path->service);
    const struct peer *peer = peer_by_uid(aware, path->peer);
    if (!service || !peer)
        return false;
    write_setup(aware, path, service, peer, job->kind, to);
    return true;
}

static void request_refused(struct aware *aware, struct path *path)
{
    struct peer *peer = peer_by_uid(aware, path->peer);

    /* The publisher's id may be an old one: it is asked again when it has been heard of again. */
    if (peer)
        peer->fresh = false;
    path_end(aware, path, AWARE_REASON_NONE, "the engine refused the request");
}

static void accept_refused(struct aware *aware, struct path *path)
{
    const struct service *service = service_find(aware, path->service);

    if (path->countered) {
        path_terminate(aware, path, AWARE_REASON_NDL_UNACCEPTABLE, "the counter-proposal could not be taken");
        return;
    }
    /* It would stay pending for 30 s, and keep that peer from asking again. */
    path_reject(aware, path,
                service && service->config.security != AWARE_SECURITY_OPEN ? AWARE_REASON_SECURITY_POLICY
                                                                           : AWARE_REASON_RESOURCES);
}

static void terminate_refused(struct aware *aware, struct path *path)
{
    /* Nobody knows who asked for a stray one. */
    if (path->peer == 0 && !path->tried_other) {
        path->tried_other = true;
        path->initiator_ndi = path->ndi;
        path_give_job(aware, path, JOB_PATH_TERMINATE);
        return;
    }
    path_end(aware, path, path->reason, path->text);
}

void path_on_reply(struct aware *aware, const struct job *job, bool ok)
{
    struct path *path = path_find(aware, job->subject);

    if (ok || !path || !belongs(path, job->kind))
        return;
    if (job->kind == JOB_PATH_REQUEST)
        request_refused(aware, path);
    else if (job->kind == JOB_PATH_ACCEPT)
        accept_refused(aware, path);
    else if (job->kind == JOB_PATH_TERMINATE)
        terminate_refused(aware, path);
    else
        path_end(aware, path, path->reason, "");
}

/* Time */

static void timer_came(struct aware *aware, struct path *path)
{
    switch (path->state) {
    case PATH_REQUESTING:
    case PATH_ACCEPTING:
        path_end(aware, path, AWARE_REASON_UNSPECIFIED, "it was not answered");
        break;
    case PATH_ADDRESSING:
        path->timer_us = aware->now_us + SETUP_LIMIT_US;
        if (engine_has_address(aware))
            path_terminate(aware, path, AWARE_REASON_RESOURCES, "the address service did not answer");
        break;
    case PATH_REJECTING:
    case PATH_CLOSING:
        path_end(aware, path, path->reason, path->text);
        break;
    case PATH_UP:
    case PATH_FREE:
        path->timer_us = INT64_MAX;
        break;
    }
}

static void keep_alive(struct aware *aware, struct path *path)
{
    const struct aware_action action = {
        .kind = AWARE_ACTION_KEEP_ALIVE, .iid = path->iid, .ifindex = aware->engine.ifindex, .path = path->id};

    path->alive_us = aware->now_us + aware->config->keep_alive_s * SECONDS;
    if (engine_has_address(aware))
        queue_action(aware, &action);
}

void paths_tick(struct aware *aware)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        struct path *path = &aware->paths[i];
        if (path->state != PATH_FREE && path->timer_us <= aware->now_us)
            timer_came(aware, path);
        if (path->state == PATH_UP && path->alive_us <= aware->now_us)
            keep_alive(aware, path);
    }
}

int64_t paths_deadline(const struct aware *aware)
{
    int64_t soonest_us = INT64_MAX;

    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (aware->paths[i].state != PATH_FREE)
            soonest_us = sooner(soonest_us, sooner(aware->paths[i].timer_us, aware->paths[i].alive_us));
    }
    return soonest_us;
}
