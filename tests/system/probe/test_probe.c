/* SPDX-License-Identifier: Apache-2.0 */
/* platform/probe against the real hostapd, wpa_supplicant, PipeWire and dbus-daemon, which are killed, stopped and
 * started again under it. No radio is needed: both Wi-Fi daemons run with their global socket alone. */
#include "platform/probe/probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "tests/unit/folder.h"
#include "tests/unit/test.h"

#define LIMIT_US  20000000
#define PERIOD_US 200000
#define NAME      "org.fascia.Probed1"

static char dir[] = "/tmp/fascia-probe-XXXXXX";
static sd_event *loop;

/* What was told. Answers of the same process repeat (a sign of life); they are counted once. */
struct seen {
    int up, lost, replaced;
    int told; /* all in all */
    pid_t pid;
    enum probe_news last;
    bool any;
};

static void on_news(enum probe_news news, pid_t pid, const char *why, void *userdata)
{
    struct seen *seen = userdata;

    seen->told++;
    assert_true((news == PROBE_LOST) == (why[0] != '\0'));
    if (news == PROBE_UP && !(seen->any && seen->last != PROBE_LOST))
        seen->up++;
    if (news == PROBE_LOST)
        seen->lost++;
    if (news == PROBE_REPLACED)
        seen->replaced++;
    seen->last = news;
    seen->any = true;
    seen->pid = pid;
}

static const char *in_dir(const char *name)
{
    static char path[108];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

/* Runs the loop until *value is want. */
static void run_until(const int *value, int want)
{
    int64_t end = loop_now_us() + LIMIT_US;

    while (*value < want && loop_now_us() < end)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_int_equal(*value, want);
}

/* Runs what is ready now. */
static void run_ready(void)
{
    for (int i = 0; i < 1000 && sd_event_run(loop, 0) > 0; i++)
        ;
}

/* Whether anything will wake this process by time: the kernel's own view of its timers (proc(5), fdinfo). */
static bool is_timer_armed(void)
{
    bool armed = false;
    char line[128], path[64];
    DIR *folder = opendir("/proc/self/fdinfo");

    run_ready(); /* sd-event sets its timers before it waits */
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder)) != NULL;) {
        (void)snprintf(path, sizeof path, "/proc/self/fdinfo/%.16s", e->d_name);
        FILE *f = e->d_name[0] != '.' ? fopen(path, "re") : NULL;
        while (f && fgets(line, sizeof line, f))
            armed |= strncmp(line, "it_value:", 9) == 0 && !strstr(line, "(0, 0)");
        if (f)
            (void)fclose(f);
    }
    (void)closedir(folder);
    return armed;
}

static void run_until_no_timer(void)
{
    int64_t end = loop_now_us() + LIMIT_US;

    while (is_timer_armed() && loop_now_us() < end)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_false(is_timer_armed());
}

/* A child that dies with the test. Returns twice, like fork(). */
static pid_t child_new(void)
{
    const pid_t parent = getpid();

    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        sigset_t none;
        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(126);
    }
    return pid;
}

static pid_t start(const char *program, const char *option, const char *argument)
{
    pid_t pid = child_new();

    if (pid > 0)
        return pid;
    (void)setenv("XDG_RUNTIME_DIR", dir, 1);
    if (!freopen("/dev/null", "w", stdout))
        _exit(125);
    (void)execlp(program, program, option, argument, (char *)NULL);
    _exit(127);
}

static void end(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void skip_without(const char *program)
{
    char path[128];

    (void)snprintf(path, sizeof path, "/usr/sbin/%s", program);
    if (access(path, X_OK) == 0)
        return;
    (void)snprintf(path, sizeof path, "/usr/bin/%s", program);
    if (access(path, X_OK) < 0)
        skip();
}

static struct probe *begin(enum supervisor_readiness kind, const char *target, int64_t period_us, struct bus *bus,
                           struct seen *seen)
{
    const struct probe_spec spec = {.kind = kind, .target = target, .period_us = period_us};
    struct probe *probe = NULL;

    memset(seen, 0, sizeof *seen);
    assert_int_equal(probe_new(loop, bus, &spec, on_news, seen, &probe), 0);
    assert_false(seen->any);
    return probe;
}

/* A daemon whose socket's folder comes late is up, is lost when it is killed, and is replaced by the next one. */
static void come_and_go(enum supervisor_readiness kind, int64_t period_us, const char *program, const char *option,
                        const char *argument, const char *target)
{
    char folder[108];
    struct seen seen;

    skip_without(program);
    struct probe *probe = begin(kind, target, period_us, NULL, &seen);
    run_until_no_timer();
    assert_false(seen.any);

    (void)snprintf(folder, sizeof folder, "%s", target);
    *strrchr(folder, '/') = '\0';
    if (strcmp(folder, dir) != 0)
        assert_int_equal(mkdir(folder, 0700), 0);
    pid_t pid = start(program, option, argument);
    run_until(&seen.up, 1);
    assert_int_equal(seen.pid, pid);
    end(pid);
    run_until(&seen.lost, 1);
    run_until_no_timer(); /* what it left behind is not asked for ever */

    pid = start(program, option, argument);
    run_until(&seen.replaced, 1);
    assert_int_equal(seen.pid, pid);
    end(pid);
    run_until(&seen.lost, 2);
    assert_int_equal(seen.up, 1);
    probe_free(probe);
}

static void hostapd_comes_late_dies_and_is_replaced(void **state)
{
    char target[108];
    (void)state;

    (void)snprintf(target, sizeof target, "%s", in_dir("hostapd/global"));
    come_and_go(SUPERVISOR_READY_CONTROL, PERIOD_US, "hostapd", "-g", target, target);
}

static void wpa_supplicant_comes_late_dies_and_is_replaced(void **state)
{
    char target[108];
    (void)state;

    (void)snprintf(target, sizeof target, "%s", in_dir("wpa_supplicant/global"));
    come_and_go(SUPERVISOR_READY_CONTROL, PERIOD_US, "wpa_supplicant", "-g", target, target);
}

static void pipewire_comes_late_dies_and_is_replaced(void **state)
{
    char target[108];
    (void)state;

    (void)snprintf(target, sizeof target, "%s", in_dir("pipewire-0"));
    come_and_go(SUPERVISOR_READY_SOCKET, 0, "pipewire", "-c", SOURCE_DIR "/config/pipewire/fascia-headless.conf",
                target);
}

static void hostapd_that_hangs_is_lost_and_is_up_again_when_it_goes_on(void **state)
{
    char target[108];
    struct seen seen;
    (void)state;

    skip_without("hostapd");
    (void)snprintf(target, sizeof target, "%s", in_dir("hang"));
    struct probe *probe = begin(SUPERVISOR_READY_CONTROL, target, PERIOD_US, NULL, &seen);
    pid_t pid = start("hostapd", "-g", target);
    run_until(&seen.up, 1);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    run_until(&seen.lost, 1);
    assert_int_equal(kill(pid, SIGCONT), 0);
    run_until(&seen.up, 2);
    assert_int_equal(seen.lost, 1);
    assert_int_equal(seen.replaced, 0);
    assert_int_equal(seen.pid, pid);
    probe_free(probe);
    end(pid);
}

static void without_a_period_one_answer_is_enough(void **state)
{
    char target[108];
    struct seen seen;
    (void)state;

    skip_without("hostapd");
    (void)snprintf(target, sizeof target, "%s", in_dir("once"));
    struct probe *probe = begin(SUPERVISOR_READY_CONTROL, target, 0, NULL, &seen);
    pid_t pid = start("hostapd", "-g", target);
    run_until(&seen.up, 1);
    assert_false(is_timer_armed());
    end(pid);
    run_until(&seen.lost, 1); /* the kernel tells */
    pid = start("hostapd", "-g", target);
    run_until(&seen.replaced, 1);
    assert_false(is_timer_armed());
    probe_free(probe);
    end(pid);
}

static int listen_at(const char *path, bool listening)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    (void)unlink(path);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    if (listening)
        assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static void a_socket_that_is_bound_first_and_listens_later_is_up(void **state)
{
    struct seen seen;
    (void)state;

    struct probe *probe = begin(SUPERVISOR_READY_SOCKET, in_dir("later"), 0, NULL, &seen);
    run_until_no_timer();
    int fd = listen_at(in_dir("later"), false);
    while (!is_timer_armed()) /* it was refused, and will try again */
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_false(seen.any);
    assert_int_equal(listen(fd, 8), 0);
    run_until(&seen.up, 1);
    assert_int_equal(seen.pid, getpid());
    probe_free(probe);
    (void)close(fd);
}

static void a_socket_that_nobody_listens_at_is_left_in_peace_after_some_tries(void **state)
{
    struct seen seen;
    (void)state;

    (void)close(listen_at(in_dir("stale"), true));
    struct probe *probe = begin(SUPERVISOR_READY_SOCKET, in_dir("stale"), 0, NULL, &seen);
    run_until_no_timer();
    assert_false(seen.any);
    int fd = listen_at(in_dir("stale"), true);
    run_until(&seen.up, 1);
    probe_free(probe);
    (void)close(fd);
}

static void a_retry_that_the_monitor_overtakes_is_not_made(void **state)
{
    struct seen seen;
    (void)state;

    (void)close(listen_at(in_dir("overtaken"), true));
    struct probe *probe = begin(SUPERVISOR_READY_SOCKET, in_dir("overtaken"), 0, NULL, &seen);
    while (!is_timer_armed()) /* refused: it will try again */
        assert_true(sd_event_run(loop, 100000) >= 0);
    int fd = listen_at(in_dir("overtaken"), true);
    run_until(&seen.up, 1);
    run_until_no_timer();
    assert_int_equal(seen.told, 1);
    probe_free(probe);
    (void)close(fd);
}

static void a_socket_that_takes_the_place_of_another_is_a_replacement(void **state)
{
    struct seen seen;
    (void)state;

    int first = listen_at(in_dir("place"), true);
    struct probe *probe = begin(SUPERVISOR_READY_SOCKET, in_dir("place"), 0, NULL, &seen);
    run_until(&seen.up, 1);
    int second = listen_at(in_dir("place"), true); /* the first one's owner lives on */
    run_until(&seen.replaced, 1);
    assert_int_equal(seen.lost, 0);
    probe_free(probe);
    (void)close(first);
    (void)close(second);
}

/* Listens in a process that ends, so that its number says nothing; the one that is left accepts a client and holds it
 * until the descriptor that is returned is closed, by us or by our end. */
static int start_forking(const char *path)
{
    int hold[2];
    char byte;

    assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
    pid_t pid = child_new();
    if (pid == 0) {
        int fd = listen_at(path, true);
        pid_t worker = fork();
        if (worker != 0)
            _exit(worker > 0 ? 0 : 125);
        (void)prctl(PR_SET_PDEATHSIG, 0);
        (void)close(hold[1]);
        if (accept(fd, NULL, NULL) >= 0)
            (void)!read(hold[0], &byte, 1);
        _exit(0);
    }
    (void)close(hold[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return hold[1];
}

static void who_forked_after_listening_is_watched_by_its_connection(void **state)
{
    struct seen seen;
    (void)state;

    int worker = start_forking(in_dir("forked"));
    struct probe *probe = begin(SUPERVISOR_READY_SOCKET, in_dir("forked"), 0, NULL, &seen);
    run_until(&seen.up, 1);
    (void)close(worker);
    run_until(&seen.lost, 1);
    int fd = listen_at(in_dir("forked"), true);
    run_until(&seen.replaced, 1);
    probe_free(probe);
    (void)close(fd);
}

/* The manager holds the listening socket and lives on; the service behind it accepts and dies. */
static void behind_a_service_managers_socket_the_service_is_watched(void **state)
{
    struct seen seen;
    char byte;
    int hold[2];
    (void)state;

    assert_int_equal(pipe(hold), 0);
    pid_t manager = child_new();
    if (manager == 0) {
        (void)prctl(PR_SET_NAME, "systemd");
        int fd = listen_at(in_dir("activated"), true);
        (void)!write(hold[1], "x", 1);
        for (;;) { /* a service per life: accepts one client, and ends when it is told to */
            int client = accept(fd, NULL, NULL);
            if (client < 0 || raise(SIGSTOP) != 0)
                _exit(125);
            (void)close(client);
        }
    }
    assert_int_equal(read(hold[0], &byte, 1), 1);
    struct probe *probe = begin(SUPERVISOR_READY_SOCKET, in_dir("activated"), 0, NULL, &seen);
    run_until(&seen.up, 1);
    assert_int_equal(seen.pid, 0);
    int status = 0;
    assert_int_equal(waitpid(manager, &status, WUNTRACED), manager);
    assert_int_equal(kill(manager, SIGCONT), 0);
    run_until(&seen.lost, 1);
    run_until(&seen.replaced, 1);
    probe_free(probe);
    end(manager);
    (void)close(hold[0]);
    (void)close(hold[1]);
}

static pid_t bus_start(const char *address)
{
    int ready[2];
    char byte, print[32], listening[160];

    assert_int_equal(pipe(ready), 0);
    (void)snprintf(print, sizeof print, "--print-pid=%d", ready[1]);
    (void)snprintf(listening, sizeof listening, "--address=%s", address);
    pid_t pid = child_new();
    if (pid == 0) {
        (void)execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nosyslog", print, listening,
                     (char *)NULL);
        _exit(127);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return pid;
}

static pid_t owner_start(const char *address)
{
    sd_bus *bus = NULL;
    pid_t pid = child_new();

    if (pid > 0)
        return pid;
    if (sd_bus_new(&bus) < 0 || sd_bus_set_address(bus, address) < 0 || sd_bus_set_bus_client(bus, 1) < 0 ||
        sd_bus_start(bus) < 0 || sd_bus_request_name(bus, NAME, 0) < 0)
        _exit(125);
    for (;;) {
        if (sd_bus_process(bus, NULL) < 0 || sd_bus_wait(bus, UINT64_MAX) < 0)
            _exit(0);
    }
}

static void a_bus_name_is_followed_across_owners_and_bus_daemons(void **state)
{
    char address[128];
    struct bus *bus = NULL;
    struct seen seen;
    (void)state;

    skip_without("dbus-daemon");
    (void)snprintf(address, sizeof address, "unix:path=%s", in_dir("bus"));
    assert_int_equal(bus_open(loop, address, NULL, NULL, NULL, &bus), 0);
    struct probe *probe = begin(SUPERVISOR_READY_BUS_NAME, NAME, 0, bus, &seen);
    run_ready();
    pid_t daemon = bus_start(address);
    pid_t owner = owner_start(address);
    run_until(&seen.up, 1);
    assert_int_equal(seen.pid, owner);
    assert_false(is_timer_armed());

    end(owner);
    run_until(&seen.lost, 1);
    owner = owner_start(address);
    run_until(&seen.replaced, 1);
    assert_int_equal(seen.pid, owner);

    end(daemon); /* the owner ends too: its connection is gone */
    assert_int_equal(waitpid(owner, NULL, 0), owner);
    while (bus_is_connected(bus))
        assert_true(sd_event_run(loop, 100000) >= 0);
    run_ready();
    assert_int_equal(seen.lost, 1); /* nothing is known, nothing is told */

    daemon = bus_start(address);
    run_until(&seen.lost, 2); /* now it is known: nobody owns the name */
    owner = owner_start(address);
    run_until(&seen.replaced, 2);
    assert_int_equal(seen.pid, owner);
    probe_free(probe);
    bus_close(bus);
    end(daemon);
    assert_int_equal(waitpid(owner, NULL, 0), owner);
}

struct ender {
    struct probe *probe;
    int told;
};

static void end_yourself(enum probe_news news, pid_t pid, const char *why, void *userdata)
{
    struct ender *ender = userdata;
    (void)news, (void)pid, (void)why;

    probe_free(ender->probe);
    ender->told++;
}

static void a_probe_may_be_freed_by_its_own_news(void **state)
{
    struct ender ender = {0};
    const struct probe_spec spec = {.kind = SUPERVISOR_READY_SOCKET, .target = in_dir("freed")};
    (void)state;

    int fd = listen_at(in_dir("freed"), true);
    assert_int_equal(probe_new(loop, NULL, &spec, end_yourself, &ender, &ender.probe), 0);
    run_until(&ender.told, 1);
    run_ready();
    (void)close(fd);
}

static void what_cannot_be_probed_is_refused(void **state)
{
    char path[200];
    struct probe *probe = NULL;
    struct probe_spec spec = {.kind = SUPERVISOR_READY_NOTIFY, .target = "/x"};
    (void)state;

    assert_int_equal(probe_new(loop, NULL, &spec, on_news, NULL, &probe), -EINVAL);
    spec.kind = SUPERVISOR_READY_BUS_NAME; /* without a bus */
    assert_int_equal(probe_new(loop, NULL, &spec, on_news, NULL, &probe), -EINVAL);
    spec.kind = SUPERVISOR_READY_SOCKET;
    spec.target = "relative";
    assert_int_equal(probe_new(loop, NULL, &spec, on_news, NULL, &probe), -EINVAL);
    memset(path, '/', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    spec.target = path;
    assert_int_equal(probe_new(loop, NULL, &spec, on_news, NULL, &probe), -ENAMETOOLONG);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(dir) ? loop_new(&loop) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    return folder_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostapd_comes_late_dies_and_is_replaced),
        cmocka_unit_test(wpa_supplicant_comes_late_dies_and_is_replaced),
        cmocka_unit_test(pipewire_comes_late_dies_and_is_replaced),
        cmocka_unit_test(hostapd_that_hangs_is_lost_and_is_up_again_when_it_goes_on),
        cmocka_unit_test(without_a_period_one_answer_is_enough),
        cmocka_unit_test(a_socket_that_is_bound_first_and_listens_later_is_up),
        cmocka_unit_test(a_socket_that_nobody_listens_at_is_left_in_peace_after_some_tries),
        cmocka_unit_test(a_retry_that_the_monitor_overtakes_is_not_made),
        cmocka_unit_test(a_socket_that_takes_the_place_of_another_is_a_replacement),
        cmocka_unit_test(who_forked_after_listening_is_watched_by_its_connection),
        cmocka_unit_test(behind_a_service_managers_socket_the_service_is_watched),
        cmocka_unit_test(a_bus_name_is_followed_across_owners_and_bus_daemons),
        cmocka_unit_test(a_probe_may_be_freed_by_its_own_news),
        cmocka_unit_test(what_cannot_be_probed_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
