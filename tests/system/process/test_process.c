/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "platform/process/cgroup.h"
#include "stack/base/cleanup.h"
#include "tests/system/process/stand.h"
#include "tests/unit/test.h"

/* Each of these runs twice: with process groups (state NULL) and with a cgroup (state: the words of the folder). */
static char cgroup[128];

static void open_for(struct stand *stand, void **state, bool guard)
{
    if (*state && !stand_make_cgroup(cgroup, sizeof cgroup)) {
        print_message("no cgroup v2 that we may use\n");
        skip();
    }
    stand_open(stand, &(struct stand_options){.cgroup = *state ? cgroup : NULL, .guard = guard});
    assert_int_equal(strncmp(process_confinement(stand->set), "cgroup ", 7) == 0, *state != NULL);
}

static void close_for(struct stand *stand, void **state)
{
    stand_close(stand);
    assert_true(stand_is_alone(stand, 0));
    if (*state)
        assert_int_equal(rmdir(cgroup), 0); /* nothing of ours is left in it */
}

/* The two numbers that the child wrote. */
static void read_pids(struct stand *stand, pid_t ret_pids[2])
{
    char *rest = NULL;
    const char *text = stand_read(stand);

    ret_pids[0] = (pid_t)strtol(text, &rest, 10);
    ret_pids[1] = (pid_t)strtol(rest, NULL, 10);
    assert_true(ret_pids[0] > 0 && ret_pids[1] > 0);
}

static void an_end_is_told_with_its_status_or_signal(void **state)
{
    struct stand stand;
    pid_t pid = 0;

    open_for(&stand, state, false);
    assert_int_equal(stand_start_as(&stand, STAND_NAME, NULL, "wait", "7", &pid, NULL), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_int_equal(stand.ended_pid, pid);
    assert_int_equal(stand.code, 7);
    assert_int_equal(stand.signal, 0);

    pid = stand_start(&stand, NULL, "wait");
    assert_int_equal(process_signal(stand.set, pid, SIGUSR1), 0);
    assert_true(stand_until(&stand, stand_has_ended, 2));
    assert_int_equal(stand.ended_pid, pid);
    assert_int_equal(stand.signal, SIGUSR1);
    assert_int_equal(process_signal(stand.set, pid, SIGUSR1), -ESRCH);
    assert_int_equal(process_kill(stand.set, pid), -ESRCH);
    assert_int_equal(stand.escaped, 0);
    close_for(&stand, state);
}

static void what_is_in_the_group_ends_with_the_main_process(void **state)
{
    struct stand stand;
    pid_t pids[2];

    open_for(&stand, state, false);
    pid_t pid = stand_start(&stand, NULL, "group");
    read_pids(&stand, pids);
    assert_int_equal(process_main_of(stand.set, pids[1]), pid);
    (void)kill(pid, SIGTERM);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_true(stand_until(&stand, stand_is_alone, 0));
    assert_int_equal(stand.escaped, 0);
    close_for(&stand, state);
}

static void what_left_the_session_by_a_double_fork_ends_with_the_main_process_and_is_told(void **state)
{
    struct stand stand;
    pid_t pids[2];

    open_for(&stand, state, false);
    pid_t pid = stand_start(&stand, NULL, "escape");
    read_pids(&stand, pids);
    assert_int_equal(process_main_of(stand.set, pid), pid);
    assert_int_equal(process_main_of(stand.set, pids[1]), *state ? pid : 0);
    assert_int_equal(process_main_of(stand.set, getpid()), 0);
    (void)kill(pid, SIGKILL);
    assert_true(stand_until(&stand, stand_is_gone, pids[1]));
    assert_true(stand_until(&stand, stand_is_alone, 0));
    assert_true(stand_until(&stand, stand_has_escaped, 1));
    assert_int_equal(stand.escaped, 1);
    assert_string_equal(stand.escaped_name, STAND_NAME);
    close_for(&stand, state);
}

static bool is_quiet(struct stand *stand, long unused)
{
    (void)unused;
    return sd_event_run(stand->loop, 0) == 0;
}

static void the_end_of_one_unit_touches_nothing_of_another(void **state)
{
    struct stand stand;
    pid_t pids[2], pid = 0;

    open_for(&stand, state, false);
    (void)stand_start(&stand, NULL, "escape");
    read_pids(&stand, pids);
    assert_int_equal(stand_start_as(&stand, "other", NULL, "wait", "0", &pid, NULL), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_true(stand_until(&stand, is_quiet, 0));
    assert_int_equal(stand.ended_pid, pid);
    assert_false(stand_is_gone(&stand, pids[1]));
    assert_int_equal(stand.escaped, 0);
    close_for(&stand, state);
}

static void restart_with_an_escape(struct stand *stand)
{
    stand->on_end = NULL;
    (void)stand_start(stand, NULL, "escape");
}

static void what_the_old_process_left_is_killed_and_what_the_new_one_has_is_not(void **state)
{
    struct stand stand;
    pid_t before[2], after[2];

    open_for(&stand, state, false);
    pid_t pid = stand_start(&stand, NULL, "escape");
    read_pids(&stand, before);
    stand.on_end = restart_with_an_escape; /* as a supervisor without back-off does: from within the end */
    (void)kill(pid, SIGKILL);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    read_pids(&stand, after);
    assert_int_not_equal(before[0], after[0]);
    assert_true(stand_until(&stand, stand_is_gone, before[1]));
    assert_true(stand_until(&stand, stand_has_escaped, 1));
    assert_true(stand_until(&stand, is_quiet, 0));
    assert_false(stand_is_gone(&stand, after[0]));
    assert_false(stand_is_gone(&stand, after[1]));
    assert_int_equal(stand.escaped, 1);
    close_for(&stand, state);
}

static void a_stopped_process_can_be_killed(void **state)
{
    struct stand stand;

    open_for(&stand, state, false);
    pid_t pid = stand_start(&stand, NULL, "stopped");
    assert_true(stand_until(&stand, stand_is_stopped, pid));
    assert_int_equal(process_kill(stand.set, pid), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_int_equal(stand.signal, SIGKILL);
    close_for(&stand, state);
}

static void one_unit_has_one_process_and_there_is_an_end_to_units(void **state)
{
    struct stand stand;
    char name[32];
    pid_t pid = 0;

    open_for(&stand, state, false);
    for (int i = 0; i < PROCESS_MAX; i++) {
        (void)snprintf(name, sizeof name, "unit-%d", i);
        assert_int_equal(stand_start_as(&stand, name, NULL, "wait", NULL, &pid, NULL), 0);
    }
    assert_int_equal(stand_start_as(&stand, "unit-0", NULL, "wait", NULL, &pid, NULL), -EEXIST);
    assert_int_equal(stand_start_as(&stand, "another", NULL, "wait", NULL, &pid, NULL), -E2BIG);
    assert_int_equal(stand_start_as(&stand, "a-name-that-is-longer-than-its-array", NULL, "wait", NULL, &pid, NULL),
                     -E2BIG);
    /* A unit that is gone makes room for one of another name. */
    assert_int_equal(process_kill(stand.set, pid), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_int_equal(stand_start_as(&stand, "another", NULL, "wait", NULL, &pid, NULL), 0);
    assert_int_equal(stand_start_as(&stand, "", NULL, "wait", NULL, &pid, NULL), -E2BIG);
    close_for(&stand, state);
}

static void a_thousand_starts_and_ends_leak_no_descriptor(void **state)
{
    struct stand stand;
    pid_t pid = 0;
    int before = 0;

    open_for(&stand, state, true);
    for (int i = 1; i <= 1000; i++) {
        assert_int_equal(stand_start_as(&stand, STAND_NAME, NULL, "wait", "0", &pid, NULL), 0);
        assert_true(stand_until(&stand, stand_has_ended, i));
        if (i == 1)
            before = stand_count_descriptors(); /* with the cgroup of the unit */
        assert_int_equal(
            stand_start_as(&stand, STAND_NAME, &(struct spawn_spec){.path = "/nonexistent"}, "wait", NULL, &pid, NULL),
            -ENOENT);
    }
    assert_int_equal(stand_start_as(&stand, STAND_NAME, NULL, "wait", "0", &pid, NULL), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1001));
    assert_true(stand_until(&stand, stand_is_alone, 0));
    assert_int_equal(stand_count_descriptors(), before);
    close_for(&stand, state);
}

static void explode(void **state, const char *verb)
{
    struct account nobody;
    struct spawn_spec spec = {.account = &nobody, .limits.processes = 40};
    struct stand stand;

    if (geteuid() != 0 || account_find("nobody", &nobody) < 0) {
        print_message("needs root and an account nobody\n");
        skip();
    }
    open_for(&stand, state, false);
    pid_t pid = stand_start(&stand, &spec, verb);
    long count = strtol(stand_read(&stand), NULL, 10);
    assert_in_range(count, 1, 40);
    assert_int_equal(process_kill(stand.set, pid), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_true(stand_until(&stand, stand_is_alone, 0));
    close_for(&stand, state);
}

static void a_fork_bomb_is_bounded_and_removed(void **state)
{
    explode(state, "bomb");
}

static void a_fork_bomb_of_sessions_is_bounded_and_removed(void **state)
{
    explode(state, "scatter");
}

static void a_sweep_leaves_nothing_but_the_guard(void **state)
{
    struct stand stand;
    pid_t pids[2];

    open_for(&stand, state, true);
    pid_t guard = process_guard(stand.set);
    assert_true(guard > 0);
    (void)stand_start(&stand, NULL, "escape");
    read_pids(&stand, pids);
    assert_int_equal(process_sweep(stand.set, 10000000), 1);
    assert_true(stand_is_alone(&stand, 0));
    assert_false(stand_is_gone(&stand, guard));
    stand_close(&stand);
    assert_true(stand_is_gone(&stand, guard));
    if (*state)
        assert_int_equal(rmdir(cgroup), 0);
}

static bool has_other_guard(struct stand *stand, long old)
{
    pid_t guard = process_guard(stand->set);
    return guard > 0 && guard != old;
}

static void a_guard_that_is_killed_does_no_harm_and_is_made_anew(void **state)
{
    struct stand stand;

    open_for(&stand, state, true);
    pid_t guard = process_guard(stand.set);
    pid_t pid = stand_start(&stand, NULL, "wait");
    (void)kill(guard, SIGTERM); /* is nothing to it */
    (void)kill(guard, SIGHUP);
    assert_true(stand_until(&stand, stand_has_file, 0));
    assert_false(stand_is_gone(&stand, guard));
    (void)kill(guard, SIGKILL);
    assert_true(stand_until(&stand, has_other_guard, guard));
    assert_false(stand_is_gone(&stand, pid));
    assert_int_equal(stand.ended, 0);
    close_for(&stand, state);
}

/* A supervisor of its own, as a process that is killed. It never returns. */
static void own_for_ever(const struct stand *parent, const char *folder, bool enter, const char *verb)
{
    struct stand stand;
    char path[160];

    if (folder && enter) {
        (void)snprintf(path, sizeof path, "%s/cgroup.procs", folder);
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "0", 1) != 1)
            _exit(1);
    }
    stand_open(&stand, &(struct stand_options){.cgroup = folder, .guard = true});
    (void)rmdir(stand.folder);
    memcpy(stand.file, parent->file, sizeof stand.file);
    memcpy(stand.token, parent->token, sizeof stand.token);
    (void)stand_start(&stand, NULL, verb);
    (void)sd_event_loop(stand.loop);
    _exit(2);
}

static bool is_reaped_and_alone(struct stand *stand, long unused)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    return stand_is_alone(stand, unused);
}

static void kill_an_owner(void **state, bool enter, const char *verb)
{
    struct stand stand = {.folder = "/tmp/fascia-process-XXXXXX"};
    pid_t pids[2];

    if (*state && !stand_make_cgroup(cgroup, sizeof cgroup)) {
        print_message("no cgroup v2 that we may use\n");
        skip();
    }
    /* What becomes an orphan of the owner becomes our child, so that we see all that is left. */
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    assert_non_null(mkdtemp(stand.folder));
    (void)snprintf(stand.file, sizeof stand.file, "%s/said", stand.folder);
    (void)snprintf(stand.token, sizeof stand.token, "STAND=%s", stand.folder);
    assert_int_equal(sd_event_new(&stand.loop), 0);

    pid_t owner = fork();
    if (owner == 0)
        own_for_ever(&stand, *state ? cgroup : NULL, enter, verb);
    read_pids(&stand, pids);
    assert_false(stand_is_gone(&stand, pids[0]));
    assert_false(stand_is_gone(&stand, pids[1]));
    (void)kill(owner, SIGKILL);
    assert_true(stand_until(&stand, stand_is_gone, pids[0]));
    assert_true(stand_until(&stand, stand_is_gone, pids[1]));
    assert_true(stand_until(&stand, is_reaped_and_alone, 0)); /* the guard too */
    if (*state)
        assert_int_equal(rmdir(cgroup), 0);
    stand_close(&stand);
}

static void nothing_of_ours_survives_our_being_killed(void **state)
{
    kill_an_owner(state, false, "group");
}

static void what_left_its_session_does_not_survive_our_being_killed(void **state)
{
    kill_an_owner(state, false, "escape");
}

static void nothing_survives_when_we_live_in_that_cgroup_ourselves(void **state)
{
    kill_an_owner(state, true, "escape");
}

/* In a process of its own, which enters the cgroup; `delegated` like systemd marks it. */
static int take_own_cgroup(bool delegated)
{
    struct stand stand;
    char path[160];

    (void)snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "0", 1) != 1)
        return 1;
    (void)close(fd);
    if (delegated && setxattr(cgroup, "user.delegate", "1", 1, 0) < 0 &&
        setxattr(cgroup, "trusted.delegate", "1", 1, 0) < 0)
        return 77;
    stand_open(&stand, &(struct stand_options){.cgroup = "auto"});
    bool taken = strncmp(process_confinement(stand.set), "cgroup ", 7) == 0;
    (void)snprintf(path, sizeof path, "%s/supervisor", cgroup);
    bool moved = access(path, F_OK) == 0;
    if (taken) {
        (void)stand_start(&stand, NULL, "report");
        (void)snprintf(path, sizeof path, "%s/unit." STAND_NAME, strrchr(cgroup, '/'));
        moved = moved && strstr(stand_value(stand_read(&stand), "0"), path);
    }
    stand_close(&stand);
    (void)snprintf(path, sizeof path, "%s/supervisor", cgroup);
    if (access(path, F_OK) == 0)
        return 2;
    return taken == delegated && moved == delegated ? 0 : 3;
}

static void our_own_cgroup_is_taken_when_it_is_delegated_and_only_then(void **state)
{
    (void)state;

    for (int delegated = 0; delegated < 2; delegated++) {
        int status = 0;

        if (!stand_make_cgroup(cgroup, sizeof cgroup)) {
            print_message("no cgroup v2 that we may use\n");
            skip();
        }
        pid_t pid = fork();
        if (pid == 0)
            _exit(take_own_cgroup(delegated == 1));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(rmdir(cgroup), 0);
        assert_true(WIFEXITED(status));
        if (WEXITSTATUS(status) == 77) {
            print_message("no extended attributes on cgroups\n");
            skip();
        }
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void a_cgroup_that_cannot_be_used_is_no_error_and_says_why(void **state)
{
    static const char *const folders[] = {"/nonexistent/cgroup", "relative", "/proc/self"};
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(folders); i++) {
        struct stand stand;

        stand_open(&stand, &(struct stand_options){.cgroup = folders[i]});
        assert_non_null(strstr(process_confinement(stand.set), "process groups (supervisor.cgroup is"));
        (void)stand_start(&stand, NULL, "wait");
        stand_close(&stand);
    }
}

static void without_the_kernels_help_a_cgroup_is_emptied_all_the_same(void **state)
{
    struct cgroup folder = {.folder = -1};
    struct cgroup_unit unit = CGROUP_UNIT_NONE;
    struct stand stand;
    pid_t pids[2];
    (void)state;

    if (!stand_make_cgroup(cgroup, sizeof cgroup)) {
        print_message("no cgroup v2 that we may use\n");
        skip();
    }
    stand_open(&stand, &(struct stand_options){0});
    char why[128];
    assert_int_equal(cgroup_open(cgroup, &folder, why, sizeof why), 0);
    assert_int_equal(cgroup_unit_open(&folder, "old", &unit), 0);
    (void)close(unit.kill); /* as before Linux 5.14 */
    unit.kill = -1;
    char *argv[] = {(char[]){"child"}, (char[]){"escape"}, stand.file, NULL}, *environment[] = {stand.token, NULL};
    const struct spawn_spec spec = {.path = CHILD, .argv = argv, .environment = environment, .cgroup_fd = unit.folder};
    pid_t pid = 0;
    int pidfd = -1;
    assert_int_equal(spawn(&spec, &pid, &pidfd, NULL), 0);
    read_pids(&stand, pids);
    assert_true(cgroup_unit_is_populated(&unit));
    cgroup_unit_kill(&unit);
    assert_true(stand_until(&stand, stand_is_alone, 0));
    assert_false(cgroup_unit_is_populated(&unit));
    (void)close(pidfd);
    cgroup_unit_close(&folder, &unit);
    cgroup_clear(&folder, 0);
    cgroup_close(&folder);
    close_for(&stand, (void *[]){cgroup});
}

static void controllers_of_the_cgroup_bind_a_unit_as_a_whole(void **state)
{
    const struct spawn_spec few = {.limits.processes = 20}, little = {.limits.memory_mb = 32};
    struct stand stand;

    open_for(&stand, state, false);
    if (!strstr(process_confinement(stand.set), "(pids, memory)")) {
        print_message("no controllers there: %s\n", process_confinement(stand.set));
        close_for(&stand, state);
        skip();
    }
    pid_t pid = stand_start(&stand, &few, "scatter"); /* root is bound too, unlike by RLIMIT_NPROC */
    assert_int_equal(strtol(stand_read(&stand), NULL, 10), 19);
    assert_int_equal(process_kill(stand.set, pid), 0);
    assert_true(stand_until(&stand, stand_has_ended, 1));
    (void)stand_start(&stand, &little, "hungry");
    assert_true(stand_until(&stand, stand_has_ended, 2));
    assert_int_equal(stand.signal, SIGKILL);
    /* The next one has no bound. */
    (void)stand_start(&stand, NULL, "hungry");
    assert_string_equal(stand_read(&stand), "fed");
    close_for(&stand, state);
}

#define BOTH(test)                                                                                                     \
    {#test ", by groups", test, NULL, NULL, NULL},                                                                     \
    {                                                                                                                  \
#test ", by cgroup", test, NULL, NULL, cgroup                                                                  \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_end_is_told_with_its_status_or_signal),
        BOTH(what_is_in_the_group_ends_with_the_main_process),
        BOTH(what_left_the_session_by_a_double_fork_ends_with_the_main_process_and_is_told),
        BOTH(the_end_of_one_unit_touches_nothing_of_another),
        BOTH(what_the_old_process_left_is_killed_and_what_the_new_one_has_is_not),
        BOTH(a_stopped_process_can_be_killed),
        BOTH(one_unit_has_one_process_and_there_is_an_end_to_units),
        BOTH(a_thousand_starts_and_ends_leak_no_descriptor),
        BOTH(a_fork_bomb_is_bounded_and_removed),
        BOTH(a_fork_bomb_of_sessions_is_bounded_and_removed),
        BOTH(a_sweep_leaves_nothing_but_the_guard),
        BOTH(a_guard_that_is_killed_does_no_harm_and_is_made_anew),
        BOTH(nothing_of_ours_survives_our_being_killed),
        BOTH(what_left_its_session_does_not_survive_our_being_killed),
        {"nothing_survives_when_we_live_in_that_cgroup_ourselves",
         nothing_survives_when_we_live_in_that_cgroup_ourselves, NULL, NULL, cgroup},
        {"controllers_of_the_cgroup_bind_a_unit_as_a_whole", controllers_of_the_cgroup_bind_a_unit_as_a_whole, NULL,
         NULL, cgroup},
        cmocka_unit_test(without_the_kernels_help_a_cgroup_is_emptied_all_the_same),
        cmocka_unit_test(our_own_cgroup_is_taken_when_it_is_delegated_and_only_then),
        cmocka_unit_test(a_cgroup_that_cannot_be_used_is_no_error_and_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
