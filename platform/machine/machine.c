/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/machine/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/machine/tree.h"
#include "stack/base/cleanup.h"

#define BIT(name) DOCTOR_CHECK_BIT(DOCTOR_CHECK_##name)

/* In order: later topics use what earlier ones found (processes, interfaces). */
static const struct {
    uint64_t checks; /* that need it */
    void (*collect)(struct machine *machine);
} topics[] = {
    {BIT(KERNEL) | BIT(MODULES), machine_kernel},
    {BIT(FIRMWARE) | BIT(CLOCK), machine_firmware},
    {BIT(REGULATORY) | BIT(RADIO) | BIT(NAN) | BIT(RFKILL) | BIT(OWNER) | BIT(POWER_SAVE) | BIT(IPV6) | BIT(KERNEL) |
         BIT(MODULES),
     machine_radio},
    {BIT(OWNER), machine_owners},
    {BIT(POWER_SAVE), machine_power_save},
    {BIT(SOCKET), machine_sockets},
    {BIT(PORT), machine_ports},
    {BIT(HOSTAPD) | BIT(NAN) | BIT(BLUEZ), machine_programs},
    {BIT(FIREWALL), machine_firewall},
    {BIT(PIPEWIRE), machine_pipewire},
    {BIT(BUS) | BIT(BLUEZ) | BIT(OWNER), machine_bus},
    {BIT(IPV6) | BIT(ACCOUNTS) | BIT(FOLDERS) | BIT(PRIVILEGES) | BIT(CLOCK) | BIT(ENTROPY), machine_system},
};

int machine_collect(const struct machine_request *request, struct doctor_facts *ret_facts)
{
    _cleanup_(freep) struct machine_process *processes = calloc(MACHINE_PROCESSES_MAX, sizeof *processes);
    struct machine machine = {
        .request = request, .facts = ret_facts, .processes = processes, .live = request->root[0] == '\0'};

    if (!processes)
        return -ENOMEM;
    memset(ret_facts, 0, sizeof *ret_facts);
    ret_facts->root = machine.live && geteuid() == 0;
    machine_find_processes(&machine);
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        if (request->checks & topics[i].checks)
            topics[i].collect(&machine);
    }
    return 0;
}
