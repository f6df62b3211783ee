/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_CREDENTIALS_H
#define FASCIA_STACK_PHONE_CREDENTIALS_H

#include <stddef.h>
#include <stdint.h>

#include "stack/base/secret.h"

/*
 * What a phone needs to join: network name, passphrase, kind of security and, as a hint for a quick scan, the
 * frequency. They come from a file in hostapd's own syntax ("key=value" lines, hostapd.conf(5)), so that the
 * configuration the head unit really runs with can be read as it is; keys that do not matter here are ignored.
 */

#define PHONE_SSID_MAX         32                  /* octets, IEEE 802.11-2020 9.4.2.2 */
#define PHONE_CREDENTIALS_SIZE ((size_t)16 * 1024) /* largest file taken, octets */

enum phone_security { PHONE_SECURITY_SAE, PHONE_SECURITY_SAE_OR_PSK, PHONE_SECURITY_PSK, PHONE_SECURITIES_ };

struct phone_credentials {
    uint8_t ssid[PHONE_SSID_MAX];
    size_t ssid_size;                /* octets; 0 = not known */
    struct fascia_secret passphrase; /* empty = not known */
    enum phone_security security;
    uint32_t freq_mhz; /* centre of the primary channel; 0 = not known */
};

/** Positive results of this module. */
enum {
    PHONE_CREDENTIALS_E_SSID = 1,   /* empty, longer than 32 octets, or not decodable */
    PHONE_CREDENTIALS_E_PASSPHRASE, /* not 8..63 printable characters (a SAE password may have up to 127) */
    PHONE_CREDENTIALS_E_SECURITY,   /* neither SAE nor PSK: a network this phone does not join */
    PHONE_CREDENTIALS_E_CHANNEL,    /* a channel number that its band does not have */
};

/** What is wrong, as half a sentence: "the passphrase is not 8..63 printable characters". */
const char *phone_credentials_strerror(int e);

/**
 * Reads the first BSS of a hostapd configuration into `credentials`, which the caller has initialised and may
 * have filled in part: a key that is not in the text leaves its field alone. Returns 0, -EMSGSIZE for more than
 * PHONE_CREDENTIALS_SIZE octets, or PHONE_CREDENTIALS_E_*; on errors the content is undefined and to be wiped.
 */
int phone_credentials_parse(struct phone_credentials *credentials, const char *text, size_t size);

/** Sets the name, as octets. 0 or PHONE_CREDENTIALS_E_SSID. */
int phone_credentials_set_ssid(struct phone_credentials *credentials, const void *ssid, size_t size);

/** Sets the passphrase from a file's content: one final line end is dropped. 0 or PHONE_CREDENTIALS_E_PASSPHRASE. */
int phone_credentials_set_passphrase(struct phone_credentials *credentials, const void *text, size_t size);

/** True (0) when name and passphrase are there and fit the kind of security; PHONE_CREDENTIALS_E_* otherwise. */
int phone_credentials_check(const struct phone_credentials *credentials);

/** Wipes the passphrase and forgets the rest. NULL-safe, idempotent. */
void phone_credentials_wipe(struct phone_credentials *credentials);

/** Centre frequency in MHz of a 20 MHz channel; 0 when the band has no such channel. IEEE 802.11-2020 annex E. */
uint32_t phone_freq_of_channel(char band, int64_t channel); /* band: '2', '5' or '6' GHz */

/** Channel number of a centre frequency in MHz; 0 when unknown. */
uint32_t phone_channel_of_freq(uint32_t freq_mhz);

#endif
