/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_ENGINE_COMMAND_H
#define FASCIA_STACK_AWARE_ENGINE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/address/iid.h"
#include "stack/aware/aware_config.h"
#include "stack/base/secret.h"
#include "stack/base/text.h"

/*
 * Commands to the NAN engine (wpa_supplicant 2.12, wpa_supplicant/ctrl_iface.c). A command may hold a key, so it has
 * its own type, is wiped after use and is never logged. Everything that the engine itself does not check (lengths of
 * interface_id and nik, spaces in a passphrase, one key at most) is right by construction.
 */

#define ENGINE_COMMAND_MAX 8192 /* octets; the engine reads no more */

struct engine_command {
    char text_[ENGINE_COMMAND_MAX + 1];
    size_t size_;
    bool failed_; /* did not fit, or a value was not allowed */
};

void engine_command_wipe(struct engine_command *command);

/** NULL when it failed. Valid until the next change. */
const char *engine_command_text(const struct engine_command *command);

/* Global socket */
void engine_interface_add(struct engine_command *to, const char *ifname, const char *sockets_dir);
/** `type`: "nan" or "nan_data". */
void engine_interface_create(struct engine_command *to, const char *ifname, const char *sockets_dir, const char *type);
void engine_interface_remove(struct engine_command *to, const char *ifname);
/** PING, GET_CAPABILITY nan, INTERFACES, NAN_START, NAN_STOP, NAN_STATUS, NAN_UPDATE_CONF, TERMINATE, … as it is. */
void engine_plain(struct engine_command *to, const char *text);

/* Management interface: settings */
void engine_set_number(struct engine_command *to, const char *key, uint32_t value);
void engine_set_country(struct engine_command *to, const char country[static 3]);
/** Bit masks of methods; comeback in TU. */
void engine_set_bootstrap(struct engine_command *to, uint16_t supported, uint16_t auto_accepted, uint16_t comeback_tu);
/** Exactly 16 octets. */
void engine_set_nik(struct engine_command *to, const struct fascia_secret *nik);
/** `slots`: "2437:0e000000" entries, count > 0. */
void engine_schedule(struct engine_command *to, unsigned int map_id, const char (*slots)[16], size_t count);

/* Services */
void engine_publish(struct engine_command *to, const struct aware_service_config *service, unsigned int ttl_s);
void engine_subscribe(struct engine_command *to, const struct aware_service_config *service, unsigned int ttl_s);
void engine_cancel(struct engine_command *to, enum aware_role role, uint32_t id);

/* Peers */
void engine_bootstrap(struct engine_command *to, const struct fascia_mac *peer, uint32_t own_id, uint32_t peer_id,
                      uint16_t method, bool authorise);
void engine_bootstrap_reset(struct engine_command *to, const struct fascia_mac *peer);

enum engine_auth { ENGINE_AUTH_OPPORTUNISTIC = 0, ENGINE_AUTH_SAE = 1, ENGINE_AUTH_VERIFY = 2 };

struct engine_pair {
    struct fascia_mac peer;
    uint32_t own_id, peer_id;
    enum engine_auth auth;
    bool gcmp_256; /* else CCMP */
    bool responder;
    const struct fascia_secret *password; /* with ENGINE_AUTH_SAE; sent as pwd_hex */
};
void engine_pair(struct engine_command *to, const struct engine_pair *pair);
void engine_pair_abort(struct engine_command *to, const struct fascia_mac *peer);

/* Data paths */
struct engine_data_path {
    struct fascia_mac peer;      /* management address */
    struct fascia_mac initiator; /* initiator's NDI; response and termination */
    uint32_t own_id;             /* handle */
    uint32_t peer_id;            /* request */
    uint32_t ndp_id;             /* response and termination */
    const char *ndi;             /* our interface */
    const uint8_t *info;         /* service information, NULL = none */
    size_t info_size;
    enum aware_cipher cipher;
    const struct fascia_secret *pmk, *password; /* with a cipher: one of them; password as pwd_hex */
    const struct address_iid *iid;              /* ours; always given: peers may see it */
};
void engine_ndp_request(struct engine_command *to, const struct engine_data_path *path);
void engine_ndp_accept(struct engine_command *to, const struct engine_data_path *path);
void engine_ndp_reject(struct engine_command *to, const struct engine_data_path *path, unsigned int reason);
void engine_ndp_terminate(struct engine_command *to, const struct engine_data_path *path);

/* Replies */
bool engine_reply_is_ok(const char *reply, size_t size);
/** A publish or subscribe id. Returns 0 or -EBADMSG (also for FAIL). */
int engine_reply_id(const char *reply, size_t size, uint32_t *ret_id);
/** "USD NAN": which words GET_CAPABILITY nan answered. */
void engine_reply_capability(const char *reply, size_t size, bool *ret_usd, bool *ret_nan);

#endif
