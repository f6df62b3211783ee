/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_SPAWN_H
#define FASCIA_PLATFORM_PROCESS_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

#include "platform/process/account.h"

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
};

/**
 * Returns 0 once the program runs (its exec succeeded), or the negative errno of the step that failed in the child,
 * which is then gone and reaped; `ret_step` (may be NULL) names that step. Blocks for the time of the exec.
 */
int spawn(const struct spawn_spec *spec, pid_t *ret_pid, const char **ret_step);

#endif
