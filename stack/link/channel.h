/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_CHANNEL_H
#define FASCIA_STACK_LINK_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
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
    uint32_t number;         /* primary 20 MHz channel; LINK_CHANNEL_AUTO: hostapd measures and chooses */
    uint32_t frequency_mhz;  /* its centre; 0 with LINK_CHANNEL_AUTO */
    uint32_t width_mhz;      /* 20, 40, 80, 160 */
    int secondary;           /* -1, 0, +1: where the other 20 MHz of a 40 MHz channel is */
    uint32_t centre_segment; /* channel number of the centre of the whole width (hostapd's seg0 index); 0 = not known */
    size_t candidate_count;  /* with LINK_CHANNEL_AUTO: what hostapd measures, MHz, ascending */
    uint16_t candidates[WIPHY_CHANNELS_MAX];
};

/** The block of `width_mhz` that contains the channel. False when the band's channelisation has none. */
bool channel_block(enum link_band band, uint32_t number, uint32_t width_mhz, struct channel_plan *ret_plan);

/** What decides besides the radio. */
struct channel_rules {
    bool settled; /* false: permissions are another country's, only absence counts */
    bool dfs;     /* channels with radar detection are wanted, where the radio can watch for it */
    enum link_standard standard;
};

/** Why a radio may not start an access point on a channel. */
enum channel_verdict {
    CHANNEL_ALLOWED,
    CHANNEL_MISSING,      /* the radio does not have it */
    CHANNEL_DISABLED,     /* by the regulatory domain */
    CHANNEL_NO_IR,        /* listening only */
    CHANNEL_RADAR,        /* needs radar detection, which link.dfs does not permit */
    CHANNEL_NO_DETECTION, /* needs radar detection, which the radio does not do */
    CHANNEL_RADAR_SEEN,   /* closed for half an hour */
    CHANNEL_VERDICTS_
};

/** For people: "needs radar detection (link.dfs)" … */
const char *channel_verdict_text(enum channel_verdict verdict);

/** Judges a primary channel of 20 MHz. */
enum channel_verdict channel_judge(const struct wiphy *wiphy, enum link_band band, uint32_t frequency_mhz,
                                   const struct channel_rules *rules);

/**
 * The widest plan, up to `width_mhz`, that the radio's modes can do and whose 20 MHz channels all are allowed.
 * The primary channel must be allowed. Never fails: 20 MHz is always left.
 */
void channel_plan(const struct wiphy *wiphy, enum link_band band, uint32_t number, uint32_t width_mhz,
                  const struct channel_rules *rules, struct channel_plan *ret_plan);

/** What an automatic choice may take. */
struct channel_wish {
    enum link_band band;
    uint32_t width_mhz;    /* widest */
    const int64_t *only;   /* primary channels, numbers; borrowed */
    size_t only_count;     /* 0: all */
    bool measured_already; /* do not let hostapd measure again: it could not, or time is short */
};

/**
 * The plan for an automatic channel: the width first, then what hostapd may measure. hostapd takes only the lowest
 * channel of a block as the primary one (2.10: acs.c), so the width is the widest at which an allowed primary channel
 * is the lowest of an allowed block. Without a measurement, and always in 6 GHz, where phones look for networks on the
 * preferred scanning channels only (IEEE 802.11ax-2021, 26.17.2.3.3) and hostapd's measurement does not take these, it
 * is the first allowed channel at the greatest width.
 *
 * Channels 52 to 144 count as radar channels while the country is not settled. False when no channel is allowed:
 * *ret_verdict then says why the last one is not.
 */
bool channel_plan_auto(const struct wiphy *wiphy, const struct channel_wish *wish, const struct channel_rules *rules,
                       struct channel_plan *ret_plan, enum channel_verdict *ret_verdict);

#endif
