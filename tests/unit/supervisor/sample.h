/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_SUPERVISOR_SAMPLE_H
#define FASCIA_TESTS_UNIT_SUPERVISOR_SAMPLE_H

#include <string.h>

#include "platform/config/config.h"
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

/* What a unit gets that configures nothing. */
static inline const struct supervisor_config *sample_shipped(void)
{
    static struct fascia_config shipped;

    config_defaults(&shipped);
    return &shipped.supervisor;
}

static inline void sample_add_ladders(struct sample *s)
{
    memcpy(s->supervisor.ladders, sample_shipped()->ladders, sizeof s->supervisor.ladders);
    s->supervisor.ladders_count = sample_shipped()->ladders_count;
}

static inline void sample_add_escalation(struct sample *s)
{
    s->supervisor.escalation = sample_shipped()->escalation;
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
