/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-aware: Wi-Fi Aware services, pairings and data paths. Needs no privilege. */
#include <string.h>

#include "platform/journal/journal.h"
#include "tools/daemons/fascia-aware/awared.h"

/* Two instances would fight over one engine: the one that owns the name drives it. */
static void on_bus(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)bus;
    (void)connected;

    awared->name_taken = name_taken;
    if (!name_taken)
        awared_begin(awared);
    else if (!awared->started)
        service_fact(&awared->service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_BUS_NAME_TAKEN, "%s",
                     awared->service.interface);
}

static int start(struct awared *awared)
{
    int r = awared_drive_open(awared);
    if (r == 0)
        r = awared_store_open(awared);
    if (r == 0)
        r = awared_radio_open(awared);
    if (r == 0)
        r = awared_kernel_open(awared);
    if (r == 0)
        r = awared_engine_open(awared);
    if (r == 0)
        r = awared_address_open(awared);
    if (r == 0)
        r = awared_bus_open(awared);
    return r;
}

static void stop(struct awared *awared)
{
    awared_engine_close(awared);
    awared_address_close(awared);
    awared_kernel_close(awared);
    awared_radio_close(awared);
    awared_drive_close(awared);
}

int main(int argc, char **argv)
{
    static struct awared awared = {.service = {.program = "fascia-aware",
                                               .function = "aware",
                                               .bus_name = "Aware",
                                               .about = "Wi-Fi Aware: services, pairings, data paths",
                                               .userdata = &awared,
                                               .on_bus = on_bus,
                                               .on_stop = awared_on_stop}};

    int status = service_open(&awared.service, argc, argv);
    if (status > 0)
        return status - 1;
    int r = start(&awared);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "cannot start: %s", strerror(-r));
        status = 1;
    } else {
        if (awared.service.fact.function[0] == '\0')
            service_fact(&awared.service,
                         awared.service.config.aware.enabled ? FASCIA_FUNCTION_STARTING : FASCIA_FUNCTION_OFF,
                         FASCIA_REASON_NONE, "%s", "");
        service_ready(&awared.service);
        status = service_run(&awared.service);
    }
    stop(&awared);
    service_close(&awared.service);
    return status;
}
