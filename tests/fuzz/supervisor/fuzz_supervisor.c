/* SPDX-License-Identifier: Apache-2.0 */
/* Any order of events at any time: the machine stays within its bounds, and a stop always ends. */
#include <errno.h>
#include <stdlib.h>

#include "stack/supervisor/supervisor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct plan plan;
static struct supervisor supervisor;
static int64_t now, next_pid;

static void make_plan(void)
{
    static const struct link_config link = {.enabled = true,
                                            .hostapd = {.manage = LINK_MANAGE_SPAWN, .program = "hostapd"}};
    static const struct address_config address = {.enabled = true};
    static const struct audio_config audio = {.enabled = true,
                                              .pipewire = {.manage = AUDIO_MANAGE_SPAWN, .program = "pipewire"}};
    static const struct supervisor_config config = {.start_timeout_ms = 50,
                                                    .stop_timeout_ms = 20,
                                                    .watchdog_ms = 30,
                                                    .backoff_first_ms = 1,
                                                    .backoff_max_ms = 64,
                                                    .backoff_reset_ms = 100};
    const struct plan_input input = {.link = &link,
                                     .address = &address,
                                     .audio = &audio,
                                     .supervisor = &config,
                                     .runtime_dir = "/run/fascia",
                                     .config_path = "/etc/fascia.yaml"};

    if (plan_make(&input, &plan) != 0)
        abort();
    supervisor_init(&supervisor, &plan, &config);
}

static void drain(uint8_t luck)
{
    struct supervisor_action action;

    while (supervisor_take(&supervisor, &action)) {
        if (supervisor.queue_count + 1 >= SUPERVISOR_QUEUE_MAX)
            abort(); /* an action may have been lost */
        if ((action.kind == SUPERVISOR_SIGNAL || action.kind == SUPERVISOR_KILL) && action.pid <= 0)
            abort(); /* kill(0) and kill(-1) would hit everybody */
        if (action.kind != SUPERVISOR_SPAWN)
            continue;
        struct unit_input input = {.event = UNIT_SPAWNED, .pid = next_pid++};
        if (luck < 16)
            input = (struct unit_input){.event = UNIT_SPAWN_IMPOSSIBLE, .error = ENOENT};
        else if (luck < 64)
            input = (struct unit_input){.event = UNIT_SPAWN_FAILED, .error = EAGAIN};
        supervisor_unit_event(&supervisor, action.unit, &input, now);
    }
}

static void pass(int64_t us, uint8_t luck)
{
    int64_t end = now + us;

    while (supervisor_deadline(&supervisor) <= end) {
        if (supervisor_deadline(&supervisor) > now)
            now = supervisor_deadline(&supervisor);
        supervisor_timer(&supervisor, now);
        drain(luck);
    }
    now = end;
}

static void step(uint8_t what, uint8_t luck)
{
    static const enum unit_event events[] = {UNIT_START,    UNIT_IS_READY, UNIT_EXITED,
                                             UNIT_WATCHDOG, UNIT_EXTEND,   UNIT_WITHDRAWN};
    size_t unit = (what & 7) % plan.units_count;
    unsigned int kind = (unsigned int)(what >> 3) % 8;

    if (kind >= 6)
        pass((int64_t)luck * 1000 + 1, luck);
    else if (events[kind] != UNIT_EXITED || supervisor.units[unit].pid != 0)
        supervisor_unit_event(&supervisor, unit,
                              &(struct unit_input){.event = events[kind], .extend_us = luck, .code = luck}, now);
    drain(luck);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    now = 1000000;
    next_pid = 100;
    make_plan();
    supervisor_start(&supervisor, now);
    drain(255);
    for (size_t i = 0; i + 1 < size && i < 2000; i += 2)
        step(data[i], data[i + 1]);

    supervisor_stop(&supervisor, now);
    drain(255);
    pass((int64_t)plan.units_count * (UNIT_STOP_LONGEST_US + UNIT_KILL_WAIT_US), 255);
    if (supervisor.phase != SUPERVISOR_STOPPED)
        abort();
    return 0;
}
