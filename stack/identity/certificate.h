/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_IDENTITY_CERTIFICATE_H
#define FASCIA_STACK_IDENTITY_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/identity/name.h"

/*
 * What the rules need to know of a certificate: a plain record without a pointer, filled by platform/openssl. All text
 * in it is printable ASCII.
 */

#define IDENTITY_SUBJECT_SIZE 256
#define IDENTITY_SANS_MAX     64 /* kept of one certificate; the total is counted */
#define IDENTITY_CHAIN_MAX    8
#define IDENTITY_PIN_SIZE     32 /* SHA-256 */

enum identity_key_kind { IDENTITY_KEY_OTHER, IDENTITY_KEY_RSA, IDENTITY_KEY_EC };

/* The hash of the signature over a certificate. */
enum identity_hash {
    IDENTITY_HASH_OTHER,
    IDENTITY_HASH_MD5,
    IDENTITY_HASH_SHA1,
    IDENTITY_HASH_SHA2,
    IDENTITY_HASH_BUILT_IN, /* none to choose: EdDSA */
};

struct identity_certificate {
    char subject[IDENTITY_SUBJECT_SIZE], issuer[IDENTITY_SUBJECT_SIZE]; /* RFC 4514, cut when longer */
    char common_name[IDENTITY_SUBJECT_SIZE];                            /* "" = none */
    char serial[2 * 20 + 2];                                            /* hexadecimal; "" when out of range */
    int version;                                                        /* 1 … 3 */

    enum identity_key_kind key_kind;
    unsigned int key_bits;
    char key_name[32]; /* "RSA", "P-256", "ED25519" */
    enum identity_hash hash;
    char signature_name[48];

    int64_t not_before, not_after; /* seconds since 1970, UTC */

    struct identity_name sans[IDENTITY_SANS_MAX]; /* dNSName and iPAddress only */
    size_t sans_count;                            /* in sans[] */
    size_t sans_total;                            /* dNSName and iPAddress in the certificate */
    bool sans_bad;                                /* one of them is no name or address: kept out of sans[] */

    bool has_eku, eku_server_auth, eku_any;
    bool has_key_usage, ku_digital_signature, ku_cert_sign;
    bool has_basic_constraints, is_ca;
    bool self_signed;
    bool malformed;        /* an extension cannot be read, or is there twice */
    bool unknown_critical; /* a critical extension that nobody here knows */

    uint8_t pin[IDENTITY_PIN_SIZE]; /* SHA-256 of the SubjectPublicKeyInfo (RFC 7469 2.4) */
};

/** Days of validity, an opened one counted whole; 0 when it ends before it begins. */
int64_t identity_validity_days(const struct identity_certificate *certificate);

/** Whole days left at `now`; negative when it has expired. */
int64_t identity_days_left(const struct identity_certificate *certificate, int64_t now);

#endif
