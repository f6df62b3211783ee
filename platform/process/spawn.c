/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/base/cleanup.h"

/* Between fork and exec only system calls are made: no allocation, no stdio, no name service. */

enum step {
    STEP_FORK,
    STEP_SESSION,
    STEP_FILES,
    STEP_LIMITS,
    STEP_GROUPS,
    STEP_USER,
    STEP_CAPABILITIES,
    STEP_PRIVILEGES,
    STEP_PARENT,
    STEP_EXEC,
    STEPS_
};

static const char *const step_names[STEPS_] = {
    [STEP_FORK] = "fork",
    [STEP_SESSION] = "setsid",
    [STEP_FILES] = "closing descriptors",
    [STEP_LIMITS] = "setrlimit",
    [STEP_GROUPS] = "setgroups",
    [STEP_USER] = "changing the user",
    [STEP_CAPABILITIES] = "setting capabilities",
    [STEP_PRIVILEGES] = "no_new_privs",
    [STEP_PARENT] = "parent death signal",
    [STEP_EXEC] = "exec",
};

struct failure {
    int error;
    enum step step;
};

static void reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int n = 1; n < NSIG; n++)
        (void)sigaction(n, &action, NULL); /* fails for SIGKILL, SIGSTOP and libc's own */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int detach_files(void)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        return -errno;
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return 0;
    /* Before Linux 5.11: all of ours are close-on-exec anyway; this catches what a library left open. */
    for (int fd = 3; fd < 1024; fd++)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return 0;
}

static int set_capabilities(uint64_t mask)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    for (unsigned int i = 0; i < FASCIA_ARRAY_SIZE(data); i++) {
        uint32_t part = (uint32_t)(mask >> (32 * i));
        data[i] = (struct __user_cap_data_struct){.effective = part, .permitted = part, .inheritable = part};
    }
    if (syscall(SYS_capset, &header, data) < 0)
        return -errno;
    /* Ambient, so that an ordinary executable has them after exec. */
    for (unsigned long n = 0; n < 64; n++) {
        if ((mask & (UINT64_C(1) << n)) != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, n, 0, 0) < 0)
            return -errno;
    }
    return 0;
}

static int change_user(const struct spawn_spec *spec, enum step *step)
{
    const struct account *account = spec->account;

    /* What is not in the bounding set can never come back, not even by a set-user-ID program. */
    for (unsigned long n = 0; n <= CAP_LAST_CAP; n++) {
        if ((spec->capabilities & (UINT64_C(1) << n)) == 0)
            (void)prctl(PR_CAPBSET_DROP, n, 0, 0, 0); /* a kernel may know fewer capabilities than its header */
    }
    *step = STEP_GROUPS;
    if (setgroups(account->groups_count, account->groups) < 0)
        return -errno;
    *step = STEP_USER;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresgid(account->gid, account->gid, account->gid) < 0 ||
        setresuid(account->uid, account->uid, account->uid) < 0)
        return -errno;
    *step = STEP_CAPABILITIES;
    return set_capabilities(spec->capabilities);
}

/* Returns only when something failed, with a negative errno. */
static int become(const struct spawn_spec *spec, pid_t parent, enum step *step)
{
    static const struct rlimit no_core = {0, 0};

    reset_signals();
    *step = STEP_SESSION;
    if (setsid() < 0)
        return -errno;
    *step = STEP_FILES;
    int r = detach_files();
    if (r < 0 || chdir("/") < 0)
        return r < 0 ? r : -errno;
    (void)umask(077);
    *step = STEP_LIMITS;
    if (setrlimit(RLIMIT_CORE, &no_core) < 0) /* a core file of a service holds keys */
        return -errno;
    if (spec->account) {
        r = change_user(spec, step);
        if (r < 0)
            return r;
    }
    *step = STEP_PRIVILEGES;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    /* A change of credentials clears it, so it comes last; the parent may have ended before it was set. */
    *step = STEP_PARENT;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -errno;
    if (getppid() != parent)
        return -ECHILD;
    *step = STEP_EXEC;
    (void)execve(spec->path, spec->argv, spec->environment);
    return -errno;
}

/* 0 at the end of file: exec closed the other end. */
static int read_failure(int fd, struct failure *ret_failure)
{
    struct failure failure = {0};
    ssize_t n;

    do
        n = read(fd, &failure, sizeof failure);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof failure)
        return 0;
    *ret_failure = failure;
    return failure.error;
}

int spawn(const struct spawn_spec *spec, pid_t *ret_pid, const char **ret_step)
{
    struct failure failure = {.step = STEP_FORK};
    int pipe_fds[2] = {-1, -1};
    pid_t parent = getpid();

    if (ret_step)
        *ret_step = step_names[STEP_FORK];
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return -errno;

    pid_t pid = fork();
    if (pid < 0) {
        int error = -errno;
        (void)close(pipe_fds[0]);
        (void)close(pipe_fds[1]);
        return error;
    }
    if (pid == 0) {
        failure.error = -become(spec, parent, &failure.step);
        ssize_t n = write(pipe_fds[1], &failure, sizeof failure);
        _exit(n == (ssize_t)sizeof failure ? 127 : 126);
    }

    (void)close(pipe_fds[1]);
    int error = read_failure(pipe_fds[0], &failure);
    (void)close(pipe_fds[0]);
    if (error != 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        if (ret_step && (unsigned int)failure.step < STEPS_)
            *ret_step = step_names[failure.step];
        return -error;
    }
    *ret_pid = pid;
    return 0;
}
