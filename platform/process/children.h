/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_CHILDREN_H
#define FASCIA_PLATFORM_PROCESS_CHILDREN_H

#include <stddef.h>
#include <sys/types.h>

/* What /proc says about who is whose child. Ours are those that we started, and orphans that we got as their subreaper.
 */

/**
 * Lists children of this process, of all its threads. Returns how many there are, of which the first `size` are
 * written, or a negative errno when /proc is not there. Ended ones that have not been waited for are among them.
 */
ssize_t children_list(pid_t *ret_pids, size_t size);

/** The parent of any process; 0 when it is gone or its parent cannot be seen. */
pid_t process_parent(pid_t pid);

#endif
