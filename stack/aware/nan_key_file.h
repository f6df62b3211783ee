/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_KEY_FILE_H
#define FASCIA_STACK_AWARE_NAN_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/secret.h"
#include "stack/base/text.h"

/*
 * Keys of data paths, for whoever has to check a capture. A line each; empty lines and those that begin with # are
 * passed over:
 *
 *   pmk <64 hexadecimal digits> [service <name> | service-id <12 hexadecimal digits>]
 *   passphrase <text> service <name> publisher <address of its NMI>
 *   passphrase <text> service-id <12 hexadecimal digits> publisher <address of its NMI>
 *
 * The text may have blanks: it ends at the last "service" or "service-id" that fits.
 */

#define NAN_KEY_FILE_MAX      64    /* keys */
#define NAN_KEY_FILE_SIZE_MAX 65536 /* octets */
#define NAN_KEY_NAME_SIZE     256

enum nan_key_file_result {
    NAN_KEY_FILE_E_WORD = 1,   /* the line begins with neither pmk nor passphrase */
    NAN_KEY_FILE_E_FORM,       /* words are missing or too many */
    NAN_KEY_FILE_E_DIGITS,     /* not that many hexadecimal digits */
    NAN_KEY_FILE_E_ADDRESS,    /* not an address */
    NAN_KEY_FILE_E_PASSPHRASE, /* empty, or longer than FASCIA_SECRET_MAX octets */
    NAN_KEY_FILE_E_NAME,       /* a service name has 1 to 255 octets */
    NAN_KEY_FILE_E_MANY,       /* more than NAN_KEY_FILE_MAX keys */
    NAN_KEY_FILE_E_CHARACTER,  /* a NUL is in it */
};

/** What is wrong with the line, as a sentence that shows nothing of it; NULL for others. */
const char *nan_key_file_explain(int result);

struct nan_key_entry {
    bool is_passphrase;
    struct fascia_secret secret; /* PMK (32 octets) or passphrase */
    bool has_service_id;
    uint8_t service_id[6];
    char service[NAN_KEY_NAME_SIZE]; /* its name; "" when none is given */
    struct fascia_mac publisher;     /* passphrase */
    unsigned int line;
};

struct nan_key_file {
    struct nan_key_entry entries[NAN_KEY_FILE_MAX];
    size_t count;
};

/**
 * Parses a whole text. Returns 0, or a NAN_KEY_FILE_E_… with the number of the line; what was read so far is wiped
 * then. The caller wipes `ret_keys` and `text`.
 */
int nan_key_file_parse(const char *text, size_t size, struct nan_key_file *ret_keys, unsigned int *ret_line);

/** NULL-safe, idempotent. */
void nan_key_file_wipe(struct nan_key_file *keys);

#endif
