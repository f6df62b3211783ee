/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "stack/supervisor/internal.h"

struct supervisor_action *supervisor_push(struct supervisor *s, enum supervisor_action_kind kind)
{
    struct supervisor_ring *ring = kind == SUPERVISOR_EVENT ? &s->news : &s->doings;
    size_t at = (ring->first + ring->count) % SUPERVISOR_QUEUE_MAX;

    /* The bound holds by construction (a test drives the worst case); were it ever broken, the newest is lost. */
    if (ring->count < SUPERVISOR_QUEUE_MAX)
        ring->count++;
    else
        at = SUPERVISOR_QUEUE_MAX;
    ring->actions[at] = (struct supervisor_action){.kind = kind};
    return &ring->actions[at];
}

static bool take(struct supervisor_ring *ring, struct supervisor_action *ret_action)
{
    if (ring->count == 0)
        return false;
    *ret_action = ring->actions[ring->first];
    ring->first = (ring->first + 1) % SUPERVISOR_QUEUE_MAX;
    ring->count--;
    if (ring->count == 0)
        ring->first = 0; /* the rest of the ring is touched, and takes memory, only when it is needed */
    return true;
}

bool supervisor_take(struct supervisor *s, struct supervisor_action *ret_action)
{
    /* A restart does not wait for its own log; but a long row of them must not drown the log. */
    if (s->news.count > SUPERVISOR_NEWS_WAITING)
        return take(&s->news, ret_action);
    return take(&s->doings, ret_action) || take(&s->news, ret_action);
}

void supervisor_tell(struct supervisor *s, enum fascia_event_kind kind, int64_t now_us, const char *format, ...)
{
    struct fascia_event *event = &supervisor_push(s, SUPERVISOR_EVENT)->event;
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
    struct supervisor_action *action = supervisor_push(s, kind);
    action->unit = unit;
    action->pid = s->units[unit].pid;
    action->signal = signal_number;
}

static void tell_died(struct supervisor *s, const struct unit *u, int64_t now_us)
{
    bool has_end = u->cause != UNIT_CAUSE_DIED && u->cause != UNIT_CAUSE_NOT_SPAWNED && u->end[0] != '\0';

    supervisor_tell(s, FASCIA_EVENT_UNIT_DIED, now_us, "%s %s%s%s; restart in %" PRId64 " ms", u->spec->name, u->why,
                    has_end ? ", " : "", has_end ? u->end : "", (u->deadline_us - now_us) / 1000);
}

static void tell_timeout(struct supervisor *s, const struct unit *u, int64_t now_us)
{
    if (u->state == UNIT_KILLING && s->stop_deadline_us <= now_us)
        supervisor_tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s killed: the time for the whole stop is over",
                        u->spec->name);
    else if (u->state == UNIT_KILLING)
        supervisor_tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s did not end within %" PRId64 " ms; killed",
                        u->spec->name, (now_us - u->stop_asked_us) / 1000);
    else if (u->state == UNIT_IDLE)
        supervisor_tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s does not end even when killed; given up",
                        u->spec->name);
    else
        supervisor_tell(s, FASCIA_EVENT_UNIT_TIMEOUT, now_us, "%s %s", u->spec->name, u->why);
}

static void tell_ready(struct supervisor *s, const struct unit *u, int64_t started_us, int64_t now_us)
{
    int64_t after_ms = (now_us - started_us) / 1000;

    if (u->spec->manage == SUPERVISOR_MANAGE_ADOPT && u->pid == 0)
        supervisor_tell(s, FASCIA_EVENT_UNIT_READY, now_us, "%s answers", u->spec->name);
    else if (u->spec->manage == SUPERVISOR_MANAGE_ADOPT)
        supervisor_tell(s, FASCIA_EVENT_UNIT_READY, now_us, "%s answers, pid %" PRId64, u->spec->name, u->pid);
    else
        supervisor_tell(s, FASCIA_EVENT_UNIT_READY, now_us, "%s pid %" PRId64 " after %" PRId64 " ms", u->spec->name,
                        u->pid, after_ms);
}

static void tell_starting(struct supervisor *s, const struct unit *u, int64_t now_us)
{
    if (u->starts == 0)
        supervisor_tell(s, FASCIA_EVENT_UNIT_STARTING, now_us, "%s", u->spec->name);
    else
        supervisor_tell(s, FASCIA_EVENT_UNIT_STARTING, now_us, "%s restart %" PRId64, u->spec->name, u->starts);
}

static void tell(struct supervisor *s, const struct unit *u, unsigned int does, int64_t started_us, int64_t now_us)
{
    const char *name = u->spec->name;

    if (does & UNIT_TELL_STARTING)
        tell_starting(s, u, now_us);
    if (does & UNIT_TELL_READY)
        tell_ready(s, u, started_us, now_us);
    if (does & UNIT_TELL_DIED)
        tell_died(s, u, now_us);
    if (does & UNIT_TELL_TIMEOUT)
        tell_timeout(s, u, now_us);
    if (does & UNIT_TELL_FAILED)
        supervisor_tell(s, FASCIA_EVENT_UNIT_FAILED, now_us, "%s (%s) %s", name, u->spec->program, u->why);
    if (does & UNIT_TELL_STOPPED)
        supervisor_tell(s, FASCIA_EVENT_UNIT_STOPPED, now_us, "%s %s", name,
                        u->end[0] != '\0' ? u->end : "was not running");
    if (does & UNIT_TELL_HELD)
        supervisor_tell(s, FASCIA_EVENT_UNIT_HELD, now_us, "%s %s; waits for what it needs", name, u->why);
    if (does & UNIT_TELL_LOST)
        supervisor_tell(s, FASCIA_EVENT_UNIT_LOST, now_us, "%s %s", name, u->why);
    if (does & UNIT_TELL_REPLACED)
        supervisor_tell(s, FASCIA_EVENT_UNIT_REPLACED, now_us, "%s: another process answers, pid %" PRId64, name,
                        u->pid);
}

void supervisor_perform(struct supervisor *s, size_t unit, unsigned int does, int64_t started_us, int64_t now_us)
{
    tell(s, &s->units[unit], does, started_us, now_us);

    if (does & UNIT_DO_SPAWN)
        supervisor_push(s, SUPERVISOR_SPAWN)->unit = unit;
    if (does & UNIT_DO_TERMINATE)
        push_signal(s, unit, SUPERVISOR_SIGNAL, SIGTERM);
    if (does & UNIT_DO_ABORT)
        push_signal(s, unit, SUPERVISOR_SIGNAL, SIGABRT);
    if (does & UNIT_DO_KILL)
        push_signal(s, unit, SUPERVISOR_KILL, SIGKILL);
    if (does & UNIT_DO_PROBE)
        supervisor_push(s, SUPERVISOR_PROBE)->unit = unit;
    if (does & UNIT_DO_UNPROBE)
        supervisor_push(s, SUPERVISOR_UNPROBE)->unit = unit;
}

static void format_kind(const struct supervisor_action *action, const char *name, const char *function,
                        struct fascia_text *text)
{
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
    case SUPERVISOR_PROBE:
        fascia_text_add(text, "probe %s", name);
        break;
    case SUPERVISOR_UNPROBE:
        fascia_text_add(text, "unprobe %s", name);
        break;
    case SUPERVISOR_APPLY:
        fascia_text_add(text, "apply %s %s", function, action->text);
        break;
    case SUPERVISOR_RADIO_RESET:
        fascia_text_add(text, "radio-reset %s", action->text[0] != '\0' ? action->text : "all");
        break;
    case SUPERVISOR_REBOOT:
        fascia_text_add(text, "reboot");
        break;
    case SUPERVISOR_EVENT:
        fascia_text_add(text, "event ");
        fascia_event_format(&action->event, text);
        break;
    case SUPERVISOR_UP:
        fascia_text_add(text, "up");
        break;
    case SUPERVISOR_ASLEEP:
        fascia_text_add(text, "asleep");
        break;
    case SUPERVISOR_REPLACED:
        fascia_text_add(text, "replaced");
        break;
    case SUPERVISOR_DONE:
        fascia_text_add(text, "done");
        break;
    case SUPERVISOR_ACTIONS_:
        break;
    }
}

void supervisor_format_action(const struct supervisor *s, const struct supervisor_action *action,
                              struct fascia_text *text)
{
    const char *name = action->unit < s->plan->units_count ? s->plan->units[action->unit].name : "?";
    const char *function =
        action->function < s->plan->functions_count ? s->plan->functions[action->function].name : "?";

    format_kind(action, name, function, text);
}
