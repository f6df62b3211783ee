/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_CHANNEL_H
#define FASCIA_STACK_LINK_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/link/link_config.h"
#include "stack/link/wiphy.h"

/* Channel arithmetic (IEEE 802.11-2020, Annex E; 27.3.23.2 of 802.11ax for 6 GHz), and what a radio allows. */

/** Centre frequency of a 20 MHz channel, MHz; 0 when the band has no such channel number. */
uint32_t channel_frequency(enum link_band band, int64_t number);

/** The inverse, over all bands; 0 when it is none. */
uint32_t channel_number(uint32_t frequency_mhz);

struct channel_plan {
    enum link_band band;
    uint32_t number;         /* primary 20 MHz channel */
    uint32_t frequency_mhz;  /* its centre */
    uint32_t width_mhz;      /* 20, 40, 80, 160 */
    int secondary;           /* -1, 0, +1: where the other 20 MHz of a 40 MHz channel is */
    uint32_t centre_segment; /* channel number of the centre of the whole width (hostapd's seg0 index) */
};

/** The block of `width_mhz` that contains the channel. False when the band's channelisation has none. */
bool channel_block(enum link_band band, uint32_t number, uint32_t width_mhz, struct channel_plan *ret_plan);

/** Why a radio may not start an access point on a channel. */
enum channel_verdict {
    CHANNEL_ALLOWED,
    CHANNEL_MISSING,  /* the radio does not have it */
    CHANNEL_DISABLED, /* by the regulatory domain */
    CHANNEL_NO_IR,    /* listening only */
    CHANNEL_RADAR,    /* needs radar detection, which this stack does not do yet */
    CHANNEL_VERDICTS_
};

/** For people: "needs radar detection" … */
const char *channel_verdict_text(enum channel_verdict verdict);

/** Judges the primary channel. `settled` false: permissions are another country's, only absence counts. */
enum channel_verdict channel_judge(const struct wiphy *wiphy, enum link_band band, uint32_t frequency_mhz,
                                   bool settled);

/**
 * The widest plan, up to `width_mhz`, that the radio's modes can do and whose 20 MHz channels all are allowed.
 * The primary channel must be allowed. Never fails: 20 MHz is always left.
 */
void channel_plan(const struct wiphy *wiphy, enum link_band band, uint32_t number, uint32_t width_mhz, bool settled,
                  struct channel_plan *ret_plan);

#endif
