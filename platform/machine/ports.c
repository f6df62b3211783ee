/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"

/* Who holds a port: /proc/net names the socket and its account to everybody, /proc/PID/fd the process to those who may
 * look there. */

#define ROWS_MAX   20000
#define TCP_LISTEN 0x0a
#define UDP_BOUND  0x07

const struct machine_port machine_usual_ports[] = {
    {.tcp = true, .number = 7000, .what = "control of the projection"},
    {.tcp = true, .number = 5000, .what = "audio of the projection"},
    {.tcp = false, .number = 5353, .what = "multicast DNS"},
};
const size_t machine_usual_ports_count = sizeof machine_usual_ports / sizeof machine_usual_ports[0];

struct port_search {
    struct doctor_port *port;
    struct machine_inet row;
    bool found;
};

static bool take_row(struct machine *machine, char *line, void *userdata)
{
    struct port_search *search = userdata;
    struct machine_inet row;
    (void)machine;

    if (!machine_parse_inet(line, &row) || row.port != search->port->number ||
        row.state != (search->port->tcp ? TCP_LISTEN : UDP_BOUND))
        return true;
    search->row = row;
    search->found = true;
    return false;
}

static void look_at(struct machine *machine, struct doctor_port *port)
{
    struct port_search search = {.port = port};
    int known = -1;

    known &= machine_lines(machine, port->tcp ? "/proc/net/tcp" : "/proc/net/udp", ROWS_MAX, take_row, &search);
    if (!search.found)
        known &= machine_lines(machine, port->tcp ? "/proc/net/tcp6" : "/proc/net/udp6", ROWS_MAX, take_row, &search);
    if (!search.found) {
        port->held = known == 0 ? DOCTOR_NO : DOCTOR_UNKNOWN;
        return;
    }
    port->held = DOCTOR_YES;
    if (!machine_holder_of(machine, search.row.inode, &port->holder))
        machine_user(machine, search.row.uid, port->holder.user, sizeof port->holder.user);
}

void machine_ports(struct machine *machine)
{
    const struct machine_request *request = machine->request;
    struct doctor_facts *facts = machine->facts;

    for (size_t i = 0; i < request->ports_count && i < DOCTOR_LIST_MAX; i++) {
        struct doctor_port *port = &facts->ports[facts->ports_count++];
        *port = (struct doctor_port){.tcp = request->ports[i].tcp,
                                     .number = request->ports[i].number,
                                     .asked = request->ports[i].asked,
                                     .mdns = !request->ports[i].tcp && request->ports[i].number == 5353};
        machine_copy(port->what, sizeof port->what, request->ports[i].what);
        look_at(machine, port);
    }
}
