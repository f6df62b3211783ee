/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_IDENTITY_IDENTITY_H
#define FASCIA_TOOLS_IDENTITY_IDENTITY_H

#include "platform/openssl/issue.h"
#include "platform/openssl/ssl.h"
#include "stack/identity/certificate.h"

/* What is done to an identity folder (store.h). Time comes in as seconds since 1970. */

/** Why something could not be done, in words for the user: cause, and remedy where there is one. */
struct problem {
    char text[1024];
};

#define PERMITS_MAX 16

struct init_options {
    const char *label; /* of the CA's name */
    enum openssl_key_spec key;
    int64_t days;
    bool unconstrained;
    const char *permits[PERMITS_MAX]; /* "dns:NAME" or "ip:ADDRESS/PREFIX", beside the local ones */
    size_t permits_count;
};

struct leaf_options {
    struct identity_name names[IDENTITY_SANS_MAX]; /* the first is the leaf's name */
    size_t count;
    enum openssl_key_spec key;
    int64_t days;
};

struct rotate_options {
    int64_t days_left; /* rotate what has fewer */
    bool force;        /* rotate whatever is left */
};

/** All return 0 or a negative errno, then with `problem` filled. */
int identity_init(const char *path, const struct init_options *options, int64_t now, struct problem *problem);
int identity_issue(const char *path, const struct leaf_options *options, int64_t now, struct problem *problem);

/** Calls `told` for each leaf with what was done. `ret_ca_days`: how many days the CA has left. */
typedef void (*rotated_fn)(const char *name, bool done, int64_t days_left, void *userdata);
int identity_rotate(const char *path, const struct rotate_options *options, int64_t now, rotated_fn told,
                    void *userdata, int64_t *ret_ca_days, struct problem *problem);

/*
 * CA roll-over, in three steps with time between them:
 *   begin   a new CA beside the current one; trust.pem holds both. Give it to the clients.
 *   switch  the new CA issues; all leaves are rotated. Clients that know only the old one fail from here on.
 *   finish  the old CA leaves trust.pem and the folder.
 * Each may be repeated after it was interrupted.
 */
int identity_ca_begin(const char *path, int64_t days, int64_t now, struct problem *problem);
int identity_ca_switch(const char *path, int64_t now, rotated_fn told, void *userdata, struct problem *problem);
int identity_ca_finish(const char *path, struct problem *problem);

/** One certificate of an identity, for a list. */
struct identity_entry {
    const char *role; /* "ca" or "leaf" */
    const char *link; /* "current", "next", "previous" */
    const char *name; /* of a leaf; "" */
    unsigned int generation;
    struct identity_certificate certificate;
};
typedef void (*entry_fn)(const struct identity_entry *entry, void *userdata);

/** Calls `each` for every linked CA, then for every current leaf. */
int identity_list(const char *path, entry_fn each, void *userdata, struct problem *problem);

#endif
