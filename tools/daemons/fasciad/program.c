/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fasciad/program.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"

#define SBIN_FOLDERS  "/usr/local/sbin:/usr/sbin:/sbin"
#define ADDED_MAX     16 /* of ours, on top of what is inherited */
#define INHERITED_MAX 512

/* 0, -ENOENT or -EACCES: only a regular file can be executed. */
static int check_executable(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return errno == EACCES ? -EACCES : -ENOENT;
    if (!S_ISREG(st.st_mode))
        return -EACCES;
    return access(path, X_OK) == 0 ? 0 : -EACCES;
}

/* Looks in each folder of a colon-separated list; the first error other than "not there" is kept in *worst. */
static int find_in(const char *folders, const char *program, char *ret_path, size_t size, int *worst)
{
    for (const char *at = folders; at && *at != '\0';) {
        size_t n = strcspn(at, ":");
        struct fascia_text path;

        fascia_text_init(&path, ret_path, size);
        fascia_text_add(&path, "%.*s/%s", (int)n, at, program);
        /* An empty or relative element would depend on the working directory. */
        if (at[0] == '/' && fascia_text_ok(&path)) {
            int r = check_executable(ret_path);
            if (r == 0)
                return 0;
            if (*worst == -ENOENT)
                *worst = r;
        }
        at += n + (at[n] == ':' ? 1 : 0);
    }
    return *worst;
}

static bool own_folder(char *to, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", to, size - 1);

    if (n <= 0)
        return false;
    to[n] = '\0';
    char *slash = strrchr(to, '/');
    if (!slash || slash == to)
        return false;
    *slash = '\0';
    return true;
}

int program_find(const char *program, char *ret_path, size_t size)
{
    char own[PATH_MAX];
    int worst = -ENOENT;

    if (program[0] == '/') {
        int r = fascia_text_copy(ret_path, size, program);
        return r < 0 ? r : check_executable(ret_path);
    }
    if (program[0] == '\0' || strchr(program, '/'))
        return -ENOENT;

    const char *folders[] = {getenv("FASCIA_LIBEXEC"), own_folder(own, sizeof own) ? own : NULL, getenv("PATH"),
                             SBIN_FOLDERS};
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(folders); i++) {
        if (folders[i] && find_in(folders[i], program, ret_path, size, &worst) == 0)
            return 0;
    }
    return worst;
}

/* What a supervisor tells its direct child, and nobody else. */
static bool is_private(const char *entry)
{
    static const char *const names[] = {"NOTIFY_SOCKET",
                                        "WATCHDOG_USEC",
                                        "WATCHDOG_PID",
                                        "LISTEN_FDS",
                                        "LISTEN_PID",
                                        "LISTEN_FDNAMES",
                                        "MAINPID",
                                        "MANAGERPID",
                                        "CREDENTIALS_DIRECTORY",
                                        "FDSTORE",
                                        "MEMORY_PRESSURE_WATCH",
                                        "MEMORY_PRESSURE_WRITE",
                                        "FASCIA_LIBEXEC",
                                        "FASCIA_UNIT",
                                        "FASCIA_MARK"};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(names); i++) {
        size_t n = strlen(names[i]);
        if (strncmp(entry, names[i], n) == 0 && entry[n] == '=')
            return true;
    }
    return false;
}

struct list {
    char **entries;
    size_t count, added;
    bool failed;
};

static void add(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct list *list, const char *format, ...)
{
    char *entry = NULL;
    va_list args;

    va_start(args, format);
    int n = list->count < INHERITED_MAX + ADDED_MAX ? vasprintf(&entry, format, args) : -1;
    va_end(args);
    if (n < 0)
        list->failed = true;
    else
        list->entries[list->count++] = entry;
}

static bool is_overridden(const struct list *list, const char *entry)
{
    size_t n = strcspn(entry, "=");

    for (size_t i = 0; i < list->added; i++) {
        if (strncmp(list->entries[i], entry, n + 1) == 0)
            return true;
    }
    return false;
}

int program_environment_make(const struct program_environment *parts, char ***ret_environment)
{
    struct list list = {.entries = calloc(INHERITED_MAX + ADDED_MAX + 1, sizeof(char *))};

    if (!list.entries)
        return -ENOMEM;
    add(&list, "%s", parts->mark); /* first: it is looked for in many processes */
    add(&list, "FASCIA_UNIT=%s", parts->unit->name);
    for (size_t i = 0; i < parts->unit->environment_count; i++)
        add(&list, "%s", parts->unit->environment[i]);
    if (parts->unit->readiness == SUPERVISOR_READY_NOTIFY)
        add(&list, "NOTIFY_SOCKET=%s", parts->notify_path);
    if (parts->unit->readiness == SUPERVISOR_READY_NOTIFY && parts->watchdog_us > 0)
        add(&list, "WATCHDOG_USEC=%" PRId64, parts->watchdog_us);
    if (parts->account) {
        add(&list, "HOME=%s", parts->account->home);
        add(&list, "USER=%s", parts->account->name);
        add(&list, "LOGNAME=%s", parts->account->name);
    }
    list.added = list.count;

    for (char **entry = environ; *entry && list.count < INHERITED_MAX; entry++) {
        if (!is_private(*entry) && !is_overridden(&list, *entry))
            add(&list, "%s", *entry);
    }
    if (list.failed) {
        program_environment_free(list.entries);
        return -ENOMEM;
    }
    *ret_environment = list.entries;
    return 0;
}

void program_environment_free(char **environment)
{
    for (char **entry = environment; entry && *entry; entry++)
        free(*entry);
    free(environment);
}
