/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#include "platform/bus/start.h"
#include "platform/machine/tree.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"

/* What D-Bus tells: whether it is there, bluetoothd, and which interfaces NetworkManager manages. */

#define CALL_US 1000000

static inline void close_bus(sd_bus *bus)
{
    (void)sd_bus_close_unref(bus);
}
FASCIA_DEFINE_CLEANUP(sd_bus, close_bus)

static uint64_t now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Connects and greets, in a second at most: the library's own bound is longer. */
static int open_bus(const char *address, sd_bus **ret_bus)
{
    _cleanup_(close_bus) sd_bus *bus = NULL;
    uint64_t until = now_us() + CALL_US;

    int r = bus_start(address, &bus);
    if (r < 0)
        return r;
    while ((r = sd_bus_is_ready(bus)) == 0) {
        uint64_t now = now_us();
        r = sd_bus_process(bus, NULL);
        if (r == 0)
            r = now < until ? sd_bus_wait(bus, until - now) : -ETIMEDOUT;
        if (r < 0)
            return r;
    }
    if (r > 0)
        *ret_bus = FASCIA_STEAL(bus);
    return r < 0 ? r : 0;
}

static sd_bus_message *call(sd_bus *bus, const char *name, const char *path, const char *interface, const char *member,
                            const char *first, const char *second)
{
    sd_bus_message *request = NULL, *reply = NULL;

    int r = sd_bus_message_new_method_call(bus, &request, name, path, interface, member);
    if (r >= 0)
        r = sd_bus_message_append(request, second ? "ss" : "s", first, second);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(request, 0); /* a doctor starts nothing */
    if (r >= 0)
        r = sd_bus_call(bus, request, CALL_US, NULL, &reply);
    (void)sd_bus_message_unref(request);
    return r < 0 ? NULL : reply;
}

static enum doctor_know get_flag(sd_bus *bus, const char *name, const char *path, const char *interface,
                                 const char *property)
{
    sd_bus_message *reply = call(bus, name, path, "org.freedesktop.DBus.Properties", "Get", interface, property);
    int value = 0;

    int r = reply ? sd_bus_message_read(reply, "v", "b", &value) : -ENODATA;
    (void)sd_bus_message_unref(reply);
    return r < 0 ? DOCTOR_UNKNOWN : value ? DOCTOR_YES : DOCTOR_NO;
}

static enum doctor_know is_owned(sd_bus *bus, const char *name)
{
    sd_bus_message *reply =
        call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", name, NULL);
    int value = 0;

    int r = reply ? sd_bus_message_read(reply, "b", &value) : -ENODATA;
    (void)sd_bus_message_unref(reply);
    return r < 0 ? DOCTOR_UNKNOWN : value ? DOCTOR_YES : DOCTOR_NO;
}

static uint32_t pid_of(sd_bus *bus, const char *name)
{
    sd_bus_message *reply = call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                 "GetConnectionUnixProcessID", name, NULL);
    uint32_t pid = 0;

    if (reply && sd_bus_message_read(reply, "u", &pid) < 0)
        pid = 0;
    (void)sd_bus_message_unref(reply);
    return pid;
}

static void ask_bluez(struct machine *machine, sd_bus *bus)
{
    struct doctor_bluez *bluez = &machine->facts->bluez;

    bluez->name_owned = is_owned(bus, "org.bluez");
    if (bluez->name_owned != DOCTOR_YES)
        return;
    machine_holder(machine, pid_of(bus, "org.bluez"), &bluez->holder);
    for (size_t i = 0; i < bluez->adapters_count; i++) {
        char path[DOCTOR_PATH_SIZE];
        (void)snprintf(path, sizeof path, "/org/bluez/%s", bluez->adapters[i]);
        if (sd_bus_object_path_is_valid(path))
            bluez->powered[i] = get_flag(bus, "org.bluez", path, "org.bluez.Adapter1", "Powered");
    }
}

static void ask_network_manager(struct machine *machine, sd_bus *bus)
{
    static const char name[] = "org.freedesktop.NetworkManager";

    if (is_owned(bus, name) != DOCTOR_YES)
        return;
    for (size_t i = 0; i < machine->facts->interfaces_count; i++) {
        struct doctor_interface *interface = &machine->facts->interfaces[i];
        const char *device = NULL;
        sd_bus_message *reply =
            call(bus, name, "/org/freedesktop/NetworkManager", name, "GetDeviceByIpIface", interface->name, NULL);
        if (reply && sd_bus_message_read(reply, "o", &device) >= 0)
            interface->network_manager =
                get_flag(bus, name, device, "org.freedesktop.NetworkManager.Device", "Managed");
        (void)sd_bus_message_unref(reply);
    }
}

static bool add_adapter(struct machine *machine, const char *name, void *userdata)
{
    struct doctor_bluez *bluez = &machine->facts->bluez;
    (void)userdata;

    /* "hci0:42" is a connection. */
    if (strncmp(name, "hci", 3) == 0 && !strchr(name, ':') &&
        bluez->adapters_count < sizeof bluez->adapters / sizeof bluez->adapters[0])
        machine_copy(bluez->adapters[bluez->adapters_count++], DOCTOR_NAME_SIZE, name);
    return true;
}

static void find_policy(struct machine *machine)
{
    static const char *const folders[] = {"/usr/share/dbus-1/system.d", "/etc/dbus-1/system.d",
                                          "/usr/local/share/dbus-1/system.d"};
    struct doctor_bus *bus = &machine->facts->bus;
    char path[MACHINE_PATH_SIZE];

    bus->policy = DOCTOR_NO;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/org.fascia.conf", folders[i]);
        if (machine_has(machine, path) != DOCTOR_YES)
            continue;
        bus->policy = DOCTOR_YES;
        machine_copy(bus->policy_path, sizeof bus->policy_path, folders[i]);
        return;
    }
}

void machine_bus(struct machine *machine)
{
    struct doctor_facts *facts = machine->facts;
    const char *address = machine->request->config->bus;
    _cleanup_(close_bus) sd_bus *ours = NULL;
    _cleanup_(close_bus) sd_bus *system = NULL;

    find_policy(machine);
    facts->bluez.adapters_known = machine_has(machine, "/sys/class") == DOCTOR_YES;
    (void)machine_each(machine, "/sys/class/bluetooth", add_adapter, NULL);
    if (!machine->live)
        return;
    machine_waiting(machine, "D-Bus");
    int r = open_bus(address, &ours);
    facts->bus.reachable = r == 0 ? DOCTOR_YES : DOCTOR_NO;
    if (r < 0)
        machine_copy(facts->bus.error, sizeof facts->bus.error, strerror(-r));
    /* bluetoothd and NetworkManager are on the system bus, wherever fascia is. */
    if (strcmp(address, "system") != 0)
        (void)open_bus("system", &system);
    sd_bus *theirs = strcmp(address, "system") == 0 ? ours : system;
    if (!theirs)
        return;
    ask_bluez(machine, theirs);
    ask_network_manager(machine, theirs);
}
