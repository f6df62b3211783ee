/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/process/folder.h"
#include "platform/process/mark.h"
#include "stack/base/cleanup.h"

/* From the fork on only system calls are made: the fork may have caught another thread with a lock of libc in hand. */

#define POLL_NS      2000000L
#define CLEAN_PASSES 2 /* one that executes something at this moment has no environment for an instant */

/* Its own descriptors; everything above is closed. */
enum { FD_OWNER = 3, FD_CGROUP, FDS_ };

/* 0 for what is no number. */
static pid_t to_pid(const char *text)
{
    pid_t pid = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        pid = pid * 10 + (*text - '0');
    return *text == '\0' ? pid : 0;
}

/* By its pidfd, opened before the look: the number may be given to somebody else in between. */
static bool kill_marked(pid_t pid, const char *prefix)
{
    char name[MARK_NAME_SIZE];
    uint64_t instance = 0;

    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        return false;
    bool ours = mark_read(pid, prefix, &instance, name) == 0;
    if (ours)
        (void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    (void)close(pidfd);
    return ours;
}

struct pass {
    const char *prefix;
    int count;
};

static void kill_entry(const char *name, void *userdata)
{
    struct pass *pass = userdata;
    pid_t pid = to_pid(name);

    if (pid > 1 && kill_marked(pid, pass->prefix))
        pass->count++;
}

/* One pass over all processes. Returns how many of ours were found. */
static int kill_pass(const char *prefix)
{
    struct pass pass = {.prefix = prefix};

    (void)folder_each(AT_FDCWD, "/proc", kill_entry, &pass);
    return pass.count;
}

static void kill_all_marked(const char *prefix, int64_t end_us)
{
    const struct timespec pause = {.tv_nsec = POLL_NS};

    for (int clean = 0; clean < CLEAN_PASSES && loop_now_us() < end_us;) {
        clean = kill_pass(prefix) == 0 ? clean + 1 : 0;
        (void)nanosleep(&pause, NULL);
    }
}

/* What it needs to kill other users' processes and to look into them; and nothing more, where we have that. */
static void drop_privileges(void)
{
    const uint32_t needed = 1U << CAP_KILL | 1U << CAP_SYS_PTRACE;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_capget, &header, data) < 0)
        return;
    uint32_t kept = data[0].permitted & needed;
    data[0] = (struct __user_cap_data_struct){.effective = kept, .permitted = kept};
    data[1] = (struct __user_cap_data_struct){0};
    (void)syscall(SYS_capset, &header, data);
}

static void detach(int owner, int *cgroup_folder)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)prctl(PR_SET_NAME, "fasciad-guard", 0, 0, 0);
    (void)setsid();
    (void)!chdir("/"); /* "/" is always there; a warning all the same with _FORTIFY_SOURCE */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void)dup2(null, fd); /* whoever reads our output need not wait for the guard */
    /* Upwards first: one of them may have the number that the other is to get. */
    int high_owner = fcntl(owner, F_DUPFD_CLOEXEC, FDS_);
    int high_cgroup = *cgroup_folder >= 0 ? fcntl(*cgroup_folder, F_DUPFD_CLOEXEC, FDS_) : -1;
    (void)dup2(high_owner, FD_OWNER);
    if (high_cgroup >= 0)
        (void)dup2(high_cgroup, FD_CGROUP);
    else
        (void)close(FD_CGROUP);
    *cgroup_folder = high_cgroup >= 0 ? FD_CGROUP : -1;
    (void)syscall(SYS_close_range, (unsigned int)FDS_, ~0U, 0U);
}

static void guard_main(int owner, const struct cgroup *cgroup, const char *prefix)
{
    struct cgroup own = *cgroup;

    detach(owner, &own.folder);
    drop_privileges();
    struct pollfd end = {.fd = FD_OWNER, .events = POLLIN};
    while (poll(&end, 1, -1) < 0 && errno == EINTR)
        ;
    int64_t end_us = loop_now_us() + GUARD_BOUND_US;
    if (own.folder >= 0)
        cgroup_clear(&own, GUARD_BOUND_US / 2);
    kill_all_marked(prefix, end_us);
}

pid_t guard_start(const struct cgroup *cgroup, const char *prefix)
{
    sigset_t all, before;

    /* Opened here, where it cannot be somebody else's yet. */
    int owner = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (owner < 0)
        return -errno;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* it stays so in the guard: only SIGKILL ends it */
    pid_t pid = fork();
    if (pid == 0) {
        guard_main(owner, cgroup, prefix);
        _exit(0);
    }
    int error = -errno;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)close(owner);
    return pid < 0 ? error : pid;
}

void guard_end(pid_t pid)
{
    if (pid <= 0)
        return;
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
