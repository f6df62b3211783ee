/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/identity/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "platform/openssl/certificate.h"
#include "platform/openssl/verify.h"
#include "stack/base/text.h"
#include "stack/identity/judge.h"
#include "stack/identity/limits.h"
#include "tools/identity/store.h"

#define KEY_FILE_MAX  16384
#define CERT_FILE_MAX 65536

int work_fail(const struct work *work, int r, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(work->problem->text, sizeof work->problem->text, format, arguments);
    va_end(arguments);
    return r;
}

static const char *words_for(int r)
{
    switch (r) {
    case -EPERM:
        return "its owner is another account, or its mode lets others in: it must be 0700 and yours (chown, chmod go=)";
    case -EWOULDBLOCK:
        return "another fascia-identity is at work there";
    case -ENOTDIR:
        return "it is not a folder";
    default:
        return strerror(-r);
    }
}

int work_open(const char *path, int64_t now, struct problem *problem, struct work *ret_work)
{
    struct work work = {.fd = -1, .ca = -1, .now = now, .problem = problem};

    work.fd = store_open(path);
    if (work.fd < 0)
        return work_fail(&work, work.fd, "%s: %s", path, words_for(work.fd));
    work.ca = store_folder(work.fd, "ca", false);
    if (work.ca < 0) {
        int r =
            work_fail(&work, work.ca, "%s: no identity (no folder \"ca\"); make one with fascia-identity init", path);
        work_close(&work);
        return r;
    }
    *ret_work = work;
    return 0;
}

void work_close(struct work *work)
{
    fascia_cleanup_fd(&work->ca);
    fascia_cleanup_fd(&work->fd);
    work->ca = work->fd = -1;
}

void authority_wipe(struct authority *authority)
{
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
    *authority = (struct authority){0};
}

/* The certificates as PEM text. Returns the BIO or NULL. */
static BIO *write_pem(X509 *const *certificates, size_t count)
{
    _cleanup_(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());

    for (size_t i = 0; bio != NULL && i < count; i++) {
        if (PEM_write_bio_X509(bio, certificates[i]) != 1)
            return NULL;
    }
    return FASCIA_STEAL(bio);
}

static struct store_file file_of(BIO *bio, const char *name, mode_t mode)
{
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);

    return (struct store_file){.name = name, .data = data, .size = size > 0 ? (size_t)size : 0, .mode = mode};
}

/* A key and its certificates become the next generation of a folder; also for how long they were asked for, as the CA's
 * end may have cut that short. */
static int store_pair(const struct work *work, int folder, const EVP_PKEY *key, const char *name, X509 *const *chain,
                      size_t count, int64_t days, unsigned int *ret_number)
{
    char text[16];
    _cleanup_(BIO_free_all) BIO *secret = NULL;
    _cleanup_(BIO_free_all) BIO *open = write_pem(chain, count);

    if (open == NULL || openssl_key_write(key, &secret) < 0)
        return work_fail(work, -EIO, "OpenSSL could not write a key or certificate: %s", openssl_error());
    (void)snprintf(text, sizeof text, "%" PRId64 "\n", days);
    const struct store_file files[] = {
        file_of(secret, "key.pem", 0600),
        file_of(open, name, 0644),
        {.name = "days", .data = text, .size = strlen(text), .mode = 0644},
    };
    int r = store_add(folder, files, FASCIA_ARRAY_SIZE(files), ret_number);
    return r < 0 ? work_fail(work, r, "cannot store the new key: %s", strerror(-r)) : 0;
}

/* Local names and addresses; what a unit is never reached by, its CA cannot vouch for. */
static const char local_names[] = "critical,permitted;DNS:local"
                                  ",permitted;IP:fe80::/ffc0::,permitted;IP:fc00::/fe00::"
                                  ",permitted;IP:169.254.0.0/255.255.0.0,permitted;IP:10.0.0.0/255.0.0.0"
                                  ",permitted;IP:172.16.0.0/255.240.0.0,permitted;IP:192.168.0.0/255.255.0.0";

/* "ip:ADDRESS/PREFIX" in the words of OpenSSL: ADDRESS/MASK. */
static int add_range(struct fascia_text *text, const char *range)
{
    char address[64];
    struct identity_name name, mask;
    uint8_t octets[16] = {0};
    int64_t prefix = 0;
    const char *slash = strchr(range, '/');

    if (slash == NULL || (size_t)(slash - range) >= sizeof address)
        return -EINVAL;
    memcpy(address, range, (size_t)(slash - range));
    address[slash - range] = '\0';
    if (identity_name_parse(address, &name) != 0 || name.ip_size == 0 ||
        fascia_text_to_i64(slash + 1, 0, (int64_t)name.ip_size * 8, &prefix) < 0)
        return -EINVAL;
    for (int64_t bit = 0; bit < prefix; bit++)
        octets[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
    for (size_t i = 0; i < name.ip_size; i++)
        name.ip[i] &= octets[i];
    if (identity_name_from_ip(octets, name.ip_size, &mask) != 0 ||
        identity_name_from_ip(name.ip, name.ip_size, &name) != 0)
        return -EINVAL;
    fascia_text_add(text, ",permitted;IP:%s/%s", name.text, mask.text);
    return 0;
}

static int make_constraints(const struct work *work, const struct init_options *options, struct fascia_text *text)
{
    struct identity_name name;

    fascia_text_add(text, "%s", local_names);
    for (size_t i = 0; i < options->permits_count; i++) {
        const char *permit = options->permits[i];
        int r = -EINVAL;
        if (strncmp(permit, "ip:", 3) == 0) {
            r = add_range(text, permit);
        } else if (strncmp(permit, "dns:", 4) == 0 && permit[4] != '*' && identity_name_parse(permit, &name) == 0) {
            fascia_text_add(text, ",permitted;DNS:%s", name.text);
            r = 0;
        }
        if (r < 0)
            return work_fail(work, r, "--permit %s: neither dns:NAME nor ip:ADDRESS/PREFIX", permit);
    }
    return fascia_text_ok(text) ? 0 : work_fail(work, -E2BIG, "too many --permit");
}

int work_make_ca(const struct work *work, const struct init_options *options, const X509 *like,
                 unsigned int *ret_number)
{
    char name[64], constraints[4096];
    struct fascia_text text;
    unsigned char tag[3];
    struct authority authority __attribute__((cleanup(authority_wipe))) = {0};

    fascia_text_init(&text, constraints, sizeof constraints);
    bool constrained = like == NULL && !options->unconstrained;
    int r = constrained ? make_constraints(work, options, &text) : 0;
    if (r < 0)
        return r;
    /* Two CAs of one unit must differ by name, or a client may take one for the other. */
    if (RAND_bytes(tag, sizeof tag) != 1)
        return work_fail(work, -EIO, "no random numbers: %s", openssl_error());
    (void)snprintf(name, sizeof name, "%s %02x%02x%02x", options->label, tag[0], tag[1], tag[2]);
    int64_t start = work->now - IDENTITY_BACKDATE_S;
    const struct openssl_request request = {.common_name = name,
                                            .not_before = start,
                                            .not_after = start + options->days * IDENTITY_DAY_S - 1,
                                            .constraints = constrained ? constraints : NULL,
                                            .like = like};
    if (openssl_key_make(options->key, &authority.key) < 0 ||
        openssl_ca_make(&request, authority.key, &authority.certificate) < 0)
        return work_fail(work, -EIO, "OpenSSL could not make the CA: %s", openssl_error());
    return store_pair(work, work->ca, authority.key, "cert.pem", &authority.certificate, 1, options->days, ret_number);
}

static int load_certificate(int folder, const char *link, const char *file, X509 **ret_certificate)
{
    char data[CERT_FILE_MAX];
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *stack = NULL;
    ssize_t size = store_read(folder, link, file, false, data, sizeof data);

    if (size < 0)
        return (int)size;
    int r = openssl_certificates_parse(data, (size_t)size, &stack);
    if (r != 0)
        return r > 0 ? -EBADMSG : r;
    *ret_certificate = sk_X509_shift(stack);
    return 0;
}

static int load_key(int folder, const char *link, EVP_PKEY **ret_key)
{
    char data[KEY_FILE_MAX];
    ssize_t size = store_read(folder, link, "key.pem", true, data, sizeof data);
    int r = size < 0 ? (int)size : openssl_key_parse(data, (size_t)size, ret_key);

    explicit_bzero(data, sizeof data);
    return r;
}

int work_load_ca(const struct work *work, const char *link, struct authority *ret_authority)
{
    struct authority authority __attribute__((cleanup(authority_wipe))) = {0};
    unsigned int number = 0;

    int r = store_linked(work->ca, link, &number);
    if (r == -ENOENT)
        return r;
    if (r == 0)
        r = load_certificate(work->ca, link, "cert.pem", &authority.certificate);
    if (r == 0)
        r = load_key(work->ca, link, &authority.key);
    if (r == -EPERM)
        return work_fail(work, r,
                         "ca/%s/key.pem: others may read it, or own it. Take the rights away (chmod 600, chown) and "
                         "think of it as known: a CA roll-over is the safe way on",
                         link);
    if (r == -ENOENT)
        r = -ENOKEY; /* there is a link, but a file is missing: another matter than no CA */
    if (r < 0)
        return work_fail(work, r, "ca/%s: cert.pem or key.pem cannot be read: %s", link, strerror(-r));
    if (!openssl_key_fits(authority.certificate, authority.key))
        return work_fail(work, -EBADMSG, "ca/%s: key.pem is not the key of cert.pem", link);
    ret_authority->certificate = FASCIA_STEAL(authority.certificate);
    ret_authority->key = FASCIA_STEAL(authority.key);
    return 0;
}

int work_load_ca_certificate(const struct work *work, const char *link, X509 **ret_certificate)
{
    int r = load_certificate(work->ca, link, "cert.pem", ret_certificate);

    if (r < 0 && r != -ENOENT)
        return work_fail(work, r, "ca/%s/cert.pem cannot be read: %s", link, strerror(-r));
    return r;
}

int work_write_trust(const struct work *work)
{
    static const char *const links[] = {"current", "next", "previous"};
    X509 *certificates[FASCIA_ARRAY_SIZE(links)] = {0};
    unsigned int numbers[FASCIA_ARRAY_SIZE(links)] = {0};
    size_t count = 0;
    int r = 0;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(links) && r == 0; i++) {
        unsigned int number = 0;
        r = store_linked(work->ca, links[i], &number);
        if (r == 0 && number != numbers[0] && number != numbers[1]) { /* interrupted switch: two links, one CA */
            numbers[count] = number;
            r = load_certificate(work->ca, links[i], "cert.pem", &certificates[count]);
            count += r == 0;
        }
        r = r == -ENOENT && i > 0 ? 0 : r;
    }
    _cleanup_(BIO_free_all) BIO *bio = r == 0 ? write_pem(certificates, count) : NULL;
    const struct store_file file = bio != NULL ? file_of(bio, "trust.pem", 0644) : (struct store_file){0};
    if (r == 0)
        r = bio != NULL ? store_write(work->fd, &file) : -ENOMEM;
    for (size_t i = 0; i < count; i++)
        X509_free(certificates[i]);
    return r < 0 ? work_fail(work, r, "trust.pem cannot be written: %s", strerror(-r)) : 0;
}

/* Nothing is handed out that check would complain of: the same rules, and the same validation. */
static int vet(const struct work *work, X509 *leaf, X509 *ca)
{
    static struct identity_subject subject;
    static struct identity_judgement judgement;
    struct openssl_verdict verdict = {0};
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *anchors = sk_X509_new_null();
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *chain = sk_X509_new_null();
    _cleanup_(X509_STORE_free) X509_STORE *store = NULL;

    if (anchors == NULL || chain == NULL || X509_add_cert(anchors, ca, X509_ADD_FLAG_UP_REF) != 1 ||
        X509_add_cert(chain, leaf, X509_ADD_FLAG_UP_REF) != 1 || openssl_trust_make(anchors, &store) < 0 ||
        openssl_verify(store, chain, work->now, &verdict) < 0)
        return work_fail(work, -ENOMEM, "out of memory");
    openssl_certificates_free(verdict.chain);
    memset(&subject, 0, sizeof subject);
    openssl_certificate_summary(leaf, &subject.chain[0]);
    openssl_certificate_summary(ca, &subject.chain[1]);
    subject.count = 2;
    subject.now = work->now;
    subject.trust = verdict.trusted ? IDENTITY_TRUST_YES : IDENTITY_TRUST_NO;
    (void)fascia_text_copy(subject.trust_detail, sizeof subject.trust_detail, verdict.detail);
    identity_judge(&subject, &judgement);
    for (size_t i = 0; i < judgement.count; i++) {
        const struct identity_finding *finding = &judgement.findings[i];
        if (finding->outcome == IDENTITY_OUTCOME_VIOLATED)
            return work_fail(work, -EINVAL, "not issued, as it would violate %s (%s): %s%s",
                             identity_rule_id(finding->rule), identity_rule_title(finding->rule), finding->measured,
                             strstr(finding->measured, "subtree") != NULL
                                 ? ". The CA is constrained to local names: see init --permit"
                                 : "");
    }
    return 0;
}

/* The name is that of its folder: identity_name_parse() lets neither a slash nor a leading dot through. */
static int open_leaf_folder(const struct work *work, const char *name)
{
    _cleanup_(fd) int leaves = store_folder(work->fd, "leaf", true);
    int folder = leaves < 0 ? leaves : store_folder(leaves, name, true);
    return folder < 0 ? work_fail(work, folder, "leaf/%s cannot be made: %s", name, strerror(-folder)) : folder;
}

/* The old one stays as `previous`: a server that is just reading it must find both its files. */
static int switch_to(const struct work *work, int folder, unsigned int number)
{
    unsigned int old = 0;
    int r = store_linked(folder, "current", &old);

    if (r == 0)
        r = store_link(folder, "previous", old);
    if (r == 0 || r == -ENOENT)
        r = store_link(folder, "current", number);
    if (r == 0)
        r = store_prune(folder);
    return r < 0 ? work_fail(work, r, "the new certificate cannot be put in place: %s", strerror(-r)) : 0;
}

int work_make_leaf(const struct work *work, const struct authority *authority, const struct leaf_options *options)
{
    const char *name = options->names[0].text;
    char common_name[65]; /* ub-common-name: RFC 5280 appendix A.1 */
    struct identity_certificate ca;
    unsigned int number = 0;
    _cleanup_(EVP_PKEY_free) EVP_PKEY *key = NULL;
    _cleanup_(X509_free) X509 *leaf = NULL;

    (void)snprintf(common_name, sizeof common_name, "%.64s", name);
    openssl_certificate_summary(authority->certificate, &ca);
    int64_t start = work->now - IDENTITY_BACKDATE_S, end = start + options->days * IDENTITY_DAY_S - 1;
    const struct openssl_request request = {.common_name = common_name,
                                            .not_before = start,
                                            .not_after = end < ca.not_after ? end : ca.not_after,
                                            .sans = options->names,
                                            .sans_count = options->count};
    if (openssl_key_make(options->key, &key) < 0 ||
        openssl_leaf_make(&request, key, authority->certificate, authority->key, &leaf) < 0)
        return work_fail(work, -EIO, "OpenSSL could not make the certificate: %s", openssl_error());
    int r = vet(work, leaf, authority->certificate);
    if (r < 0)
        return r;
    _cleanup_(fd) int folder = open_leaf_folder(work, name);
    if (folder < 0)
        return folder;
    X509 *const chain[] = {leaf, authority->certificate};
    r = store_pair(work, folder, key, "chain.pem", chain, FASCIA_ARRAY_SIZE(chain), options->days, &number);
    return r < 0 ? r : switch_to(work, folder, number);
}

int work_load_leaf(const struct work *work, int folder, const char *name, X509 **ret_certificate)
{
    int r = load_certificate(folder, "current", "chain.pem", ret_certificate);

    if (r < 0 && r != -ENOENT)
        return work_fail(work, r, "leaf/%s/current/chain.pem cannot be read: %s", name, strerror(-r));
    return r;
}

int64_t work_leaf_days(int folder)
{
    char text[16];
    int64_t days = 0;
    ssize_t size = store_read(folder, "current", "days", false, text, sizeof text);

    if (size < 2)
        return 0;
    text[size - 1] = '\0'; /* the line's end */
    return fascia_text_to_i64(text, 1, IDENTITY_VALIDITY_DAYS_MAX, &days) == 0 ? days : 0;
}

static void close_dir(DIR **dir)
{
    if (*dir != NULL)
        (void)closedir(*dir);
}

int work_each_leaf(const struct work *work, int (*each)(const struct work *, int, const char *, void *), void *userdata)
{
    int leaves = store_folder(work->fd, "leaf", false);
    __attribute__((cleanup(close_dir))) DIR *dir = leaves >= 0 ? fdopendir(leaves) : NULL;
    int r = 0;

    if (leaves == -ENOENT)
        return 0;
    if (dir == NULL)
        return work_fail(work, leaves < 0 ? leaves : -errno, "the folder \"leaf\" cannot be read");
    for (struct dirent *entry; r == 0 && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        _cleanup_(fd) int folder = store_folder(leaves, entry->d_name, false);
        if (folder < 0)
            r = work_fail(work, folder, "leaf/%s: %s", entry->d_name, strerror(-folder));
        else
            r = each(work, folder, entry->d_name, userdata);
    }
    return r;
}
