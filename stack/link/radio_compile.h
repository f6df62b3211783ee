/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_RADIO_COMPILE_H
#define FASCIA_STACK_LINK_RADIO_COMPILE_H

#include "stack/link/radio_description.h"

/*
 * From a described radio to the messages that the kernel would send about it (NL80211_CMD_NEW_WIPHY), so that a
 * radio on paper takes the same way through wiphy_parse() as one that is there. Pure.
 *
 * Source of the order and of the places where the kernel breaks a description: net/wireless/nl80211.c,
 * nl80211_send_wiphy(), for a dump with NL80211_ATTR_SPLIT_WIPHY_DUMP.
 */

enum radio_split {
    RADIO_SPLIT_KERNEL, /* as the kernel: a band's modes in one message, each of its channels in one of its own */
    RADIO_SPLIT_NONE,   /* everything in one message, as before Linux 3.10 */
    RADIO_SPLIT_SEEDED, /* at places that `seed` chooses, also inside a band's modes; the same seed, the same places */
};

struct radio_compile_how {
    enum radio_split split;
    uint32_t seed;
    uint32_t index; /* NL80211_ATTR_WIPHY */
};

/** Takes one message: attributes as behind the generic netlink header, borrowed. Not 0 ends the compilation. */
typedef int (*radio_message_fn)(const void *attributes, size_t size, void *userdata);

/**
 * Returns 0, what `fn` returned when that was not 0, -EINVAL when a word, channel or number of the description means
 * nothing to the kernel, or -ENOBUFS when a message would be too large (32 KiB).
 */
int radio_compile(const struct radio_description *description, const struct radio_compile_how *how, radio_message_fn fn,
                  void *userdata);

/** The answer to GET_REG: the regulatory domain in force. -ENODATA when the description does not know it. */
int radio_compile_regulatory(const struct radio_description *description, radio_message_fn fn, void *userdata);

#endif
