/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROFILE_PROFILE_H
#define FASCIA_PLATFORM_PROFILE_PROFILE_H

#include <stddef.h>

#include "stack/report/profile.h"

/*
 * Requirement profiles from YAML. Format: docs/report.md. The file is validated as a whole; a problem is described as
 * "FILE:LINE:COLUMN: key.path: what is wrong, what is allowed".
 */

enum profile_result {
    PROFILE_E_INVALID = 1, /* the file is wrong; the message says where and what is allowed */
};

#define PROFILE_FILE_MAX     65536 /* octets */
#define PROFILE_MESSAGE_SIZE 512

/**
 * Reads and validates a file. On PROFILE_E_INVALID `message` explains the first problem; on a negative errno it says
 * which operation failed. `ret_profile` is untouched on error.
 */
int profile_load(const char *path, struct report_profile *ret_profile, char message[static PROFILE_MESSAGE_SIZE]);

/** The same for `size` octets in memory; `name` stands for the file in messages. */
int profile_parse(const char *name, const void *data, size_t size, struct report_profile *ret_profile,
                  char message[static PROFILE_MESSAGE_SIZE]);

#endif
