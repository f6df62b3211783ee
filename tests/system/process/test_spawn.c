/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/base/cleanup.h"
#include "tests/system/process/stand.h"
#include "tests/unit/test.h"

#define ANY UINT32_MAX

static struct account nobody;
static bool is_root, has_nobody;

static int find_nobody(void **state)
{
    (void)state;
    is_root = geteuid() == 0;
    has_nobody = is_root && account_find("nobody", &nobody) == 0;
    return 0;
}

/* From now on the kernel answers call `number` (with this first argument) with an error. Cannot be undone. */
static void refuse(long number, uint32_t argument, int error)
{
    bool any = argument == ANY;
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 any ? offsetof(struct seccomp_data, nr) : offsetof(struct seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, any ? (uint32_t)number : argument, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = FASCIA_ARRAY_SIZE(code), .filter = code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        _exit(99);
}

struct refusal {
    const char *step;
    long call;
    uint32_t argument;
    bool changes_user;
};

/* Runs in a process of its own: what it refuses itself stays refused. */
static int spawn_refused(const struct refusal *refusal)
{
    char *argv[] = {(char[]){"child"}, NULL}, *environment[] = {NULL};
    const struct spawn_spec spec = {
        .path = "/bin/true",
        .argv = argv,
        .environment = environment,
        .account = refusal->changes_user ? &nobody : NULL,
        .cgroup_fd = -1,
    };
    const char *step = NULL;
    pid_t pid = 0;
    int pidfd = -1;

    refuse(refusal->call, refusal->argument, ENOLCK);
    int r = spawn(&spec, &pid, &pidfd, &step);
    if (r != -ENOLCK)
        return 1;
    if (strcmp(step, refusal->step) != 0)
        return 2;
    return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD && pidfd == -1 ? 0 : 3;
}

static void the_step_that_fails_is_named_and_nothing_is_left(void **state)
{
    static const struct refusal refusals[] = {
        {"fork", SYS_clone, ANY, false},
        {"setsid", SYS_setsid, ANY, false},
        {"closing descriptors", SYS_chdir, ANY, false},
        {"setrlimit", SYS_prlimit64, ANY, false},
        {"setgroups", SYS_setgroups, ANY, true},
        {"changing the user", SYS_setresgid, ANY, true},
        {"changing the user", SYS_setresuid, ANY, true},
        {"setting capabilities", SYS_capset, ANY, true},
        {"no_new_privs", SYS_prctl, PR_SET_NO_NEW_PRIVS, false},
        {"parent death signal", SYS_prctl, PR_SET_PDEATHSIG, false},
        {"exec", SYS_execve, ANY, false},
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(refusals); i++) {
        int status = 0;

        if (refusals[i].changes_user && !has_nobody)
            continue;
        pid_t pid = fork();
        if (pid == 0)
            _exit(spawn_refused(&refusals[i]));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            fail_msg("%s: status %d", refusals[i].step, status);
    }
}

static int try_spawn(const char *path, int cgroup_fd, int oom_score_adj, const char **ret_step)
{
    char *argv[] = {(char[]){"child"}, NULL}, *environment[] = {NULL};
    const struct spawn_spec spec = {
        .path = path,
        .argv = argv,
        .environment = environment,
        .oom_score_adj = oom_score_adj,
        .cgroup_fd = cgroup_fd,
    };
    pid_t pid = 0;
    int pidfd = -1;

    int r = spawn(&spec, &pid, &pidfd, ret_step);
    if (r == 0) {
        (void)close(pidfd);
        (void)waitpid(pid, NULL, 0);
    }
    return r;
}

static void a_program_that_cannot_be_executed_says_why_and_leaves_no_zombie(void **state)
{
    const char *step = NULL;
    (void)state;

    assert_int_equal(try_spawn("/nonexistent/program", -1, 0, &step), -ENOENT);
    assert_string_equal(step, "exec");
    assert_int_equal(try_spawn("/etc/passwd", -1, 0, &step), -EACCES);
    assert_string_equal(step, "exec");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void a_score_that_the_kernel_does_not_know_is_an_error(void **state)
{
    const char *step = NULL;
    (void)state;

    assert_int_equal(try_spawn("/bin/true", -1, 5000, &step), -EINVAL);
    assert_string_equal(step, "oom_score_adj");
}

static void a_folder_that_is_no_cgroup_is_an_error(void **state)
{
    const char *step = NULL;
    (void)state;

    int folder = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(try_spawn("/bin/true", folder, 0, &step), -ENOENT);
    assert_string_equal(step, "joining the cgroup");
    (void)close(folder);
}

static void a_child_holds_nothing_of_ours(void **state)
{
    struct stand stand;
    (void)state;

    int leaked = fcntl(STDERR_FILENO, F_DUPFD, 50); /* without close-on-exec */
    assert_true(leaked >= 50);
    stand_open(&stand, &(struct stand_options){0});
    (void)stand_start(&stand, NULL, "report");
    const char *text = stand_read(&stand);
    assert_string_equal(stand_value(text, "highest"), "2");
    assert_string_equal(stand_value(text, "stdin"), "/dev/null");
    assert_string_equal(stand_value(text, "leads"), "1");
    assert_string_equal(stand_value(text, "cwd"), "/");
    assert_string_equal(stand_value(text, "umask"), "77");
    assert_string_equal(stand_value(text, "core"), "0");
    assert_string_equal(stand_value(text, "NoNewPrivs"), "1");
    assert_true(stand_until(&stand, stand_has_ended, 1));
    assert_int_equal(stand.code, 0);
    assert_int_equal(stand.signal, 0);
    stand_close(&stand);
    (void)close(leaked);
}

static void a_child_has_default_signals_and_we_keep_ours(void **state)
{
    struct stand stand;
    sigset_t blocked, before, after;
    (void)state;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    stand_open(&stand, &(struct stand_options){0});
    (void)sigprocmask(SIG_SETMASK, NULL, &before);
    (void)stand_start(&stand, NULL, "report");
    (void)sigprocmask(SIG_SETMASK, NULL, &after);
    for (int n = 1; n < NSIG; n++)
        assert_int_equal(sigismember(&before, n), sigismember(&after, n));
    struct sigaction action = {0};
    (void)sigaction(SIGPIPE, NULL, &action);
    assert_true(action.sa_handler == SIG_IGN);

    const char *text = stand_read(&stand);
    assert_string_equal(stand_value(text, "SigBlk"), "0000000000000000");
    assert_string_equal(stand_value(text, "SigIgn"), "0000000000000000");
    stand_close(&stand);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

static void limits_and_score_are_those_of_the_specification(void **state)
{
    const struct spawn_spec spec = {
        .limits = {.processes = 321, .memory_mb = 256, .files = 77},
        .oom_score_adj = 123,
    };
    struct stand stand;
    (void)state;

    stand_open(&stand, &(struct stand_options){0});
    (void)stand_start(&stand, &spec, "report");
    const char *text = stand_read(&stand);
    assert_string_equal(stand_value(text, "files"), "77");
    assert_string_equal(stand_value(text, "processes"), "321");
    assert_string_equal(stand_value(text, "memory"), "268435456");
    assert_string_equal(stand_value(text, "oom"), "123");
    stand_close(&stand);
}

static void a_child_that_asks_for_more_than_its_memory_is_refused(void **state)
{
    const struct spawn_spec spec = {.limits.memory_mb = 32};
    struct stand stand;
    (void)state;

    stand_open(&stand, &(struct stand_options){0});
    (void)stand_start(&stand, &spec, "hungry");
    assert_string_equal(stand_read(&stand), "refused");
    stand_close(&stand);
}

/* As non-root, or with a lower hard limit of our own: nothing to raise. */
static int ask_for_more_files(void)
{
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, (char[]){"exit $(ulimit -Hn)"}, NULL}, *environment[] = {NULL};
    const struct rlimit low = {60, 60};
    const struct spawn_spec spec = {
        .path = "/bin/sh",
        .argv = argv,
        .environment = environment,
        .limits.files = 100,
        .cgroup_fd = -1,
    };
    pid_t pid = 0;
    int pidfd = -1, status = 0;

    if (setrlimit(RLIMIT_NOFILE, &low) < 0 || (has_nobody && setuid(nobody.uid) < 0))
        return 1;
    if (spawn(&spec, &pid, &pidfd, NULL) != 0 || waitpid(pid, &status, 0) != pid)
        return 2;
    return WIFEXITED(status) && WEXITSTATUS(status) == 60 ? 0 : 3;
}

static void a_limit_above_our_own_leaves_ours_in_force(void **state)
{
    int status = 0;
    (void)state;

    if (is_root && !has_nobody) {
        print_message("needs an account nobody\n");
        skip();
    }
    pid_t pid = fork();
    if (pid == 0)
        _exit(ask_for_more_files());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

struct second_thread {
    pthread_barrier_t started, over;
    uid_t uid;
};

static void *look_at_uid(void *argument)
{
    struct second_thread *second = argument;

    (void)pthread_barrier_wait(&second->started);
    (void)pthread_barrier_wait(&second->over);
    second->uid = (uid_t)syscall(SYS_geteuid);
    return NULL;
}

static void a_child_changes_its_user_and_no_thread_of_ours(void **state)
{
    const struct spawn_spec spec = {.account = &nobody, .capabilities = UINT64_C(1) << 12};
    struct second_thread second = {.uid = 1};
    struct stand stand;
    pthread_t thread;
    char uid[64];
    (void)state;

    if (!has_nobody) {
        print_message("needs root and an account nobody\n");
        skip();
    }
    (void)pthread_barrier_init(&second.started, NULL, 2);
    (void)pthread_barrier_init(&second.over, NULL, 2);
    assert_int_equal(pthread_create(&thread, NULL, look_at_uid, &second), 0);
    (void)pthread_barrier_wait(&second.started);
    stand_open(&stand, &(struct stand_options){0});
    (void)stand_start(&stand, &spec, "report");
    (void)pthread_barrier_wait(&second.over);
    (void)pthread_join(thread, NULL);
    assert_int_equal(second.uid, 0);
    assert_int_equal(geteuid(), 0);

    const char *text = stand_read(&stand);
    (void)snprintf(uid, sizeof uid, "%u\t%u\t%u\t%u", nobody.uid, nobody.uid, nobody.uid, nobody.uid);
    assert_string_equal(stand_value(text, "Uid"), uid);
    assert_string_equal(stand_value(text, "CapEff"), "0000000000001000");
    assert_string_equal(stand_value(text, "CapBnd"), "0000000000001000");
    stand_close(&stand);
}

/* In a process of its own: without clone3 the child has to go to its cgroup by itself. */
static int spawn_without_clone3(const char *cgroup)
{
    struct stand stand;
    char line[160];

    refuse(SYS_clone3, ANY, ENOSYS);
    stand_open(&stand, &(struct stand_options){.cgroup = cgroup});
    (void)stand_start(&stand, NULL, "report");
    (void)snprintf(line, sizeof line, "%s/unit." STAND_NAME, strrchr(cgroup, '/'));
    bool inside = strstr(stand_value(stand_read(&stand), "0"), line) != NULL;
    stand_close(&stand);
    return inside ? 0 : 1;
}

static void an_old_kernel_is_no_obstacle_to_a_cgroup(void **state)
{
    char cgroup[128];
    int status = 0;
    (void)state;

    if (!stand_make_cgroup(cgroup, sizeof cgroup)) {
        print_message("no cgroup v2 that we may use\n");
        skip();
    }
    pid_t pid = fork();
    if (pid == 0)
        _exit(spawn_without_clone3(cgroup));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    stand_remove_cgroup(cgroup);
    assert_int_equal(status, 0);
}

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
}

static void a_cgroup_that_was_emptied_by_force_still_takes_a_child(void **state)
{
    char cgroup[128], file[160];
    const char *step = NULL;
    (void)state;

    if (!stand_make_cgroup(cgroup, sizeof cgroup)) {
        print_message("no cgroup v2 that we may use\n");
        skip();
    }
    (void)snprintf(file, sizeof file, "%s/cgroup.kill", cgroup);
    if (access(file, F_OK) < 0) {
        print_message("no cgroup.kill before Linux 5.14\n");
        stand_remove_cgroup(cgroup);
        skip();
    }
    write_to(file, "1");
    int folder = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *argv[] = {(char[]){"child"}, (char[]){"wait"}, (char[]){"/dev/null/none"}, NULL}, *environment[] = {NULL};
    const struct spawn_spec spec = {.path = CHILD, .argv = argv, .environment = environment, .cgroup_fd = folder};
    pid_t pid = 0;
    int pidfd = -1, status = 0;
    assert_int_equal(spawn(&spec, &pid, &pidfd, &step), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status)); /* 90: it could not write; the point is that it ran */
    (void)close(pidfd);
    (void)close(folder);
    stand_remove_cgroup(cgroup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_step_that_fails_is_named_and_nothing_is_left),
        cmocka_unit_test(a_program_that_cannot_be_executed_says_why_and_leaves_no_zombie),
        cmocka_unit_test(a_score_that_the_kernel_does_not_know_is_an_error),
        cmocka_unit_test(a_folder_that_is_no_cgroup_is_an_error),
        cmocka_unit_test(a_child_holds_nothing_of_ours),
        cmocka_unit_test(a_child_has_default_signals_and_we_keep_ours),
        cmocka_unit_test(limits_and_score_are_those_of_the_specification),
        cmocka_unit_test(a_child_that_asks_for_more_than_its_memory_is_refused),
        cmocka_unit_test(a_limit_above_our_own_leaves_ours_in_force),
        cmocka_unit_test(a_child_changes_its_user_and_no_thread_of_ours),
        cmocka_unit_test(an_old_kernel_is_no_obstacle_to_a_cgroup),
        cmocka_unit_test(a_cgroup_that_was_emptied_by_force_still_takes_a_child),
    };

    return cmocka_run_group_tests(tests, find_nobody, NULL);
}
