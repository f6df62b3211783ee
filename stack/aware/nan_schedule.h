/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_SCHEDULE_H
#define FASCIA_STACK_AWARE_NAN_SCHEDULE_H

#include "stack/aware/nan_frame.h"

/* When and where a device can be met: availability (12), NDC (13), NDL (14), NDL QoS (15). */

/** A slot map. A TU is 1024 us. */
struct nan_time_bitmap {
    uint16_t control;
    uint16_t bit_tu;         /* of one bit: 16, 32, 64, 128; 0 when reserved */
    uint16_t period_tu;      /* after which it repeats: 128 to 8192; 0 never */
    uint16_t start_offset;   /* in 16 TU from slot 0 */
    struct nan_octets slots; /* bit 0 of octet 0 first; at most 63 octets are of use, 255 are taken */
};

enum nan_availability_control {
    NAN_AVAILABILITY_MAP_ID = 0x0f,
    NAN_AVAILABILITY_COMMITTED_CHANGED = 1 << 4,
    NAN_AVAILABILITY_POTENTIAL_CHANGED = 1 << 5,
    NAN_AVAILABILITY_PUBLIC_CHANGED = 1 << 6,
    NAN_AVAILABILITY_NDC_CHANGED = 1 << 7,
};

struct nan_availability {
    uint8_t sequence;
    uint16_t control;          /* enum nan_availability_control */
    struct nan_octets entries; /* use nan_entry_next() */
};

/** Bits of the entry control. */
enum nan_entry_control {
    NAN_ENTRY_COMMITTED = 1 << 0,
    NAN_ENTRY_POTENTIAL = 1 << 1,
    NAN_ENTRY_CONDITIONAL = 1 << 2,
    NAN_ENTRY_TIME_BITMAP = 1 << 12,
};

struct nan_entry {
    uint16_t control;         /* enum nan_entry_control, and the three below */
    uint8_t usage_preference; /* 0 to 3, highest last */
    uint8_t utilization;      /* 0 to 5, in steps of 20 %; 7 not known */
    uint8_t rx_nss;
    struct nan_time_bitmap time; /* when the control says so; otherwise all the time */
    bool has_list, is_channels;  /* channels, or else bands */
    bool non_contiguous;         /* channels have an auxiliary bitmap (80+80 MHz) */
    uint8_t list_count;
    struct nan_octets list; /* use nan_channel_next(), or one octet for each band */
};

struct nan_channel {
    uint8_t operating_class;
    uint16_t bitmap; /* channels of the class, lowest first */
    uint8_t primary; /* which 20 MHz of it are primary */
    uint16_t auxiliary;
};

/** Returns 0 or NAN_E_LENGTH (also: entries that do not fill it exactly). */
int nan_availability_parse(const struct nan_attr *attr, struct nan_availability *ret_availability);

/** The next entry of an availability that was parsed; false at the end. */
bool nan_entry_next(struct nan_octets *left, struct nan_entry *ret_entry);

/** The next channel of an entry's list; false at the end. */
bool nan_channel_next(struct nan_octets *left, bool non_contiguous, struct nan_channel *ret_channel);

struct nan_ndc {
    struct fascia_mac id;
    bool selected;
    struct nan_octets schedule; /* use nan_ndc_entry_next() */
};

struct nan_ndc_entry {
    uint8_t map_id;
    struct nan_time_bitmap time;
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_ndc_parse(const struct nan_attr *attr, struct nan_ndc *ret_ndc);

bool nan_ndc_entry_next(struct nan_octets *left, struct nan_ndc_entry *ret_entry);

enum nan_ndl_control {
    NAN_NDL_PEER_ID = 1 << 0,
    NAN_NDL_IMMUTABLE_SCHEDULE = 1 << 1,
    NAN_NDL_NDC = 1 << 2,
    NAN_NDL_QOS = 1 << 3,
    NAN_NDL_MAX_IDLE = 1 << 4,
    NAN_NDL_TYPE = 1 << 5,
    NAN_NDL_SETUP_REASON = 3 << 6,
};

struct nan_ndl {
    uint8_t dialog_token;
    uint8_t type;   /* as that of NDP: request, response, confirm */
    uint8_t status; /* enum nan_status */
    uint8_t reason;
    uint8_t control;             /* which of those below are there */
    uint8_t peer_id;             /* reserved by now */
    uint16_t max_idle;           /* as on the air */
    struct nan_octets immutable; /* schedule entries, as in NDC */
};

/** Returns 0, NAN_E_LENGTH or NAN_E_VALUE (type or status). */
int nan_ndl_parse(const struct nan_attr *attr, struct nan_ndl *ret_ndl);

#define NAN_QOS_NO_SLOTS   0      /* no preference */
#define NAN_QOS_NO_LATENCY 0xffff /* no preference */

struct nan_qos {
    uint8_t min_slots;    /* of 16 TU in 512 TU */
    uint16_t max_latency; /* slots between two of them */
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_qos_parse(const struct nan_attr *attr, struct nan_qos *ret_qos);

#endif
