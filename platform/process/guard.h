/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_GUARD_H
#define FASCIA_PLATFORM_PROCESS_GUARD_H

#include <sys/types.h>

#include "platform/process/cgroup.h"

/*
 * The guard: a process that does nothing but wait for our end, and then kills what we have left behind: what is in our
 * units' cgroups, and what carries our mark (mark.h). It shares our memory copy-on-write, holds no descriptor but what
 * it needs, has a session of its own, can be ended by SIGKILL only, and has no capability but those for killing.
 */

#define GUARD_BOUND_US 5000000 /* it gives up after this */

/** Forks it. `prefix` is that of our marks. Returns its pid or a negative errno. */
pid_t guard_start(const struct cgroup *cgroup, const char *prefix);

/** Ends it without any killing. `pid` may be 0. */
void guard_end(pid_t pid);

#endif
