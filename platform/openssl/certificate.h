/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_OPENSSL_CERTIFICATE_H
#define FASCIA_PLATFORM_OPENSSL_CERTIFICATE_H

#include "platform/openssl/ssl.h"
#include "stack/identity/certificate.h"

/* Certificates that somebody else made: from bytes to the record that the rules judge. */

#define OPENSSL_FILE_MAX 262144 /* octets of a certificate file that are looked at */

enum {
    OPENSSL_E_NO_CERTIFICATE = 1, /* neither PEM with a certificate nor DER */
    OPENSSL_E_TOO_LARGE,
};

/**
 * Reads all certificates of PEM text (other PEM parts are passed over, keys are never decoded), or one in DER. At most
 * 2 * IDENTITY_CHAIN_MAX are kept. `ret_stack` is the caller's. Returns 0, -ENOMEM, or a positive OPENSSL_E_*.
 */
int openssl_certificates_parse(const void *data, size_t size, STACK_OF(X509) * *ret_stack);

/** The same from a file; also a negative errno. */
int openssl_certificates_read(const char *path, STACK_OF(X509) * *ret_stack);

/** Takes out what the rules need. */
void openssl_certificate_summary(X509 *certificate, struct identity_certificate *ret_certificate);

/** SHA-256 of the SubjectPublicKeyInfo (RFC 7469 2.4). Returns 0 or -EIO. */
int openssl_pin(X509 *certificate, uint8_t ret_pin[static IDENTITY_PIN_SIZE]);

#endif
