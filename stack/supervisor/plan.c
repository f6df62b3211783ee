/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/plan.h"

#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"

#define CAPABILITY(n) (UINT64_C(1) << (n))

/* Collects "did not fit" over a whole chain of additions; one check at the end. */
struct maker {
    struct plan *plan;
    const struct plan_input *input;
    const char *about; /* what an error is about */
    bool too_long;
};

static void put(struct maker *m, char *to, size_t size, const char *first, const char *second)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    fascia_text_add(&text, "%s%s", first, second);
    if (!fascia_text_ok(&text))
        m->too_long = true;
}

static struct plan_unit *add_unit(struct maker *m, const char *name, const char *program, const char *user,
                                  const char *function)
{
    static struct plan_unit nowhere; /* keeps the chain going; too_long ends it */

    if (m->plan->units_count == PLAN_UNITS_MAX) {
        m->too_long = true;
        return &nowhere;
    }
    struct plan_unit *unit = &m->plan->units[m->plan->units_count++];
    memset(unit, 0, sizeof *unit); /* with its padding: it goes into the fingerprint */
    put(m, unit->name, sizeof unit->name, name, "");
    put(m, unit->program, sizeof unit->program, program, "");
    put(m, unit->user, sizeof unit->user, user, "");
    put(m, unit->function, sizeof unit->function, function, "");
    unit->missing = FASCIA_REASON_SERVICE_MISSING;
    unit->down = FASCIA_REASON_SERVICE_DOWN;
    unit->limits = m->input->supervisor->limits;
    return unit;
}

static void add_arg(struct maker *m, struct plan_unit *unit, const char *arg)
{
    if (unit->args_count == SUPERVISOR_ARGS_MAX)
        m->too_long = true;
    else
        put(m, unit->args[unit->args_count++], PLAN_PATH_SIZE, arg, "");
}

/* `name` with its equals sign. */
static void add_environment(struct maker *m, struct plan_unit *unit, const char *name, const char *value)
{
    if (unit->environment_count == PLAN_ENV_MAX)
        m->too_long = true;
    else
        put(m, unit->environment[unit->environment_count++], PLAN_ENV_SIZE, name, value);
}

static void add_need(struct maker *m, struct plan_unit *unit, const char *name, enum supervisor_reaction on_loss)
{
    if (unit->needs_count == SUPERVISOR_NEEDS_MAX) {
        m->too_long = true;
        return;
    }
    struct supervisor_need *need = &unit->needs[unit->needs_count++];
    put(m, need->unit, sizeof need->unit, name, "");
    need->on_loss = on_loss;
}

/* Orders the start after a unit that this configuration may not have: then it is no need. */
static void add_need_if_there(struct maker *m, struct plan_unit *unit, const char *name,
                              enum supervisor_reaction on_loss)
{
    if (plan_find(m->plan, name) >= 0)
        add_need(m, unit, name, on_loss);
}

static void add_function(struct maker *m, const char *name, bool enabled)
{
    int there = plan_find_function(m->plan, name);

    if (there >= 0) {
        m->plan->functions[there].enabled = m->plan->functions[there].enabled || enabled;
        return;
    }
    if (m->plan->functions_count == PLAN_FUNCTIONS_MAX) {
        m->too_long = true;
        m->about = name;
        return;
    }
    struct plan_function *function = &m->plan->functions[m->plan->functions_count++];
    put(m, function->name, sizeof function->name, name, "");
    function->enabled = enabled;
}

/* One of our own services: it takes --config, speaks the notify protocol and publishes what its function is like. */
static struct plan_unit *add_service(struct maker *m, const char *name, const char *user, const char *function)
{
    struct plan_unit *unit = add_unit(m, name, name, user, function);

    add_arg(m, unit, "--config");
    add_arg(m, unit, m->input->config_path);
    unit->publishes = true;
    unit->fact_expected = true;
    unit->readiness = SUPERVISOR_READY_NOTIFY;
    unit->watchdog_ms = m->input->supervisor->watchdog_ms;
    return unit;
}

static void add_address(struct maker *m)
{
    struct plan_unit *unit = add_service(m, "fascia-addr", m->input->supervisor->users.address, "address");

    unit->capabilities = CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_NET_RAW);
}

static void add_adopted_hostapd(struct maker *m)
{
    struct plan_unit *unit = add_unit(m, "hostapd", "", "", "link");

    unit->manage = SUPERVISOR_MANAGE_ADOPT;
    put(m, unit->target, sizeof unit->target, m->input->link->hostapd.control, "");
    unit->readiness = SUPERVISOR_READY_CONTROL;
    unit->watchdog_ms = m->input->supervisor->watchdog_ms;
    unit->down = FASCIA_REASON_HOSTAPD_DOWN;
}

static void add_hostapd(struct maker *m)
{
    const struct plan_input *in = m->input;
    struct plan_unit *unit = add_unit(m, "hostapd", in->link->hostapd.program, in->supervisor->users.link, "link");

    /* It starts without an interface; fascia-link adds one over the global socket when the interface is prepared. */
    put(m, unit->target, sizeof unit->target, in->runtime_dir, "/link/global");
    put(m, unit->private_dir, sizeof unit->private_dir, in->runtime_dir, "/link");
    add_arg(m, unit, "-g");
    add_arg(m, unit, unit->target);
    unit->capabilities = CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_NET_RAW);
    unit->missing = FASCIA_REASON_HOSTAPD_MISSING;
    unit->down = FASCIA_REASON_HOSTAPD_DOWN;
    unit->readiness = SUPERVISOR_READY_CONTROL;
    unit->watchdog_ms = in->supervisor->watchdog_ms;
}

static void add_link(struct maker *m)
{
    struct plan_unit *unit = add_service(m, "fascia-link", m->input->supervisor->users.link, "link");

    put(m, unit->private_dir, sizeof unit->private_dir, m->input->runtime_dir, "/link");
    /* The link stands without addresses, only nobody can be reached over it. */
    add_need_if_there(m, unit, "fascia-addr", SUPERVISOR_REACTION_DEGRADE);
    add_need_if_there(m, unit, "hostapd", SUPERVISOR_REACTION_NOTIFY); /* it connects again by itself */
}

static void add_adopted_wpa_supplicant(struct maker *m)
{
    struct plan_unit *unit = add_unit(m, "wpa_supplicant", "", "", "aware");

    unit->manage = SUPERVISOR_MANAGE_ADOPT;
    put(m, unit->target, sizeof unit->target, m->input->aware->supplicant.control, "");
    unit->readiness = SUPERVISOR_READY_CONTROL;
    unit->watchdog_ms = m->input->supervisor->watchdog_ms;
    unit->down = FASCIA_REASON_AWARE_ENGINE_DOWN;
}

static void add_wpa_supplicant(struct maker *m)
{
    const struct plan_input *in = m->input;
    struct plan_unit *unit =
        add_unit(m, "wpa_supplicant", in->aware->supplicant.program, in->supervisor->users.aware, "aware");

    /* As hostapd: without any interface, so that it and its client can be restarted alone. */
    put(m, unit->target, sizeof unit->target, in->runtime_dir, "/aware/global");
    put(m, unit->private_dir, sizeof unit->private_dir, in->runtime_dir, "/aware");
    add_arg(m, unit, "-g");
    add_arg(m, unit, unit->target);
    unit->capabilities = CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_NET_RAW);
    unit->missing = FASCIA_REASON_WPA_SUPPLICANT_MISSING;
    unit->down = FASCIA_REASON_AWARE_ENGINE_DOWN;
    unit->readiness = SUPERVISOR_READY_CONTROL;
    unit->watchdog_ms = in->supervisor->watchdog_ms;
}

/* The folder that the store is in, unless that is the root. */
static void put_state_dir(struct maker *m, struct plan_unit *unit, const char *store)
{
    put(m, unit->state_dir, sizeof unit->state_dir, store, "");
    char *slash = strrchr(unit->state_dir, '/');
    if (slash)
        memset(slash, 0, strlen(slash)); /* it goes into the fingerprint */
}

static void add_aware(struct maker *m)
{
    struct plan_unit *unit = add_service(m, "fascia-aware", m->input->supervisor->users.aware, "aware");

    put(m, unit->private_dir, sizeof unit->private_dir, m->input->runtime_dir, "/aware");
    put_state_dir(m, unit, m->input->aware->store);
    add_need_if_there(m, unit, "fascia-addr", SUPERVISOR_REACTION_DEGRADE);
    add_need_if_there(m, unit, "wpa_supplicant", SUPERVISOR_REACTION_NOTIFY); /* it connects again by itself */
    add_need_if_there(m, unit, "fascia-link", SUPERVISOR_REACTION_NOTIFY);    /* which chooses its interface first */
}

static void add_adopted_pipewire(struct maker *m)
{
    struct plan_unit *unit = add_unit(m, "pipewire", "", "", "audio");

    unit->manage = SUPERVISOR_MANAGE_ADOPT;
    put(m, unit->target, sizeof unit->target, m->input->audio->pipewire.runtime_dir, "/pipewire-0");
    unit->readiness = SUPERVISOR_READY_SOCKET;
    unit->down = FASCIA_REASON_NO_PIPEWIRE;
}

static void add_pipewire(struct maker *m)
{
    const struct plan_input *in = m->input;
    struct plan_unit *unit = add_unit(m, "pipewire", in->audio->pipewire.program, in->supervisor->users.audio, "audio");

    put(m, unit->private_dir, sizeof unit->private_dir, in->runtime_dir, "/audio");
    put(m, unit->target, sizeof unit->target, in->runtime_dir, "/audio/pipewire-0");
    if (in->audio->pipewire.config[0] != '\0') {
        add_arg(m, unit, "-c");
        add_arg(m, unit, in->audio->pipewire.config);
    }
    add_environment(m, unit, "XDG_RUNTIME_DIR=", unit->private_dir);
    /* PipeWire prefers this one, and fasciad's own environment may have it. */
    add_environment(m, unit, "PIPEWIRE_RUNTIME_DIR=", unit->private_dir);
    unit->down = FASCIA_REASON_NO_PIPEWIRE;
    unit->readiness = SUPERVISOR_READY_SOCKET;
}

static void add_audio(struct maker *m)
{
    const struct plan_input *in = m->input;
    struct plan_unit *unit = add_service(m, "fascia-audio", in->supervisor->users.audio, "audio");

    put(m, unit->private_dir, sizeof unit->private_dir, in->runtime_dir, "/audio");
    put_state_dir(m, unit, in->audio->store);
    if (in->audio->pipewire.manage == AUDIO_MANAGE_SPAWN)
        add_environment(m, unit, "XDG_RUNTIME_DIR=", unit->private_dir);
    else if (in->audio->pipewire.runtime_dir[0] != '\0')
        add_environment(m, unit, "XDG_RUNTIME_DIR=", in->audio->pipewire.runtime_dir);
    add_need_if_there(m, unit, "pipewire", SUPERVISOR_REACTION_NOTIFY);
}

static void add_builtin_units(struct maker *m)
{
    const struct plan_input *in = m->input;

    if (in->address->enabled)
        add_address(m);
    if (in->link->enabled) {
        if (in->link->hostapd.manage == LINK_MANAGE_SPAWN)
            add_hostapd(m);
        else if (in->link->hostapd.control[0] != '\0')
            add_adopted_hostapd(m);
        add_link(m);
    }
    if (in->aware && in->aware->enabled) {
        if (in->aware->supplicant.manage == AWARE_MANAGE_SPAWN)
            add_wpa_supplicant(m);
        else if (in->aware->supplicant.control[0] != '\0')
            add_adopted_wpa_supplicant(m);
        add_aware(m);
    }
    if (in->audio->enabled) {
        if (in->audio->pipewire.manage == AUDIO_MANAGE_SPAWN)
            add_pipewire(m);
        else if (in->audio->pipewire.runtime_dir[0] != '\0')
            add_adopted_pipewire(m);
        add_audio(m);
    }
}

static void add_configured_unit(struct maker *m, const struct supervisor_unit_config *c)
{
    const struct supervisor_config *supervisor = m->input->supervisor;
    struct plan_unit *unit = add_unit(m, c->name, c->program, c->user, c->function);

    unit->manage = c->manage;
    unit->readiness = c->ready;
    put(m, unit->target, sizeof unit->target, c->target, "");
    for (size_t i = 0; i < c->args_count; i++)
        add_arg(m, unit, c->args[i]);
    for (size_t i = 0; i < c->needs_count; i++)
        add_need(m, unit, c->needs[i].unit, c->needs[i].on_loss);
    unit->publishes = c->ready == SUPERVISOR_READY_NOTIFY;
    unit->on_suspend = c->on_suspend;
    /* What is asked once, or tells of its end by itself, has no sign of life to wait for. */
    if (c->ready == SUPERVISOR_READY_NOTIFY || c->ready == SUPERVISOR_READY_CONTROL)
        unit->watchdog_ms = c->watchdog_ms >= 0 ? c->watchdog_ms : supervisor->watchdog_ms;
    if (c->limits.processes > 0)
        unit->limits.processes = c->limits.processes;
    if (c->limits.memory_mb > 0)
        unit->limits.memory_mb = c->limits.memory_mb;
    if (c->limits.files > 0)
        unit->limits.files = c->limits.files;
    add_function(m, c->function, true);
}

static int check_names(struct maker *m)
{
    for (size_t i = 0; i < m->plan->units_count; i++) {
        if (plan_find(m->plan, m->plan->units[i].name) != (int)i) {
            m->about = m->plan->units[i].name;
            return PLAN_E_DUPLICATE;
        }
    }
    return 0;
}

/* Ladders and boot stages name what must be there. */
static int check_references(struct maker *m)
{
    const struct supervisor_config *supervisor = m->input->supervisor;

    for (size_t i = 0; i < supervisor->ladders_count; i++) {
        m->about = supervisor->ladders[i].function;
        if (plan_find_function(m->plan, m->about) < 0)
            return PLAN_E_UNKNOWN;
    }
    for (size_t i = 0; i < supervisor->stages_count; i++) {
        m->about = supervisor->stages[i].wait_for;
        if (plan_find_function(m->plan, m->about) < 0 && plan_find(m->plan, m->about) < 0)
            return PLAN_E_UNKNOWN;
    }
    m->about = NULL;
    return 0;
}

static int change_reactions(struct maker *m)
{
    const struct supervisor_config *supervisor = m->input->supervisor;

    for (size_t i = 0; i < supervisor->reactions_count; i++) {
        const struct supervisor_reaction_config *change = &supervisor->reactions[i];
        int at = plan_find(m->plan, change->unit);
        struct supervisor_need *found = NULL;

        for (size_t n = 0; at >= 0 && n < m->plan->units[at].needs_count; n++) {
            if (strcmp(m->plan->units[at].needs[n].unit, change->need.unit) == 0)
                found = &m->plan->units[at].needs[n];
        }
        if (!found) {
            m->about = at >= 0 ? change->need.unit : change->unit;
            return PLAN_E_UNKNOWN;
        }
        found->on_loss = change->need.on_loss;
    }
    return 0;
}

/* FNV-1a: it tells two configurations of one unit apart, no more. */
static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* The country is the link's, for all radios; and it leaves the link its interface. */
static uint64_t mix_aware(uint64_t hash, const struct plan_input *in)
{
    hash = mix(hash, in->aware, sizeof *in->aware);
    hash = mix(hash, in->link->country, strlen(in->link->country));
    return mix(hash, &in->link->enabled, sizeof in->link->enabled);
}

/* What a service reads from the configuration by itself is part of what it is made from. */
static void take_fingerprints(struct maker *m)
{
    const struct plan_input *in = m->input;

    for (size_t i = 0; i < m->plan->units_count; i++) {
        struct plan_unit *unit = &m->plan->units[i];
        uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), unit, sizeof *unit);

        if (unit->fact_expected) {
            hash = mix(hash, in->bus, strlen(in->bus));
            hash = mix(hash, &in->log_level, sizeof in->log_level);
        }
        if (strcmp(unit->name, "fascia-link") == 0)
            hash = mix(hash, in->link, sizeof *in->link);
        else if (strcmp(unit->name, "fascia-addr") == 0)
            hash = mix(hash, in->address, sizeof *in->address);
        else if (strcmp(unit->name, "fascia-audio") == 0)
            hash = mix(hash, in->audio, sizeof *in->audio);
        else if (strcmp(unit->name, "fascia-aware") == 0 && in->aware)
            hash = mix_aware(hash, in);
        unit->fingerprint = hash;
    }
}

static int make(struct maker *m)
{
    const struct plan_input *in = m->input;

    if (strlen(in->runtime_dir) > PLAN_RUNTIME_DIR_MAX) {
        m->about = "runtime_dir";
        return PLAN_E_TOO_LONG;
    }
    add_function(m, "link", in->link->enabled);
    add_function(m, "address", in->address->enabled);
    add_function(m, "audio", in->audio->enabled);
    if (in->aware)
        add_function(m, "aware", in->aware->enabled);
    add_builtin_units(m);
    for (size_t i = 0; i < in->supervisor->units_count; i++)
        add_configured_unit(m, &in->supervisor->units[i]);
    if (m->too_long)
        return PLAN_E_TOO_LONG;

    int r = check_names(m);
    if (r == 0)
        r = change_reactions(m);
    if (r == 0)
        r = check_references(m);
    if (r == 0)
        take_fingerprints(m);
    return r == 0 ? plan_sort(m->plan, &m->about) : r;
}

int plan_make(const struct plan_input *input, struct plan *ret_plan, const char **ret_about)
{
    struct maker m = {.plan = ret_plan, .input = input};

    /* Units are cleared one by one: pages that are never written take no memory. */
    ret_plan->units_count = ret_plan->functions_count = 0;
    memset(ret_plan->functions, 0, sizeof ret_plan->functions);
    int r = make(&m);
    if (r != 0 && ret_about)
        *ret_about = m.about ? m.about : "the plan";
    return r;
}

int plan_find(const struct plan *plan, const char *unit)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (strcmp(plan->units[i].name, unit) == 0)
            return (int)i;
    }
    return -1;
}

int plan_find_function(const struct plan *plan, const char *function)
{
    for (size_t i = 0; i < plan->functions_count; i++) {
        if (strcmp(plan->functions[i].name, function) == 0)
            return (int)i;
    }
    return -1;
}

/* The first `placed` units are in order. */
static bool needs_are_placed(const struct plan *plan, const struct plan_unit *unit, size_t placed)
{
    for (size_t i = 0; i < unit->needs_count; i++) {
        if (plan_find(plan, unit->needs[i].unit) >= (int)placed)
            return false;
    }
    return true;
}

static int check_needs(const struct plan *plan, const char **ret_unit)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        for (size_t n = 0; n < plan->units[i].needs_count; n++) {
            if (plan_find(plan, plan->units[i].needs[n].unit) >= 0)
                continue;
            if (ret_unit)
                *ret_unit = plan->units[i].name;
            return PLAN_E_UNKNOWN;
        }
    }
    return 0;
}

int plan_sort(struct plan *plan, const char **ret_unit)
{
    struct plan_unit *units = plan->units;

    int r = check_needs(plan, ret_unit);
    if (r != 0)
        return r;

    for (size_t placed = 0; placed < plan->units_count; placed++) {
        size_t next = placed;
        while (next < plan->units_count && !needs_are_placed(plan, &units[next], placed))
            next++;
        if (next == plan->units_count) {
            if (ret_unit)
                *ret_unit = units[placed].name;
            return PLAN_E_CYCLE;
        }
        if (next == placed)
            continue;
        /* In place: a second plan on the stack would stay resident as long as we live. */
        struct plan_unit unit = units[next];
        memmove(&units[placed + 1], &units[placed], (next - placed) * sizeof units[0]);
        units[placed] = unit;
    }
    return 0;
}

void plan_format_capabilities(uint64_t capabilities, struct fascia_text *text)
{
    const char *comma = "";

    if (capabilities == 0)
        fascia_text_add(text, "-");
    for (unsigned int n = 0; n < 64; n++) {
        if ((capabilities & CAPABILITY(n)) == 0)
            continue;
        if (n == CAP_NET_ADMIN)
            fascia_text_add(text, "%sNET_ADMIN", comma);
        else if (n == CAP_NET_RAW)
            fascia_text_add(text, "%sNET_RAW", comma);
        else
            fascia_text_add(text, "%s%u", comma, n);
        comma = ",";
    }
}

static void format_needs(const struct plan_unit *unit, struct fascia_text *text)
{
    if (unit->needs_count == 0)
        fascia_text_add(text, "-");
    for (size_t i = 0; i < unit->needs_count; i++)
        fascia_text_add(text, "%s%s:%s", i == 0 ? "" : ",", unit->needs[i].unit,
                        supervisor_reaction_name(unit->needs[i].on_loss));
}

const char *supervisor_manage_name(enum supervisor_manage manage)
{
    static const char *const names[SUPERVISOR_MANAGES_] = {
        [SUPERVISOR_MANAGE_SPAWN] = "spawn",
        [SUPERVISOR_MANAGE_ADOPT] = "adopt",
    };
    return (unsigned int)manage < SUPERVISOR_MANAGES_ ? names[manage] : "?";
}

const char *supervisor_readiness_name(enum supervisor_readiness readiness)
{
    static const char *const names[SUPERVISOR_READINESSES_] = {
        [SUPERVISOR_READY_NOTIFY] = "notify",     [SUPERVISOR_READY_EXEC] = "exec",
        [SUPERVISOR_READY_SOCKET] = "socket",     [SUPERVISOR_READY_CONTROL] = "control",
        [SUPERVISOR_READY_BUS_NAME] = "bus-name",
    };
    return (unsigned int)readiness < SUPERVISOR_READINESSES_ ? names[readiness] : "?";
}

const char *supervisor_reaction_name(enum supervisor_reaction reaction)
{
    static const char *const names[SUPERVISOR_REACTIONS_] = {
        [SUPERVISOR_REACTION_NOTIFY] = "notify",
        [SUPERVISOR_REACTION_HOLD] = "hold",
        [SUPERVISOR_REACTION_DEGRADE] = "degrade",
        [SUPERVISOR_REACTION_RESTART] = "restart",
    };
    return (unsigned int)reaction < SUPERVISOR_REACTIONS_ ? names[reaction] : "?";
}

bool supervisor_is_probe(enum supervisor_readiness readiness)
{
    return readiness == SUPERVISOR_READY_SOCKET || readiness == SUPERVISOR_READY_CONTROL ||
           readiness == SUPERVISOR_READY_BUS_NAME;
}

static void format_unit(const struct plan_unit *unit, size_t order, struct fascia_text *text)
{
    char capabilities[64], needs[SUPERVISOR_NEEDS_MAX * (SUPERVISOR_NAME_SIZE + 8)];
    struct fascia_text part;

    fascia_text_init(&part, capabilities, sizeof capabilities);
    plan_format_capabilities(unit->capabilities, &part);
    fascia_text_init(&part, needs, sizeof needs);
    format_needs(unit, &part);

    bool adopted = unit->manage == SUPERVISOR_MANAGE_ADOPT;
    fascia_text_add(text, "%-5zu %-13s %-13s %-18s %-34s %-8s %-8s %s%s", order, unit->name,
                    unit->user[0] != '\0' ? unit->user : "-", capabilities, needs, unit->function,
                    supervisor_readiness_name(unit->readiness), adopted ? "adopted: " : "",
                    adopted ? unit->target : unit->program);
    for (size_t i = 0; i < unit->args_count; i++)
        fascia_text_add(text, " %s", unit->args[i]);
    fascia_text_add(text, "\n");
}

void plan_format(const struct plan *plan, struct fascia_text *text)
{
    fascia_text_add(text, "%-5s %-13s %-13s %-18s %-34s %-8s %-8s %s\n", "ORDER", "UNIT", "USER", "CAPABILITIES",
                    "NEEDS", "PROVIDES", "READY", "COMMAND");
    for (size_t i = 0; i < plan->units_count; i++)
        format_unit(&plan->units[i], i + 1, text);
}
