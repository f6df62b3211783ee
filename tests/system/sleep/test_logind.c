/* SPDX-License-Identifier: Apache-2.0 */
/* logind's half of platform/sleep: a double of org.freedesktop.login1 on a private dbus-daemon. Checked against
 * org.freedesktop.login1(5) and "Inhibitor Locks" of systemd 252: Inhibit(what, who, why, mode) -> h, a lock that lasts
 * until its last descriptor is closed; PrepareForSleep(true) before and (false) after the sleep; a delay lock for a
 * sleep that has begun is refused (org.freedesktop.login1.OperationInProgress); Reboot(interactive). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/bus/bus.h"
#include "platform/loop/loop.h"
#include "platform/sleep/clocks.h"
#include "platform/sleep/sleep.h"
#include "tests/unit/folder.h"
#include "tests/unit/test.h"

#define LIMIT_US  10000000
#define SECOND_US INT64_C(1000000)
#define PATH      "/org/freedesktop/login1"
#define NAME      "org.freedesktop.login1"
#define MANAGER   "org.freedesktop.login1.Manager"

static char dir[] = "/tmp/fascia-sleep-XXXXXX";
static char address[128];
static pid_t daemon_pid;
static sd_event *loop;
static struct sleep_clocks clocks;

void sleep_read_clocks(struct sleep_clocks *ret_clocks)
{
    *ret_clocks = clocks;
}

/* The double. */
struct logind {
    struct bus *bus;
    int owned;
    int lock;  /* -1, or our end of the last lock that was given out */
    int locks; /* that were given out */
    int reboots, reboots_interactive;
    bool sleeping;
};

static int inhibit(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    struct logind *logind = userdata;
    const char *what = NULL, *who = NULL, *why = NULL, *mode = NULL;
    int ends[2];

    assert_true(sd_bus_message_read(call, "ssss", &what, &who, &why, &mode) > 0);
    assert_string_equal(what, "sleep");
    assert_string_equal(mode, "delay");
    assert_true(who[0] != '\0' && why[0] != '\0');
    if (logind->sleeping)
        return sd_bus_error_set(error, "org.freedesktop.login1.OperationInProgress", "sleeping");
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    if (logind->lock >= 0)
        (void)close(logind->lock);
    logind->lock = ends[0];
    logind->locks++;
    int r = sd_bus_reply_method_return(call, "h", ends[1]);
    (void)close(ends[1]);
    return r;
}

static int reboot_asked(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    struct logind *logind = userdata;
    int interactive = 1;
    (void)error;

    assert_true(sd_bus_message_read(call, "b", &interactive) > 0);
    logind->reboots++;
    logind->reboots_interactive += interactive;
    return sd_bus_reply_method_return(call, NULL);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Inhibit", "ssss", "h", inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Reboot", "b", "", reboot_asked, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("PrepareForSleep", "b", 0),
    SD_BUS_VTABLE_END,
};

static void on_logind_state(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    (void)bus;
    ((struct logind *)userdata)->owned = connected && !name_taken;
}

static void run_until(const int *value, int want)
{
    int64_t end = loop_now_us() + LIMIT_US;

    while (*value != want && loop_now_us() < end)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_int_equal(*value, want);
}

static void logind_open(struct logind *logind)
{
    *logind = (struct logind){.lock = -1};
    assert_int_equal(bus_open(loop, address, NAME, on_logind_state, logind, &logind->bus), 0);
    assert_int_equal(bus_add_object(logind->bus, PATH, MANAGER, vtable, logind), 0);
    run_until(&logind->owned, 1);
}

static void logind_close(struct logind *logind)
{
    bus_close(logind->bus);
    if (logind->lock >= 0)
        (void)close(logind->lock);
}

static void logind_says(struct logind *logind, bool start)
{
    logind->sleeping = start;
    assert_true(sd_bus_emit_signal(bus_connection(logind->bus), PATH, MANAGER, "PrepareForSleep", "b", (int)start) >=
                0);
}

static bool is_held(const struct logind *logind)
{
    struct pollfd end = {.fd = logind->lock, .events = POLLIN};

    return poll(&end, 1, 0) == 0;
}

/* The watch. */
struct seen {
    int prepare, woke, set;
    int64_t slept_us;
};

static void on_prepare(void *userdata)
{
    ((struct seen *)userdata)->prepare++;
}

static void on_woke(int64_t slept_us, void *userdata)
{
    struct seen *seen = userdata;
    seen->woke++;
    seen->slept_us = slept_us;
}

static void on_set(int64_t by_us, void *userdata)
{
    (void)by_us;
    ((struct seen *)userdata)->set++;
}

struct stand {
    struct logind logind;
    struct seen seen;
    struct bus *bus;
    struct sleep_watch *watch;
};

static void stand_open(struct stand *stand)
{
    *stand = (struct stand){.logind = {.lock = -1}};
    const struct sleep_handler handler = {
        .prepare = on_prepare, .woke = on_woke, .clock_set = on_set, .userdata = &stand->seen};
    assert_int_equal(bus_open(loop, address, NULL, NULL, NULL, &stand->bus), 0);
    assert_int_equal(sleep_watch_new(loop, stand->bus, &handler, &stand->watch), 0);
}

static void stand_close(struct stand *stand)
{
    sleep_watch_free(stand->watch);
    bus_close(stand->bus);
    logind_close(&stand->logind);
}

static void the_sleep_waits_until_we_are_ready(void **state)
{
    struct stand s;
    (void)state;

    stand_open(&s); /* before logind: it may start later than we */
    logind_open(&s.logind);
    run_until(&s.logind.locks, 1);
    logind_says(&s.logind, true);
    run_until(&s.seen.prepare, 1);
    assert_true(is_held(&s.logind));
    sleep_ready(s.watch);
    assert_false(is_held(&s.logind));

    clocks.boottime_us += 90 * SECOND_US;
    clocks.realtime_us += 90 * SECOND_US;
    logind_says(&s.logind, false);
    run_until(&s.seen.woke, 1);
    assert_int_equal(s.seen.slept_us, 90 * SECOND_US);
    run_until(&s.logind.locks, 2); /* for the next sleep */
    assert_true(is_held(&s.logind));
    assert_int_equal(s.seen.set, 0);
    stand_close(&s);
}

static void a_sleep_that_fails_is_over_all_the_same(void **state)
{
    struct stand s;
    (void)state;

    stand_open(&s);
    logind_open(&s.logind);
    run_until(&s.logind.locks, 1);
    for (int i = 1; i <= 3; i++) {
        logind_says(&s.logind, true);
        run_until(&s.seen.prepare, i);
        sleep_ready(s.watch);
        logind_says(&s.logind, false);
        run_until(&s.seen.woke, i);
        assert_int_equal(s.seen.slept_us, 0);
        run_until(&s.logind.locks, 1 + i);
    }
    logind_says(&s.logind, false); /* nobody had prepared: nobody is told */
    run_until(&s.logind.locks, 5);
    assert_int_equal(s.seen.woke, 3);
    stand_close(&s);
}

static void a_logind_that_dies_does_not_leave_us_asleep(void **state)
{
    struct stand s;
    (void)state;

    stand_open(&s);
    logind_open(&s.logind);
    run_until(&s.logind.locks, 1);
    logind_says(&s.logind, true);
    run_until(&s.seen.prepare, 1);
    logind_close(&s.logind);
    run_until(&s.seen.woke, 1);
    logind_open(&s.logind);
    run_until(&s.logind.locks, 1);
    assert_true(is_held(&s.logind));
    stand_close(&s);
}

static void a_lock_that_is_asked_for_too_late_is_done_without(void **state)
{
    struct stand s;
    (void)state;

    stand_open(&s);
    logind_open(&s.logind);
    logind_says(&s.logind, true); /* the question has not been read yet: it comes too late */
    assert_int_equal(s.logind.locks, 0);
    run_until(&s.seen.prepare, 1);
    sleep_ready(s.watch);
    logind_says(&s.logind, false);
    run_until(&s.seen.woke, 1);
    run_until(&s.logind.locks, 1);
    assert_true(is_held(&s.logind));
    stand_close(&s);
}

static void a_reboot_is_asked_for_without_a_dialogue(void **state)
{
    struct stand s;
    (void)state;

    stand_open(&s);
    logind_open(&s.logind);
    run_until(&s.logind.locks, 1);
    assert_int_equal(sleep_reboot(s.watch), 0);
    run_until(&s.logind.reboots, 1);
    assert_int_equal(s.logind.reboots_interactive, 0);
    stand_close(&s);
}

static void a_watch_may_be_freed_while_it_asks_for_its_lock(void **state)
{
    struct stand s;
    (void)state;

    stand_open(&s);
    logind_open(&s.logind);
    assert_int_equal(s.logind.locks, 0);
    while (s.logind.locks == 0) /* logind has answered, we have not read it */
        assert_true(sd_event_run(loop, 100000) >= 0);
    sleep_watch_free(FASCIA_STEAL(s.watch));
    int64_t end = loop_now_us() + LIMIT_US;
    while (is_held(&s.logind) && loop_now_us() < end)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_false(is_held(&s.logind)); /* the message took its descriptor with it */
    stand_close(&s);
}

static int set_up(void **state)
{
    int ready[2];
    char byte, print[32], listening[160];
    (void)state;

    if (!mkdtemp(dir) || pipe(ready) < 0)
        return -1;
    (void)snprintf(address, sizeof address, "unix:path=%s/bus", dir);
    (void)snprintf(print, sizeof print, "--print-pid=%d", ready[1]);
    (void)snprintf(listening, sizeof listening, "--address=%s", address);
    daemon_pid = fork();
    if (daemon_pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)close(ready[0]);
        (void)execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nosyslog", print, listening,
                     (char *)NULL);
        _exit(127);
    }
    (void)close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        return -1;
    (void)close(ready[0]);
    return loop_new(&loop);
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    (void)kill(daemon_pid, SIGKILL);
    (void)waitpid(daemon_pid, NULL, 0);
    return folder_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sleep_waits_until_we_are_ready),
        cmocka_unit_test(a_sleep_that_fails_is_over_all_the_same),
        cmocka_unit_test(a_logind_that_dies_does_not_leave_us_asleep),
        cmocka_unit_test(a_lock_that_is_asked_for_too_late_is_done_without),
        cmocka_unit_test(a_reboot_is_asked_for_without_a_dialogue),
        cmocka_unit_test(a_watch_may_be_freed_while_it_asks_for_its_lock),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
