/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_HOSTAPD_COMMAND_H
#define FASCIA_STACK_LINK_HOSTAPD_COMMAND_H

#include "stack/base/text.h"
#include "stack/link/channel.h"
#include "stack/link/station.h"

/*
 * Commands to hostapd whose words want care (hostapd 2.10 to 2.11: ctrl_iface.c, README). What is simple is written
 * where it is sent. Each appends to `text`; the caller looks at fascia_text_ok().
 */

#define HOSTAPD_COMMAND_SWITCH_BEACONS 5 /* announced this often before the switch: some 0.5 s */

/** CHAN_SWITCH: to the plan's channel and width, with the modes that the access point operates. */
void hostapd_command_switch(const struct channel_plan *plan, enum station_standard standard, struct fascia_text *text);

/**
 * BSS_TM_REQ (IEEE 802.11-2020, 9.6.13.9). `disassociation_timer` in beacon intervals, 0..65535; 0: the phone is asked,
 * not told.
 */
void hostapd_command_transition(const struct fascia_mac *station, uint32_t disassociation_timer,
                                struct fascia_text *text);

#endif
