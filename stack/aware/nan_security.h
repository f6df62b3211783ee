/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_SECURITY_H
#define FASCIA_STACK_AWARE_NAN_SECURITY_H

#include "stack/aware/nan_frame.h"

/* Security of a data path: cipher suites (CSIA, 22), security contexts (SCIA, 23), key descriptor (SKDA, 24). */

enum nan_csia_capability {
    NAN_CSIA_16_ND_REPLAY_COUNTERS = 1 << 0,
    NAN_CSIA_GTK_SUPPORT = 3 << 1, /* 0 none, 1 without BIGTK, 2 all */
    NAN_CSIA_16_REPLAY_COUNTERS = 1 << 3,
    NAN_CSIA_BIP_GMAC_256 = 1 << 4,
};

struct nan_csia {
    uint8_t capabilities;
    struct nan_octets suites; /* use nan_suite_next() */
};

struct nan_csia_suite {
    uint8_t suite; /* enum nan_suite, or newer */
    uint8_t publish_id;
};

/** Returns 0 or NAN_E_LENGTH (also: an odd list, or an empty one). */
int nan_csia_parse(const struct nan_attr *attr, struct nan_csia *ret_csia);

/** The next suite; false at the end. */
bool nan_suite_next(struct nan_octets *left, struct nan_csia_suite *ret_suite);

#define NAN_PMKID_SIZE 16

struct nan_context {
    uint8_t type; /* 1: ND-PMKID */
    uint8_t publish_id;
    struct nan_octets id; /* 16 octets for type 1 */
};
enum { NAN_CONTEXT_PMKID = 1 };

/** Checks a whole SCIA. Returns 0 or NAN_E_LENGTH (also: a PMKID of another size). */
int nan_scia_check(const struct nan_attr *attr);

/** The next context of a SCIA that was checked, from its body; false at the end. */
bool nan_context_next(struct nan_octets *left, struct nan_context *ret_context);

/** IEEE 802.11-2020, 12.7.2: bits of key information. */
enum nan_key_information {
    NAN_KEY_PAIRWISE = 1 << 3,
    NAN_KEY_INSTALL = 1 << 6,
    NAN_KEY_ACK = 1 << 7,
    NAN_KEY_MIC = 1 << 8,
    NAN_KEY_SECURE = 1 << 9,
    NAN_KEY_ENCRYPTED_DATA = 1 << 12,
};

/** Which message of the four-way handshake it is; in this order in request, response, confirm, key installment. */
enum nan_key_message { NAN_KEY_OTHER, NAN_KEY_M1, NAN_KEY_M2, NAN_KEY_M3, NAN_KEY_M4, NAN_KEY_MESSAGES_ };
const char *nan_key_message_name(enum nan_key_message message); /* "M1"; "other" */

#define NAN_NONCE_SIZE   32
#define NAN_MIC_SIZE_MAX 24

struct nan_key {
    uint8_t publish_id;
    uint8_t descriptor;   /* always 2: RSN */
    uint16_t information; /* enum nan_key_information */
    uint16_t key_length;
    uint64_t replay_counter;
    uint8_t nonce[NAN_NONCE_SIZE];
    struct nan_octets mic;  /* 16 or 24 octets */
    struct nan_octets data; /* encrypted when the information says so */
};

/**
 * `mic_size` is that of the cipher suite; with 0 the one is taken with which the descriptor ends exactly at the end.
 * Returns 0, NAN_E_LENGTH or NAN_E_VALUE (another descriptor than RSN, or another MIC size).
 */
int nan_key_parse(const struct nan_attr *attr, size_t mic_size, struct nan_key *ret_key);

enum nan_key_message nan_key_message(const struct nan_key *key);

#endif
