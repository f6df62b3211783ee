/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-link: chooses the radio, drives hostapd, tells what the link really does. Needs no privilege. */
#include <string.h>

#include "platform/journal/journal.h"
#include "tools/daemons/fascia-link/linkd.h"

/* Two instances would fight over one hostapd: the one that owns the name drives it. */
static void on_bus(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    (void)bus;

    linkd->bus_connected = connected;
    linkd->name_taken = name_taken;
    if (!linkd->started && !name_taken && linkd->service.config.link.enabled) {
        linkd->started = true;
        linkd_post(linkd, LINK_EVENT_START);
    }
    linkd_publish(linkd);
}

static int start(struct linkd *linkd)
{
    int r = linkd_files_open(linkd);
    if (r == 0) {
        linkd_channel_recall(linkd);
        r = linkd_drive_open(linkd);
    }
    if (r == 0)
        r = linkd_radio_open(linkd);
    if (r == 0)
        r = linkd_stations_open(linkd);
    if (r == 0)
        r = linkd_ap_open(linkd);
    if (r == 0)
        r = linkd_bus_open(linkd);
    return r;
}

static void stop(struct linkd *linkd)
{
    linkd_post(linkd, LINK_EVENT_STOP);
    linkd_ap_close(linkd);
    linkd_stations_close(linkd);
    linkd_radio_close(linkd);
    linkd_drive_close(linkd);
    fascia_secret_wipe(&linkd->passphrase);
}

int main(int argc, char **argv)
{
    static struct linkd linkd = {.service = {.program = "fascia-link",
                                             .function = "link",
                                             .bus_name = "Link",
                                             .about = "the Wi-Fi access point: radio, hostapd, stations",
                                             .userdata = &linkd,
                                             .on_bus = on_bus,
                                             .on_step = linkd_ladder_step}};

    int status = service_open(&linkd.service, argc, argv);
    if (status > 0)
        return status - 1;
    int r = start(&linkd);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "cannot start: %s", strerror(-r));
        status = 1;
    } else {
        linkd_publish(&linkd);
        service_ready(&linkd.service);
        status = service_run(&linkd.service);
    }
    stop(&linkd);
    bus_name_watch_free(linkd.address_watch);
    service_close(&linkd.service);
    return status;
}
