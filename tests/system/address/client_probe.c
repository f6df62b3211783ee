/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client of other people's programs, driven by words: each argument is a request, its result a line.
 *
 *   client_probe BUS LIMIT-MS IFINDEX block|loop REQUEST…
 *
 * REQUEST: prepare, prepare=ND, prepare=ND/OWN-IID, wait, add=MAC, add=MAC/IID, remove=MAC, remove=MAC/IID, or pause
 * (waits for a line on standard input).
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fascia_addr_client.h>

#define PORT 7000

struct probe {
    struct fascia_addr *addr;
    sd_event *loop; /* NULL: block */
    bool answered;
    unsigned int ifindex;
};

/* Cuts "MAC/IID" at the slash; the second is NULL without one. */
static const char *cut(char *text)
{
    char *slash = strchr(text, '/');

    if (!slash)
        return NULL;
    *slash = '\0';
    return slash + 1;
}

static void print(int result, const struct sockaddr_in6 *address, const char *message)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address && inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof text))
        (void)printf("%s %s %u %u\n", fascia_addr_result_name(result), text, address->sin6_scope_id,
                     ntohs(address->sin6_port));
    else
        (void)printf("%s %s\n", fascia_addr_result_name(result), message);
    (void)fflush(stdout);
}

static void on_answer(int result, const struct sockaddr_in6 *peer, const char *message, void *userdata)
{
    struct probe *probe = (struct probe *)userdata;

    print(result, peer, message);
    probe->answered = true;
}

/* Runs the loop until the answer is there, unless the request itself failed. */
static void finish_in_loop(struct probe *probe, int r)
{
    if (r != 0)
        print(r, NULL, fascia_addr_message(probe->addr));
    probe->answered = r != 0;
    while (!probe->answered) {
        if (sd_event_run(probe->loop, UINT64_MAX) < 0)
            abort();
    }
}

static void prepare(struct probe *probe, char *how)
{
    struct fascia_addr_link link = {.nd = how, .own_iid = how ? cut(how) : NULL};
    char iid[FASCIA_ADDR_IID_SIZE] = "";

    if (probe->loop) {
        finish_in_loop(probe,
                       fascia_addr_prepare_async(probe->addr, probe->ifindex, how ? &link : NULL, on_answer, probe));
        return;
    }
    int r = fascia_addr_prepare(probe->addr, probe->ifindex, how ? &link : NULL, iid);
    print(r, NULL, r == 0 ? iid : fascia_addr_message(probe->addr));
}

static void peer(struct probe *probe, bool add, char *mac)
{
    const char *iid = cut(mac);
    struct sockaddr_in6 address;

    if (probe->loop && add) {
        finish_in_loop(probe,
                       fascia_addr_peer_add_async(probe->addr, probe->ifindex, mac, iid, PORT, on_answer, probe));
        return;
    }
    int r = probe->loop ? fascia_addr_peer_remove_async(probe->addr, probe->ifindex, mac, iid)
            : add       ? fascia_addr_peer_add(probe->addr, probe->ifindex, mac, iid, PORT, &address)
                        : fascia_addr_peer_remove(probe->addr, probe->ifindex, mac, iid);
    print(r, r == 0 && add ? &address : NULL, fascia_addr_message(probe->addr));
}

static void run(struct probe *probe, char *request)
{
    char *argument = strchr(request, '=');
    struct sockaddr_in6 own;

    if (argument)
        *argument++ = '\0';
    if (strcmp(request, "prepare") == 0) {
        prepare(probe, argument);
    } else if (strcmp(request, "wait") == 0) {
        int r = fascia_addr_wait(probe->addr, probe->ifindex, &own);
        print(r, r == 0 ? &own : NULL, fascia_addr_message(probe->addr));
    } else if (argument && (strcmp(request, "add") == 0 || strcmp(request, "remove") == 0)) {
        peer(probe, request[0] == 'a', argument);
    } else if (strcmp(request, "pause") == 0) {
        (void)puts("paused");
        (void)fflush(stdout);
        (void)getchar();
    } else {
        (void)fprintf(stderr, "client_probe: %s?\n", request);
        exit(64);
    }
}

int main(int argc, char **argv)
{
    struct probe probe = {.addr = NULL};

    if (argc < 6 || fascia_addr_new(argv[1], (unsigned int)strtoul(argv[2], NULL, 10), &probe.addr) != 0)
        return 64;
    probe.ifindex = (unsigned int)strtoul(argv[3], NULL, 10);
    if (strcmp(argv[4], "loop") == 0 &&
        (sd_event_new(&probe.loop) < 0 || fascia_addr_attach(probe.addr, probe.loop) != 0))
        return 1;
    for (int i = 5; i < argc; i++)
        run(&probe, argv[i]);
    fascia_addr_free(probe.addr);
    (void)sd_event_unref(probe.loop);
    return 0;
}
