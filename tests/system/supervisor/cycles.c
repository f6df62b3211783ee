/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has one unit stopped and started so many times, over D-Bus like an HMI would: `cycles ADDRESS UNIT COUNT`. After each
 * order it asks for the snapshot until the unit is where it was sent. Prints how many cycles it made; status 1 and why
 * when one did not come to its end within ten seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define SERVICE    "org.fascia.Supervisor1"
#define PATH       "/org/fascia/Supervisor1"
#define PATIENCE_S 10

static sd_bus *bus;
static const char *unit;

static int fail(const char *what, int error)
{
    (void)fprintf(stderr, "cycles: %s: %s\n", what, strerror(-error));
    return -1;
}

static int order(const char *method)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;

    int r = sd_bus_call_method(bus, SERVICE, PATH, SERVICE, method, &error, NULL, "s", unit);
    sd_bus_error_free(&error);
    return r < 0 ? fail(method, r) : 0;
}

/* The state of our unit in a reply of GetSnapshot: t s a(ssss) a(ssuu) a(ssus). */
static int read_state(sd_bus_message *reply, char *ret_state, size_t size)
{
    const char *name = NULL, *state = NULL;

    int r = sd_bus_message_skip(reply, "tsa(ssss)");
    if (r >= 0)
        r = sd_bus_message_enter_container(reply, 'a', "(ssuu)");
    while (r >= 0 && (r = sd_bus_message_read(reply, "(ssuu)", &name, &state, NULL, NULL)) > 0) {
        if (strcmp(name, unit) == 0) {
            (void)snprintf(ret_state, size, "%s", state);
            return 0;
        }
    }
    return r < 0 ? r : -1;
}

static int await(const char *wanted)
{
    char state[32] = "";
    time_t end = time(NULL) + PATIENCE_S;

    while (strcmp(state, wanted) != 0) {
        sd_bus_message *reply = NULL;
        int r = sd_bus_call_method(bus, SERVICE, PATH, SERVICE, "GetSnapshot", NULL, &reply, NULL);
        if (r >= 0)
            r = read_state(reply, state, sizeof state);
        sd_bus_message_unref(reply);
        if (r < 0)
            return fail("GetSnapshot", r);
        if (time(NULL) > end) {
            (void)fprintf(stderr, "cycles: %s is %s, not %s\n", unit, state, wanted);
            return -1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    unit = argv[2];
    int r = sd_bus_new(&bus);
    if (r >= 0)
        r = sd_bus_set_address(bus, argv[1]);
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, 1);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r < 0)
        return fail(argv[1], r) < 0;

    long count = strtol(argv[3], NULL, 10), done = 0;
    while (done < count && order("Stop") == 0 && await("IDLE") == 0 && order("Start") == 0 && await("READY") == 0)
        done++;
    printf("%ld\n", done);
    sd_bus_flush_close_unref(bus);
    return done == count ? 0 : 1;
}
