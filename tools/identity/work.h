/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_IDENTITY_WORK_H
#define FASCIA_TOOLS_IDENTITY_WORK_H

#include <stdarg.h>
#include <unistd.h>

#include "tools/identity/identity.h"

/* What the verbs share: an open identity, and the steps that they are made of. */

struct work {
    int fd, ca; /* DIR and DIR/ca; -1 = not open */
    int64_t now;
    struct problem *problem;
};

struct authority {
    X509 *certificate;
    EVP_PKEY *key;
};

/** Opens DIR and locks it. Returns 0 or a negative errno. */
int work_open(const char *path, int64_t now, struct problem *problem, struct work *ret_work);
void work_close(struct work *work);
void authority_wipe(struct authority *authority);

/** Fills the problem and returns `r`. */
int work_fail(const struct work *work, int r, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Makes a CA in its next generation, constrained as the options say or as the CA `like` (may be NULL) is. */
int work_make_ca(const struct work *work, const struct init_options *options, const X509 *like,
                 unsigned int *ret_number);

/** Loads the CA that a link names; -ENOENT when there is none, without a problem. */
int work_load_ca(const struct work *work, const char *link, struct authority *ret_authority);

/** Only its certificate: the key may be kept elsewhere. */
int work_load_ca_certificate(const struct work *work, const char *link, X509 **ret_certificate);

/** Makes DIR/trust.pem of all linked CAs. */
int work_write_trust(const struct work *work);

/** Makes a leaf in its next generation, judges it, and points `current` at it. It ends with its CA at the latest. */
int work_make_leaf(const struct work *work, const struct authority *authority, const struct leaf_options *options);

/** For how many days DIR/leaf/NAME/current was asked for; 0 = not known. */
int64_t work_leaf_days(int folder);

/** The first certificate of DIR/leaf/NAME/current; -ENOENT when there is none. `folder` is DIR/leaf/NAME. */
int work_load_leaf(const struct work *work, int folder, const char *name, X509 **ret_certificate);

/** Calls `each` for every folder in DIR/leaf, until it fails. */
int work_each_leaf(const struct work *work, int (*each)(const struct work *, int folder, const char *name, void *),
                   void *userdata);

static inline void fascia_cleanup_work(struct work *work)
{
    work_close(work);
}

static inline void fascia_cleanup_authority(struct authority *authority)
{
    authority_wipe(authority);
}

static inline void fascia_cleanup_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

#endif
