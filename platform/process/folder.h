/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_FOLDER_H
#define FASCIA_PLATFORM_PROCESS_FOLDER_H

/* Walking a folder with system calls only, for the guard: libc's readdir() allocates. */

typedef void (*folder_fn)(const char *name, void *userdata);

/** Calls `fn` for each entry of `path` below the folder `at` ("." is that one itself). 0 or a negative errno. */
int folder_each(int at, const char *path, folder_fn fn, void *userdata);

#endif
