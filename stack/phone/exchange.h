/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_EXCHANGE_H
#define FASCIA_STACK_PHONE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One exchange over one TCP connection, which proves that bytes pass unharmed both ways:
 *
 *   caller                         answerer
 *     head, pattern       ->
 *                         <-       head, pattern of the same length
 *     receipt             ->
 *                         <-       receipt
 *
 * head = "FASCIAx1" (8 octets), seed (be32), length in octets (be32); the pattern is a function of seed and
 * position, so lost, doubled, reordered and changed octets all show. A receipt is one octet, 0x06. When the caller is
 * done, both have verified what the other sent and know so of each other; when the answerer is done, the caller may
 * still miss the last receipt. Pure: octets in, octets out.
 */

#define EXCHANGE_HEAD_SIZE 16
#define EXCHANGE_MAX       67108864 /* longest pattern an answerer accepts, octets: 64 MiB */

enum exchange_role { EXCHANGE_CALLER, EXCHANGE_ANSWERER };

enum exchange_state {
    EXCHANGE_SENDING,    /* head and pattern go out */
    EXCHANGE_RECEIVING,  /* head and pattern come in */
    EXCHANGE_CONFIRMING, /* the own receipt goes out */
    EXCHANGE_AWAITING,   /* the peer's receipt is awaited */
    EXCHANGE_DONE,
    EXCHANGE_FAILED,
};

/** Positive results of exchange_input(). */
enum {
    EXCHANGE_E_HEAD = 1, /* not this protocol, or a length that was not agreed */
    EXCHANGE_E_PATTERN,  /* an octet is not what was sent */
    EXCHANGE_E_ORDER,    /* octets that nobody waits for */
};

struct exchange {
    enum exchange_role role;
    enum exchange_state state;
    uint32_t length; /* octets of each pattern; the answerer learns it from the head */
    uint32_t own_seed;
    uint32_t peer_seed;
    uint64_t sent;                    /* octets of head and pattern given out by exchange_output() */
    uint64_t received;                /* octets of head and pattern taken and found right */
    uint8_t head[EXCHANGE_HEAD_SIZE]; /* the peer's, as far as received */
};

/** Starts. `length` is in octets, 0..EXCHANGE_MAX (ignored for the answerer); the seed may be any number. */
void exchange_init(struct exchange *x, enum exchange_role role, uint32_t length, uint32_t seed);

/** Octets to send now, at most `size`, written to `to` and counted as sent. 0 = nothing to send at present. */
size_t exchange_output(struct exchange *x, uint8_t *to, size_t size);

/** Gives the last `n` octets of exchange_output() back: the socket did not take them. */
void exchange_unsend(struct exchange *x, size_t n);

/** Takes received octets. 0 or EXCHANGE_E_*, after which the state is EXCHANGE_FAILED. */
int exchange_input(struct exchange *x, const uint8_t *data, size_t size);

/** True while octets wait to be sent. */
bool exchange_wants_output(const struct exchange *x);

/** Pattern octets of the peer that were received and found right. */
uint32_t exchange_verified(const struct exchange *x);

#endif
