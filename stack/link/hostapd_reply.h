/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_HOSTAPD_REPLY_H
#define FASCIA_STACK_LINK_HOSTAPD_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"
#include "stack/link/link_config.h"
#include "stack/link/station.h"

/*
 * What hostapd says on its control socket (hostapd 2.10: ctrl_iface.c, wpa_ctrl.h). Replies and events are bytes
 * of another process: bounded, unknown lines skipped, never logged as they are.
 */

#define HOSTAPD_REPLY_MAX 4096 /* hostapd's own limit */

/** True for "OK" / "PONG", with or without a line end. */
bool hostapd_reply_is_ok(const char *text, size_t size);
bool hostapd_reply_is_pong(const char *text, size_t size);

enum hostapd_state {
    HOSTAPD_STATE_UNKNOWN,
    HOSTAPD_STATE_STARTING, /* waiting for the country, or for a neighbour scan: seconds */
    HOSTAPD_STATE_CHECKING, /* listening for radar, or choosing a channel by itself: up to ten minutes */
    HOSTAPD_STATE_ENABLED,
    HOSTAPD_STATE_DISABLED,
    HOSTAPD_STATES_
};

struct hostapd_status {
    enum hostapd_state state;
    uint32_t frequency_mhz; /* 0 = not said */
    uint32_t channel;
    uint32_t width_mhz; /* derived from the newest mode's operating width and the secondary channel */
    enum station_standard standard;
    bool has_bssid;
    struct fascia_mac bssid; /* of the BSS on the interface that was asked about */
    uint8_t ssid[32];
    size_t ssid_size;
    uint32_t stations;
    uint32_t check_left_s; /* of a radar check under way, as hostapd says */
};

/**
 * Parses the reply to STATUS; the BSS whose `bss[i]` is `interface` gives bssid, ssid and stations.
 * Returns 0, or -EBADMSG when it holds no state.
 */
int hostapd_reply_status(const char *text, size_t size, const char *interface, struct hostapd_status *ret_status);

/** Parses the reply to GET_CONFIG. Returns 0, or -EBADMSG when the key management is none of ours. */
int hostapd_reply_security(const char *text, size_t size, enum link_security *ret_security);

#define HOSTAPD_INTERFACE_SIZE 16
#define HOSTAPD_INTERFACES_MAX 8

struct hostapd_interfaces {
    size_t count;
    char names[HOSTAPD_INTERFACES_MAX][HOSTAPD_INTERFACE_SIZE];
};

/** Parses the reply to INTERFACES: one name per line. Names that cannot be interface names are left out. */
void hostapd_reply_interfaces(const char *text, size_t size, struct hostapd_interfaces *ret_interfaces);

enum hostapd_event_kind {
    HOSTAPD_EVENT_OTHER, /* known to hostapd, of no interest here */
    HOSTAPD_EVENT_AP_ENABLED,
    HOSTAPD_EVENT_AP_DISABLED,
    HOSTAPD_EVENT_INTERFACE_ENABLED,
    HOSTAPD_EVENT_INTERFACE_DISABLED,
    HOSTAPD_EVENT_STATION_CONNECTED,
    HOSTAPD_EVENT_STATION_DISCONNECTED,
    HOSTAPD_EVENT_CHANNEL_SWITCHED,  /* AP-CSA-FINISHED: done, and the phones were told */
    HOSTAPD_EVENT_CHANNEL_SWITCHING, /* CTRL-EVENT-STARTED-CHANNEL-SWITCH: announced, by ours or the driver's will */
    HOSTAPD_EVENT_CHANNEL_CHANGED,   /* CTRL-EVENT-CHANNEL-SWITCH: the driver is there */
    HOSTAPD_EVENT_CHANNEL_CHOSEN,    /* DFS-NEW-CHANNEL: where hostapd goes because of radar */
    HOSTAPD_EVENT_CHECK_STARTED,     /* DFS-CAC-START: nothing is sent for `check_s` */
    HOSTAPD_EVENT_CHECK_COMPLETED,   /* DFS-CAC-COMPLETED: `success` when there was no radar */
    HOSTAPD_EVENT_RADAR,             /* DFS-RADAR-DETECTED on `frequency_mhz` */
    HOSTAPD_EVENT_RADAR_OVER,        /* DFS-NOP-FINISHED: `frequency_mhz` may be checked again */
    HOSTAPD_EVENT_SELECTION_STARTED, /* ACS-STARTED */
    HOSTAPD_EVENT_SELECTION_COMPLETED,
    HOSTAPD_EVENT_SELECTION_FAILED,
    HOSTAPD_EVENT_TERMINATING,
    HOSTAPD_EVENTS_
};

struct hostapd_event {
    enum hostapd_event_kind kind;
    char interface[HOSTAPD_INTERFACE_SIZE]; /* "" when the line names none (per-interface socket) */
    struct fascia_mac mac;                  /* stations only */
    uint32_t frequency_mhz;                 /* channels, checks and radar: primary channel's centre; 0 = not said */
    uint32_t check_s;                       /* CHECK_STARTED; 0 = not said */
    bool success;                           /* CHECK_COMPLETED; false when not said */
};

/** True when a datagram is an unsolicited event ("<3>…" or "IFNAME=x <3>…") and no reply. */
bool hostapd_reply_is_event(const char *text, size_t size);

/** Parses one event. Returns 0, or -EBADMSG when it is none or a station event has no usable MAC address. */
int hostapd_reply_event(const char *text, size_t size, struct hostapd_event *ret_event);

#endif
