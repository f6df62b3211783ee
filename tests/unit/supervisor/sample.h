/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_SUPERVISOR_SAMPLE_H
#define FASCIA_TESTS_UNIT_SUPERVISOR_SAMPLE_H

#include <string.h>

#include "stack/supervisor/plan.h"

/* A configuration with everything in it, for the tests of this room to take parts away from. */

struct sample {
    struct link_config link;
    struct address_config address;
    struct audio_config audio;
    struct supervisor_config supervisor;
    struct plan_input input;
};

static inline void sample_init(struct sample *s)
{
    *s = (struct sample){
        .link = {.enabled = true, .hostapd = {.manage = LINK_MANAGE_SPAWN, .program = "hostapd"}},
        .address = {.enabled = true},
        .audio = {.enabled = true,
                  .pipewire = {.manage = AUDIO_MANAGE_SPAWN, .program = "pipewire", .config = "/etc/pw.conf"}},
        .supervisor = {.start_timeout_ms = 20000,
                       .stop_timeout_ms = 5000,
                       .stop_budget_ms = 15000,
                       .watchdog_ms = 10000,
                       .backoff_first_ms = 100,
                       .backoff_max_ms = 10000,
                       .backoff_reset_ms = 10000,
                       .users = {.link = "fascia-link", .address = "fascia-addr", .audio = "fascia-audio"}},
    };
    s->input = (struct plan_input){
        .link = &s->link,
        .address = &s->address,
        .audio = &s->audio,
        .supervisor = &s->supervisor,
        .runtime_dir = "/run/fascia",
        .config_path = "/etc/fascia.yaml",
        .bus = "system",
    };
}

/* The ladders that fascia.yaml has by default. */
static inline void sample_add_ladders(struct sample *s)
{
    static const struct ladder_config audio = {
        .function = "audio",
        .steps = {{.name = "preferred-sink",
                   .action = LADDER_ACTION_APPLY,
                   .budget_ms = 1500,
                   .attempts = 1,
                   .hmi = "audio.preferred-sink"},
                  {.name = "fallback-sink",
                   .action = LADDER_ACTION_APPLY,
                   .budget_ms = 5000,
                   .attempts = 1,
                   .hmi = "audio.fallback-sink"},
                  {.name = "mute",
                   .action = LADDER_ACTION_APPLY,
                   .shows = LADDER_SHOWS_SAFE,
                   .attempts = 1,
                   .hmi = "audio.muted"}},
        .steps_count = 3,
    };
    static const struct ladder_config link = {
        .function = "link",
        .steps = {{.name = "keep", .shows = LADDER_SHOWS_HELD, .until = LADDER_UNTIL_USABLE, .attempts = 1},
                  {.name = "debounce",
                   .shows = LADDER_SHOWS_HELD,
                   .until = LADDER_UNTIL_USABLE,
                   .budget_ms = 300,
                   .attempts = 1},
                  {.name = "renegotiate",
                   .action = LADDER_ACTION_APPLY,
                   .shows = LADDER_SHOWS_DEGRADED,
                   .until = LADDER_UNTIL_USABLE,
                   .budget_ms = 5000,
                   .budget_max_ms = 20000,
                   .attempts = 3,
                   .hmi = "link.renegotiating"},
                  {.name = "bluetooth-only",
                   .action = LADDER_ACTION_APPLY,
                   .shows = LADDER_SHOWS_DEGRADED,
                   .until = LADDER_UNTIL_USABLE,
                   .budget_ms = 60000,
                   .attempts = 1,
                   .hmi = "link.bluetooth-only"},
                  {.name = "safe",
                   .action = LADDER_ACTION_APPLY,
                   .shows = LADDER_SHOWS_SAFE,
                   .until = LADDER_UNTIL_USABLE,
                   .attempts = 1,
                   .hmi = "link.safe"}},
        .steps_count = 5,
    };

    s->supervisor.ladders[0] = audio;
    s->supervisor.ladders[1] = link;
    s->supervisor.ladders_count = 2;
}

/* The escalation that fascia.yaml has by default. */
static inline void sample_add_escalation(struct sample *s)
{
    s->supervisor.escalation =
        (struct escalation_config){.age_ms = 60000, .group = 4, .radio_reset = 6, .degrade = 8, .safe = 12};
}

static inline struct supervisor_unit_config *sample_add_unit(struct sample *s, const char *name, const char *function)
{
    struct supervisor_unit_config *unit = &s->supervisor.units[s->supervisor.units_count++];

    *unit = (struct supervisor_unit_config){.ready = SUPERVISOR_READY_EXEC, .watchdog_ms = -1};
    (void)fascia_text_copy(unit->name, sizeof unit->name, name);
    (void)fascia_text_copy(unit->program, sizeof unit->program, name);
    (void)fascia_text_copy(unit->function, sizeof unit->function, function);
    return unit;
}

static inline void sample_add_need(struct supervisor_unit_config *unit, const char *need,
                                   enum supervisor_reaction on_loss)
{
    (void)fascia_text_copy(unit->needs[unit->needs_count].unit, sizeof unit->needs[0].unit, need);
    unit->needs[unit->needs_count++].on_loss = on_loss;
}

static inline void sample_react(struct sample *s, const char *unit, const char *need, enum supervisor_reaction on_loss)
{
    struct supervisor_reaction_config *change = &s->supervisor.reactions[s->supervisor.reactions_count++];

    (void)fascia_text_copy(change->unit, sizeof change->unit, unit);
    (void)fascia_text_copy(change->need.unit, sizeof change->need.unit, need);
    change->need.on_loss = on_loss;
}

static inline void sample_add_stage(struct sample *s, const char *stage, const char *wait_for, int64_t within_ms)
{
    struct boot_stage_config *config = &s->supervisor.stages[s->supervisor.stages_count++];

    (void)fascia_text_copy(config->stage, sizeof config->stage, stage);
    (void)fascia_text_copy(config->wait_for, sizeof config->wait_for, wait_for);
    config->within_ms = within_ms;
}

#endif
