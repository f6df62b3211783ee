/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_PROCESS_H
#define FASCIA_PLATFORM_PROCESS_PROCESS_H

#include <stddef.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "platform/process/spawn.h"
#include "stack/base/cleanup.h"

/*
 * The processes that we run. Their end comes from a pidfd on the loop. When a main process ends, the rest of its
 * process group is killed before it is reaped (so the group's number cannot have been given to anybody else), and so
 * is what had escaped into a session of its own: we are the subreaper, and each of our processes carries its mark in
 * the environment.
 */

#define PROCESS_MAX 16 /* main processes at a time */

struct process_set;

/** A main process ended: `code` is its exit status when `signal` is 0. Its number is free already. */
typedef void (*process_end_fn)(pid_t pid, int code, int signal, void *userdata);

/** Becomes a subreaper, blocks SIGCHLD, and watches for ends on the loop. Returns 0 or a negative errno. */
int process_set_new(sd_event *loop, process_end_fn fn, void *userdata, struct process_set **ret_set);

/** Kills and reaps what is left (see process_sweep()), and frees the set. NULL-safe. */
void process_set_free(struct process_set *set);

/**
 * Spawns a process and watches it. `mark`: "NAME=value", which the caller put into the environment and which is
 * different for each purpose. Errors as for spawn(), or -E2BIG for more than PROCESS_MAX.
 */
int process_start(struct process_set *set, const struct spawn_spec *spec, const char *mark, pid_t *ret_pid,
                  const char **ret_step);

/** Sends a signal to a main process. Returns 0, -ESRCH when it is none of ours, or a negative errno. */
int process_signal(struct process_set *set, pid_t pid, int signal);

/** SIGKILL to the whole group of a main process. Returns as above. */
int process_kill_group(struct process_set *set, pid_t pid);

/** The main process whose group `pid` belongs to, itself included; 0 when none of ours. */
pid_t process_main_of(const struct process_set *set, pid_t pid);

/**
 * Kills and reaps every child that is left, and theirs as they become ours, for at most `bound_us`. Returns how many
 * were killed that were no main process. Blocks; meant for the very end.
 */
size_t process_sweep(struct process_set *set, int64_t bound_us);

FASCIA_DEFINE_CLEANUP(struct process_set, process_set_free)

#endif
