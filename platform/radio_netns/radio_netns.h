/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RADIO_NETNS_RADIO_NETNS_H
#define FASCIA_PLATFORM_RADIO_NETNS_RADIO_NETNS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/cleanup.h"
#include "stack/phone/radio_choice.h"

/*
 * Radios as things that live in a network namespace: list them, move one to another, find its station interface.
 * Generic netlink nl80211 (linux/nl80211.h) by libmnl. A handle acts on the network namespace that its thread was
 * in when it was opened. (What radios *can do* in detail is platform/nl80211's business.)
 */

struct radio_netns;

/** Opens. -ENOENT: the kernel has no nl80211 (cfg80211 is not loaded). */
int radio_netns_open(struct radio_netns **ret_door);
void radio_netns_close(struct radio_netns *door);

/** Lists the radios, ordered by index; those beyond `max` are left out. 0 or negative errno. */
int radio_netns_list(struct radio_netns *door, struct phone_radio *radios, size_t max, size_t *ret_count);

/** Moves a radio with all its interfaces. Needs CAP_NET_ADMIN; the interfaces go down. 0 or negative errno. */
int radio_netns_move(struct radio_netns *door, uint32_t wiphy, int netns_fd);

/** An interface of the radio that is a station, made (and `ret_made` true) if it has none. 0 or negative errno. */
int radio_netns_station(struct radio_netns *door, uint32_t wiphy, char ret_name[static IF_NAMESIZE],
                        unsigned int *ret_ifindex, bool *ret_made);

/** Removes an interface that radio_netns_station() made. 0 or negative errno. */
int radio_netns_remove(struct radio_netns *door, unsigned int ifindex);

/** The access point's interface that is up. 0, -ENODEV when there is none, -ENOTUNIQ when there are several. */
int radio_netns_access_point(struct radio_netns *door, char ret_name[static IF_NAMESIZE], unsigned int *ret_ifindex);

FASCIA_DEFINE_CLEANUP(struct radio_netns, radio_netns_close)

#endif
