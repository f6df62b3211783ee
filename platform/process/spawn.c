/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/base/cleanup.h"

/*
 * The child borrows our memory until its exec and we stand still meanwhile, so what it writes into `struct birth` is
 * simply there afterwards. What it must not do is what reaches beyond its own thread: allocate, lock, use stdio or the
 * name service, or change credentials by libc, which would tell all threads of *our* process to do the same.
 */

#define STACK_SIZE 32768

/* AddressSanitizer marks the frames of a function on the stack, and takes the marks away when it returns. The child's
 * functions, on a piece of our stack, never return. */
#define CHILD_SIDE __attribute__((no_sanitize_address))

enum step {
    STEP_FORK,
    STEP_CGROUP,
    STEP_SESSION,
    STEP_OOM,
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
    [STEP_CGROUP] = "joining the cgroup",
    [STEP_SESSION] = "setsid",
    [STEP_OOM] = "oom_score_adj",
    [STEP_FILES] = "closing descriptors",
    [STEP_LIMITS] = "setrlimit",
    [STEP_GROUPS] = "setgroups",
    [STEP_USER] = "changing the user",
    [STEP_CAPABILITIES] = "setting capabilities",
    [STEP_PRIVILEGES] = "no_new_privs",
    [STEP_PARENT] = "parent death signal",
    [STEP_EXEC] = "exec",
};

struct birth {
    const struct spawn_spec *spec;
    const char *oom_score_adj; /* as the kernel wants it, written before the clone */
    pid_t parent;
    bool join; /* it was not born in its cgroup and has to go there */
    bool lived;
    int error;
    enum step step;
};

/* The 16-bit calls of old 32-bit architectures have a newer one beside them. */
#ifdef SYS_setgroups32
#define CALL_SETGROUPS SYS_setgroups32
#define CALL_SETRESUID SYS_setresuid32
#define CALL_SETRESGID SYS_setresgid32
#else
#define CALL_SETGROUPS SYS_setgroups
#define CALL_SETRESUID SYS_setresuid
#define CALL_SETRESGID SYS_setresgid
#endif

static CHILD_SIDE void reset_signals(void)
{
    const struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int n = 1; n < NSIG; n++)
        (void)sigaction(n, &action, NULL); /* fails for SIGKILL, SIGSTOP and libc's own */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static CHILD_SIDE int write_to(int folder, const char *path, const char *text)
{
    int fd = openat(folder, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = write(fd, text, strlen(text)) < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}

/* It is only ever raised: where lowering is not permitted, the higher value that we have ourselves stays. */
static CHILD_SIDE int raise_oom_score(const char *text)
{
    int r = write_to(AT_FDCWD, "/proc/self/oom_score_adj", text);

    return r == -EACCES || r == -EPERM ? 0 : r;
}

static CHILD_SIDE int detach_files(void)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        return -errno;
    if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0)
        return 0;
    /* Where a filter does not let it through: all of ours are close-on-exec; this catches what a library left open. */
    for (int fd = 3; fd < 1024; fd++)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return 0;
}

/* A bound above the one that we have ourselves and may not raise is no error: the lower one stays. */
static CHILD_SIDE int set_limit(__rlimit_resource_t resource, int64_t value)
{
    struct rlimit limit = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};

    if (value <= 0)
        return 0;
    if (setrlimit(resource, &limit) == 0)
        return 0;
    if (errno != EPERM || getrlimit(resource, &limit) < 0)
        return -errno;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) < 0 ? -errno : 0;
}

static CHILD_SIDE int set_limits(const struct supervisor_limits *limits)
{
    static const struct rlimit no_core = {0, 0};
    int64_t most_mb = INT64_MAX >> 20;

    if (setrlimit(RLIMIT_CORE, &no_core) < 0) /* a core file of a service holds keys */
        return -errno;
    int r = set_limit(RLIMIT_NOFILE, limits->files);
    if (r == 0)
        r = set_limit(RLIMIT_NPROC, limits->processes);
    if (r == 0)
        r = set_limit(RLIMIT_AS, (limits->memory_mb < most_mb ? limits->memory_mb : most_mb) * 1048576);
    return r;
}

static CHILD_SIDE int set_capabilities(uint64_t mask)
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

static CHILD_SIDE int change_user(const struct spawn_spec *spec, enum step *step)
{
    const struct account *account = spec->account;

    /* What is not in the bounding set can never come back, not even by a set-user-ID program. */
    for (unsigned long n = 0; n <= CAP_LAST_CAP; n++) {
        if ((spec->capabilities & (UINT64_C(1) << n)) == 0)
            (void)prctl(PR_CAPBSET_DROP, n, 0, 0, 0); /* a kernel may know fewer capabilities than its header */
    }
    *step = STEP_GROUPS;
    if (syscall(CALL_SETGROUPS, account->groups_count, account->groups) < 0)
        return -errno;
    *step = STEP_USER;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
        syscall(CALL_SETRESGID, account->gid, account->gid, account->gid) < 0 ||
        syscall(CALL_SETRESUID, account->uid, account->uid, account->uid) < 0)
        return -errno;
    *step = STEP_CAPABILITIES;
    return set_capabilities(spec->capabilities);
}

/* Before our privileges go. */
static CHILD_SIDE int leave_ours(const struct birth *birth, enum step *step)
{
    *step = STEP_CGROUP;
    int r = birth->join ? write_to(birth->spec->cgroup_fd, "cgroup.procs", "0") : 0;
    if (r < 0)
        return r;
    *step = STEP_SESSION;
    if (setsid() < 0)
        return -errno;
    *step = STEP_OOM;
    r = raise_oom_score(birth->oom_score_adj);
    if (r < 0)
        return r;
    *step = STEP_FILES;
    r = detach_files();
    if (r < 0 || chdir("/") < 0)
        return r < 0 ? r : -errno;
    (void)umask(077);
    *step = STEP_LIMITS;
    return set_limits(&birth->spec->limits);
}

/* Returns only when something failed, with a negative errno. */
static CHILD_SIDE int become(const struct birth *birth, enum step *step)
{
    const struct spawn_spec *spec = birth->spec;

    reset_signals();
    int r = leave_ours(birth, step);
    if (r == 0 && spec->account)
        r = change_user(spec, step);
    if (r < 0)
        return r;
    *step = STEP_PRIVILEGES;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    /* A change of credentials clears it, so it comes last; the parent may have ended before it was set. */
    *step = STEP_PARENT;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -errno;
    if (getppid() != birth->parent)
        return -ECHILD;
    *step = STEP_EXEC;
    (void)execve(spec->path, spec->argv, spec->environment);
    return -errno;
}

/* What it returns is its exit status: a call of exit would run sanitizers' hooks on a stack that they do not know. */
static CHILD_SIDE int child_main(void *argument)
{
    struct birth *birth = argument;
    enum step step = STEP_FORK;

    birth->lived = true;
    int r = become(birth, &step);
    birth->step = step;
    birth->error = r;
    return 127;
}

/*
 * clone3(2) for a child that shares our memory cannot go through syscall(2): the child would return from that function
 * on a stack where there is nothing to return to. So the child's call is part of the instruction sequence.
 */
#if defined(__x86_64__)
static long clone_call(struct clone_args *args, int (*function)(void *), void *argument)
{
    long result = 0;
    register int (*to_call)(void *) __asm__("r8") = function;
    register void *to_pass __asm__("r9") = argument;

    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r9, %%rdi\n\t"
                     "call *%%r8\n\t"
                     "mov %%eax, %%edi\n\t"
                     "mov %[leave], %%eax\n\t"
                     "syscall\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(result)
                     : "0"((long)SYS_clone3), "D"(args), "S"(sizeof *args), "r"(to_call),
                       "r"(to_pass), [leave] "i"(SYS_exit)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static long clone_call(struct clone_args *args, int (*function)(void *), void *argument)
{
    register long number __asm__("x8") = SYS_clone3;
    register long result __asm__("x0") = (long)args;
    register size_t size __asm__("x1") = sizeof *args;
    register int (*to_call)(void *) __asm__("x10") = function;
    register void *to_pass __asm__("x11") = argument;

    __asm__ volatile("svc #0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, #0\n\t"
                     "mov x30, #0\n\t"
                     "mov x0, x11\n\t"
                     "blr x10\n\t"
                     "mov x8, %[leave]\n\t"
                     "svc #0\n"
                     "1:"
                     : "+r"(result)
                     : "r"(number), "r"(size), "r"(to_call), "r"(to_pass), [leave] "i"(SYS_exit)
                     : "memory");
    return result;
}
#else
/* Elsewhere the child goes to its cgroup by itself. */
static long clone_call(struct clone_args *args, int (*function)(void *), void *argument)
{
    (void)args, (void)function, (void)argument;
    return -ENOSYS;
}
#endif

static void reap(pid_t pid, int pidfd)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    (void)close(pidfd);
}

/* -EAGAIN and -ENOMEM are to be taken as they are; with any other error the child has to go to its cgroup by itself:
 * Linux before 5.7, a filter, or no right to the common ancestor. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the kernel and the child write to both */
static pid_t give_birth_inside(struct birth *birth, char *stack, int *ret_pidfd)
{
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_INTO_CGROUP,
        .pidfd = (uintptr_t)ret_pidfd,
        .exit_signal = SIGCHLD,
        .stack = (uintptr_t)stack,
        .stack_size = STACK_SIZE,
        .cgroup = (unsigned int)birth->spec->cgroup_fd,
    };
    pid_t pid = (pid_t)clone_call(&args, child_main, birth);

    if (pid < 0 || birth->lived)
        return pid;
    /* Killed before its first step: a kernel that takes an earlier cgroup.kill there, or where we are, for one now. */
    reap(pid, *ret_pidfd);
    return -EBUSY;
}

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif
#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

/* Returns the child's pid once it has executed its program or ended, or a negative errno. */
static pid_t give_birth(struct birth *birth, int *ret_pidfd)
{
    char stack[STACK_SIZE] __attribute__((aligned(16)));
    pid_t pid;

    if (birth->spec->cgroup_fd >= 0) {
        pid = give_birth_inside(birth, stack, ret_pidfd);
        ASAN_UNPOISON_MEMORY_REGION(stack, sizeof stack);
        if (pid >= 0 || pid == -EAGAIN || pid == -ENOMEM)
            return pid;
        birth->join = true;
    }
    pid = clone(child_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, birth, ret_pidfd);
    int error = -errno;
    /* The child left its frames by exec, not by returning: AddressSanitizer would guard them for ever. */
    ASAN_UNPOISON_MEMORY_REGION(stack, sizeof stack);
    return pid < 0 ? error : pid;
}

int spawn(const struct spawn_spec *spec, pid_t *ret_pid, int *ret_pidfd, const char **ret_step)
{
    char oom_score_adj[16];
    struct birth birth = {.spec = spec, .oom_score_adj = oom_score_adj, .parent = getpid()};
    sigset_t all, before;
    int pidfd = -1;

    (void)snprintf(oom_score_adj, sizeof oom_score_adj, "%d", spec->oom_score_adj);
    /* No handler of ours may run in the child, on memory that is ours. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = give_birth(&birth, &pidfd);
    (void)sched_yield(); /* we are woken in the midst of its exec: what we have to tell about it can wait */
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);

    if (ret_step)
        *ret_step = step_names[birth.step];
    if (pid < 0)
        return pid;
    if (birth.error < 0) {
        reap(pid, pidfd);
        return birth.error;
    }
    *ret_pid = pid;
    *ret_pidfd = pidfd;
    return 0;
}
