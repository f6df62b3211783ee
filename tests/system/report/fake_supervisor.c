/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor of fake_fascia; what the lines of standard input mean is said there. */
#include "tests/system/report/fake.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH      "/org/fascia/Supervisor1"
#define INTERFACE "org.fascia.Supervisor1"
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

static char functions[3][4][64] = {
    {"link", "FULL", "none", "ap on channel 36"},
    {"address", "FULL", "none", "1 peer"},
    {"audio", "FULL", "none", "5.1 as stereo"},
};

static struct {
    char name[32], state[16];
    uint32_t pid, restarts;
} units[] = {
    {"fascia-addr", "READY", 103, 0},
    {"hostapd", "READY", 101, 0},
    {"fascia-link", "READY", 102, 1},
    {"pipewire", "READY", 88, 0},
    /* adopted */ {"fascia-audio", "READY", 104, 3},
};

static char phase[32] = "RUNNING", black_box[64] = "ok", audio_step[32] = "preferred-sink", audio_hmi[48] = "";
static uint32_t audio_attempt = 1, audio_number;
static uint64_t generation = 7;
static char refusal[64], refusal_message[160]; /* of the next order */
static sd_bus_message *sleeper;

/* --- values --- */

static int put_functions(sd_bus_message *reply)
{
    int r = sd_bus_message_open_container(reply, 'a', "(ssss)");
    for (size_t i = 0; r >= 0 && i < COUNT(functions); i++)
        r = sd_bus_message_append(reply, "(ssss)", functions[i][0], functions[i][1], functions[i][2], functions[i][3]);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int put_units(sd_bus_message *reply)
{
    int r = sd_bus_message_open_container(reply, 'a', "(ssuu)");
    for (size_t i = 0; r >= 0 && i < COUNT(units); i++)
        r = sd_bus_message_append(reply, "(ssuu)", units[i].name, units[i].state, units[i].pid, units[i].restarts);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int put_ladders(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "a(ssusu)", 2, "audio", audio_step, audio_attempt, audio_hmi, audio_number,
                                 "link", "keep", 1U, "", 0U);
}

int put_supervisor(sd_bus_message *reply, const char *name)
{
    if (strcmp(name, "Functions") == 0)
        return put_functions(reply);
    if (strcmp(name, "Units") == 0)
        return put_units(reply);
    if (strcmp(name, "Ladders") == 0)
        return put_ladders(reply);
    if (strcmp(name, "Phase") == 0)
        return sd_bus_message_append(reply, "s", phase);
    if (strcmp(name, "Generation") == 0)
        return sd_bus_message_append(reply, "t", generation);
    if (strcmp(name, "BlackBox") == 0)
        return sd_bus_message_append(reply, "(ss)", "/var/lib/fascia/blackbox", black_box);
    return -ENOENT;
}

static int finish(sd_bus_message *reply, int r)
{
    if (r >= 0)
        r = sd_bus_send(bus, reply, NULL);
    sd_bus_message_unref(reply);
    return r;
}

static int get_snapshot(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    sd_bus_message *reply = NULL;
    (void)userdata, (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_append(reply, "ts", generation, phase);
    if (r >= 0)
        r = put_functions(reply);
    if (r >= 0)
        r = put_units(reply);
    if (r >= 0)
        r = put_ladders(reply);
    return finish(reply, r);
}

static int get_boot(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    static const int64_t never = -1;
    sd_bus_message *reply = NULL;
    (void)userdata, (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_append(reply, "x", INT64_C(2113000));
    if (r >= 0)
        r = sd_bus_message_append(reply, "a(sxx)", 5, "fascia-addr", INT64_C(2119000), INT64_C(2153000), "hostapd",
                                  INT64_C(2155000), INT64_C(2203000), "fascia-link", INT64_C(2205000), INT64_C(2290000),
                                  "pipewire", never, INT64_C(1900000),
                                  scenario == HOSTILE ? HOSTILE_TEXT : "fascia-audio", INT64_C(2210000),
                                  scenario == DEGRADED ? never : INT64_C(4163000));
    if (r >= 0 && scenario == DEGRADED)
        r = sd_bus_message_append(reply, "a(ssxxs)", 3, "address", "address", INT64_C(4000000), INT64_C(4063000),
                                  "late", "link", "link", INT64_C(6000000), INT64_C(4023000), "met", "sound", "audio",
                                  INT64_C(5000000), never, "missed");
    else if (r >= 0 && scenario == HOSTILE)
        r = sd_bus_message_append(reply, "a(ssxxs)", 2, HOSTILE_TEXT, HOSTILE_TEXT, INT64_MAX, INT64_MIN, HOSTILE_TEXT,
                                  "", "", INT64_C(-7), INT64_MAX, "late");
    else if (r >= 0)
        r = sd_bus_message_append(reply, "a(ssxxs)", 2, "link", "link", INT64_C(6000000), INT64_C(4023000), "met",
                                  "sound", "audio", INT64_C(5000000), INT64_C(4173000), "met");
    return finish(reply, r);
}

static int get_plan(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    sd_bus_message *reply = NULL;
    (void)userdata, (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_append(
            reply, "a(ssssa(ss)sss)", 5, "fascia-addr", "spawn", "fascia-addr", "NET_ADMIN,NET_RAW", 0, "address",
            "notify", "fascia-addr --config /etc/fascia/fascia.yaml", "hostapd", "spawn", "fascia-link",
            "NET_ADMIN,NET_RAW", 0, "link", "control", "/usr/sbin/hostapd -g /run/fascia/link/hostapd", "fascia-link",
            "spawn", "fascia-link", "-", 2, "fascia-addr", "degrade", "hostapd", "hold", "link", "notify",
            "fascia-link --config /etc/fascia/fascia.yaml", "pipewire", "adopt", "", "-", 0, "audio", "socket",
            "/run/pipewire/pipewire-0", "fascia-audio", "spawn", "fascia-audio", "-", 1, "pipewire", "notify", "audio",
            "notify", scenario == HOSTILE ? HOSTILE_TEXT : "fascia-audio --config /etc/fascia/fascia.yaml");
    return finish(reply, r);
}

static int get_events(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    static const struct {
        int64_t ms;
        const char *name, *source, *detail;
    } events[] = {
        {3, "fasciad-started", "fasciad", "/etc/fascia/fascia.yaml"},
        {40, "unit-ready", "fasciad", "fascia-addr"},
        {90, "unit-ready", "fasciad", "hostapd"},
        {160, "interface-prepared", "fascia-addr", "wlan0"},
        {180, "radio-chosen", "fascia-link", "phy0: AP, 5 GHz, 2x2"},
        {1900, "link-up", "fascia-link", "channel 36, 80 MHz"},
        {1910, "function-changed", "fasciad", "link STARTING -> FULL: ap on channel 36"},
        {1950, "function-changed", "fasciad", "address STARTING -> FULL"},
        {2050, "sound-ready", "fascia-audio", "5.1 as stereo"},
        {2060, "function-changed", "fasciad", "audio STARTING -> FULL"},
        {2070, "fasciad-ready", "fasciad", "link FULL, address FULL, audio FULL"},
        {6400, "station-joined", "fascia-link", "02:00:00:00:01:00"},
        {6440, "peer-addressed", "fascia-addr", "fe80::ff:fe00:100%wlan0"},
    };
    sd_bus_message *reply = NULL;
    (void)userdata, (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(xsss)");
    for (size_t i = 0; r >= 0 && i < COUNT(events); i++)
        r = sd_bus_message_append(reply, "(xsss)", STARTED_US + events[i].ms * 1000, events[i].name, events[i].source,
                                  events[i].detail);
    for (int64_t i = 0; r >= 0 && scenario == HOSTILE && i < 900; i++)
        r = sd_bus_message_append(reply, "(xsss)", STARTED_US + 7000000 + i, "no-such-event", "<b>", HOSTILE_TEXT);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return finish(reply, r);
}

/* --- orders --- */

static bool is_known(const char *unit)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (strcmp(units[i].name, unit) == 0)
            return true;
    }
    return unit[0] == '\0';
}

/* Answers by the refusal that was asked for, once. */
static int refuse_next(sd_bus_error *error)
{
    char name[sizeof refusal];

    memcpy(name, refusal, sizeof name);
    refusal[0] = '\0';
    return sd_bus_error_set(error, name, refusal_message);
}

/* Says "order MEMBER UNIT"; what becomes of it is up to the test. */
static int order(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *unit = "";
    (void)userdata;

    int r = sd_bus_message_read(call, "s", &unit);
    if (r < 0)
        return r;
    if (refusal[0] != '\0')
        return refuse_next(error);
    if (!is_known(unit))
        return sd_bus_error_setf(error, "org.fascia.Error.UnknownUnit",
                                 "the plan has no unit \"%s\"; it has fascia-addr, hostapd, fascia-link", unit);
    printf("order %s %s\n", sd_bus_message_get_member(call), unit);
    (void)fflush(stdout);
    return sd_bus_reply_method_return(call, NULL);
}

static int reload(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)userdata;
    return refusal[0] != '\0' ? refuse_next(error) : sd_bus_reply_method_return(call, "s", "restarts fascia-audio");
}

static int suspend(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)userdata, (void)error;
    sd_bus_message_unref(sleeper);
    sleeper = sd_bus_message_ref(call);
    return 1;
}

static int resume(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)userdata, (void)error;
    sleeper = sd_bus_message_unref(sleeper);
    return sd_bus_reply_method_return(call, NULL);
}

#define READS                                                                                                          \
    PROPERTY("Functions", "a(ssss)"), PROPERTY("Units", "a(ssuu)"), PROPERTY("Generation", "t"),                       \
        PROPERTY("Profile", "s"), PROPERTY("ConfigFile", "s"), PROPERTY("StartedUsec", "x"),                           \
        SD_BUS_METHOD("GetEvents", "", "a(xsss)", get_events, SD_BUS_VTABLE_UNPRIVILEGED),                             \
        SD_BUS_SIGNAL("Event", "xsss", 0)

const sd_bus_vtable *supervisor_vtable(void)
{
    static const sd_bus_vtable today[] = {
        SD_BUS_VTABLE_START(0),
        READS,
        PROPERTY("Ladders", "a(ssusu)"),
        PROPERTY("Phase", "s"),
        PROPERTY("BlackBox", "(ss)"),
        SD_BUS_METHOD("GetSnapshot", "", "tsa(ssss)a(ssuu)a(ssusu)", get_snapshot, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("GetBoot", "", "xa(sxx)a(ssxxs)", get_boot, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("GetPlan", "", "a(ssssa(ss)sss)", get_plan, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Start", "s", "", order, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Stop", "s", "", order, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Restart", "s", "", order, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Reload", "", "s", reload, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Suspend", "", "", suspend, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Resume", "", "", resume, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
    };
    static const sd_bus_vtable old[] = {SD_BUS_VTABLE_START(0), READS, SD_BUS_VTABLE_END};

    return scenario == OLD ? old : today;
}

/* --- changes while running --- */

static void changed(const char *property)
{
    generation++;
    (void)sd_bus_emit_properties_changed(bus, PATH, INTERFACE, property, "Generation", NULL);
}

static void change_function(const char *name, const char *state, const char *reason)
{
    for (size_t i = 0; i < COUNT(functions); i++) {
        if (strcmp(functions[i][0], name) != 0)
            continue;
        (void)snprintf(functions[i][1], sizeof functions[i][1], "%s", state);
        (void)snprintf(functions[i][2], sizeof functions[i][2], "%s", reason);
    }
    changed("Functions");
}

static void change_unit(const char *name, const char *state, uint32_t pid, uint32_t restarts)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (strcmp(units[i].name, name) != 0)
            continue;
        (void)snprintf(units[i].state, sizeof units[i].state, "%.15s", state);
        units[i].pid = pid;
        units[i].restarts = restarts;
    }
    changed("Units");
}

void change_supervisor(const char *line)
{
    char a[64] = "", b[64] = "", c[64] = "";
    unsigned int x = 0, y = 0;

    if (sscanf(line, "function %63s %63s %63s", a, b, c) == 3) {
        change_function(a, b, c);
    } else if (sscanf(line, "unit %63s %63s %u %u", a, b, &x, &y) == 4) {
        change_unit(a, b, x, y);
    } else if (sscanf(line, "phase %31s", phase) == 1) {
        changed("Phase");
    } else if (sscanf(line, "blackbox %63[^\n]", black_box) == 1) {
        changed("BlackBox");
    } else if (sscanf(line, "ladder %31s %u %u %47s", audio_step, &audio_number, &audio_attempt, audio_hmi) == 4) {
        changed("Ladders");
    } else {
        (void)sscanf(line, "refuse %63s %159[^\n]", refusal, refusal_message);
    }
}

void supervisor_set_up(void)
{
    if (scenario == DEGRADED) {
        memcpy(functions[2][1], "DEGRADED", sizeof "DEGRADED");
        memcpy(functions[2][2], "no-sink", sizeof "no-sink");
        memcpy(functions[2][3], "null2", sizeof "null2");
        memcpy(units[4].state, "BACKOFF", sizeof "BACKOFF");
        units[4].pid = 0;
        memcpy(audio_step, "mute", sizeof "mute");
        memcpy(audio_hmi, "audio.no_sink", sizeof "audio.no_sink");
        audio_number = 2;
    }
    if (scenario == HOSTILE) {
        memcpy(functions[1][1], "FAILED", sizeof "FAILED");
        memcpy(functions[1][2], "nd-seen", sizeof "nd-seen");
        memcpy(functions[1][3], HOSTILE_TEXT, sizeof HOSTILE_TEXT);
        memcpy(audio_step, "</td>\033[2J", sizeof "</td>\033[2J");
        memcpy(audio_hmi, HOSTILE_TEXT, sizeof HOSTILE_TEXT);
        memcpy(black_box, HOSTILE_TEXT, sizeof HOSTILE_TEXT);
        audio_number = 1;
    }
}
