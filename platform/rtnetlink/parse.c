/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of rtnetlink(7); attributes as in linux/if_link.h, if_addr.h, rtnetlink.h and neighbour.h. */
#include "platform/rtnetlink/parse.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <string.h>

bool rtnl_message_ok(const struct nlmsghdr *message, int left)
{
    return mnl_nlmsg_ok(message, left) && message->nlmsg_len <= (uint32_t)left;
}

/* The attributes of one message by type; unknown ones are skipped, of duplicates the last counts, as in the kernel. */
struct attributes {
    const struct nlattr *of[64];
};

static int collect(const struct nlattr *attribute, void *userdata)
{
    struct attributes *all = (struct attributes *)userdata;
    unsigned int type = mnl_attr_get_type(attribute);

    if (type < FASCIA_ARRAY_SIZE(all->of))
        all->of[type] = attribute;
    return MNL_CB_OK;
}

/* The payload when it has at least `size` octets, else NULL. */
static const void *payload(const struct nlattr *attribute, size_t size)
{
    return attribute && mnl_attr_get_payload_len(attribute) >= size ? mnl_attr_get_payload(attribute) : NULL;
}

static bool copy(const struct nlattr *attribute, void *to, size_t size)
{
    const void *from = payload(attribute, size);
    if (from)
        memcpy(to, from, size);
    return from != NULL;
}

/* IFLA_AF_SPEC { AF_INET6 { IFLA_INET6_ADDR_GEN_MODE } }; -1: no IPv6 there. */
static int gen_mode_of(const struct nlattr *af_spec)
{
    struct attributes families = {{NULL}}, inet6 = {{NULL}};
    uint8_t mode = 0;

    if (!af_spec || mnl_attr_parse_nested(af_spec, collect, &families) < 0 || !families.of[AF_INET6] ||
        mnl_attr_parse_nested(families.of[AF_INET6], collect, &inet6) < 0)
        return -1;
    return copy(inet6.of[IFLA_INET6_ADDR_GEN_MODE], &mode, sizeof mode) ? mode : -1;
}

static bool parse_link(const struct nlmsghdr *message, struct rtnl_change *change)
{
    const struct ifinfomsg *info = (const struct ifinfomsg *)mnl_nlmsg_get_payload(message);
    struct attributes all = {{NULL}};

    if (mnl_nlmsg_get_payload_len(message) < sizeof *info || info->ifi_family != AF_UNSPEC || info->ifi_index <= 0 ||
        mnl_attr_parse(message, sizeof *info, collect, &all) < 0)
        return false;
    /* Wireless extensions send their events as link messages that hold nothing of the link (net/wireless/wext-core.c).
     */
    if (all.of[IFLA_WIRELESS])
        return false;

    struct rtnl_link *link = &change->link;
    *link = (struct rtnl_link){.ifindex = (unsigned int)info->ifi_index, .flags = info->ifi_flags};
    const struct nlattr *name = all.of[IFLA_IFNAME];
    if (name && mnl_attr_validate(name, MNL_TYPE_NUL_STRING) == 0)
        (void)fascia_text_copy(link->name, sizeof link->name, mnl_attr_get_str(name));
    const struct nlattr *mac = all.of[IFLA_ADDRESS];
    link->has_mac = info->ifi_type == ARPHRD_ETHER && mac && mnl_attr_get_payload_len(mac) == sizeof link->mac &&
                    copy(mac, &link->mac, sizeof link->mac);
    link->gen_mode = gen_mode_of(all.of[IFLA_AF_SPEC]);
    return true;
}

static bool parse_address(const struct nlmsghdr *message, struct rtnl_change *change)
{
    const struct ifaddrmsg *info = (const struct ifaddrmsg *)mnl_nlmsg_get_payload(message);
    struct attributes all = {{NULL}};

    if (mnl_nlmsg_get_payload_len(message) < sizeof *info || info->ifa_family != AF_INET6 ||
        mnl_attr_parse(message, sizeof *info, collect, &all) < 0)
        return false;

    struct rtnl_address *address = &change->address;
    *address = (struct rtnl_address){
        .ifindex = info->ifa_index, .prefix_length = info->ifa_prefixlen, .flags = info->ifa_flags};
    (void)copy(all.of[IFA_FLAGS], &address->flags, sizeof address->flags); /* the header has room for 8 bits only */
    (void)copy(all.of[IFA_PROTO], &address->protocol, sizeof address->protocol);
    /* On a point-to-point address IFA_LOCAL is ours, IFA_ADDRESS the other end. */
    const struct nlattr *local = all.of[IFA_LOCAL] ? all.of[IFA_LOCAL] : all.of[IFA_ADDRESS];
    return copy(local, &address->address, sizeof address->address);
}

static bool parse_route(const struct nlmsghdr *message, struct rtnl_change *change)
{
    const struct rtmsg *info = (const struct rtmsg *)mnl_nlmsg_get_payload(message);
    struct attributes all = {{NULL}};

    if (mnl_nlmsg_get_payload_len(message) < sizeof *info || info->rtm_family != AF_INET6 ||
        info->rtm_type != RTN_UNICAST || (info->rtm_flags & RTM_F_CLONED) ||
        mnl_attr_parse(message, sizeof *info, collect, &all) < 0)
        return false;

    uint32_t table = info->rtm_table;
    (void)copy(all.of[RTA_TABLE], &table, sizeof table);
    struct rtnl_route *route = &change->route;
    *route = (struct rtnl_route){
        .prefix_length = info->rtm_dst_len, .protocol = info->rtm_protocol, .has_gateway = all.of[RTA_GATEWAY] != NULL};
    return table == RT_TABLE_MAIN && copy(all.of[RTA_DST], &route->destination, sizeof route->destination) &&
           copy(all.of[RTA_OIF], &route->ifindex, sizeof route->ifindex);
}

static bool parse_neighbour(const struct nlmsghdr *message, struct rtnl_change *change)
{
    const struct ndmsg *info = (const struct ndmsg *)mnl_nlmsg_get_payload(message);
    struct attributes all = {{NULL}};

    if (mnl_nlmsg_get_payload_len(message) < sizeof *info || info->ndm_family != AF_INET6 || info->ndm_ifindex <= 0 ||
        (info->ndm_flags & NTF_PROXY) || mnl_attr_parse(message, sizeof *info, collect, &all) < 0)
        return false;

    struct rtnl_neighbour *neighbour = &change->neighbour;
    *neighbour = (struct rtnl_neighbour){.ifindex = (unsigned int)info->ndm_ifindex, .state = info->ndm_state};
    const struct nlattr *mac = all.of[NDA_LLADDR];
    neighbour->has_mac = mac && mnl_attr_get_payload_len(mac) == sizeof neighbour->mac &&
                         copy(mac, &neighbour->mac, sizeof neighbour->mac);
    (void)copy(all.of[NDA_PROTOCOL], &neighbour->protocol, sizeof neighbour->protocol);
    return copy(all.of[NDA_DST], &neighbour->address, sizeof neighbour->address);
}

bool rtnl_parse(const struct nlmsghdr *message, struct rtnl_change *ret_change)
{
    static const struct {
        bool (*parse)(const struct nlmsghdr *, struct rtnl_change *);
        enum rtnl_kind kind;
        uint16_t type;
        bool gone;
    } kinds[] = {
        {parse_link, RTNL_LINK, RTM_NEWLINK, false},
        {parse_link, RTNL_LINK, RTM_DELLINK, true},
        {parse_address, RTNL_ADDRESS, RTM_NEWADDR, false},
        {parse_address, RTNL_ADDRESS, RTM_DELADDR, true},
        {parse_route, RTNL_ROUTE, RTM_NEWROUTE, false},
        {parse_route, RTNL_ROUTE, RTM_DELROUTE, true},
        {parse_neighbour, RTNL_NEIGHBOUR, RTM_NEWNEIGH, false},
        {parse_neighbour, RTNL_NEIGHBOUR, RTM_DELNEIGH, true},
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(kinds); i++) {
        if (message->nlmsg_type != kinds[i].type)
            continue;
        struct rtnl_change change = {.kind = kinds[i].kind, .gone = kinds[i].gone, .port = message->nlmsg_pid};
        if (!kinds[i].parse(message, &change))
            return false;
        *ret_change = change;
        return true;
    }
    return false;
}
