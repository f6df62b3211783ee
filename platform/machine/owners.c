/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"

/* The programs that take radios, by the names of their processes. */

static const struct {
    const char *name; /* comm: 15 octets */
    enum doctor_owner_kind kind;
} daemons[] = {
    {"NetworkManager", DOCTOR_OWNER_NETWORK_MANAGER},
    {"systemd-network", DOCTOR_OWNER_NETWORKD},
    {"connmand", DOCTOR_OWNER_CONNMAN},
    {"iwd", DOCTOR_OWNER_IWD},
    {"wpa_supplicant", DOCTOR_OWNER_SUPPLICANT},
    {"hostapd", DOCTOR_OWNER_HOSTAPD},
    {"dhcpcd", DOCTOR_OWNER_DHCPCD},
};

/* The hostapd of this configuration, whoever started it: by its global control socket. */
static bool is_our_hostapd(const struct machine *machine, const char *command_line)
{
    const struct doctor_config *config = machine->request->config;
    char path[MACHINE_PATH_SIZE];

    if (config->link->hostapd.manage == LINK_MANAGE_ADOPT)
        (void)snprintf(path, sizeof path, "%s", config->link->hostapd.control);
    else
        return false; /* then fasciad is its parent, and the holder says so */
    return path[0] != '\0' && strstr(command_line, path) != NULL;
}

/* An interface that was added later is in no argument; its control socket is named after it. */
static bool take_control(struct machine *machine, const char *name, void *userdata)
{
    struct doctor_owner *owner = userdata;
    (void)machine;

    if (strncmp(name, "p2p-dev", 7) == 0 || strcmp(name, "global") == 0)
        return true;
    machine_copy(owner->interface, sizeof owner->interface, name);
    return false;
}

static void add_owner(struct machine *machine, const struct machine_process *process, enum doctor_owner_kind kind)
{
    struct doctor_facts *facts = machine->facts;
    char command_line[1024];

    if (facts->owners_count == DOCTOR_LIST_MAX)
        return;
    struct doctor_owner *owner = &facts->owners[facts->owners_count++];
    *owner = (struct doctor_owner){.kind = kind};
    machine_holder(machine, process->pid, &owner->holder);
    machine_command_line(machine, process->pid, command_line, sizeof command_line);
    machine_parse_interface(command_line, owner->interface);
    if (owner->interface[0] == '\0' && kind == DOCTOR_OWNER_SUPPLICANT)
        (void)machine_each(machine, "/run/wpa_supplicant", take_control, owner);
    if (owner->interface[0] == '\0' && kind == DOCTOR_OWNER_HOSTAPD)
        (void)machine_each(machine, "/run/hostapd", take_control, owner);
    if (kind == DOCTOR_OWNER_HOSTAPD && is_our_hostapd(machine, command_line))
        owner->holder.ours = true;
}

struct link_state {
    enum doctor_know managed;
};

/* /run/systemd/netif/links/INDEX: what networkd says of an interface. */
static bool take_link_line(struct machine *machine, char *line, void *userdata)
{
    struct link_state *state = userdata;
    (void)machine;

    if (strncmp(line, "ADMIN_STATE=", 12) != 0)
        return true;
    state->managed = strcmp(line + 12, "unmanaged") == 0 ? DOCTOR_NO : DOCTOR_YES;
    return false;
}

static void ask_networkd(struct machine *machine, struct doctor_interface *interface)
{
    struct link_state state = {.managed = DOCTOR_UNKNOWN};
    char path[DOCTOR_PATH_SIZE], index[16];

    (void)snprintf(path, sizeof path, "/sys/class/net/%s/ifindex", interface->name);
    machine_read_line(machine, index, sizeof index, path);
    (void)snprintf(path, sizeof path, "/run/systemd/netif/links/%s", index);
    if (index[0] != '\0')
        (void)machine_lines(machine, path, 100, take_link_line, &state);
    interface->networkd = state.managed;
}

void machine_owners(struct machine *machine)
{
    for (size_t i = 0; i < machine->processes_count; i++) {
        for (size_t k = 0; k < sizeof daemons / sizeof daemons[0]; k++) {
            if (strcmp(machine->processes[i].name, daemons[k].name) == 0)
                add_owner(machine, &machine->processes[i], daemons[k].kind);
        }
    }
    for (size_t i = 0; i < machine->facts->interfaces_count; i++)
        ask_networkd(machine, &machine->facts->interfaces[i]);
}
