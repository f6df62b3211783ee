/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_OPENSSL_ISSUE_H
#define FASCIA_PLATFORM_OPENSSL_ISSUE_H

#include "platform/openssl/ssl.h"
#include "stack/base/text.h"
#include "stack/identity/name.h"

/* Makes keys and certificates. Signatures are SHA-256, or SHA-384 for a P-384 key. */

enum openssl_key_spec { OPENSSL_KEY_P256, OPENSSL_KEY_P384, OPENSSL_KEY_RSA_2048, OPENSSL_KEY_RSA_3072 };

/** "p256", "p384", "rsa:2048", "rsa:3072". Returns 0 or -EINVAL. */
int openssl_key_spec_parse(const char *text, enum openssl_key_spec *ret_spec);

/** Which of them a key is. Returns 0 or -EINVAL: another one. */
int openssl_key_spec_of(const EVP_PKEY *key, enum openssl_key_spec *ret_spec);

/** Makes a key. Returns 0 or -EIO (openssl_error() says why). */
int openssl_key_make(enum openssl_key_spec spec, EVP_PKEY **ret_key);

/** A certificate to be: text is borrowed. */
struct openssl_request {
    const char *common_name;
    int64_t not_before, not_after; /* seconds since 1970; both count */
    const char *constraints;       /* CA: name constraints in OpenSSL's configuration words; NULL = none */
    const X509 *like;              /* CA: takes its name constraints over; NULL = none */
    const struct identity_name *sans;
    size_t sans_count; /* leaf: 1 … IDENTITY_SANS_MAX */
};

/** A self-signed CA for leaves only (path length 0). Returns 0 or -EIO. */
int openssl_ca_make(const struct openssl_request *request, EVP_PKEY *key, X509 **ret_certificate);

/** A TLS server's certificate. Returns 0 or -EIO. */
int openssl_leaf_make(const struct openssl_request *request, EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key,
                      X509 **ret_certificate);

/** True when the private key is that of the certificate. */
bool openssl_key_fits(const X509 *certificate, const EVP_PKEY *key);

/** PKCS #8 PEM without a passphrase, in memory that is wiped when the BIO is freed. Returns 0 or -EIO. */
int openssl_key_write(const EVP_PKEY *key, BIO **ret_bio);

/** Decodes it; only a private key will do. Returns 0 or -EBADMSG. `data` is borrowed, and the caller's to wipe. */
int openssl_key_parse(const void *data, size_t size, EVP_PKEY **ret_key);

#endif
