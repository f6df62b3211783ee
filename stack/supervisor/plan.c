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
    put(m, unit->name, sizeof unit->name, name, "");
    put(m, unit->program, sizeof unit->program, program, "");
    put(m, unit->user, sizeof unit->user, user, "");
    put(m, unit->function, sizeof unit->function, function, "");
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

/* Orders the start after a unit that this configuration has; one that it has not is no need. */
static void add_need(struct maker *m, struct plan_unit *unit, const char *name)
{
    if (plan_find(m->plan, name) < 0)
        return;
    if (unit->needs_count == SUPERVISOR_NEEDS_MAX)
        m->too_long = true;
    else
        put(m, unit->needs[unit->needs_count++].unit, SUPERVISOR_NAME_SIZE, name, "");
}

static void add_function(struct maker *m, const char *name, bool enabled)
{
    struct plan_function *function = &m->plan->functions[m->plan->functions_count++];

    put(m, function->name, sizeof function->name, name, "");
    function->enabled = enabled;
}

/* One of our own services: it takes --config and speaks the notify protocol. */
static struct plan_unit *add_service(struct maker *m, const char *name, const char *user, const char *function)
{
    struct plan_unit *unit = add_unit(m, name, name, user, function);

    add_arg(m, unit, "--config");
    add_arg(m, unit, m->input->config_path);
    unit->publishes = true;
    unit->missing = FASCIA_REASON_SERVICE_MISSING;
    unit->down = FASCIA_REASON_SERVICE_DOWN;
    unit->readiness = SUPERVISOR_READY_NOTIFY;
    return unit;
}

static void add_address(struct maker *m)
{
    struct plan_unit *unit = add_service(m, "fascia-addr", m->input->supervisor->users.address, "address");

    unit->capabilities = CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_NET_RAW);
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
    unit->readiness = SUPERVISOR_READY_SOCKET;
}

static void add_link(struct maker *m)
{
    struct plan_unit *unit = add_service(m, "fascia-link", m->input->supervisor->users.link, "link");

    put(m, unit->private_dir, sizeof unit->private_dir, m->input->runtime_dir, "/link");
    add_need(m, unit, "fascia-addr");
    add_need(m, unit, "hostapd");
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
    unit->missing = FASCIA_REASON_SERVICE_MISSING;
    unit->down = FASCIA_REASON_NO_PIPEWIRE;
    unit->readiness = SUPERVISOR_READY_SOCKET;
}

static void add_audio(struct maker *m)
{
    const struct plan_input *in = m->input;
    struct plan_unit *unit = add_service(m, "fascia-audio", in->supervisor->users.audio, "audio");

    put(m, unit->private_dir, sizeof unit->private_dir, in->runtime_dir, "/audio");
    if (in->audio->pipewire.manage == AUDIO_MANAGE_SPAWN)
        add_environment(m, unit, "XDG_RUNTIME_DIR=", unit->private_dir);
    else if (in->audio->pipewire.runtime_dir[0] != '\0')
        add_environment(m, unit, "XDG_RUNTIME_DIR=", in->audio->pipewire.runtime_dir);
    add_need(m, unit, "pipewire");
}

int plan_make(const struct plan_input *input, struct plan *ret_plan)
{
    struct maker m = {.plan = ret_plan, .input = input};

    memset(ret_plan, 0, sizeof *ret_plan);
    if (strlen(input->runtime_dir) > PLAN_RUNTIME_DIR_MAX)
        return PLAN_E_TOO_LONG;
    add_function(&m, "link", input->link->enabled);
    add_function(&m, "address", input->address->enabled);
    add_function(&m, "audio", input->audio->enabled);

    if (input->address->enabled)
        add_address(&m);
    if (input->link->enabled) {
        if (input->link->hostapd.manage == LINK_MANAGE_SPAWN)
            add_hostapd(&m);
        add_link(&m);
    }
    if (input->audio->enabled) {
        if (input->audio->pipewire.manage == AUDIO_MANAGE_SPAWN)
            add_pipewire(&m);
        add_audio(&m);
    }
    return m.too_long ? PLAN_E_TOO_LONG : plan_sort(ret_plan, NULL);
}

int plan_find(const struct plan *plan, const char *unit)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (strcmp(plan->units[i].name, unit) == 0)
            return (int)i;
    }
    return -1;
}

static bool needs_are_placed(const struct plan *plan, const struct plan_unit *unit, const bool placed[])
{
    for (size_t i = 0; i < unit->needs_count; i++) {
        if (!placed[plan_find(plan, unit->needs[i].unit)])
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
    struct plan_unit sorted[PLAN_UNITS_MAX];
    bool placed[PLAN_UNITS_MAX] = {false};
    size_t count = 0;

    int r = check_needs(plan, ret_unit);
    if (r != 0)
        return r;

    while (count < plan->units_count) {
        size_t next = 0;
        while (next < plan->units_count && (placed[next] || !needs_are_placed(plan, &plan->units[next], placed)))
            next++;
        if (next == plan->units_count) {
            for (next = 0; placed[next];)
                next++;
            if (ret_unit)
                *ret_unit = plan->units[next].name;
            return PLAN_E_CYCLE;
        }
        placed[next] = true;
        sorted[count++] = plan->units[next];
    }
    memcpy(plan->units, sorted, count * sizeof sorted[0]);
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
        fascia_text_add(text, "%s%s", i == 0 ? "" : ",", unit->needs[i].unit);
}

static const char *readiness_name(enum supervisor_readiness readiness)
{
    static const char *const names[SUPERVISOR_READINESSES_] = {
        [SUPERVISOR_READY_NOTIFY] = "notify",
        [SUPERVISOR_READY_SOCKET] = "socket",
        [SUPERVISOR_READY_EXEC] = "exec",
    };
    return (unsigned int)readiness < SUPERVISOR_READINESSES_ ? names[readiness] : "?";
}

static void format_unit(const struct plan_unit *unit, size_t order, struct fascia_text *text)
{
    char capabilities[64], needs[SUPERVISOR_NEEDS_MAX * SUPERVISOR_NAME_SIZE];
    struct fascia_text part;

    fascia_text_init(&part, capabilities, sizeof capabilities);
    plan_format_capabilities(unit->capabilities, &part);
    fascia_text_init(&part, needs, sizeof needs);
    format_needs(unit, &part);

    fascia_text_add(text, "%-5zu %-13s %-13s %-18s %-20s %-8s %-7s %s", order, unit->name,
                    unit->user[0] != '\0' ? unit->user : "-", capabilities, needs, unit->function,
                    readiness_name(unit->readiness), unit->program);
    for (size_t i = 0; i < unit->args_count; i++)
        fascia_text_add(text, " %s", unit->args[i]);
    fascia_text_add(text, "\n");
}

void plan_format(const struct plan *plan, struct fascia_text *text)
{
    fascia_text_add(text, "%-5s %-13s %-13s %-18s %-20s %-8s %-7s %s\n", "ORDER", "UNIT", "USER", "CAPABILITIES",
                    "NEEDS", "PROVIDES", "READY", "COMMAND");
    for (size_t i = 0; i < plan->units_count; i++)
        format_unit(&plan->units[i], i + 1, text);
}
