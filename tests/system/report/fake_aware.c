/* SPDX-License-Identifier: Apache-2.0 */
/*
 * org.fascia.Aware1 of fake_fascia: a phone that is paired and connected. Lines on standard input:
 *   aware request KIND     emits PairingRequested (show-pin, enter-pin) of the phone that is not paired
 *   aware ended RESULT…    emits PairingEnded
 *   aware remember         that phone is paired and remembered from now on
 *   aware pair             … only paired
 *   aware close            the window is closed, as by its time
 * Orders print "order MEMBER ARGUMENTS…" and are answered as accepted.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/system/report/fake.h"

#define PATH      "/org/fascia/Aware1"
#define INTERFACE "org.fascia.Aware1"
#define PHONE     "02:00:00:00:0a:01" /* paired and connected */
#define STRANGER  "02:00:00:00:0a:02"
#define REQUEST   7
#define WINDOW_S  120

static bool stranger_paired, stranger_remembered;
static uint64_t window_until;

static uint64_t now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static const char *foreign(const char *text)
{
    return scenario == HOSTILE ? HOSTILE_TEXT : text;
}

static int put_engine(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "a{sv}", 6, "state", "s", foreign("running"), "run", "t",
                                 UINT64_C(1) + (scenario == DEGRADED), "cluster", "s", foreign("50:6f:9a:01:02:03"),
                                 "interface", "s", foreign("wlan1"), "ifindex", "u", 9, "iid", "s", "00112233445566ff");
}

static int put_services(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "aa{sv}", 1, 8, "id", "u", 1, "name", "s", foreign("_example._tcp"), "role",
                                 "s", "publish", "running", "b", 1, "security", "s", "paired", "port", "u", 7000,
                                 "methods", "as", 1, "pin-display", "ciphers", "au", 1, 7);
}

static int put_peer(sd_bus_message *reply, uint32_t id, const char *name, const char *nmi, const char *state,
                    bool paired, bool remembered)
{
    bool again = scenario == DEGRADED && id == 3;

    return sd_bus_message_append(reply, "a{sv}", 12, "id", "u", id, "name", "s", foreign(name), "nmi", "s", nmi,
                                 "state", "s", foreign(state), "service", "s", "_example._tcp", "paired", "b",
                                 (int)paired, "remembered", "b", (int)remembered, "must_pair_again", "b", (int)again,
                                 "paths", "u", id == 3 ? 1 : 0, "reason", "u", 0, "text", "s", foreign(""), "last_seen",
                                 "t", UINT64_C(1795000000));
}

static int put_peers(sd_bus_message *reply)
{
    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");

    if (r >= 0)
        r = put_peer(reply, 3, "Anna", PHONE, "connected", true, true);
    if (r >= 0)
        r = put_peer(reply, stranger_paired ? 4 : 0, "", STRANGER, "discovered", stranger_paired, stranger_remembered);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int put_paths(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "aa{sv}", 1, 12, "id", "u", 5, "peer", "u", 3, "nmi", "s", PHONE, "ndi", "s",
                                 "02:00:00:00:0b:01", "ndp", "u", 1, "role", "s", "responder", "connected", "b", 1,
                                 "cipher", "u", 7, "ifindex", "u", 9, "address", "s", foreign("fe80::ff:fe00:b01%nan"),
                                 "port", "u", 7001, "transport", "s", foreign("tcp"));
}

static int get_aware(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    if (strcmp(property, "Engine") == 0)
        return put_engine(reply);
    if (strcmp(property, "Services") == 0)
        return put_services(reply);
    if (strcmp(property, "Peers") == 0)
        return put_peers(reply);
    if (strcmp(property, "DataPaths") == 0)
        return put_paths(reply);
    if (strcmp(property, "Requests") == 0)
        return sd_bus_message_append(reply, "aa{sv}", 0);
    if (strcmp(property, "WindowUntil") == 0)
        return sd_bus_message_append(reply, "t", window_until);
    return get(connection, path, interface, property, reply, userdata, error);
}

static int order(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *text = NULL, *member = sd_bus_message_get_member(call);
    uint32_t number = 0;
    (void)userdata;
    (void)error;

    printf("order %s", member);
    if (sd_bus_message_read(call, "u", &number) > 0)
        printf(" %" PRIu32, number);
    if (sd_bus_message_read(call, "s", &text) > 0)
        printf(" %s", text);
    if (sd_bus_message_has_signature(call, "sa{sv}")) {
        char *dump = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&dump, &size);
        (void)sd_bus_message_rewind(call, 1);
        (void)sd_bus_message_dump(call, file, SD_BUS_MESSAGE_DUMP_SUBTREE_ONLY);
        (void)fclose(file);
        for (char *c = dump; *c; c++)
            (void)putchar(*c == '\n' ? ' ' : *c);
        free(dump);
    }
    (void)putchar('\n');
    (void)fflush(stdout);
    if (strcmp(member, "OpenWindow") == 0)
        window_until = number == 0 ? 0 : now_us() + (number == UINT32_MAX ? WINDOW_S : number) * UINT64_C(1000000);
    if (strcmp(member, "GetPin") == 0)
        return sd_bus_reply_method_return(call, "s", "024689");
    if (strcmp(member, "Publish") == 0 || strcmp(member, "Subscribe") == 0)
        return sd_bus_reply_method_return(call, "u", 12);
    return sd_bus_reply_method_return(call, NULL);
}

void change_aware(const char *line)
{
    char kind[16] = "", result[128] = "";

    if (sscanf(line, "aware request %15s", kind) == 1)
        (void)sd_bus_emit_signal(bus, PATH, INTERFACE, "PairingRequested", "ussst", REQUEST, kind, STRANGER,
                                 "_example._tcp", now_us() + WINDOW_S * UINT64_C(1000000));
    else if (sscanf(line, "aware ended %127[^\n]", result) == 1)
        (void)sd_bus_emit_signal(bus, PATH, INTERFACE, "PairingEnded", "us", REQUEST, result);
    else if (strncmp(line, "aware remember", 14) == 0)
        stranger_paired = stranger_remembered = true;
    else if (strncmp(line, "aware pair", 10) == 0)
        stranger_paired = true;
    else if (strncmp(line, "aware close", 11) == 0)
        window_until = 0;
}

#define PUBLISHED(name, type)     SD_BUS_PROPERTY(name, type, get_aware, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define ORDER(name, types, reply) SD_BUS_METHOD(name, types, reply, order, SD_BUS_VTABLE_UNPRIVILEGED)

const sd_bus_vtable aware_vtable[] = {
    SD_BUS_VTABLE_START(0),
    PROPERTY("State", "s"),
    PROPERTY("Reason", "s"),
    PROPERTY("Detail", "s"),
    PUBLISHED("Engine", "a{sv}"),
    PUBLISHED("Services", "aa{sv}"),
    PUBLISHED("Peers", "aa{sv}"),
    PUBLISHED("DataPaths", "aa{sv}"),
    PUBLISHED("Requests", "aa{sv}"),
    PUBLISHED("WindowUntil", "t"),
    ORDER("OpenWindow", "u", ""),
    ORDER("Pair", "s", ""),
    ORDER("GetPin", "u", "s"),
    ORDER("EnterPin", "us", ""),
    ORDER("Refuse", "u", ""),
    ORDER("Forget", "u", ""),
    ORDER("Rename", "us", ""),
    ORDER("Publish", "sa{sv}", "u"),
    ORDER("Subscribe", "sa{sv}", "u"),
    ORDER("Cancel", "u", ""),
    ORDER("Connect", "s", ""),
    ORDER("Disconnect", "u", ""),
    SD_BUS_SIGNAL("PairingRequested", "ussst", 0),
    SD_BUS_SIGNAL("PairingEnded", "us", 0),
    SD_BUS_SIGNAL("Connected", "uusuu", 0),
    SD_BUS_SIGNAL("Disconnected", "uus", 0),
    SD_BUS_VTABLE_END,
};
