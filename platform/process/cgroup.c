/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/cgroup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/process/cgroup_mount.h"
#include "platform/process/folder.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"

#define UNIT_PREFIX   "unit."
#define OWN_LEAF      "supervisor"
#define LOCK_BOUND_US 6000000 /* the guard of the one before us is done after 5 s */
#define POLL_NS       5000000L
#define KILL_ROUNDS   20 /* without cgroup.kill: what forks is found in the next round */
#define PIDS_MAX      256
#define NAMES_MAX     100 /* "unit.NAME", "unit.NAME:1" … while older ones are not empty yet */

static void wait_a_little(void)
{
    const struct timespec pause = {.tv_nsec = POLL_NS};

    (void)nanosleep(&pause, NULL);
}

static int write_to(int folder, const char *path, const char *text)
{
    int fd = openat(folder, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = write(fd, text, strlen(text)) < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}

/* Reads a small file as text. Returns its size or a negative errno. */
static ssize_t read_from(int folder, const char *path, char *to, size_t size)
{
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t n = read(fd, to, size - 1);
    int error = errno;
    (void)close(fd);
    if (n < 0)
        return -error;
    to[n] = '\0';
    return n;
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = text; (at = strstr(at, word)) != NULL; at += n) {
        if ((at == text || isspace((unsigned char)at[-1])) && (at[n] == '\0' || isspace((unsigned char)at[n])))
            return true;
    }
    return false;
}

/* cgroups(7): the line of the v2 hierarchy in /proc/PID/cgroup is "0::PATH". "" for the root. */
static int name_of(const char *pid, char *to, size_t size)
{
    char path[32], data[4096];

    (void)snprintf(path, sizeof path, "/proc/%s/cgroup", pid);
    ssize_t n = read_from(AT_FDCWD, path, data, sizeof data);
    if (n < 0)
        return (int)n;
    const char *line = strncmp(data, "0::/", 4) == 0 ? data : strstr(data, "\n0::/");
    if (!line)
        return -ENODATA;
    line = strchr(line, '/');
    size_t length = strcspn(line, "\n");
    if (length >= size)
        return -ENAMETOOLONG;
    memcpy(to, line, length);
    to[length == 1 ? 0 : length] = '\0';
    return 0;
}

/* What is behind `prefix` in `path`, "" or with a slash in front; NULL when it is no prefix. "/" is one of all. */
static const char *behind(const char *path, const char *prefix)
{
    size_t n = strcmp(prefix, "/") == 0 ? 0 : strlen(prefix);

    return strncmp(path, prefix, n) == 0 && (path[n] == '\0' || path[n] == '/') ? path + n : NULL;
}

/* Fills in the one of path and name that is not known by the other; looks at all cgroup v2 mounts. */
static int locate(struct cgroup *cgroup, bool by_name)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    _cleanup_(freep) char *line = NULL;
    size_t size = 0;
    bool found = false;

    if (!file)
        return -errno;
    while (!found && getline(&line, &size, file) > 0) {
        struct cgroup_mount mount;
        const char *rest;

        if (!cgroup_mount_parse(line, &mount))
            continue;
        rest = by_name ? behind(cgroup->name, mount.root) : behind(cgroup->path, mount.point);
        if (!rest)
            continue;
        struct fascia_text text;
        fascia_text_init(&text, by_name ? cgroup->path : cgroup->name, CGROUP_PATH_SIZE);
        char kept[CGROUP_PATH_SIZE];
        (void)snprintf(kept, sizeof kept, "%s", rest);
        fascia_text_add(&text, "%s%s", by_name ? mount.point : strcmp(mount.root, "/") == 0 ? "" : mount.root, kept);
        found = fascia_text_ok(&text);
    }
    (void)fclose(file);
    return found ? 0 : -ENOENT;
}

static bool is_delegated(const char *path)
{
    static const char *const names[] = {"user.delegate", "trusted.delegate"};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(names); i++) {
        char value[2] = "";
        if (getxattr(path, names[i], value, sizeof value) == 1 && value[0] == '1')
            return true;
    }
    return false;
}

/* Which folder it is to be. */
static int choose(const char *choice, struct cgroup *cgroup, char *ret_why, size_t size)
{
    if (strcmp(choice, "off") == 0) {
        (void)snprintf(ret_why, size, "as configured");
        return -ENOENT;
    }
    if (strcmp(choice, "auto") != 0) {
        if (fascia_text_copy(cgroup->path, sizeof cgroup->path, choice) < 0 || choice[0] != '/') {
            (void)snprintf(ret_why, size, "supervisor.cgroup is no absolute path");
            return -EINVAL;
        }
        for (size_t n = strlen(cgroup->path); n > 1 && cgroup->path[n - 1] == '/'; n--)
            cgroup->path[n - 1] = '\0';
        int r = locate(cgroup, false);
        if (r < 0)
            (void)snprintf(ret_why, size, "supervisor.cgroup is not below a cgroup v2 mount");
        return r;
    }
    int r = name_of("self", cgroup->name, sizeof cgroup->name);
    if (r == 0)
        r = locate(cgroup, true);
    if (r < 0) {
        (void)snprintf(ret_why, size, "no cgroup v2 here");
        return r;
    }
    if (!is_delegated(cgroup->path)) {
        (void)snprintf(ret_why, size, "our cgroup is not delegated to us");
        return -EPERM;
    }
    return 0;
}

static int open_locked(struct cgroup *cgroup, char *ret_why, size_t size)
{
    int64_t end_us = loop_now_us() + LOCK_BOUND_US;

    if (mkdir(cgroup->path, 0755) < 0 && errno != EEXIST) {
        (void)snprintf(ret_why, size, "making the cgroup: %s", strerror(errno));
        return -errno;
    }
    int fd = open(cgroup->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        (void)snprintf(ret_why, size, "opening the cgroup: %s", strerror(errno));
        return -errno;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (loop_now_us() > end_us) {
            (void)snprintf(ret_why, size, "another supervisor has the cgroup");
            (void)close(fd);
            return -EBUSY;
        }
        wait_a_little();
    }
    cgroup->folder = fd;
    return 0;
}

/* cgroups(7), "no internal processes": controllers bind only units when there is nobody beside them. */
static void move_away(struct cgroup *cgroup)
{
    char name[CGROUP_PATH_SIZE];

    if (name_of("self", name, sizeof name) < 0 || strcmp(name, cgroup->name) != 0)
        return;
    if (mkdirat(cgroup->folder, OWN_LEAF, 0755) < 0 && errno != EEXIST)
        return;
    cgroup->moved = write_to(cgroup->folder, OWN_LEAF "/cgroup.procs", "0") == 0;
}

static bool enable(const struct cgroup *cgroup, const char *controller)
{
    char list[256], order[32];

    if (read_from(cgroup->folder, "cgroup.controllers", list, sizeof list) < 0 || !has_word(list, controller))
        return false;
    (void)snprintf(order, sizeof order, "+%s", controller);
    return write_to(cgroup->folder, "cgroup.subtree_control", order) == 0;
}

/* Can a unit's cgroup be made at all? Better known now than at the first start. */
static int try_one(const struct cgroup *cgroup, char *ret_why, size_t size)
{
    struct cgroup_unit unit = CGROUP_UNIT_NONE;

    int r = cgroup_unit_open(cgroup, "try", &unit);
    if (r < 0)
        (void)snprintf(ret_why, size, "making a cgroup below ours: %s", strerror(-r));
    else
        cgroup_unit_close(cgroup, &unit);
    return r;
}

int cgroup_open(const char *choice, struct cgroup *ret_cgroup, char *ret_why, size_t size)
{
    struct cgroup cgroup = {.folder = -1};

    int r = choose(choice, &cgroup, ret_why, size);
    if (r == 0)
        r = open_locked(&cgroup, ret_why, size);
    if (r == 0)
        r = try_one(&cgroup, ret_why, size);
    if (r < 0) {
        cgroup_close(&cgroup);
        return r;
    }
    move_away(&cgroup);
    cgroup.pids = enable(&cgroup, "pids");
    cgroup.memory = enable(&cgroup, "memory");
    *ret_cgroup = cgroup;
    return 0;
}

void cgroup_close(struct cgroup *cgroup)
{
    if (cgroup->folder >= 0)
        (void)close(cgroup->folder);
    cgroup->folder = -1;
}

ssize_t cgroup_unit_list(const struct cgroup_unit *unit, pid_t *ret_pids, size_t size)
{
    char data[4096];
    ssize_t n, count = 0;
    pid_t pid = 0;

    int fd = openat(unit->folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    while ((n = read(fd, data, sizeof data)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            if (isdigit((unsigned char)data[i])) {
                pid = pid * 10 + (data[i] - '0');
                continue;
            }
            if ((size_t)count < size)
                ret_pids[count] = pid;
            count++;
            pid = 0;
        }
    }
    (void)close(fd);
    return count;
}

bool cgroup_unit_is_populated(const struct cgroup_unit *unit)
{
    char text[128];
    ssize_t n = pread(unit->events, text, sizeof text - 1, 0);

    if (n < 0)
        return true;
    text[n] = '\0';
    return strstr(text, "populated 0") == NULL;
}

void cgroup_unit_kill(struct cgroup_unit *unit)
{
    pid_t pids[PIDS_MAX] = {0};

    unit->used_up = true;
    if (unit->kill >= 0 && pwrite(unit->kill, "1", 1, 0) == 1)
        return;
    /* Before Linux 5.14. */
    for (int round = 0; round < KILL_ROUNDS; round++) {
        ssize_t count = cgroup_unit_list(unit, pids, PIDS_MAX);
        for (ssize_t i = 0; i < count && i < PIDS_MAX; i++) {
            if (pids[i] > 0)
                (void)kill(pids[i], SIGKILL);
        }
        if (count <= 0)
            return;
    }
}

static int open_unit(int folder, const char *name, struct cgroup_unit *ret_unit)
{
    struct cgroup_unit unit = CGROUP_UNIT_NONE;

    int r = fascia_text_copy(unit.name, sizeof unit.name, name);
    if (r < 0)
        return r;
    unit.folder = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (unit.folder < 0)
        return -errno;
    unit.events = openat(unit.folder, "cgroup.events", O_RDONLY | O_CLOEXEC);
    if (unit.events < 0) {
        int error = -errno;
        (void)close(unit.folder);
        return error;
    }
    unit.kill = openat(unit.folder, "cgroup.kill", O_WRONLY | O_CLOEXEC); /* -1 is fine */
    *ret_unit = unit;
    return 0;
}

static void close_unit(struct cgroup_unit *unit)
{
    int *const fds[] = {&unit->folder, &unit->events, &unit->kill};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(fds); i++) {
        if (*fds[i] >= 0)
            (void)close(*fds[i]);
        *fds[i] = -1;
    }
}

static void clear_one(int folder, const char *name)
{
    struct cgroup_unit unit = CGROUP_UNIT_NONE;

    if (open_unit(folder, name, &unit) < 0)
        return;
    if (cgroup_unit_is_populated(&unit))
        cgroup_unit_kill(&unit);
    close_unit(&unit);
    (void)unlinkat(folder, name, AT_REMOVEDIR);
}

int cgroup_unit_open(const struct cgroup *cgroup, const char *name, struct cgroup_unit *ret_unit)
{
    char folder[sizeof ret_unit->name];
    int r = -EEXIST;

    for (int n = 0; n < NAMES_MAX && r == -EEXIST; n++) {
        int size = snprintf(folder, sizeof folder, n == 0 ? UNIT_PREFIX "%s" : UNIT_PREFIX "%s:%d", name, n);
        if (size < 0 || (size_t)size >= sizeof folder)
            return -ENAMETOOLONG;
        r = mkdirat(cgroup->folder, folder, 0755) < 0 ? -errno : 0;
        if (r == -EEXIST) {
            clear_one(cgroup->folder, folder);
            r = mkdirat(cgroup->folder, folder, 0755) < 0 ? -errno : 0; /* what it held may need time to end */
        }
    }
    return r < 0 ? r : open_unit(cgroup->folder, folder, ret_unit);
}

static int set_one(const struct cgroup_unit *unit, const char *file, int64_t value)
{
    char text[32] = "max";

    if (value > 0)
        (void)snprintf(text, sizeof text, "%" PRId64, value);
    return write_to(unit->folder, file, text);
}

int cgroup_unit_limit(const struct cgroup *cgroup, struct cgroup_unit *unit, struct supervisor_limits *limits)
{
    int r = 0;

    if (cgroup->pids && unit->limits.processes != limits->processes)
        r = set_one(unit, "pids.max", limits->processes);
    if (r == 0 && cgroup->memory && unit->limits.memory_mb != limits->memory_mb)
        r = set_one(unit, "memory.max", limits->memory_mb < INT64_MAX >> 20 ? limits->memory_mb << 20 : 0);
    if (r < 0)
        return r;
    unit->limits = *limits;
    if (cgroup->pids)
        limits->processes = 0;
    if (cgroup->memory)
        limits->memory_mb = 0;
    return 0;
}

void cgroup_unit_close(const struct cgroup *cgroup, struct cgroup_unit *unit)
{
    if (unit->folder < 0)
        return;
    close_unit(unit);
    /* If something is still ending in it, cgroup_clear() or the next one of that name removes it. */
    (void)unlinkat(cgroup->folder, unit->name, AT_REMOVEDIR);
}

int cgroup_unit_of(const struct cgroup *cgroup, pid_t pid, char *ret_name, size_t size)
{
    char number[16], name[CGROUP_PATH_SIZE];

    (void)snprintf(number, sizeof number, "%d", (int)pid);
    if (name_of(number, name, sizeof name) < 0)
        return -ENODATA;
    const char *rest = behind(name, cgroup->name);
    if (!rest || strncmp(rest, "/" UNIT_PREFIX, strlen("/" UNIT_PREFIX)) != 0)
        return -ENODATA;
    rest += strlen("/" UNIT_PREFIX);
    size_t n = strcspn(rest, "/:");
    if (n >= size)
        return -ENODATA;
    memcpy(ret_name, rest, n);
    ret_name[n] = '\0';
    return 0;
}

struct pass {
    int folder, count;
};

static void clear_entry(const char *name, void *userdata)
{
    struct pass *pass = userdata;

    if (strncmp(name, UNIT_PREFIX, strlen(UNIT_PREFIX)) != 0)
        return;
    clear_one(pass->folder, name);
    pass->count++;
}

/* One pass over our units. Returns how many there were. */
static int clear_pass(int folder)
{
    struct pass pass = {.folder = folder};

    (void)folder_each(folder, ".", clear_entry, &pass);
    return pass.count;
}

void cgroup_clear(const struct cgroup *cgroup, int64_t bound_us)
{
    int64_t end_us = loop_now_us() + bound_us;

    while (clear_pass(cgroup->folder) > 0 && loop_now_us() < end_us)
        wait_a_little();
    if (!cgroup->moved)
        return;
    if (cgroup->memory)
        (void)write_to(cgroup->folder, "cgroup.subtree_control", "-memory");
    if (cgroup->pids)
        (void)write_to(cgroup->folder, "cgroup.subtree_control", "-pids");
    (void)write_to(cgroup->folder, "cgroup.procs", "0");
    (void)unlinkat(cgroup->folder, OWN_LEAF, AT_REMOVEDIR);
}
