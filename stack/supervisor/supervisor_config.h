/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_SUPERVISOR_CONFIG_H
#define FASCIA_STACK_SUPERVISOR_SUPERVISOR_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/function.h"

/* The `supervisor:` section of fascia.yaml, validated. All times in milliseconds, on CLOCK_MONOTONIC. */

#define SUPERVISOR_NAME_SIZE     24 /* of a unit, a ladder's step, a boot stage: FASCIA_SOURCE_SIZE */
#define SUPERVISOR_NEEDS_MAX     4
#define SUPERVISOR_ARGS_MAX      8
#define SUPERVISOR_ARG_SIZE      128
#define SUPERVISOR_UNITS_MAX     12 /* that a configuration adds */
#define SUPERVISOR_REACTIONS_MAX 12
#define SUPERVISOR_LADDERS_MAX   8
#define SUPERVISOR_STEPS_MAX     8
#define SUPERVISOR_STAGES_MAX    12
#define SUPERVISOR_HMI_SIZE      40

/** Whose process it is. */
enum supervisor_manage {
    SUPERVISOR_MANAGE_SPAWN, /* ours: we start, watch, restart and stop it */
    SUPERVISOR_MANAGE_ADOPT, /* somebody else's (systemd): we watch it by its probe and react */
    SUPERVISOR_MANAGES_
};

/** How a unit shows that it is ready. The last three are probes: they go on as its watchdog. */
enum supervisor_readiness {
    SUPERVISOR_READY_NOTIFY,   /* READY=1 on the notify socket */
    SUPERVISOR_READY_EXEC,     /* it could be executed */
    SUPERVISOR_READY_SOCKET,   /* a stream socket at `target` accepts a connection (PipeWire) */
    SUPERVISOR_READY_CONTROL,  /* PING on the control socket `target` is answered with PONG (hostapd, wpa_supplicant) */
    SUPERVISOR_READY_BUS_NAME, /* `target` is owned on the configured D-Bus (org.bluez) */
    SUPERVISOR_READINESSES_
};

/** What becomes of a unit when one that it needs goes down or is replaced. */
enum supervisor_reaction {
    SUPERVISOR_REACTION_NOTIFY,  /* an event; it goes on */
    SUPERVISOR_REACTION_HOLD,    /* it goes on, but if it ends it is not restarted before the other one is back */
    SUPERVISOR_REACTION_DEGRADE, /* it goes on; its function is DEGRADED (dependency) until the other one is back */
    SUPERVISOR_REACTION_RESTART, /* it is stopped, and started again when the other one is back */
    SUPERVISOR_REACTIONS_
};

/** What becomes of a unit when the machine goes to sleep. */
enum supervisor_on_suspend { SUPERVISOR_SUSPEND_KEEP, SUPERVISOR_SUSPEND_STOP, SUPERVISOR_SUSPENDS_ };

/** An edge: `unit` is needed. Orders the start; `on_loss` is the reaction later. */
struct supervisor_need {
    char unit[SUPERVISOR_NAME_SIZE];
    enum supervisor_reaction on_loss;
};

/** Bounds of one unit's processes; 0 = as fasciad's own. */
struct supervisor_limits {
    int64_t processes; /* with threads: pids.max of its cgroup, else RLIMIT_NPROC of its account */
    int64_t memory_mb; /* memory.max of its cgroup, else RLIMIT_AS */
    int64_t files;     /* RLIMIT_NOFILE */
};

/** A unit that the configuration adds (`supervisor.units`). */
struct supervisor_unit_config {
    char name[SUPERVISOR_NAME_SIZE];
    enum supervisor_manage manage;
    char program[256]; /* "" for adopt */
    char args[SUPERVISOR_ARGS_MAX][SUPERVISOR_ARG_SIZE];
    size_t args_count;
    char user[33];                            /* "" = as fasciad itself */
    char function[FASCIA_FUNCTION_NAME_SIZE]; /* that it provides; a new name is a new function */
    enum supervisor_readiness ready;
    char target[108]; /* of a probe */
    struct supervisor_need needs[SUPERVISOR_NEEDS_MAX];
    size_t needs_count;
    enum supervisor_on_suspend on_suspend;
    int64_t watchdog_ms; /* -1 = supervisor.watchdog_ms */
    struct supervisor_limits limits;
};

/** Changes the reaction of an edge that the plan has (`supervisor.reactions`). */
struct supervisor_reaction_config {
    char unit[SUPERVISOR_NAME_SIZE];
    struct supervisor_need need;
};

/*
 * A ladder of degradation: what is done for a function, step after step, as long as it does not work. The first step
 * is in force while it does. A step's budget runs only while the function is not usable; when it has run out for the
 * last attempt, the next step is entered. The last step stays. When `until` is met, the first step is entered again.
 */
enum ladder_action {
    LADDER_ACTION_NONE,
    LADDER_ACTION_APPLY,       /* the function's service is told: Apply(step) on its D-Bus interface */
    LADDER_ACTION_RESTART,     /* the units of the function are restarted */
    LADDER_ACTION_RADIO_RESET, /* the function's radio is switched off and on (rfkill) */
    LADDER_ACTIONS_
};

/** The state that the function is shown in during a step. */
enum ladder_shows {
    LADDER_SHOWS_COMPUTED, /* what facts and processes make of it */
    LADDER_SHOWS_HELD,     /* what it was before the trouble: a short flap is not seen */
    LADDER_SHOWS_DEGRADED, /* at most that; the reason is the computed one, or LADDER with the step as detail */
    LADDER_SHOWS_SAFE,
    LADDER_SHOWS_FAILED,
    LADDER_SHOWN_
};

enum ladder_until { LADDER_UNTIL_FULL, LADDER_UNTIL_USABLE /* FULL or DEGRADED */, LADDER_UNTILS_ };

struct ladder_step {
    char name[SUPERVISOR_NAME_SIZE];
    enum ladder_action action; /* done on entry and at every further attempt */
    enum ladder_shows shows;
    enum ladder_until until;
    int64_t budget_ms;             /* of the first attempt; doubles with each further one up to … */
    int64_t budget_max_ms;         /* … this; 0 = no bound but an hour */
    int64_t attempts;              /* >= 1 */
    char hmi[SUPERVISOR_HMI_SIZE]; /* text id for the HMI, "" = none */
};

struct ladder_config {
    char function[FASCIA_FUNCTION_NAME_SIZE];
    struct ladder_step steps[SUPERVISOR_STEPS_MAX];
    size_t steps_count; /* >= 1 */
};

/*
 * Escalation by the crash counter of a unit: every end that was not asked for counts one, and one is forgotten per
 * `age_ms`. When the count reaches a threshold, that is done too, once until the count is 0 again. 0 = never.
 */
struct escalation_config {
    int64_t age_ms;
    int64_t group;       /* all units of the function are restarted */
    int64_t radio_reset; /* the function's radio is switched off and on */
    int64_t degrade;     /* the function is at best DEGRADED (crash-loop) until the count is 0 */
    int64_t safe;        /* the function's units are stopped, the function is SAFE, until an operator starts it */
    int64_t reboot;      /* the system manager is asked to reboot */
};

/** A stage of the boot: `wait_for` is a function (reached when FULL) or a unit (reached when READY). */
struct boot_stage_config {
    char stage[SUPERVISOR_NAME_SIZE];
    char wait_for[SUPERVISOR_NAME_SIZE];
    int64_t within_ms; /* since the kernel's start (CLOCK_BOOTTIME) */
};

struct supervisor_config {
    int64_t start_timeout_ms; /* exec to READY=1 */
    int64_t stop_timeout_ms;  /* SIGTERM to SIGKILL, each process */
    int64_t stop_budget_ms;   /* the whole stop: what is left then is killed */
    int64_t watchdog_ms; /* 0 = off; our services send WATCHDOG=1 at half of it; probes are repeated at half of it */
    int64_t backoff_first_ms; /* first restart delay, doubles up to … */
    int64_t backoff_max_ms;
    int64_t backoff_reset_ms; /* READY for this long: the next delay is the first one again */
    bool follow_sleep;        /* take part in the system manager's sleep (logind): delay it until we are ready for it */
    char cgroup[128]; /* "auto": our own cgroup v2 when it is delegated; "off"; or the folder of one that is ours */
    struct {
        char link[33], address[33], audio[33], aware[33]; /* account names; "" = stay as fasciad is */
    } users;
    struct supervisor_limits limits; /* of every unit that has none of its own */
    struct {
        char path[256];  /* "" = none */
        int64_t size_kb; /* of the file, preallocated */
        int64_t boots;   /* how many boots are kept at least, as long as they fit */
    } black_box;
    struct escalation_config escalation;
    struct ladder_config ladders[SUPERVISOR_LADDERS_MAX];
    size_t ladders_count;
    struct boot_stage_config stages[SUPERVISOR_STAGES_MAX];
    size_t stages_count;
    struct supervisor_unit_config units[SUPERVISOR_UNITS_MAX];
    size_t units_count;
    struct supervisor_reaction_config reactions[SUPERVISOR_REACTIONS_MAX];
    size_t reactions_count;
};

#endif
