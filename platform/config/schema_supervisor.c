/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/schema.h"

#include <ctype.h>
#include <string.h>

#include "platform/config/config.h"

#define AT(member)    CONFIG_AT(fascia_config, supervisor.member)
#define TEXT(member)  CONFIG_TEXT(fascia_config, supervisor.member)
#define ARRAY(member) CONFIG_ARRAY(fascia_config, supervisor.member)

#define NAME_MAX_     (SUPERVISOR_NAME_SIZE - 1)
#define FUNCTION_MAX_ (FASCIA_FUNCTION_NAME_SIZE - 1)
#define MINUTE_MS     INT64_C(60000)
#define HOUR_MS       INT64_C(3600000)

static const char *check_characters(const char *value, const char *more, const char *allowed)
{
    for (; *value; value++) {
        if (!islower((unsigned char)*value) && !isdigit((unsigned char)*value) && !strchr(more, *value))
            return allowed;
    }
    return NULL;
}

static const char *check_name(const char *value)
{
    return check_characters(value, "-", "lower-case letters, digits and hyphens");
}

static const char *check_hmi(const char *value)
{
    return check_characters(value, "-.", "lower-case letters, digits, hyphens and full stops");
}

static const char *check_unit_name(const char *value)
{
    static const char *const ours[] = {"fascia-addr",  "hostapd",        "fascia-link", "pipewire",
                                       "fascia-audio", "wpa_supplicant", "fascia-aware"};

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strcmp(value, ours[i]) == 0)
            return "a name that no built-in unit has (fascia-addr, hostapd, fascia-link, pipewire, fascia-audio, "
                   "wpa_supplicant, fascia-aware)";
    }
    return check_name(value);
}

static const char *check_cgroup(const char *value)
{
    return value[0] == '/' || strcmp(value, "auto") == 0 || strcmp(value, "off") == 0 ? NULL
                                                                                      : "auto, off or an absolute path";
}

/* A well-known name as the D-Bus specification ("Valid Names", "Bus names") has it. */
static bool is_bus_name(const char *value)
{
    bool starts = true, dotted = false;

    for (; *value; value++) {
        if (*value == '.') {
            if (starts)
                return false;
            starts = dotted = true;
            continue;
        }
        if (!isalnum((unsigned char)*value) && *value != '_' && *value != '-')
            return false;
        if (starts && isdigit((unsigned char)*value))
            return false;
        starts = false;
    }
    return dotted && !starts;
}

static const char *const manages[] = {"spawn", "adopt", NULL};
static const char *const readinesses[] = {"notify", "exec", "socket", "control", "bus-name", NULL};
static const char *const reactions[] = {"notify", "hold", "degrade", "restart", NULL};
static const char *const on_suspends[] = {"keep", "stop", NULL};
static const char *const actions[] = {"none", "apply", "restart", "radio-reset", NULL};
static const char *const shown_states[] = {"computed", "held", "degraded", "safe", "failed", NULL};
static const char *const untils[] = {"full", "usable", NULL};

static const struct config_key users_keys[] = {
    {"link", CONFIG_TYPE_STRING, TEXT(users.link), .min = 1, .help = "account of fascia-link and hostapd"},
    {"address", CONFIG_TYPE_STRING, TEXT(users.address), .min = 1, .help = "account of fascia-addr"},
    {"audio", CONFIG_TYPE_STRING, TEXT(users.audio), .min = 1,
     .help = "account of fascia-audio and a spawned pipewire"},
    {"aware", CONFIG_TYPE_STRING, TEXT(users.aware), .min = 1,
     .help = "account of fascia-aware and a spawned wpa_supplicant"},
    CONFIG_END,
};

static const struct config_key limits_keys[] = {
    {"processes", CONFIG_TYPE_INT, AT(limits.processes), .min = 0, .max = 1000000,
     .help = "processes and threads of one unit; 0: as fasciad's own"},
    {"memory_mb", CONFIG_TYPE_INT, AT(limits.memory_mb), .min = 0, .max = 1000000,
     .help = "memory of one unit; 0: as fasciad's own"},
    {"files", CONFIG_TYPE_INT, AT(limits.files), .min = 0, .max = 1000000,
     .help = "open files of one process; 0: as fasciad's own"},
    CONFIG_END,
};

static const struct config_key black_box_keys[] = {
    {"path", CONFIG_TYPE_PATH, TEXT(black_box.path), .min = 1, .or_none = true,
     .help = "file that keeps the events over a power cut"},
    {"size_kb", CONFIG_TYPE_INT, AT(black_box.size_kb), .min = 64, .max = 65536, .help = "its size, taken at once"},
    {"boots", CONFIG_TYPE_INT, AT(black_box.boots), .min = 1, .max = 64,
     .help = "boots that are kept at least, as long as they fit"},
    CONFIG_END,
};

#define THRESHOLD(key, member, text)                                                                                   \
    {                                                                                                                  \
        key, CONFIG_TYPE_INT, AT(escalation.member), .min = 0, .max = 1000, .help = text                               \
    }

static const struct config_key escalation_keys[] = {
    {"age_ms", CONFIG_TYPE_INT, AT(escalation.age_ms), .min = 1000, .max = 24 * HOUR_MS,
     .help = "a unit's crash counter forgets one crash per this time"},
    THRESHOLD("group", group, "crashes at which all units of the function are restarted; 0: never"),
    THRESHOLD("radio_reset", radio_reset, "crashes at which the function's radio is switched off and on; 0: never"),
    THRESHOLD("degrade", degrade, "crashes at which the function is degraded until they are forgotten; 0: never"),
    THRESHOLD("safe", safe, "crashes at which the function is stopped until it is started by hand; 0: never"),
    THRESHOLD("reboot", reboot, "crashes at which the system manager is asked to reboot; 0: never"),
    CONFIG_END,
};

static const char *step_rule(const void *element, const char **ret_key)
{
    const struct ladder_step *step = element;

    *ret_key = "budget_max_ms";
    return step->budget_max_ms != 0 && step->budget_max_ms < step->budget_ms
               ? "is below budget_ms; allowed are 0 (no bound) and what is not below it"
               : NULL;
}

static const struct config_key step_keys[] = {
    {"step", CONFIG_TYPE_STRING, CONFIG_TEXT(ladder_step, name), .min = 1, .check = check_name, .required = true,
     .identity = true, .help = "name of the step"},
    {"action", CONFIG_TYPE_ENUM, CONFIG_AT(ladder_step, action), .names = actions,
     .help = "done on entry and at each further attempt; apply: the function's service is told the step"},
    {"shows", CONFIG_TYPE_ENUM, CONFIG_AT(ladder_step, shows), .names = shown_states,
     .help = "state of the function meanwhile; held: as before the trouble"},
    {"until", CONFIG_TYPE_ENUM, CONFIG_AT(ladder_step, until), .names = untils,
     .help = "when the function is so again, the first step is entered; usable: full or degraded"},
    {"budget_ms", CONFIG_TYPE_INT, CONFIG_AT(ladder_step, budget_ms), .min = 0, .max = HOUR_MS,
     .help = "trouble lasting this long ends an attempt; doubles; 0: at once"},
    {"budget_max_ms", CONFIG_TYPE_INT, CONFIG_AT(ladder_step, budget_max_ms), .min = 0, .max = HOUR_MS,
     .help = "longest budget of an attempt; 0: an hour"},
    {"attempts", CONFIG_TYPE_INT, CONFIG_AT(ladder_step, attempts), .min = 1, .max = 100,
     .help = "after as many the next step is entered; the last step stays"},
    {"hmi", CONFIG_TYPE_STRING, CONFIG_TEXT(ladder_step, hmi), .min = 0, .check = check_hmi,
     .help = "id of the text that the driver is shown; empty: none"},
    CONFIG_END,
};

static const struct ladder_step step_initial = {.attempts = 1};

static const struct config_key ladder_keys[] = {
    {"function", CONFIG_TYPE_STRING, CONFIG_TEXT(ladder_config, function), .min = 1, .check = check_name,
     .required = true, .identity = true, .help = "the function that it is for"},
    {"steps", CONFIG_TYPE_LIST, CONFIG_ARRAY(ladder_config, steps), .min = 1, .max = SUPERVISOR_STEPS_MAX,
     .keys = step_keys, .initial = &step_initial, .rule = step_rule, .required = true,
     .help = "what is done, step after step; the first is in force while all is well"},
    CONFIG_END,
};

static const struct ladder_config ladder_initial;

static const struct config_key stage_keys[] = {
    {"stage", CONFIG_TYPE_STRING, CONFIG_TEXT(boot_stage_config, stage), .min = 1, .check = check_name,
     .required = true, .identity = true, .help = "name of the stage"},
    {"wait_for", CONFIG_TYPE_STRING, CONFIG_TEXT(boot_stage_config, wait_for), .min = 1, .check = check_name,
     .required = true, .help = "reached when this function is FULL or this unit is ready"},
    {"within_ms", CONFIG_TYPE_INT, CONFIG_AT(boot_stage_config, within_ms), .min = 1, .max = HOUR_MS, .required = true,
     .help = "budget, since the kernel's start"},
    CONFIG_END,
};

static const struct boot_stage_config stage_initial;

static const struct config_key need_keys[] = {
    {"unit", CONFIG_TYPE_STRING, CONFIG_TEXT(supervisor_need, unit), .min = 1, .check = check_name, .required = true,
     .identity = true, .help = "the unit that is needed: started before"},
    {"on_loss", CONFIG_TYPE_ENUM, CONFIG_AT(supervisor_need, on_loss), .names = reactions,
     .help = "what follows when that one goes down"},
    CONFIG_END,
};

static const struct supervisor_need need_initial;

/* A limit that a unit does not name is that of supervisor.limits: config_parse() fills it in. */
static const struct config_key unit_limits_keys[] = {
    {"processes", CONFIG_TYPE_INT, CONFIG_AT(supervisor_unit_config, limits.processes), .min = 0, .max = 1000000,
     .help = "left out: as in supervisor.limits"},
    {"memory_mb", CONFIG_TYPE_INT, CONFIG_AT(supervisor_unit_config, limits.memory_mb), .min = 0, .max = 1000000,
     .help = "left out: as in supervisor.limits"},
    {"files", CONFIG_TYPE_INT, CONFIG_AT(supervisor_unit_config, limits.files), .min = 0, .max = 1000000,
     .help = "left out: as in supervisor.limits"},
    CONFIG_END,
};

static const struct supervisor_unit_config unit_initial = {
    .watchdog_ms = -1,
    .limits = {.processes = -1, .memory_mb = -1, .files = -1},
};

static bool is_probe(enum supervisor_readiness ready)
{
    return ready == SUPERVISOR_READY_SOCKET || ready == SUPERVISOR_READY_CONTROL || ready == SUPERVISOR_READY_BUS_NAME;
}

/* What only makes sense for a process that is ours. */
static const char *adopted_rule(const struct supervisor_unit_config *unit, const char **ret_key)
{
    static const char no_use[] = "is of no use with manage: adopt; whoever runs the process decides that";

    if (unit->program[0] != '\0')
        *ret_key = "program";
    else if (unit->args_count > 0)
        *ret_key = "args";
    else if (unit->user[0] != '\0')
        *ret_key = "user";
    else if (unit->on_suspend == SUPERVISOR_SUSPEND_STOP)
        *ret_key = "on_suspend";
    else if (memcmp(&unit->limits, &unit_initial.limits, sizeof unit->limits) != 0)
        *ret_key = "limits";
    else
        return NULL;
    return no_use;
}

static const char *target_rule(const struct supervisor_unit_config *unit)
{
    if (!is_probe(unit->ready))
        return unit->target[0] != '\0' ? "is of no use; only ready: socket, control and bus-name have one" : NULL;
    if (unit->target[0] == '\0')
        return unit->ready == SUPERVISOR_READY_BUS_NAME ? "is missing; ready: bus-name needs the name to wait for"
                                                        : "is missing; this readiness needs the path of a socket";
    if (unit->ready == SUPERVISOR_READY_BUS_NAME)
        return is_bus_name(unit->target) ? NULL : "is not a D-Bus name; allowed is one like org.bluez";
    return unit->target[0] == '/' ? NULL : "is not an absolute path; allowed is the path of a socket";
}

static const char *unit_rule(const void *element, const char **ret_key)
{
    const struct supervisor_unit_config *unit = element;

    *ret_key = "ready";
    if (unit->manage == SUPERVISOR_MANAGE_ADOPT && !is_probe(unit->ready))
        return "must be a probe with manage: adopt; allowed are socket, control, bus-name";
    *ret_key = "program";
    if (unit->manage == SUPERVISOR_MANAGE_SPAWN && unit->program[0] == '\0')
        return "is missing; manage: spawn needs a program";
    const char *wrong = unit->manage == SUPERVISOR_MANAGE_ADOPT ? adopted_rule(unit, ret_key) : NULL;
    if (wrong)
        return wrong;
    *ret_key = "target";
    wrong = target_rule(unit);
    if (wrong)
        return wrong;
    *ret_key = "needs";
    for (size_t i = 0; i < unit->needs_count; i++) {
        if (strcmp(unit->needs[i].unit, unit->name) == 0)
            return "names the unit itself; allowed are other units";
    }
    return NULL;
}

#define UNIT_AT(member)    CONFIG_AT(supervisor_unit_config, member)
#define UNIT_TEXT(member)  CONFIG_TEXT(supervisor_unit_config, member)
#define UNIT_ARRAY(member) CONFIG_ARRAY(supervisor_unit_config, member)

static const struct config_key unit_keys[] = {
    {"name", CONFIG_TYPE_STRING, UNIT_TEXT(name), .min = 1, .check = check_unit_name, .required = true,
     .identity = true, .help = "name of the unit"},
    {"manage", CONFIG_TYPE_ENUM, UNIT_AT(manage), .names = manages,
     .help = "spawn: fasciad runs it; adopt: somebody else does, fasciad watches it"},
    {"program", CONFIG_TYPE_PROGRAM, UNIT_TEXT(program), .min = 1, .help = "name or path, for spawn"},
    {"args", CONFIG_TYPE_STRINGS, UNIT_ARRAY(args), .min = 0, .max = SUPERVISOR_ARGS_MAX,
     .help = "its arguments, for spawn; every user of the machine can read them"},
    {"user", CONFIG_TYPE_STRING, UNIT_TEXT(user), .min = 1, .help = "its account; left out: as fasciad itself"},
    {"function", CONFIG_TYPE_STRING, UNIT_TEXT(function), .min = 1, .check = check_name, .required = true,
     .help = "the function that does not work without it; a new name is a new function"},
    {"ready", CONFIG_TYPE_ENUM, UNIT_AT(ready), .names = readinesses,
     .help = "how it shows that it is ready; the last three are probes, which adopt needs"},
    {"target", CONFIG_TYPE_STRING, UNIT_TEXT(target), .min = 1,
     .help = "of the probe: path of a socket, or a D-Bus name"},
    {"needs", CONFIG_TYPE_LIST, UNIT_ARRAY(needs), .min = 0, .max = SUPERVISOR_NEEDS_MAX, .keys = need_keys,
     .initial = &need_initial, .help = "units that it needs"},
    {"on_suspend", CONFIG_TYPE_ENUM, UNIT_AT(on_suspend), .names = on_suspends,
     .help = "what becomes of it when the machine goes to sleep"},
    {"watchdog_ms", CONFIG_TYPE_INT, UNIT_AT(watchdog_ms), .min = 0, .max = 10 * MINUTE_MS,
     .help = "left out: supervisor.watchdog_ms; 0: off"},
    {"limits", CONFIG_SECTION(unit_limits_keys), .help = "bounds of its processes"},
    CONFIG_END,
};

static const struct config_key reaction_keys[] = {
    {"unit", CONFIG_TYPE_STRING, CONFIG_TEXT(supervisor_reaction_config, unit), .min = 1, .check = check_name,
     .required = true, .identity = true, .help = "the unit that reacts"},
    {"needs", CONFIG_TYPE_STRING, CONFIG_TEXT(supervisor_reaction_config, need.unit), .min = 1, .check = check_name,
     .required = true, .identity = true, .help = "the unit that it needs"},
    {"on_loss", CONFIG_TYPE_ENUM, CONFIG_AT(supervisor_reaction_config, need.on_loss), .names = reactions,
     .required = true, .help = "what follows when that one goes down"},
    CONFIG_END,
};

static const struct supervisor_reaction_config reaction_initial;

const struct config_key config_supervisor_keys[] = {
    {"start_timeout_ms", CONFIG_TYPE_INT, AT(start_timeout_ms), .min = 100, .max = 10 * MINUTE_MS,
     .help = "exec to readiness"},
    {"stop_timeout_ms", CONFIG_TYPE_INT, AT(stop_timeout_ms), .min = 100, .max = MINUTE_MS,
     .help = "SIGTERM to SIGKILL, each process"},
    {"stop_budget_ms", CONFIG_TYPE_INT, AT(stop_budget_ms), .min = 100, .max = 10 * MINUTE_MS,
     .help = "the whole stop; what is left then is killed"},
    {"watchdog_ms", CONFIG_TYPE_INT, AT(watchdog_ms), .min = 0, .max = 10 * MINUTE_MS,
     .help = "a service silent for this long is restarted; 0: off"},
    {"backoff_first_ms", CONFIG_TYPE_INT, AT(backoff_first_ms), .min = 0, .max = MINUTE_MS,
     .help = "first restart delay; doubles"},
    {"backoff_max_ms", CONFIG_TYPE_INT, AT(backoff_max_ms), .min = 1, .max = 10 * MINUTE_MS,
     .help = "longest restart delay"},
    {"backoff_reset_ms", CONFIG_TYPE_INT, AT(backoff_reset_ms), .min = 1, .max = HOUR_MS,
     .help = "after this time in READY the delay starts over"},
    {"follow_sleep", CONFIG_TYPE_BOOL, AT(follow_sleep),
     .help = "delay the machine's sleep until fascia is ready for it"},
    {"cgroup", CONFIG_TYPE_STRING, TEXT(cgroup), .min = 1, .check = check_cgroup,
     .help = "auto: fasciad's own when it is delegated; off; or the folder of one"},
    {"users", CONFIG_SECTION(users_keys), .help = "accounts of the services; left out: as fasciad itself"},
    {"limits", CONFIG_SECTION(limits_keys), .help = "bounds of each unit's processes"},
    {"black_box", CONFIG_SECTION(black_box_keys), .help = "the record of events that survives a power cut"},
    {"escalation", CONFIG_SECTION(escalation_keys), .help = "what follows when a unit crashes again and again"},
    {"ladders", CONFIG_TYPE_LIST, ARRAY(ladders), .min = 0, .max = SUPERVISOR_LADDERS_MAX, .keys = ladder_keys,
     .initial = &ladder_initial, .help = "what is done for a function that does not work"},
    /* "boot" in the file, as it is for the reader; the members are called stages. */
    {"boot", CONFIG_TYPE_LIST, ARRAY(stages), .min = 0, .max = SUPERVISOR_STAGES_MAX, .keys = stage_keys,
     .initial = &stage_initial, .help = "stages of the boot and their budgets"},
    {"units", CONFIG_TYPE_LIST, ARRAY(units), .min = 0, .max = SUPERVISOR_UNITS_MAX, .keys = unit_keys,
     .initial = &unit_initial, .rule = unit_rule, .help = "further units"},
    {"reactions", CONFIG_TYPE_LIST, ARRAY(reactions), .min = 0, .max = SUPERVISOR_REACTIONS_MAX, .keys = reaction_keys,
     .initial = &reaction_initial, .help = "other reactions for edges that there are"},
    CONFIG_END,
};
