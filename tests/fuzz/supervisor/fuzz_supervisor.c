/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any order of inputs at any time, two octets each: the machine stays within its bounds, never does what it must not
 * (see check_action() and check_state()), and a stop always ends.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/supervisor/supervisor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PLANS 3

static struct supervisor_config configs[PLANS];
static struct plan plans[PLANS];
static struct supervisor supervisor;
static int64_t now, next_pid;
static uint64_t generation;
static bool done;
static uint8_t luck;

static const struct ladder_config link_ladder = {
    .function = "link",
    .steps = {{.name = "keep", .shows = LADDER_SHOWS_HELD, .until = LADDER_UNTIL_USABLE, .attempts = 1},
              {.name = "again",
               .action = LADDER_ACTION_RESTART,
               .shows = LADDER_SHOWS_DEGRADED,
               .budget_ms = 20,
               .attempts = 3},
              {.name = "radio", .action = LADDER_ACTION_RADIO_RESET, .budget_ms = 30, .attempts = 2},
              {.name = "safe", .action = LADDER_ACTION_APPLY, .shows = LADDER_SHOWS_SAFE, .attempts = 1}},
    .steps_count = 4,
};

static struct supervisor_unit_config *add_unit(struct supervisor_config *config, const char *name, const char *function)
{
    struct supervisor_unit_config *unit = &config->units[config->units_count++];

    unit->watchdog_ms = -1;
    (void)fascia_text_copy(unit->name, sizeof unit->name, name);
    (void)fascia_text_copy(unit->program, sizeof unit->program, name);
    (void)fascia_text_copy(unit->function, sizeof unit->function, function);
    return unit;
}

static void add_need(struct supervisor_unit_config *unit, const char *need, enum supervisor_reaction on_loss)
{
    (void)fascia_text_copy(unit->needs[unit->needs_count].unit, SUPERVISOR_NAME_SIZE, need);
    unit->needs[unit->needs_count++].on_loss = on_loss;
}

/* One of each kind: what is probed, adopted, executed; every reaction; sleep. */
static void add_units(struct supervisor_config *config, size_t variant)
{
    struct supervisor_unit_config *unit = add_unit(config, "bluetoothd", "bluetooth");

    unit->manage = SUPERVISOR_MANAGE_ADOPT;
    unit->ready = SUPERVISOR_READY_BUS_NAME;
    unit = add_unit(config, "mixer", "mixer");
    unit->ready = SUPERVISOR_READY_EXEC;
    add_need(unit, "bluetoothd", SUPERVISOR_REACTION_RESTART);
    add_need(unit, "pipewire", SUPERVISOR_REACTION_HOLD);
    unit->on_suspend = SUPERVISOR_SUSPEND_STOP;
    if (variant == 1) {
        unit = add_unit(config, "late", "late");
        add_need(unit, "mixer", SUPERVISOR_REACTION_RESTART);
        add_need(unit, "hostapd", SUPERVISOR_REACTION_DEGRADE);
    }
}

static void make_plan(size_t i)
{
    const struct link_config link = {
        .enabled = true, .channel = i == 2 ? 44 : 36, .hostapd = {.manage = LINK_MANAGE_SPAWN, .program = "hostapd"}};
    const struct address_config address = {.enabled = i != 2};
    const struct audio_config audio = {.enabled = true,
                                       .pipewire = {.manage = AUDIO_MANAGE_SPAWN, .program = "pipewire"}};
    struct supervisor_config *config = &configs[i];
    const struct plan_input input = {.link = &link,
                                     .address = &address,
                                     .audio = &audio,
                                     .supervisor = config,
                                     .runtime_dir = "/run/fascia",
                                     .config_path = "/etc/fascia.yaml",
                                     .bus = "system"};

    *config = (struct supervisor_config){
        .start_timeout_ms = 50,
        .stop_timeout_ms = 20,
        .stop_budget_ms = 45,
        .watchdog_ms = 30,
        .backoff_first_ms = i == 1 ? 0 : 1,
        .backoff_max_ms = 64,
        .backoff_reset_ms = 100,
        .escalation = {.age_ms = 200, .group = 2, .radio_reset = 3, .degrade = 4, .safe = 6, .reboot = 7},
        .ladders = {link_ladder},
        .ladders_count = 1,
        .stages = {{.stage = "link", .wait_for = "link", .within_ms = 2000},
                   {.stage = "ap", .wait_for = "hostapd", .within_ms = 1500}},
        .stages_count = 2,
    };
    add_units(config, i);
    if (plan_make(&input, &plans[i], NULL) != 0)
        abort();
}

static void check_spawn(size_t unit)
{
    const struct supervisor_unit_record *record = &supervisor.records[unit];

    if (supervisor.plan->units[unit].manage != SUPERVISOR_MANAGE_SPAWN || supervisor.units[unit].pid != 0)
        abort(); /* it has a process */
    /* An order that overtakes the spawn leaves the unit STOPPING: then what is made is ended at once. */
    if (supervisor.units[unit].state == UNIT_STOPPING)
        return;
    if (supervisor.phase != SUPERVISOR_RUNNING || record->stopped_by_operator || record->dropped_by_reload ||
        (supervisor.sleeping && supervisor.plan->units[unit].on_suspend == SUPERVISOR_SUSPEND_STOP))
        abort(); /* nobody wants it */
    int f = plan_find_function(supervisor.plan, supervisor.plan->units[unit].function);
    if (f >= 0 && supervisor.functions[f].safe)
        abort();
}

static void check_all_idle(void)
{
    for (size_t i = 0; i < supervisor.plan->units_count; i++) {
        if (supervisor.units[i].state != UNIT_IDLE)
            abort();
    }
}

static void check_action(const struct supervisor_action *action)
{
    switch (action->kind) {
    case SUPERVISOR_SIGNAL:
    case SUPERVISOR_KILL:
        if (action->pid <= 0) /* kill(0) and kill(-1) would hit everybody */
            abort();
        if (supervisor.plan->units[action->unit].manage != SUPERVISOR_MANAGE_SPAWN)
            abort();
        break;
    case SUPERVISOR_SPAWN:
        check_spawn(action->unit);
        break;
    case SUPERVISOR_PROBE:
    case SUPERVISOR_UNPROBE:
        if (!supervisor_is_probe(supervisor.plan->units[action->unit].readiness))
            abort();
        break;
    case SUPERVISOR_ASLEEP:
        if (!supervisor.sleeping)
            abort();
        break;
    case SUPERVISOR_DONE:
        if (done)
            abort();
        done = true;
        check_all_idle();
        break;
    case SUPERVISOR_APPLY:
    case SUPERVISOR_RADIO_RESET:
    case SUPERVISOR_REBOOT:
    case SUPERVISOR_EVENT:
    case SUPERVISOR_UP:
    case SUPERVISOR_REPLACED:
    case SUPERVISOR_ACTIONS_:
        break;
    }
}

static void answer_spawn(size_t unit)
{
    struct unit_input input = {.event = UNIT_SPAWNED, .pid = next_pid};

    if (luck < 16)
        input = (struct unit_input){.event = UNIT_SPAWN_IMPOSSIBLE, .error = ENOENT};
    else if (luck < 64)
        input = (struct unit_input){.event = UNIT_SPAWN_FAILED, .error = EAGAIN};
    else
        next_pid++;
    supervisor_unit_event(&supervisor, unit, &input, now);
}

static void drain(void)
{
    struct supervisor_action action;

    if (supervisor.generation < generation)
        abort();
    generation = supervisor.generation;
    for (int taken = 0;; taken++) {
        if (taken > 5000 || supervisor.doings.count >= SUPERVISOR_QUEUE_MAX ||
            supervisor.news.count >= SUPERVISOR_QUEUE_MAX)
            abort(); /* it would never end, or something was lost */
        if (!supervisor_take(&supervisor, &action))
            break;
        check_action(&action);
        if (action.kind == SUPERVISOR_SPAWN)
            answer_spawn(action.unit);
    }
}

static void pass(int64_t us)
{
    int64_t end = now + us;
    int turns = 0;

    while (supervisor_deadline(&supervisor) <= end) {
        int64_t due = supervisor_deadline(&supervisor);
        turns = due > now ? 0 : turns + 1;
        if (turns > 50)
            abort(); /* the driver would spin */
        if (due > now)
            now = due;
        supervisor_timer(&supervisor, now);
        drain();
    }
    now = end;
}

static void give_event(size_t unit, enum unit_event event)
{
    const struct unit *u = &supervisor.units[unit];
    const struct unit_input input = {.event = event,
                                     .pid = event == UNIT_EXITED ? u->pid : next_pid,
                                     .extend_us = luck,
                                     .code = luck & 3,
                                     .why = "?"};

    /* Only a process that there is can end. */
    if (event == UNIT_EXITED && (u->pid == 0 || u->spec->manage != SUPERVISOR_MANAGE_SPAWN))
        return;
    if (event == UNIT_REPLACED)
        next_pid++;
    supervisor_unit_event(&supervisor, unit, &input, now);
}

static void give_message(size_t unit)
{
    static const char *const messages[] = {
        "READY=1",
        "WATCHDOG=1",
        "WATCHDOG=trigger",
        "STOPPING=1",
        "EXTEND_TIMEOUT_USEC=40000",
        "READY=1\nX_FASCIA_FACT=link FULL none",
        "READY=1\nX_FASCIA_FACT=audio FAILED no-sink",
        "X_FASCIA_FACT=link FAILED no-radio\nX_FASCIA_RADIO=phy0\nSTATUS=so so\nERRNO=5",
        "READY=1\nX_FASCIA_FACT=address FULL none\nX_FASCIA_EVENT=link-up 1 x y",
    };
    const char *text = messages[luck % FASCIA_ARRAY_SIZE(messages)];
    struct notify_message message;

    if (notify_message_parse(text, strlen(text), &message) != 0)
        abort();
    supervisor_notify(&supervisor, unit, &message, now);
}

/* What concerns all of it. */
static void give_order(void)
{
    size_t other = luck % PLANS;

    switch (luck >> 5) {
    case 0:
        (void)supervisor_command(&supervisor, SUPERVISOR_COMMAND_STOP, SUPERVISOR_ALL, now);
        break;
    case 1:
    case 2:
        (void)supervisor_command(&supervisor, SUPERVISOR_COMMAND_START, SUPERVISOR_ALL, now);
        break;
    case 3:
        (void)supervisor_command(&supervisor, SUPERVISOR_COMMAND_RESTART, SUPERVISOR_ALL, now);
        break;
    case 4:
        supervisor_sleep(&supervisor, (luck & 1) != 0, now);
        break;
    case 5:
        supervisor_applied(&supervisor, luck % PLAN_FUNCTIONS_MAX, -EIO, now);
        break;
    case 6:
        supervisor_notify_refused(&supervisor, 1, "?", now);
        break;
    default:
        (void)supervisor_reload(&supervisor, &plans[other], &configs[other], now);
        break;
    }
}

static void step(uint8_t what)
{
    static const enum unit_event events[] = {UNIT_IS_READY, UNIT_EXITED, UNIT_LOST, UNIT_REPLACED, UNIT_EXITED};
    size_t unit = (what & 7) % supervisor.plan->units_count;
    unsigned int kind = (unsigned int)(what >> 3) % 16;

    if (kind < FASCIA_ARRAY_SIZE(events))
        give_event(unit, events[kind]);
    else if (kind < 9)
        give_message(unit);
    else if (kind < 11)
        (void)supervisor_command(&supervisor, (enum supervisor_command)(luck % SUPERVISOR_COMMANDS_), unit, now);
    else if (kind < 13)
        give_order();
    else
        pass((int64_t)luck * 300 + 1);
    drain();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    now = 1000000;
    next_pid = 100;
    generation = 0;
    done = false;
    for (size_t i = 0; i < PLANS; i++)
        make_plan(i);
    supervisor_init(&supervisor, &plans[0], &configs[0], 0, true);
    luck = 255;
    supervisor_start(&supervisor, now);
    drain();
    for (size_t i = 0; i + 1 < size && i < 2000; i += 2) {
        luck = data[i + 1];
        step(data[i]);
    }

    luck = 255;
    supervisor_stop(&supervisor, now);
    drain();
    pass(UNIT_STOP_LONGEST_US + UNIT_KILL_WAIT_US);
    if (supervisor.phase != SUPERVISOR_STOPPED || !done)
        abort();
    return 0;
}
