/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers by the thousand. They exist in the tables only: nobody answers.
 *
 *   many BUS INTERFACE FIRST COUNT [remove]   one AddPeers (RemovePeers) of COUNT; prints the time to its reply
 *   single BUS INTERFACE FIRST ROUNDS         AddPeer of one more, then RemovePeer; prints the time of each AddPeer
 *
 * FIRST is the number of the first peer; MAC address and identifier follow from it.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "rounds.h"

#define SERVICE    "org.fascia.Addr1"
#define PATH       "/org/fascia/Addr1"
#define LIMIT_US   UINT64_C(60000000)
#define NUMBER_MAX 1000000

static sd_bus *connect_to(const char *address)
{
    sd_bus *bus = NULL;

    int r = sd_bus_new(&bus);
    if (r >= 0)
        r = sd_bus_set_address(bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, 1);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r >= 0)
        r = sd_bus_get_unique_name(bus, &(const char *){NULL}); /* waits for the handshake */
    if (r < 0)
        die(address, -r);
    return bus;
}

static void name_peer(unsigned int n, char mac[static 18], char iid[static 17])
{
    (void)snprintf(mac, 18, "02:be:%02x:%02x:%02x:%02x", n >> 24 & 0xff, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
    (void)snprintf(iid, 17, "0a0b0c0d%08x", n);
}

/* Calls and dies of an error; the request is consumed. Returns the time to the reply. */
static int64_t call(sd_bus *bus, sd_bus_message *request)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;

    int64_t begin = now_ns();
    int r = sd_bus_call(bus, request, LIMIT_US, &error, &reply);
    int64_t taken = now_ns() - begin;
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", error.message ? error.message : strerror(-r));
        exit(1);
    }
    (void)sd_bus_message_unref(reply);
    (void)sd_bus_message_unref(request);
    return taken;
}

int run_many(int argc, char **argv)
{
    sd_bus_message *request = NULL;
    char mac[18], iid[17];

    if (argc < 5)
        die("arguments", EINVAL);
    sd_bus *bus = connect_to(argv[1]);
    unsigned int ifindex = if_nametoindex(argv[2]), first = number(argv[3], 0, NUMBER_MAX);
    unsigned int count = number(argv[4], 1, NUMBER_MAX);
    int r =
        sd_bus_message_new_method_call(bus, &request, SERVICE, PATH, SERVICE, argc > 5 ? "RemovePeers" : "AddPeers");
    if (r >= 0)
        r = sd_bus_message_append(request, "u", ifindex);
    if (r >= 0)
        r = sd_bus_message_open_container(request, 'a', "(ss)");
    for (unsigned int i = 0; r >= 0 && i < count; i++) {
        name_peer(first + i, mac, iid);
        r = sd_bus_message_append(request, "(ss)", mac, iid);
    }
    if (r >= 0)
        r = sd_bus_message_close_container(request);
    if (r < 0)
        die("request", -r);
    (void)printf("%lld\n", (long long)call(bus, request));
    (void)sd_bus_flush_close_unref(bus);
    return 0;
}

static int64_t one(sd_bus *bus, const char *member, unsigned int ifindex, unsigned int n)
{
    sd_bus_message *request = NULL;
    char mac[18], iid[17];

    name_peer(n, mac, iid);
    int r = sd_bus_message_new_method_call(bus, &request, SERVICE, PATH, SERVICE, member);
    if (r >= 0)
        r = sd_bus_message_append(request, "uss", ifindex, mac, iid);
    if (r < 0)
        die("request", -r);
    return call(bus, request);
}

int run_single(int argc, char **argv)
{
    if (argc < 5)
        die("arguments", EINVAL);
    sd_bus *bus = connect_to(argv[1]);
    unsigned int ifindex = if_nametoindex(argv[2]), first = number(argv[3], 0, NUMBER_MAX);
    unsigned int rounds = number(argv[4], 1, NUMBER_MAX);
    for (unsigned int i = 0; i < rounds; i++) {
        (void)printf("%lld\n", (long long)one(bus, "AddPeer", ifindex, first + i));
        (void)one(bus, "RemovePeer", ifindex, first + i);
    }
    (void)sd_bus_flush_close_unref(bus);
    return 0;
}
