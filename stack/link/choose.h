/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_CHOOSE_H
#define FASCIA_STACK_LINK_CHOOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/base/function.h"
#include "stack/link/channel.h"
#include "stack/link/link_config.h"
#include "stack/link/station.h"
#include "stack/link/wiphy.h"

/*
 * The choice of the radio for the access point: by what it can do, never by its name or the order in which the
 * kernel found it.
 */

struct choose_input {
    const struct link_config *config;
    const struct wiphy_table *radios;
    const struct wiphy_interfaces *interfaces;
    uint32_t blocked; /* bit i: radio i of the table is blocked by rfkill */
    /*
     * Where the access point was last, in this boot: measured, switched to by hand or left for radar. A number other
     * than 0 is taken before the configured channel and before a measurement, on the radios that still may start there;
     * so a restart neither measures again nor moves a phone.
     */
    struct choose_last {
        enum link_band band;
        uint32_t number, width_mhz;
    } last;
    /*
     * hostapd's measurement failed (ACS-FAILED: the driver has no survey, or nothing fits): an automatic channel is
     * then the first that is allowed.
     */
    bool unmeasured;
};

struct choose_result {
    enum fascia_reason reason; /* NONE: a radio was chosen and the fields below are valid */
    char detail[FASCIA_DETAIL_SIZE];

    uint32_t wiphy; /* kernel index */
    char wiphy_name[WIPHY_NAME_SIZE];
    uint32_t ifindex;
    char interface[WIPHY_INTERFACE_NAME_SIZE];
    struct channel_plan plan;
    struct mimo_result mimo;        /* for the band and the AP role */
    enum station_standard standard; /* newest one on that band */
    /*
     * False while the country in force is not the configured one: channel permissions are then another country's
     * and did not count. hostapd sets the country; after that the choice is to be made again. Always true for a
     * radio that manages its own regulatory domain.
     */
    bool settled;
};

/**
 * Where the access point was last comes first, then link.band with link.channel, then link.other_bands in order with an
 * automatic channel; the first of these on which a radio can start is taken. Among the radios that have AP mode, the
 * band, the channel with permission to start on it, an interface, and are not blocked, that is the one with at least
 * min_streams transmit streams, then more streams, then the newer standard, then the lowest kernel index. `detail` says
 * which it is, and why other bands and radios were passed over. When none fits, `reason` is that of the radio which
 * came closest: NO_RADIO, NO_AP_MODE, RFKILL, COUNTRY, NO_INTERFACE.
 *
 * plan.number is LINK_CHANNEL_AUTO when hostapd is to measure and choose among plan.candidates.
 */
void choose_radio(const struct choose_input *input, struct choose_result *ret_result);

#endif
