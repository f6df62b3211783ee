/* SPDX-License-Identifier: Apache-2.0 */
/* platform/bus against the real dbus-daemon, which is killed and started again under it. */
#include "platform/bus/bus.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "tests/unit/test.h"

#define LIMIT_US 10000000

static char dir[] = "/tmp/fascia-bus-XXXXXX";
static char address[128];
static sd_event *loop;
static pid_t daemon_pid;

static void daemon_start(void)
{
    int ready[2];
    char byte, print[32], listen[160];

    assert_int_equal(pipe(ready), 0);
    (void)snprintf(print, sizeof print, "--print-pid=%d", ready[1]);
    (void)snprintf(listen, sizeof listen, "--address=%s", address);
    daemon_pid = fork();
    if (daemon_pid == 0) {
        (void)close(ready[0]);
        execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nosyslog", print, listen, (char *)NULL);
        _exit(127);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1); /* it prints its pid once it listens */
    (void)close(ready[0]);
}

static void daemon_stop(void)
{
    (void)kill(daemon_pid, SIGKILL);
    assert_int_equal(waitpid(daemon_pid, NULL, 0), daemon_pid);
}

/* Runs the loop until *value equals want. */
static void run_until(const int *value, int want)
{
    int64_t end = loop_now_us() + LIMIT_US;

    while (*value != want && loop_now_us() < end)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_int_equal(*value, want);
}

struct side {
    int connected, name_taken;
    int level; /* what the server publishes, or the client has seen; -1 = peer gone */
    int replies, last_error;
};

static void on_state(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct side *side = userdata;
    (void)bus;
    side->connected = connected;
    side->name_taken = name_taken;
}

static void count_states(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    (void)bus, (void)connected, (void)name_taken;
    (*(int *)userdata)++;
}

static int get_level(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply,
                     void *userdata, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)error;
    return sd_bus_message_append(reply, "i", ((struct side *)userdata)->level);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Level", "i", get_level, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

static void on_properties(struct bus *bus, sd_bus_message *properties, void *userdata)
{
    struct side *side = userdata;
    const char *name = NULL;
    (void)bus;

    if (!properties) {
        side->level = -1;
        return;
    }
    assert_true(sd_bus_message_enter_container(properties, 'a', "{sv}") > 0);
    while (sd_bus_message_enter_container(properties, 'e', "sv") > 0) {
        assert_true(sd_bus_message_read(properties, "s", &name) > 0);
        if (strcmp(name, "Level") == 0)
            assert_true(sd_bus_message_read(properties, "v", "i", &side->level) > 0);
        else
            (void)sd_bus_message_skip(properties, "v");
        assert_true(sd_bus_message_exit_container(properties) >= 0);
    }
}

static void on_reply(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    struct side *side = userdata;
    (void)bus, (void)reply;
    side->last_error = error;
    side->replies++;
}

#define PATH "/org/fascia/Test1"
#define NAME "org.fascia.Test1"

static void a_watch_survives_the_bus_daemon(void **state)
{
    struct side server = {.level = 1}, client = {.level = -2};
    struct bus *a = NULL, *b = NULL;
    (void)state;

    assert_int_equal(bus_open(loop, address, NAME, on_state, &server, &a), 0);
    assert_int_equal(bus_add_object(a, PATH, NAME, vtable, &server), 0);
    assert_int_equal(bus_open(loop, address, NULL, on_state, &client, &b), 0);
    assert_int_equal(bus_watch(b, NAME, PATH, NAME, on_properties, &client), 0);

    daemon_start(); /* after both: a bus that is not there yet is no error */
    run_until(&server.connected, 1);
    run_until(&client.level, 1);

    server.level = 2;
    bus_emit_changed(a, PATH, NAME, (const char *const[]){"Level", NULL});
    run_until(&client.level, 2);

    daemon_stop();
    run_until(&client.level, -1);
    run_until(&server.connected, 0);
    assert_int_equal(bus_call(b, NAME, PATH, NAME, "Any", 1000000, on_reply, &client, ""), -ENOTCONN);

    server.level = 3;
    daemon_start();
    run_until(&client.level, 3);

    bus_close(a); /* the peer leaves while the daemon stays */
    run_until(&client.level, -1);
    bus_close(b);
    daemon_stop();
}

static void a_name_that_is_taken_is_told(void **state)
{
    struct side first = {0}, second = {0};
    struct bus *a = NULL, *b = NULL;
    (void)state;

    daemon_start();
    assert_int_equal(bus_open(loop, address, NAME, on_state, &first, &a), 0);
    run_until(&first.connected, 1);
    assert_int_equal(bus_open(loop, address, NAME, on_state, &second, &b), 0);
    run_until(&second.connected, 1);
    assert_false(first.name_taken);
    assert_true(second.name_taken);
    bus_close(b);
    bus_close(a);
    daemon_stop();
}

static void a_call_ends_exactly_once_also_when_the_daemon_dies(void **state)
{
    struct side client = {0};
    struct bus *bus = NULL;
    (void)state;

    daemon_start();
    assert_int_equal(bus_open(loop, address, NULL, on_state, &client, &bus), 0);
    run_until(&client.connected, 1);
    assert_int_equal(bus_call(bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NoSuchMethod", LIMIT_US,
                              on_reply, &client, ""),
                     0);
    run_until(&client.replies, 1);
    assert_true(client.last_error < 0);

    assert_int_equal(kill(daemon_pid, SIGSTOP), 0); /* it will not answer this one */
    assert_int_equal(bus_call(bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ListNames", LIMIT_US, on_reply,
                              &client, ""),
                     0);
    daemon_stop();
    run_until(&client.replies, 2);
    assert_true(client.last_error < 0);
    bus_close(bus);
}

/* Seconds until a timer of this process wakes it, as the kernel sees it (proc(5), fdinfo); -1 = no timer. */
static long next_wakeup_s(void)
{
    char line[128], path[64];
    long soonest = -1;

    for (int i = 0; i < 1000 && sd_event_run(loop, 0) > 0; i++) /* sd-event sets its timers before it waits */
        ;
    DIR *folder = opendir("/proc/self/fdinfo");
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder)) != NULL;) {
        (void)snprintf(path, sizeof path, "/proc/self/fdinfo/%.16s", e->d_name);
        FILE *f = e->d_name[0] != '.' ? fopen(path, "re") : NULL;
        while (f && fgets(line, sizeof line, f)) {
            if (strncmp(line, "it_value: (", 11) != 0 || strstr(line, "(0, 0)"))
                continue;
            long left = strtol(line + 11, NULL, 10);
            soonest = soonest < 0 || left < soonest ? left : soonest;
        }
        if (f)
            (void)fclose(f);
    }
    (void)closedir(folder);
    return soonest;
}

/* Runs the loop until nothing is planned at all, or for the next ten seconds. */
static void run_until_patient(bool at_all)
{
    int64_t end = loop_now_us() + LIMIT_US;
    long left;

    while ((left = next_wakeup_s()) >= 0 && (at_all || left < 10) && loop_now_us() < end)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_true(left < 0 || (!at_all && left >= 10));
}

static void a_bus_whose_folder_comes_late_is_waited_for_without_asking(void **state)
{
    struct side client = {.connected = -1};
    struct bus *bus = NULL;
    char folder[96], kept[sizeof address];
    (void)state;

    memcpy(kept, address, sizeof kept);
    (void)snprintf(folder, sizeof folder, "%s/run/user", dir);
    (void)snprintf(address, sizeof address, "unix:path=%s/run/user/bus", dir);
    assert_int_equal(bus_open(loop, address, NULL, on_state, &client, &bus), 0);
    run_until(&client.connected, 0);
    run_until_patient(false);

    *strrchr(folder, '/') = '\0';
    assert_int_equal(mkdir(folder, 0700), 0);
    (void)strcat(folder, "/user");
    assert_int_equal(mkdir(folder, 0700), 0);
    run_until_patient(false); /* a folder is no bus */
    assert_int_equal(client.connected, 0);

    daemon_start();
    run_until(&client.connected, 1);
    run_until_patient(true);

    daemon_stop();
    run_until(&client.connected, 0);
    run_until_patient(false); /* the socket that is left refuses; that is asked a few times only */
    daemon_start();
    run_until(&client.connected, 1);
    bus_close(bus);
    daemon_stop();

    (void)strcat(folder, "/bus");
    assert_int_equal(unlink(folder), 0);
    for (int i = 0; i < 2; i++) {
        *strrchr(folder, '/') = '\0';
        assert_int_equal(rmdir(folder), 0);
    }
    memcpy(address, kept, sizeof address);
}

static void a_bus_that_is_absent_is_told_once(void **state)
{
    int told = 0;
    struct bus *bus = NULL;
    (void)state;

    assert_int_equal(bus_open(loop, address, NULL, count_states, &told, &bus), 0);
    run_until(&told, 1);
    run_until_patient(false);
    assert_int_equal(told, 1);
    bus_close(bus);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(address, sizeof address, "unix:path=%s/bus", dir);
    return loop_new(&loop);
}

static int tear_down(void **state)
{
    char socket_path[64];
    (void)state;

    (void)snprintf(socket_path, sizeof socket_path, "%s/bus", dir);
    (void)unlink(socket_path);
    (void)rmdir(dir);
    loop_free(loop);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_survives_the_bus_daemon),
        cmocka_unit_test(a_name_that_is_taken_is_told),
        cmocka_unit_test(a_call_ends_exactly_once_also_when_the_daemon_dies),
        cmocka_unit_test(a_bus_whose_folder_comes_late_is_waited_for_without_asking),
        cmocka_unit_test(a_bus_that_is_absent_is_told_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
