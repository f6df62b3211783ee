/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_HOSTAPD_CONF_H
#define FASCIA_STACK_LINK_HOSTAPD_CONF_H

#include "stack/base/secret.h"
#include "stack/base/text.h"
#include "stack/link/channel.h"
#include "stack/link/link_config.h"
#include "stack/link/wiphy.h"

/*
 * hostapd.conf, generated. Follows the hostapd.conf that hostapd 2.10 documents; every line is one that 2.10
 * understands, because hostapd refuses a file with an unknown key as a whole. The lines of 802.11be are the exception,
 * and written on request only.
 */

#define HOSTAPD_CONF_MAX 8192 /* octets that always suffice, with the NUL */

enum hostapd_conf_result {
    HOSTAPD_CONF_E_PASSPHRASE = 1, /* not 8 to 63 printable ASCII characters (IEEE 802.11-2020, J.4.1) */
    HOSTAPD_CONF_E_SSID,           /* not 1 to 32 octets */
    HOSTAPD_CONF_E_NAME,           /* interface or path is empty or holds a control character */
    HOSTAPD_CONF_E_SECURITY,       /* 6 GHz allows SAE with required PMF only */
    HOSTAPD_CONF_E_ELEMENTS,       /* a vendor element or the accessory's is malformed */
    HOSTAPD_CONF_E_CHANNEL,        /* an automatic channel without a candidate */
    HOSTAPD_CONF_E_SIZE,           /* the text did not fit */
};

/** One sentence for a result above; "" for 0. */
const char *hostapd_conf_explain(int result);

struct hostapd_conf_input {
    const struct link_config *config;
    const struct wiphy *wiphy;
    const struct channel_plan *plan;
    const char *interface;   /* of that radio */
    const char *control_dir; /* for ctrl_interface= */
    /*
     * The running hostapd knows 802.11be (from 2.11 on, where it is built in). Nothing tells so before a BSS exists, so
     * try: write with it where hostapd_conf_has_eht() is true, and without it when hostapd refuses the file. STATUS
     * then has a line "ieee80211be=".
     */
    bool eht;
};

/** True when the radio and link.standard would have 802.11be lines in the file. */
bool hostapd_conf_has_eht(const struct hostapd_conf_input *input);

/** True for 8 to 63 characters of printable ASCII: what WPA2 calls a passphrase and hostapd.conf can carry. */
bool hostapd_conf_passphrase_ok(const struct fascia_secret *passphrase);

/**
 * Writes the file's text. The text holds the passphrase: the caller passes it to one file descriptor and then
 * calls hostapd_conf_wipe(). Returns 0 or an HOSTAPD_CONF_E_…, in which case the text has been wiped.
 */
int hostapd_conf_write(const struct hostapd_conf_input *input, const struct fascia_secret *passphrase,
                       struct fascia_text *text);

/** Overwrites the whole buffer of a text. */
void hostapd_conf_wipe(struct fascia_text *text);

#endif
