/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/process.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/process/children.h"

#define CHILDREN_MAX  256 /* looked at in one round; a round with more is followed by another */
#define SWEEP_POLL_NS 20000000L

struct process {
    struct process_set *set;
    pid_t pid; /* 0 = free */
    int pidfd;
    char mark[64];
    sd_event_source *source;
};

struct process_set {
    sd_event *loop;
    process_end_fn fn;
    void *userdata;
    sd_event_source *orphans; /* SIGCHLD */
    struct process processes[PROCESS_MAX];
};

/* Index of a main process; -1 when it is none of ours. */
static int find(const struct process_set *set, pid_t pid)
{
    for (int i = 0; i < PROCESS_MAX; i++) {
        if (pid > 0 && set->processes[i].pid == pid)
            return i;
    }
    return -1;
}

static void forget(struct process *process)
{
    process->source = loop_source_free(process->source);
    if (process->pidfd >= 0)
        (void)close(process->pidfd);
    process->pidfd = -1;
    process->pid = 0;
}

static void kill_escaped(struct process_set *set, const char *mark)
{
    pid_t pids[CHILDREN_MAX];
    ssize_t count = children_list(pids, CHILDREN_MAX);

    for (ssize_t i = 0; i < count && i < CHILDREN_MAX; i++) {
        if (find(set, pids[i]) < 0 && children_has_environment(pids[i], mark))
            (void)kill(pids[i], SIGKILL);
    }
}

/* Handles the end of a main process if it has ended. */
static void try_end(struct process *process)
{
    struct process_set *set = process->set;
    siginfo_t info = {0};
    pid_t pid = process->pid;
    char mark[sizeof process->mark];

    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid != pid)
        return;
    /* As long as it is not reaped nobody else can have its number, as process or as group. */
    (void)kill(-pid, SIGKILL);
    (void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
    memcpy(mark, process->mark, sizeof mark);
    forget(process);
    kill_escaped(set, mark);

    bool exited = info.si_code == CLD_EXITED;
    set->fn(pid, exited ? info.si_status : 0, exited ? 0 : info.si_status, set->userdata);
}

static int on_pidfd(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source;
    (void)fd;
    (void)events;
    try_end(userdata);
    return 0;
}

/* Orphans that ended. A main process met on the way is handled like from its pidfd. */
static void reap_orphans(struct process_set *set)
{
    for (;;) {
        siginfo_t info = {0};

        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
            return;
        int i = find(set, info.si_pid);
        if (i >= 0)
            try_end(&set->processes[i]);
        else
            (void)waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
    }
}

static int on_sigchld(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    (void)source;
    (void)info;
    reap_orphans(userdata);
    return 0;
}

int process_set_new(sd_event *loop, process_end_fn fn, void *userdata, struct process_set **ret_set)
{
    _cleanup_(process_set_free) struct process_set *set = calloc(1, sizeof *set);
    sigset_t child;

    if (!set)
        return -ENOMEM;
    set->loop = sd_event_ref(loop);
    set->fn = fn;
    set->userdata = userdata;
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        set->processes[i].set = set;
        set->processes[i].pidfd = -1;
    }
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 || sigprocmask(SIG_BLOCK, &child, NULL) < 0)
        return -errno;
    int r = sd_event_add_signal(loop, &set->orphans, SIGCHLD, on_sigchld, set);
    if (r < 0)
        return r;
    *ret_set = FASCIA_STEAL(set);
    return 0;
}

void process_set_free(struct process_set *set)
{
    if (!set)
        return;
    (void)process_sweep(set, 2000000);
    for (size_t i = 0; i < PROCESS_MAX; i++)
        forget(&set->processes[i]);
    set->orphans = loop_source_free(set->orphans);
    sd_event_unref(set->loop);
    free(set);
}

static int watch(struct process *process)
{
    process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
    if (process->pidfd < 0)
        return -errno;
    int r = loop_io_new(process->set->loop, process->pidfd, EPOLLIN, on_pidfd, process, &process->source);
    if (r < 0)
        return r;
    /* After the notify socket: the last words of a process are heard before its end. */
    return sd_event_source_set_priority(process->source, SD_EVENT_PRIORITY_IMPORTANT + 1);
}

int process_start(struct process_set *set, const struct spawn_spec *spec, const char *mark, pid_t *ret_pid,
                  const char **ret_step)
{
    struct process *process = NULL;

    for (size_t i = 0; i < PROCESS_MAX && !process; i++) {
        if (set->processes[i].pid == 0)
            process = &set->processes[i];
    }
    if (!process || strlen(mark) >= sizeof process->mark)
        return -E2BIG;
    int r = spawn(spec, &process->pid, ret_step);
    if (r < 0)
        return r;
    memcpy(process->mark, mark, strlen(mark) + 1);
    pid_t pid = process->pid;
    r = watch(process);
    if (r < 0) {
        (void)kill(-pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        forget(process);
        return r;
    }
    *ret_pid = pid;
    return 0;
}

int process_signal(struct process_set *set, pid_t pid, int signal)
{
    if (find(set, pid) < 0)
        return -ESRCH;
    return kill(pid, signal) < 0 ? -errno : 0;
}

int process_kill_group(struct process_set *set, pid_t pid)
{
    if (find(set, pid) < 0)
        return -ESRCH;
    return kill(-pid, SIGKILL) < 0 ? -errno : 0;
}

pid_t process_main_of(const struct process_set *set, pid_t pid)
{
    if (pid <= 0)
        return 0;
    if (find(set, pid) >= 0)
        return pid;
    pid_t group = getpgid(pid);
    return group > 0 && find(set, group) >= 0 ? group : 0;
}

/* One round: kill whatever is there, and reap what has ended. Returns how many children were found. */
static ssize_t sweep_round(struct process_set *set, size_t *killed)
{
    pid_t pids[CHILDREN_MAX];
    ssize_t count = children_list(pids, CHILDREN_MAX);

    for (ssize_t i = 0; i < count && i < CHILDREN_MAX; i++) {
        int own = find(set, pids[i]);
        siginfo_t info = {0};

        if (own >= 0)
            (void)kill(-pids[i], SIGKILL);
        if (waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
            (void)kill(pids[i], SIGKILL);
            *killed += own >= 0 ? 0 : 1;
        } else {
            (void)waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOHANG);
            if (own >= 0)
                forget(&set->processes[own]);
        }
    }
    return count;
}

size_t process_sweep(struct process_set *set, int64_t bound_us)
{
    const struct timespec pause = {.tv_nsec = SWEEP_POLL_NS};
    int64_t end = loop_now_us() + bound_us;
    size_t killed = 0;
    sigset_t child;

    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    while (sweep_round(set, &killed) > 0 && loop_now_us() < end)
        (void)sigtimedwait(&child, NULL, &pause); /* SIGCHLD is blocked: an end wakes us at once */
    return killed;
}
