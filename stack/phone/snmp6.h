/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_SNMP6_H
#define FASCIA_STACK_PHONE_SNMP6_H

#include <stddef.h>
#include <stdint.h>

/*
 * The kernel's own ICMPv6 counters: lines "Icmp6OutType135 <blanks> 7" of /proc/net/snmp6, which has a line for a
 * type only once it was sent. They witness what the IPv6 stack of a network namespace sent, independent of any
 * capture.
 */

#define PHONE_SNMP6_SIZE ((size_t)64 * 1024) /* largest text taken, octets */

struct phone_snmp6 {
    uint64_t nd_out;    /* types 133..137: RFC 4861 */
    uint64_t mld_out;   /* types 130..132 and 143: RFC 2710, RFC 3810 */
    uint64_t icmp6_out; /* Icmp6OutMsgs, all types */
};

/** Parses the text. 0; -EBADMSG when a counter is no number or Icmp6OutMsgs is missing; -EMSGSIZE. */
int phone_snmp6_parse(const char *text, size_t size, struct phone_snmp6 *ret_counters);

#endif
