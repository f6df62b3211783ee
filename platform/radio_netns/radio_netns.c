/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/radio_netns/radio_netns.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "stack/link/attr.h"

#define BUFFER_SIZE 32768 /* the kernel's dump messages are at most this long */

struct radio_netns {
    struct mnl_socket *netlink;
    int ioctl_fd; /* any socket of the same namespace, for interface flags */
    uint16_t family;
    uint32_t sequence;
    uint32_t buffer[BUFFER_SIZE / sizeof(uint32_t)];
};

/* An interface as the kernel lists it; P2P and NAN devices have no ifindex. */
struct interface {
    uint32_t wiphy;
    uint32_t type;
    uint32_t ifindex;
    char name[IF_NAMESIZE];
};

static struct nlmsghdr *request(struct radio_netns *door, uint16_t type, uint8_t command, uint16_t flags)
{
    struct nlmsghdr *message = mnl_nlmsg_put_header(door->buffer);
    message->nlmsg_type = type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    message->nlmsg_seq = ++door->sequence;

    struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(message, sizeof *generic);
    generic->cmd = command;
    generic->version = type == GENL_ID_CTRL ? 1 : 0;
    return message;
}

static int talk(struct radio_netns *door, const struct nlmsghdr *message, mnl_cb_t fn, void *userdata)
{
    unsigned int port = mnl_socket_get_portid(door->netlink);
    uint32_t sequence = message->nlmsg_seq;

    if (mnl_socket_sendto(door->netlink, message, message->nlmsg_len) < 0)
        return -errno;
    for (;;) {
        ssize_t n = mnl_socket_recvfrom(door->netlink, door->buffer, sizeof door->buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        int r = mnl_cb_run(door->buffer, (size_t)n, sequence, port, fn, userdata);
        if (r == MNL_CB_ERROR)
            return errno ? -errno : -EPROTO;
        if (r == MNL_CB_STOP)
            return 0;
    }
}

/* The attributes of a generic netlink message. */
static struct fascia_reader attributes(const struct nlmsghdr *message)
{
    struct fascia_reader r;
    size_t size = mnl_nlmsg_get_payload_len(message);

    fascia_reader_init(&r, mnl_nlmsg_get_payload(message), size);
    fascia_read_skip(&r, sizeof(struct genlmsghdr));
    return r;
}

static int take_family(const struct nlmsghdr *message, void *userdata)
{
    struct radio_netns *door = userdata;
    struct fascia_reader at = attributes(message);
    struct link_attr attr;

    while (link_attr_next(&at, &attr)) {
        if (attr.type == CTRL_ATTR_FAMILY_ID)
            (void)link_attr_u16(&attr, &door->family);
    }
    return MNL_CB_OK;
}

static int open_into(struct radio_netns *door)
{
    door->sequence = (uint32_t)time(NULL);
    door->ioctl_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (door->ioctl_fd < 0)
        return -errno;
    door->netlink = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
    if (!door->netlink || mnl_socket_bind(door->netlink, 0, MNL_SOCKET_AUTOPID) < 0)
        return -errno;

    struct nlmsghdr *message = request(door, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
    mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME);
    int r = talk(door, message, take_family, door);
    if (r < 0)
        return r;
    return door->family == 0 ? -ENOENT : 0;
}

int radio_netns_open(struct radio_netns **ret_door)
{
    struct radio_netns *door = calloc(1, sizeof *door);
    if (!door)
        return -ENOMEM;

    int r = open_into(door);
    if (r < 0) {
        radio_netns_close(door);
        return r;
    }
    *ret_door = door;
    return 0;
}

void radio_netns_close(struct radio_netns *door)
{
    if (!door)
        return;
    if (door->ioctl_fd >= 0)
        (void)close(door->ioctl_fd);
    if (door->netlink)
        (void)mnl_socket_close(door->netlink);
    free(door);
}

/* Radios */

struct radio_list {
    struct phone_radio *radios;
    size_t max, count;
};

/* The kernel splits one radio over several messages; all name its index. */
static struct phone_radio *find_radio(struct radio_list *list, uint32_t wiphy)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->radios[i].wiphy == wiphy)
            return &list->radios[i];
    }
    if (list->count == list->max)
        return NULL;
    struct phone_radio *radio = &list->radios[list->count++];
    *radio = (struct phone_radio){.wiphy = wiphy};
    return radio;
}

static void take_channel(struct phone_radio *radio, struct fascia_reader at)
{
    struct link_attr attr;
    uint32_t freq = 0;
    bool disabled = false;

    while (link_attr_next(&at, &attr)) {
        if (attr.type == NL80211_FREQUENCY_ATTR_FREQ)
            (void)link_attr_u32(&attr, &freq);
        disabled |= attr.type == NL80211_FREQUENCY_ATTR_DISABLED;
    }
    if (freq > 0 && freq <= UINT16_MAX && !disabled && radio->freq_count < PHONE_RADIO_FREQS_MAX)
        radio->freqs_mhz[radio->freq_count++] = (uint16_t)freq;
}

static void take_bands(struct phone_radio *radio, struct fascia_reader bands)
{
    struct link_attr band, attr, channel;

    while (link_attr_next(&bands, &band)) {
        while (link_attr_next(&band.value, &attr)) {
            if (attr.type != NL80211_BAND_ATTR_FREQS)
                continue;
            while (link_attr_next(&attr.value, &channel))
                take_channel(radio, channel.value);
        }
    }
}

static void take_commands(struct phone_radio *radio, struct fascia_reader commands)
{
    struct link_attr attr;
    uint32_t command = 0;

    while (link_attr_next(&commands, &attr))
        radio->can_move |= link_attr_u32(&attr, &command) && command == NL80211_CMD_SET_WIPHY_NETNS;
}

static void take_types(struct phone_radio *radio, struct fascia_reader types)
{
    struct link_attr attr;

    while (link_attr_next(&types, &attr)) /* flags: the attribute's type is the interface type */
        radio->is_station |= attr.type == NL80211_IFTYPE_STATION;
}

static int take_radio(const struct nlmsghdr *message, void *userdata)
{
    struct radio_list *list = userdata;
    struct phone_radio *radio = NULL;
    struct fascia_reader at = attributes(message);
    struct link_attr attr;
    uint32_t wiphy = 0;

    while (link_attr_next(&at, &attr)) {
        if (attr.type == NL80211_ATTR_WIPHY && link_attr_u32(&attr, &wiphy))
            radio = find_radio(list, wiphy);
    }
    at = attributes(message);
    while (radio && link_attr_next(&at, &attr)) {
        if (attr.type == NL80211_ATTR_WIPHY_NAME)
            (void)link_attr_name(&attr, radio->name, sizeof radio->name);
        else if (attr.type == NL80211_ATTR_SUPPORTED_IFTYPES)
            take_types(radio, attr.value);
        else if (attr.type == NL80211_ATTR_SUPPORTED_COMMANDS)
            take_commands(radio, attr.value);
        else if (attr.type == NL80211_ATTR_WIPHY_BANDS)
            take_bands(radio, attr.value);
    }
    return MNL_CB_OK;
}

/* Interfaces */

static int parse_interface(const struct nlmsghdr *message, struct interface *ret_interface)
{
    struct interface found = {0};
    struct fascia_reader at = attributes(message);
    struct link_attr attr;

    while (link_attr_next(&at, &attr)) {
        if (attr.type == NL80211_ATTR_WIPHY)
            (void)link_attr_u32(&attr, &found.wiphy);
        else if (attr.type == NL80211_ATTR_IFTYPE)
            (void)link_attr_u32(&attr, &found.type);
        else if (attr.type == NL80211_ATTR_IFINDEX)
            (void)link_attr_u32(&attr, &found.ifindex);
        else if (attr.type == NL80211_ATTR_IFNAME)
            (void)link_attr_name(&attr, found.name, sizeof found.name);
    }
    if (found.ifindex == 0 || !found.name[0])
        return -ENODEV;
    *ret_interface = found;
    return 0;
}

static bool is_up(const struct radio_netns *door, const struct interface *interface)
{
    struct ifreq request_flags = {0};
    memcpy(request_flags.ifr_name, interface->name, sizeof request_flags.ifr_name);
    return ioctl(door->ioctl_fd, SIOCGIFFLAGS, &request_flags) == 0 && (request_flags.ifr_flags & IFF_UP);
}

struct interface_walk {
    struct radio_netns *door;
    struct radio_list *radios;     /* marks who is busy; may be NULL */
    const uint32_t *wiphy;         /* station of this radio is looked for; may be NULL */
    struct interface station;      /* ifindex 0 = not found */
    struct interface access_point; /* the first that is up */
    unsigned int access_points;
};

static int take_interface(const struct nlmsghdr *message, void *userdata)
{
    struct interface_walk *walk = userdata;
    struct interface interface;

    if (parse_interface(message, &interface) < 0)
        return MNL_CB_OK;

    bool up = is_up(walk->door, &interface);
    bool ap = interface.type == NL80211_IFTYPE_AP;
    for (size_t i = 0; walk->radios && i < walk->radios->count; i++) {
        struct phone_radio *radio = &walk->radios->radios[i];
        if (radio->wiphy != interface.wiphy)
            continue;
        radio->has_ap |= ap;
        radio->is_up |= up;
    }
    if (walk->wiphy && interface.wiphy == *walk->wiphy && interface.type == NL80211_IFTYPE_STATION &&
        walk->station.ifindex == 0)
        walk->station = interface;
    if (ap && up && walk->access_points++ == 0)
        walk->access_point = interface;
    return MNL_CB_OK;
}

static int walk_interfaces(struct interface_walk *walk)
{
    return talk(walk->door, request(walk->door, walk->door->family, NL80211_CMD_GET_INTERFACE, NLM_F_DUMP),
                take_interface, walk);
}

static int by_index(const void *a, const void *b)
{
    const struct phone_radio *left = a, *right = b;
    return (left->wiphy > right->wiphy) - (left->wiphy < right->wiphy);
}

int radio_netns_list(struct radio_netns *door, struct phone_radio *radios, size_t max, size_t *ret_count)
{
    struct radio_list list = {.radios = radios, .max = max};
    struct interface_walk walk = {.door = door, .radios = &list};

    struct nlmsghdr *message = request(door, door->family, NL80211_CMD_GET_WIPHY, NLM_F_DUMP);
    mnl_attr_put(message, NL80211_ATTR_SPLIT_WIPHY_DUMP, 0, NULL);
    int r = talk(door, message, take_radio, &list);
    if (r == 0)
        r = walk_interfaces(&walk);
    if (r < 0)
        return r;
    qsort(radios, list.count, sizeof *radios, by_index);
    *ret_count = list.count;
    return 0;
}

int radio_netns_move(struct radio_netns *door, uint32_t wiphy, int netns_fd)
{
    struct nlmsghdr *message = request(door, door->family, NL80211_CMD_SET_WIPHY_NETNS, NLM_F_ACK);
    mnl_attr_put_u32(message, NL80211_ATTR_WIPHY, wiphy);
    mnl_attr_put_u32(message, NL80211_ATTR_NETNS_FD, (uint32_t)netns_fd);
    return talk(door, message, NULL, NULL);
}

static int find_station(struct radio_netns *door, uint32_t wiphy, struct interface *ret_station)
{
    struct interface_walk walk = {.door = door, .wiphy = &wiphy};
    int r = walk_interfaces(&walk);
    if (r == 0)
        *ret_station = walk.station;
    return r;
}

int radio_netns_station(struct radio_netns *door, uint32_t wiphy, char ret_name[static IF_NAMESIZE],
                        unsigned int *ret_ifindex, bool *ret_made)
{
    struct interface station = {0};

    int r = find_station(door, wiphy, &station);
    bool made = r == 0 && station.ifindex == 0;
    if (made) {
        struct nlmsghdr *message = request(door, door->family, NL80211_CMD_NEW_INTERFACE, NLM_F_ACK);
        mnl_attr_put_u32(message, NL80211_ATTR_WIPHY, wiphy);
        mnl_attr_put_strz(message, NL80211_ATTR_IFNAME, "phone%d"); /* the kernel fills the number in */
        mnl_attr_put_u32(message, NL80211_ATTR_IFTYPE, NL80211_IFTYPE_STATION);
        r = talk(door, message, NULL, NULL);
        if (r == 0)
            r = find_station(door, wiphy, &station);
        if (r == 0 && station.ifindex == 0)
            r = -ENODEV;
    }
    if (r < 0)
        return r;
    memcpy(ret_name, station.name, IF_NAMESIZE);
    *ret_ifindex = station.ifindex;
    *ret_made = made;
    return 0;
}

int radio_netns_remove(struct radio_netns *door, unsigned int ifindex)
{
    struct nlmsghdr *message = request(door, door->family, NL80211_CMD_DEL_INTERFACE, NLM_F_ACK);
    mnl_attr_put_u32(message, NL80211_ATTR_IFINDEX, ifindex);
    return talk(door, message, NULL, NULL);
}

int radio_netns_access_point(struct radio_netns *door, char ret_name[static IF_NAMESIZE], unsigned int *ret_ifindex)
{
    struct interface_walk walk = {.door = door};

    int r = walk_interfaces(&walk);
    if (r < 0)
        return r;
    if (walk.access_points != 1)
        return walk.access_points == 0 ? -ENODEV : -ENOTUNIQ;
    memcpy(ret_name, walk.access_point.name, IF_NAMESIZE);
    *ret_ifindex = walk.access_point.ifindex;
    return 0;
}
