/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/process.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/process/cgroup.h"
#include "platform/process/children.h"
#include "platform/process/guard.h"
#include "platform/process/mark.h"
#include "stack/base/text.h"

#define CHILDREN_MAX      256 /* looked at in one round; a round with more is followed by another */
#define SWEEP_POLL_NS     20000000L
#define CLEAR_BOUND_US    1000000
#define GUARD_INTERVAL_US 1000000

struct process {
    struct process_set *set;
    char name[PROCESS_NAME_SIZE]; /* kept with the cgroup for the unit's next process; "" = never used */
    uint64_t instance, next_instance;
    pid_t pid;   /* 0 = none */
    pid_t group; /* the last pid: the number of its process group */
    int pidfd;
    bool late; /* it has ended, but a tracer keeps it from us: SIGCHLD tells when it is ours */
    sd_event_source *source;
    struct cgroup_unit cgroup;
    unsigned int escaped; /* killed and not told yet */
};

struct process_set {
    sd_event *loop;
    process_end_fn on_end;
    process_escaped_fn on_escaped;
    void *userdata;
    sd_event_source *orphans;   /* SIGCHLD */
    sd_event_source *later;     /* what a restart need not wait for */
    bool hunt;                  /* look for what escaped */
    pid_t killed[CHILDREN_MAX]; /* orphans that we killed and have not reaped: each counts once */
    struct cgroup cgroup;
    char confinement[CGROUP_PATH_SIZE + 128];
    char prefix[MARK_PREFIX_SIZE], mark[MARK_SIZE];
    uint64_t instances;
    bool wants_guard;
    pid_t guard;
    int64_t guard_us; /* when it was made */
    sd_event_source *guard_timer;
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

static int find_name(const struct process_set *set, const char *name)
{
    for (int i = 0; i < PROCESS_MAX; i++) {
        if (strcmp(set->processes[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* The place of a unit: the one that it has, an unused one, or that of a unit which has no process. */
static struct process *take_place(struct process_set *set, const char *name)
{
    if (name[0] == '\0' || strlen(name) >= PROCESS_NAME_SIZE)
        return NULL;
    int i = find_name(set, name);
    if (i >= 0)
        return &set->processes[i];
    i = find_name(set, "");
    for (int n = 0; i < 0 && n < PROCESS_MAX; n++) {
        if (set->processes[n].pid == 0)
            i = n;
    }
    if (i < 0)
        return NULL;
    struct process *process = &set->processes[i];
    cgroup_unit_close(&set->cgroup, &process->cgroup);
    memcpy(process->name, name, strlen(name) + 1);
    process->instance = 0;
    process->escaped = 0;
    return process;
}

static void close_pidfd(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

static void forget(struct process *process)
{
    process->source = loop_source_free(process->source);
    close_pidfd(process->pidfd);
    process->pidfd = -1;
    process->pid = 0;
    process->late = false;
}

static void do_later(struct process_set *set)
{
    (void)sd_event_source_set_enabled(set->later, SD_EVENT_ONESHOT);
}

/* True when this one was not among the killed before. A full list counts none. */
static bool note_killed(struct process_set *set, pid_t pid)
{
    pid_t *place = NULL;

    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        if (set->killed[i] == pid)
            return false;
        if (set->killed[i] == 0 && !place)
            place = &set->killed[i];
    }
    if (place)
        *place = pid;
    return place != NULL;
}

static void note_reaped(struct process_set *set, pid_t pid)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        if (set->killed[i] == pid)
            set->killed[i] = 0;
    }
}

/* Counts those in a unit's cgroup that left its process group and kills all. A zombie is not in it any more. */
static void empty_cgroup(struct process *process)
{
    pid_t pids[CHILDREN_MAX];

    if (process->cgroup.folder < 0 || !cgroup_unit_is_populated(&process->cgroup))
        return;
    ssize_t count = cgroup_unit_list(&process->cgroup, pids, CHILDREN_MAX);
    for (ssize_t i = 0; i < count && i < CHILDREN_MAX; i++) {
        if (pids[i] > 0 && getpgid(pids[i]) != process->group && note_killed(process->set, pids[i]))
            process->escaped++;
    }
    cgroup_unit_kill(&process->cgroup);
}

/*
 * The way from the end of a process to its next start: as few system calls as there can be. As long as it is not reaped
 * nobody else can have its number, as process or as group.
 */
static void end(struct process *process)
{
    struct process_set *set = process->set;
    siginfo_t info = {0};
    pid_t pid = process->pid;

    if (process->cgroup.folder >= 0)
        empty_cgroup(process);
    else
        (void)kill(-pid, SIGKILL);
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) < 0 || info.si_pid != pid) {
        process->late = true;
        (void)sd_event_source_set_enabled(process->source, SD_EVENT_OFF);
        return;
    }
    sd_event_source *source = FASCIA_STEAL(process->source);
    int pidfd = process->pidfd;
    process->pidfd = -1;
    forget(process);
    set->hunt = true;
    do_later(set);

    bool exited = info.si_code == CLD_EXITED;
    set->on_end(pid, exited ? info.si_status : 0, exited ? 0 : info.si_status, set->userdata);
    (void)loop_source_free(source);
    close_pidfd(pidfd);
}

static int on_pidfd(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source, (void)fd, (void)events;
    end(userdata);
    return 0;
}

static bool is_living(const struct process_set *set, uint64_t instance)
{
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        if (set->processes[i].pid > 0 && set->processes[i].instance == instance)
            return true;
    }
    return false;
}

/* Was it in the group of a main process? Such a number is not given to another group as long as the group has a
 * member. */
static bool is_group(const struct process_set *set, pid_t group)
{
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        if (group > 0 && set->processes[i].group == group)
            return true;
    }
    return false;
}

static void hunt_one(struct process_set *set, pid_t pid)
{
    char name[MARK_NAME_SIZE];
    uint64_t instance = 0;

    if (pid == set->guard || find(set, pid) >= 0)
        return;
    if (mark_read(pid, set->prefix, &instance, name) < 0 || is_living(set, instance))
        return;
    pid_t group = getpgid(pid);
    (void)kill(pid, SIGKILL);
    int i = find_name(set, name);
    if (note_killed(set, pid) && i >= 0 && !is_group(set, group))
        set->processes[i].escaped++;
}

/* Our orphans that belong to a process which has ended. What they leave behind becomes ours when they are reaped, and
 * is looked for then. */
static void hunt(struct process_set *set)
{
    pid_t pids[CHILDREN_MAX];

    set->hunt = false;
    if (set->cgroup.folder >= 0)
        return;
    ssize_t count = children_list(pids, CHILDREN_MAX);
    for (ssize_t i = 0; i < count && i < CHILDREN_MAX; i++)
        hunt_one(set, pids[i]);
}

/* One that keeps ending is not made more often than once per interval. */
static void make_guard(struct process_set *set)
{
    int64_t now_us = loop_now_us();

    if (!set->wants_guard || set->guard > 0)
        return;
    if (set->guard_us != 0 && now_us - set->guard_us < GUARD_INTERVAL_US) {
        (void)loop_timer_arm(set->guard_timer, set->guard_us + GUARD_INTERVAL_US - now_us);
        return;
    }
    pid_t pid = guard_start(&set->cgroup, set->prefix);
    set->guard = pid > 0 ? pid : 0;
    set->guard_us = now_us;
    if (set->guard == 0)
        (void)loop_timer_arm(set->guard_timer, GUARD_INTERVAL_US);
}

static int on_guard_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source, (void)usec;
    make_guard(userdata);
    return 0;
}

/*
 * Orphans that ended, and the guard. A main process is left to its pidfd, which comes after the notify socket: the last
 * words of a process are heard before its end. What is behind it in the kernel's list is reaped after it.
 */
static void reap(struct process_set *set)
{
    for (;;) {
        siginfo_t info = {0};

        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
            return;
        int i = find(set, info.si_pid);
        if (i >= 0 && !set->processes[i].late)
            return;
        if (i >= 0) {
            end(&set->processes[i]);
            continue;
        }
        (void)waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
        note_reaped(set, info.si_pid);
        if (info.si_pid == set->guard)
            set->guard = 0;
        set->hunt = true;
        do_later(set);
    }
}

static int on_later(sd_event_source *source, void *userdata)
{
    struct process_set *set = userdata;
    (void)source;

    reap(set);
    if (set->hunt)
        hunt(set);
    make_guard(set);
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        unsigned int count = set->processes[i].escaped;

        set->processes[i].escaped = 0;
        if (count > 0 && set->on_escaped)
            set->on_escaped(set->processes[i].name, count, set->userdata);
    }
    return 0;
}

static int on_sigchld(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    (void)source, (void)info;
    reap(userdata);
    return 0;
}

static void open_confinement(struct process_set *set, const char *choice)
{
    char why[128];
    const struct cgroup *cgroup = &set->cgroup;

    if (cgroup_open(choice ? choice : "auto", &set->cgroup, why, sizeof why) < 0) {
        (void)snprintf(set->confinement, sizeof set->confinement, "process groups (%s)", why);
        return;
    }
    (void)snprintf(set->confinement, sizeof set->confinement, "cgroup %s%s%s%s%s", cgroup->path,
                   cgroup->pids || cgroup->memory ? " (" : "", cgroup->pids ? "pids" : "",
                   cgroup->pids && cgroup->memory ? ", " : "",
                   cgroup->memory ? "memory)"
                   : cgroup->pids ? ")"
                                  : " (no controllers)");
}

static int open_sources(struct process_set *set)
{
    int r = sd_event_add_signal(set->loop, &set->orphans, SIGCHLD, on_sigchld, set);
    if (r < 0)
        return r;
    r = loop_timer_new(set->loop, on_guard_timer, set, &set->guard_timer);
    if (r < 0)
        return r;
    r = sd_event_add_defer(set->loop, &set->later, on_later, set);
    if (r < 0)
        return r;
    r = sd_event_source_set_enabled(set->later, SD_EVENT_OFF);
    if (r < 0)
        return r;
    return sd_event_source_set_priority(set->later, SD_EVENT_PRIORITY_NORMAL + 1);
}

int process_set_new(sd_event *loop, const struct process_options *options, process_end_fn on_end,
                    process_escaped_fn on_escaped, void *userdata, struct process_set **ret_set)
{
    _cleanup_(process_set_free) struct process_set *set = calloc(1, sizeof *set);
    sigset_t child;

    if (!set)
        return -ENOMEM;
    set->loop = sd_event_ref(loop);
    set->on_end = on_end;
    set->on_escaped = on_escaped;
    set->userdata = userdata;
    set->cgroup.folder = -1;
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        set->processes[i].set = set;
        set->processes[i].pidfd = -1;
        set->processes[i].cgroup = CGROUP_UNIT_NONE;
    }
    int r = mark_init(set->prefix);
    if (r < 0)
        return r;
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 || sigprocmask(SIG_BLOCK, &child, NULL) < 0)
        return -errno;
    open_confinement(set, options->cgroup);
    r = open_sources(set);
    if (r < 0)
        return r;
    set->wants_guard = options->guard;
    make_guard(set);
    *ret_set = FASCIA_STEAL(set);
    return 0;
}

const char *process_confinement(const struct process_set *set)
{
    return set->confinement;
}

pid_t process_guard(const struct process_set *set)
{
    return set->guard;
}

void process_set_free(struct process_set *set)
{
    if (!set)
        return;
    (void)process_sweep(set, 2000000);
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        forget(&set->processes[i]);
        cgroup_unit_close(&set->cgroup, &set->processes[i].cgroup);
    }
    guard_end(set->guard); /* it sits in our cgroup, so before that goes */
    if (set->cgroup.folder >= 0)
        cgroup_clear(&set->cgroup, CLEAR_BOUND_US);
    cgroup_close(&set->cgroup);
    set->orphans = loop_source_free(set->orphans);
    set->later = loop_source_free(set->later);
    set->guard_timer = loop_source_free(set->guard_timer);
    sd_event_unref(set->loop);
    free(set);
}

static int watch(struct process *process)
{
    int r = loop_io_new(process->set->loop, process->pidfd, EPOLLIN, on_pidfd, process, &process->source);
    if (r < 0)
        return r;
    /* After the notify socket: the last words of a process are heard before its end. */
    return sd_event_source_set_priority(process->source, SD_EVENT_PRIORITY_IMPORTANT + 1);
}

/* Its cgroup, with its limits; those that are left in `limits` are for the process itself. */
static int confine(struct process *process, struct supervisor_limits *limits)
{
    const struct cgroup *cgroup = &process->set->cgroup;

    if (cgroup->folder < 0)
        return 0;
    if (process->cgroup.used_up)
        cgroup_unit_close(cgroup, &process->cgroup);
    if (process->cgroup.folder < 0) {
        int r = cgroup_unit_open(cgroup, process->name, &process->cgroup);
        if (r < 0)
            return r;
    }
    return cgroup_unit_limit(cgroup, &process->cgroup, limits);
}

int process_start(struct process_set *set, const struct spawn_spec *spec, const char *name, pid_t *ret_pid,
                  const char **ret_step)
{
    struct process *process = take_place(set, name);
    struct spawn_spec own = *spec;

    if (!process)
        return -E2BIG;
    if (process->pid > 0)
        return -EEXIST;
    if (ret_step)
        *ret_step = "making the cgroup";
    int r = confine(process, &own.limits);
    if (r < 0)
        return r;
    own.cgroup_fd = process->cgroup.folder;
    r = spawn(&own, &process->pid, &process->pidfd, ret_step);
    if (r < 0) {
        /* Somebody may have taken it away: the next attempt makes it anew. */
        cgroup_unit_close(&set->cgroup, &process->cgroup);
        return r;
    }
    process->instance = process->next_instance;
    process->group = process->pid;
    r = watch(process);
    if (r < 0) {
        (void)process_kill(set, process->pid);
        (void)waitpid(process->pid, NULL, 0);
        forget(process);
        return r;
    }
    *ret_pid = process->pid;
    return 0;
}

const char *process_mark(struct process_set *set, const char *name)
{
    struct process *process = take_place(set, name);

    set->instances++;
    if (process)
        process->next_instance = set->instances;
    mark_format(set->mark, set->prefix, set->instances, name);
    return set->mark;
}

int process_signal(struct process_set *set, pid_t pid, int signal)
{
    int i = find(set, pid);

    if (i < 0)
        return -ESRCH;
    return syscall(SYS_pidfd_send_signal, set->processes[i].pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int process_kill(struct process_set *set, pid_t pid)
{
    int i = find(set, pid);

    if (i < 0)
        return -ESRCH;
    if (set->processes[i].cgroup.folder >= 0)
        cgroup_unit_kill(&set->processes[i].cgroup);
    return kill(-pid, SIGKILL) < 0 ? -errno : 0;
}

pid_t process_main_of(const struct process_set *set, pid_t pid)
{
    char name[PROCESS_NAME_SIZE];

    if (pid <= 0)
        return 0;
    if (find(set, pid) >= 0)
        return pid;
    pid_t group = getpgid(pid);
    if (group > 0 && find(set, group) >= 0)
        return group;
    if (set->cgroup.folder < 0 || cgroup_unit_of(&set->cgroup, pid, name, sizeof name) < 0)
        return 0;
    int i = find_name(set, name);
    return i < 0 ? 0 : set->processes[i].pid;
}

/* Kills a child that is left, or reaps it. Returns 1 for one that has to be waited for. */
static int sweep_one(struct process_set *set, pid_t pid, size_t *escaped)
{
    int own = find(set, pid);
    siginfo_t info = {0};

    if (pid == set->guard)
        return 0;
    if (own >= 0)
        (void)process_kill(set, pid);
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
        pid_t group = getpgid(pid);
        (void)kill(pid, SIGKILL);
        if (own < 0 && note_killed(set, pid) && !is_group(set, group))
            ++*escaped;
    } else {
        (void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
        note_reaped(set, pid);
        if (own >= 0)
            forget(&set->processes[own]);
    }
    return 1;
}

static int sweep_round(struct process_set *set, size_t *escaped)
{
    pid_t pids[CHILDREN_MAX];
    ssize_t count = children_list(pids, CHILDREN_MAX);
    int left = 0;

    for (ssize_t i = 0; i < count && i < CHILDREN_MAX; i++)
        left += sweep_one(set, pids[i], escaped);
    return left;
}

size_t process_sweep(struct process_set *set, int64_t bound_us)
{
    const struct timespec pause = {.tv_nsec = SWEEP_POLL_NS};
    int64_t end_us = loop_now_us() + bound_us;
    size_t escaped = 0;
    sigset_t child;

    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    for (size_t i = 0; i < PROCESS_MAX; i++) {
        empty_cgroup(&set->processes[i]);
        escaped += set->processes[i].escaped;
        set->processes[i].escaped = 0;
    }
    while (sweep_round(set, &escaped) > 0 && loop_now_us() < end_us)
        (void)sigtimedwait(&child, NULL, &pause); /* SIGCHLD is blocked: an end wakes us at once */
    return escaped;
}
