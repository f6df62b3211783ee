/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/machine/firewall.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "platform/machine/tree.h"

/* The base chains of nftables (where iptables' rules are too, in its nft flavour). Rules are not followed: a chain that
 * drops by policy may still let the phone through, so it is a warning. */

#define ANSWER_MS 500

struct chain {
    char table[DOCTOR_NAME_SIZE], name[DOCTOR_NAME_SIZE];
    bool has_hook, has_policy;
    uint32_t hook, policy;
};

static void copy_text(const struct nlattr *attribute, char *to, size_t size)
{
    char text[DOCTOR_NAME_SIZE] = "";
    size_t length = mnl_attr_get_payload_len(attribute);

    memcpy(text, mnl_attr_get_payload(attribute), length < sizeof text ? length : sizeof text - 1);
    machine_copy(to, size, text);
}

static bool number(const struct nlattr *attribute, uint32_t *ret_value)
{
    if (mnl_attr_get_payload_len(attribute) != sizeof *ret_value)
        return false;
    *ret_value = ntohl(mnl_attr_get_u32(attribute));
    return true;
}

static int take_hook(const struct nlattr *attribute, void *userdata)
{
    struct chain *chain = userdata;

    if (mnl_attr_get_type(attribute) == NFTA_HOOK_HOOKNUM)
        chain->has_hook = number(attribute, &chain->hook);
    return MNL_CB_OK;
}

static int take_attribute(const struct nlattr *attribute, void *userdata)
{
    struct chain *chain = userdata;

    switch (mnl_attr_get_type(attribute)) {
    case NFTA_CHAIN_TABLE:
        copy_text(attribute, chain->table, sizeof chain->table);
        break;
    case NFTA_CHAIN_NAME:
        copy_text(attribute, chain->name, sizeof chain->name);
        break;
    case NFTA_CHAIN_HOOK:
        (void)mnl_attr_parse_payload(mnl_attr_get_payload(attribute), mnl_attr_get_payload_len(attribute), take_hook,
                                     chain);
        break;
    case NFTA_CHAIN_POLICY:
        chain->has_policy = number(attribute, &chain->policy);
        break;
    default:
        break;
    }
    return MNL_CB_OK;
}

void machine_parse_chain(uint8_t family, const void *attributes, size_t size, struct doctor_firewall *firewall)
{
    struct chain chain = {.has_hook = false};

    if (family != NFPROTO_INET && family != NFPROTO_IPV6)
        return;
    (void)mnl_attr_parse_payload(attributes, size, take_attribute, &chain);
    if (!chain.has_hook || chain.hook != NF_INET_LOCAL_IN)
        return;
    firewall->chains++;
    if (chain.has_policy && chain.policy == NF_DROP && firewall->dropping[0] == '\0')
        (void)snprintf(firewall->dropping, sizeof firewall->dropping, "%s %s %s",
                       family == NFPROTO_INET ? "inet" : "ip6", chain.table, chain.name);
}

static int take_message(const struct nlmsghdr *header, void *userdata)
{
    size_t size = mnl_nlmsg_get_payload_len(header);
    const struct nfgenmsg *generic = mnl_nlmsg_get_payload(header);

    if ((header->nlmsg_type & 0xff) == NFT_MSG_NEWCHAIN && size >= sizeof *generic)
        machine_parse_chain(generic->nfgen_family, generic + 1, size - sizeof *generic, userdata);
    return MNL_CB_OK;
}

static int receive_all(struct mnl_socket *socket, struct doctor_firewall *firewall)
{
    char buffer[32768];
    int r = MNL_CB_OK;

    while (r > MNL_CB_STOP) {
        struct pollfd wait = {.fd = mnl_socket_get_fd(socket), .events = POLLIN};
        if (poll(&wait, 1, ANSWER_MS) <= 0)
            return -ETIMEDOUT;
        ssize_t n = mnl_socket_recvfrom(socket, buffer, sizeof buffer);
        if (n < 0)
            return -errno;
        r = mnl_cb_run(buffer, (size_t)n, 1, mnl_socket_get_portid(socket), take_message, firewall);
    }
    return r < 0 ? -errno : 0;
}

static int dump(struct mnl_socket *socket, struct doctor_firewall *firewall)
{
    char buffer[64] __attribute__((aligned(8)));
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);

    header->nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETCHAIN;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = 1;
    struct nfgenmsg *generic = mnl_nlmsg_put_extra_header(header, sizeof *generic);
    *generic = (struct nfgenmsg){.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0};
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 || mnl_socket_sendto(socket, header, header->nlmsg_len) < 0)
        return -errno;
    return receive_all(socket, firewall);
}

void machine_firewall(struct machine *machine)
{
    struct doctor_firewall *firewall = &machine->facts->firewall;

    /* A question would load the module: one that is not loaded filters nothing. */
    if (!machine->live)
        return;
    if (machine_has(machine, "/sys/module/nf_tables") != DOCTOR_YES) {
        firewall->readable = machine_has(machine, "/sys/module") == DOCTOR_YES ? DOCTOR_YES : DOCTOR_UNKNOWN;
        return;
    }
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (!socket)
        return;
    int r = dump(socket, firewall);
    firewall->readable = r == 0 ? DOCTOR_YES : r == -EPERM || r == -EACCES ? DOCTOR_NO : DOCTOR_UNKNOWN;
    (void)mnl_socket_close(socket);
}
