/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stack/aware/internal.h"

/* Room that only those may use who bring something to an end: an event more or less is no harm. */
#define ACTIONS_RESERVED 384

void queue_action(struct aware *aware, const struct aware_action *action)
{
    bool may_be_lost = action->kind == AWARE_ACTION_EVENT || action->kind == AWARE_ACTION_KEEP_ALIVE;

    if (aware->actions_count >= (may_be_lost ? ACTIONS_MAX - ACTIONS_RESERVED : ACTIONS_MAX))
        return;
    aware->actions[(aware->first_action + aware->actions_count) % ACTIONS_MAX] = *action;
    aware->actions_count++;
}

static void add_event(struct aware *aware, enum fascia_event_kind kind, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Some of what is told came from another process. */
static void make_one_line(char *text)
{
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
}

static void add_event(struct aware *aware, enum fascia_event_kind kind, const char *format, va_list args)
{
    struct aware_action action = {.kind = AWARE_ACTION_EVENT, .event = kind};

    (void)vsnprintf(action.text, sizeof action.text, format, args);
    make_one_line(action.text);
    queue_action(aware, &action);
}

void queue_event(struct aware *aware, enum fascia_event_kind kind, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_event(aware, kind, format, args);
    va_end(args);
}

void queue_quiet_event(struct aware *aware, enum fascia_event_kind kind, const char *format, ...)
{
    va_list args;

    if (aware->quiet_us[kind] != 0 && aware->now_us < aware->quiet_us[kind])
        return;
    aware->quiet_us[kind] = aware->now_us + QUIET_US;
    va_start(args, format);
    add_event(aware, kind, format, args);
    va_end(args);
}

static void forget_jobs(struct channel *channel)
{
    channel->first = channel->count = 0;
    channel->token = 0;
}

void queue_open(struct aware *aware, enum aware_socket socket, const char *ifname)
{
    struct aware_action action = {.kind = AWARE_ACTION_OPEN, .socket = socket};

    forget_jobs(&aware->channels[socket]);
    aware->channels[socket].wanted = true;
    aware->channels[socket].open = false;
    (void)fascia_text_copy(action.ifname, sizeof action.ifname, ifname);
    queue_action(aware, &action);
}

void queue_close(struct aware *aware, enum aware_socket socket)
{
    const struct aware_action action = {.kind = AWARE_ACTION_CLOSE, .socket = socket};

    forget_jobs(&aware->channels[socket]);
    aware->channels[socket].open = false;
    if (!aware->channels[socket].wanted)
        return;
    aware->channels[socket].wanted = false;
    queue_action(aware, &action);
}

static bool is_same(const struct job *a, const struct job *b)
{
    return a->kind == b->kind && a->subject == b->subject && a->detail == b->detail && a->flag == b->flag &&
           fascia_mac_equal(&a->mac, &b->mac);
}

/* Strangers can cause these; they may not fill what others need. */
static bool may_be_lost(const struct job *job)
{
    return job->kind == JOB_ABORT || job->kind == JOB_RESET || job->kind == JOB_PATH_REJECT;
}

void queue_job(struct aware *aware, enum aware_socket socket, const struct job *job)
{
    struct channel *channel = &aware->channels[socket];

    for (size_t i = 0; i < channel->count; i++) {
        if (is_same(&channel->jobs[(channel->first + i) % JOBS_MAX], job))
            return;
    }
    if (channel->count >= (may_be_lost(job) ? JOBS_MAX / 2 : JOBS_MAX))
        return;
    channel->jobs[(channel->first + channel->count) % JOBS_MAX] = *job;
    channel->count++;
}

uint32_t queue_token(struct aware *aware)
{
    if (++aware->last_token == 0)
        aware->last_token = 1;
    return aware->last_token;
}

static bool take_answered(struct aware *aware, uint32_t token, enum aware_socket *ret_socket, struct job *ret_job)
{
    for (size_t i = 0; i < AWARE_SOCKETS_; i++) {
        struct channel *channel = &aware->channels[i];
        if (token == 0 || channel->token != token)
            continue;
        channel->token = 0;
        *ret_socket = (enum aware_socket)i;
        *ret_job = channel->current;
        return true;
    }
    return false;
}

/* Returns false when what it was about is over, or the command cannot be written. */
static bool write_command(struct aware *aware, const struct job *job)
{
    struct engine_command *to = &aware->command;
    struct service *service = NULL;

    switch (job->kind) {
    case JOB_ENGINE:
        return engine_write(aware, job, to);
    case JOB_BOOTSTRAP_CONFIG:
        engine_set_bootstrap(to, engine_methods(aware), 0, COMEBACK_TU);
        return true;
    case JOB_SERVICE_START:
        service = service_find(aware, job->subject);
        if (!service || !service->starting)
            return false;
        if (service->config.role == AWARE_ROLE_PUBLISH)
            engine_publish(to, &service->config, TTL_S);
        else
            engine_subscribe(to, &service->config, 0);
        return true;
    case JOB_SERVICE_CANCEL:
        engine_cancel(to, job->flag ? AWARE_ROLE_PUBLISH : AWARE_ROLE_SUBSCRIBE, job->detail);
        return true;
    case JOB_BOOTSTRAP:
    case JOB_AUTHORISE:
    case JOB_PAIR:
    case JOB_VERIFY:
    case JOB_ABORT:
    case JOB_RESET:
        return peer_write(aware, job, to);
    case JOB_PATH_REQUEST:
    case JOB_PATH_ACCEPT:
    case JOB_PATH_REJECT:
    case JOB_PATH_TERMINATE:
        return path_write(aware, job, to);
    }
    return false;
}

static void answer(struct aware *aware, const struct job *job, const char *text, size_t size)
{
    bool ok = engine_reply_is_ok(text, size);

    switch (job->kind) {
    case JOB_ENGINE:
        engine_on_reply(aware, job, text, size);
        break;
    case JOB_BOOTSTRAP_CONFIG:
    case JOB_SERVICE_CANCEL:
        break;
    case JOB_SERVICE_START:
        service_on_started(aware, job, text, size);
        break;
    case JOB_BOOTSTRAP:
    case JOB_AUTHORISE:
    case JOB_PAIR:
    case JOB_VERIFY:
    case JOB_ABORT:
    case JOB_RESET:
        peer_on_reply(aware, job, ok);
        break;
    case JOB_PATH_REQUEST:
    case JOB_PATH_ACCEPT:
    case JOB_PATH_REJECT:
    case JOB_PATH_TERMINATE:
        path_on_reply(aware, job, ok);
        break;
    }
}

/* A command that cannot be written (a value of the configuration that the engine would not take) is refused like one
 * that the engine refuses. */
static bool next_command(struct aware *aware, enum aware_socket socket, struct aware_action *ret_action)
{
    struct channel *channel = &aware->channels[socket];

    while (channel->open && channel->token == 0 && channel->count > 0) {
        struct job job = channel->jobs[channel->first];
        channel->first = (channel->first + 1) % JOBS_MAX;
        channel->count--;
        if (!write_command(aware, &job))
            continue;
        if (!engine_command_text(&aware->command)) {
            answer(aware, &job, "FAIL", 4);
            continue;
        }
        channel->token = queue_token(aware);
        channel->current = job;
        *ret_action = (struct aware_action){
            .kind = AWARE_ACTION_REQUEST,
            .token = channel->token,
            .socket = socket,
            .command = &aware->command,
            .timeout_us = socket == AWARE_SOCKET_GLOBAL ? INTERFACE_TIMEOUT_US : COMMAND_TIMEOUT_US,
        };
        return true;
    }
    return false;
}

void aware_on_reply(struct aware *aware, uint32_t token, int error, const char *text, size_t size, int64_t now_us)
{
    enum aware_socket socket = AWARE_SOCKET_GLOBAL;
    struct job job;

    aware->now_us = now_us;
    if (!take_answered(aware, token, &socket, &job))
        return;
    if (error != 0) {
        engine_feed(aware, ENGINE_INPUT_SILENT);
        return;
    }
    answer(aware, &job, text, size);
}

static bool next_action(struct aware *aware, struct aware_action *ret_action)
{
    if (aware->actions_count == 0)
        return false;
    *ret_action = aware->actions[aware->first_action];
    aware->first_action = (aware->first_action + 1) % ACTIONS_MAX;
    aware->actions_count--;
    return true;
}

static bool next_save(struct aware *aware, struct aware_action *ret_action)
{
    if (!aware->store_dirty || aware->saving)
        return false;
    aware->store_dirty = false;
    aware->saving = true;
    *ret_action = (struct aware_action){.kind = AWARE_ACTION_SAVE};
    return true;
}

static bool next_changed(struct aware *aware, struct aware_action *ret_action)
{
    if (aware->changed == 0)
        return false;
    *ret_action = (struct aware_action){.kind = AWARE_ACTION_CHANGED, .changed = aware->changed};
    aware->changed = 0;
    return true;
}

static bool next_fact(struct aware *aware, struct aware_action *ret_action)
{
    struct fact fact;

    verdict(aware, &fact);
    make_one_line(fact.text);
    if (aware->fact_told && fact.state == aware->fact.state && fact.reason == aware->fact.reason &&
        strcmp(fact.text, aware->fact.text) == 0)
        return false;
    aware->fact = fact;
    aware->fact_told = true;
    *ret_action = (struct aware_action){
        .kind = AWARE_ACTION_FACT,
        .state = fact.state,
        .function_reason = fact.reason,
    };
    (void)fascia_text_copy(ret_action->text, sizeof ret_action->text, fact.text);
    return true;
}

bool aware_next(struct aware *aware, struct aware_action *ret_action)
{
    engine_command_wipe(&aware->command);
    if (next_action(aware, ret_action) || next_save(aware, ret_action))
        return true;
    for (size_t i = 0; i < AWARE_SOCKETS_; i++) {
        /* Writing one may have given more to do, which comes first. */
        if (next_command(aware, (enum aware_socket)i, ret_action) || next_action(aware, ret_action))
            return true;
    }
    return next_save(aware, ret_action) || next_changed(aware, ret_action) || next_fact(aware, ret_action);
}
