/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sofa/child.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/base/cleanup.h"

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define OWN_ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define OWN_ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#endif

#if defined(OWN_ARCHITECTURE)

#if defined(__NR_mmap2)
#define NR_MMAP __NR_mmap2
#else
#define NR_MMAP __NR_mmap
#endif

#define LOAD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))
#define ALLOW        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define ALLOW_IF(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), ALLOW
/* Memory, but not to execute: the third argument is PROT_*, and its lower half comes first in our orders of octets. */
#define ALLOW_DATA_IF(nr)                                                                                              \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 4), LOAD(args[2]),                                                    \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), REFUSE, ALLOW

static const struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    ALLOW_DATA_IF(NR_MMAP),
    ALLOW_DATA_IF(__NR_mprotect),
    ALLOW_IF(__NR_pwrite64),
    ALLOW_IF(__NR_brk),
    ALLOW_IF(__NR_munmap),
    ALLOW_IF(__NR_mremap),
    ALLOW_IF(__NR_madvise),
    ALLOW_IF(__NR_futex),
    ALLOW_IF(__NR_sched_yield),
    ALLOW_IF(__NR_getrandom),
    ALLOW_IF(__NR_exit),
    ALLOW_IF(__NR_exit_group),
    REFUSE,
};

/* A kernel without seccomp leaves the other fences standing. */
static void refuse_calls(void)
{
    const struct sock_fprog program = {
        .len = FASCIA_ARRAY_SIZE(filter),
        .filter = (struct sock_filter *)(uintptr_t)filter,
    };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

static void refuse_calls(void)
{
}

#endif

static void limit(__rlimit_resource_t resource, rlim_t value)
{
    (void)setrlimit(resource, &(struct rlimit){.rlim_cur = value, .rlim_max = value});
}

static void fence(int answer, const struct child_limits *limits)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGXCPU, SIGXFSZ, SIGTERM, SIGINT};

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_DUMPABLE, 0); /* no core file, also not through a handler */
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(deadly); i++)
        (void)signal(deadly[i], SIG_DFL); /* a handler of the service would not know where it is */
    if (answer > 0)
        (void)close_range(0, (unsigned)answer - 1, 0);
    (void)close_range((unsigned)answer + 1, ~0U, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, limits->seconds);
    limit(RLIMIT_FSIZE, limits->answer_bytes);
#if !defined(UNDER_SANITIZER)
    limit(RLIMIT_DATA, limits->data_bytes);
#endif
    refuse_calls();
}

int child_start(child_work work, void *user, const struct child_limits *limits, struct child *ret_child)
{
    struct child child = {.answer = memfd_create("fascia-sofa", MFD_CLOEXEC), .answer_max = limits->answer_bytes};

    if (child.answer < 0)
        return -errno;
    child.pid = fork();
    if (child.pid < 0) {
        int r = -errno;
        (void)close(child.answer);
        return r;
    }
    if (child.pid == 0) {
        fence(child.answer, limits);
        work(child.answer, user);
        _exit(0);
    }
    /* Without a pidfd (before Linux 5.3) the limit of processor time alone has to do. */
    child.end = (int)syscall(SYS_pidfd_open, child.pid, 0U);
    *ret_child = child;
    return 0;
}

static bool has_ended(const struct child *child, unsigned wait_ms)
{
    struct pollfd end = {.fd = child->end, .events = POLLIN};
    int left_ms = (int)wait_ms, r = 0;

    while (end.fd >= 0 && (r = poll(&end, 1, left_ms)) < 0 && errno == EINTR)
        left_ms = left_ms > 100 ? left_ms - 100 : 0; /* about: signals are rare */
    return end.fd < 0 || r != 0;
}

/* A copy: whatever the child has left behind cannot change it any more. */
static int copy_answer(const struct child *child, void **ret_answer, size_t *ret_size)
{
    struct stat st = {0};

    if (fstat(child->answer, &st) < 0)
        return -errno;
    size_t size = (size_t)st.st_size < child->answer_max ? (size_t)st.st_size : child->answer_max, used = 0;
    char *answer = size > 0 ? malloc(size) : NULL;
    if (size > 0 && !answer)
        return -ENOMEM;
    while (used < size) {
        ssize_t n = pread(child->answer, answer + used, size - used, (off_t)used);
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    *ret_answer = answer;
    *ret_size = used;
    return 0;
}

/* Waits for its end, and returns how it was, as of waitpid(). */
static int reap(struct child *child)
{
    int status = 0;

    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
    return status;
}

static void close_all(struct child *child)
{
    if (child->end >= 0)
        (void)close(child->end);
    (void)close(child->answer);
    *child = (struct child){.pid = 0, .end = -1, .answer = -1};
}

int child_finish(struct child *child, unsigned wait_ms, void **ret_answer, size_t *ret_size, int *ret_signal)
{
    const bool late = !has_ended(child, wait_ms);

    if (late)
        (void)kill(child->pid, SIGKILL);
    const int status = reap(child);
    const int r = late ? -ETIMEDOUT : copy_answer(child, ret_answer, ret_size);
    close_all(child);
    if (r == 0)
        *ret_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return r;
}

void child_kill(struct child *child)
{
    if (child->pid == 0)
        return;
    (void)kill(child->pid, SIGKILL);
    (void)reap(child);
    close_all(child);
}
