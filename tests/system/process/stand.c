/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/process/stand.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

#define BOUND_US 20000000
#define POLL_US  2000

static void on_end(pid_t pid, int code, int signal, void *userdata)
{
    struct stand *stand = userdata;

    stand->ended++;
    stand->ended_pid = pid;
    stand->code = code;
    stand->signal = signal;
    if (stand->on_end)
        stand->on_end(stand);
}

static void on_escaped(const char *name, unsigned int count, void *userdata)
{
    struct stand *stand = userdata;

    stand->escaped += count;
    (void)snprintf(stand->escaped_name, sizeof stand->escaped_name, "%s", name);
}

void stand_open(struct stand *stand, const struct stand_options *options)
{
    const struct process_options process = {
        .cgroup = options->cgroup ? options->cgroup : "off",
        .guard = options->guard,
    };

    *stand = (struct stand){.folder = "/tmp/fascia-process-XXXXXX"};
    assert_non_null(mkdtemp(stand->folder));
    assert_int_equal(chmod(stand->folder, 0777), 0); /* children may run as somebody else */
    (void)snprintf(stand->file, sizeof stand->file, "%s/said", stand->folder);
    (void)snprintf(stand->token, sizeof stand->token, "STAND=%s", stand->folder);
    assert_int_equal(sd_event_new(&stand->loop), 0);
    assert_int_equal(process_set_new(stand->loop, &process, on_end, on_escaped, stand, &stand->set), 0);
}

void stand_close(struct stand *stand)
{
    process_set_free(FASCIA_STEAL(stand->set));
    stand->loop = sd_event_unref(stand->loop);
    (void)unlink(stand->file);
    (void)rmdir(stand->folder);
}

int stand_start_as(struct stand *stand, const char *name, const struct spawn_spec *spec, const char *verb,
                   const char *more, pid_t *ret_pid, const char **ret_step)
{
    char word[32], extra[32], mark[96];
    char *argv[] = {(char[]){"child"}, word, stand->file, more ? extra : NULL, NULL};
    char *environment[] = {mark, stand->token, NULL};
    struct spawn_spec own = spec ? *spec : (struct spawn_spec){0};

    (void)unlink(stand->file);
    (void)snprintf(word, sizeof word, "%s", verb);
    (void)snprintf(extra, sizeof extra, "%s", more ? more : "");
    (void)snprintf(mark, sizeof mark, "%s", process_mark(stand->set, name));
    own.path = own.path ? own.path : CHILD;
    own.argv = argv;
    own.environment = environment;
    return process_start(stand->set, &own, name, ret_pid, ret_step);
}

pid_t stand_start(struct stand *stand, const struct spawn_spec *spec, const char *verb)
{
    const char *step = NULL;
    pid_t pid = 0;
    int r = stand_start_as(stand, STAND_NAME, spec, verb, NULL, &pid, &step);

    if (r != 0)
        fail_msg("start: %s: %s", step, strerror(-r));
    return pid;
}

bool stand_until(struct stand *stand, stand_condition condition, long argument)
{
    int64_t end_us = loop_now_us() + BOUND_US;

    while (!condition(stand, argument)) {
        if (loop_now_us() > end_us)
            return false;
        assert_true(sd_event_run(stand->loop, POLL_US) >= 0);
    }
    return true;
}

bool stand_has_file(struct stand *stand, long unused)
{
    (void)unused;
    return access(stand->file, F_OK) == 0;
}

bool stand_has_ended(struct stand *stand, long count)
{
    return stand->ended >= (unsigned int)count;
}

bool stand_has_escaped(struct stand *stand, long count)
{
    return stand->escaped >= (unsigned int)count;
}

/* '\0' when there is no such process. */
static char state_of(long pid)
{
    char path[64], text[512];

    (void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return '\0';
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    const char *end = strrchr(text, ')');
    if (!end || end[1] != ' ')
        return '\0';
    return end[2];
}

bool stand_is_gone(struct stand *stand, long pid)
{
    char state = state_of(pid);

    (void)stand;
    return state == '\0' || state == 'Z' || state == 'X';
}

bool stand_is_stopped(struct stand *stand, long pid)
{
    (void)stand;
    return state_of(pid) == 'T';
}

static bool carries(const char *pid, const char *entry)
{
    char path[64], *line = NULL;
    size_t size = 0;
    bool found = false;

    (void)snprintf(path, sizeof path, "/proc/%.16s/environ", pid);
    FILE *file = fopen(path, "re");
    while (file && !found && getdelim(&line, &size, '\0', file) > 0)
        found = strcmp(line, entry) == 0;
    free(line);
    if (file)
        (void)fclose(file);
    return found;
}

static pid_t parent_of(const char *pid)
{
    char path[64], line[256];
    pid_t parent = 0;

    (void)snprintf(path, sizeof path, "/proc/%.16s/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "PPid:", 5) == 0)
            parent = (pid_t)strtol(line + 5, NULL, 10);
    }
    if (file)
        (void)fclose(file);
    return parent;
}

bool stand_is_alone(struct stand *stand, long unused)
{
    DIR *proc = opendir("/proc");
    bool alone = true;
    (void)unused;

    assert_non_null(proc);
    for (struct dirent *e; alone && (e = readdir(proc)) != NULL;) {
        if (!isdigit((unsigned char)e->d_name[0]))
            continue;
        bool guard = stand->set && strtol(e->d_name, NULL, 10) == process_guard(stand->set);
        alone = !carries(e->d_name, stand->token) && (guard || parent_of(e->d_name) != getpid());
    }
    (void)closedir(proc);
    return alone;
}

const char *stand_read(struct stand *stand)
{
    static char text[4096];

    if (!stand_until(stand, stand_has_file, 0))
        fail_msg("the child wrote nothing");
    FILE *file = fopen(stand->file, "re");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

const char *stand_value(const char *text, const char *key)
{
    static char value[512];
    size_t n = strlen(key);

    value[0] = '\0';
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (strncmp(line, key, n) != 0 || line[n] != ':')
            continue;
        line += n + 1;
        line += strspn(line, " \t:");
        (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\n"), line);
    }
    return value;
}

bool stand_make_cgroup(char *to, size_t size)
{
    static const char *const mounts[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};
    struct statfs fs;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(mounts); i++) {
        if (statfs(mounts[i], &fs) < 0 || fs.f_type != CGROUP2_SUPER_MAGIC)
            continue;
        (void)snprintf(to, size, "%s/fascia-test-%d", mounts[i], (int)getpid());
        if (mkdir(to, 0755) == 0 || errno == EEXIST)
            return true;
    }
    return false;
}

void stand_remove_cgroup(const char *path)
{
    (void)rmdir(path);
}

int stand_count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    (void)closedir(dir);
    return count;
}
