/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RADIO_RADIO_H
#define FASCIA_PLATFORM_RADIO_RADIO_H

#include <stddef.h>

#include "stack/link/radio_description.h"
#include "stack/link/wiphy.h"

/*
 * Described radios from YAML, so that a board can be judged without being there. Format: docs/radios.md. A file is
 * validated as a whole; a problem is described as "FILE:LINE:COLUMN: key.path: what is wrong, what is allowed". A
 * good one is compiled into the kernel's messages and read by wiphy_parse(), like a radio that is there.
 */

enum radio_result {
    RADIO_E_INVALID = 1, /* the file is wrong; the message says where and what is allowed */
};

#define RADIO_FILE_MAX     65536 /* octets */
#define RADIO_MESSAGE_SIZE 512

/**
 * Reads and validates a file and replaces *table by the one radio that it describes, its country filled in. On
 * RADIO_E_INVALID `message` explains the first problem; on a negative errno it says which operation failed. `table`
 * and `ret_about` are untouched on error. `ret_about` may be NULL.
 */
int radio_load(const char *path, struct wiphy_table *table, struct radio_about *ret_about,
               char message[static RADIO_MESSAGE_SIZE]);

/** Reads and validates text in memory; `name` stands for the file in messages. */
int radio_parse(const char *name, const void *data, size_t size, struct radio_description *ret_description,
                char message[static RADIO_MESSAGE_SIZE]);

#endif
