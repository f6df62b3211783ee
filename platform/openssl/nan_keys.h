/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_OPENSSL_NAN_KEYS_H
#define FASCIA_PLATFORM_OPENSSL_NAN_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "stack/base/secret.h"
#include "stack/base/text.h"

/*
 * Keys of Wi-Fi Aware. H is SHA-256 for the cipher suites 1 and 7, SHA-384 for 2 and 8; i and r are initiator and
 * responder. KDF(key, label, data, bits) is that of IEEE 802.11-2020, 12.7.1.6.2: HMAC-H(key, counter (2, LE, from 1) |
 * label | data | bits (2, LE)), one after the other.
 *
 * Formulas as in hostap's src/nan, read for behaviour, which cites Wi-Fi Aware 4.0. Addresses are in transmission
 * order. All functions return 0, -EIO when OpenSSL fails, -EINVAL for a key of a wrong size, or NAN_KEYS_E_SUITE.
 *
 * `fasciactl aware decode --keys` uses what leads from a passphrase or an ND-PMK to the MIC of a frame. The engine
 * derives everything else itself and keeps it to itself: what comes of a pairing (nan_keys_pmk_of_pairing(),
 * _npk_opportunistic(), _management_kek()), and the tag of an identity (_nira_tag()), have tests with known answers as
 * their only callers. They are here for a program that is to explain the frames behind a pairing.
 */

enum {
    NAN_KEYS_E_SUITE = 1, /* not one of 1, 2, 7 and 8 */
    NAN_KEYS_E_MIC,       /* the MIC is wrong */
};

#define NAN_KEYS_PMK_SIZE        32
#define NAN_KEYS_NIK_SIZE        16
#define NAN_KEYS_PMKID_SIZE      16
#define NAN_KEYS_TOKEN_SIZE      16
#define NAN_KEYS_NONCE_SIZE      32
#define NAN_KEYS_SERVICE_ID_SIZE 6
#define NAN_KEYS_NIRA_NONCE_SIZE 8
#define NAN_KEYS_NIRA_TAG_SIZE   8
#define NAN_KEYS_MIC_SIZE_MAX    24
#define NAN_KEYS_NAME_MAX        255

/** First 6 octets of SHA-256(name in lower case, ASCII letters only). -EINVAL when it has not 1 to 255 octets. */
int nan_keys_service_id(const char *name, uint8_t ret_id[static NAN_KEYS_SERVICE_ID_SIZE]);

/** ND-PMK = PBKDF2-HMAC-H(passphrase, 00 | csid | service id | publisher's NMI, 4096 rounds, 32 octets). */
int nan_keys_pmk_of_passphrase(uint8_t csid, const struct fascia_secret *passphrase,
                               const uint8_t service_id[static NAN_KEYS_SERVICE_ID_SIZE],
                               const struct fascia_mac *publisher, struct fascia_secret *ret_pmk);

/* From a pairing: keys of its NM-KDK and of the NMIs of its initiator and responder. */

/** ND-PMK = KDF(NM-KDK, "NDP PMK Derivation", iNMI | rNMI), 32 octets. */
int nan_keys_pmk_of_pairing(uint8_t csid, const struct fascia_secret *kdk, const struct fascia_mac *initiator,
                            const struct fascia_mac *responder, struct fascia_secret *ret_pmk);

/** NPK of an opportunistic pairing = KDF(NM-KDK, "NAN Opportunistic NPK Derivation", iNMI | rNMI), 32 octets. */
int nan_keys_npk_opportunistic(uint8_t csid, const struct fascia_secret *kdk, const struct fascia_mac *initiator,
                               const struct fascia_mac *responder, struct fascia_secret *ret_npk);

/** NM-KEK = KDF(NM-KDK, "NAN Management KEK Derivation", iNMI | rNMI), 16 octets, or 32 for SHA-384. */
int nan_keys_management_kek(uint8_t csid, const struct fascia_secret *kdk, const struct fascia_mac *initiator,
                            const struct fascia_mac *responder, struct fascia_secret *ret_kek);

/**
 * ND-PMKID = first 16 of HMAC-H(ND-PMK, "NAN PMK Name" | iNMI | rNMI | service id). In what a publisher announces the
 * initiator is ff:ff:ff:ff:ff:ff, in a data path request it is the real one.
 */
int nan_keys_pmkid(uint8_t csid, const struct fascia_secret *pmk, const struct fascia_mac *initiator,
                   const struct fascia_mac *responder, const uint8_t service_id[static NAN_KEYS_SERVICE_ID_SIZE],
                   uint8_t ret_pmkid[static NAN_KEYS_PMKID_SIZE]);

/** ND-PTK in its parts. */
struct nan_ptk {
    struct fascia_secret kck; /* 16 octets, or 24 for SHA-384 */
    struct fascia_secret kek; /* 16 or 32 */
    struct fascia_secret tk;  /* 16 or 32 */
};

/** Overwrites all three. NULL-safe, idempotent. */
void nan_ptk_wipe(struct nan_ptk *ptk);

static inline void fascia_cleanup_nan_ptk_wipe(struct nan_ptk *ptk)
{
    nan_ptk_wipe(ptk);
}

/** KDF(ND-PMK, "NAN Pairwise key expansion", iNDI | rNDI | iNonce | rNonce) = KCK | KEK | TK. */
int nan_keys_ptk(uint8_t csid, const struct fascia_secret *pmk, const struct fascia_mac *initiator_ndi,
                 const struct fascia_mac *responder_ndi, const uint8_t initiator_nonce[static NAN_KEYS_NONCE_SIZE],
                 const uint8_t responder_nonce[static NAN_KEYS_NONCE_SIZE], struct nan_ptk *ret_ptk);

/** Authentication token: first 16 of H(body of M1, from the category octet on). */
int nan_keys_token(uint8_t csid, const void *body, size_t size, uint8_t ret_token[static NAN_KEYS_TOKEN_SIZE]);

/** What a MIC is computed over: a frame's body from the category octet on, as if its MIC were zero. */
struct nan_mic_input {
    const uint8_t *token; /* 16 octets in front of it: M3; else NULL */
    const uint8_t *body;
    size_t size;
    size_t mic_at; /* offset of the MIC in the body; SIZE_MAX when there is none in it */
};

/** MIC = first 16 (SHA-384: 24) of HMAC-H(KCK, input). -EINVAL also for an offset that is not inside. */
int nan_keys_mic(uint8_t csid, const struct fascia_secret *kck, const struct nan_mic_input *input,
                 uint8_t ret_mic[static NAN_KEYS_MIC_SIZE_MAX]);

/** Compares with the MIC that is in the body. Returns also NAN_KEYS_E_MIC. */
int nan_keys_mic_check(uint8_t csid, const struct fascia_secret *kck, const struct nan_mic_input *input);

/** First 8 of HMAC-SHA-256(NIK, "NIR" | NMI | nonce). */
int nan_keys_nira_tag(const struct fascia_secret *nik, const struct fascia_mac *nmi,
                      const uint8_t nonce[static NAN_KEYS_NIRA_NONCE_SIZE],
                      uint8_t ret_tag[static NAN_KEYS_NIRA_TAG_SIZE]);

#endif
