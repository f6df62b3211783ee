/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_IID_H
#define FASCIA_STACK_ADDRESS_IID_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/base/text.h"

/*
 * Interface identifiers and the link-local addresses made of them: fe80::/64 + 64 bits (RFC 4291 section 2.5.6).
 * An address without its interface is useless on more than one link, so the text form always carries the scope.
 */

struct address_iid {
    uint8_t octets[8]; /* as on the wire */
};

#define ADDRESS_IID_TEXT_SIZE        17 /* 16 hex digits and NUL */
#define ADDRESS_INTERFACE_NAME_SIZE  16 /* IFNAMSIZ */
#define ADDRESS_LINK_LOCAL_TEXT_SIZE 64 /* "fe80::xxxx:xxxx:xxxx:xxxx%ifname" and NUL, with room to spare */

/* What the functions of this room refuse; all are positive, see stack/base/error.h. */
enum address_result {
    ADDRESS_E_MAC = 1,      /* all-zero or group MAC address */
    ADDRESS_E_MAC_OWN,      /* the interface's own MAC address */
    ADDRESS_E_IID_ZERO,     /* the subnet-router anycast identifier, RFC 4291 section 2.6.1 */
    ADDRESS_E_IID_OWN,      /* our own identifier on that interface */
    ADDRESS_E_IID_TAKEN,    /* the identifier belongs to another MAC address on that interface */
    ADDRESS_E_FULL,         /* a table of this room is full */
    ADDRESS_E_NOT_PREPARED, /* the interface has not been prepared */
    ADDRESS_E_IID_RESERVED, /* an identifier that RFC 5453 reserves for other uses */
    ADDRESS_E_MANAGED,      /* it is managed in a mode that cannot be left without releasing it */
    ADDRESS_E_AMBIGUOUS,    /* the MAC address has several identifiers, and none was named */
    ADDRESS_E_LEARNT_FULL,  /* the MAC address has shown too many identifiers */
    ADDRESS_E_STRANGER,     /* nobody wants a peer with that MAC address */
    ADDRESS_RESULTS_
};

/** One clause for a person: "the identifier is our own". "" for a value that is not in the enumeration. */
const char *address_result_text(int result);

/** Modified EUI-64 (RFC 4291 appendix A): universal/local bit inverted, ff:fe in the middle. */
struct address_iid address_iid_from_mac(const struct fascia_mac *mac);

/** Parses exactly 16 hexadecimal digits (either case). Returns 0 or -EINVAL. */
int address_iid_parse(const char *text, struct address_iid *ret_iid);

/** Formats 16 lower case digits into `to` and returns it. */
const char *address_iid_format(const struct address_iid *iid, char to[static ADDRESS_IID_TEXT_SIZE]);

bool address_iid_equal(const struct address_iid *a, const struct address_iid *b);
bool address_iid_is_zero(const struct address_iid *iid);

/**
 * The rules for any identifier: not zero (the subnet-router anycast address), and none of those that RFC 5453 and its
 * registry reserve: fdff:ffff:ffff:ff80 to ffff (subnet anycast, RFC 2526) and 0200:5eff:fe00:0 to ffff (made of IANA's
 * own Ethernet block). Returns 0, ADDRESS_E_IID_ZERO or ADDRESS_E_IID_RESERVED.
 */
int address_iid_check(const struct address_iid *iid);

/**
 * The rules that need no table: a peer's MAC address must be a unicast address other than ours, its identifier
 * neither zero, nor reserved, nor ours. `own_mac` and `own_iid` may be NULL. Returns 0 or an address_result.
 */
int address_peer_check(const struct fascia_mac *mac, const struct address_iid *iid, const struct fascia_mac *own_mac,
                       const struct address_iid *own_iid);

/** The 16 octets of fe80::IID, in network order (copy them into struct in6_addr). */
void address_link_local(const struct address_iid *iid, uint8_t ret_octets[static 16]);

/** The inverse: true, and the identifier, when the 16 octets are in fe80::/64. */
bool address_link_local_iid(const uint8_t octets[static 16], struct address_iid *ret_iid);

/**
 * Formats "fe80::1234:5678%wlan0" (RFC 5952 and RFC 4007 section 11.2) into `to` and returns it. An empty or NULL
 * `ifname` leaves the scope out.
 */
const char *address_link_local_format(const struct address_iid *iid, const char *ifname,
                                      char to[static ADDRESS_LINK_LOCAL_TEXT_SIZE]);

#endif
