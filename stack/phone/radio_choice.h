/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_RADIO_CHOICE_H
#define FASCIA_STACK_PHONE_RADIO_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which radio the phone takes: by what it can do and by who uses it, never by a name. Among equals it takes the
 * last one, because a head unit that chooses for itself begins with the first.
 */

#define PHONE_RADIOS_MAX      16
#define PHONE_RADIO_FREQS_MAX 128

struct phone_radio {
    uint32_t wiphy;                            /* nl80211's index */
    char name[32];                             /* the kernel's name of the wiphy; for people and for --radio only */
    bool is_station;                           /* interface type STATION is supported */
    bool can_move;                             /* NL80211_CMD_SET_WIPHY_NETNS is supported */
    bool has_ap;                               /* carries an interface of type AP */
    bool is_up;                                /* a network device of it is IFF_UP */
    uint16_t freqs_mhz[PHONE_RADIO_FREQS_MAX]; /* channels that are not disabled */
    size_t freq_count;
};

/** Why there is none; the most hopeful radio decides. */
enum {
    PHONE_RADIO_E_NONE = 1,  /* there is no radio at all */
    PHONE_RADIO_E_NAME,      /* --radio names none of them */
    PHONE_RADIO_E_STATION,   /* none can be a station, or be moved into a network namespace */
    PHONE_RADIO_E_FREQUENCY, /* none may use the network's channel */
    PHONE_RADIO_E_BUSY,      /* those that could are in use */
};

/** Cause and remedy, as half a sentence. */
const char *phone_radio_strerror(int e);

/**
 * Chooses. `name` (NULL = any) restricts the choice and overrides "in use"; freq_mhz 0 = any channel.
 * Returns 0 and the index into `radios`, or PHONE_RADIO_E_*.
 */
int phone_radio_choose(const struct phone_radio *radios, size_t count, const char *name, uint32_t freq_mhz,
                       size_t *ret_index);

#endif
