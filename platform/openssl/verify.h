/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_OPENSSL_VERIFY_H
#define FASCIA_PLATFORM_OPENSSL_VERIFY_H

#include "platform/openssl/ssl.h"
#include "stack/identity/judge.h"

/* RFC 5280 path validation, by OpenSSL, that goes on after an error so that all of them are told. */

struct openssl_verdict {
    bool asked, trusted;
    STACK_OF(X509) * chain; /* up to the anchor, when trusted; the caller's, openssl_certificates_free() */
    char detail[IDENTITY_TRUST_DETAIL_SIZE]; /* every error once, with the depth it was found at */
};

/** Trusts exactly the certificates of a file. Returns 0, negative errno, or a positive OPENSSL_E_*. */
int openssl_trust_read(const char *path, X509_STORE **ret_store);

/** Trusts exactly these. Returns 0 or -ENOMEM. */
int openssl_trust_make(STACK_OF(X509) * anchors, X509_STORE **ret_store);

/**
 * Validates chain[0] as a TLS server at the time `now` (seconds since 1970); the rest of the chain may be used on the
 * way to an anchor of `store`. Returns 0, or -ENOMEM.
 */
int openssl_verify(X509_STORE *store, STACK_OF(X509) * chain, int64_t now, struct openssl_verdict *ret_verdict);

/** The same for a context that is set up (by a TLS handshake). */
void openssl_verify_context(X509_STORE_CTX *context, int64_t now, struct openssl_verdict *ret_verdict);

#endif
