/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/doctor/judge.h"

/* What somebody else has: control sockets and ports. */

static void judge_socket(struct doctor_judge *judge, const struct doctor_socket *socket)
{
    char what[DOCTOR_PATH_SIZE + DOCTOR_NAME_SIZE + 8], holder[DOCTOR_HOLDER_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, what, sizeof what);
    fascia_text_add(&text, "%s (%s)", socket->path, socket->what);
    switch (socket->state) {
    case DOCTOR_SOCKET_ABSENT:
        if (socket->adopted)
            doctor_fault(judge, DOCTOR_CAUSE_SOCKET_NOBODY, socket->path, socket->what, "%s: no such socket",
                         socket->path);
        break;
    case DOCTOR_SOCKET_STALE:
        if (socket->adopted)
            doctor_fault(judge, DOCTOR_CAUSE_SOCKET_NOBODY, socket->path, socket->what, "%s: nobody has it open",
                         socket->path);
        else
            doctor_fault(judge, DOCTOR_CAUSE_SOCKET_STALE, socket->path, "", "%s: nobody has it open", socket->path);
        break;
    case DOCTOR_SOCKET_HELD:
        if (socket->adopted || socket->holder.ours)
            break;
        if (socket->holder.pid == 0 && judge->facts->fasciad_runs)
            doctor_note(judge, DOCTOR_CHECK_SOCKET, DOCTOR_VERDICT_SKIPPED,
                        "%s is held; fasciad runs, and only root can see whether by it", what);
        else
            doctor_fault(judge, DOCTOR_CAUSE_SOCKET_TAKEN, what, doctor_holder_text(&socket->holder, holder), "%s: %s",
                         socket->path, holder);
        break;
    case DOCTOR_SOCKET_OTHER_FILE:
        doctor_fault(judge, DOCTOR_CAUSE_SOCKET_NO_SOCKET, socket->path, "", "%s: not a socket", socket->path);
        break;
    case DOCTOR_SOCKET_DENIED:
        doctor_note(judge, DOCTOR_CHECK_SOCKET, DOCTOR_VERDICT_SKIPPED,
                    "%s may only be looked at by its account and root", what);
        break;
    case DOCTOR_SOCKET_UNKNOWN:
        break;
    }
}

void doctor_judge_socket(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    unsigned int held = 0, known = 0, denied = 0;

    for (size_t i = 0; i < facts->sockets_count; i++) {
        judge_socket(judge, &facts->sockets[i]);
        held += facts->sockets[i].state == DOCTOR_SOCKET_HELD;
        known += facts->sockets[i].state != DOCTOR_SOCKET_UNKNOWN;
        denied += facts->sockets[i].state == DOCTOR_SOCKET_DENIED ||
                  (facts->sockets[i].state == DOCTOR_SOCKET_HELD && facts->sockets[i].holder.pid == 0);
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_SOCKET) && denied == 0)
        doctor_note(judge, DOCTOR_CHECK_SOCKET, known > 0 ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    "%u sockets looked at, %u held by whom they belong to", known, held);
}

/* Sharing 5353 is what multicast DNS responders are made for. */
static bool is_responder(const char *name)
{
    static const char *const names[] = {"avahi-daemon", "systemd-resolve", "mdnsd", "mDNSResponder"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

void doctor_judge_port(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    unsigned int known = 0;

    for (size_t i = 0; i < facts->ports_count; i++) {
        const struct doctor_port *port = &facts->ports[i];
        char what[DOCTOR_LINE_SIZE], holder[DOCTOR_HOLDER_SIZE];
        struct fascia_text text;
        known += port->held != DOCTOR_UNKNOWN;
        if (port->held != DOCTOR_YES || port->holder.ours || (port->mdns && is_responder(port->holder.name)))
            continue;
        fascia_text_init(&text, what, sizeof what);
        fascia_text_add(&text, "%s port %u (%s)", port->tcp ? "TCP" : "UDP", port->number, port->what);
        doctor_fault(judge, port->asked ? DOCTOR_CAUSE_PORT_TAKEN : DOCTOR_CAUSE_PORT_USED, what,
                     doctor_holder_text(&port->holder, holder), "%s: %s", what, holder);
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_PORT))
        doctor_note(judge, DOCTOR_CHECK_PORT, known > 0 ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    "%u ports looked at, none held by a stranger", known);
}
