/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_PLAN_H
#define FASCIA_STACK_SUPERVISOR_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/audio_config.h"
#include "stack/address/address_config.h"
#include "stack/aware/aware_config.h"
#include "stack/base/function.h"
#include "stack/base/text.h"
#include "stack/link/link_config.h"
#include "stack/supervisor/supervisor_config.h"

/*
 * The plan: which processes there are, as whom they run, what they need, and which function they provide. It is
 * data, made from the configuration alone, so `fasciad --plan` can show it and a test can read it.
 */

#define PLAN_UNITS_MAX     20
#define PLAN_FUNCTIONS_MAX 9
#define PLAN_ENV_MAX       4

#define PLAN_PATH_SIZE 288 /* a configured path (<= 255) or runtime_dir (<= 127) with a file below it */
#define PLAN_ENV_SIZE  320

enum plan_result {
    PLAN_OK = 0,
    PLAN_E_CYCLE = 1, /* units need each other in a circle */
    PLAN_E_UNKNOWN,   /* a unit needs one that is not in the plan */
    PLAN_E_DUPLICATE, /* two units of the same name */
    PLAN_E_TOO_LONG,  /* runtime_dir is longer than PLAN_RUNTIME_DIR_MAX, or a path or list does not fit its bound */
};

/* "Needs" orders the start: a unit is started when each of these is ready or has been given up for now. */
struct plan_unit {
    char name[SUPERVISOR_NAME_SIZE];
    char program[256];                              /* absolute, or a name that the supervisor looks up; "" for adopt */
    char args[SUPERVISOR_ARGS_MAX][PLAN_PATH_SIZE]; /* argv[1] … */
    size_t args_count;
    char environment[PLAN_ENV_MAX][PLAN_ENV_SIZE]; /* "NAME=value", on top of what every process gets */
    size_t environment_count;
    uint64_t capabilities; /* ambient; bit n is capability n of <linux/capability.h>; only with `user` */
    struct supervisor_need needs[SUPERVISOR_NEEDS_MAX];
    size_t needs_count;
    enum supervisor_manage manage;
    enum supervisor_readiness readiness;
    char target[PLAN_PATH_SIZE];      /* of a probe: a socket's path or a bus name */
    char private_dir[PLAN_PATH_SIZE]; /* made 0700 for `user` before anything starts; "" = none */
    char state_dir[PLAN_PATH_SIZE]; /* made 0700 for `user` when it is not there; one that is, is left alone; "" = none
                                     */
    char user[33];                  /* "" = as the supervisor itself */
    bool publishes;                 /* it may publish its function's fact … */
    bool fact_expected;             /* … and is not ready for use before it has */
    char function[FASCIA_FUNCTION_NAME_SIZE]; /* the function that does not work without it */
    enum supervisor_on_suspend on_suspend;
    int64_t watchdog_ms; /* 0 = off */
    struct supervisor_limits limits;
    enum fascia_reason missing, down; /* reason of the function when it cannot be executed, when it is down */
    uint64_t fingerprint; /* of all that it is made from, its sections of the configuration included: see plan_make() */
};

/* What goes below runtime_dir must fit a socket address (107 octets): "/link/ctrl/" and an interface name. */
#define PLAN_RUNTIME_DIR_MAX 80

struct plan_function {
    char name[FASCIA_FUNCTION_NAME_SIZE];
    bool enabled;
};

struct plan {
    struct plan_unit units[PLAN_UNITS_MAX]; /* in start order once plan_sort() has run */
    size_t units_count;
    struct plan_function functions[PLAN_FUNCTIONS_MAX];
    size_t functions_count;
};

/** The parts of the configuration that decide the plan; all borrowed. */
struct plan_input {
    const struct link_config *link;
    const struct address_config *address;
    const struct audio_config *audio;
    const struct aware_config *aware; /* NULL: there is no such function */
    const struct supervisor_config *supervisor;
    const char *runtime_dir; /* absolute */
    const char *config_path; /* absolute; passed on to our services */
    const char *bus;         /* of the services; part of their fingerprint */
    int log_level;           /* likewise */
};

/**
 * Makes the sorted plan: the built-in units of the enabled sections, what `supervisor.units` adds, and the reactions.
 * Returns 0 or a PLAN_E_; `ret_plan` is unspecified on error; `ret_about` (may be NULL) then names what is concerned,
 * borrowed from the input, the plan, or static. A unit whose fingerprint is the same in two plans need not be restarted
 * when one replaces the other.
 */
int plan_make(const struct plan_input *input, struct plan *ret_plan, const char **ret_about);

/**
 * Sorts units so that each comes after all that it needs; units that do not depend on each other keep their
 * order. Returns 0, PLAN_E_CYCLE or PLAN_E_UNKNOWN; `ret_unit` (may be NULL) is then the name of a unit concerned,
 * borrowed from the plan. The order is unspecified on error.
 */
int plan_sort(struct plan *plan, const char **ret_unit);

/** Index of a unit; -1 when it is not in the plan. */
int plan_find(const struct plan *plan, const char *unit);

/** Index of a function; -1 when the plan has none of that name. */
int plan_find_function(const struct plan *plan, const char *function);

/** The table of `fasciad --plan`: order, unit, user, capabilities, needs, function, readiness, command. */
void plan_format(const struct plan *plan, struct fascia_text *text);

const char *supervisor_manage_name(enum supervisor_manage manage);          /* "spawn", "adopt" */
const char *supervisor_readiness_name(enum supervisor_readiness readiness); /* "notify", "exec", "socket", … */
const char *supervisor_reaction_name(enum supervisor_reaction reaction);    /* "notify", "hold", … */

/** True when readiness is shown by a probe instead of by the unit itself. */
bool supervisor_is_probe(enum supervisor_readiness readiness);

/** "NET_ADMIN,NET_RAW"; "-" for none. Unknown bits as numbers. */
void plan_format_capabilities(uint64_t capabilities, struct fascia_text *text);

#endif
