/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the process door execute. The first argument is what it does, the second a file that it writes when
 * it has done it (under another name first, so that whoever sees the file sees all of it):
 *
 *   report    writes what it was given: descriptors, signals, session, limits …; ends with status 0
 *   wait      writes its pid and waits; with a third argument ends with that status instead
 *   group     leaves a child in its group, writes the pids of both, and waits
 *   escape    leaves a child in a session of its own by a double fork, writes the pids of both, and waits
 *   bomb      forks until it may not any more, writes how many that were, and waits, as all of them do
 *   scatter   likewise, each in a session of its own
 *   hungry    allocates 64 MB and writes whether it got them; ends with status 0
 *   stopped   writes its pid and stops itself
 *
 * Built without sanitizers, whose address space would not fit any bound.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOMB_MAX 5000 /* in case nothing bounds it */

static const char *target;

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *format, ...)
{
    char path[512];
    va_list args;

    (void)snprintf(path, sizeof path, "%s.part", target);
    FILE *file = fopen(path, "we");
    if (!file)
        _exit(90);
    va_start(args, format);
    (void)vfprintf(file, format, args);
    va_end(args);
    (void)fclose(file);
    if (rename(path, target) < 0)
        _exit(91);
}

static void wait_for_ever(void)
{
    for (;;)
        (void)pause();
}

static int highest_descriptor(void)
{
    int highest = -1;
    DIR *dir = opendir("/proc/self/fd");

    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        int fd = (int)strtol(e->d_name, NULL, 10);
        if (fd != dirfd(dir) && fd > highest)
            highest = fd;
    }
    if (dir)
        (void)closedir(dir);
    return highest;
}

static void read_line(const char *path, const char *start, char *to, size_t size)
{
    char line[256];
    FILE *file = fopen(path, "re");

    to[0] = '\0';
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, start, strlen(start)) == 0)
            (void)snprintf(to, size, "%s", line);
    }
    if (file)
        (void)fclose(file);
}

static void report(void)
{
    static const char *const lines[] = {"SigBlk", "SigIgn", "Uid", "Groups", "CapEff", "CapBnd", "NoNewPrivs"};
    char text[4096], cwd[256], line[256], in[64] = "";
    struct rlimit core, files, processes, memory;
    int highest = highest_descriptor();
    mode_t mask = umask(0);
    int used;

    (void)umask(mask);
    (void)getrlimit(RLIMIT_CORE, &core);
    (void)getrlimit(RLIMIT_NOFILE, &files);
    (void)getrlimit(RLIMIT_NPROC, &processes);
    (void)getrlimit(RLIMIT_AS, &memory);
    (void)!readlink("/proc/self/fd/0", in, sizeof in - 1);
    used = snprintf(text, sizeof text,
                    "leads: %d\nhighest: %d\nstdin: %s\ncwd: %s\numask: %o\ncore: %ld\nfiles: %ld\nprocesses: %ld\n"
                    "memory: %ld\nmark: %s\n",
                    getsid(0) == getpid() && getpgrp() == getpid(), highest, in, getcwd(cwd, sizeof cwd) ? cwd : "?",
                    (unsigned int)mask, (long)core.rlim_max, (long)files.rlim_max, (long)processes.rlim_max,
                    (long)memory.rlim_max, getenv("FASCIA_MARK") ? getenv("FASCIA_MARK") : "-");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        read_line("/proc/self/status", lines[i], line, sizeof line);
        used += snprintf(text + used, sizeof text - (size_t)used, "%s", line);
    }
    read_line("/proc/self/oom_score_adj", "", line, sizeof line);
    used += snprintf(text + used, sizeof text - (size_t)used, "oom: %s", line);
    read_line("/proc/self/cgroup", "0::", line, sizeof line);
    (void)snprintf(text + used, sizeof text - (size_t)used, "%s", line);
    tell("%s", text);
}

static void group(void)
{
    pid_t pid = fork();

    if (pid == 0)
        wait_for_ever();
    tell("%d %d", (int)getpid(), (int)pid);
    wait_for_ever();
}

static void escape(void)
{
    pid_t first = getpid();

    if (fork() == 0) {
        (void)setsid();
        if (fork() != 0)
            _exit(0);
        tell("%d %d", (int)first, (int)getpid());
        wait_for_ever();
    }
    wait_for_ever();
}

static void bomb(int scatter)
{
    int count = 0;

    while (count < BOMB_MAX) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            if (scatter)
                (void)setsid();
            wait_for_ever();
        }
        count++;
    }
    tell("%d", count);
    wait_for_ever();
}

static void hungry(void)
{
    size_t size = (size_t)64 << 20;
    char *memory = malloc(size);
    volatile char *bytes = memory; /* else the compiler may know better than to touch what is freed unread */

    for (size_t i = 0; memory && i < size; i += 1024)
        bytes[i] = 1;
    tell("%s", memory ? "fed" : "refused");
    free(memory);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const char *verb = argv[1];
    target = argv[2];

    if (strcmp(verb, "report") == 0) {
        report();
    } else if (strcmp(verb, "wait") == 0) {
        tell("%d", (int)getpid());
        if (argc > 3)
            return (int)strtol(argv[3], NULL, 10);
        wait_for_ever();
    } else if (strcmp(verb, "group") == 0) {
        group();
    } else if (strcmp(verb, "escape") == 0) {
        escape();
    } else if (strcmp(verb, "bomb") == 0 || strcmp(verb, "scatter") == 0) {
        bomb(verb[0] == 's');
    } else if (strcmp(verb, "hungry") == 0) {
        hungry();
    } else if (strcmp(verb, "stopped") == 0) {
        tell("%d", (int)getpid());
        (void)raise(SIGSTOP);
        wait_for_ever();
    } else {
        return 2;
    }
    return 0;
}
