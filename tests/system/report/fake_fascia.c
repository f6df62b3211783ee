/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fascia without radios, for the tests of fasciactl: owns the bus names and publishes canned values.
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
 *   aware …                          see fake_aware.c
 *   audio …                          see fake_audio.c
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

/* A band: what is the same in all scenarios follows from the rest. */
static int put_band(sd_bus_message *reply, const char *name, const char *class, uint32_t tx, uint32_t rx,
                    const char *limit, const char *standard, uint32_t width, uint32_t startable)
{
    return sd_bus_message_append(reply, "a{sv}", 22, "name", "s", name, "class", "s", class, "tx", "u", tx, "rx", "u",
                                 rx, "limit_tx", "s", limit, "limit_rx", "s", "mcs-map", "standard", "s", standard,
                                 "width_mhz", "u", width, "width_startable_mhz", "u", startable > 0 ? width : 0,
                                 "channels", "u", 25, "startable", "u", startable, "radar", "u", 16, "listen_only", "u",
                                 9 - startable, "disabled", "u", 0, "ht_tx", "u", tx, "ht_rx", "u", rx, "vht_tx", "u",
                                 width >= 80 ? tx : 0, "vht_rx", "u", width >= 80 ? rx : 0, "he_tx", "u",
                                 strcmp(standard, "802.11ax") == 0 ? tx : 0, "he_rx", "u",
                                 strcmp(standard, "802.11ax") == 0 ? rx : 0, "eht_tx", "u", 0, "eht_rx", "u", 0);
}

static int put_bands(sd_bus_message *reply)
{
    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");

    if (r >= 0 && scenario == DEGRADED)
        r = put_band(reply, "5GHz", "1x2", 1, 2, "antennas-configured", "802.11ac", 80, 9);
    if (r >= 0 && scenario != DEGRADED)
        r = put_band(reply, "2.4GHz", "2x2", 2, 2, "mcs-map", "802.11ax", 40, 9);
    if (r >= 0 && scenario != DEGRADED)
        r = put_band(reply, "5GHz", scenario == HOSTILE ? HOSTILE_TEXT : "2x2", 2, 2,
                     scenario == HOSTILE ? HOSTILE_TEXT : "mcs-map", "802.11ax", 80, 9);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int put_capability(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "a{sv}", 11, "country", "s", scenario == HOSTILE ? HOSTILE_TEXT : "DE",
                                 "self_managed", "b", 0, "ap", "b", 1, "station", "b", 1, "nan", "b", 1,
                                 "ap_and_station", "b", 1, "ap_and_nan", "b", 0, "combination_channels", "u", 1,
                                 "radar_detection", "b", 1, "smps_static", "b", 0, "smps_dynamic", "b", 0);
}

static int put_survey(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "aa{sv}", 2, 5, "frequency_mhz", "u", 5180, "in_use", "b", 1, "noise_dbm", "i",
                                 -92, "active_ms", "t", UINT64_C(10000), "busy_ms", "t", UINT64_C(1200), 2,
                                 "frequency_mhz", "u", 5200, "in_use", "b", 0);
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
    return sd_bus_message_append(reply, "aa{sv}", 1, 20, "mac", "s", "02:00:00:00:01:00", "tx_nss", "u", 2, "rx_nss",
                                 "u", 2, "tx_rate_kbps", "u", 1201000, "rx_rate_kbps", "u", 864700, "signal_dbm", "i",
                                 -30, "standard", "s", "802.11ax", "tx_width_mhz", "u", 80, "rx_width_mhz", "u", 80,
                                 "tx_mcs", "u", 11, "rx_mcs", "u", 8, "tx_gi_ns", "u", 800, "rx_gi_ns", "u", 0,
                                 "tx_packets", "u", 4000, "retries", "u", 12, "failed", "u", 1, "tx_airtime_us", "t",
                                 UINT64_C(420000), "connected_s", "u", 33, "returns", "u", 1, "away", "b", 0);
}

static int put_interfaces(sd_bus_message *reply)
{
    uint64_t leaked = scenario == HOSTILE ? 2 : 0;
    return sd_bus_message_append(reply, "aa{sv}", 1, 11, "name", "s", "wlan0", "ifindex", "u", 3, "nd", "s", "none",
                                 "mac", "s", "02:00:00:00:00:00", "address", "s", "fe80::ff:fe00:0%wlan0", "peers", "u",
                                 1, "nd_packets", "t", leaked, "mld_packets", "t", UINT64_C(0), "packets", "t",
                                 UINT64_C(3971), "rs_packets", "t", UINT64_C(0), "offender", "s",
                                 scenario == HOSTILE ? HOSTILE_TEXT : "");
}

static int put_peers(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "aa{sv}", 1, 3, "ifindex", "u", 3, "mac", "s", "02:00:00:00:01:00", "address",
                                 "s", "fe80::ff:fe00:100%wlan0");
}

static int put_pending(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "aa{sv}", 0);
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
    {"Antennas", put_antennas}, {"Bands", put_bands},       {"Capability", put_capability}, {"Survey", put_survey},
    {"Notes", put_notes},       {"Stations", put_stations}, {"Interfaces", put_interfaces}, {"Peers", put_peers},
    {"Pending", put_pending},   {"Speakers", put_speakers}, {"Channels", put_channels},     {"LostChannels", put_lost},
    {"Matrix", put_matrix},
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
    {"RxStreams", "u", "2", "2", "2"},
    {"MimoClass", "s", "2x2", "1x2", "2x2"},
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

/* Half a minute: idle, then both streams. A hostile service sends what cannot be. */
static int get_history(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    sd_bus_message *reply = NULL;
    const char *mac = NULL;
    (void)userdata;

    int r = sd_bus_message_read(call, "s", &mac);
    if (r >= 0 && strcmp(mac, "02:00:00:00:01:00") != 0)
        return sd_bus_error_set(error, "org.fascia.Error.UnknownStation", "no such station");
    if (r >= 0)
        r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(tuuuuiuu)");
    for (uint32_t i = 0; r >= 0 && i < (scenario == HOSTILE ? 300 : 30); i++) {
        bool idle = i < 5;
        uint64_t t_us = scenario == HOSTILE && i % 3 == 0 ? UINT64_MAX : (uint64_t)STARTED_US + 7000000 + i * 1000000U;
        r = sd_bus_message_append(reply, "(tuuuuiuu)", t_us, idle ? 24000 : 1201000,
                                  scenario == HOSTILE ? UINT32_MAX : (idle ? 6000 : 864700), idle ? 1 : 2, idle ? 0 : 2,
                                  scenario == HOSTILE ? INT32_MIN : -30 - (int)(i % 3), i % 4,
                                  i % 2 == 0 ? UINT32_MAX : 100 + i);
    }
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    if (r >= 0)
        r = sd_bus_message_send(reply);
    sd_bus_message_unref(reply);
    return r;
}

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
    PROPERTY("Capability", "a{sv}"),
    PROPERTY("Bands", "aa{sv}"),
    PROPERTY("Notes", "as"),
    PROPERTY("Radios", "u"),
    PROPERTY("Stations", "aa{sv}"),
    PROPERTY("Survey", "aa{sv}"),
    SD_BUS_METHOD("GetStationHistory", "s", "a(tuuuuiuu)", get_history, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SwitchChannel", "uu", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RequestTransition", "su", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Apply", "s", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable addr_vtable[] = {
    SD_BUS_VTABLE_START(0),
    OWN,
    PROPERTY("Interfaces", "aa{sv}"),
    SD_BUS_PROPERTY("Peers", "aa{sv}", get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
    SD_BUS_PROPERTY("Pending", "aa{sv}", get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
    SD_BUS_SIGNAL("PeerAdded", "uss", 0),
    SD_BUS_SIGNAL("PeerRemoved", "uss", 0),
    SD_BUS_METHOD("Prepare", "u", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("PrepareLink", "ua{sv}", "s", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Release", "u", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AddPeer", "uss", "s", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AddPeers", "ua(ss)", "as", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RemovePeer", "uss", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RemovePeers", "ua(ss)", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
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
    } else if (strncmp(line, "aware ", 6) == 0) {
        change_aware(line);
    } else if (strncmp(line, "audio ", 6) == 0) {
        change_audio(line);
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
        r = publish("org.fascia.Audio1", audio_vtable());
    if (r >= 0 && scenario != PARTIAL && scenario != OLD)
        r = publish("org.fascia.Aware1", aware_vtable);
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
