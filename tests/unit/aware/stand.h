/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AWARE_STAND_H
#define FASCIA_TESTS_UNIT_AWARE_STAND_H

#include "stack/aware/aware.h"

/*
 * The core between a scripted engine, an address service and a clock that the test moves. What the core does is carried
 * out at once: sockets open, the engine answers as the real one does unless the test says otherwise, addresses are
 * installed. Every command is checked (one key at most, no service that demands security without any) and noted; so is
 * every other action.
 */

#define STAND_TEXT 512

struct stand_entry {
    enum aware_action_kind kind;
    struct aware_action action; /* command: NULL */
    char text[STAND_TEXT];      /* of a request */
};

struct stand {
    struct aware_config config;
    struct aware *aware;
    int64_t now_us, wall_s;
    /* The world; all there at first. */
    bool engine_there, radio_there, address_there, saving_works, prepares;
    int add_error; /* of PEER_ADD */
    const char *add_text;
    uint8_t iid[8]; /* ours, as the address service gives it */
    unsigned int ifindex;
    uint32_t next_id; /* of services, as the engine counts */
    /* What happened since stand_forget(). */
    struct stand_entry *entries;
    size_t count;
    char state[STAND_TEXT]; /* of the last fact: "FULL none" */
    unsigned int open;      /* sockets, as bits */
    uint32_t held_token;    /* of a request that was left unanswered */
};

/** A configuration with the defaults and no service. */
void stand_init(struct stand *stand);
void stand_finish(struct stand *stand);

/** Adds a service to the configuration, with what is usual for that security; before stand_start(). */
struct aware_service_config *stand_service(struct stand *stand, const char *name, enum aware_role role,
                                           enum aware_security security);

/** Makes the core and lets it run until nothing is left to do. `store` may be NULL. */
void stand_start(struct stand *stand, const struct aware_store *store);
/** As stand_start(); the engine is then told that NAN has joined a cluster and the NDI is there. */
void stand_run(struct stand *stand, const struct aware_store *store);
/** All of it for one publisher that wants pairing; what happened up to then is forgotten. */
void stand_publisher(struct stand *stand);
/** Opens a pairing window of two minutes. */
void stand_open_window(struct stand *stand);
/** Carries out what there is to do. */
void stand_settle(struct stand *stand);
/** Moves the clock, with every deadline on the way. */
void stand_wait(struct stand *stand, int64_t seconds);
void stand_wait_us(struct stand *stand, int64_t us);

/** An event line of the management interface's socket. */
void stand_event(struct stand *stand, const char *format, ...) __attribute__((format(printf, 2, 3)));
void stand_event_from(struct stand *stand, enum aware_socket socket, const char *line);

/** How requests beginning with `prefix` are answered from now on (NULL: as usual; "": not at all). */
void stand_answer(struct stand *stand, const char *prefix, const char *reply);
/** Answers the one that was left. */
void stand_reply(struct stand *stand, const char *reply);

void stand_lose_engine(struct stand *stand);
void stand_address_service(struct stand *stand, bool there);

/** The number of requests beginning with `prefix`; the last one's text. */
size_t stand_requests(const struct stand *stand, const char *prefix);
const char *stand_last(const struct stand *stand, const char *prefix);
size_t stand_actions(const struct stand *stand, enum aware_action_kind kind);
const struct aware_action *stand_action(const struct stand *stand, enum aware_action_kind kind);
size_t stand_events(const struct stand *stand, enum fascia_event_kind kind);
/** The place of the first such request in the order of all; SIZE_MAX: none. */
size_t stand_place(const struct stand *stand, const char *prefix);
void stand_forget(struct stand *stand);

/** A peer by its management address; its row must be there. */
struct aware_peer_view stand_peer(const struct stand *stand, const char *nmi);
bool stand_has_peer(const struct stand *stand, const char *nmi);
struct aware_path_view stand_path(const struct stand *stand, size_t index);
size_t stand_paths(const struct stand *stand);
enum aware_engine_state stand_state(const struct stand *stand);
void stand_mac(const char *text, struct fascia_mac *ret_mac);

/* Usual events. */
#define PHONE     "42:00:00:00:01:00"
#define PHONE_NDI "52:00:00:00:01:00"
#define OTHER     "42:00:00:00:02:00"
#define OTHER_NDI "52:00:00:00:02:00"
#define OURS_NDI  "52:00:00:00:00:00"
#define ND_PMK    "03d4a5c39599be79c6f4d08bdfa576a2e48eab75c25a37aac5d0a005feb23a88"
#define NIK       "101112131415161718191a1b1c1d1e1f"
#define NPK       "6e73a219bdbeacb0e1e561a05ac250f078e37da77e1454a05404b5e149b6f1fd"

void stand_replied(struct stand *stand, const char *nmi);
void stand_found(struct stand *stand, const char *nmi, unsigned int publish_id, unsigned int methods);
void stand_bootstrap_asked(struct stand *stand, const char *nmi);
void stand_pairing_asked(struct stand *stand, const char *nmi, bool verify);
void stand_paired(struct stand *stand, const char *nmi);
void stand_nik(struct stand *stand, const char *nik);
/** As a responder, up to the NIK: the window is opened, the PIN is typed into the phone. */
void stand_pair_phone(struct stand *stand, const char *nmi, const char *nik);
void stand_path_asked(struct stand *stand, const char *nmi, const char *ndi, unsigned int ndp_id, unsigned int csid);
void stand_connected(struct stand *stand, const char *nmi, unsigned int ndp_id, const char *local, const char *peer,
                     const char *iid);
void stand_disconnected(struct stand *stand, const char *nmi, unsigned int ndp_id, const char *local, const char *peer,
                        unsigned int reason, bool locally, bool failure);

#endif
