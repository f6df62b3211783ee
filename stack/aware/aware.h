/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_AWARE_H
#define FASCIA_STACK_AWARE_AWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/address/iid.h"
#include "stack/aware/aware_config.h"
#include "stack/aware/engine_command.h"
#include "stack/aware/reason.h"
#include "stack/aware/store.h"
#include "stack/base/event.h"
#include "stack/base/function.h"

/*
 * The Wi-Fi Aware side of a head unit: what the NAN engine (wpa_supplicant) leaves open. Policy, sessions, identity,
 * and when which address is installed. Pure: news and time go in, actions come out, one after the other; the owner
 * carries each out and reports what came of it.
 *
 *   while (aware_next(aware, &action)) carry_out(&action);      // after every call that takes news
 *   arm the timer for aware_deadline_us()
 *
 * The engine's life (engine.h):   ABSENT -> PROBING -> CREATING -> CONFIGURING -> STARTING -> JOINING -> DATA ->
 * RUNNING A peer's life (session.h):      DISCOVERED -> BOOTSTRAPPING -> PAIRING -> PAIRED -> REQUESTED -> CONNECTED ->
 * CLOSING
 *
 * A run of the engine is one life of its process. Pairings that an engine of an earlier run made are not known to this
 * one (it has no way to be given them back), so a stored peer of an earlier run is shown as "must pair again", and PIN
 * pairing is offered.
 *
 * Secrets enter by aware_set_store(), aware_order_enter_pin() and the engine's events, and leave only in commands, in
 * aware_store() for the store's door, and by aware_pin().
 */

struct aware;

#define AWARE_PEERS_MAX    32
#define AWARE_PATHS_MAX    64
#define AWARE_REQUESTS_MAX 8

/** Size of the object; the owner allocates it once. */
size_t aware_size(void);

/** `config` is borrowed for the life of the object. `random` gives octets from the kernel's generator. */
typedef void (*aware_random_fn)(void *to, size_t size, void *userdata);
void aware_init(struct aware *aware, const struct aware_config *config, const char *sockets_dir,
                const char country[static 3], aware_random_fn random, void *userdata);

/** Takes over what the store's door read (NULL: there is no file, or it was set aside: `reason` says why); before the
 * first news. */
void aware_set_store(struct aware *aware, const struct aware_store *store, const char *reason);

/**
 * The passphrase of the services of that name and role (copied); NULL: none could be read. Before the first news. A
 * service of security "passphrase" is not started without it.
 */
void aware_set_passphrase(struct aware *aware, const char *name, enum aware_role role,
                          const struct fascia_secret *passphrase);

/** Wipes everything. */
void aware_finish(struct aware *aware);

/* News. All times: CLOCK_MONOTONIC, microseconds; wall_s: seconds since 1970, 0 when the clock is not set. */

enum aware_socket { AWARE_SOCKET_GLOBAL, AWARE_SOCKET_RADIO, AWARE_SOCKET_NMI, AWARE_SOCKETS_ };

/** A radio that can do it and its interface were found (or none: ifname ""; `why` then says what is missing, for
 * people). */
void aware_on_radio(struct aware *aware, const char *ifname, const char *why, int64_t now_us);

/** A control socket that was asked for is open, or went down (error: negative errno). */
void aware_on_socket(struct aware *aware, enum aware_socket socket, bool open, int error, int64_t now_us);

/** Answer to AWARE_ACTION_REQUEST. error: 0, or a negative errno and no text. */
void aware_on_reply(struct aware *aware, uint32_t token, int error, const char *text, size_t size, int64_t now_us);

/** An event line of the global or the management interface's socket. */
void aware_on_event(struct aware *aware, enum aware_socket socket, const char *line, size_t size, int64_t now_us,
                    int64_t wall_s);

/** The kernel's word on our data interface: its index, 0 when it is gone. */
void aware_on_interface(struct aware *aware, const char *ifname, unsigned int ifindex, bool up, int64_t now_us);

/** The address service came, or went; then its answers. error: 0, or a negative errno with `text` for people. */
void aware_on_address_service(struct aware *aware, bool there, int64_t now_us);
void aware_on_prepared(struct aware *aware, uint32_t token, int error, const struct address_iid *own, const char *text,
                       int64_t now_us);
void aware_on_peer_added(struct aware *aware, uint32_t token, int error, const char *address, const char *text,
                         int64_t now_us);

/** The store was written (error 0) or could not be. */
void aware_on_saved(struct aware *aware, int error, int64_t now_us);

/** A deadline has come. */
void aware_tick(struct aware *aware, int64_t now_us, int64_t wall_s);

/** When to call aware_tick() at the latest; INT64_MAX: never. */
int64_t aware_deadline_us(const struct aware *aware);

/* Orders. Return 0 or an aware_result. */

enum aware_result {
    AWARE_E_UNKNOWN = 1, /* no such service, peer, request or data path */
    AWARE_E_NAME,        /* no service name of RFC 6335 */
    AWARE_E_FULL,        /* tables of bounded size */
    AWARE_E_NOT_RUNNING, /* the engine is not; the function's reason says why */
    AWARE_E_STATE,       /* not in this state of the peer */
    AWARE_E_SECURITY,    /* the service's security does not allow it */
    AWARE_E_PIN,         /* not 4 to 8 digits */
    AWARE_E_ROLE,        /* that role cannot do it: a publisher does not ask for data paths */
    AWARE_E_CONFIG,      /* the service's description is inconsistent */
    AWARE_RESULTS_
};

/** One clause for a person. "" for a value that is not in the enumeration. */
const char *aware_result_text(int result);

/** Starts a service: one of the configuration by name and role, or a new one. ret_id: ours, for cancelling. */
int aware_order_start(struct aware *aware, const struct aware_service_config *service, int64_t now_us,
                      uint32_t *ret_id);
const struct aware_service_config *aware_find_service(const struct aware *aware, const char *name,
                                                      enum aware_role role);
int aware_order_cancel(struct aware *aware, uint32_t service_id, int64_t now_us);

/** Publisher: lets peers pair for config.pairing_s (0 seconds: closes the window). */
int aware_order_window(struct aware *aware, int64_t seconds, int64_t now_us);

/** Subscriber: starts bootstrapping with a discovered peer; the PIN is asked for by a request. */
int aware_order_pair(struct aware *aware, const struct fascia_mac *nmi, int64_t now_us);
int aware_order_enter_pin(struct aware *aware, uint32_t id, const struct fascia_secret *pin, int64_t now_us);
int aware_order_refuse(struct aware *aware, uint32_t id, int64_t now_us);
int aware_order_connect(struct aware *aware, const struct fascia_mac *nmi, int64_t now_us);
int aware_order_disconnect(struct aware *aware, uint32_t path_id, int64_t now_us);
int aware_order_forget(struct aware *aware, uint32_t peer_id, int64_t now_us);
int aware_order_rename(struct aware *aware, uint32_t peer_id, const char *name);

/** Everything down in order (terminate, NAN_STOP, interfaces); aware_is_stopped() tells when it is done. */
void aware_order_stop(struct aware *aware, int64_t now_us);
bool aware_is_stopped(const struct aware *aware);

/** The PIN that request `id` shows; borrowed until the next call. NULL: no such request, or it shows none. */
const struct fascia_secret *aware_pin(const struct aware *aware, uint32_t id);

/* Actions */

enum aware_action_kind {
    AWARE_ACTION_FIND_RADIO, /* answer: aware_on_radio() */
    AWARE_ACTION_OPEN,  /* `socket` (of interface `ifname`), now or as soon as it is there; answer: aware_on_socket() */
    AWARE_ACTION_CLOSE, /* `socket`; no answer */
    AWARE_ACTION_REQUEST,  /* `command` on `socket`, within timeout_us; answer: aware_on_reply(token) */
    AWARE_ACTION_PREPARE,  /* ask the address service for `ifindex` in mode "none"; answer: aware_on_prepared(token) */
    AWARE_ACTION_RELEASE,  /* the address service is to leave `ifindex`; no answer */
    AWARE_ACTION_PEER_ADD, /* mac, iid on ifindex; answer: aware_on_peer_added(token) */
    AWARE_ACTION_PEER_REMOVE, /* no answer */
    AWARE_ACTION_KEEP_ALIVE,  /* one small datagram (discard port) to fe80::iid on ifindex; no answer */
    AWARE_ACTION_SAVE,        /* aware_store() to its door; answer: aware_on_saved() */
    AWARE_ACTION_FACT,        /* publish state, reason, text */
    AWARE_ACTION_EVENT,       /* service_event(event, text) */
    AWARE_ACTION_CHANGED,     /* properties changed: `changed` */
    AWARE_ACTION_REQUESTED,   /* signal: the person is needed; `request` */
    AWARE_ACTION_REQUEST_ENDED,
    AWARE_ACTION_CONNECTED,    /* signal; `path` */
    AWARE_ACTION_DISCONNECTED, /* signal; `path`, reason */
    AWARE_ACTIONS_
};

enum aware_changed {
    AWARE_CHANGED_ENGINE = 1 << 0,
    AWARE_CHANGED_SERVICES = 1 << 1,
    AWARE_CHANGED_PEERS = 1 << 2,
    AWARE_CHANGED_PATHS = 1 << 3,
    AWARE_CHANGED_REQUESTS = 1 << 4,
    AWARE_CHANGED_WINDOW = 1 << 5,
};

struct aware_action {
    enum aware_action_kind kind;
    uint32_t token;
    enum aware_socket socket;
    char ifname[AWARE_INTERFACE_SIZE];
    struct engine_command *command; /* borrowed until the next call of aware_next(), which wipes it */
    int64_t timeout_us;
    unsigned int ifindex;
    struct fascia_mac mac;
    struct address_iid iid;
    enum fascia_function_state state;
    enum fascia_reason function_reason;
    enum fascia_event_kind event;
    unsigned int changed; /* enum aware_changed, or-ed */
    uint32_t request;     /* id */
    uint32_t path;        /* id */
    uint32_t reason;      /* enum aware_reason, of DISCONNECTED */
    char text[FASCIA_DETAIL_SIZE];
};

/** The next thing to do; false: nothing. The order is that in which they are to be done. */
bool aware_next(struct aware *aware, struct aware_action *ret_action);

/** What is to be saved; borrowed. */
const struct aware_store *aware_store(const struct aware *aware);

/* Views, for properties and tests. Each returns false when `index` is behind the last; rows keep no order. */

enum aware_engine_state {
    AWARE_ENGINE_ABSENT,      /* no control socket */
    AWARE_ENGINE_PROBING,     /* does it have NAN, and the radio a data path? */
    AWARE_ENGINE_UNFIT,       /* it does not; the fact says which gate */
    AWARE_ENGINE_CREATING,    /* the management interface */
    AWARE_ENGINE_CONFIGURING, /* NAN_SET, schedule */
    AWARE_ENGINE_STARTING,    /* NAN_START */
    AWARE_ENGINE_JOINING,     /* a cluster */
    AWARE_ENGINE_DATA,        /* the data interface, its preparation */
    AWARE_ENGINE_RUNNING,
    AWARE_ENGINE_STOPPING,
    AWARE_ENGINE_STATES_
};
const char *aware_engine_state_name(enum aware_engine_state state);

struct aware_engine_view {
    enum aware_engine_state state;
    uint64_t run; /* counts from 1; 0: none yet */
    struct fascia_mac cluster;
    unsigned int ndi_index;
    bool has_iid;
    struct address_iid own;
    int64_t window_until_us; /* 0: closed */
};
void aware_view_engine(const struct aware *aware, struct aware_engine_view *ret_view);

struct aware_service_view {
    uint32_t id;
    const struct aware_service_config *config;
    bool running;
    uint32_t engine_id;
};
bool aware_view_service(const struct aware *aware, size_t index, struct aware_service_view *ret_view);

enum aware_peer_state {
    AWARE_PEER_ABSENT, /* stored, not seen in this run */
    AWARE_PEER_DISCOVERED,
    AWARE_PEER_BOOTSTRAPPING,
    AWARE_PEER_PAIRING,
    AWARE_PEER_PAIRED,
    AWARE_PEER_REQUESTED,
    AWARE_PEER_CONNECTED,
    AWARE_PEER_CLOSING,
    AWARE_PEER_STATES_
};
const char *aware_peer_state_name(enum aware_peer_state state);

struct aware_peer_view {
    uint32_t id; /* of the store; 0: not paired */
    const char *name;
    struct fascia_mac nmi; /* all zero: never seen in this run */
    enum aware_peer_state state;
    uint32_t service_id;   /* 0: none */
    bool paired;           /* a pairing is stored, or made in this run */
    bool remembered;       /* its NIK has arrived: it can be known again */
    bool must_pair_again;  /* stored, but the engine has lost it (restart) */
    unsigned int paths;    /* connected */
    uint32_t last_reason;  /* enum aware_reason */
    const char *last_text; /* for people */
    int64_t seen_us;       /* 0: not in this run */
    int64_t last_seen_s;   /* wall clock; 0: not known */
};
bool aware_view_peer(const struct aware *aware, size_t index, struct aware_peer_view *ret_view);

struct aware_path_view {
    uint32_t id;
    struct fascia_mac peer_nmi, peer_ndi, initiator_ndi;
    uint32_t peer_id, service_id, ndp_id;
    bool initiator; /* we asked */
    bool connected; /* and addressed */
    enum aware_cipher cipher;
    unsigned int ifindex;
    struct address_iid iid; /* the peer's */
    const char *address;    /* scoped, "" before it is installed */
    int64_t port;           /* the peer's, by its service information; 0: not said */
    enum aware_transport transport;
    int64_t since_us;
};
bool aware_view_path(const struct aware *aware, size_t index, struct aware_path_view *ret_view);
bool aware_view_path_by_id(const struct aware *aware, uint32_t id, struct aware_path_view *ret_view);

enum aware_request_kind {
    AWARE_REQUEST_SHOW_PIN,  /* the person reads ours and types it into the phone */
    AWARE_REQUEST_ENTER_PIN, /* the person types the phone's */
    AWARE_REQUESTS_KINDS_
};
struct aware_request_view {
    uint32_t id;
    enum aware_request_kind kind;
    struct fascia_mac peer;
    uint32_t service_id;
    int64_t until_us;
};
bool aware_view_request(const struct aware *aware, size_t index, struct aware_request_view *ret_view);

#endif
