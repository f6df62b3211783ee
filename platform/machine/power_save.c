/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>

#include "platform/machine/tree.h"

/* NL80211_CMD_GET_POWER_SAVE for each wireless interface: a question that needs no right. */

#define ANSWER_MS 500

struct attribute_search {
    uint16_t type;
    size_t size;
    uint32_t value;
    bool found;
};

static int take_attribute(const struct nlattr *attribute, void *userdata)
{
    struct attribute_search *search = userdata;

    if (mnl_attr_get_type(attribute) == search->type && mnl_attr_get_payload_len(attribute) == search->size) {
        search->value = search->size == 2 ? mnl_attr_get_u16(attribute) : mnl_attr_get_u32(attribute);
        search->found = true;
    }
    return MNL_CB_OK;
}

static int take_answer(const struct nlmsghdr *header, void *userdata)
{
    return mnl_attr_parse(header, sizeof(struct genlmsghdr), take_attribute, userdata);
}

/* One request, one answer. */
static bool ask(struct mnl_socket *socket, struct nlmsghdr *request, struct attribute_search *search)
{
    char buffer[8192];
    struct pollfd wait = {.fd = mnl_socket_get_fd(socket), .events = POLLIN};

    if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0 || poll(&wait, 1, ANSWER_MS) <= 0)
        return false;
    ssize_t n = mnl_socket_recvfrom(socket, buffer, sizeof buffer);
    if (n <= 0)
        return false;
    (void)mnl_cb_run(buffer, (size_t)n, request->nlmsg_seq, mnl_socket_get_portid(socket), take_answer, search);
    return search->found;
}

static struct nlmsghdr *begin(char *buffer, uint16_t family, uint8_t command, uint32_t sequence)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);

    header->nlmsg_type = family;
    header->nlmsg_flags = NLM_F_REQUEST;
    header->nlmsg_seq = sequence;
    struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(header, sizeof *generic);
    generic->cmd = command;
    generic->version = 1;
    return header;
}

static void ask_all(struct machine *machine, struct mnl_socket *socket)
{
    char buffer[256] __attribute__((aligned(8)));
    struct attribute_search family = {.type = CTRL_ATTR_FAMILY_ID, .size = 2};
    struct nlmsghdr *request = begin(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);

    mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, "nl80211");
    if (!ask(socket, request, &family))
        return;
    for (size_t i = 0; i < machine->facts->interfaces_count; i++) {
        struct doctor_interface *interface = &machine->facts->interfaces[i];
        struct attribute_search state = {.type = NL80211_ATTR_PS_STATE, .size = 4};
        request = begin(buffer, (uint16_t)family.value, NL80211_CMD_GET_POWER_SAVE, (uint32_t)i + 2);
        mnl_attr_put_u32(request, NL80211_ATTR_IFINDEX, if_nametoindex(interface->name));
        if (ask(socket, request, &state))
            interface->power_save = state.value == NL80211_PS_ENABLED ? DOCTOR_YES : DOCTOR_NO;
    }
}

void machine_power_save(struct machine *machine)
{
    if (!machine->live || machine->facts->interfaces_count == 0)
        return;
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (!socket)
        return;
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0)
        ask_all(machine, socket);
    (void)mnl_socket_close(socket);
}
