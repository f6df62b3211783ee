/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fasciad/fasciad.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/notify/notify.h"
#include "platform/rfkill/rfkill.h"

#define APPLY_TIMEOUT_US 2000000

const char *fasciad_black_box_state(const struct fasciad *f)
{
    return blackbox_state(f->box);
}

static void do_spawn(struct fasciad *f, size_t i)
{
    const char *step = NULL;
    struct unit_input input = {.event = UNIT_SPAWNED};
    pid_t pid = 0;

    int r = fasciad_execute(f, i, &pid, &step);
    input.pid = pid;
    if (r < 0) {
        if (step)
            journal_log(FASCIA_SEVERITY_ERROR, "%s: %s: %s", f->plan->units[i].name, step, strerror(-r));
        input = (struct unit_input){
            .event = unit_error_is_final(-r) ? UNIT_SPAWN_IMPOSSIBLE : UNIT_SPAWN_FAILED,
            .error = -r,
        };
    }
    supervisor_unit_event(&f->supervisor, i, &input, loop_now_us());
}

static void do_event(struct fasciad *f, const struct supervisor_action *action)
{
    fascia_ring_push(&f->events, &action->event);
    blackbox_append(f->box, &action->event);
    if (!action->forwarded)
        journal_event(&action->event);
    fasciad_bus_event(f, &action->event);
}

static void on_applied(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    const struct fasciad_apply *apply = userdata;
    struct fasciad *f = apply->fasciad;
    int function = plan_find_function(f->plan, apply->function);
    (void)bus, (void)reply;

    if (function < 0)
        return;
    supervisor_applied(&f->supervisor, (size_t)function, error, loop_now_us());
    fasciad_drain(f);
}

/* "link" -> "org.fascia.Link1", "/org/fascia/Link1"; the address service has a shorter name. */
static void do_apply(struct fasciad *f, const struct supervisor_action *action)
{
    const char *function = f->plan->functions[action->function].name;
    const char *stem = strcmp(function, "address") == 0 ? "addr" : function;
    struct fasciad_apply *apply = &f->applies[action->function];
    char service[64], path[64];

    (void)snprintf(service, sizeof service, "org.fascia.%c%s1", toupper((unsigned char)stem[0]), stem + 1);
    (void)snprintf(path, sizeof path, "/org/fascia/%c%s1", toupper((unsigned char)stem[0]), stem + 1);
    apply->fasciad = f;
    (void)fascia_text_copy(apply->function, sizeof apply->function, function);
    int r = bus_call(f->bus, service, path, service, "Apply", APPLY_TIMEOUT_US, on_applied, apply, "s", action->text);
    if (r < 0)
        supervisor_applied(&f->supervisor, action->function, r, loop_now_us());
}

static void do_radio_reset(struct fasciad *f, const char *radio)
{
    int r = rfkill_reset(f->loop, radio);

    if (r < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "the radio %s cannot be reset: %s", radio[0] != '\0' ? radio : "(any)",
                    strerror(-r));
}

static void do_reboot(struct fasciad *f)
{
    int r = sleep_reboot(f->sleep);

    if (r < 0)
        journal_log(FASCIA_SEVERITY_ERROR, "the system manager could not be asked to reboot: %s", strerror(-r));
}

static void do_replaced(struct fasciad *f)
{
    struct fasciad_setup *old = f->setup;

    f->setup = f->next;
    f->next = NULL;
    f->config = &f->setup->config;
    f->plan = &f->setup->plan;
    fasciad_release(old, f->setup);
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
        (void)process_kill(f->processes, (pid_t)action->pid);
        break;
    case SUPERVISOR_PROBE:
        fasciad_probe(f, action->unit);
        break;
    case SUPERVISOR_UNPROBE:
        fasciad_unprobe(f, action->unit);
        break;
    case SUPERVISOR_APPLY:
        do_apply(f, action);
        break;
    case SUPERVISOR_RADIO_RESET:
        do_radio_reset(f, action->text);
        break;
    case SUPERVISOR_REBOOT:
        do_reboot(f);
        break;
    case SUPERVISOR_EVENT:
        do_event(f, action);
        break;
    case SUPERVISOR_UP:
        notify_ready();
        break;
    case SUPERVISOR_ASLEEP:
        sleep_ready(f->sleep);
        fasciad_bus_asleep(f);
        break;
    case SUPERVISOR_REPLACED:
        do_replaced(f);
        break;
    case SUPERVISOR_DONE:
        (void)sd_event_exit(f->loop, FASCIAD_OK);
        break;
    case SUPERVISOR_ACTIONS_:
        break;
    }
}

static void tell_status(struct fasciad *f)
{
    char line[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    f->status_generation = f->supervisor.generation;
    fascia_text_init(&text, line, sizeof line);
    supervisor_format_functions(&f->supervisor, &text);
    notify_status("%s", line);
    fasciad_bus_changed(f);
}

void fasciad_drain(struct fasciad *f)
{
    struct supervisor_action action;

    while (supervisor_take(&f->supervisor, &action))
        do_action(f, &action);

    int64_t deadline = supervisor_deadline(&f->supervisor);
    if (deadline == INT64_MAX)
        (void)loop_timer_disarm(f->timer);
    else
        (void)loop_timer_arm(f->timer, deadline - loop_now_us());
    if (f->supervisor.generation != f->status_generation)
        tell_status(f);
}

int fasciad_on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct fasciad *f = userdata;
    (void)source, (void)usec;

    supervisor_timer(&f->supervisor, loop_now_us());
    fasciad_drain(f);
    return 0;
}

void fasciad_on_process_end(pid_t pid, int code, int signal_number, void *userdata)
{
    struct fasciad *f = userdata;
    int i = supervisor_find_pid(&f->supervisor, pid);

    if (i < 0)
        return;
    const struct unit_input input = {.event = UNIT_EXITED, .code = code, .signal = signal_number};
    supervisor_unit_event(&f->supervisor, (size_t)i, &input, loop_now_us());
    fasciad_drain(f);
}

void fasciad_on_escaped(const char *name, unsigned int count, void *userdata)
{
    fasciad_remark(userdata, FASCIA_EVENT_PROCESS_ESCAPED, "%s: %u killed", name, count);
}

void fasciad_on_notify(pid_t pid, const void *data, size_t size, bool cut, void *userdata)
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
    fasciad_drain(f);
}

void fasciad_remark(struct fasciad *f, enum fascia_event_kind kind, const char *format, ...)
{
    char detail[FASCIA_DETAIL_SIZE];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    supervisor_remark(&f->supervisor, kind, detail, loop_now_us());
    fasciad_drain(f);
}

int fasciad_command(struct fasciad *f, enum supervisor_command command, const char *unit)
{
    int at = unit[0] != '\0' ? plan_find(f->plan, unit) : 0;

    if (at < 0)
        return SUPERVISOR_E_UNKNOWN;
    int r = supervisor_command(&f->supervisor, command, unit[0] != '\0' ? (size_t)at : SUPERVISOR_ALL, loop_now_us());
    fasciad_drain(f);
    return r;
}

void fasciad_sleep(struct fasciad *f, bool asleep)
{
    supervisor_sleep(&f->supervisor, asleep, loop_now_us());
    fasciad_drain(f);
}

/* What is bound to our own life cannot change with a reload. */
static const char *what_is_fixed(const struct fascia_config *old, const struct fascia_config *new)
{
    if (strcmp(old->bus, new->bus) != 0)
        return "bus";
    if (strcmp(old->runtime_dir, new->runtime_dir) != 0)
        return "runtime_dir";
    if (strcmp(old->supervisor.cgroup, new->supervisor.cgroup) != 0)
        return "supervisor.cgroup";
    if (memcmp(&old->supervisor.black_box, &new->supervisor.black_box, sizeof old->supervisor.black_box) != 0)
        return "supervisor.black_box";
    return NULL;
}

static void summarise(const struct plan *old, const struct plan *new, char message[static CONFIG_MESSAGE_SIZE])
{
    struct fascia_text text;
    size_t same = 0;

    fascia_text_init(&text, message, CONFIG_MESSAGE_SIZE);
    for (size_t i = 0; i < new->units_count; i++) {
        int at = plan_find(old, new->units[i].name);
        if (at >= 0 && old->units[at].fingerprint == new->units[i].fingerprint)
            same++;
        else
            fascia_text_add(&text, "%s %s; ", at < 0 ? "start" : "restart", new->units[i].name);
    }
    for (size_t i = 0; i < old->units_count; i++) {
        if (plan_find(new, old->units[i].name) < 0)
            fascia_text_add(&text, "stop %s; ", old->units[i].name);
    }
    fascia_text_add(&text, "%zu run on", same);
}

static int reload(struct fasciad *f, char message[static CONFIG_MESSAGE_SIZE])
{
    struct fasciad_setup *next = &f->setups[f->setup == &f->setups[0] ? 1 : 0];

    if (f->next)
        return SUPERVISOR_E_BUSY;
    int r = fasciad_load(f->config_path, true, next, message);
    if (r != 0)
        return r;
    const char *fixed = what_is_fixed(f->config, &next->config);
    if (fixed) {
        (void)snprintf(message, CONFIG_MESSAGE_SIZE, "%.200s: %s cannot change while fasciad runs; restart it",
                       f->config_path, fixed);
        return FASCIAD_E_INVALID;
    }
    r = fasciad_prepare(f, next, f->setup, message);
    if (r != 0)
        return r;
    summarise(f->plan, &next->plan, message);
    f->next = next;
    r = supervisor_reload(&f->supervisor, &next->plan, &next->config.supervisor, loop_now_us());
    if (r != 0) {
        f->next = NULL;
        fasciad_release(next, f->setup);
    }
    return r;
}

int fasciad_reload(struct fasciad *f, char message[static CONFIG_MESSAGE_SIZE])
{
    message[0] = '\0';
    int r = reload(f, message);
    if (r == FASCIAD_E_INVALID)
        fasciad_remark(f, FASCIA_EVENT_RELOAD_REFUSED, "%s", message);
    fasciad_drain(f);
    return r;
}
