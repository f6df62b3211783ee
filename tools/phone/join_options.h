/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_JOIN_OPTIONS_H
#define FASCIA_TOOLS_PHONE_JOIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/address/iid.h"

/* The command line of `fascia-phone join`. Strings are borrowed from argv; NULL = not given. */
struct join_options {
    const char *credentials;     /* a folder with hostapd.conf and passphrase, or a file like hostapd.conf */
    const char *ssid;            /* overrides */
    const char *passphrase_file; /* overrides */
    int64_t freq_mhz;            /* -1 = from the credentials, 0 = scan all channels */
    const char *radio;           /* name of a wiphy; NULL = choose */
    bool has_head_unit_iid;
    struct address_iid head_unit_iid;
    int64_t port;
    int64_t exchange; /* octets each way; 0 = no TCP */
    bool to, from;    /* directions of TCP: to and from the head unit */
    int64_t seconds;  /* for everything up to "ready" */
    bool stay;
    int64_t play_port;          /* while it stays: plays its 5.1 programme as RTP to this port; 0: does not */
    int64_t play_rate;          /* Hz, of that */
    const char *out;            /* JSON file; NULL = stdout */
    const char *supplicant;     /* program */
    const char *supplicant_log; /* file; NULL = none */
};

/** Parses; says on stderr what is wrong. 0; 1 = help was printed; -EINVAL = usage error. */
int join_options_parse(int argc, char **argv, struct join_options *ret_options);

#endif
