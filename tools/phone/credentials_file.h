/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_CREDENTIALS_FILE_H
#define FASCIA_TOOLS_PHONE_CREDENTIALS_FILE_H

#include <stddef.h>

#include "stack/phone/credentials.h"
#include "tools/phone/join_options.h"

/**
 * Reads the credentials that the options name and checks them. 0; PHONE_CREDENTIALS_E_* or a negative errno, and
 * then `ret_path` points to what could not be used (the content of a file is never shown).
 */
int credentials_read(const struct join_options *options, struct phone_credentials *credentials, char *ret_path,
                     size_t path_size);

#endif
