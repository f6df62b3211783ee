/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/hostapd_command.h"

/* Centre of the whole width. Segments count from 5000 MHz, in 6 GHz from 5950 (IEEE 802.11-2020, Annex E). */
static uint32_t centre_frequency(const struct channel_plan *plan)
{
    return plan->frequency_mhz + 5 * plan->centre_segment - 5 * plan->number;
}

void hostapd_command_switch(const struct channel_plan *plan, enum station_standard standard, struct fascia_text *text)
{
    fascia_text_add(text, "CHAN_SWITCH %d %u", HOSTAPD_COMMAND_SWITCH_BEACONS, plan->frequency_mhz);
    if (plan->secondary != 0)
        fascia_text_add(text, " sec_channel_offset=%d center_freq1=%u", plan->secondary, centre_frequency(plan));
    fascia_text_add(text, " bandwidth=%u", plan->width_mhz);
    /* hostapd takes the switch for one to a legacy channel unless each mode is named; 6 GHz knows neither HT nor VHT.
     */
    if (plan->band != LINK_BAND_6GHZ && standard >= STATION_STANDARD_HT)
        fascia_text_add(text, " ht");
    if (plan->band == LINK_BAND_5GHZ && standard >= STATION_STANDARD_VHT)
        fascia_text_add(text, " vht");
    if (standard >= STATION_STANDARD_HE)
        fascia_text_add(text, " he");
    if (standard >= STATION_STANDARD_EHT)
        fascia_text_add(text, " eht");
}

void hostapd_command_transition(const struct fascia_mac *station, uint32_t disassociation_timer,
                                struct fascia_text *text)
{
    char mac[FASCIA_MAC_TEXT_SIZE];

    fascia_text_add(text, "BSS_TM_REQ %s", fascia_mac_format(station, mac));
    if (disassociation_timer > 0)
        fascia_text_add(text, " disassoc_imminent=1 disassoc_timer=%u", disassociation_timer);
}
