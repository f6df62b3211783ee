/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fasciad/fasciad.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/notify/notify.h"
#include "tools/daemons/fasciad/program.h"
#include "tools/daemons/fasciad/runtime.h"

#define SWEEP_BOUND_US 2000000

static void drain(struct fasciad *f);

static void feed(struct fasciad *f, size_t unit, const struct unit_input *input)
{
    supervisor_unit_event(&f->supervisor, unit, input, loop_now_us());
}

static void note_ready_path(struct fasciad *f, size_t i)
{
    if (f->ready_watches[i] && path_is_socket(f->plan.units[i].target)) {
        path_watch_free(FASCIA_STEAL(f->ready_watches[i]));
        feed(f, i, &(struct unit_input){.event = UNIT_IS_READY});
    }
}

static void on_ready_path(void *userdata)
{
    struct fasciad *f = userdata;

    /* Whichever of them it is: look at all that wait for a socket. */
    for (size_t i = 0; i < f->plan.units_count; i++)
        note_ready_path(f, i);
    drain(f);
}

static int make_private_dir(struct fasciad *f, size_t i)
{
    const char *path = f->plan.units[i].private_dir;

    return path[0] == '\0' ? 0 : runtime_make_private(path, f->changes_user[i] ? &f->accounts[i] : NULL);
}

/* A socket left by a killed process would look like readiness. One that somebody listens on is not ours to take. */
static void prepare_ready_path(struct fasciad *f, size_t i)
{
    const char *path = f->plan.units[i].target;

    path_watch_free(FASCIA_STEAL(f->ready_watches[i]));
    if (path_is_stale_socket(path))
        (void)unlink(path);
    int r = path_watch_new(f->loop, path, on_ready_path, f, &f->ready_watches[i]);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "%s: cannot watch for %s: %s", f->plan.units[i].name, path, strerror(-r));
}

static int execute(struct fasciad *f, size_t i, pid_t *ret_pid, const char **ret_step)
{
    struct plan_unit *unit = &f->plan.units[i];
    char path[PATH_MAX], mark[64];
    char *argv[SUPERVISOR_ARGS_MAX + 2] = {unit->program};
    char **environment = NULL;

    int r = program_find(unit->program, path, sizeof path);
    if (r < 0)
        return r;
    r = make_private_dir(f, i); /* hostapd takes an empty one away when it ends */
    if (r < 0)
        return r;
    if (unit->readiness == SUPERVISOR_READY_SOCKET)
        prepare_ready_path(f, i);
    for (size_t n = 0; n < unit->args_count; n++)
        argv[n + 1] = unit->args[n];

    (void)snprintf(mark, sizeof mark, "FASCIA_UNIT=%s", unit->name);
    const struct program_environment parts = {
        .unit = unit,
        .account = f->changes_user[i] ? &f->accounts[i] : NULL,
        .notify_path = f->notify_path,
        .watchdog_us = f->supervisor.units[i].watchdog_us,
        .mark = mark,
    };
    r = program_environment_make(&parts, &environment);
    if (r < 0)
        return r;
    const struct spawn_spec spec = {.path = path,
                                    .argv = argv,
                                    .environment = environment,
                                    .account = parts.account,
                                    .capabilities = unit->capabilities};
    r = process_start(f->processes, &spec, mark, ret_pid, ret_step);
    program_environment_free(environment);
    return r;
}

static void do_spawn(struct fasciad *f, size_t i)
{
    const struct plan_unit *unit = &f->plan.units[i];
    const char *step = NULL;
    pid_t pid = 0;

    int r = execute(f, i, &pid, &step);
    if (r < 0) {
        if (step)
            journal_log(FASCIA_SEVERITY_ERROR, "%s: %s: %s", unit->name, step, strerror(-r));
        enum unit_event event = unit_error_is_final(-r) ? UNIT_SPAWN_IMPOSSIBLE : UNIT_SPAWN_FAILED;
        feed(f, i, &(struct unit_input){.event = event, .error = -r});
        return;
    }
    feed(f, i, &(struct unit_input){.event = UNIT_SPAWNED, .pid = pid});
    note_ready_path(f, i); /* it may have been faster than we are */
}

static void do_event(struct fasciad *f, const struct supervisor_action *action)
{
    fascia_ring_push(&f->events, &action->event);
    if (!action->forwarded)
        journal_event(&action->event);
    fasciad_bus_event(f, &action->event);
}

static void do_action(struct fasciad *f, const struct supervisor_action *action)
{
    switch (action->kind) {
    case SUPERVISOR_SPAWN:
        do_spawn(f, action->unit);
        break;
    case SUPERVISOR_SIGNAL:
        (void)process_signal(f->processes, (pid_t)action->pid, action->signal);
        break;
    case SUPERVISOR_KILL:
        (void)process_kill_group(f->processes, (pid_t)action->pid);
        break;
    case SUPERVISOR_EVENT:
        do_event(f, action);
        break;
    case SUPERVISOR_UP:
        notify_ready();
        break;
    case SUPERVISOR_DONE:
        (void)sd_event_exit(f->loop, FASCIAD_OK);
        break;
    case SUPERVISOR_ACTIONS_:
        break;
    }
}

/* Does everything that the machine asks for; afterwards there is nothing to do before the next input. */
static void drain(struct fasciad *f)
{
    struct supervisor_action action;
    uint64_t before = f->status_generation;

    while (supervisor_take(&f->supervisor, &action))
        do_action(f, &action);

    int64_t deadline = supervisor_deadline(&f->supervisor);
    if (deadline == INT64_MAX)
        (void)loop_timer_disarm(f->timer);
    else
        (void)loop_timer_arm(f->timer, deadline - loop_now_us());

    if (f->supervisor.generation != before) {
        char line[FASCIA_DETAIL_SIZE];
        struct fascia_text text;

        f->status_generation = f->supervisor.generation;
        fascia_text_init(&text, line, sizeof line);
        supervisor_format_functions(&f->supervisor, &text);
        notify_status("%s", line);
        fasciad_bus_changed(f);
    }
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct fasciad *f = userdata;
    (void)source, (void)usec;

    supervisor_timer(&f->supervisor, loop_now_us());
    drain(f);
    return 0;
}

static void on_process_end(pid_t pid, int code, int signal_number, void *userdata)
{
    struct fasciad *f = userdata;
    int i = supervisor_find_pid(&f->supervisor, pid);

    if (i < 0)
        return;
    feed(f, (size_t)i, &(struct unit_input){.event = UNIT_EXITED, .code = code, .signal = signal_number});
    drain(f);
}

static void on_notify(pid_t pid, const void *data, size_t size, bool cut, void *userdata)
{
    struct fasciad *f = userdata;
    struct notify_message message;
    int64_t now = loop_now_us();
    int i = supervisor_find_pid(&f->supervisor, process_main_of(f->processes, pid));

    if (i < 0)
        supervisor_notify_refused(&f->supervisor, pid, "not a process of the plan", now);
    else if (cut || notify_message_parse(data, size, &message) != 0)
        supervisor_notify_refused(&f->supervisor, pid, cut ? "too long" : "malformed", now);
    else
        supervisor_notify(&f->supervisor, (size_t)i, &message, now);
    drain(f);
}

static int on_end_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    struct fasciad *f = userdata;
    (void)source, (void)info;

    notify_stopping();
    supervisor_stop(&f->supervisor, loop_now_us());
    drain(f);
    return 0;
}

static enum fasciad_status find_accounts(struct fasciad *f)
{
    bool root = geteuid() == 0;
    bool warned = false;

    for (size_t i = 0; i < f->plan.units_count; i++) {
        struct plan_unit *unit = &f->plan.units[i];

        if (unit->user[0] == '\0')
            continue;
        if (!root) {
            if (!warned)
                journal_log(FASCIA_SEVERITY_WARNING,
                            "not started as root: supervisor.users is ignored, every process runs as this user");
            warned = true;
            continue;
        }
        int r = account_find(unit->user, &f->accounts[i]);
        if (r < 0) {
            journal_log(FASCIA_SEVERITY_ERROR,
                        "%s: supervisor.users: account `%s` of %s: %s; create it with systemd-sysusers and the file "
                        "config/sysusers.d/fascia.conf, or name another",
                        f->config_path, unit->user, unit->name,
                        r == -ESRCH ? "there is no such account" : strerror(-r));
            return FASCIAD_USAGE;
        }
        f->changes_user[i] = true;
    }
    return FASCIAD_OK;
}

enum fasciad_status fasciad_plan(struct fasciad *f)
{
    const struct plan_input input = {
        .link = &f->config.link,
        .address = &f->config.address,
        .audio = &f->config.audio,
        .supervisor = &f->config.supervisor,
        .runtime_dir = f->config.runtime_dir,
        .config_path = f->config_path,
    };

    switch ((enum plan_result)plan_make(&input, &f->plan)) {
    case PLAN_OK:
        return FASCIAD_OK;
    case PLAN_E_TOO_LONG:
        journal_log(FASCIA_SEVERITY_ERROR, "%s: runtime_dir: longer than %d octets, sockets would not fit below it",
                    f->config_path, PLAN_RUNTIME_DIR_MAX);
        return FASCIAD_USAGE;
    case PLAN_E_CYCLE:
    case PLAN_E_UNKNOWN:
        break;
    }
    journal_log(FASCIA_SEVERITY_ERROR, "%s: the plan cannot be put in order", f->config_path);
    return FASCIAD_USAGE;
}

static enum fasciad_status open_runtime(struct fasciad *f)
{
    const char *dir = f->config.runtime_dir;
    pid_t other = 0;

    int r = runtime_open(dir, &f->lock, &other);
    if (r == RUNTIME_E_TAKEN)
        journal_log(FASCIA_SEVERITY_ERROR, "another fasciad (pid %d) runs on %s", (int)other, dir);
    else if (r == RUNTIME_E_FOREIGN)
        journal_log(FASCIA_SEVERITY_ERROR, "runtime_dir %s is not a folder that only this user can write", dir);
    else if (r < 0)
        journal_log(FASCIA_SEVERITY_ERROR, "runtime_dir %s: %s", dir, strerror(-r));
    if (r != 0)
        return FASCIAD_FAILED;

    for (size_t i = 0; i < f->plan.units_count; i++) {
        r = make_private_dir(f, i);
        if (r < 0) {
            journal_log(FASCIA_SEVERITY_ERROR, "%s: %s", f->plan.units[i].private_dir, strerror(-r));
            return FASCIAD_FAILED;
        }
    }
    return FASCIAD_OK;
}

static int open_signals(struct fasciad *f)
{
    sigset_t ends;

    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    if (sigprocmask(SIG_BLOCK, &ends, NULL) < 0)
        return -errno;
    int r = sd_event_add_signal(f->loop, &f->terminate, SIGTERM, on_end_signal, f);
    return r < 0 ? r : sd_event_add_signal(f->loop, &f->interrupt, SIGINT, on_end_signal, f);
}

/* Own signal sources instead of loop_new(): SIGTERM is the start of an orderly stop here, not the end of the loop. */
static int open_doors(struct fasciad *f)
{
    int r = sd_event_new(&f->loop);
    if (r < 0)
        return r;
    r = sd_event_set_watchdog(f->loop, 1);
    if (r < 0)
        return r;
    r = open_signals(f);
    if (r < 0)
        return r;
    r = loop_timer_new(f->loop, on_timer, f, &f->timer);
    if (r < 0)
        return r;
    /* A restart is due when it is due: sd-event's default would let it be up to 250 ms late. */
    r = sd_event_source_set_time_accuracy(f->timer, 1);
    if (r < 0)
        return r;
    r = process_set_new(f->loop, on_process_end, f, &f->processes);
    if (r < 0)
        return r;
    (void)snprintf(f->notify_path, sizeof f->notify_path, "%s/notify", f->config.runtime_dir);
    r = notify_socket_open(f->loop, f->notify_path, on_notify, f, &f->notify);
    if (r < 0)
        return r;
    return fasciad_bus_open(f);
}

enum fasciad_status fasciad_run(struct fasciad *f)
{
    f->lock = -1;
    FASCIA_RING_INIT(&f->events, f->events_storage);
    enum fasciad_status status = find_accounts(f);
    if (status == FASCIAD_OK)
        status = open_runtime(f);
    if (status != FASCIAD_OK)
        return status;

    int r = open_doors(f);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "cannot start: %s", strerror(-r));
        return FASCIAD_FAILED;
    }
    f->started_us = loop_now_us();
    supervisor_init(&f->supervisor, &f->plan, &f->config.supervisor);
    supervisor_start(&f->supervisor, f->started_us);
    drain(f);

    r = loop_run(f->loop);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_ERROR, "stopped by an error: %s", strerror(-r));
    size_t swept = process_sweep(f->processes, SWEEP_BOUND_US);
    if (swept > 0)
        journal_log(FASCIA_SEVERITY_WARNING, "%zu processes had escaped from their service and were killed", swept);
    return r < 0 ? FASCIAD_FAILED : FASCIAD_OK;
}

void fasciad_close(struct fasciad *f)
{
    for (size_t i = 0; i < PLAN_UNITS_MAX; i++)
        path_watch_free(FASCIA_STEAL(f->ready_watches[i]));
    bus_close(FASCIA_STEAL(f->bus));
    notify_socket_close(FASCIA_STEAL(f->notify));
    process_set_free(FASCIA_STEAL(f->processes));
    f->changes = loop_source_free(f->changes);
    f->timer = loop_source_free(f->timer);
    f->terminate = loop_source_free(f->terminate);
    f->interrupt = loop_source_free(f->interrupt);
    loop_free(FASCIA_STEAL(f->loop));
    if (f->lock >= 0)
        (void)close(f->lock);
    f->lock = -1;
}
