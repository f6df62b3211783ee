/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-link/linkd.h"

/*
 * An access point that is away for a second or two, because hostapd was killed or the radio was plugged out and in
 * again, is back before its phones miss its beacons. They then believe to be associated with it for half a minute, and
 * nothing they send is understood. hostapd deauthenticates everybody when it starts, but with a broadcast frame that a
 * phone with protected management frames has to ignore.
 *
 * So the phones that were connected, and are not now, are told by the frame with which an access point answers to
 * strangers (IEEE 802.11-2020, 11.3.2, reason code 7, class 3 frame received from a nonassociated STA). A phone with
 * protected management frames asks back (SA Query, 11.13), gets no answer and joins again; any other one joins at once.
 * A frame may be missed by a phone that sleeps, so it is repeated, but not to one that is joining already.
 */

#define REMIND_FIRST_US  50000
#define REMIND_PERIOD_US 250000
#define REMIND_TIMES     8
#define REMIND_LIMIT_US  2000000

static void forget(struct linkd_remind *remind, const struct fascia_mac *mac)
{
    for (size_t i = 0; i < remind->count; i++) {
        if (!fascia_mac_equal(&remind->phones[i], mac))
            continue;
        remind->count--;
        memmove(&remind->phones[i], &remind->phones[i + 1], (remind->count - i) * sizeof remind->phones[0]);
        return;
    }
}

void linkd_remind_note(struct linkd *linkd, const struct fascia_mac *mac)
{
    struct linkd_remind *remind = &linkd->remind;
    struct fascia_mac copy = *mac;

    forget(remind, &copy);
    if (remind->count == LINKD_REMINDED)
        forget(remind, &remind->phones[0]);
    remind->phones[remind->count++] = copy;
}

static void tell(struct linkd *linkd, const struct fascia_mac *mac)
{
    char command[CONTROL_COMMAND_HOSTAPD + 1], text[FASCIA_MAC_TEXT_SIZE];

    (void)snprintf(command, sizeof command, "IFNAME=%s DEAUTHENTICATE %s reason=7", linkd->choice.interface,
                   fascia_mac_format(mac, text));
    (void)control_request(linkd->hostapd, command, REMIND_LIMIT_US, NULL, NULL);
}

/* By the kernel's word, which has a phone while it is still joining. False when nobody is left to be told. */
static bool tell_strangers(struct linkd *linkd)
{
    struct station_table *present = calloc(1, sizeof *present);
    bool any = false;

    if (!present)
        return false;
    if (nl80211_dump_stations(linkd->nl, linkd->choice.ifindex, present) == 0) {
        for (size_t i = 0; i < linkd->remind.count && linkd->attached; i++) {
            if (station_find(present, &linkd->remind.phones[i]))
                continue;
            any = true;
            tell(linkd, &linkd->remind.phones[i]);
        }
    }
    free(present);
    return any;
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct linkd *linkd = userdata;
    (void)source;
    (void)usec;

    if (linkd->machine.state != LINK_STATE_UP || !linkd->nl || !linkd->attached)
        return 0;
    if (tell_strangers(linkd) && --linkd->remind.left > 0)
        (void)loop_timer_arm(linkd->remind.timer, REMIND_PERIOD_US);
    return 0;
}

void linkd_remind_begin(struct linkd *linkd)
{
    for (size_t i = 0; i < linkd->stations.table.count; i++) {
        const struct station *station = &linkd->stations.table.list[i];
        linkd_remind_note(linkd, &station->mac); /* those of an access point that was taken over */
    }
    linkd->remind.left = REMIND_TIMES;
    if (linkd->remind.count > 0)
        (void)loop_timer_arm(linkd->remind.timer, REMIND_FIRST_US);
}

int linkd_remind_open(struct linkd *linkd)
{
    return loop_timer_new(linkd->service.loop, on_time, linkd, &linkd->remind.timer);
}

void linkd_remind_close(struct linkd *linkd)
{
    linkd->remind.timer = loop_source_free(linkd->remind.timer);
}
