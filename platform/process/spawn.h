/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_SPAWN_H
#define FASCIA_PLATFORM_PROCESS_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

#include "platform/process/account.h"
#include "stack/supervisor/supervisor_config.h"

/*
 * Executes a program as a child that cannot outlive us and holds nothing of ours: own session and process group,
 * SIGKILL when its parent ends (PR_SET_PDEATHSIG), no descriptor above stderr, stdin from /dev/null, default signal
 * dispositions and mask, working directory "/", umask 077, no core files, no_new_privs. stdout and stderr are ours.
 */

struct spawn_spec {
    const char *path;              /* of the executable; used as it is, no search */
    char *const *argv;             /* NULL-terminated, with argv[0] */
    char *const *environment;      /* NULL-terminated; the whole environment */
    const struct account *account; /* to change to; NULL = stay */
    uint64_t capabilities;         /* with `account`: bit n stands for capability n; all others are given up */
    struct supervisor_limits limits;
    int oom_score_adj; /* raised to this: the kernel ends a service before its supervisor */
    int cgroup_fd;     /* folder of the cgroup that it is born in; -1 = ours */
};

/**
 * Returns 0 once the program runs (its exec succeeded), or the negative errno of the step that failed in the child,
 * which is then gone and reaped; `ret_step` (may be NULL) names that step. Blocks for the time of the exec. `ret_pidfd`
 * is the caller's.
 *
 * The child is made with vfork semantics (no page table is copied), so between here and exec it makes system calls
 * only.
 */
int spawn(const struct spawn_spec *spec, pid_t *ret_pid, int *ret_pidfd, const char **ret_step);

#endif
