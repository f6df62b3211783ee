/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_SUPERVISOR_MACHINE_H
#define FASCIA_TESTS_UNIT_SUPERVISOR_MACHINE_H

#include <stdbool.h>

#include "stack/supervisor/supervisor.h"
#include "tests/unit/supervisor/sample.h"

/*
 * A driver of the supervisor with a fake clock and fake processes; every action becomes a line of the trace: the time
 * in ms and the action, events with a star: "1020 * unit-ready hostapd pid 102 after 20 ms".
 */

#define MS INT64_C(1000)

struct machine {
    struct plan plan, other_plan;
    struct sample sample, other_sample; /* other: of a reload */
    struct supervisor s;
    int64_t now, next_pid;
    int64_t boot_offset_us;
    bool untimed;
    int spawn_error[PLAN_UNITS_MAX]; /* 0 = works */
    int replaced;                    /* how often a plan was replaced */
    char storage[1 << 18];
    struct fascia_text trace;
    size_t most_doings, most_news;
};

extern struct machine machine;

/** A new machine, not started; `change` (may be NULL) may change the sample first. */
void machine_setup(void (*change)(struct sample *));

/** Supervisor of the plan as it is now: for a test that has changed the plan. */
void machine_init(void);

void machine_start(void);
void machine_stop(void);
void machine_pass(int64_t ms); /* nobody gives a sign of life */
void machine_live(int64_t ms); /* everybody who is ready gives signs of life */
void machine_event(const char *unit, const struct unit_input *input);
void machine_ready(const char *unit);
void machine_end(const char *unit, int code, int signal_number);
void machine_notify(const char *unit, const char *text);
int machine_command(enum supervisor_command command, const char *unit); /* NULL = all */
void machine_sleep(bool asleep);

/** Over to a plan of the sample changed by `change` (from the sample as it is, which stays). */
int machine_reload(void (*change)(struct sample *));

/** Everything started, ready and FULL. */
void machine_bring_up(void);

/** Takes all actions that there are. */
void machine_drain(void);

void machine_forget(void);
bool machine_traced(const char *part);
int machine_count(const char *part);

/** Asserts that the whole trace since the last call is this. */
void machine_expect(const char *golden);

/** "link FULL, address FULL, …" */
void machine_assert_functions(const char *expected);

size_t machine_index(const char *unit);
const struct unit *machine_unit(const char *unit);
const struct supervisor_unit_record *machine_record(const char *unit);

#endif
