/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Addr1, as in config/dbus/org.fascia.Addr1.xml. Who may call is the bus policy's business. */
#include <errno.h>
#include <string.h>

#include "tools/daemons/fascia-addr/addr.h"

#define ERROR_INVALID "org.fascia.Error.InvalidArgument"
#define ERROR_REFUSED "org.fascia.Error.Refused"
#define ERROR_FAILED  "org.fascia.Error.Failed"

/* Properties */

static int append_interface(struct addr *addr, const struct address_interface *interface, sd_bus_message *reply)
{
    char mac[FASCIA_MAC_TEXT_SIZE], address[ADDRESS_LINK_LOCAL_TEXT_SIZE] = "";
    struct packet_counts counts = {0};

    if (address_interface_progress(interface) == ADDRESS_PROGRESS_READY)
        (void)address_link_local_format(&interface->own_iid, interface->link.name, address);
    if (addr->packet)
        counts = packet_count(addr->packet, interface->ifindex);
    return sd_bus_message_append(
        reply, "a{sv}", 9, "name", "s", interface->link.name, "ifindex", "u", interface->ifindex, "nd", "s",
        interface->nd == ADDRESS_ND_NONE ? "none" : "answer", "mac", "s", fascia_mac_format(&interface->link.mac, mac),
        "address", "s", address, "peers", "u", (uint32_t)address_table_count(&addr->table, interface->ifindex),
        "nd_packets", "t", counts.nd, "mld_packets", "t", counts.mld, "packets", "t", counts.packets);
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

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < ADDRESS_INTERFACES_MAX; i++) {
        if (addr->table.interfaces[i].ifindex != 0)
            r = append_interface(addr, &addr->table.interfaces[i], reply);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_peer(struct addr *addr, const struct address_peer *peer, sd_bus_message *reply)
{
    const struct address_interface *interface = address_table_interface(&addr->table, peer->ifindex);
    char mac[FASCIA_MAC_TEXT_SIZE], address[ADDRESS_LINK_LOCAL_TEXT_SIZE];

    return sd_bus_message_append(reply, "a{sv}", 3, "ifindex", "u", peer->ifindex, "mac", "s",
                                 fascia_mac_format(&peer->mac, mac), "address", "s",
                                 address_link_local_format(&peer->iid, interface ? interface->link.name : "", address));
}

static int get_peers(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply,
                     void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    (void)bus;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < ADDRESS_PEERS_MAX; i++) {
        const struct address_peer *peer = &addr->table.peers[i];
        if (peer->ifindex != 0 && address_peer_is_ready(peer))
            r = append_peer(addr, peer, reply);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Methods */

static int refuse(const struct addr *addr, sd_bus_error *error, unsigned int ifindex, int result)
{
    switch (-result) {
    case ENODEV:
        return sd_bus_error_setf(error, ERROR_REFUSED, "there is no interface with index %u", ifindex);
    case EOPNOTSUPP:
        return sd_bus_error_setf(error, ERROR_REFUSED, "interface %u has no Ethernet address", ifindex);
    case EAFNOSUPPORT:
        return sd_bus_error_setf(error, ERROR_FAILED, "IPv6 is disabled on interface %u: %s", ifindex,
                                 fascia_reason_remedy(FASCIA_REASON_IPV6_DISABLED));
    default:
        break;
    }
    if (result > 0)
        return sd_bus_error_setf(error, ERROR_REFUSED, "interface %u: %s", ifindex, address_result_text(result));
    return sd_bus_error_setf(error, ERROR_FAILED, "%s%s%s", addr->what, addr->what[0] ? ": " : "", strerror(-result));
}

static int check_enabled(const struct addr *addr, sd_bus_error *error)
{
    if (addr->service.config.address.enabled)
        return 0;
    return sd_bus_error_set(error, ERROR_REFUSED, "address.enabled is false in the configuration");
}

static int method_prepare(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "u", &ifindex);
    if (r >= 0)
        r = check_enabled(addr, error);
    if (r < 0)
        return r;
    if (ifindex == 0)
        return sd_bus_error_set(error, ERROR_INVALID, "ifindex is 0");
    r = addr_prepare(addr, ifindex);
    if (r != 0)
        return refuse(addr, error, ifindex, r);
    return sd_bus_reply_method_return(m, NULL);
}

static int claim(struct addr *addr, unsigned int ifindex, const struct fascia_mac *mac, const struct address_iid *iid,
                 struct address_peer **ret_peer, sd_bus_error *error)
{
    char text[FASCIA_MAC_TEXT_SIZE];

    int r = address_table_claim(&addr->table, ifindex, mac, iid, ADDRESS_CLAIM_METHOD, ret_peer);
    if (r == 0)
        return 0;
    service_event(&addr->service, FASCIA_EVENT_PEER_REFUSED, "%s on interface %u: %s", fascia_mac_format(mac, text),
                  ifindex, address_result_text(r));
    return refuse(addr, error, ifindex, r);
}

static int method_add_peer(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    const char *mac_text = NULL, *iid_text = NULL;
    struct address_peer *peer = NULL;
    struct address_iid iid = {{0}};
    struct fascia_mac mac = {{0}};
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "uss", &ifindex, &mac_text, &iid_text);
    if (r >= 0)
        r = check_enabled(addr, error);
    if (r < 0)
        return r;
    if (fascia_mac_parse(mac_text, &mac) != 0)
        return sd_bus_error_set(error, ERROR_INVALID, "mac is not of the form xx:xx:xx:xx:xx:xx");
    if (iid_text[0] != '\0' && address_iid_parse(iid_text, &iid) != 0)
        return sd_bus_error_set(error, ERROR_INVALID, "iid is neither empty nor 16 hexadecimal digits");

    r = claim(addr, ifindex, &mac, iid_text[0] != '\0' ? &iid : NULL, &peer, error);
    if (r < 0)
        return r;
    iid = peer->iid;
    addr_reconcile(addr);
    const struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    peer = address_table_peer(&addr->table, ifindex, &iid);
    if (!interface || !peer)
        return refuse(addr, error, ifindex, -ENODEV);
    if (addr->error != 0 && !address_peer_is_ready(peer)) {
        int failure = addr->error;
        address_table_release(peer, ADDRESS_CLAIM_METHOD);
        return refuse(addr, error, ifindex, failure);
    }
    return sd_bus_reply_method_return(m, "s", address_link_local_format(&iid, interface->link.name, address));
}

/* The row of a MAC address that has a claim; identifiers of one peer are released in the order of the table. */
static struct address_peer *claimed_by(struct addr *addr, unsigned int ifindex, const struct fascia_mac *mac,
                                       enum address_claim claim_kind)
{
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &addr->table.peers[i];
        if (peer->ifindex != 0 && peer->ifindex == ifindex && fascia_mac_equal(&peer->mac, mac) &&
            peer->claims[claim_kind] != 0)
            return peer;
    }
    return NULL;
}

static int method_remove_peer(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    const char *mac_text = NULL;
    struct fascia_mac mac = {{0}};
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "us", &ifindex, &mac_text);
    if (r < 0)
        return r;
    if (fascia_mac_parse(mac_text, &mac) != 0)
        return sd_bus_error_set(error, ERROR_INVALID, "mac is not of the form xx:xx:xx:xx:xx:xx");

    /* One that is not there is removed already. One found after a restart may be the caller's of before. */
    struct address_peer *peer = claimed_by(addr, ifindex, &mac, ADDRESS_CLAIM_METHOD);
    if (peer) {
        address_table_release(peer, ADDRESS_CLAIM_METHOD);
    } else {
        peer = claimed_by(addr, ifindex, &mac, ADDRESS_CLAIM_ADOPTED);
        if (peer)
            address_table_release(peer, ADDRESS_CLAIM_ADOPTED);
    }
    addr_reconcile(addr);
    return sd_bus_reply_method_return(m, NULL);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Interfaces", "aa{sv}", get_interfaces, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Peers", "aa{sv}", get_peers, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_METHOD("Prepare", "u", NULL, method_prepare, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AddPeer", "uss", "s", method_add_peer, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RemovePeer", "us", NULL, method_remove_peer, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

int addr_bus_open(struct addr *addr)
{
    return service_add_object(&addr->service, vtable, addr);
}

void addr_bus_publish(struct addr *addr)
{
    const char *names[3] = {NULL};
    size_t n = 0;

    if (addr->interfaces_changed)
        names[n++] = "Interfaces";
    if (addr->peers_changed)
        names[n++] = "Peers";
    addr->interfaces_changed = addr->peers_changed = false;
    if (n != 0)
        service_emit_changed(&addr->service, names);
}
