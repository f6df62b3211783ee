/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_OPENSSL_SSL_H
#define FASCIA_PLATFORM_OPENSSL_SSL_H

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "stack/base/cleanup.h"

/* Scope-bound ownership of OpenSSL's objects: `_cleanup_(X509_free) X509 *x = NULL;`. Keys are wiped by their _free. */

static inline void openssl_certificates_free(STACK_OF(X509) * stack)
{
    sk_X509_pop_free(stack, X509_free);
}

FASCIA_DEFINE_CLEANUP(X509, X509_free)
FASCIA_DEFINE_CLEANUP(X509_STORE, X509_STORE_free)
FASCIA_DEFINE_CLEANUP(X509_STORE_CTX, X509_STORE_CTX_free)
FASCIA_DEFINE_CLEANUP(EVP_PKEY, EVP_PKEY_free)
FASCIA_DEFINE_CLEANUP(SSL, SSL_free)
FASCIA_DEFINE_CLEANUP(SSL_CTX, SSL_CTX_free)
FASCIA_DEFINE_CLEANUP(BIO, BIO_free_all)
FASCIA_DEFINE_CLEANUP(GENERAL_NAMES, GENERAL_NAMES_free)
FASCIA_DEFINE_CLEANUP(STACK_OF(X509), openssl_certificates_free)

/** The oldest queued error of OpenSSL in words, the queue then emptied; "no reason given" when there is none. Static.
 */
const char *openssl_error(void);

#endif
