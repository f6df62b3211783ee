/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone peer: the head unit's end of the phone's TCP, bound to one interface and to link-local addresses. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "platform/radio_netns/radio_netns.h"
#include "tools/phone/options.h"
#include "tools/phone/report.h"
#include "tools/phone/scoped.h"
#include "tools/phone/talk.h"
#include "tools/phone/verbs.h"

#define RETRY_US 200000 /* for an address or interface that is not there yet */

struct peer_options {
    const char *listen;  /* "fe80::…%interface", or "ap"; NULL = do not listen */
    const char *connect; /* "fe80::…%interface"; NULL = do not call */
    bool call_back;
    int64_t port;
    int64_t bytes;
    int64_t seconds;
    bool json;
    const char *out;
};

static const char help[] =
    "fascia-phone peer: the head unit's end of the phone's TCP\n"
    "\n"
    "  fascia-phone peer --listen ADDR%IF|ap [--call-back] [options]\n"
    "  fascia-phone peer --connect ADDR%IF [options]\n"
    "\n"
    "  --listen ADDR%IF   wait for a call at this link-local address; \"ap\": at the address of the\n"
    "                     interface that is an access point, whatever its name\n"
    "  --call-back        then call whoever called, on the same port\n"
    "  --connect ADDR%IF  call, again and again until it works\n"
    "  --port N           default 7000\n"
    "  --bytes N          to exchange when calling (default 65536)\n"
    "  --seconds N        time for all of it (default 60)\n"
    "  --json             the result as JSON on stdout;   --out FILE  into a file\n"
    "\n"
    "An exchange sends the bytes there and other ones back; each side verifies each octet.\n"
    "Exit status: 0 all exchanges asked for went through, 1 not, 2 usage.";

static int parse_options(int argc, char **argv, struct peer_options *o)
{
    const struct phone_option options[] = {
        {"listen", .text = &o->listen},
        {"connect", .text = &o->connect},
        {"call-back", .flag = &o->call_back},
        {"port", .number = &o->port, .min = 1, .max = UINT16_MAX},
        {"bytes", .number = &o->bytes, .min = 0, .max = EXCHANGE_MAX},
        {"seconds", .number = &o->seconds, .min = 1, .max = 3600},
        {"json", .flag = &o->json},
        {"out", .text = &o->out},
    };

    int r = phone_options_parse(argc, argv, options, FASCIA_ARRAY_SIZE(options), help);
    if (r != 0)
        return r;
    if ((!o->listen && !o->connect) || (o->call_back && !o->listen) || (o->call_back && o->connect)) {
        (void)fprintf(stderr, "fascia-phone peer: --listen [--call-back] and/or --connect: see --help\n");
        return -EINVAL;
    }
    return 0;
}

static int64_t now_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The link-local address of an interface. 0, -EADDRNOTAVAIL while it has none, or negative errno. */
static int find_link_local(const char *interface, struct in6_addr *ret_address)
{
    struct ifaddrs *all = NULL;
    int r = -EADDRNOTAVAIL;

    if (getifaddrs(&all) < 0)
        return -errno;
    for (const struct ifaddrs *a = all; a && r != 0; a = a->ifa_next) {
        if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET6 || strcmp(a->ifa_name, interface) != 0)
            continue;
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)a->ifa_addr;
        if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr)) {
            *ret_address = in6->sin6_addr;
            r = 0;
        }
    }
    freeifaddrs(all);
    return r;
}

static int find_access_point(struct talk_options *talk)
{
    _cleanup_(radio_netns_close) struct radio_netns *door = NULL;

    int r = radio_netns_open(&door);
    if (r == 0)
        r = radio_netns_access_point(door, talk->interface, &talk->ifindex);
    return r == 0 ? find_link_local(talk->interface, &talk->own) : r;
}

/* Fills in addresses and interface. 0; -EINVAL for bad text; another negative errno: perhaps later. */
static int resolve(const struct peer_options *o, struct talk_options *talk)
{
    char other[IF_NAMESIZE] = "";
    int r = 0;

    if (o->listen && strcmp(o->listen, "ap") == 0)
        r = find_access_point(talk);
    else if (o->listen)
        r = scoped_split(o->listen, &talk->own, talk->interface);
    if (r == 0 && o->connect)
        r = scoped_split(o->connect, &talk->peer, o->listen ? other : talk->interface);
    if (r < 0)
        return r;
    if (other[0] && strcmp(other, talk->interface) != 0)
        return -EINVAL; /* one link at a time */
    talk->ifindex = if_nametoindex(talk->interface);
    return talk->ifindex == 0 ? -ENODEV : 0;
}

/* Until everything went through or the time is over. Interface and address may appear late. */
static int run(const struct peer_options *o, struct talk *talk, char *error, size_t error_size)
{
    struct talk_options options = {
        .port = (uint16_t)o->port,
        .bytes = (uint32_t)o->bytes,
        .listen = o->listen != NULL,
        .call = o->connect != NULL,
        .call_back = o->call_back,
    };
    int64_t deadline = now_us() + o->seconds * 1000000;

    for (;;) {
        int r = resolve(o, &options);
        if (r == 0)
            r = talk_init(talk, &options, now_us());
        if (r == 0)
            break;
        talk_finish(talk);
        (void)snprintf(error, error_size, "%s",
                       r == -EINVAL ? "not a link-local address with its interface" : strerror(-r));
        if (r == -EINVAL || r == -EADDRINUSE || now_us() >= deadline)
            return r;
        (void)poll(NULL, 0, RETRY_US / 1000);
    }
    error[0] = '\0';
    while (!talk_is_complete(talk) && now_us() < deadline) {
        struct pollfd fds[TALK_FDS_MAX];
        size_t n = talk_poll(talk, fds);
        int64_t due = talk_due_us(talk) < deadline ? talk_due_us(talk) : deadline;
        int64_t left = due - now_us();

        if (poll(fds, n, left > 0 ? (int)(left / 1000) + 1 : 0) < 0 && errno != EINTR)
            return -errno;
        (void)talk_turn(talk, now_us());
    }
    return talk_is_complete(talk) ? 0 : -ETIMEDOUT;
}

static int write_json(const struct peer_options *o, const struct talk *talk, bool ok, const char *error)
{
    _cleanup_(json_object_release) struct json_object *json = json_object_new_object();

    (void)json_object_object_add(json, "ok", json_object_new_boolean(ok));
    (void)json_object_object_add(json, "reason", error[0] ? json_object_new_string(error) : NULL);
    (void)json_object_object_add(json, "interface", json_object_new_string(talk->options.interface));
    if (talk->called.asked)
        (void)json_object_object_add(json, "called", report_of_transfer(&talk->called));
    if (talk->answered.asked)
        (void)json_object_object_add(json, "answered", report_of_transfer(&talk->answered));
    return report_write(json, o->out);
}

int verb_peer(int argc, char **argv)
{
    struct peer_options o = {.port = 7000, .bytes = 65536, .seconds = 60};
    struct talk talk = {.listen_fd = -1};
    char error[160] = "";

    int r = parse_options(argc, argv, &o);
    if (r != 0)
        return r > 0 ? PHONE_EXIT_OK : PHONE_EXIT_USAGE;
    for (size_t i = 0; i < TALK_LINES_MAX; i++)
        talk.lines[i].fd = -1;
    report_forget(o.out);
    r = run(&o, &talk, error, sizeof error);
    if (r < 0 && !error[0])
        (void)snprintf(error, sizeof error, "%s",
                       talk.called.error[0]     ? talk.called.error
                       : talk.answered.error[0] ? talk.answered.error
                                                : "nobody called in time");
    talk_finish(&talk);
    if (r < 0)
        (void)fprintf(stderr, "fascia-phone: peer: %s\n", error);
    if ((o.json || o.out) && write_json(&o, &talk, r == 0, error) < 0)
        return PHONE_EXIT_FAILED;
    if (r == -EINVAL)
        return PHONE_EXIT_USAGE;
    return r == 0 ? PHONE_EXIT_OK : PHONE_EXIT_FAILED;
}
