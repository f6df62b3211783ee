/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/nl80211/nl80211.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "platform/loop/loop.h"
#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"

#define BUFFER_SIZE  32768 /* the kernel fills up to this for a dump; libmnl's default is a page */
#define DUMP_TRIES   4
#define GROUPS_MAX   3
#define RECEIVE_SIZE (512 * 1024)

struct nl80211 {
    struct mnl_socket *requests, *news;
    uint16_t family;
    uint32_t sequence;
    uint32_t groups[GROUPS_MAX];
    sd_event_source *source;
    nl80211_news_fn fn;
    void *userdata;
    union { /* a dump in progress; too large for the stack, and there is one at a time */
        struct wiphy_table wiphys;
        struct station_table stations;
        struct survey survey;
    } fresh;
    char buffer[BUFFER_SIZE];
};

/* Gets the attributes of one answer (behind the generic netlink header). Returns 0 or a negative errno. */
typedef int (*payload_fn)(const void *attributes, size_t size, void *userdata);

static const char *const group_names[GROUPS_MAX] = {
    NL80211_MULTICAST_GROUP_CONFIG,
    NL80211_MULTICAST_GROUP_REG,
    NL80211_MULTICAST_GROUP_MLME,
};

static struct nlmsghdr *begin(struct nl80211 *nl, char *buffer, uint16_t family, uint8_t command, uint16_t flags)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);

    header->nlmsg_type = family;
    header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    header->nlmsg_seq = ++nl->sequence;
    struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(header, sizeof *generic);
    generic->cmd = command;
    generic->version = 0;
    return header;
}

/* -EINTR: the dump was inconsistent and must be begun anew. > 0: finished. 0: more to come. */
static int take_message(const struct nlmsghdr *header, payload_fn fn, void *userdata)
{
    size_t size = mnl_nlmsg_get_payload_len(header);

    if (header->nlmsg_flags & NLM_F_DUMP_INTR)
        return -EINTR;
    if (header->nlmsg_type == NLMSG_ERROR) {
        const struct nlmsgerr *error = mnl_nlmsg_get_payload(header);
        if (size < sizeof *error)
            return -EBADMSG;
        return error->error == 0 ? 1 : error->error;
    }
    if (header->nlmsg_type == NLMSG_DONE) {
        const int *error = mnl_nlmsg_get_payload(header);
        return size >= sizeof *error && *error < 0 ? *error : 1;
    }
    if (header->nlmsg_type < NLMSG_MIN_TYPE)
        return 0;
    if (size < GENL_HDRLEN)
        return -EBADMSG;
    return fn((const char *)mnl_nlmsg_get_payload(header) + GENL_HDRLEN, size - GENL_HDRLEN, userdata);
}

static int wait_readable(struct mnl_socket *socket, int64_t until_us)
{
    for (;;) {
        int64_t left_us = until_us - loop_now_us();
        struct pollfd p = {.fd = mnl_socket_get_fd(socket), .events = POLLIN};
        if (left_us <= 0)
            return -ETIMEDOUT;
        int n = poll(&p, 1, (int)(left_us / 1000 + 1));
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
    }
}

/* Receives until the answer to `sequence` is complete. */
static int receive_all(struct nl80211 *nl, uint32_t sequence, int64_t until_us, payload_fn fn, void *userdata)
{
    unsigned int port = mnl_socket_get_portid(nl->requests);

    for (;;) {
        int r = wait_readable(nl->requests, until_us);
        if (r < 0)
            return r;
        ssize_t got = mnl_socket_recvfrom(nl->requests, nl->buffer, sizeof nl->buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == ENOBUFS ? -EINTR : -errno;

        int left = (int)got;
        for (const struct nlmsghdr *header = (const void *)nl->buffer; mnl_nlmsg_ok(header, left);
             header = mnl_nlmsg_next(header, &left)) {
            /* What is left of a former request that timed out has another number. */
            if (header->nlmsg_seq != sequence || (header->nlmsg_pid && header->nlmsg_pid != port))
                continue;
            r = take_message(header, fn, userdata);
            if (r != 0)
                return r < 0 ? r : 0;
        }
    }
}

static int request(struct nl80211 *nl, const struct nlmsghdr *header, payload_fn fn, void *userdata)
{
    int64_t until_us = loop_now_us() + NL80211_TIME_US;

    if (mnl_socket_sendto(nl->requests, header, header->nlmsg_len) < 0)
        return -errno;
    int r = receive_all(nl, header->nlmsg_seq, until_us, fn, userdata);
    return r == -ENODEV || r == -ENXIO ? -ENODEV : r;
}

struct family_answer {
    uint16_t id;
    uint32_t groups[GROUPS_MAX];
};

static void take_group(struct fascia_reader at, struct family_answer *answer)
{
    char name[GENL_NAMSIZ] = "";
    uint32_t id = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == CTRL_ATTR_MCAST_GRP_NAME)
            (void)link_attr_name(&a, name, sizeof name);
        else if (a.type == CTRL_ATTR_MCAST_GRP_ID)
            (void)link_attr_u32(&a, &id);
    }
    for (size_t i = 0; i < GROUPS_MAX; i++) {
        if (strcmp(name, group_names[i]) == 0)
            answer->groups[i] = id;
    }
}

static int on_family(const void *attributes, size_t size, void *userdata)
{
    struct family_answer *answer = userdata;
    struct fascia_reader at;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == CTRL_ATTR_FAMILY_ID && !link_attr_u16(&a, &answer->id))
            return -EBADMSG;
        if (a.type == CTRL_ATTR_MCAST_GROUPS) {
            struct fascia_reader groups = a.value;
            for (struct link_attr group; link_attr_next(&groups, &group);)
                take_group(group.value, answer);
        }
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

static int find_family(struct nl80211 *nl)
{
    char buffer[256];
    struct family_answer answer = {0};

    struct nlmsghdr *header = begin(nl, buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
    mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME);
    int r = request(nl, header, on_family, &answer);
    if (r < 0)
        return r;
    if (answer.id == 0)
        return -ENOENT;
    nl->family = answer.id;
    memcpy(nl->groups, answer.groups, sizeof nl->groups);
    return 0;
}

static int socket_new(struct mnl_socket **ret_socket)
{
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (!socket)
        return -errno;
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        int r = -errno;
        mnl_socket_close(socket);
        return r;
    }
    int size = RECEIVE_SIZE; /* a station storm must not overflow it; refusal is harmless */
    (void)setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    *ret_socket = socket;
    return 0;
}

int nl80211_open(struct nl80211 **ret_nl)
{
    _cleanup_(nl80211_close) struct nl80211 *nl = calloc(1, sizeof *nl);

    if (!nl)
        return -ENOMEM;
    int r = socket_new(&nl->requests);
    if (r < 0)
        return r;
    r = find_family(nl);
    if (r < 0)
        return r;
    *ret_nl = FASCIA_STEAL(nl);
    return 0;
}

void nl80211_close(struct nl80211 *nl)
{
    if (!nl)
        return;
    nl->source = loop_source_free(nl->source);
    if (nl->requests)
        mnl_socket_close(nl->requests);
    if (nl->news)
        mnl_socket_close(nl->news);
    free(nl);
}

/* A dump begins with an emptied record each time, so that an interrupted attempt leaves nothing behind. */
struct dump {
    uint8_t command;
    uint32_t ifindex; /* 0: none */
    bool split;
    payload_fn fn;
    void (*clear)(void *into);
    void *into;
};

static int dump(struct nl80211 *nl, const struct dump *dump)
{
    char buffer[256];
    int r = -EINTR;

    for (int i = 0; i < DUMP_TRIES && r == -EINTR; i++) {
        dump->clear(dump->into);
        struct nlmsghdr *header = begin(nl, buffer, nl->family, dump->command, NLM_F_DUMP);
        if (dump->ifindex)
            mnl_attr_put_u32(header, NL80211_ATTR_IFINDEX, dump->ifindex);
        if (dump->split)
            mnl_attr_put(header, NL80211_ATTR_SPLIT_WIPHY_DUMP, 0, NULL);
        r = request(nl, header, dump->fn, dump->into);
    }
    return r == -EINTR ? -EAGAIN : r;
}

/* The tables are large and mostly empty: what is cleared and copied of them is what is used. */
#define DEFINE_TABLE(type, rows)                                                                                       \
    static void clear_##type(void *into)                                                                               \
    {                                                                                                                  \
        struct type *table = into;                                                                                     \
        table->count = 0;                                                                                              \
        table->left_out = 0;                                                                                           \
    }                                                                                                                  \
                                                                                                                       \
    static void copy_##type(struct type *to, const struct type *from)                                                  \
    {                                                                                                                  \
        memcpy(to->rows, from->rows, from->count * sizeof from->rows[0]);                                              \
        to->count = from->count;                                                                                       \
        to->left_out = from->left_out;                                                                                 \
    }

DEFINE_TABLE(wiphy_table, radios)
DEFINE_TABLE(wiphy_interfaces, list)
DEFINE_TABLE(station_table, list)
DEFINE_TABLE(survey, list)

static int on_wiphy(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse(userdata, attributes, size);
}

static int on_regulatory(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse_regulatory(attributes, size, userdata);
}

/* For one radio (which may manage its own), or in general (self_managed false). */
static int get_regulatory(struct nl80211 *nl, uint32_t wiphy, bool self_managed,
                          struct wiphy_regulatory *ret_regulatory)
{
    char buffer[256];
    struct wiphy_regulatory regulatory = {.country = ""};

    struct nlmsghdr *header = begin(nl, buffer, nl->family, NL80211_CMD_GET_REG, NLM_F_ACK);
    if (self_managed)
        mnl_attr_put_u32(header, NL80211_ATTR_WIPHY, wiphy);
    int r = request(nl, header, on_regulatory, &regulatory);
    if (r < 0)
        return r;
    *ret_regulatory = regulatory;
    return 0;
}

int nl80211_dump_wiphys(struct nl80211 *nl, struct wiphy_table *table)
{
    struct wiphy_table *fresh = &nl->fresh.wiphys;

    int r = dump(nl, &(struct dump){.command = NL80211_CMD_GET_WIPHY,
                                    .split = true,
                                    .fn = on_wiphy,
                                    .clear = clear_wiphy_table,
                                    .into = fresh});
    if (r < 0)
        return r;
    for (size_t i = 0; i < fresh->count; i++) {
        struct wiphy *wiphy = &fresh->radios[i];
        struct wiphy_regulatory regulatory;
        /* A country that cannot be read is "not known"; the radio is still a radio. */
        if (get_regulatory(nl, wiphy->index, wiphy->self_managed, &regulatory) < 0)
            continue;
        memcpy(wiphy->country, regulatory.country, sizeof wiphy->country);
        wiphy->dfs_region = regulatory.dfs_region;
    }
    copy_wiphy_table(table, fresh);
    return 0;
}

static int on_interface(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse_interface(userdata, attributes, size);
}

int nl80211_dump_interfaces(struct nl80211 *nl, struct wiphy_interfaces *ret_interfaces)
{
    struct wiphy_interfaces fresh = {.count = 0};

    int r = dump(nl, &(struct dump){.command = NL80211_CMD_GET_INTERFACE,
                                    .fn = on_interface,
                                    .clear = clear_wiphy_interfaces,
                                    .into = &fresh});
    if (r < 0)
        return r;
    copy_wiphy_interfaces(ret_interfaces, &fresh);
    return 0;
}

static int on_station(const void *attributes, size_t size, void *userdata)
{
    struct station station;

    int r = station_parse(attributes, size, &station);
    if (r == 0)
        (void)station_update(userdata, &station);
    return r;
}

int nl80211_dump_stations(struct nl80211 *nl, uint32_t ifindex, struct station_table *ret_stations)
{
    struct station_table *fresh = &nl->fresh.stations;

    int r = dump(nl, &(struct dump){.command = NL80211_CMD_GET_STATION,
                                    .ifindex = ifindex,
                                    .fn = on_station,
                                    .clear = clear_station_table,
                                    .into = fresh});
    if (r < 0)
        return r;
    copy_station_table(ret_stations, fresh);
    return 0;
}

static int on_survey(const void *attributes, size_t size, void *userdata)
{
    return survey_parse(userdata, attributes, size);
}

int nl80211_dump_survey(struct nl80211 *nl, uint32_t ifindex, struct survey *ret_survey)
{
    struct survey *fresh = &nl->fresh.survey;

    int r = dump(nl, &(struct dump){.command = NL80211_CMD_GET_SURVEY,
                                    .ifindex = ifindex,
                                    .fn = on_survey,
                                    .clear = clear_survey,
                                    .into = fresh});
    if (r < 0)
        return r;
    copy_survey(ret_survey, fresh);
    return 0;
}

int nl80211_country(struct nl80211 *nl, uint32_t wiphy, bool self_managed, char ret_country[static 3])
{
    struct wiphy_regulatory regulatory;

    int r = get_regulatory(nl, wiphy, self_managed, &regulatory);
    if (r < 0)
        return r;
    memcpy(ret_country, regulatory.country, sizeof regulatory.country);
    return 0;
}

/* False: scans, frames and what newer kernels announce. */
static bool news_of(uint8_t command, enum nl80211_news *ret_news)
{
    switch (command) {
    case NL80211_CMD_NEW_WIPHY:
    case NL80211_CMD_DEL_WIPHY:
    case NL80211_CMD_NEW_INTERFACE:
    case NL80211_CMD_DEL_INTERFACE:
        *ret_news = NL80211_NEWS_RADIOS;
        return true;
    case NL80211_CMD_REG_CHANGE:
    case NL80211_CMD_WIPHY_REG_CHANGE:
    case NL80211_CMD_REG_BEACON_HINT: /* a beacon was heard where the rules then allow to send */
        *ret_news = NL80211_NEWS_REGULATORY;
        return true;
    case NL80211_CMD_NEW_STATION:
    case NL80211_CMD_DEL_STATION:
        *ret_news = NL80211_NEWS_STATIONS;
        return true;
    case NL80211_CMD_STOP_AP:
        *ret_news = NL80211_NEWS_AP_STOPPED;
        return true;
    case NL80211_CMD_RADAR_DETECT:
        *ret_news = NL80211_NEWS_RADAR;
        return true;
    case NL80211_CMD_CH_SWITCH_STARTED_NOTIFY:
        *ret_news = NL80211_NEWS_SWITCH_STARTED;
        return true;
    case NL80211_CMD_CH_SWITCH_NOTIFY:
        *ret_news = NL80211_NEWS_SWITCHED;
        return true;
    default: /* not our enum */
        return false;
    }
}

static void tell(struct nl80211 *nl, const struct nlmsghdr *header)
{
    const struct genlmsghdr *generic = mnl_nlmsg_get_payload(header);
    size_t size = mnl_nlmsg_get_payload_len(header);
    struct radio_news about = {.country = ""};
    enum nl80211_news news;

    if (header->nlmsg_type != nl->family || size < GENL_HDRLEN || !news_of(generic->cmd, &news))
        return;
    /* What it is about cannot be read: that anything may have changed is still true. */
    if (radio_news_parse((const char *)generic + GENL_HDRLEN, size - GENL_HDRLEN, &about) < 0)
        news = NL80211_NEWS_LOST;
    nl->fn(news, &about, nl->userdata);
}

static int on_news(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct nl80211 *nl = userdata;
    char buffer[BUFFER_SIZE];
    (void)source;
    (void)fd;
    (void)events;

    ssize_t got = mnl_socket_recvfrom(nl->news, buffer, sizeof buffer);
    if (got < 0) {
        /* ENOBUFS: messages were dropped. ENOSPC: one was longer than the buffer, which is the same to us. */
        if (errno == ENOBUFS || errno == ENOSPC)
            nl->fn(NL80211_NEWS_LOST, &(struct radio_news){.country = ""}, nl->userdata);
        return 0;
    }
    int left = (int)got;
    for (const struct nlmsghdr *header = (const void *)buffer; mnl_nlmsg_ok(header, left);
         header = mnl_nlmsg_next(header, &left))
        tell(nl, header);
    return 0;
}

int nl80211_watch(struct nl80211 *nl, sd_event *loop, nl80211_news_fn fn, void *userdata)
{
    if (nl->news)
        return -EALREADY;
    int r = socket_new(&nl->news);
    if (r < 0)
        return r;
    nl->fn = fn;
    nl->userdata = userdata;
    for (size_t i = 0; i < GROUPS_MAX; i++) {
        int group = (int)nl->groups[i];
        if (group && mnl_socket_setsockopt(nl->news, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
            return -errno;
    }
    return loop_io_new(loop, mnl_socket_get_fd(nl->news), EPOLLIN, on_news, nl, &nl->source);
}
