/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_CGROUP_H
#define FASCIA_PLATFORM_PROCESS_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "stack/supervisor/supervisor_config.h"

/*
 * A cgroup v2 that is ours, with one cgroup below it for each unit ("unit.NAME") and one for ourselves ("supervisor"),
 * because processes and controllers do not go together in one. Whatever a unit starts is born into the unit's cgroup
 * and cannot leave it, so the kernel finds it for us.
 */

#define CGROUP_PATH_SIZE 256

struct cgroup {
    int folder;                  /* -1 = none; locked, so that two supervisors cannot have the same one */
    bool moved;                  /* we went to "supervisor" below it */
    bool pids, memory;           /* controllers that bind units */
    char path[CGROUP_PATH_SIZE]; /* of the folder */
    char name[CGROUP_PATH_SIZE]; /* in the hierarchy, as /proc/PID/cgroup says it; "" for the root */
};

struct cgroup_unit {
    int folder; /* -1 = none */
    int events, kill;
    bool used_up;                    /* it was emptied by force: see cgroup_unit_kill() */
    char name[48];                   /* of the folder */
    struct supervisor_limits limits; /* that are in force */
};

#define CGROUP_UNIT_NONE ((struct cgroup_unit){.folder = -1, .events = -1, .kill = -1})

/**
 * Takes the cgroup that `choice` names (see process_options) and moves us out of its way. Waits up to six seconds for
 * one that the guard of a supervisor before us still clears. Returns 0, or a negative errno with the cause as words in
 * `ret_why`.
 */
int cgroup_open(const char *choice, struct cgroup *ret_cgroup, char *ret_why, size_t size);

/**
 * Kills what is in our units' cgroups, removes them when that has ended, goes back to where we were and removes
 * "supervisor". For at most `bound_us`. Makes system calls only.
 */
void cgroup_clear(const struct cgroup *cgroup, int64_t bound_us);

/** Closes what cgroup_open() opened. Idempotent. */
void cgroup_close(struct cgroup *cgroup);

/** Makes a new cgroup for a unit; what is left in an older one is killed. Returns 0 or a negative errno. */
int cgroup_unit_open(const struct cgroup *cgroup, const char *name, struct cgroup_unit *ret_unit);

/** Sets the limits that our controllers can set and takes them out of `limits`. Returns 0 or a negative errno. */
int cgroup_unit_limit(const struct cgroup *cgroup, struct cgroup_unit *unit, struct supervisor_limits *limits);

/** True when something lives in it. */
bool cgroup_unit_is_populated(const struct cgroup_unit *unit);

/** Lists the processes in it: returns how many there are, of which the first `size` are written; or -errno. */
ssize_t cgroup_unit_list(const struct cgroup_unit *unit, pid_t *ret_pids, size_t size);

/**
 * SIGKILL to everything in it and below. Afterwards make a new one for the next process: Linux 6.18 (at least) kills
 * whatever is cloned into a cgroup that cgroup.kill was ever used on, because it compares the parent's count of such
 * kills with that of the new cgroup.
 */
void cgroup_unit_kill(struct cgroup_unit *unit);

/** Removes it if it is empty, and closes it. Idempotent. */
void cgroup_unit_close(const struct cgroup *cgroup, struct cgroup_unit *unit);

/** The unit in whose cgroup a process is. Returns 0, or -ENODATA when it is in none of ours. */
int cgroup_unit_of(const struct cgroup *cgroup, pid_t pid, char *ret_name, size_t size);

#endif
