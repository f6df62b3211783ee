/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_STORE_H
#define FASCIA_STACK_AWARE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/secret.h"
#include "stack/base/text.h"

/*
 * The pairing store: our own NIK and what is known of each paired peer, as one image of bounded size with a magic, a
 * version and a CRC-32C over everything. The door (platform/file) replaces the file as a whole, so a reader
 * finds the old image or the new one, whatever the moment of a power cut; an image that fails its CRC is set aside,
 * never half used.
 */

#define AWARE_STORE_PEERS_MAX 32
#define AWARE_PEER_NAME_SIZE  64
#define AWARE_STORE_MAX       16384 /* octets of an image */

struct aware_stored_peer {
    uint32_t id;                     /* ours, never used again; 0: free row */
    char name[AWARE_PEER_NAME_SIZE]; /* given by the user, or "" */
    struct fascia_mac nmi;           /* last seen management address: it changes, the identity does not */
    struct fascia_secret nik, npk;   /* empty NIK: the peer's follow-up was lost, so it is not remembered */
    uint8_t cipher_version;
    char akm[16];
    int64_t paired_at_s, last_seen_s; /* seconds since 1970; 0 = the clock was not set */
    int64_t expires_at_s;             /* 0 = never */
    uint64_t engine_run;              /* the run of the engine that knows this pairing (see aware.h) */
};

struct aware_store {
    struct fascia_secret own_nik; /* 16 octets, or empty: none made yet */
    uint32_t next_id;             /* of a peer */
    struct aware_stored_peer peers[AWARE_STORE_PEERS_MAX];
};

enum aware_store_result {
    AWARE_STORE_E_CORRUPT = 1, /* magic, size or CRC is wrong */
    AWARE_STORE_E_VERSION,     /* of a newer fascia */
};

void aware_store_init(struct aware_store *store);
void aware_store_wipe(struct aware_store *store);

/** Writes the image into `size` octets at `to`. Returns 0 or -EMSGSIZE. The caller wipes the buffer. */
int aware_store_encode(const struct aware_store *store, uint8_t *to, size_t size, size_t *ret_size);

/** Reads an image. Returns 0 or an aware_store_result; *ret_store is then untouched. The caller wipes the image. */
int aware_store_decode(const void *image, size_t size, struct aware_store *ret_store);

struct aware_stored_peer *aware_store_find(struct aware_store *store, uint32_t id);

/** By the peer's NIK. NULL: not known. */
struct aware_stored_peer *aware_store_find_nik(struct aware_store *store, const struct fascia_secret *nik);

/** A new row with the next id. When full, the row whose peer was seen longest ago gives way. */
struct aware_stored_peer *aware_store_add(struct aware_store *store);

/** Wipes the row. NULL-safe. */
void aware_store_remove(struct aware_stored_peer *peer);

#endif
