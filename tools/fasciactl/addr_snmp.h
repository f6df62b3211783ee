/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_ADDR_SNMP_H
#define FASCIA_TOOLS_FASCIACTL_ADDR_SNMP_H

#include <stdint.h>

/* What the kernel itself counts: ICMPv6 that its IPv6 stack sent over an interface since that was made. */
struct addr_snmp {
    uint64_t nd, mld;
};

/**
 * Reads /proc/net/dev_snmp6/NAME; `name` must be what interface `ifindex` is called in this network namespace. 0,
 * -ENODEV when it is not (the interface is in another namespace, or was renamed), or a negative errno.
 */
int addr_snmp_read(uint32_t ifindex, const char *name, struct addr_snmp *ret_snmp);

#endif
