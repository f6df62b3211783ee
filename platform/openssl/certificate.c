/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/openssl/certificate.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <time.h>

#include "platform/file/file.h"
#include "stack/base/text.h"

#define READ_MAX ((int)(2 * IDENTITY_CHAIN_MAX))

const char *openssl_error(void)
{
    unsigned long code = ERR_get_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return reason != NULL ? reason : "no reason given";
}

/* DER of one certificate with nothing behind it. */
static X509 *parse_der(const void *data, size_t size)
{
    const unsigned char *at = data;

    if (size > LONG_MAX)
        return NULL;
    X509 *certificate = d2i_X509(NULL, &at, (long)size);
    if (certificate != NULL && at != (const unsigned char *)data + size) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

static bool is_certificate(const char *label)
{
    return strcmp(label, PEM_STRING_X509) == 0 || strcmp(label, PEM_STRING_X509_OLD) == 0;
}

/* One part of PEM text. Returns 1, or 0 at the end. What is no certificate is passed over without being decoded. */
static int parse_part(BIO *bio, STACK_OF(X509) * stack)
{
    char *label = NULL, *header = NULL;
    unsigned char *der = NULL;
    long size = 0;

    if (PEM_read_bio(bio, &label, &header, &der, &size) != 1)
        return 0;
    X509 *certificate = is_certificate(label) ? parse_der(der, (size_t)size) : NULL;
    if (certificate != NULL && sk_X509_push(stack, certificate) <= 0)
        X509_free(certificate);
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(der, (size_t)size); /* it may have been a key */
    return 1;
}

int openssl_certificates_parse(const void *data, size_t size, STACK_OF(X509) * *ret_stack)
{
    if (size > OPENSSL_FILE_MAX)
        return OPENSSL_E_TOO_LARGE;
    if (size == 0)
        return OPENSSL_E_NO_CERTIFICATE;
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *stack = sk_X509_new_null();
    _cleanup_(BIO_free_all) BIO *bio = BIO_new_mem_buf(data, (int)size);
    if (stack == NULL || bio == NULL)
        return -ENOMEM;

    X509 *single = parse_der(data, size);
    if (single != NULL && sk_X509_push(stack, single) <= 0)
        X509_free(single);
    while (single == NULL && sk_X509_num(stack) < READ_MAX && parse_part(bio, stack) == 1)
        continue;
    ERR_clear_error();
    if (sk_X509_num(stack) == 0)
        return OPENSSL_E_NO_CERTIFICATE;
    *ret_stack = FASCIA_STEAL(stack);
    return 0;
}

int openssl_certificates_read(const char *path, STACK_OF(X509) * *ret_stack)
{
    size_t size = 0;
    _cleanup_(freep) char *data = malloc(OPENSSL_FILE_MAX + 1);

    if (data == NULL)
        return -ENOMEM;
    int r = file_read(path, data, OPENSSL_FILE_MAX + 1, &size);
    if (r == 0)
        r = openssl_certificates_parse(data, size, ret_stack);
    explicit_bzero(data, OPENSSL_FILE_MAX + 1); /* the file may hold its key, too */
    return r;
}

/* Copies what a memory BIO holds; cut when it is longer. Only printable ASCII gets through. */
static void copy_printable(char *to, size_t size, const char *from, size_t from_size)
{
    size_t n = from_size < size - 1 ? from_size : size - 1;

    for (size_t i = 0; i < n; i++) {
        char c = from[i];
        if (c < ' ' || c > '~')
            c = '?';
        to[i] = c;
    }
    to[n] = '\0';
}

static void copy_name(const X509_NAME *name, char to[static IDENTITY_SUBJECT_SIZE])
{
    _cleanup_(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;

    if (bio == NULL || name == NULL || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) < 0)
        return;
    long size = BIO_get_mem_data(bio, &text);
    copy_printable(to, IDENTITY_SUBJECT_SIZE, text, size > 0 ? (size_t)size : 0);
}

static void copy_common_name(const X509_NAME *name, char to[static IDENTITY_SUBJECT_SIZE])
{
    unsigned char *text = NULL;
    int at = name != NULL ? X509_NAME_get_index_by_NID(name, NID_commonName, -1) : -1;
    const X509_NAME_ENTRY *entry = at >= 0 ? X509_NAME_get_entry(name, at) : NULL;
    int size = entry != NULL ? ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry)) : -1;

    if (size > 0)
        copy_printable(to, IDENTITY_SUBJECT_SIZE, (const char *)text, (size_t)size);
    OPENSSL_free(text);
}

/* RFC 5280 4.1.2.2: positive, at most 20 octets; else "" stays. */
static void copy_serial(const X509 *x, struct identity_certificate *certificate)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
    const unsigned char *octets = ASN1_STRING_get0_data(serial);
    int size = ASN1_STRING_length(serial);
    struct fascia_text text;
    unsigned int any = 0;

    if (size < 1 || size > 20 || (size == 20 && octets[0] >= 0x80) || ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
        return;
    for (int i = 0; i < size; i++)
        any |= octets[i];
    fascia_text_init(&text, certificate->serial, sizeof certificate->serial);
    for (int i = 0; i < size && any != 0; i++)
        fascia_text_add(&text, "%02x", octets[i]);
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm tm = {0};

    if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
        return 0; /* 1970: expired long ago */
    return timegm(&tm);
}

static void take_key(X509 *x, struct identity_certificate *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(x);
    char group[sizeof certificate->key_name] = "";
    size_t size = 0;

    if (key == NULL) {
        (void)fascia_text_copy(certificate->key_name, sizeof certificate->key_name, "unreadable");
        return;
    }
    int bits = EVP_PKEY_get_bits(key);
    certificate->key_bits = bits > 0 ? (unsigned int)bits : 0;
    const char *name = EVP_PKEY_get0_type_name(key);
    if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) {
        certificate->key_kind = IDENTITY_KEY_RSA;
    } else if (EVP_PKEY_is_a(key, "EC")) {
        certificate->key_kind = IDENTITY_KEY_EC;
        name = EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 ? group : "EC";
        if (strcmp(name, "prime256v1") == 0)
            name = "P-256";
        else if (strcmp(name, "secp384r1") == 0)
            name = "P-384";
    }
    copy_printable(certificate->key_name, sizeof certificate->key_name, name != NULL ? name : "unknown",
                   strlen(name != NULL ? name : "unknown"));
}

static enum identity_hash hash_of(int nid)
{
    switch (nid) {
    case NID_md5:
        return IDENTITY_HASH_MD5;
    case NID_sha1:
        return IDENTITY_HASH_SHA1;
    case NID_sha224:
    case NID_sha256:
    case NID_sha384:
    case NID_sha512:
    case NID_sha512_224:
    case NID_sha512_256:
        return IDENTITY_HASH_SHA2;
    default:
        return IDENTITY_HASH_OTHER;
    }
}

static void take_signature(X509 *x, struct identity_certificate *certificate)
{
    int hash = NID_undef, key = NID_undef, nid = X509_get_signature_nid(x);
    const char *name = OBJ_nid2ln(nid);

    /* The second is for what has no security level that is known, as a curve nobody has. */
    if (X509_get_signature_info(x, &hash, &key, NULL, NULL) == 1 ||
        (nid != NID_undef && OBJ_find_sigid_algs(nid, &hash, &key) == 1))
        certificate->hash = hash_of(hash);
    if (nid == NID_ED25519 || nid == NID_ED448)
        certificate->hash = IDENTITY_HASH_BUILT_IN;
    copy_printable(certificate->signature_name, sizeof certificate->signature_name, name != NULL ? name : "unknown",
                   strlen(name != NULL ? name : "unknown"));
}

static void take_name(const GENERAL_NAME *entry, struct identity_certificate *certificate)
{
    struct identity_name name;
    int type = 0, r = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(entry, &type);

    if (type != GEN_DNS && type != GEN_IPADD)
        return;
    const unsigned char *octets = ASN1_STRING_get0_data(value);
    size_t size = (size_t)ASN1_STRING_length(value);
    certificate->sans_total++;
    if (type == GEN_DNS)
        r = identity_name_from_dns((const char *)octets, size, &name);
    else
        r = identity_name_from_ip(octets, size, &name);
    if (r != 0)
        certificate->sans_bad = true;
    else if (certificate->sans_count < IDENTITY_SANS_MAX)
        certificate->sans[certificate->sans_count++] = name;
}

static void take_names(const X509 *x, struct identity_certificate *certificate)
{
    int critical = 0;
    _cleanup_(GENERAL_NAMES_free) GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);

    if (names == NULL && critical != -1)
        certificate->malformed = true; /* unreadable, or there twice */
    for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++)
        take_name(sk_GENERAL_NAME_value(names, i), certificate);
}

static void take_extensions(X509 *x, struct identity_certificate *certificate)
{
    uint32_t flags = X509_get_extension_flags(x); /* reads and keeps all it knows */

    certificate->has_eku = (flags & EXFLAG_XKUSAGE) != 0;
    if (certificate->has_eku) {
        uint32_t usage = X509_get_extended_key_usage(x);
        certificate->eku_server_auth = (usage & XKU_SSL_SERVER) != 0;
        certificate->eku_any = (usage & XKU_ANYEKU) != 0;
    }
    certificate->has_key_usage = (flags & EXFLAG_KUSAGE) != 0;
    if (certificate->has_key_usage) {
        uint32_t usage = X509_get_key_usage(x);
        certificate->ku_digital_signature = (usage & KU_DIGITAL_SIGNATURE) != 0;
        certificate->ku_cert_sign = (usage & KU_KEY_CERT_SIGN) != 0;
    }
    certificate->has_basic_constraints = (flags & EXFLAG_BCONS) != 0;
    certificate->is_ca = (flags & EXFLAG_CA) != 0;
    certificate->malformed = (flags & EXFLAG_INVALID) != 0;
    certificate->unknown_critical = (flags & EXFLAG_CRITICAL) != 0;
}

int openssl_pin(X509 *certificate, uint8_t ret_pin[static IDENTITY_PIN_SIZE])
{
    unsigned char *der = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    int done = size > 0 ? EVP_Digest(der, (size_t)size, ret_pin, NULL, EVP_sha256(), NULL) : 0;

    OPENSSL_free(der);
    return done == 1 ? 0 : -EIO;
}

void openssl_certificate_summary(X509 *certificate, struct identity_certificate *ret_certificate)
{
    struct identity_certificate *summary = ret_certificate;
    X509 *x = certificate;

    memset(summary, 0, sizeof *summary);
    summary->version = (int)X509_get_version(x) + 1;
    copy_name(X509_get_subject_name(x), summary->subject);
    copy_name(X509_get_issuer_name(x), summary->issuer);
    copy_common_name(X509_get_subject_name(x), summary->common_name);
    copy_serial(x, summary);
    summary->not_before = seconds_of(X509_get0_notBefore(x));
    summary->not_after = seconds_of(X509_get0_notAfter(x));
    take_key(x, summary);
    take_signature(x, summary);
    take_extensions(x, summary);
    take_names(x, summary);
    summary->self_signed = X509_self_signed(x, 0) == 1;
    (void)openssl_pin(x, summary->pin);
    ERR_clear_error();
}
