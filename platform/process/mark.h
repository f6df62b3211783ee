/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_MARK_H
#define FASCIA_PLATFORM_PROCESS_MARK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The mark in a process's environment: "FASCIA_MARK=SET.INSTANCE.NAME". Whatever a unit starts inherits it, also over
 * two forks and into a session of its own. SET is random and tells one supervisor from all others, INSTANCE tells one
 * run of a unit from the next. A process that executes something with a cleared environment loses it.
 *
 * All but mark_init() make system calls only, so the guard can use them too.
 */

#define MARK_PREFIX_SIZE 32
#define MARK_NAME_SIZE   24
#define MARK_SIZE        80

/** Makes the part up to the instance, "FASCIA_MARK=SET.". Returns 0 or a negative errno. */
int mark_init(char ret_prefix[static MARK_PREFIX_SIZE]);

/** Formats a mark into `to`. */
void mark_format(char to[static MARK_SIZE], const char *prefix, uint64_t instance, const char *name);

/**
 * Reads the mark that a process was executed with. Returns 0, -ENODATA when there is none with this prefix, or
 * another negative errno when its environment cannot be read. `ret_name` is "" when it is not a proper one.
 */
int mark_read(pid_t pid, const char *prefix, uint64_t *ret_instance, char ret_name[static MARK_NAME_SIZE]);

#endif
