/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fascia without radios, for the tests of fasciactl: owns the four bus names and publishes canned values.
 *
 *   fake_fascia ADDRESS SCENARIO [SERVICE]     good | degraded | partial | hostile | old
 *
 * With SERVICE ("Link1") it is only that one, as in a real unit, where each name has a connection of its own.
 * Prints "ready" when everything is on the bus. Lines on standard input change it while it runs:
 *   event NAME DETAIL…               emits org.fascia.Supervisor1.Event
 *   function NAME STATE REASON       changes a function, with PropertiesChanged; likewise …
 *   unit NAME STATE PID RESTARTS     … a unit
 *   phase PHASE                      … the phase
 *   blackbox STATE…                  … the state of the black box
 *   ladder STEP NUMBER ATTEMPT HMI   … the ladder of the function audio
 *   refuse ERROR MESSAGE…            the next order (Start, Stop, Restart, Reload) is answered by this error
 *   leave                            the station goes
 * Each line is answered by "done". Start, Stop and Restart print "order MEMBER UNIT" and change nothing: that is the
 * test's to do.
 */
#include "tests/system/report/fake.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>

static const char *const scenarios[] = {"good", "degraded", "partial", "hostile", "old"};

enum scenario scenario;
sd_bus *bus;
static bool station = true;
static const char *only; /* service; NULL = all */
/* --- one function per property --- */

static int put_antennas(sd_bus_message *reply)
{
    uint32_t mask = scenario == DEGRADED ? 0 : 3;
    return sd_bus_message_append(reply, "(uuuu)", mask, mask, mask, mask);
}

static int put_bands(sd_bus_message *reply)
{
    if (scenario == DEGRADED)
        return sd_bus_message_append(reply, "a(suuuuuuuu)", 1, "5 GHz", 1, 1, 1, 1, 0, 0, 0, 0);
    return sd_bus_message_append(reply, "a(suuuuuuuu)", 2, "2.4 GHz", 2, 2, 0, 0, 2, 2, 0, 0, "5 GHz", 2, 2, 8, 8, 2, 2,
                                 0, 0);
}

static int put_notes(sd_bus_message *reply)
{
    return sd_bus_message_append(
        reply, "as", 1, scenario == HOSTILE ? HOSTILE_TEXT : "5 GHz: VHT lists more streams than there are antennas");
}

static int put_stations(sd_bus_message *reply)
{
    if (!station)
        return sd_bus_message_append(reply, "aa{sv}", 0);
    return sd_bus_message_append(reply, "aa{sv}", 1, 7, "mac", "s", "02:00:00:00:01:00", "tx_nss", "u", 2, "rx_nss",
                                 "u", 2, "tx_rate_kbps", "u", 1201000, "rx_rate_kbps", "u", 864700, "signal_dbm", "i",
                                 -30, "standard", "s", "802.11ax");
}

static int put_interfaces(sd_bus_message *reply)
{
    uint64_t leaked = scenario == HOSTILE ? 2 : 0;
    return sd_bus_message_append(reply, "aa{sv}", 1, 9, "name", "s", "wlan0", "ifindex", "u", 3, "nd", "s", "none",
                                 "mac", "s", "02:00:00:00:00:00", "address", "s", "fe80::ff:fe00:0%wlan0", "peers", "u",
                                 1, "nd_packets", "t", leaked, "mld_packets", "t", UINT64_C(0), "packets", "t",
                                 UINT64_C(3971));
}

static int put_peers(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "aa{sv}", 1, 3, "ifindex", "u", 3, "mac", "s", "02:00:00:00:01:00", "address",
                                 "s", "fe80::ff:fe00:100%wlan0");
}

static int put_speakers(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "as", 2, "FL", "FR");
}

static int put_channels(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "as", 6, "FL", "FR", "FC", "LFE", "SL", "SR");
}

static int put_lost(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "as", 0);
}

static int put_matrix(sd_bus_message *reply)
{
    static const double matrix[2][6] = {{1, 0, 0.70710678, 0.5, 0.70710678, 0}, {0, 1, 0.70710678, 0.5, 0, 0.70710678}};
    int r = sd_bus_message_open_container(reply, 'a', "ad");

    for (size_t i = 0; r >= 0 && i < 2; i++) {
        double row[6];
        memcpy(row, matrix[i], sizeof row);
        if (scenario == HOSTILE)
            row[4 + i] = (double)NAN;
        r = sd_bus_message_append_array(reply, 'd', row, sizeof row);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static const struct {
    const char *name;
    int (*put)(sd_bus_message *reply);
} composed[] = {
    {"Antennas", put_antennas},     {"Bands", put_bands},   {"Notes", put_notes},       {"Stations", put_stations},
    {"Interfaces", put_interfaces}, {"Peers", put_peers},   {"Speakers", put_speakers}, {"Channels", put_channels},
    {"LostChannels", put_lost},     {"Matrix", put_matrix},
};

static const struct {
    const char *name, *type, *good, *degraded, *hostile;
} plain[] = {
    {"State", "s", "FULL", "FULL", "FULL"},
    {"Reason", "s", "none", "none", "none"},
    {"Detail", "s", "", "", ""},
    {"Profile", "s", "carplay-r10", "carplay-r10", "carplay-r10"},
    {"ConfigFile", "s", "/etc/fascia/fascia.yaml", "/etc/fascia/fascia.yaml", "/etc/fascia/fascia.yaml"},
    {"StartedUsec", "x", "5000000", "5000000", "5000000"},
    {"Mode", "s", "ap", "ap", "ap"},
    {"Ssid", "s", "fascia", "fascia", HOSTILE_TEXT},
    {"Country", "s", "DE", "DE", "DE"},
    {"Security", "s", "wpa3-sae", "wpa2-psk", "wpa3-sae"},
    {"Channel", "u", "36", "36", "36"},
    {"FrequencyMhz", "u", "5180", "5180", "5180"},
    {"WidthMhz", "u", "80", "80", "80"},
    {"Standard", "s", "802.11ax", "802.11ac", "802.11ax"},
    {"Wiphy", "s", "phy0", "phy0", "phy0"},
    {"Interface", "s", "wlan0", "wlan0", "wlan0"},
    {"InterfaceIndex", "u", "3", "3", "3"},
    {"Bssid", "s", "02:00:00:00:00:00", "02:00:00:00:00:00", "02:00:00:00:00:00"},
    {"TxStreams", "u", "2", "1", "2"},
    {"RxStreams", "u", "2", "1", "2"},
    {"MimoClass", "s", "2x2", "1x1", "2x2"},
    {"Radios", "u", "2", "1", "2"},
    {"Source", "s", "5.1", "5.1", "5.1"},
    {"AudioMode", "s", "stereo", "", "stereo"},
    {"ModeReason", "s", "two speakers: Lo/Ro by ITU-R BS.775-3", "", "two speakers"},
    {"WorstGainDb", "d", "9.26", "0", "9.26"},
    {"LatencyFrames", "u", "256", "0", "256"},
    {"ProjectionSink", "s", "fascia.projection", "fascia.projection", "fascia.projection"},
    {"TargetSink", "s", "null2", "", "null2"},
    {"Rate", "u", "48000", "0", "48000"},
};

static int put_plain(sd_bus_message *reply, const char *type, const char *value)
{
    switch (type[0]) {
    case 's':
        return sd_bus_message_append(reply, "s", value);
    case 'u':
        return sd_bus_message_append(reply, "u", (uint32_t)strtoul(value, NULL, 10));
    case 't':
        return sd_bus_message_append(reply, "t", (uint64_t)strtoull(value, NULL, 10));
    case 'x':
        return sd_bus_message_append(reply, "x", (int64_t)strtoll(value, NULL, 10));
    case 'd':
        return sd_bus_message_append(reply, "d", strtod(value, NULL));
    default:
        return -EINVAL;
    }
}

int get(sd_bus *connection, const char *path, const char *interface, const char *property, sd_bus_message *reply,
        void *userdata, sd_bus_error *error)
{
    (void)connection;
    (void)userdata;
    (void)error;

    if (strstr(interface, "Supervisor") != NULL) {
        int r = put_supervisor(reply, property);
        if (r != -ENOENT)
            return r;
    }
    /* Two services have a Mode. */
    const char *name = strcmp(property, "Mode") == 0 && strstr(path, "Audio") != NULL ? "AudioMode" : property;
    for (size_t i = 0; i < sizeof composed / sizeof composed[0]; i++) {
        if (strcmp(composed[i].name, name) == 0)
            return composed[i].put(reply);
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(plain[i].name, name) != 0)
            continue;
        const char *value = scenario == DEGRADED ? plain[i].degraded : plain[i].good;
        return put_plain(reply, plain[i].type, scenario == HOSTILE ? plain[i].hostile : value);
    }
    return -ENOENT;
}

static int refuse(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)call;
    (void)userdata;
    return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED, "a fake");
}

#define OWN PROPERTY("State", "s"), PROPERTY("Reason", "s"), PROPERTY("Detail", "s")

static const sd_bus_vtable link_vtable[] = {
    SD_BUS_VTABLE_START(0),
    OWN,
    PROPERTY("Mode", "s"),
    PROPERTY("Ssid", "s"),
    PROPERTY("Country", "s"),
    PROPERTY("Security", "s"),
    PROPERTY("Channel", "u"),
    PROPERTY("FrequencyMhz", "u"),
    PROPERTY("WidthMhz", "u"),
    PROPERTY("Standard", "s"),
    PROPERTY("Wiphy", "s"),
    PROPERTY("Interface", "s"),
    PROPERTY("InterfaceIndex", "u"),
    PROPERTY("Bssid", "s"),
    PROPERTY("TxStreams", "u"),
    PROPERTY("RxStreams", "u"),
    PROPERTY("MimoClass", "s"),
    PROPERTY("Antennas", "(uuuu)"),
    PROPERTY("Bands", "a(suuuuuuuu)"),
    PROPERTY("Notes", "as"),
    PROPERTY("Radios", "u"),
    PROPERTY("Stations", "aa{sv}"),
    SD_BUS_METHOD("Apply", "s", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable addr_vtable[] = {
    SD_BUS_VTABLE_START(0),
    OWN,
    PROPERTY("Interfaces", "aa{sv}"),
    PROPERTY("Peers", "aa{sv}"),
    SD_BUS_METHOD("Prepare", "u", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AddPeer", "uss", "s", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RemovePeer", "us", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable audio_vtable[] = {
    SD_BUS_VTABLE_START(0),
    OWN,
    PROPERTY("Speakers", "as"),
    PROPERTY("Source", "s"),
    PROPERTY("Channels", "as"),
    PROPERTY("Mode", "s"),
    PROPERTY("ModeReason", "s"),
    PROPERTY("LostChannels", "as"),
    PROPERTY("Matrix", "aad"),
    PROPERTY("WorstGainDb", "d"),
    PROPERTY("LatencyFrames", "u"),
    PROPERTY("ProjectionSink", "s"),
    PROPERTY("TargetSink", "s"),
    PROPERTY("Rate", "u"),
    SD_BUS_METHOD("Apply", "s", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

/* --- changes while running --- */

static void emit_event(const char *line)
{
    char name[64] = "", detail[128] = "";

    if (sscanf(line, "event %63s %127[^\n]", name, detail) >= 1)
        (void)sd_bus_emit_signal(bus, "/org/fascia/Supervisor1", "org.fascia.Supervisor1", "Event", "xsss",
                                 STARTED_US + 9000000, name, "fasciad", detail);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    char line[256];
    (void)fd;
    (void)events;
    (void)userdata;

    if (fgets(line, sizeof line, stdin) == NULL)
        return sd_event_exit(sd_event_source_get_event(source), 0);
    if (strncmp(line, "event ", 6) == 0) {
        emit_event(line);
    } else if (strncmp(line, "leave", 5) == 0) {
        station = false;
        (void)sd_bus_emit_properties_changed(bus, "/org/fascia/Link1", "org.fascia.Link1", "Stations", NULL);
    } else {
        change_supervisor(line);
    }
    (void)puts("done");
    (void)fflush(stdout);
    return 0;
}

static int publish(const char *service, const sd_bus_vtable *vtable)
{
    char path[64];

    if (only != NULL && strstr(service, only) == NULL)
        return 0;
    (void)snprintf(path, sizeof path, "/org/fascia/%s", service + sizeof "org.fascia." - 1);
    int r = sd_bus_add_object_vtable(bus, NULL, path, service, vtable, NULL);
    return r < 0 ? r : sd_bus_request_name(bus, service, 0);
}

static int run(const char *address)
{
    sd_event *loop = NULL;

    int r = sd_event_new(&loop);
    if (r >= 0)
        r = sd_bus_new(&bus);
    if (r >= 0)
        r = sd_bus_set_address(bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, 1);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r >= 0)
        r = publish("org.fascia.Supervisor1", supervisor_vtable());
    if (r >= 0)
        r = publish("org.fascia.Addr1", addr_vtable);
    if (r >= 0 && scenario != PARTIAL)
        r = publish("org.fascia.Link1", link_vtable);
    if (r >= 0 && scenario != PARTIAL)
        r = publish("org.fascia.Audio1", audio_vtable);
    if (r >= 0)
        r = sd_bus_attach_event(bus, loop, 0);
    if (r >= 0)
        r = sd_event_add_io(loop, NULL, 0, 1 /* EPOLLIN */, on_input, NULL);
    if (r >= 0 && puts("ready") >= 0 && fflush(stdout) == 0)
        r = sd_event_loop(loop);
    sd_bus_flush_close_unref(bus);
    sd_event_unref(loop);
    return r;
}

int main(int argc, char **argv)
{
    size_t count = sizeof scenarios / sizeof scenarios[0], i = 0;

    while (argc >= 3 && i < count && strcmp(argv[2], scenarios[i]) != 0)
        i++;
    if (argc < 3 || argc > 4 || i == count)
        return 64;
    scenario = (enum scenario)i;
    only = argv[3]; /* or the NULL at the end */
    (void)setvbuf(stdin, NULL, _IONBF, 0);
    supervisor_set_up();
    int r = run(argv[1]);
    if (r < 0)
        (void)fprintf(stderr, "fake_fascia: %s\n", strerror(-r));
    return r < 0;
}
