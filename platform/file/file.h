/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_FILE_FILE_H
#define FASCIA_PLATFORM_FILE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/**
 * Reads at most `size` octets of a file into `data` (borrowed). Ask for one octet more than is allowed to see "too
 * large" without trusting st_size. Returns 0 or a negative errno; `ret_size` is the number of octets read.
 */
int file_read(const char *path, char *data, size_t size, size_t *ret_size);

/**
 * Reads a whole file that holds a secret: fewer than `size` octets, else -EFBIG. What a failed read left in `data` is
 * wiped here; what a successful one left, the caller wipes. Returns 0 or a negative errno.
 */
int file_read_secret(const char *path, char *data, size_t size, size_t *ret_size);

/* Writing. Whatever the moment of a power cut, a reader finds the old file or the new one, whole. */

/** A new file in `folder`, which no umask makes wider or narrower, written and synced. -EEXIST: there is one, be it a
 * symbolic link. A half written one stays on errors. */
int file_create_at(int folder, const char *name, mode_t mode, const void *data, size_t size);

/**
 * Replaces the file `name` of `folder` in one step: a draft of the name `draft` there (removed first when a power cut
 * left one), synced, renamed, the folder synced. A symbolic link at `name` is replaced, never followed. On errors the
 * old file is as it was and the draft is gone; only after the rename has the new one taken its place.
 */
int file_replace_at(int folder, const char *name, const char *draft, mode_t mode, const void *data, size_t size);

/** The same by its path; the draft is PATH.new. */
int file_replace(const char *path, mode_t mode, const void *data, size_t size);

/** Makes the folder that a file is to lie in; one level. 0 when it is there already, as it is; or a negative errno. */
int file_make_folder(const char *path, mode_t mode);

/** Renames a file to PATH`suffix` (".corrupt"), over an older one of that name, and syncs the folder: what cannot be
 * used is kept for whoever looks into it. Returns 0 or a negative errno. */
int file_set_aside(const char *path, const char *suffix);

#endif
