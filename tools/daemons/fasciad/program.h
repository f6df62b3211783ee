/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIAD_PROGRAM_H
#define FASCIA_TOOLS_FASCIAD_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "platform/process/account.h"
#include "stack/supervisor/plan.h"

/*
 * What a unit is executed with: the file of its program and its environment.
 *
 * A program that is not an absolute path is looked for in $FASCIA_LIBEXEC (for tests and for running a build in
 * place), in the folder that this fasciad is in, in $PATH, and in the sbin folders, which a user's $PATH may lack.
 */

/** Finds an executable file. Returns 0, -ENOENT, -EACCES (there, but not executable), or -ENAMETOOLONG. */
int program_find(const char *program, char *ret_path, size_t size);

/** What is added to the environment that fasciad itself has. */
struct program_environment {
    const struct plan_unit *unit;
    const struct account *account; /* NULL = stays who we are */
    const char *notify_path;       /* for units that speak the notify protocol */
    int64_t watchdog_us;           /* 0 = off; told to units that speak the notify protocol */
    const char *mark;              /* process_mark() */
};

/**
 * Makes the whole environment, NULL-terminated: ours, without what our own supervisor told us, and with what the
 * unit is told. Free with program_environment_free(). Returns 0 or -ENOMEM.
 */
int program_environment_make(const struct program_environment *parts, char ***ret_environment);
void program_environment_free(char **environment);

#endif
