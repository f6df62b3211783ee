/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"
#include "stack/base/text.h"

#define ANCESTORS_MAX 8

static bool add_process(struct machine *machine, const char *name, void *userdata)
{
    char path[64], status[2048];
    int64_t pid = 0;
    (void)userdata;

    if (machine->processes_count == MACHINE_PROCESSES_MAX)
        return false;
    if (fascia_text_to_i64(name, 1, INT32_MAX, &pid) < 0)
        return true;
    struct machine_process *process = &machine->processes[machine->processes_count];
    *process = (struct machine_process){.pid = pid};
    (void)snprintf(path, sizeof path, "/proc/%" PRId64 "/comm", pid);
    machine_read_line(machine, process->name, sizeof process->name, path);
    (void)snprintf(path, sizeof path, "/proc/%" PRId64 "/status", pid);
    if (machine_read(machine, status, sizeof status, path) < 0 || process->name[0] == '\0')
        return true; /* ended meanwhile */
    const char *parent = machine_status_value(status, "PPid"), *uid = machine_status_value(status, "Uid");
    process->parent = parent ? strtoll(parent, NULL, 10) : 0;
    process->uid = uid ? (uint32_t)strtoul(uid, NULL, 10) : UINT32_MAX;
    machine->processes_count++;
    return true;
}

void machine_find_processes(struct machine *machine)
{
    machine->facts->processes_known =
        machine_each(machine, "/proc", add_process, NULL) == 0 && machine->processes_count > 0;
    for (size_t i = 0; i < machine->processes_count; i++)
        machine->facts->fasciad_runs |= strcmp(machine->processes[i].name, "fasciad") == 0;
}

static const struct machine_process *find(const struct machine *machine, int64_t pid)
{
    for (size_t i = 0; i < machine->processes_count; i++) {
        if (machine->processes[i].pid == pid)
            return &machine->processes[i];
    }
    return NULL;
}

static bool is_ours(const struct machine *machine, const struct machine_process *process)
{
    for (size_t i = 0; i < ANCESTORS_MAX && process; i++) {
        if (strcmp(process->name, "fasciad") == 0)
            return true;
        process = find(machine, process->parent);
    }
    return false;
}

/* /etc/passwd below the root; of this machine also what the name service knows. */
struct user_search {
    const char *name; /* NULL = by number */
    uint32_t uid;
    char found[DOCTOR_NAME_SIZE];
};

static bool take_passwd(struct machine *machine, char *line, void *userdata)
{
    struct user_search *search = userdata;
    char *rest = line, *name = strsep(&rest, ":");
    (void)machine;

    (void)strsep(&rest, ":");
    const char *uid = strsep(&rest, ":");
    if (!uid || (search->name ? strcmp(name, search->name) != 0 : strtoul(uid, NULL, 10) != search->uid))
        return true;
    machine_copy(search->found, sizeof search->found, name);
    return false;
}

void machine_user(const struct machine *machine, uint32_t uid, char *to, size_t size)
{
    struct user_search search = {.uid = uid};
    struct machine copy = *machine;

    if (machine_lines(&copy, "/etc/passwd", 2000, take_passwd, &search) < 0 || search.found[0] == '\0') {
        const struct passwd *known = machine->live ? getpwuid(uid) : NULL;
        if (known)
            machine_copy(search.found, sizeof search.found, known->pw_name);
        else
            (void)snprintf(search.found, sizeof search.found, "%" PRIu32, uid);
    }
    machine_copy(to, size, search.found);
}

enum doctor_know machine_has_account(const struct machine *machine, const char *name)
{
    struct user_search search = {.name = name};
    struct machine copy = *machine;

    int r = machine_lines(&copy, "/etc/passwd", 2000, take_passwd, &search);
    if (r == 0 && search.found[0] != '\0')
        return DOCTOR_YES;
    if (machine->live)
        return getpwnam(name) ? DOCTOR_YES : DOCTOR_NO;
    return r == 0 ? DOCTOR_NO : DOCTOR_UNKNOWN;
}

void machine_holder(const struct machine *machine, int64_t pid, struct doctor_holder *ret_holder)
{
    const struct machine_process *process = find(machine, pid);

    *ret_holder = (struct doctor_holder){.pid = pid};
    if (!process)
        return;
    machine_copy(ret_holder->name, sizeof ret_holder->name, process->name);
    machine_user(machine, process->uid, ret_holder->user, sizeof ret_holder->user);
    ret_holder->ours = is_ours(machine, process);
}

struct inode_search {
    char wanted[40]; /* "socket:[123]" */
    int64_t pid;
    bool found;
};

static bool look_at_fd(struct machine *machine, const char *name, void *userdata)
{
    struct inode_search *search = userdata;
    char path[MACHINE_PATH_SIZE], target[64];

    if (!machine_path(machine, path, "/proc/%" PRId64 "/fd/%s", search->pid, name))
        return true;
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n < 0)
        return true;
    target[n] = '\0';
    search->found = strcmp(target, search->wanted) == 0;
    return !search->found;
}

bool machine_holder_of(struct machine *machine, uint64_t inode, struct doctor_holder *ret_holder)
{
    struct inode_search search = {.found = false};
    char path[64];

    if (inode == 0)
        return false;
    (void)snprintf(search.wanted, sizeof search.wanted, "socket:[%" PRIu64 "]", inode);
    for (size_t i = 0; i < machine->processes_count; i++) {
        search.pid = machine->processes[i].pid;
        (void)snprintf(path, sizeof path, "/proc/%" PRId64 "/fd", search.pid);
        (void)machine_each(machine, path, look_at_fd, &search);
        if (!search.found)
            continue;
        machine_holder(machine, search.pid, ret_holder);
        return true;
    }
    return false;
}

void machine_command_line(const struct machine *machine, int64_t pid, char *to, size_t size)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%" PRId64 "/cmdline", pid);
    ssize_t n = machine_read(machine, to, size, path);
    for (ssize_t i = 0; i + 1 < n; i++) {
        if ((unsigned char)to[i] < ' ')
            to[i] = ' ';
    }
}
