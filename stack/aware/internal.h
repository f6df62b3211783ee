/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_INTERNAL_H
#define FASCIA_STACK_AWARE_INTERNAL_H

#include "stack/aware/aware.h"
#include "stack/aware/engine.h"
#include "stack/aware/engine_event.h"
#include "stack/aware/session.h"

/*
 * The parts of the core, one file each:
 *   queue.c     what is to be done, in its order; one command under way per control socket
 *   engine_run.c, engine_news.c  what the table of engine.c says, and what is fed to it
 *   service.c   publish and subscribe
 *   peer.c      the table of peers, and what the table of session.c says
 *   pairing.c   who may pair: window, requests, PINs
 *   identity.c  which pairings are kept
 *   data_path.c, data_path_command.c  data paths and their addresses
 *   verdict.c   the function's state
 *   orders.c, views.c, aware.c  the public face
 */

#define SECONDS INT64_C(1000000) /* in microseconds */

#define SERVICES_MAX (AWARE_SERVICES_MAX + 4) /* those of the configuration, and some that are ordered */
#define PATHS_MAX    (AWARE_PATHS_MAX + 8)    /* the last ones only to refuse what does not fit */
#define ACTIONS_MAX  512
#define JOBS_MAX     512
#define TTL_S        31536000 /* a publish without an end would not be announced */

#define COMMAND_TIMEOUT_US   (10 * SECONDS) /* a passphrase is hashed before its request is answered */
#define INTERFACE_TIMEOUT_US (20 * SECONDS) /* making an NMI takes seconds on a slow machine */
#define ABSENT_US            (5 * SECONDS)  /* an engine that stays away so long is a failure */
#define PHASE_LIMIT_US       (30 * SECONDS)
#define STOP_LIMIT_US        (3 * SECONDS)
#define LOOK_PERIOD_US       (30 * SECONDS) /* for a radio; the owner tells of new ones at once */
#define BACKOFF_FIRST_US     (1 * SECONDS)
#define BACKOFF_MAX_US       (60 * SECONDS)
#define BACKOFF_RESET_US     (30 * SECONDS) /* running or connected for so long: the next delay is the first again */
#define PAIR_LIMIT_US        (5 * SECONDS)  /* the frames of a pairing take a fraction of a second */
#define CLOSE_LIMIT_US       (5 * SECONDS)
#define SETUP_LIMIT_US       (35 * SECONDS) /* the engine itself gives up after 30 s */
#define IDENTITY_LIMIT_US    (8 * SECONDS)  /* the NIK follows a pairing within two, or not at all */
#define PRESENCE_US          (60 * SECONDS) /* a peer that is not seen for so long is not there */
#define QUIET_US             (10 * SECONDS) /* an event that strangers can cause is told so often */
#define RENEW_PERIOD_US      (10 * SECONDS) /* a peer may begin anew, ending its data paths, so often */
#define SAVE_RETRY_US        (60 * SECONDS)
#define PIN_ATTEMPTS_MAX     3 /* in one window, of all peers together */
#define MET_MAX              64
#define COMEBACK_TU          1024

/* Commands */

enum job_kind {
    JOB_ENGINE, /* of the phase; detail: its number */
    JOB_BOOTSTRAP_CONFIG,
    JOB_SERVICE_START,  /* subject: service; flag: it publishes */
    JOB_SERVICE_CANCEL, /* detail: the engine's id; flag: it publishes */
    JOB_BOOTSTRAP,      /* subject: peer */
    JOB_AUTHORISE,
    JOB_PAIR,
    JOB_VERIFY,
    JOB_ABORT, /* of `mac`: the peer may be forgotten meanwhile */
    JOB_RESET,
    JOB_PATH_REQUEST, /* subject: path */
    JOB_PATH_ACCEPT,
    JOB_PATH_REJECT,
    JOB_PATH_TERMINATE,
};

struct job {
    enum job_kind kind;
    uint32_t subject, detail;
    bool flag;
    struct fascia_mac mac;
};

struct channel {
    bool wanted, open;
    uint32_t token; /* of the command under way; 0: none */
    struct job current;
    struct job jobs[JOBS_MAX];
    size_t first, count;
};

void queue_action(struct aware *aware, const struct aware_action *action);
/** Text may be cut. Events that strangers can cause are told once in QUIET_US. */
void queue_event(struct aware *aware, enum fascia_event_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void queue_quiet_event(struct aware *aware, enum fascia_event_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void queue_open(struct aware *aware, enum aware_socket socket, const char *ifname);
void queue_close(struct aware *aware, enum aware_socket socket);
/** The same job twice is one. */
void queue_job(struct aware *aware, enum aware_socket socket, const struct job *job);
/** A token that is in use by nobody. */
uint32_t queue_token(struct aware *aware);

/* Time */

/** The sooner of two; INT64_MAX: never. */
static inline int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct delay {
    int64_t next_us; /* 0: first */
};

/** The next delay: doubled each time. `lasted_us`: what it was that ended, 0: it had not begun. */
int64_t delay_next(struct delay *delay, int64_t lasted_us);

/* Engine */

struct engine_life {
    enum engine_phase phase;
    int64_t timer_us; /* INT64_MAX: none */
    uint32_t command; /* number of the last command of a phase */
    size_t setting;   /* CONFIGURE: next one */
    size_t slots;     /* of the schedule: the radio may have fewer channels */
    struct delay delay;
    int64_t running_since_us; /* 0: not running */
    bool was_running;         /* in this life of ours */
    bool absent;              /* stays away */
    bool radio_added;
    char radio[AWARE_INTERFACE_SIZE];
    char why[FASCIA_DETAIL_SIZE]; /* what is missing, or was refused */
    enum fascia_reason unfit;     /* in UNFIT and NO_RADIO */
    bool usd;                     /* the engine has the other half: so it is the radio, or CONFIG_NAN */
    bool refused;                 /* the last attempt was */
    bool saving_identity;
    uint64_t run;
    struct fascia_mac cluster;
    unsigned int ifindex; /* the NDI's, as used */
    unsigned int seen;    /* as the kernel says */
    bool up;              /* IFF_UP */
    bool address_service; /* is there */
    bool prepared;        /* and has given us an identifier */
    bool prepare_refused; /* it is there, and does not */
    uint32_t prepare_token;
    struct address_iid iid;
};

/* A driver that knows its country by itself refuses to be told; without any the schedule is refused, and that is seen.
 */
#define ENGINE_SETTING_MAY_FAIL 0
#define ENGINE_SETTINGS         10

void engine_feed(struct aware *aware, enum engine_input input);
/** The command of this phase, again or for the first time. */
void engine_send(struct aware *aware, enum aware_socket socket);
/** The answer to a JOB_ENGINE. */
void engine_on_reply(struct aware *aware, const struct job *job, const char *text, size_t size);
/** Writes the command of the phase. Returns false: there is none (any more). */
bool engine_write(struct aware *aware, const struct job *job, struct engine_command *to);
bool engine_is_running(const struct aware *aware);
/** Data paths can be had: there is an address to give. */
bool engine_has_address(const struct aware *aware);
uint16_t engine_methods(const struct aware *aware);

/* Services */

struct service {
    uint32_t id; /* 0: free */
    struct aware_service_config config;
    struct fascia_secret passphrase;
    bool wanted, starting, running, refused;
    uint32_t engine_id;
    int64_t retry_us; /* INT64_MAX: none */
    struct delay delay;
};

/** A row of its own; NULL: the table is full. */
struct service *service_add(struct aware *aware, const struct aware_service_config *config);
struct service *service_find(struct aware *aware, uint32_t id);
struct service *service_by_engine_id(struct aware *aware, enum aware_role role, uint32_t engine_id);
/** The running publisher whose data paths need a pairing; NULL: none. */
struct service *service_paired_publisher(struct aware *aware);
void services_start(struct aware *aware);
void services_lost(struct aware *aware);
void services_cancel(struct aware *aware);
void service_cancel(struct aware *aware, struct service *service);
void service_on_started(struct aware *aware, const struct job *job, const char *text, size_t size);
void service_on_terminated(struct aware *aware, enum aware_role role, const struct engine_event *event);
void services_tick(struct aware *aware);
int64_t services_deadline(const struct aware *aware);
bool service_lacks_passphrase(const struct service *service);

/* Peers */

enum pairing_kind { PAIRING_NONE, PAIRING_NEW, PAIRING_VERIFY };

struct peer {
    uint32_t uid; /* 0: free; never used again */
    enum aware_peer_state state;
    int64_t timer_us;
    int64_t seen_us;
    struct fascia_mac nmi;
    uint16_t method;  /* of our side, of the pairing under way; one bit */
    uint32_t service; /* ours that it was met with last */
    uint32_t own_id;  /* the engine's id of that */
    uint32_t peer_id; /* the peer's instance */
    uint32_t methods; /* that it offers as a publisher */
    enum pairing_kind pairing;
    uint32_t request;    /* 0: none */
    int64_t identity_us; /* until when the NIK is awaited; INT64_MAX: it is not */
    int64_t renewed_us;  /* when it began anew over its data paths */
    int64_t retry_us;    /* the next data path; INT64_MAX: none */
    struct delay delay;
    uint32_t stored;     /* id in the store; 0: none */
    unsigned int wanted; /* data paths that there should be, as a subscriber */
    uint32_t last_reason;
    enum session_event later; /* SESSION_EVENTS_: nothing */
    struct fascia_secret nd_pmk;
    char end[96]; /* why the request ends */
    char last_text[96];
    bool fresh; /* the ids were heard of since a command with them failed */
    bool offers_pairing, offers_data_path;
    bool initiator;   /* we are, of the pairing under way */
    bool pair_sent;   /* NAN_PAIR */
    bool frame_waits; /* the peer's first frame is held by the engine until there is a PIN */
    bool associated;  /* the engine has a pairing with it now */
    bool gcmp_256;
    bool met;        /* paired since it was seen first; its NIK may be awaited */
    bool announced;  /* a key of an earlier pairing, in the pairing under way */
    bool remembered; /* its NIK has arrived */
    bool waiting;    /* asked for bootstrapping while the window was closed */
    bool refused;    /* the engine, or the peer, does not know the pairing */
    bool held;       /* a person ended its data paths, or they failed for good: no new one by itself */
};

struct peer *peer_find(struct aware *aware, const struct fascia_mac *nmi);
struct peer *peer_by_uid(struct aware *aware, uint32_t uid);
/** The row of that address, made when there is none. NULL: it is full of peers that matter more. */
struct peer *peer_get(struct aware *aware, const struct fascia_mac *nmi, bool matters);
void peer_feed(struct aware *aware, struct peer *peer, enum session_event event);
void peer_seen(struct aware *aware, const struct engine_event *event, enum aware_role role);
/** Notes why something failed, for the properties. */
void peer_note(struct aware *aware, struct peer *peer, uint32_t reason, const char *text);
void peer_retry(struct aware *aware, struct peer *peer, int64_t lasted_us);
void peer_unpair(struct peer *peer);
/** Asks for a data path, or for what must come before it, when one is wanted and may be had. */
void peer_try(struct aware *aware, struct peer *peer);
void peers_lost(struct aware *aware);
void peers_tick(struct aware *aware);
int64_t peers_deadline(const struct aware *aware);
void peer_on_reply(struct aware *aware, const struct job *job, bool ok);
bool peer_write(struct aware *aware, const struct job *job, struct engine_command *to);

/* Pairing */

struct request {
    uint32_t id; /* 0: free */
    enum aware_request_kind kind;
    uint32_t peer; /* uid */
    uint32_t service;
    int64_t until_us;
    struct fascia_secret pin;
};

void pairing_on_event(struct aware *aware, const struct engine_event *event);
/** What the peer asked for, now or when its data paths are gone. */
void pairing_begin(struct aware *aware, struct peer *peer);
/** We ask; the peer offers a method. Returns 0 or an aware_result. */
int pairing_order(struct aware *aware, struct peer *peer);
void pairing_prompt(struct aware *aware, struct peer *peer);
/** The engine is to ask before it answers that peer the next time. Not while the NIK is awaited: it would be lost. */
void pairing_disarm(struct aware *aware, const struct peer *peer);
void pairing_end_request(struct aware *aware, struct peer *peer);
void pairing_count(struct aware *aware, struct peer *peer);
void pairing_keep(struct aware *aware, struct peer *peer);
void pairing_close_window(struct aware *aware, const char *why);
void pairing_open_window(struct aware *aware, int64_t until_us);
struct request *pairing_request(struct aware *aware, uint32_t id);
/** The password of NAN_PAIR; NULL: none yet. */
const struct fascia_secret *pairing_password(struct aware *aware, const struct peer *peer);
bool pairing_is_passphrase(uint16_t method);
/** The engine has the keys of its pairing, and we know whose they are. */
bool pairing_is_known(struct aware *aware, const struct peer *peer);
/** The method on our side that the publisher's offer allows; 0: none. */
uint16_t pairing_choose_method(const struct service *service, const struct peer *peer);
bool pairing_is_opportunistic(uint16_t method);
void pairing_tick(struct aware *aware);
int64_t pairing_deadline(const struct aware *aware);
/** Of an earlier run of the engine. */
bool pairing_is_lost(const struct aware *aware, const struct aware_stored_peer *stored);
void pairing_new_run(struct aware *aware);
void pairing_expire(struct aware *aware);
void identity_on_event(struct aware *aware, const struct engine_event *event);
/** The engine has a key with that address now, and would use it instead of a PIN. */
void identity_met(struct aware *aware, const struct fascia_mac *nmi);
bool identity_is_met(const struct aware *aware, const struct fascia_mac *nmi);
/** How many stored pairings the engine does not know. */
unsigned int identities_lost(const struct aware *aware);
/** The engine has verified it: whose identity it is, and under which address, is noted. */
void identity_seen(struct aware *aware, struct peer *peer);
/** Removes the row; what is under way with that peer ends. */
void identity_forget(struct aware *aware, struct aware_stored_peer *stored);
void aware_save(struct aware *aware);

/* Data paths */

enum path_state {
    PATH_FREE,
    PATH_REQUESTING, /* we ask: NAN_NDP_REQUEST, then CONNECTED is awaited */
    PATH_ACCEPTING,  /* the peer asks: NAN_NDP_RESPONSE accept, then CONNECTED is awaited */
    PATH_REJECTING,
    PATH_ADDRESSING, /* connected; the address service is to make the peer reachable */
    PATH_UP,
    PATH_CLOSING, /* NAN_NDP_TERMINATE */
};

struct path {
    enum path_state state;
    uint32_t id;
    uint32_t peer; /* uid */
    struct fascia_mac nmi, ndi, initiator_ndi;
    uint32_t service, own_id, ndp_id; /* ndp_id 0: not known yet */
    bool initiator;
    bool countered;
    enum aware_cipher cipher;
    uint32_t reason; /* of REJECTING and CLOSING */
    struct address_iid iid;
    bool added;         /* the address service was asked for it: to be removed */
    uint32_t add_token; /* 0: no answer is awaited */
    bool shown;         /* CONNECTED was signalled */
    bool by_us;         /* its end is our wish */
    bool tried_other;   /* TERMINATE of one that nobody knows: with the other NDI as the initiator's */
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    char text[96]; /* why it ends */
    int64_t port;
    enum aware_transport transport;
    int64_t since_us;
    int64_t timer_us, alive_us; /* INT64_MAX: none */
};

struct path *path_find(struct aware *aware, uint32_t id);
/** Connected or on the way; of that peer. */
unsigned int paths_of(const struct aware *aware, uint32_t peer, bool up_only);
/** As many as the service allows to one peer. */
bool paths_full(const struct aware *aware, const struct peer *peer, const struct service *service);
/** Returns false: it cannot be asked for now. */
bool path_request(struct aware *aware, struct peer *peer, struct service *service);
void path_terminate(struct aware *aware, struct path *path, uint32_t reason, const char *text);
void path_reject(struct aware *aware, struct path *path, uint32_t reason);
void path_give_job(struct aware *aware, const struct path *path, enum job_kind kind);
void path_end(struct aware *aware, struct path *path, uint32_t reason, const char *text);
void paths_terminate(struct aware *aware, uint32_t peer, uint32_t reason, const char *text);
void paths_drop(struct aware *aware, uint32_t peer, const char *text);
void paths_lost(struct aware *aware, const char *text);
void paths_readdress(struct aware *aware);
void paths_on_event(struct aware *aware, const struct engine_event *event);
void paths_tick(struct aware *aware);
int64_t paths_deadline(const struct aware *aware);
void path_on_reply(struct aware *aware, const struct job *job, bool ok);
bool path_write(struct aware *aware, const struct job *job, struct engine_command *to);
bool paths_any(const struct aware *aware);

/* Verdict */

struct fact {
    enum fascia_function_state state;
    enum fascia_reason reason;
    char text[FASCIA_DETAIL_SIZE];
};

void verdict(const struct aware *aware, struct fact *ret_fact);

struct aware {
    const struct aware_config *config; /* borrowed */
    char sockets_dir[256];
    char country[3];
    aware_random_fn random;
    void *userdata;
    int64_t now_us, wall_s;

    struct aware_store store;
    bool store_dirty, saving, store_failed, store_set_aside;
    int64_t save_retry_us;

    struct aware_action actions[ACTIONS_MAX];
    size_t first_action, actions_count;
    struct channel channels[AWARE_SOCKETS_];
    struct engine_command command; /* wiped by the next aware_next() */
    uint32_t last_token;
    unsigned int changed;
    struct fact fact;
    bool fact_told;
    int64_t quiet_us[FASCIA_EVENTS_];

    struct engine_life engine;
    struct service services[SERVICES_MAX];
    struct peer peers[AWARE_PEERS_MAX];
    struct path paths[PATHS_MAX];
    struct request requests[AWARE_REQUESTS_MAX];
    int64_t window_us; /* until when; 0: closed */
    unsigned int attempts;
    uint32_t last_service, last_peer, last_path, last_request;
    struct fascia_mac met[MET_MAX]; /* addresses of which the engine has a key in this run, remembered or not */
    size_t met_count;
    bool forgotten; /* in this run: the engine still has the keys of somebody whom we do not know any more */
    bool stopping;
    struct fascia_mac renewed_for; /* the interface is made anew to pair with this publisher */
    int64_t renewed_until_us;      /* 0: with nobody */
};

#endif
