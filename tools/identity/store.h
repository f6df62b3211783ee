/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_IDENTITY_STORE_H
#define FASCIA_TOOLS_IDENTITY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The folder of an identity, so that a power cut at any step leaves a usable one:
 *
 *   DIR/ca/N/key.pem, cert.pem         one folder per generation, complete before it gets its number
 *   DIR/ca/current -> N                the only thing that is ever changed: a symbolic link, by rename()
 *   DIR/leaf/NAME/N/key.pem, chain.pem
 *   DIR/leaf/NAME/current -> N, previous -> N-1
 *   DIR/trust.pem                      what clients are given; made anew from ca/
 *
 * Folders are 0700, keys 0600 and made with O_EXCL. Every file and folder is synced before it is linked. What a cut
 * left behind begins with a dot, or is a generation that nothing links to; the next run removes it.
 */

struct store_file {
    const char *name;
    const void *data; /* borrowed */
    size_t size;
    mode_t mode;
};

/** Makes an empty draft beside `path`, which must not exist or be an empty folder. Returns a descriptor or -errno. */
int store_draft(const char *path);

/** Gives the draft its name. Returns 0 or -errno (-EEXIST, -ENOTEMPTY: there is something already). */
int store_draft_commit(const char *path);

/** Opens an identity and locks it against other runs. Returns a descriptor, or -errno: -EPERM when others may read or
 * write it or own it, -EWOULDBLOCK when another run is at it. */
int store_open(const char *path);

/** Opens the folder `name` in `at`; makes it when `make`. Returns a descriptor or -errno. */
int store_folder(int at, const char *name, bool make);

/** Replaces a file in one step. Returns 0 or -errno. */
int store_write(int at, const struct store_file *file);

/** Adds a generation with these files. `ret_number` is its number. Returns 0 or -errno. */
int store_add(int at, const struct store_file *files, size_t count, unsigned int *ret_number);

/** Points a link at a generation in one step. Returns 0 or -errno. */
int store_link(int at, const char *link, unsigned int number);

/** Which generation a link names. Returns 0 or -errno; -ENOENT: there is no such link. */
int store_linked(int at, const char *link, unsigned int *ret_number);

/** Removes a link. Returns 0 or -errno. */
int store_unlink(int at, const char *link);

/** Removes generations that no link names, and drafts. Returns 0 or -errno. */
int store_prune(int at);

/** Reads the file `name` of the generation that `link` names. Returns its size, or -errno; -EFBIG: not fewer than
 * `size` octets; for a `secret` -EPERM when others may read it. */
ssize_t store_read(int at, const char *link, const char *name, bool secret, void *data, size_t size);

#endif
