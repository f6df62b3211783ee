/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/supervisor.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/supervisor/function_state.h"

static struct supervisor_action *push(struct supervisor *s, enum supervisor_action_kind kind)
{
    /* The bound holds by construction (a test drives the worst case); were it ever broken, the newest is lost. */
    size_t at = (s->queue_first + s->queue_count) % SUPERVISOR_QUEUE_MAX;

    if (s->queue_count < SUPERVISOR_QUEUE_MAX)
        s->queue_count++;
    s->queue[at] = (struct supervisor_action){.kind = kind};
    return &s->queue[at];
}

bool supervisor_take(struct supervisor *s, struct supervisor_action *ret_action)
{
    if (s->queue_count == 0)
        return false;
    *ret_action = s->queue[s->queue_first];
    s->queue_first = (s->queue_first + 1) % SUPERVISOR_QUEUE_MAX;
    s->queue_count--;
    return true;
}

static void tell(struct supervisor *s, enum fascia_event_kind kind, int64_t now_us, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void tell(struct supervisor *s, enum fascia_event_kind kind, int64_t now_us, const char *format, ...)
{
    struct fascia_event *event = &push(s, SUPERVISOR_EVENT)->event;
    va_list args;

    *event = (struct fascia_event){.kind = kind, .t_us = now_us, .source = "fasciad"};
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): version 14 errs where it inlines a variadic function */
    (void)vsnprintf(event->detail, sizeof event->detail, format, args);
    va_end(args);
}

static void push_signal(struct supervisor *s, size_t unit, enum supervisor_action_kind kind, int signal_number)
{
    /* A stop that overtakes a spawn has no process to signal yet; UNIT_SPAWNED asks for it again. */
    if (s->units[unit].pid == 0)
        return;
    struct supervisor_action *action = push(s, kind);
    action->unit = unit;
    action->pid = s->units[unit].pid;
    action->signal = signal_number;
}

static void tell_died(struct supervisor *s, const struct unit *u, int64_t now_us)
{
    bool has_end = u->cause != UNIT_CAUSE_DIED && u->cause != UNIT_CAUSE_NOT_SPAWNED && u->end[0] != '\0';

    tell(s, FASCIA_EVENT_UNIT_DIED, now_us, "%s %s%s%s; restart in %" PRId64 " ms", u->spec->name, u->why,
         has_end ? ", " : "", has_end ? u->end : "", (u->deadline_us - now_us) / 1000);
}

static void tell_timeout(struct supervisor *s, const struct unit *u, int64_t now_us)
{
    if (u->state == UNIT_KILLING)
        tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s did not end within %" PRId64 " ms; killed", u->spec->name,
             u->stop_timeout_us / 1000);
    else if (u->state == UNIT_IDLE)
        tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s does not end even when killed; given up", u->spec->name);
    else
        tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s %s", u->spec->name, u->why);
}

static void perform(struct supervisor *s, size_t i, unsigned int does, int64_t started_us, int64_t now_us)
{
    const struct unit *u = &s->units[i];
    const char *name = u->spec->name;

    if (does & UNIT_TELL_STARTING) {
        if (u->starts == 0)
            tell(s, FASCIA_EVENT_UNIT_STARTING, now_us, "%s", name);
        else
            tell(s, FASCIA_EVENT_UNIT_STARTING, now_us, "%s restart %" PRId64, name, u->starts);
    }
    if (does & UNIT_TELL_READY)
        tell(s, FASCIA_EVENT_UNIT_READY, now_us, "%s pid %" PRId64 " after %" PRId64 " ms", name, u->pid,
             (now_us - started_us) / 1000);
    if (does & UNIT_TELL_DIED)
        tell_died(s, u, now_us);
    if (does & UNIT_TELL_TIMEOUT)
        tell_timeout(s, u, now_us);
    if (does & UNIT_TELL_FAILED)
        tell(s, FASCIA_EVENT_UNIT_FAILED, now_us, "%s (%s) %s", name, u->spec->program, u->why);
    if (does & UNIT_TELL_STOPPED)
        tell(s, FASCIA_EVENT_UNIT_STOPPED, now_us, "%s %s", name, u->end[0] != '\0' ? u->end : "was not running");

    if (does & UNIT_DO_SPAWN)
        push(s, SUPERVISOR_SPAWN)->unit = i;
    if (does & UNIT_DO_TERMINATE)
        push_signal(s, i, SUPERVISOR_SIGNAL, SIGTERM);
    if (does & UNIT_DO_ABORT)
        push_signal(s, i, SUPERVISOR_SIGNAL, SIGABRT);
    if (does & UNIT_DO_KILL)
        push_signal(s, i, SUPERVISOR_KILL, SIGKILL);
}

static int function_index(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->functions_count; i++) {
        if (strcmp(plan->functions[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

/* What a process published ends with it. */
static void forget_fact(struct supervisor *s, const struct unit *u)
{
    int f = function_index(s->plan, u->spec->function);

    if (u->spec->publishes && f >= 0)
        s->facts[f] = (struct fascia_fact){0};
}

static void feed(struct supervisor *s, size_t i, const struct unit_input *input, int64_t now_us)
{
    struct unit *u = &s->units[i];
    struct {
        const char *state;
        int64_t pid, starts;
    } before = {unit_state_name(u->state), u->pid, u->starts};
    int64_t started_us = u->since_us;

    unsigned int does = unit_handle(u, input, now_us);
    if (u->pid != before.pid) {
        forget_fact(s, u);
        s->status[i][0] = '\0';
    }
    if (strcmp(unit_state_name(u->state), before.state) != 0 || u->pid != before.pid || u->starts != before.starts)
        s->generation++;
    perform(s, i, does, started_us, now_us);

    if (input->event == UNIT_SPAWNED && u->state == UNIT_STARTING && u->spec->readiness == SUPERVISOR_READY_EXEC)
        feed(s, i, &(struct unit_input){.event = UNIT_IS_READY}, now_us);
}

static void feed_event(struct supervisor *s, size_t i, enum unit_event event, int64_t now_us)
{
    feed(s, i, &(struct unit_input){.event = event}, now_us);
}

static bool needs_are_settled(const struct supervisor *s, const struct plan_unit *spec)
{
    for (size_t i = 0; i < spec->needs_count; i++) {
        int need = plan_find(s->plan, spec->needs[i].unit);
        if (need >= 0 && !s->units[need].settled)
            return false;
    }
    return true;
}

static void go_up(struct supervisor *s, int64_t now_us)
{
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (!s->asked[i] && needs_are_settled(s, s->units[i].spec)) {
            s->asked[i] = true;
            feed_event(s, i, UNIT_START, now_us);
        }
    }
}

static void announce(struct supervisor *s, int64_t now_us)
{
    char line[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    if (s->announced)
        return;
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (!s->units[i].settled)
            return;
    }
    s->announced = true;
    fascia_text_init(&text, line, sizeof line);
    supervisor_format_functions(s, &text);
    tell(s, FASCIA_EVENT_FASCIAD_READY, now_us, "%s", line);
    (void)push(s, SUPERVISOR_UP);
}

static void tell_function(struct supervisor *s, enum fascia_function_state old, const struct fascia_fact *new,
                          int64_t now_us)
{
    bool reason = new->reason != FASCIA_REASON_NONE;

    tell(s, FASCIA_EVENT_FUNCTION_CHANGED, now_us, "%s %s -> %s%s%s%s%s%s", new->function,
         fascia_function_state_name(old), fascia_function_state_name(new->state), reason ? " (" : "",
         reason ? fascia_reason_id(new->reason) : "", reason ? ")" : "", new->detail[0] != '\0' ? ": " : "",
         new->detail);
}

static void update_functions(struct supervisor *s, int64_t now_us)
{
    bool stopping = s->phase == SUPERVISOR_STOPPING || s->phase == SUPERVISOR_STOPPED;

    for (size_t i = 0; i < s->plan->functions_count; i++) {
        struct fascia_fact *old = &s->functions[i], new = {0};

        function_state_compute(s->plan, i, s->units, s->facts, stopping, &new);
        bool changed = new.state != old->state || new.reason != old->reason;
        if (!changed && strcmp(new.detail, old->detail) == 0)
            continue;
        s->generation++;
        if (changed)
            tell_function(s, old->state, &new, now_us);
        *old = new;
    }
}

static void go_down(struct supervisor *s, int64_t now_us)
{
    /* What has no process is not waited for and must not come back meanwhile. */
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->units[i].state == UNIT_BACKOFF || s->units[i].state == UNIT_FAILED)
            feed_event(s, i, UNIT_STOP, now_us);
    }
    for (size_t i = s->plan->units_count; i-- > 0;) {
        if (s->units[i].state == UNIT_IDLE)
            continue;
        feed_event(s, i, UNIT_STOP, now_us); /* means nothing to one that is stopping already */
        if (s->units[i].state != UNIT_IDLE) {
            update_functions(s, now_us);
            return;
        }
    }
    s->phase = SUPERVISOR_STOPPED;
    update_functions(s, now_us);
    tell(s, FASCIA_EVENT_FASCIAD_STOPPED, now_us, "%zu units", s->plan->units_count);
    (void)push(s, SUPERVISOR_DONE);
}

/* After every input: whose turn is it, and what has become of the functions. */
static void settle(struct supervisor *s, int64_t now_us)
{
    switch (s->phase) {
    case SUPERVISOR_RUNNING:
        go_up(s, now_us);
        update_functions(s, now_us);
        announce(s, now_us);
        break;
    case SUPERVISOR_STOPPING:
        go_down(s, now_us);
        break;
    case SUPERVISOR_NEW:
    case SUPERVISOR_STOPPED:
    case SUPERVISOR_PHASES_:
        break;
    }
}

void supervisor_init(struct supervisor *s, const struct plan *plan, const struct supervisor_config *config)
{
    memset(s, 0, sizeof *s);
    s->plan = plan;
    s->refused_us = -SUPERVISOR_REFUSED_EVERY_US;
    for (size_t i = 0; i < plan->units_count; i++)
        unit_init(&s->units[i], &plan->units[i], config);
    for (size_t i = 0; i < plan->functions_count; i++)
        memcpy(s->functions[i].function, plan->functions[i].name, sizeof s->functions[i].function);
}

void supervisor_start(struct supervisor *s, int64_t now_us)
{
    if (s->phase != SUPERVISOR_NEW)
        return;
    s->phase = SUPERVISOR_RUNNING;
    tell(s, FASCIA_EVENT_FASCIAD_STARTED, now_us, "%zu units", s->plan->units_count);
    settle(s, now_us);
}

void supervisor_stop(struct supervisor *s, int64_t now_us)
{
    if (s->phase != SUPERVISOR_RUNNING && s->phase != SUPERVISOR_NEW)
        return;
    s->phase = SUPERVISOR_STOPPING;
    tell(s, FASCIA_EVENT_FASCIAD_STOPPING, now_us, "%zu units", s->plan->units_count);
    settle(s, now_us);
}

void supervisor_timer(struct supervisor *s, int64_t now_us)
{
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->units[i].deadline_us <= now_us)
            feed_event(s, i, UNIT_TIMER, now_us);
    }
    settle(s, now_us);
}

void supervisor_unit_event(struct supervisor *s, size_t unit, const struct unit_input *input, int64_t now_us)
{
    if (unit >= s->plan->units_count)
        return;
    feed(s, unit, input, now_us);
    settle(s, now_us);
}

static void take_fact(struct supervisor *s, const struct unit *u, const struct fascia_fact *fact, int64_t now_us)
{
    int f = function_index(s->plan, fact->function);

    if (f < 0 || !u->spec->publishes || strcmp(u->spec->function, fact->function) != 0)
        supervisor_notify_refused(s, u->pid, "it publishes a function that is not its own", now_us);
    else
        s->facts[f] = *fact;
}

static void forward_event(struct supervisor *s, const struct unit *u, const struct fascia_event *event, int64_t now_us)
{
    struct supervisor_action *action = push(s, SUPERVISOR_EVENT);

    action->forwarded = true;
    action->event = *event;
    if (action->event.t_us > now_us)
        action->event.t_us = now_us; /* nothing has been seen in the future */
    (void)snprintf(action->event.source, sizeof action->event.source, "%s", u->spec->name);
}

static void take_status(struct supervisor *s, size_t unit, const struct notify_message *m)
{
    if (m->error != 0)
        (void)snprintf(s->status[unit], sizeof s->status[unit], "%.150s (%s)", m->status, strerror(m->error));
    else if (m->has_status)
        memcpy(s->status[unit], m->status, sizeof s->status[unit]);
}

void supervisor_notify(struct supervisor *s, size_t unit, const struct notify_message *message, int64_t now_us)
{
    if (unit >= s->plan->units_count)
        return;
    const struct unit *u = &s->units[unit];

    take_status(s, unit, message);
    if (message->has_fact)
        take_fact(s, u, &message->fact, now_us);
    if (message->has_event)
        forward_event(s, u, &message->event, now_us);
    if (message->extend_us > 0)
        feed(s, unit, &(struct unit_input){.event = UNIT_EXTEND, .extend_us = message->extend_us}, now_us);
    if (message->ready)
        feed_event(s, unit, UNIT_IS_READY, now_us);
    if (message->watchdog)
        feed_event(s, unit, UNIT_WATCHDOG, now_us);
    /* "trigger" is the service's own word that its watchdog time is over. */
    if (message->watchdog_trigger && u->state == UNIT_READY)
        feed_event(s, unit, UNIT_TIMER, now_us);
    if (message->stopping)
        feed_event(s, unit, UNIT_WITHDRAWN, now_us);
    settle(s, now_us);
}

void supervisor_notify_refused(struct supervisor *s, int64_t pid, const char *why, int64_t now_us)
{
    if (now_us - s->refused_us < SUPERVISOR_REFUSED_EVERY_US) {
        s->refused++;
        return;
    }
    if (s->refused > 0)
        tell(s, FASCIA_EVENT_NOTIFY_REFUSED, now_us, "from pid %" PRId64 ": %s (and %u more before)", pid, why,
             s->refused);
    else
        tell(s, FASCIA_EVENT_NOTIFY_REFUSED, now_us, "from pid %" PRId64 ": %s", pid, why);
    s->refused_us = now_us;
    s->refused = 0;
}

int64_t supervisor_deadline(const struct supervisor *s)
{
    int64_t earliest = INT64_MAX;

    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->units[i].deadline_us < earliest)
            earliest = s->units[i].deadline_us;
    }
    return earliest;
}

int supervisor_find_pid(const struct supervisor *s, int64_t pid)
{
    for (size_t i = 0; i < s->plan->units_count && pid > 0; i++) {
        if (s->units[i].pid == pid)
            return (int)i;
    }
    return -1;
}

void supervisor_format_functions(const struct supervisor *s, struct fascia_text *text)
{
    for (size_t i = 0; i < s->plan->functions_count; i++) {
        const struct fascia_fact *f = &s->functions[i];

        fascia_text_add(text, "%s%s %s", i == 0 ? "" : ", ", f->function, fascia_function_state_name(f->state));
        if (f->reason != FASCIA_REASON_NONE)
            fascia_text_add(text, " (%s)", fascia_reason_id(f->reason));
    }
}

void supervisor_format_action(const struct supervisor *s, const struct supervisor_action *action,
                              struct fascia_text *text)
{
    const char *name = action->unit < s->plan->units_count ? s->plan->units[action->unit].name : "?";

    switch (action->kind) {
    case SUPERVISOR_SPAWN:
        fascia_text_add(text, "spawn %s", name);
        break;
    case SUPERVISOR_SIGNAL:
        fascia_text_add(text, "signal %d %s %" PRId64, action->signal, name, action->pid);
        break;
    case SUPERVISOR_KILL:
        fascia_text_add(text, "kill %s %" PRId64, name, action->pid);
        break;
    case SUPERVISOR_EVENT:
        fascia_text_add(text, "event ");
        fascia_event_format(&action->event, text);
        break;
    case SUPERVISOR_UP:
        fascia_text_add(text, "up");
        break;
    case SUPERVISOR_DONE:
        fascia_text_add(text, "done");
        break;
    case SUPERVISOR_ACTIONS_:
        break;
    }
}
