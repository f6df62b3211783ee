/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_SCOPED_H
#define FASCIA_TOOLS_PHONE_SCOPED_H

#include <net/if.h>
#include <netinet/in.h>

/** "fe80::1%wlan0". Returns 0; -EINVAL for anything that is not a link-local address with its scope. */
int scoped_split(const char *text, struct in6_addr *ret_address, char ret_interface[static IF_NAMESIZE]);

#endif
