/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for fascia-link: owns org.fascia.Link1 on the bus given as argument and publishes what stdin says, one
 * line each: "STATE IFINDEX MAC MAC …". Ends at the end of stdin.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#define MACS_MAX 64

struct link {
    char line[4096], state[16], macs[MACS_MAX][18];
    unsigned int ifindex, count;
    sd_bus *bus;
};

static int get_stations(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct link *link = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (unsigned int i = 0; r >= 0 && i < link->count; i++)
        r = sd_bus_message_append(reply, "a{sv}", 2, "tx_nss", "u", 2U, "mac", "s", link->macs[i]);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_state(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply,
                     void *userdata, sd_bus_error *error)
{
    const struct link *link = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;
    return sd_bus_message_append(reply, "s", link->state);
}

static int get_ifindex(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct link *link = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;
    return sd_bus_message_append(reply, "u", link->ifindex);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("State", "s", get_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("InterfaceIndex", "u", get_ifindex, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Stations", "aa{sv}", get_stations, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

static void obey(struct link *link, char *line)
{
    char *rest = NULL;
    const char *word = strtok_r(line, " ", &rest);

    (void)snprintf(link->state, sizeof link->state, "%s", word ? word : "STARTING");
    word = strtok_r(NULL, " ", &rest);
    link->ifindex = word ? (unsigned int)strtoul(word, NULL, 10) : 0;
    for (link->count = 0; link->count < MACS_MAX && (word = strtok_r(NULL, " ", &rest)) != NULL; link->count++)
        (void)snprintf(link->macs[link->count], sizeof link->macs[0], "%s", word);
    (void)sd_bus_emit_properties_changed(link->bus, "/org/fascia/Link1", "org.fascia.Link1", "State", "InterfaceIndex",
                                         "Stations", NULL);
}

static int on_stdin(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct link *link = userdata;
    size_t used = strlen(link->line);
    (void)revents;

    ssize_t n = read(fd, link->line + used, sizeof link->line - 1 - used);
    if (n <= 0)
        return sd_event_exit(sd_event_source_get_event(source), 0);
    link->line[used + (size_t)n] = '\0';
    for (char *end; (end = strchr(link->line, '\n')) != NULL;) {
        *end = '\0';
        obey(link, link->line);
        memmove(link->line, end + 1, strlen(end + 1) + 1);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct link link = {.state = "STARTING"};
    sd_event *loop = NULL;

    if (argc != 2 || sd_event_new(&loop) < 0 || sd_bus_new(&link.bus) < 0 ||
        sd_bus_set_address(link.bus, argv[1]) < 0 || sd_bus_set_bus_client(link.bus, 1) < 0 ||
        sd_bus_start(link.bus) < 0 || sd_bus_attach_event(link.bus, loop, 0) < 0 ||
        sd_bus_add_object_vtable(link.bus, NULL, "/org/fascia/Link1", "org.fascia.Link1", vtable, &link) < 0 ||
        sd_bus_request_name(link.bus, "org.fascia.Link1", 0) < 0 ||
        sd_event_add_io(loop, NULL, STDIN_FILENO, 1 /* EPOLLIN */, on_stdin, &link) < 0)
        return 1;
    int r = sd_event_loop(loop);
    sd_bus_flush_close_unref(link.bus);
    sd_event_unref(loop);
    return r < 0;
}
