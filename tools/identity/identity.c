/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/identity/identity.h"

#include <errno.h>
#include <string.h>

#include "platform/openssl/certificate.h"
#include "stack/identity/limits.h"
#include "tools/identity/store.h"
#include "tools/identity/work.h"

int identity_init(const char *path, const struct init_options *options, int64_t now, struct problem *problem)
{
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1, .now = now, .problem = problem};
    unsigned int number = 0;

    work.fd = store_draft(path);
    if (work.fd == -EEXIST)
        return work_fail(&work, work.fd, "%s: there is something already; an identity needs a new or empty folder",
                         path);
    if (work.fd < 0)
        return work_fail(&work, work.fd, "%s: %s", path, strerror(-work.fd));
    work.ca = store_folder(work.fd, "ca", true);
    int r = work.ca < 0 ? work_fail(&work, work.ca, "%s: %s", path, strerror(-work.ca)) : 0;
    if (r == 0)
        r = work_make_ca(&work, options, NULL, &number);
    if (r == 0 && (r = store_link(work.ca, "current", number)) < 0)
        return work_fail(&work, r, "%s: %s", path, strerror(-r));
    if (r == 0)
        r = work_write_trust(&work);
    if (r == 0 && (r = store_draft_commit(path)) < 0)
        return work_fail(&work, r, "%s: %s", path, strerror(-r));
    return r;
}

int identity_issue(const char *path, const struct leaf_options *options, int64_t now, struct problem *problem)
{
    static struct identity_certificate ca;
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1};
    _cleanup_(authority) struct authority authority = {0};

    int r = work_open(path, now, problem, &work);
    if (r < 0)
        return r;
    r = work_load_ca(&work, "current", &authority);
    if (r < 0)
        return r == -ENOENT ? work_fail(&work, r, "%s: there is no current CA", path) : r;
    openssl_certificate_summary(authority.certificate, &ca);
    if (options->days - IDENTITY_BACKDATE_S / IDENTITY_DAY_S > identity_days_left(&ca, now))
        return work_fail(&work, -EINVAL,
                         "the CA ends in %lld days, before the certificate would: begin a CA roll-over "
                         "(rotate --ca begin), or ask for less (--days)",
                         (long long)identity_days_left(&ca, now));
    return work_make_leaf(&work, &authority, options);
}

/* A rotation under way. */
struct turn {
    const struct rotate_options *options;
    const struct authority *authority;
    rotated_fn told;
    void *userdata;
};

/* The same names and kind of key as the old one. */
static int options_of(const struct work *work, X509 *old, const struct identity_certificate *summary,
                      struct leaf_options *ret_options)
{
    EVP_PKEY *key = X509_get0_pubkey(old);

    if (summary->sans_count == 0 || summary->sans_count != summary->sans_total)
        return work_fail(work, -EBADMSG, "the names of \"%s\" cannot be taken over; issue it anew", summary->subject);
    if (key == NULL || openssl_key_spec_of(key, &ret_options->key) < 0)
        ret_options->key = OPENSSL_KEY_P256;
    for (size_t i = 0; i < summary->sans_count; i++) {
        if (identity_name_parse(summary->sans[i].text, &ret_options->names[i]) != 0)
            return work_fail(work, -EBADMSG, "\"%s\" has a name that is none; issue it anew", summary->subject);
    }
    ret_options->count = summary->sans_count;
    return 0;
}

static int rotate_leaf(const struct work *work, int folder, const char *name, void *userdata)
{
    const struct turn *turn = userdata;
    static struct identity_certificate summary;
    static struct leaf_options options;
    _cleanup_(X509_free) X509 *old = NULL;

    int r = work_load_leaf(work, folder, name, &old);
    if (r == -ENOENT)
        return 0; /* interrupted before its first certificate */
    if (r < 0)
        return r;
    openssl_certificate_summary(old, &summary);
    int64_t left = identity_days_left(&summary, work->now);
    bool ours = X509_check_issued(turn->authority->certificate, old) == X509_V_OK;
    bool due = turn->options->force || left < turn->options->days_left || !ours;
    if (due)
        r = options_of(work, old, &summary, &options);
    options.days = work_leaf_days(folder);
    if (options.days == 0)
        options.days = identity_validity_days(&summary);
    if (r == 0 && due)
        r = work_make_leaf(work, turn->authority, &options);
    if (r == 0)
        turn->told(name, due, left, turn->userdata);
    return r;
}

/* `ret_ca_days` is how long the CA lasts, which a rotation is the time to think of. */
static int rotate_all(const struct work *work, const struct rotate_options *options, rotated_fn told, void *userdata,
                      int64_t *ret_ca_days)
{
    static struct identity_certificate ca;
    _cleanup_(authority) struct authority authority = {0};
    struct turn turn = {.options = options, .authority = &authority, .told = told, .userdata = userdata};

    int r = work_load_ca(work, "current", &authority);
    if (r < 0)
        return r == -ENOENT ? work_fail(work, r, "there is no current CA") : r;
    openssl_certificate_summary(authority.certificate, &ca);
    r = work_each_leaf(work, rotate_leaf, &turn);
    if (r == 0)
        *ret_ca_days = identity_days_left(&ca, work->now);
    return r;
}

int identity_rotate(const char *path, const struct rotate_options *options, int64_t now, rotated_fn told,
                    void *userdata, int64_t *ret_ca_days, struct problem *problem)
{
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1};
    int r = work_open(path, now, problem, &work);

    return r < 0 ? r : rotate_all(&work, options, told, userdata, ret_ca_days);
}

/* "fascia CA 12ab34" -> "fascia CA" */
static void label_of(X509 *certificate, char label[static IDENTITY_SUBJECT_SIZE])
{
    static struct identity_certificate summary;

    openssl_certificate_summary(certificate, &summary);
    memcpy(label, summary.common_name, IDENTITY_SUBJECT_SIZE);
    char *space = strrchr(label, ' ');
    if (space != NULL)
        *space = '\0';
}

int identity_ca_begin(const char *path, int64_t days, int64_t now, struct problem *problem)
{
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1};
    _cleanup_(authority) struct authority current = {0};
    unsigned int number = 0;

    int r = work_open(path, now, problem, &work);
    if (r < 0)
        return r;
    r = store_linked(work.ca, "next", &number);
    if (r == 0)
        return work_write_trust(&work); /* begun already: an interrupted one is completed */
    if (store_linked(work.ca, "previous", &number) == 0)
        return work_fail(&work, -EEXIST, "the last roll-over is not finished: rotate --ca finish first");
    r = work_load_ca(&work, "current", &current);
    if (r < 0)
        return r == -ENOENT ? work_fail(&work, r, "%s: there is no current CA", path) : r;
    char label[IDENTITY_SUBJECT_SIZE];
    label_of(current.certificate, label);
    struct init_options options = {.label = label, .key = OPENSSL_KEY_P256, .days = days};
    (void)openssl_key_spec_of(current.key, &options.key);
    r = work_make_ca(&work, &options, current.certificate, &number);
    if (r == 0 && (r = store_link(work.ca, "next", number)) < 0)
        return work_fail(&work, r, "the new CA cannot be put in place: %s", strerror(-r));
    return r < 0 ? r : work_write_trust(&work);
}

int identity_ca_switch(const char *path, int64_t now, rotated_fn told, void *userdata, struct problem *problem)
{
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1};
    const struct rotate_options options = {.days_left = INT64_MIN, .force = false};
    unsigned int current = 0, next = 0, previous = 0;
    int64_t ca_days = 0;

    int r = work_open(path, now, problem, &work);
    if (r < 0)
        return r;
    r = store_linked(work.ca, "current", &current);
    int n = store_linked(work.ca, "next", &next);
    if (r == 0 && n == -ENOENT && store_linked(work.ca, "previous", &previous) < 0)
        return work_fail(&work, -ENOENT, "no roll-over has begun: rotate --ca begin first");
    /* trust.pem holds both from begin to finish, whatever of this is cut. */
    if (r == 0 && n == 0 && current != next)
        r = store_link(work.ca, "previous", current);
    if (r == 0 && n == 0)
        r = store_link(work.ca, "current", next);
    if (r == 0 && n == 0)
        r = store_unlink(work.ca, "next");
    if (r < 0)
        return work_fail(&work, r, "the new CA cannot be put in place: %s", strerror(-r));
    r = work_write_trust(&work);
    return r < 0 ? r : rotate_all(&work, &options, told, userdata, &ca_days); /* every leaf of the old CA */
}

static int refuse_old(const struct work *work, int folder, const char *name, void *userdata)
{
    const struct authority *authority = userdata;
    _cleanup_(X509_free) X509 *leaf = NULL;

    int r = work_load_leaf(work, folder, name, &leaf);
    if (r == -ENOENT)
        return 0;
    if (r < 0 || X509_check_issued(authority->certificate, leaf) == X509_V_OK)
        return r;
    return work_fail(work, -EBUSY, "leaf/%s is still of the old CA: rotate --ca switch first", name);
}

int identity_ca_finish(const char *path, struct problem *problem)
{
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1};
    _cleanup_(authority) struct authority authority = {0};
    unsigned int number = 0;

    int r = work_open(path, 0, problem, &work);
    if (r < 0)
        return r;
    if (store_linked(work.ca, "next", &number) == 0)
        return work_fail(&work, -EBUSY, "the new CA does not issue yet: rotate --ca switch first");
    r = work_load_ca(&work, "current", &authority);
    if (r < 0)
        return r == -ENOENT ? work_fail(&work, r, "%s: there is no current CA", path) : r;
    r = work_each_leaf(&work, refuse_old, &authority);
    if (r < 0)
        return r;
    r = store_unlink(work.ca, "previous");
    if (r < 0 && r != -ENOENT)
        return work_fail(&work, r, "the old CA cannot be removed: %s", strerror(-r));
    r = work_write_trust(&work);
    if (r == 0 && (r = store_prune(work.ca)) < 0)
        return work_fail(&work, r, "the old CA cannot be removed: %s", strerror(-r));
    return r;
}

struct listing {
    entry_fn each;
    void *userdata;
};

static int list_leaf(const struct work *work, int folder, const char *name, void *userdata)
{
    const struct listing *listing = userdata;
    static struct identity_entry entry;
    _cleanup_(X509_free) X509 *leaf = NULL;

    int r = work_load_leaf(work, folder, name, &leaf);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    entry = (struct identity_entry){.role = "leaf", .link = "current", .name = name};
    (void)store_linked(folder, "current", &entry.generation);
    openssl_certificate_summary(leaf, &entry.certificate);
    listing->each(&entry, listing->userdata);
    return 0;
}

int identity_list(const char *path, entry_fn each, void *userdata, struct problem *problem)
{
    static const char *const links[] = {"current", "next", "previous"};
    static struct identity_entry entry;
    _cleanup_(work) struct work work = {.fd = -1, .ca = -1};
    struct listing listing = {.each = each, .userdata = userdata};

    int r = work_open(path, 0, problem, &work);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(links) && r == 0; i++) {
        _cleanup_(X509_free) X509 *certificate = NULL;
        r = work_load_ca_certificate(&work, links[i], &certificate);
        if (r == 0) {
            entry = (struct identity_entry){.role = "ca", .link = links[i], .name = ""};
            (void)store_linked(work.ca, links[i], &entry.generation);
            openssl_certificate_summary(certificate, &entry.certificate);
            each(&entry, userdata);
        } else if (r == -ENOENT) {
            r = i > 0 ? 0 : work_fail(&work, r, "%s: there is no current CA", path);
        }
    }
    return r < 0 ? r : work_each_leaf(&work, list_leaf, &listing);
}
