/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_SUPPLICANT_CONFIG_H
#define FASCIA_STACK_PHONE_SUPPLICANT_CONFIG_H

#include <stddef.h>

#include "stack/phone/credentials.h"

/*
 * The configuration file of the phone's wpa_supplicant (wpa_supplicant.conf(5)): one network, SAE with both
 * ways of deriving the password element, management frames protected. It holds the passphrase.
 */

#define PHONE_SUPPLICANT_CONFIG_SIZE 2048 /* octets that always suffice, with NUL */

/**
 * Writes the file's text into `to`. `control_dir` is the folder for wpa_supplicant's control socket; the scan is
 * limited to credentials->freq_mhz unless that is 0. Returns 0, PHONE_CREDENTIALS_E_* when the credentials do not
 * pass phone_credentials_check(), or -EMSGSIZE; `to` is then wiped. The caller wipes it after use.
 */
int phone_supplicant_config(const struct phone_credentials *credentials, const char *control_dir, char *to,
                            size_t size);

#endif
