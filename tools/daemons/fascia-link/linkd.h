/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_LINK_LINKD_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_LINK_LINKD_H

#include <stdbool.h>

#include "platform/control/control.h"
#include "platform/nl80211/nl80211.h"
#include "platform/path/path_monitor.h"
#include "platform/service/service.h"
#include "stack/base/secret.h"
#include "stack/link/capability.h"
#include "stack/link/choose.h"
#include "stack/link/hostapd_reply.h"
#include "stack/link/link_machine.h"
#include "tools/daemons/fascia-link/stations.h"

/*
 * The wiring of fascia-link: the machine's actions are carried out here, and what comes of them goes back as events.
 *
 *   drive.c        events in, actions out, the one timer
 *   radio.c        nl80211: scan and choice, news
 *   stations.c     who is there, since when and how well (stations.h)
 *   access_point.c hostapd: connect, look, remove, add, status
 *   files.c        the private folder: passphrase and hostapd.conf
 *   bus.c          org.fascia.Link1 (what is about stations: stations_bus.c), and the call to org.fascia.Addr1
 *   publish.c      the fact
 *   remind.c       phones that did not notice that the access point was away
 */

#define LINKD_PENDING  16
#define LINKD_REMINDED 8

/* Why there is no link. Kept until it is up, so that the fact does not flicker while it is tried again. */
struct linkd_failure {
    enum fascia_function_state state;
    enum fascia_reason reason; /* NONE: nothing failed (yet) */
    char detail[FASCIA_DETAIL_SIZE];
};

struct linkd {
    struct service service;
    struct link_machine machine;
    sd_event_source *timer;
    enum link_event pending[LINKD_PENDING];
    size_t pending_count;
    bool dispatching;

    struct linkd_failure failure;
    bool was_up;
    int64_t hostapd_lost_us; /* since when hostapd has not answered; 0 = it does */

    /* radio.c */
    struct nl80211 *nl;
    struct wiphy_table radios;
    struct wiphy_interfaces interfaces;
    struct choose_result choice;
    bool chosen;
    struct capability capability; /* of the chosen radio */
    sd_event_source *news_timer;

    /* stations.c */
    struct linkd_stations stations;

    /* access_point.c */
    struct control *hostapd;
    bool attached, status_asked;
    bool must_replace; /* what hostapd has is known to be broken */
    bool unmeasured;   /* hostapd could not measure for an automatic channel */
    bool eht_asked;    /* the configuration written last has lines of 802.11be */
    bool eht_refused;  /* hostapd does not know them */
    sd_event_source *ping_timer;
    struct path_monitor *socket_monitor;
    char removing[HOSTAPD_INTERFACE_SIZE];
    struct hostapd_status status; /* valid while up */
    enum link_security security;
    char country[3];

    /* channel.c */
    struct choose_last last; /* where the access point was last in this boot; number 0 = nowhere else than configured */
    bool switching;          /* a switch was ordered and accepted */

    /* remind.c */
    struct linkd_remind {
        sd_event_source *timer;
        unsigned int left; /* how often yet */
        size_t count;
        struct fascia_mac phones[LINKD_REMINDED]; /* the latest is the last */
    } remind;

    /* drive.c */
    sd_event_source *switch_watch;

    /* files.c */
    char dir[160], global[256], control_dir[192], conf_path[192], passphrase_path[192], channel_path[192];
    struct fascia_secret passphrase;

    /* bus.c */
    bool bus_connected, name_taken, address_present;
    struct bus_name_watch *address_watch; /* who owns org.fascia.Addr1 */
    bool started;                         /* the machine has had its START */
    bool prepare_failed;
};

/* drive.c */

int linkd_drive_open(struct linkd *linkd);
void linkd_drive_close(struct linkd *linkd);

/** Feeds an event to the machine and carries out what it says; safe from within an action. */
void linkd_post(struct linkd *linkd, enum link_event event);

/** A step of the link's ladder is in force: for struct service. Returns 0 or -ENOENT. */
int linkd_ladder_step(const char *step, void *userdata);

/** Remembers why there is no link; call before posting the event that says so. */
void linkd_fail(struct linkd *linkd, enum fascia_function_state state, enum fascia_reason reason,
                const char *detail_format, ...) __attribute__((format(printf, 4, 5)));

/* radio.c */

int linkd_radio_open(struct linkd *linkd);
void linkd_radio_close(struct linkd *linkd);
void linkd_radio_scan(struct linkd *linkd);
/** Looks in a moment whether a radio came, went, or is no longer blocked; only arms a timer. */
void linkd_radio_look_soon(struct linkd *linkd);
/** True when the kernel says that the chosen interface has a channel, that is, sends beacons. */
bool linkd_radio_is_beaconing(struct linkd *linkd);
void linkd_radio_country(struct linkd *linkd);
/** Sets the failure for an access point that did not come up or went down: RFKILL or COUNTRY when the kernel shows
 *  that, else HOSTAPD_REFUSED. `what` is our own wording of what happened. */
void linkd_radio_blame(struct linkd *linkd, const char *what);

/* access_point.c */

int linkd_ap_open(struct linkd *linkd);
void linkd_ap_close(struct linkd *linkd);
void linkd_ap_connect(struct linkd *linkd);
void linkd_ap_look(struct linkd *linkd);
void linkd_ap_remove(struct linkd *linkd);
void linkd_ap_add(struct linkd *linkd);
void linkd_ap_status(struct linkd *linkd);
void linkd_ap_release(struct linkd *linkd);
void linkd_ap_withdraw(struct linkd *linkd);
/** Asks for a sign of life soon instead of at the next second; only arms a timer. */
void linkd_ap_ping(struct linkd *linkd);

/** Writes hostapd.conf for the choice as it is now. 0, or a negative errno with the failure set. */
int linkd_ap_rewrite(struct linkd *linkd);

/* channel.c */

/** Reads what an earlier run of this boot has left, when it was for the same configuration. */
void linkd_channel_recall(struct linkd *linkd);
/** After hostapd told where it is: remembers a move, and keeps the choice and hostapd.conf in step with it. */
void linkd_channel_follow(struct linkd *linkd);
/** The place did not work: the next start is by the configuration alone. */
void linkd_channel_forget(struct linkd *linkd);

/* remind.c */

int linkd_remind_open(struct linkd *linkd);
void linkd_remind_close(struct linkd *linkd);
/** A phone is connected: to be reminded, should the access point go away and come back. */
void linkd_remind_note(struct linkd *linkd, const struct fascia_mac *mac);
/** The access point is up (again). */
void linkd_remind_begin(struct linkd *linkd);

/* files.c */

/** Names the files below runtime_dir and makes the private folder when it is not there. */
int linkd_files_open(struct linkd *linkd);

/**
 * The passphrase: from link.passphrase_file, else the one of this boot, else a new random one; and its copy in
 * the private folder. 0 or negative errno; `detail` then says what is wrong (never the content).
 */
int linkd_files_passphrase(struct linkd *linkd, char detail[static FASCIA_DETAIL_SIZE]);

/** True when hostapd.conf exists and holds exactly this. */
bool linkd_files_conf_is(const struct linkd *linkd, const struct fascia_text *text);
bool linkd_files_conf_exists(const struct linkd *linkd);
int linkd_files_write_conf(const struct linkd *linkd, const struct fascia_text *text);

/* bus.c */

int linkd_bus_open(struct linkd *linkd);
void linkd_bus_prepare(struct linkd *linkd);
void linkd_bus_changed(struct linkd *linkd);

/* orders.c */

extern const sd_bus_vtable linkd_orders_vtable[]; /* SwitchChannel, RequestTransition */

/* bus_radio.c */

extern const sd_bus_vtable linkd_bus_radio_vtable[]; /* Capability, Bands */

/* publish.c */

void linkd_publish(struct linkd *linkd);

/** As in the configuration: "wpa3-sae" … */
const char *linkd_security_name(enum link_security security);

#endif
