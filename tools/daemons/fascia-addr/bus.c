/* SPDX-License-Identifier: Apache-2.0 */
/* The properties and signals of org.fascia.Addr1, as in config/dbus/org.fascia.Addr1.xml. */
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-addr/addr.h"

/* Readers ask for everything after each change: so many changes a second are told at most. */
#define PUBLISH_US 100000

/* Properties */

static int append_counts(struct addr *addr, const struct address_interface *interface, sd_bus_message *reply)
{
    const struct addr_note *note = addr_note(addr, interface);
    const struct address_proof *proof = &note->proof;
    struct packet_counts counts = {0};
    uint64_t missed = 0;
    char first[256];
    struct fascia_text text;

    if (addr->packet) {
        counts = packet_count(addr->packet, interface->ifindex);
        missed = packet_missed(addr->packet);
    }
    fascia_text_init(&text, first, sizeof first);
    address_proof_format(proof, &text);
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {
        {"packets", counts.packets},
        {"nd_packets", proof->nd},
        {"mld_packets", proof->mld},
        {"rs_packets", proof->rs},
        {"na_packets", proof->na},
        {"nd_received", proof->nd_received},
        {"mld_received", proof->mld_received},
        {"ra_received", proof->ra_received},
        {"missed", missed},
        {"restored", note->guard.restored},
    };
    int r = sd_bus_message_append(reply, "{sv}{sv}", "offender", "s", first, "counted", "b",
                                  (int)(addr->packet && addr->packet_error == 0));
    for (size_t i = 0; r >= 0 && i < FASCIA_ARRAY_SIZE(numbers); i++)
        r = sd_bus_message_append(reply, "{sv}", numbers[i].key, "t", numbers[i].value);
    return r;
}

static int append_interface(struct addr *addr, const struct address_interface *interface, sd_bus_message *reply)
{
    char mac[FASCIA_MAC_TEXT_SIZE], iid[ADDRESS_IID_TEXT_SIZE], address[ADDRESS_LINK_LOCAL_TEXT_SIZE] = "";
    enum address_progress progress = address_interface_progress(interface);

    if (progress == ADDRESS_PROGRESS_READY)
        (void)address_link_local_format(&interface->own_iid, interface->link.name, address);
    const struct {
        const char *key, *value;
    } texts[] = {
        {"name", interface->link.name},
        {"nd", address_nd_name(interface->nd)},
        {"progress", address_progress_name(progress)},
        {"mac", fascia_mac_format(&interface->link.mac, mac)},
        {"own_iid", address_iid_format(&interface->own_iid, iid)},
        {"iid_policy", address_iid_policy_name(interface->policy)},
        {"address", address},
    };
    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    for (size_t i = 0; r >= 0 && i < FASCIA_ARRAY_SIZE(texts); i++)
        r = sd_bus_message_append(reply, "{sv}", texts[i].key, "s", texts[i].value);
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}{sv}{sv}", "ifindex", "u", interface->ifindex, "up", "b",
                                  (int)interface->link.up, "peers", "u", (uint32_t)interface->wanted);
    if (r >= 0)
        r = append_counts(addr, interface, reply);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_interfaces(sd_bus *bus, const char *path, const char *interface, const char *property,
                          sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    (void)bus;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    addr_packets_read(addr); /* up to now */
    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < ADDRESS_INTERFACES_MAX; i++) {
        if (addr->table.interfaces[i].ifindex != 0)
            r = append_interface(addr, &addr->table.interfaces[i], reply);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_peer(const struct address_peer *peer, bool ready, sd_bus_message *reply)
{
    char mac[FASCIA_MAC_TEXT_SIZE], iid[ADDRESS_IID_TEXT_SIZE], address[ADDRESS_LINK_LOCAL_TEXT_SIZE];

    (void)fascia_mac_format(&peer->mac, mac);
    (void)address_iid_format(&peer->iid, iid);
    if (!ready)
        return sd_bus_message_append(reply, "a{sv}", 3, "ifindex", "u", peer->ifindex, "mac", "s", mac, "iid", "s",
                                     iid);
    return sd_bus_message_append(reply, "a{sv}", 5, "ifindex", "u", peer->ifindex, "mac", "s", mac, "iid", "s", iid,
                                 "address", "s",
                                 address_link_local_format(&peer->iid, peer->interface->link.name, address), "claims",
                                 "u", peer->claims[ADDRESS_CLAIM_METHOD]);
}

/* Those that are wanted, and `ready` or not. */
static int append_peers(const struct address_interface *row, bool ready, sd_bus_message *reply)
{
    int r = 0;

    if (row->ifindex == 0 || (!ready && row->ready == row->wanted))
        return 0;
    for (struct fascia_list *node = row->peers.next; r >= 0 && node != &row->peers; node = node->next) {
        const struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        if (address_peer_is_wanted(peer) && address_peer_is_ready(peer) == ready)
            r = append_peer(peer, ready, reply);
    }
    return r;
}

static int get_peers(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply,
                     void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    bool ready = strcmp(property, "Peers") == 0;
    (void)bus;
    (void)path;
    (void)interface;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < ADDRESS_INTERFACES_MAX; i++)
        r = append_peers(&addr->table.interfaces[i], ready, reply);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static const sd_bus_vtable properties[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Interfaces", "aa{sv}", get_interfaces, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Peers", "aa{sv}", get_peers, 0, SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
    SD_BUS_PROPERTY("Pending", "aa{sv}", get_peers, 0, SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
    SD_BUS_SIGNAL("PeerAdded", "uss", 0),
    SD_BUS_SIGNAL("PeerRemoved", "uss", 0),
    SD_BUS_VTABLE_END,
};

/* Changes */

void addr_bus_peer(struct addr *addr, const struct address_peer *peer, bool added)
{
    char mac[FASCIA_MAC_TEXT_SIZE], address[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    sd_bus *bus = addr->service.bus ? bus_connection(addr->service.bus) : NULL;

    if (!bus || !bus_is_connected(addr->service.bus))
        return;
    (void)sd_bus_emit_signal(bus, addr->service.path, addr->service.interface, added ? "PeerAdded" : "PeerRemoved",
                             "uss", peer->ifindex, fascia_mac_format(&peer->mac, mac),
                             address_link_local_format(&peer->iid, peer->interface->link.name, address));
}

/* By hand: libsystemd 252 asserts on a property that is only invalidated when an interface has several vtables. */
static void invalidate_peers(struct addr *addr)
{
    sd_bus *bus = addr->service.bus ? bus_connection(addr->service.bus) : NULL;
    sd_bus_message *signal = NULL;

    if (!bus || !bus_is_connected(addr->service.bus))
        return;
    int r = sd_bus_message_new_signal(bus, &signal, addr->service.path, "org.freedesktop.DBus.Properties",
                                      "PropertiesChanged");
    if (r >= 0)
        r = sd_bus_message_append(signal, "sa{sv}as", addr->service.interface, 0, 2, "Peers", "Pending");
    if (r >= 0)
        (void)sd_bus_send(bus, signal, NULL);
    (void)sd_bus_message_unref(signal);
}

void addr_bus_publish(struct addr *addr)
{
    static const char *const interfaces[] = {"Interfaces", NULL};

    if (addr->published || (!addr->interfaces_changed && !addr->peers_changed))
        return;
    if (addr->interfaces_changed)
        service_emit_changed(&addr->service, interfaces);
    if (addr->peers_changed)
        invalidate_peers(addr);
    addr->interfaces_changed = addr->peers_changed = false;
    addr->published = loop_timer_arm(addr->publish, PUBLISH_US) >= 0;
}

static int on_publish(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)source;
    (void)usec;

    addr->published = false;
    addr_bus_publish(addr);
    return 0;
}

int addr_bus_open(struct addr *addr)
{
    int r = loop_timer_new(addr->service.loop, on_publish, addr, &addr->publish);

    if (r >= 0)
        r = service_add_object(&addr->service, properties, addr);
    return r < 0 ? r : service_add_object(&addr->service, addr_methods, addr);
}

void addr_bus_close(struct addr *addr)
{
    for (size_t i = 0; i < addr->calls_count; i++)
        (void)sd_bus_message_unref(addr->calls[i].message);
    addr->calls_count = 0;
    addr->publish = loop_source_free(addr->publish);
}
