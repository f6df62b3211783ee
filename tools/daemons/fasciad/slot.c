/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/path/stale_socket.h"
#include "tools/daemons/fasciad/fasciad.h"
#include "tools/daemons/fasciad/program.h"
#include "tools/daemons/fasciad/runtime.h"

#define OOM_SCORE_ADJ      300     /* the kernel ends a service before its supervisor */
#define PROBE_ADOPTED_US   5000000 /* between the PINGs to an adopted daemon, when no watchdog is configured */
#define PROBE_PER_WATCHDOG 2

int fasciad_make_private_dir(struct fasciad *f, size_t unit)
{
    const char *path = f->plan->units[unit].private_dir;
    const struct fasciad_slot *slot = f->setup->slots[unit];

    return path[0] == '\0' ? 0 : runtime_make_private(path, slot->changes_user ? &slot->account : NULL);
}

/* Unlike what is below runtime_dir it may be a folder of somebody's choice: what is there is not taken over. */
void fasciad_make_state_dir(struct fasciad *f, size_t unit)
{
    const char *path = f->plan->units[unit].state_dir;
    const struct fasciad_slot *slot = f->setup->slots[unit];

    if (path[0] == '\0')
        return;
    int r = runtime_make_state(path, slot->changes_user ? &slot->account : NULL);
    if (r < 0) /* its service works without what it keeps there, and says so */
        journal_log(FASCIA_SEVERITY_WARNING, "%s: %s", path, strerror(-r));
}

/* A socket left by a killed process would look like readiness. One that somebody listens on is not ours to take. */
static void remove_stale_socket(const struct plan_unit *unit)
{
    if ((unit->readiness == SUPERVISOR_READY_SOCKET || unit->readiness == SUPERVISOR_READY_CONTROL) &&
        path_is_stale_socket(unit->target))
        (void)unlink(unit->target);
}

static int start(struct fasciad *f, size_t i, char **argv, pid_t *ret_pid, const char **ret_step)
{
    const struct plan_unit *unit = &f->plan->units[i];
    const struct fasciad_slot *slot = f->setup->slots[i];
    const char *mark = process_mark(f->processes, unit->name);
    char **environment = NULL;

    const struct program_environment parts = {
        .unit = unit,
        .account = slot->changes_user ? &slot->account : NULL,
        .notify_path = f->notify_path,
        .watchdog_us = f->supervisor.units[i].watchdog_us,
        .mark = mark,
    };
    int r = program_environment_make(&parts, &environment);
    if (r < 0)
        return r;
    struct spawn_spec spec = {.path = slot->path,
                              .argv = argv,
                              .environment = environment,
                              .account = parts.account,
                              .capabilities = unit->capabilities,
                              .limits = unit->limits,
                              .oom_score_adj = OOM_SCORE_ADJ,
                              .cgroup_fd = -1};
    if (geteuid() != 0)
        spec.limits.processes = 0; /* without a cgroup it is a bound of the account, and that is not the unit's alone */
    r = process_start(f->processes, &spec, unit->name, ret_pid, ret_step);
    program_environment_free(environment);
    return r;
}

int fasciad_execute(struct fasciad *f, size_t unit, pid_t *ret_pid, const char **ret_step)
{
    struct plan_unit *spec = &f->setup->plan.units[unit];
    struct fasciad_slot *slot = f->setup->slots[unit];
    char *argv[SUPERVISOR_ARGS_MAX + 2] = {spec->program};

    int r = fasciad_make_private_dir(f, unit); /* hostapd takes an empty one away when it ends */
    if (r < 0)
        return r;
    fasciad_make_state_dir(f, unit);
    remove_stale_socket(spec);
    for (size_t n = 0; n < spec->args_count; n++)
        argv[n + 1] = spec->args[n];

    if (slot->path[0] != '\0') {
        r = start(f, unit, argv, ret_pid, ret_step);
        if (r != -ENOENT && r != -EACCES)
            return r;
        *ret_step = NULL; /* it has moved: look for it again */
    }
    r = program_find(spec->program, slot->path, sizeof slot->path);
    if (r < 0) {
        slot->path[0] = '\0';
        return r;
    }
    return start(f, unit, argv, ret_pid, ret_step);
}

static void on_probe(enum probe_news news, pid_t pid, const char *why, void *userdata)
{
    static const enum unit_event events[] = {
        [PROBE_UP] = UNIT_IS_READY,
        [PROBE_LOST] = UNIT_LOST,
        [PROBE_REPLACED] = UNIT_REPLACED,
    };
    const struct fasciad_slot *slot = userdata;
    struct fasciad *f = slot->fasciad;
    int unit = plan_find(f->plan, slot->name);

    if (unit < 0)
        return;
    const struct unit_input input = {.event = events[news], .pid = pid, .why = why};
    supervisor_unit_event(&f->supervisor, (size_t)unit, &input, loop_now_us());
    fasciad_drain(f);
}

void fasciad_probe(struct fasciad *f, size_t unit)
{
    const struct plan_unit *spec = &f->plan->units[unit];
    struct fasciad_slot *slot = f->setup->slots[unit];
    int64_t period_us = spec->watchdog_ms * 1000 / PROBE_PER_WATCHDOG;

    if (period_us == 0 && spec->manage == SUPERVISOR_MANAGE_ADOPT)
        period_us = PROBE_ADOPTED_US;
    const struct probe_spec probe = {.kind = spec->readiness, .target = spec->target, .period_us = period_us};
    probe_free(FASCIA_STEAL(slot->probe));
    int r = probe_new(f->loop, f->bus, &probe, on_probe, slot, &slot->probe);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "%s: cannot watch %s: %s", spec->name, spec->target, strerror(-r));
}

void fasciad_unprobe(struct fasciad *f, size_t unit)
{
    probe_free(FASCIA_STEAL(f->setup->slots[unit]->probe));
}
