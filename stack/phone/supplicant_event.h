/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_SUPPLICANT_EVENT_H
#define FASCIA_STACK_PHONE_SUPPLICANT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"

/* Unsolicited messages of wpa_supplicant's control interface: "<level>NAME field=value …". */

#define PHONE_EVENT_SIZE 1024 /* longest line taken, octets */

enum phone_event_kind {
    PHONE_EVENT_OTHER, /* a well-formed event that does not matter here */
    PHONE_EVENT_SCAN_RESULTS,
    PHONE_EVENT_SCAN_FAILED,
    PHONE_EVENT_NETWORK_NOT_FOUND,
    PHONE_EVENT_AUTHENTICATING,
    PHONE_EVENT_ASSOCIATING,
    PHONE_EVENT_ASSOCIATED,
    PHONE_EVENT_CONNECTED,
    PHONE_EVENT_DISCONNECTED,
    PHONE_EVENT_AUTH_REJECT,
    PHONE_EVENT_ASSOC_REJECT,
    PHONE_EVENT_NETWORK_DISABLED, /* CTRL-EVENT-SSID-TEMP-DISABLED */
    PHONE_EVENT_CHANNEL_SWITCH,
    PHONE_EVENT_TERMINATING,
    PHONE_EVENTS_
};

struct phone_event {
    enum phone_event_kind kind;
    uint32_t level; /* 0 excessive … 5 error */
    bool has_bssid;
    struct fascia_mac bssid;
    uint32_t status;        /* IEEE 802.11-2020 table 9-50; of the two rejects */
    uint32_t reason;        /* IEEE 802.11-2020 table 9-49; of DISCONNECTED */
    bool locally_generated; /* of DISCONNECTED: we left, the network did not throw us out */
    bool timed_out;         /* of ASSOC_REJECT: no answer came */
    bool wrong_key;         /* of NETWORK_DISABLED */
};

/**
 * Parses one line (an "IFNAME=x " prefix of the global socket is passed over, a final line end too).
 * Returns 0; -EBADMSG when it is no event line or a known field is malformed; -EMSGSIZE.
 */
int phone_event_parse(const char *line, size_t size, struct phone_event *ret_event);

/**
 * Why joining does not get on, as half a sentence with the remedy, when this event was the last that said something
 * about it. Never NULL; PHONE_EVENT_OTHER stands for "nothing was heard at all".
 */
const char *phone_event_advice(const struct phone_event *event);

/** True for an event that explains why joining does not get on: the one to keep for phone_event_advice(). */
bool phone_event_is_obstacle(const struct phone_event *event);

/** One line for the timeline: the name and the fields that matter. */
void phone_event_describe(const struct phone_event *event, struct fascia_text *text);

#endif
