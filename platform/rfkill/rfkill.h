/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RFKILL_RFKILL_H
#define FASCIA_PLATFORM_RFKILL_RFKILL_H

#include <systemd/sd-event.h>

/* Switches Wi-Fi radios off and on by /dev/rfkill (struct rfkill_event of <linux/rfkill.h>): the reset that software
 * can do. Needs write access to /dev/rfkill. */

#define RFKILL_RESET_US 500000 /* how long rfkill_reset() keeps it off */

/**
 * Soft-blocks the Wi-Fi radio with wiphy name `wiphy` (its rfkill index is below /sys/class/ieee80211/WIPHY); "" =
 * every Wi-Fi radio. Off now and on after RFKILL_RESET_US, by a timer on the loop that frees itself; when the loop ends
 * sooner, on at that moment. A radio that is switched off already stays so: somebody wants it. Returns 0, -ENODEV when
 * there is none, -ERFKILL when those that are off leave none, or another negative errno.
 */
int rfkill_reset(sd_event *loop, const char *wiphy);

#endif
