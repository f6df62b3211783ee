/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/exchange.h"

#include <string.h>

#include "stack/base/bytes.h"

#define RECEIPT 0x06 /* ASCII ACK */

static const uint8_t magic[8] = {'F', 'A', 'S', 'C', 'I', 'A', 'x', '1'};

/* One octet of the pattern. A 32-bit mix of seed and word index (xor, odd multipliers, shifts) of which each
 * octet position takes its part: consecutive words differ everywhere, so a shift by any count shows. */
static uint8_t pattern(uint32_t seed, uint32_t at)
{
    uint32_t v = seed ^ (at >> 2) * 0x9e3779b1U;
    v ^= v >> 15;
    v *= 0x85ebca77U;
    v ^= v >> 13;
    return (uint8_t)(v >> (8 * (at & 3)));
}

void exchange_init(struct exchange *x, enum exchange_role role, uint32_t length, uint32_t seed)
{
    *x = (struct exchange){
        .role = role,
        .state = role == EXCHANGE_CALLER ? EXCHANGE_SENDING : EXCHANGE_RECEIVING,
        .length = role == EXCHANGE_CALLER ? length : 0,
        .own_seed = seed,
    };
}

static uint64_t whole(const struct exchange *x)
{
    return (uint64_t)EXCHANGE_HEAD_SIZE + x->length;
}

bool exchange_wants_output(const struct exchange *x)
{
    return x->state == EXCHANGE_SENDING || x->state == EXCHANGE_CONFIRMING;
}

static uint8_t octet_to_send(const struct exchange *x)
{
    uint8_t head[EXCHANGE_HEAD_SIZE];
    struct fascia_writer w;

    if (x->sent >= EXCHANGE_HEAD_SIZE)
        return pattern(x->own_seed, (uint32_t)(x->sent - EXCHANGE_HEAD_SIZE));
    fascia_writer_init(&w, head, sizeof head);
    fascia_write_bytes(&w, magic, sizeof magic);
    fascia_write_be32(&w, x->own_seed);
    fascia_write_be32(&w, x->length);
    return head[x->sent];
}

size_t exchange_output(struct exchange *x, uint8_t *to, size_t size)
{
    size_t n = 0;

    if (x->state == EXCHANGE_CONFIRMING && size > 0) {
        to[0] = RECEIPT;
        x->state = x->role == EXCHANGE_CALLER ? EXCHANGE_AWAITING : EXCHANGE_DONE;
        return 1;
    }
    if (x->state != EXCHANGE_SENDING)
        return 0;
    while (n < size && x->sent < whole(x)) {
        to[n++] = octet_to_send(x);
        x->sent++;
    }
    if (x->sent == whole(x))
        x->state = x->role == EXCHANGE_CALLER ? EXCHANGE_RECEIVING : EXCHANGE_AWAITING;
    return n;
}

void exchange_unsend(struct exchange *x, size_t n)
{
    if (n == 0)
        return;
    bool confirmed = x->role == EXCHANGE_CALLER ? x->state == EXCHANGE_AWAITING : x->state == EXCHANGE_DONE;
    if (confirmed) { /* only the receipt was under way */
        x->state = EXCHANGE_CONFIRMING;
        return;
    }
    x->sent -= n <= x->sent ? n : x->sent;
    x->state = EXCHANGE_SENDING;
}

static int fail(struct exchange *x, int e)
{
    x->state = EXCHANGE_FAILED;
    return e;
}

static int take_head(struct exchange *x)
{
    struct fascia_reader r;
    uint8_t seen[sizeof magic];

    fascia_reader_init(&r, x->head, sizeof x->head);
    fascia_read_copy(&r, seen, sizeof seen);
    uint32_t seed = fascia_read_be32(&r);
    uint32_t length = fascia_read_be32(&r);

    if (memcmp(seen, magic, sizeof magic) != 0 || length > EXCHANGE_MAX)
        return fail(x, EXCHANGE_E_HEAD);
    if (x->role == EXCHANGE_CALLER && length != x->length)
        return fail(x, EXCHANGE_E_HEAD);
    x->peer_seed = seed;
    x->length = length;
    return 0;
}

/* One octet while head and pattern come in. */
static int take_octet(struct exchange *x, uint8_t octet)
{
    int r = 0;

    if (x->received < EXCHANGE_HEAD_SIZE) {
        x->head[x->received++] = octet;
        if (x->received == EXCHANGE_HEAD_SIZE)
            r = take_head(x);
    } else if (octet == pattern(x->peer_seed, (uint32_t)(x->received - EXCHANGE_HEAD_SIZE))) {
        x->received++;
    } else {
        r = fail(x, EXCHANGE_E_PATTERN);
    }
    if (r == 0 && x->received >= EXCHANGE_HEAD_SIZE && x->received == whole(x))
        x->state = x->role == EXCHANGE_CALLER ? EXCHANGE_CONFIRMING : EXCHANGE_SENDING;
    return r;
}

int exchange_input(struct exchange *x, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int r = 0;
        if (x->state == EXCHANGE_RECEIVING)
            r = take_octet(x, data[i]);
        else if (x->state == EXCHANGE_AWAITING && data[i] == RECEIPT)
            x->state = x->role == EXCHANGE_CALLER ? EXCHANGE_DONE : EXCHANGE_CONFIRMING;
        else
            r = fail(x, EXCHANGE_E_ORDER);
        if (r != 0)
            return r;
    }
    return 0;
}

uint32_t exchange_verified(const struct exchange *x)
{
    return x->received > EXCHANGE_HEAD_SIZE ? (uint32_t)(x->received - EXCHANGE_HEAD_SIZE) : 0;
}
