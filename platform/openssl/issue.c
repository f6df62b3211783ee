/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/openssl/issue.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>

#include "stack/identity/certificate.h"

#define SERIAL_SIZE 16 /* octets; RFC 5280 4.1.2.2 allows 20 */

int openssl_key_spec_parse(const char *text, enum openssl_key_spec *ret_spec)
{
    static const struct {
        const char *text;
        enum openssl_key_spec spec;
    } known[] = {
        {"p256", OPENSSL_KEY_P256},
        {"p384", OPENSSL_KEY_P384},
        {"rsa:2048", OPENSSL_KEY_RSA_2048},
        {"rsa:3072", OPENSSL_KEY_RSA_3072},
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(known); i++) {
        if (strcmp(text, known[i].text) == 0) {
            *ret_spec = known[i].spec;
            return 0;
        }
    }
    return -EINVAL;
}

int openssl_key_spec_of(const EVP_PKEY *key, enum openssl_key_spec *ret_spec)
{
    int bits = EVP_PKEY_get_bits(key);

    if (EVP_PKEY_is_a(key, "EC") && (bits == 256 || bits == 384))
        *ret_spec = bits == 256 ? OPENSSL_KEY_P256 : OPENSSL_KEY_P384;
    else if (EVP_PKEY_is_a(key, "RSA") && (bits == 2048 || bits == 3072))
        *ret_spec = bits == 2048 ? OPENSSL_KEY_RSA_2048 : OPENSSL_KEY_RSA_3072;
    else
        return -EINVAL;
    return 0;
}

int openssl_key_make(enum openssl_key_spec spec, EVP_PKEY **ret_key)
{
    EVP_PKEY *key = NULL;

    switch (spec) {
    case OPENSSL_KEY_P256:
        key = EVP_EC_gen("P-256");
        break;
    case OPENSSL_KEY_P384:
        key = EVP_EC_gen("P-384");
        break;
    case OPENSSL_KEY_RSA_2048:
        key = EVP_RSA_gen((size_t)2048);
        break;
    case OPENSSL_KEY_RSA_3072:
        key = EVP_RSA_gen((size_t)3072);
        break;
    }
    if (key == NULL)
        return -EIO;
    *ret_key = key;
    return 0;
}

static int set_serial(X509 *x)
{
    unsigned char octets[SERIAL_SIZE];

    if (RAND_bytes(octets, sizeof octets) != 1)
        return -EIO;
    octets[0] = (unsigned char)((octets[0] & 0x7f) | 0x40); /* positive, and never shorter */
    BIGNUM *number = BN_bin2bn(octets, sizeof octets, NULL);
    bool done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;
    BN_free(number);
    return done ? 0 : -EIO;
}

static int set_subject(X509 *x, const char *common_name)
{
    X509_NAME *name = X509_NAME_new();
    bool done =
        name != NULL &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0) == 1 &&
        X509_set_subject_name(x, name) == 1;

    X509_NAME_free(name);
    return done ? 0 : -EIO;
}

/* Everything but extensions, issuer and signature. */
static int begin(const struct openssl_request *request, EVP_PKEY *key, X509 **ret_certificate)
{
    _cleanup_(X509_free) X509 *x = X509_new();

    if (x == NULL || X509_set_version(x, X509_VERSION_3) != 1 || set_serial(x) < 0)
        return -EIO;
    if (ASN1_TIME_set(X509_getm_notBefore(x), (time_t)request->not_before) == NULL ||
        ASN1_TIME_set(X509_getm_notAfter(x), (time_t)request->not_after) == NULL)
        return -EIO;
    if (set_subject(x, request->common_name) < 0 || X509_set_pubkey(x, key) != 1)
        return -EIO;
    *ret_certificate = FASCIA_STEAL(x);
    return 0;
}

static int add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
    bool done = extension != NULL && X509_add_ext(x, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done ? 0 : -EIO;
}

static int sign(X509 *x, EVP_PKEY *key)
{
    const EVP_MD *hash = EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) == 384 ? EVP_sha384() : EVP_sha256();

    return X509_sign(x, key, hash) > 0 ? 0 : -EIO;
}

static int copy_constraints(X509 *x, const X509 *like)
{
    int at = X509_get_ext_by_NID(like, NID_name_constraints, -1);

    return at < 0 || X509_add_ext(x, X509_get_ext(like, at), -1) == 1 ? 0 : -EIO;
}

int openssl_ca_make(const struct openssl_request *request, EVP_PKEY *key, X509 **ret_certificate)
{
    _cleanup_(X509_free) X509 *x = NULL;
    int r = begin(request, key, &x);

    if (r < 0)
        return r;
    if (X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
        add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") < 0 ||
        add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") < 0 ||
        add_extension(x, x, NID_subject_key_identifier, "hash") < 0)
        return -EIO;
    /* RFC 5280 4.2.1.10: conforming CAs mark it critical. */
    if (request->constraints != NULL && add_extension(x, x, NID_name_constraints, request->constraints) < 0)
        return -EIO;
    if (request->like != NULL && copy_constraints(x, request->like) < 0)
        return -EIO;
    r = sign(x, key);
    if (r == 0)
        *ret_certificate = FASCIA_STEAL(x);
    return r;
}

/* The entries are names that identity_name_parse() let through: without comma or quote, so that the words are safe. */
static int add_names(X509 *x, X509 *ca, const struct openssl_request *request)
{
    size_t size = (size_t)IDENTITY_SANS_MAX * (IDENTITY_NAME_SIZE + 8);
    _cleanup_(freep) char *words = malloc(size);
    struct fascia_text text;

    if (words == NULL)
        return -ENOMEM;
    fascia_text_init(&text, words, size);
    for (size_t i = 0; i < request->sans_count; i++)
        fascia_text_add(&text, "%s%s:%s", i > 0 ? "," : "", request->sans[i].ip_size > 0 ? "IP" : "DNS",
                        request->sans[i].text);
    return fascia_text_ok(&text) ? add_extension(x, ca, NID_subject_alt_name, words) : -EIO;
}

int openssl_leaf_make(const struct openssl_request *request, EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key,
                      X509 **ret_certificate)
{
    _cleanup_(X509_free) X509 *x = NULL;
    int r = begin(request, key, &x);

    if (r < 0)
        return r;
    if (X509_set_issuer_name(x, X509_get_subject_name(ca)) != 1 ||
        add_extension(x, ca, NID_basic_constraints, "critical,CA:FALSE") < 0 ||
        add_extension(x, ca, NID_key_usage, "critical,digitalSignature") < 0 ||
        add_extension(x, ca, NID_ext_key_usage, "serverAuth") < 0 ||
        add_extension(x, ca, NID_subject_key_identifier, "hash") < 0 ||
        add_extension(x, ca, NID_authority_key_identifier, "keyid:always") < 0 || add_names(x, ca, request) < 0)
        return -EIO;
    r = sign(x, ca_key);
    if (r == 0)
        *ret_certificate = FASCIA_STEAL(x);
    return r;
}

bool openssl_key_fits(const X509 *certificate, const EVP_PKEY *key)
{
    bool fits = X509_check_private_key(certificate, key) == 1;

    ERR_clear_error();
    return fits;
}

int openssl_key_write(const EVP_PKEY *key, BIO **ret_bio)
{
    _cleanup_(BIO_free_all) BIO *bio = BIO_new(BIO_s_secmem());

    if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        return -EIO;
    *ret_bio = FASCIA_STEAL(bio);
    return 0;
}

/* Instead of asking on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *userdata)
{
    if (size > 0)
        buffer[0] = '\0';
    (void)writing;
    (void)userdata;
    return -1;
}

int openssl_key_parse(const void *data, size_t size, EVP_PKEY **ret_key)
{
    _cleanup_(BIO_free_all) BIO *bio = size <= INT32_MAX ? BIO_new_mem_buf(data, (int)size) : NULL;
    EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;

    ERR_clear_error();
    if (key == NULL)
        return -EBADMSG;
    *ret_key = key;
    return 0;
}
