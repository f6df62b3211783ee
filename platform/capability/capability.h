/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CAPABILITY_CAPABILITY_H
#define FASCIA_PLATFORM_CAPABILITY_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

/* The door to capabilities(7), by libcap: a service gives up what it does not need. */

/** A mask of capabilities: CAPABILITY_BIT(CAP_NET_ADMIN) | … (numbers of linux/capability.h). */
#define CAPABILITY_BIT(capability) (UINT64_C(1) << (capability))

/**
 * Keeps exactly the capabilities of `mask`, permitted and effective, for the rest of this process's life: inheritable
 * and ambient sets are emptied, the bounding set too where that is allowed (it needs CAP_SETPCAP, which a service that
 * was not started as root does not have; no_new_privs closes that way in any case), and no_new_privs is set. To be
 * called while there is one thread. Returns 0, -EPERM when one of them is not there to be kept (everything else has
 * been dropped then), or a negative errno.
 */
int capability_keep(uint64_t mask);

#endif
