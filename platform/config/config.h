/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CONFIG_CONFIG_H
#define FASCIA_PLATFORM_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/audio_config.h"
#include "stack/address/address_config.h"
#include "stack/aware/aware_config.h"
#include "stack/link/link_config.h"
#include "stack/supervisor/supervisor_config.h"

/*
 * fascia.yaml. The file is validated as a whole, against the tables of schema.c, before anything starts.
 * A problem is described as "FILE:LINE:COLUMN: key.path: what is wrong, what is allowed".
 */

enum fascia_log_level { FASCIA_LOG_ERROR, FASCIA_LOG_WARNING, FASCIA_LOG_INFO, FASCIA_LOG_DEBUG, FASCIA_LOG_LEVELS_ };

struct fascia_config {
    char bus[256];         /* "system", "session", or a D-Bus address */
    char runtime_dir[128]; /* absolute; created 0700-per-service below a 0755 root */
    char profile[64];      /* requirement profile of the report */
    enum fascia_log_level log_level;
    struct link_config link;
    struct address_config address;
    struct audio_config audio;
    struct aware_config aware;
    struct supervisor_config supervisor;
};

enum config_result {
    CONFIG_E_INVALID = 1, /* the file is wrong; the message says where and what is allowed */
};

#define CONFIG_FILE_MAX     65536 /* octets; as WALK_FILE_MAX */
#define CONFIG_MESSAGE_SIZE 512

/** Fills in the defaults (what an empty file gives). */
void config_defaults(struct fascia_config *ret_config);

/**
 * Reads and validates a file. On CONFIG_E_INVALID `message` (CONFIG_MESSAGE_SIZE octets) explains the first
 * problem; on a negative errno it says which operation failed. `ret_config` is untouched on error.
 */
int config_load(const char *path, struct fascia_config *ret_config, char message[static CONFIG_MESSAGE_SIZE]);

/** The same for text in memory; `name` stands for the file in messages. */
int config_parse(const char *name, const void *data, size_t size, struct fascia_config *ret_config,
                 char message[static CONFIG_MESSAGE_SIZE]);

/** Prints every key with type, range, default and one line of help, to a stdio stream (for --help-config). */
struct _IO_FILE;
void config_print_reference(struct _IO_FILE *out);

#endif
