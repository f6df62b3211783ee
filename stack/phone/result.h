/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_RESULT_H
#define FASCIA_STACK_PHONE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"
#include "stack/phone/snmp6.h"
#include "stack/phone/supplicant_reply.h"

/* What the phone saw: the record behind the JSON of `fascia-phone join`. It holds no secret. */

#define PHONE_TIMELINE_MAX 256 /* entries; later ones are counted, not kept */
#define PHONE_LINE_SIZE    120
#define PHONE_REASON_SIZE  200
#define PHONE_ADDRESS_SIZE 64 /* "fe80::…%interface" and NUL */

struct phone_moment {
    int64_t t_ms; /* since the program's start */
    char event[PHONE_LINE_SIZE];
};

/* One direction of TCP: who opened the connection. */
struct phone_transfer {
    bool asked; /* this direction was to be tried */
    bool ok;
    uint32_t bytes;    /* verified, each way */
    int64_t ms;        /* from the first SYN (or accept) to the end of the exchange */
    uint32_t attempts; /* connections opened or accepted */
    char peer[PHONE_ADDRESS_SIZE];
    char error[PHONE_LINE_SIZE]; /* of the last attempt that failed; "" = none */
};

/* Frames on the phone's own interface, and the kernel's counters of its namespace. */
struct phone_nd {
    bool counted;                    /* the counters ran from before the interface was up */
    uint64_t nd_sent, nd_received;   /* ICMPv6 133..137 */
    uint64_t mld_sent, mld_received; /* ICMPv6 130..132, 143 */
    uint64_t frames;  /* all IPv6 packets sent: that the counter counts is shown by this not being zero */
    uint64_t dropped; /* frames lost before they could be looked at: > 0 spoils the proof */
    bool has_kernel;
    struct phone_snmp6 kernel;
};

struct phone_result {
    int64_t started_us; /* CLOCK_MONOTONIC, for merging timelines of one machine */
    bool joined;
    bool ok;                        /* all that was asked for worked */
    char reason[PHONE_REASON_SIZE]; /* of the failure, cause and remedy; "" = none */

    char radio[32];
    char interface[16];
    struct phone_status status; /* as read after the association */
    bool has_signal;
    struct phone_signal signal;
    uint32_t joins; /* associations completed; > 1 after a reconnect */

    bool has_own;
    struct fascia_mac own_mac;
    char own_address[PHONE_ADDRESS_SIZE];
    bool has_head_unit;
    struct fascia_mac head_unit_mac;
    char head_unit_address[PHONE_ADDRESS_SIZE];

    struct phone_transfer to_head_unit, from_head_unit;
    struct phone_nd nd;

    struct phone_moment timeline[PHONE_TIMELINE_MAX];
    size_t timeline_count;
    size_t timeline_lost;
};

/** Starts an empty record. `now_us` is CLOCK_MONOTONIC, as in every call below. */
void phone_result_init(struct phone_result *result, int64_t now_us);

/** Appends a moment; text that does not fit is cut. */
void phone_result_note(struct phone_result *result, int64_t now_us, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Sets the reason if there is none yet: the first cause is the one that explains. */
void phone_result_fail(struct phone_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Computes `ok` from the parts; fills in a reason if a part failed and nobody gave one. */
void phone_result_settle(struct phone_result *result);

#endif
