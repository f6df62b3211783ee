/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAMES_H
#define FASCIA_STACK_AWARE_NAMES_H

#include "stack/aware/aware_config.h"

/* The words for the values of aware_config.h: in fascia.yaml, on D-Bus, for people. */

const char *aware_role_name(enum aware_role role);                /* "publish", "subscribe" */
const char *aware_security_name(enum aware_security security);    /* "paired", "passphrase", "open" */
const char *aware_connect_name(enum aware_connect connect);       /* "on-order", "paired", "any" */
const char *aware_transport_name(enum aware_transport transport); /* "tcp", "udp" */
/** "pin-display", "pin-keypad", …; "?" for a bit that this program does not know. */
const char *aware_method_name(enum aware_method method);
/** "sk-ccm-128", "sk-gcm-256", "pk-pasn-128", "pk-pasn-256"; "none"; "?" for another one. */
const char *aware_cipher_name(enum aware_cipher cipher);

/* The inverse. Return 0 or -EINVAL. "none" is no cipher to be chosen. */
int aware_security_parse(const char *text, enum aware_security *ret_security);
int aware_connect_parse(const char *text, enum aware_connect *ret_connect);
int aware_method_parse(const char *text, enum aware_method *ret_method);
int aware_cipher_parse(const char *text, enum aware_cipher *ret_cipher);

#endif
