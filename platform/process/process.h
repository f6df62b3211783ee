/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_PROCESS_H
#define FASCIA_PLATFORM_PROCESS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "platform/process/spawn.h"
#include "stack/base/cleanup.h"

/*
 * The processes that we run. Their end comes from a pidfd on the loop. What a unit's main process started ends with it:
 *   - with a cgroup v2 that is ours, each unit has one below it, emptied by cgroup.kill;
 *   - else its process group is killed before the main process is reaped (so the group's number cannot have been given
 *     to anybody else), and what had escaped into a session of its own is found as our orphan (we are the subreaper) by
 *     its mark in the environment. That search comes after process_end_fn, so that a restart need not wait for it. It
 *     needs the right to look into other users' processes (CAP_SYS_PTRACE), and misses a process that has cleared its
 *     environment *and* left its session by a double fork: only a cgroup holds that one.
 * Nothing outlives us: main processes have PR_SET_PDEATHSIG, and a guard process that does nothing else kills the rest
 * when we end in whatever way (guard.h). The same limit holds for it.
 */

#define PROCESS_MAX       24 /* main processes at a time */
#define PROCESS_NAME_SIZE 24

struct process_set;

struct process_options {
    const char *cgroup; /* "auto": our own cgroup when it is delegated to us; "off"; or a folder that is ours */
    bool guard;         /* make the guard; one that is killed is made anew */
};

/** A main process ended: `code` is its exit status when `signal` is 0. Its number is free already. */
typedef void (*process_end_fn)(pid_t pid, int code, int signal, void *userdata);

/** `count` processes of unit `name` had left its session and were killed after its main process ended. Comes some time
 * after process_end_fn, when the next main process may be running already. */
typedef void (*process_escaped_fn)(const char *name, unsigned int count, void *userdata);

/**
 * Becomes a subreaper, blocks SIGCHLD, and watches for ends on the loop. `on_escaped` may be NULL. Returns 0 or a
 * negative errno; a cgroup that cannot be used is no error (see process_confinement()), nor is a guard that cannot be
 * made (see process_guard()). Make it early and with one thread: the guard keeps the memory that we have now.
 */
int process_set_new(sd_event *loop, const struct process_options *options, process_end_fn on_end,
                    process_escaped_fn on_escaped, void *userdata, struct process_set **ret_set);

/** How units are kept together, for the log: "cgroup /sys/fs/cgroup/… (pids, memory)", or "process groups (why)". */
const char *process_confinement(const struct process_set *set);

/** The guard's pid; 0 when there is none. */
pid_t process_guard(const struct process_set *set);

/** Kills and reaps what is left (see process_sweep()), removes our cgroups, ends the guard, frees. NULL-safe; not from
 * a callback. */
void process_set_free(struct process_set *set);

/**
 * Spawns the main process of unit `name` and watches it; `spec->cgroup_fd` is filled in here, and limits that the
 * cgroup enforces are left out of the resource limits. The caller puts process_mark() into the environment. Errors as
 * for spawn(), or -E2BIG for more than PROCESS_MAX or a name that is too long, -EEXIST when that unit has one already.
 */
int process_start(struct process_set *set, const struct spawn_spec *spec, const char *name, pid_t *ret_pid,
                  const char **ret_step);

/** "FASCIA_MARK=…" for the environment of the next process of `name`: different for every set and every start, so that
 * what belongs to one can be told from all others. Valid until the next call. */
const char *process_mark(struct process_set *set, const char *name);

/** Sends a signal to a main process, by its pidfd. Returns 0, -ESRCH when it is none of ours, or a negative errno. */
int process_signal(struct process_set *set, pid_t pid, int signal);

/** SIGKILL to everything of the unit whose main process is `pid`, stopped or frozen as it may be. Returns as above. */
int process_kill(struct process_set *set, pid_t pid);

/** The main process of the unit that `pid` belongs to, itself included; 0 when none of ours. */
pid_t process_main_of(const struct process_set *set, pid_t pid);

/**
 * Kills and reaps every child that is left, and theirs as they become ours, for at most `bound_us`; not the guard.
 * Returns how many were killed that had escaped from their unit's session. Blocks; meant for the very end.
 */
size_t process_sweep(struct process_set *set, int64_t bound_us);

FASCIA_DEFINE_CLEANUP(struct process_set, process_set_free)

#endif
