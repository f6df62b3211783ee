/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_NETWORK_H
#define FASCIA_AUDIO_PIPEWIRE_NETWORK_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "audio/layout/layout.h"
#include "audio/rtp/receiver.h"
#include "stack/base/cleanup.h"

/*
 * The network source: receives RTP on a link-local address of one interface and plays it, as a node of its own, into
 * one of our sinks. It has a connection of its own to PipeWire and comes back by itself, like the sound path.
 */

struct network;

enum network_state {
    NETWORK_NO_INTERFACE, /* not there, not up, or without a link-local address */
    NETWORK_NO_SOCKET,    /* the port is taken, or not allowed */
    NETWORK_LISTENING,    /* nobody sends */
    NETWORK_NO_PIPEWIRE,  /* somebody sends, nothing can be played */
    NETWORK_PLAYING,
    NETWORK_STATES_
};

struct network_options {
    const char *runtime_dir; /* as in struct sound_options */
    const char *node_name;   /* "fascia.network" */
    const char *sink;        /* node.name of the sink that it plays into */
    const char *interface;   /* "": none yet, see network_use() */
    uint16_t port;
    struct layout channels; /* of the stream */
    struct rtp_receiver_options receiver;
};

struct network_status {
    enum network_state state;
    char address[64]; /* "fe80::1%wlan0", ours; "" while there is none */
    char sender[64];  /* the one that is heard */
    char detail[160];
    struct rtp_receiver_status receiver;
};

/** "no-interface", …; "?" out of range. */
const char *network_state_name(enum network_state state);

/** Called from the loop when the state, an address or the sender has changed. */
typedef void (*network_status_fn)(const struct network_status *status, void *userdata);

/** Starts; succeeds also while there is no interface and no PipeWire. Strings are copied. 0 or a negative errno. */
int network_open(sd_event *loop, const struct network_options *options, network_status_fn fn, void *userdata,
                 struct network **ret_network);

/** Listens on another interface from now on; "": on none. */
void network_use(struct network *network, const char *interface);

/** As of now. */
void network_status(struct network *network, struct network_status *ret_status);

void network_close(struct network *network); /* NULL-safe */

FASCIA_DEFINE_CLEANUP(struct network, network_close)

#endif
