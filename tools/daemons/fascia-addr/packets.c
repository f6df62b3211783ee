/* SPDX-License-Identifier: Apache-2.0 */
/* The proof: what the taps show of ND and MLD. */
#include <string.h>
#include <sys/epoll.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-addr/addr.h"

static void on_seen(unsigned int ifindex, bool sent, const struct nd_packet *seen, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);

    if (!interface)
        return;
    if (sent)
        addr->interfaces_changed = true;
    struct addr_note *note = addr_note(addr, interface);
    if (!address_proof_add(&note->proof, interface->nd, sent, seen, loop_now_us()))
        return;
    char text[256];
    struct fascia_text first;
    fascia_text_init(&first, text, sizeof text);
    address_proof_format(&note->proof, &first);
    service_event(&addr->service, FASCIA_EVENT_ND_SEEN, "%s: %s", interface->link.name, text);
}

void addr_packets_read(struct addr *addr)
{
    if (!addr->packet || addr->packet_error < 0)
        return;
    int r = packet_read(addr->packet, on_seen, addr);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "packet tap: %s", strerror(-r));
        addr->packet_error = r;
        addr->packet_source = loop_source_free(addr->packet_source);
        addr->received_source = loop_source_free(addr->received_source);
    }
}

static int on_packets(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)source;
    (void)fd;
    (void)revents;

    addr_packets_read(addr);
    addr_tell(addr);
    return 0;
}

int addr_packets_watch(struct addr *addr, const struct address_interface *interface)
{
    int r = addr->packet ? packet_watch(addr->packet, interface->ifindex) : 0;

    address_proof_start(&addr_note(addr, interface)->proof, loop_now_us());
    return r > 0 ? ADDRESS_E_FULL : r;
}

int addr_packets_open(struct addr *addr)
{
    addr->packet_error = packet_open(&addr->packet);
    if (addr->packet_error == 0)
        addr->packet_error = packet_open_received(addr->packet);
    if (addr->packet_error < 0) {
        journal_log(FASCIA_SEVERITY_WARNING, "packets cannot be counted: %s", strerror(-addr->packet_error));
        packet_close(FASCIA_STEAL(addr->packet));
        return 0;
    }
    int r = loop_io_new(addr->service.loop, packet_fd(addr->packet), EPOLLIN, on_packets, addr, &addr->packet_source);
    if (r >= 0)
        r = loop_io_new(addr->service.loop, packet_received_fd(addr->packet), EPOLLIN, on_packets, addr,
                        &addr->received_source);
    return r;
}

void addr_packets_close(struct addr *addr)
{
    addr->packet_source = loop_source_free(addr->packet_source);
    addr->received_source = loop_source_free(addr->received_source);
    packet_close(FASCIA_STEAL(addr->packet));
}
