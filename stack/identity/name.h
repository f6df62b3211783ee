/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_IDENTITY_NAME_H
#define FASCIA_STACK_IDENTITY_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names of servers: DNS names and IP addresses, as a certificate presents them and as a client expects them. */

#define IDENTITY_NAME_SIZE 254 /* RFC 1035 2.3.4: 253 octets in text, and NUL */
#define IDENTITY_ZONE_SIZE 16  /* IFNAMSIZ */

struct identity_name {
    char text[IDENTITY_NAME_SIZE]; /* as shown; of an address without its zone */
    uint8_t ip[16];
    size_t ip_size; /* 4, 16; 0 = a DNS name */
};

enum {
    IDENTITY_E_NAME = 1, /* neither a DNS name (letters, digits, hyphens; "*." in front) nor an address */
    IDENTITY_E_ZONE,     /* an address with a zone ("%eth0"): no part of a certificate */
    IDENTITY_E_PORT,     /* the port is none */
};

/** Parses "NAME", "ADDRESS", "dns:NAME" or "ip:ADDRESS"; a name in small letters then. Returns 0, IDENTITY_E_NAME or
 * IDENTITY_E_ZONE. */
int identity_name_parse(const char *text, struct identity_name *ret_name);

/** From the octets of an iPAddress entry. Returns 0 or IDENTITY_E_NAME when they are neither 4 nor 16. */
int identity_name_from_ip(const uint8_t *ip, size_t size, struct identity_name *ret_name);

/** From the text of a dNSName entry, whatever it says. Returns 0 or IDENTITY_E_NAME. */
int identity_name_from_dns(const char *text, size_t size, struct identity_name *ret_name);

/**
 * Whether what a certificate presents is the server that is expected: addresses octet by octet, names without regard to
 * case, "*" for exactly one whole leftmost label (RFC 9525 6.3, 6.4; RFC 5280 7.2).
 */
bool identity_name_matches(const struct identity_name *presented, const struct identity_name *expected);

/** True for what is written like an IPv4 or IPv6 address. */
bool identity_name_looks_like_address(const char *text);

/** Where to connect to. */
struct identity_target {
    struct identity_name name;
    char zone[IDENTITY_ZONE_SIZE]; /* "" = none; interface name or index */
    uint16_t port;
};

/**
 * Parses "HOST", "HOST:PORT", "ADDRESS", "[ADDRESS%ZONE]:PORT" and "ADDRESS%ZONE" (RFC 3986 3.2.2, RFC 4007 11, RFC
 * 9844). Returns 0 or a positive IDENTITY_E_*.
 */
int identity_target_parse(const char *text, uint16_t default_port, struct identity_target *ret_target);

/** Words for an IDENTITY_E_*. */
const char *identity_name_error(int error);

#endif
