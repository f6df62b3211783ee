/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BLACKBOX_BOX_FILE_H
#define FASCIA_PLATFORM_BLACKBOX_BOX_FILE_H

#include "stack/blackbox/writer.h"

/* The black box's file. Every call may take as long as the disk likes: for the thread of platform/blackbox only. */

#define BOX_FILE_PATH_SIZE 512
#define BOX_FILE_WHY_SIZE  160

struct box_file {
    char path[BOX_FILE_PATH_SIZE];
    int fd; /* -1 = closed */
    struct box_writer writer;
    unsigned int boots;          /* in the file when it was opened, this one included */
    char why[BOX_FILE_WHY_SIZE]; /* what went wrong, in a few words, after a call that failed */
};

/**
 * Opens the file, or makes it, for a layout and a boot. `path` of the file is set by the caller. An existing box of
 * another layout, or with a damaged header, is replaced in one rename by one with what fits of its records; what is not
 * a black box is moved to PATH.old. Returns 0, or a negative errno with `why`.
 */
int box_file_open(struct box_file *file, const struct box_layout *layout, const uint8_t boot[static BOX_ID_SIZE]);

/** Writes one record at its place. Returns 0, or a negative errno with `why`. */
int box_file_write(struct box_file *file, struct box_record *record);

/**
 * True while the file is what it was when it was opened. Somebody may have removed it or cut it short: writing would
 * then succeed and be worth nothing. Sets `why`.
 */
bool box_file_is_there(struct box_file *file);

/** Waits until what was written is on the disk. Returns 0, or a negative errno with `why`. */
int box_file_sync(struct box_file *file);

/** Idempotent. */
void box_file_close(struct box_file *file);

#endif
