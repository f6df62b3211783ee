/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_AWARE_AWARED_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_AWARE_AWARED_H

#include <limits.h>
#include <stdbool.h>

#include "platform/nl80211/nl80211.h"
#include "platform/rtnetlink/rtnetlink.h"
#include "platform/service/service.h"
#include "stack/aware/aware.h"
#include "stack/link/wiphy.h"

/*
 * The wiring of fascia-aware: the core's actions are carried out here, and what comes of them goes back as news.
 *
 *   drive.c      actions out, one after the other; the one timer; start and stop
 *   radio.c      which radio interface the engine gets: nl80211, and the access point's word
 *   kernel.c     rtnetlink: our data interface comes and goes; keep-alive
 *   engine.c     the control sockets of wpa_supplicant
 *   address.c    org.fascia.Addr1
 *   store.c      the file with the keys, passphrases, random octets
 *   bus.c        org.fascia.Aware1: properties and signals; orders are in orders.c, options of services in options.c
 */

struct awared_engine;

struct awared {
    struct service service;
    struct aware *aware;
    sd_event_source *timer;
    bool dispatching, started, stopping, name_taken;
    unsigned int changed; /* enum aware_changed: to be told when the actions are carried out */

    struct awared_radio {
        struct nl80211 *nl;
        struct wiphy_table radios;
        struct wiphy_interfaces interfaces;
        sd_event_source *news_timer, *patience_timer;
        bool asked; /* the core wants to know */
        bool told;  /* and was told this: */
        char ifname[AWARE_INTERFACE_SIZE], why[FASCIA_DETAIL_SIZE];
        /* What org.fascia.Link1 says. */
        bool link_present, link_undecided, patient;
        char link_interface[AWARE_INTERFACE_SIZE];
    } radio;

    struct {
        struct rtnl *rtnl;
        struct rtnl_monitor *monitor;
        sd_event_source *source;
        unsigned int ndi_index; /* 0: there is none */
        bool ndi_up;
        int keep_alive_fd;
    } kernel;

    struct awared_engine *engine;
    char dir[160], global[256], sockets[256];

    struct bus_name_watch *address_watch;
    char address_owner[64]; /* unique name; "": nobody */
};

/* drive.c */

int awared_drive_open(struct awared *awared);
void awared_drive_close(struct awared *awared);

/** Carries out what the core says; after every call that gave it news or an order. Safe from within an action. */
void awared_drive(struct awared *awared);

/** The first news: only for the instance that may own the name. */
void awared_begin(struct awared *awared);

/** For struct service: everything down in order. */
int64_t awared_on_stop(void *userdata);

/** Seconds since 1970; 0 while the clock has not been set. */
int64_t awared_wall_s(void);

/* radio.c */

int awared_radio_open(struct awared *awared);
void awared_radio_close(struct awared *awared);
/** AWARE_ACTION_FIND_RADIO; from then on every change is told. */
void awared_radio_find(struct awared *awared);
/** Interfaces came or went; only arms a timer. */
void awared_radio_look_soon(struct awared *awared);

/* kernel.c */

int awared_kernel_open(struct awared *awared);
void awared_kernel_close(struct awared *awared);
/** Tells the core of the data interface as it is now. */
void awared_kernel_look(struct awared *awared);
/** One datagram to the discard port of fe80::iid. */
void awared_keep_alive(struct awared *awared, unsigned int ifindex, const struct address_iid *iid);

/* engine.c */

int awared_engine_open(struct awared *awared);
void awared_engine_close(struct awared *awared);
void awared_engine_want(struct awared *awared, enum aware_socket socket, const char *ifname);
void awared_engine_drop(struct awared *awared, enum aware_socket socket);
void awared_engine_request(struct awared *awared, const struct aware_action *action);

/* address.c */

int awared_address_open(struct awared *awared);
void awared_address_close(struct awared *awared);
void awared_address_prepare(struct awared *awared, const struct aware_action *action);
void awared_address_release(struct awared *awared, const struct aware_action *action);
void awared_address_add(struct awared *awared, const struct aware_action *action);
void awared_address_remove(struct awared *awared, const struct aware_action *action);

/* store.c */

/** Names folders and sockets below runtime_dir and makes the private folder when it is not there. */
int awared_store_name(struct awared *awared);
/** Gives the core what the files hold. */
int awared_store_open(struct awared *awared);
void awared_store_save(struct awared *awared);
void awared_random(void *to, size_t size, void *userdata);

/* bus.c */

int awared_bus_open(struct awared *awared);
/** Properties: bits of enum aware_changed. */
void awared_bus_changed(struct awared *awared, unsigned int changed);
void awared_bus_requested(struct awared *awared, uint32_t request);
void awared_bus_request_ended(struct awared *awared, uint32_t request, const char *result);
void awared_bus_connected(struct awared *awared, uint32_t path);
void awared_bus_disconnected(struct awared *awared, uint32_t path, uint32_t reason, const char *text);

/* orders.c */

extern const sd_bus_vtable awared_orders_vtable[];

/* options.c */

/**
 * The a{sv} at the message's position into *service, which has its defaults. *ret_any: there was one. Returns >= 0, or
 * what is to be returned with `error` set.
 */
int awared_options_read(sd_bus_message *m, struct aware_service_config *service, bool *ret_any, sd_bus_error *error);

#endif
