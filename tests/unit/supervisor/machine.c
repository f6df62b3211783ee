/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/supervisor/machine.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/test.h"

struct machine machine;

static void note_queue(void)
{
    if (machine.s.doings.count > machine.most_doings)
        machine.most_doings = machine.s.doings.count;
    if (machine.s.news.count > machine.most_news)
        machine.most_news = machine.s.news.count;
}

static void note_action(const struct supervisor_action *action)
{
    fascia_text_add(&machine.trace, "%lld ", (long long)(machine.now / MS));
    if (action->kind == SUPERVISOR_EVENT)
        fascia_text_add(&machine.trace, "* %s %s%s%s", fascia_event_name(action->event.kind),
                        action->forwarded ? action->event.source : "", action->forwarded ? ": " : "",
                        action->event.detail);
    else
        supervisor_format_action(&machine.s, action, &machine.trace);
    fascia_text_add(&machine.trace, "\n");
}

static void answer_spawn(size_t unit)
{
    int error = machine.spawn_error[unit];
    struct unit_input input = {.event = UNIT_SPAWNED};

    if (error == 0)
        input.pid = machine.next_pid++;
    else
        input = (struct unit_input){.event = unit_error_is_final(error) ? UNIT_SPAWN_IMPOSSIBLE : UNIT_SPAWN_FAILED,
                                    .error = error};
    supervisor_unit_event(&machine.s, unit, &input, machine.now);
}

void machine_drain(void)
{
    struct supervisor_action action;

    note_queue();
    while (supervisor_take(&machine.s, &action)) {
        note_action(&action);
        if (action.kind == SUPERVISOR_SPAWN)
            answer_spawn(action.unit);
        if (action.kind == SUPERVISOR_REPLACED)
            machine.replaced++;
        note_queue();
    }
}

void machine_forget(void)
{
    fascia_text_init(&machine.trace, machine.storage, sizeof machine.storage);
}

void machine_init(void)
{
    supervisor_init(&machine.s, &machine.plan, &machine.sample.supervisor, machine.boot_offset_us, !machine.untimed);
}

void machine_setup(void (*change)(struct sample *))
{
    memset(&machine, 0, sizeof machine);
    sample_init(&machine.sample);
    if (change)
        change(&machine.sample);
    assert_int_equal(plan_make(&machine.sample.input, &machine.plan, NULL), 0);
    machine.now = 1000 * MS;
    machine.next_pid = 101;
    machine_init();
    machine_forget();
}

size_t machine_index(const char *unit)
{
    int i = plan_find(machine.s.plan, unit);

    if (i < 0)
        fail_msg("no unit %s", unit);
    return (size_t)i;
}

const struct unit *machine_unit(const char *unit)
{
    return &machine.s.units[machine_index(unit)];
}

const struct supervisor_unit_record *machine_record(const char *unit)
{
    return &machine.s.records[machine_index(unit)];
}

void machine_start(void)
{
    supervisor_start(&machine.s, machine.now);
    machine_drain();
}

void machine_stop(void)
{
    supervisor_stop(&machine.s, machine.now);
    machine_drain();
}

void machine_pass(int64_t ms)
{
    int64_t end = machine.now + ms * MS;
    int stuck = 0;

    for (int64_t due; (due = supervisor_deadline(&machine.s)) <= end;) {
        stuck = due <= machine.now ? stuck + 1 : 0;
        assert_true(stuck < 100); /* else the driver would spin */
        if (due > machine.now)
            machine.now = due;
        supervisor_timer(&machine.s, machine.now);
        machine_drain();
    }
    machine.now = end;
}

static void give_signs_of_life(void)
{
    for (size_t i = 0; i < machine.s.plan->units_count; i++) {
        const struct unit *u = &machine.s.units[i];
        bool probed = supervisor_is_probe(u->spec->readiness);
        if (u->state != UNIT_READY || u->watchdog_us == 0)
            continue;
        supervisor_unit_event(&machine.s, i, &(struct unit_input){.event = probed ? UNIT_IS_READY : UNIT_WATCHDOG},
                              machine.now);
        machine_drain();
    }
}

void machine_live(int64_t ms)
{
    for (int64_t left = ms; left > 0; left -= 4000) {
        give_signs_of_life();
        machine_pass(left < 4000 ? left : 4000);
    }
    give_signs_of_life();
}

void machine_event(const char *unit, const struct unit_input *input)
{
    supervisor_unit_event(&machine.s, machine_index(unit), input, machine.now);
    machine_drain();
}

void machine_ready(const char *unit)
{
    machine_event(unit, &(struct unit_input){.event = UNIT_IS_READY});
}

void machine_end(const char *unit, int code, int signal_number)
{
    machine_event(unit, &(struct unit_input){.event = UNIT_EXITED, .code = code, .signal = signal_number});
}

void machine_notify(const char *unit, const char *text)
{
    struct notify_message message;

    assert_int_equal(notify_message_parse(text, strlen(text), &message), 0);
    supervisor_notify(&machine.s, machine_index(unit), &message, machine.now);
    machine_drain();
}

int machine_command(enum supervisor_command command, const char *unit)
{
    int r = supervisor_command(&machine.s, command, unit ? machine_index(unit) : SUPERVISOR_ALL, machine.now);

    machine_drain();
    return r;
}

void machine_sleep(bool asleep)
{
    supervisor_sleep(&machine.s, asleep, machine.now);
    machine_drain();
}

int machine_reload(void (*change)(struct sample *))
{
    struct sample *sample = machine.s.config == &machine.sample.supervisor ? &machine.other_sample : &machine.sample;
    struct plan *plan = machine.s.plan == &machine.plan ? &machine.other_plan : &machine.plan;

    *sample = sample == &machine.sample ? machine.other_sample : machine.sample;
    sample->input.link = &sample->link;
    sample->input.address = &sample->address;
    sample->input.audio = &sample->audio;
    sample->input.supervisor = &sample->supervisor;
    if (change)
        change(sample);
    assert_int_equal(plan_make(&sample->input, plan, NULL), 0);
    int r = supervisor_reload(&machine.s, plan, &sample->supervisor, machine.now);
    machine_drain();
    return r;
}

void machine_bring_up(void)
{
    machine_start();
    machine_ready("fascia-addr");
    machine_ready("hostapd");
    machine_ready("pipewire");
    machine_notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_forget();
}

bool machine_traced(const char *part)
{
    return strstr(machine.storage, part) != NULL;
}

int machine_count(const char *part)
{
    int count = 0;

    for (const char *at = machine.storage; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

void machine_expect(const char *golden)
{
    assert_true(fascia_text_ok(&machine.trace));
    if (strcmp(machine.storage, golden) != 0)
        (void)fprintf(stderr, "--- expected\n%s--- got\n%s--- end\n", golden, machine.storage);
    assert_true(strcmp(machine.storage, golden) == 0);
    machine_forget();
}

void machine_assert_functions(const char *expected)
{
    char line[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    supervisor_format_functions(&machine.s, &text);
    assert_string_equal(line, expected);
}
