/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_ENGINE_EVENT_H
#define FASCIA_STACK_AWARE_ENGINE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/address/iid.h"
#include "stack/aware/aware_config.h"
#include "stack/base/secret.h"
#include "stack/base/text.h"

/*
 * Events of the NAN engine (wpa_supplicant 2.12, wpa_supplicant/notify.c), as one table: which keys a line has, which
 * of them must be there. Keys are looked up by name, unknown ones are skipped, an empty value is a value, a comma
 * behind a value is not part of it. Some lines carry keys in clear (NIK, NPK, ND-PMK), so a line is never logged: what
 * may be told of an event is its kind and the members here that are not secrets.
 */

enum engine_event_kind {
    ENGINE_EVENT_CLUSTER_JOIN,
    ENGINE_EVENT_STOPPED,
    ENGINE_EVENT_DISCOVERY_RESULT, /* subscriber: repeats each discovery window */
    ENGINE_EVENT_REPLIED,          /* publisher: a subscriber was answered; repeats */
    ENGINE_EVENT_RECEIVE,          /* a follow-up */
    ENGINE_EVENT_PUBLISH_TERMINATED,
    ENGINE_EVENT_SUBSCRIBE_TERMINATED,
    ENGINE_EVENT_TRANSMIT_STATUS,
    ENGINE_EVENT_BOOTSTRAP_REQUEST,
    ENGINE_EVENT_BOOTSTRAP_SUCCESS,
    ENGINE_EVENT_BOOTSTRAP_FAILURE,
    ENGINE_EVENT_PAIRING_REQUEST,
    ENGINE_EVENT_PAIRING_STATUS,
    ENGINE_EVENT_NIK_RECEIVED,
    ENGINE_EVENT_NDP_REQUEST,
    ENGINE_EVENT_NDP_COUNTER_REQUEST,
    ENGINE_EVENT_NDP_CONNECTED,
    ENGINE_EVENT_NDP_DISCONNECTED,
    ENGINE_EVENT_PEER_SCHEDULE_CHANGED,
    ENGINE_EVENT_SCHEDULE_UPDATE_DONE,
    ENGINE_EVENT_CHANNEL_EVACUATION,
    ENGINE_EVENT_TERMINATING, /* CTRL-EVENT-TERMINATING: the process ends, or this interface of it */
    ENGINE_EVENTS_
};

enum engine_event_result {
    ENGINE_E_FOREIGN = 1, /* an event that is none of these: ignore it */
    ENGINE_E_MALFORMED,   /* a key that must be there is missing, twice, or its value is not of its form */
};

struct engine_event {
    enum engine_event_kind kind;
    struct fascia_mac peer;                /* address, peer, peer_nmi, addr: the peer's management address */
    struct fascia_mac init_ndi;            /* NDP_REQUEST, COUNTER_REQUEST */
    struct fascia_mac local_ndi, peer_ndi; /* NDP_CONNECTED, DISCONNECTED; all zero: not known */
    struct fascia_mac cluster;
    uint32_t own_id;  /* publish_id, subscribe_id, handle, id, instance_id, publish_inst_id: our instance */
    uint32_t peer_id; /* the peer's instance: publish_id of a result, subscribe_id of REPLIED, peer_instance_id,
                         requestor_instance_id */
    uint32_t ndp_id;
    uint32_t reason;                                  /* see enum aware_reason; TERMINATED: enum engine_termination */
    uint32_t cipher;                                  /* csid; 0 = none */
    uint32_t methods;                                 /* pbm */
    uint32_t lifetime_s;                              /* NIK_RECEIVED */
    uint32_t identity_id;                             /* NIK_RECEIVED */
    uint32_t cookie, map_id, frequency_mhz, protocol; /* protocol: srv_proto_type */
    bool is_new;                                      /* CLUSTER_JOIN */
    bool success;                               /* PAIRING_STATUS, SCHEDULE_UPDATE_DONE, TRANSMIT_STATUS (acked) */
    bool verify;                                /* PAIRING_REQUEST */
    bool locally_generated;                     /* NDP_DISCONNECTED */
    bool failure;                               /* NDP_DISCONNECTED: it had not been connected */
    bool pairing_setup, npk_caching, data_path; /* DISCOVERY_RESULT: what the publisher offers */
    uint8_t ciphers[AWARE_CIPHERS_MAX];         /* DISCOVERY_RESULT; ids on the air, more than fit are left out */
    size_t ciphers_count;
    uint8_t cipher_version; /* NIK_RECEIVED */
    bool has_iid;           /* NDP_CONNECTED: interface_id was not empty */
    struct address_iid iid;
    uint8_t info[AWARE_INFO_MAX]; /* ssi; longer ones are cut and marked */
    size_t info_size;
    bool info_cut;
    char akm[16];                      /* PAIRING_REQUEST, PAIRING_STATUS, NIK_RECEIVED: "SAE", "PASN" */
    char pairing_cipher[16];           /* PAIRING_STATUS: "CCMP", "GCMP-256" */
    char ifname[AWARE_INTERFACE_SIZE]; /* STOPPED */
    struct fascia_secret nd_pmk;       /* PAIRING_STATUS; empty when it was not there */
    struct fascia_secret nik, npk;     /* NIK_RECEIVED */
};

enum engine_termination {
    ENGINE_TERMINATION_UNKNOWN,
    ENGINE_TERMINATION_TIMEOUT,
    ENGINE_TERMINATION_USER,
    ENGINE_TERMINATION_FAILURE
};

/**
 * Reads one line of `size` octets, with or without "<3>" and "IFNAME=x " in front. Returns 0, or an engine_event_result
 * with *ret_event untouched. The caller wipes the event: engine_event_wipe().
 */
int engine_event_parse(const char *line, size_t size, struct engine_event *ret_event);

/** Wipes the secrets. Idempotent. */
void engine_event_wipe(struct engine_event *event);

static inline void fascia_cleanup_engine_event(struct engine_event *event)
{
    engine_event_wipe(event);
}

#endif
