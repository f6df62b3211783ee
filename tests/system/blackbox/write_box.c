/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a black box by the real door, for the tests:
 *
 *     write_box FILE OCTETS BOOTS BOOT-ID [BUS-ADDRESS]
 *
 * Each line on standard input, "NAME MONOTONIC-US SOURCE DETAIL…", is appended; the end of the input closes the box.
 * What the door tells comes out as "opened BOOTS" or "broken WHY", and at the end "closed STATE".
 * With a bus it is org.fascia.Supervisor1, as far as `fasciactl events` asks for it. BOOT-ID "-" is the kernel's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "platform/blackbox/blackbox.h"
#include "platform/loop/loop.h"

#define EVENTS_MAX 256
#define SUPERVISOR "org.fascia.Supervisor1"
#define OBJECT     "/org/fascia/Supervisor1"

struct test {
    sd_event *loop;
    sd_bus *bus; /* NULL = none */
    const char *path;
    struct blackbox *box;
    struct fascia_event events[EVENTS_MAX]; /* remembered */
    size_t events_count;
    char line[512];
    size_t used;
};

static void on_opened(void *userdata)
{
    const struct test *test = userdata;
    printf("opened %u\n", blackbox_boots(test->box));
    (void)fflush(stdout);
}

static void on_broken(const char *why, void *userdata)
{
    const struct test *test = userdata;
    printf("broken %s\n", why);
    (void)fflush(stdout);
    if (strcmp(blackbox_state(test->box), why) != 0)
        abort();
}

static int append_event(sd_bus_message *message, const struct fascia_event *event)
{
    return sd_bus_message_append(message, "xsss", event->t_us, fascia_event_name(event->kind), event->source,
                                 event->detail);
}

static int get_black_box(sd_bus *bus, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct test *test = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    return sd_bus_message_append(reply, "(ss)", test->path, blackbox_state(test->box));
}

static int get_events(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct test *test = userdata;
    sd_bus_message *reply = NULL;
    (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(xsss)");
    for (size_t i = 0; r >= 0 && i < test->events_count; i++) {
        r = sd_bus_message_open_container(reply, 'r', "xsss");
        if (r >= 0)
            r = append_event(reply, &test->events[i]);
        if (r >= 0)
            r = sd_bus_message_close_container(reply);
    }
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    if (r >= 0)
        r = sd_bus_send(NULL, reply, NULL);
    sd_bus_message_unref(reply);
    return r;
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("BlackBox", "(ss)", get_black_box, 0, 0),
    SD_BUS_METHOD("GetEvents", "", "a(xsss)", get_events, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("Event", "xsss", 0),
    SD_BUS_VTABLE_END,
};

static int open_bus(struct test *test, const char *address)
{
    int r = sd_bus_new(&test->bus);
    if (r >= 0)
        r = sd_bus_set_address(test->bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(test->bus, 1);
    if (r >= 0)
        r = sd_bus_start(test->bus);
    if (r >= 0)
        r = sd_bus_add_object_vtable(test->bus, NULL, OBJECT, SUPERVISOR, vtable, test);
    if (r >= 0)
        r = sd_bus_request_name(test->bus, SUPERVISOR, 0);
    return r < 0 ? r : sd_bus_attach_event(test->bus, test->loop, 0);
}

/* As fasciad does it: into the box, into memory, onto the bus. */
static int publish(struct test *test, const struct fascia_event *event)
{
    sd_bus_message *message = NULL;

    blackbox_append(test->box, event);
    if (test->bus == NULL)
        return 0;
    if (test->events_count < EVENTS_MAX)
        test->events[test->events_count++] = *event;
    int r = sd_bus_message_new_signal(test->bus, &message, OBJECT, SUPERVISOR, "Event");
    if (r >= 0)
        r = append_event(message, event);
    if (r >= 0)
        r = sd_bus_send(test->bus, message, NULL);
    sd_bus_message_unref(message);
    return r;
}

static int on_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct test *test = userdata;
    struct fascia_event event;
    (void)source, (void)revents;

    ssize_t n = read(fd, test->line + test->used, sizeof test->line - 1 - test->used);
    if (n <= 0)
        return sd_event_exit(test->loop, 0);
    test->used += (size_t)n;
    test->line[test->used] = '\0';
    for (char *end; (end = strchr(test->line, '\n')) != NULL;) {
        *end = '\0';
        if (fascia_event_parse(test->line, &event) != 0)
            return -EBADMSG;
        int r = publish(test, &event);
        if (r < 0)
            return r;
        test->used -= (size_t)(end + 1 - test->line);
        memmove(test->line, end + 1, test->used + 1);
    }
    return test->used + 1 < sizeof test->line ? 0 : -EMSGSIZE;
}

int main(int argc, char **argv)
{
    static struct test test;
    sd_event_source *input = NULL;

    if (argc != 5 && argc != 6)
        return 64;
    test.path = argv[1];
    struct blackbox_options options = {.path = argv[1],
                                       .size_octets = strtoll(argv[2], NULL, 10),
                                       .boots = (unsigned int)strtoul(argv[3], NULL, 10),
                                       .opened = on_opened,
                                       .boot_id = strcmp(argv[4], "-") == 0 ? NULL : argv[4]};
    if (loop_new(&test.loop) < 0 || blackbox_open(test.loop, &options, on_broken, &test, &test.box) < 0 ||
        (argc == 6 && open_bus(&test, argv[5]) < 0) ||
        loop_io_new(test.loop, STDIN_FILENO, EPOLLIN, on_input, &test, &input) < 0)
        return 1;
    int status = loop_run(test.loop);
    printf("closed %s\n", blackbox_state(test.box));
    blackbox_close(test.box);
    (void)loop_source_free(input);
    sd_bus_flush_close_unref(test.bus);
    loop_free(test.loop);
    return status < 0 ? 1 : status;
}
