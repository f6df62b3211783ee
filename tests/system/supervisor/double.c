/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for each process of the plan, under the name that it is started by. It writes what it was given (pid,
 * user, capabilities, descriptors …) to $DOUBLE_DIR/NAME.started and behaves as the words in $DOUBLE_DIR/NAME say:
 *
 *   never-ready   never says READY=1          ignore-term   takes no notice of SIGTERM
 *   silent        no WATCHDOG=1               exit          ends with status 3 instead of becoming ready
 *   group-child   leaves a child in its group daemon-child  leaves a child in a session of its own, by double fork
 *   talk-child    lets a child say READY=1    malformed     sends a message that is none
 *   foreign-fact  publishes another's fact    withdraw      says STOPPING=1 after READY=1 and goes on
 *   fork-bomb     makes children for ever     eat-memory    takes memory until there is none, then aborts
 *   early-silence says WATCHDOG=1 before READY=1, and then nothing
 *
 * As hostapd it answers PING on its control socket by PONG (hostapd's ctrl_iface), as PipeWire it accepts connections.
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

static const char *name;
static char behaviour[512];

static bool shall(const char *word)
{
    return strstr(behaviour, word) != NULL;
}

static const char *path_in_dir(const char *suffix)
{
    static char path[512];

    (void)snprintf(path, sizeof path, "%s/%s%s", getenv("DOUBLE_DIR"), name, suffix);
    return path;
}

static void read_behaviour(void)
{
    FILE *file = fopen(path_in_dir(""), "re");

    if (!file)
        return;
    behaviour[fread(behaviour, 1, sizeof behaviour - 1, file)] = '\0';
    (void)fclose(file);
}

static void copy_status(FILE *out)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "re");

    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, "Uid", 3) == 0 || strncmp(line, "Groups", 6) == 0 || strncmp(line, "Cap", 3) == 0 ||
            strncmp(line, "NoNewPrivs", 10) == 0 || strncmp(line, "SigBlk", 6) == 0 || strncmp(line, "SigIgn", 6) == 0)
            (void)fputs(line, out);
    }
    if (status)
        (void)fclose(status);
}

/* Taken before anything else is opened: whatever is above stderr then was inherited. */
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

static void write_started(int highest)
{
    static const char *const names[] = {"NOTIFY_SOCKET",  "WATCHDOG_USEC",   "FASCIA_UNIT",
                                        "FASCIA_LIBEXEC", "XDG_RUNTIME_DIR", "HOME"};
    char cwd[256];
    FILE *file = fopen(path_in_dir(".started"), "ae");

    if (!file)
        return;
    (void)fprintf(file, "pid: %d\nsession: %d\nfds: %d\ncwd: %s\n", (int)getpid(), (int)getsid(0), highest,
                  getcwd(cwd, sizeof cwd) ? cwd : "?");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)fprintf(file, "%s=%s\n", names[i], getenv(names[i]) ? getenv(names[i]) : "-");
    copy_status(file);
    (void)fclose(file);
}

/* hostapd's -g SOCKET, or PipeWire's socket in its runtime folder. */
static int make_socket(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    bool control = argc > 2 && strcmp(argv[1], "-g") == 0;

    if (control)
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[2]);
    else
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/pipewire-0", getenv("XDG_RUNTIME_DIR"));
    int fd = socket(AF_UNIX, (control ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 || (!control && listen(fd, 16) < 0))
        return -1;
    return fd;
}

static void answer_for_ever(int fd, bool control)
{
    for (;;) {
        struct sockaddr_un peer = {0};
        socklen_t size = sizeof peer;
        char request[64];

        if (!control) {
            int client = accept(fd, NULL, NULL);
            if (client >= 0)
                (void)close(client);
            continue;
        }
        ssize_t n = recvfrom(fd, request, sizeof request, 0, (struct sockaddr *)&peer, &size);
        if (n == 4 && memcmp(request, "PING", 4) == 0 && !shall("silent"))
            (void)sendto(fd, "PONG\n", 5, 0, (const struct sockaddr *)&peer, size);
    }
}

static void wait_for_ever(void)
{
    for (;;)
        (void)pause();
}

/* Every descendant goes on with it: only a bound from outside ends this. */
static void bomb(void)
{
    for (;;) {
        if (fork() < 0)
            (void)usleep(1000);
    }
}

static void eat_memory(void)
{
    for (;;) {
        char *block = malloc(1 << 20);
        if (!block)
            abort();
        memset(block, 1, 1 << 20);
    }
}

static void leave_children(void)
{
    if (shall("fork-bomb"))
        bomb();
    if (shall("eat-memory"))
        eat_memory();
    if (shall("group-child") && fork() == 0)
        wait_for_ever();
    if (shall("daemon-child")) {
        pid_t pid = fork();
        if (pid == 0) {
            (void)setsid();
            if (fork() == 0)
                wait_for_ever();
            _exit(0);
        }
    }
}

static void say_ready(void)
{
    if (shall("early-silence")) {
        (void)sd_notify(0, "WATCHDOG=1");
        wait_for_ever();
    }
    (void)sd_notifyf(0, "X_FASCIA_FACT=%s FULL none the double of %s",
                     strcmp(name, "fascia-addr") == 0 ? "address" : name + strlen("fascia-"), name);
    if (shall("talk-child")) {
        pid_t pid = fork();
        if (pid == 0) {
            (void)sd_notify(0, "READY=1");
            wait_for_ever();
        }
    } else if (!shall("never-ready")) {
        (void)sd_notify(0, "READY=1");
    }
    if (shall("malformed"))
        (void)sd_notify(0, "this is no message");
    if (shall("foreign-fact"))
        (void)sd_notify(0, "X_FASCIA_FACT=address SAFE none");
    if (shall("withdraw"))
        (void)sd_notify(0, "STOPPING=1");
}

static void end_now(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

int main(int argc, char **argv)
{
    int highest = highest_descriptor();
    uint64_t watchdog_us = 0;

    name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
    if (!getenv("DOUBLE_DIR"))
        return 2;
    (void)signal(SIGTERM, end_now);
    read_behaviour();
    if (shall("ignore-term"))
        (void)signal(SIGTERM, SIG_IGN);
    write_started(highest);
    if (shall("exit"))
        return 3;
    leave_children();

    if (strncmp(name, "fascia-", 7) != 0) {
        bool control = argc > 2 && strcmp(argv[1], "-g") == 0;
        int fd = shall("never-ready") ? -1 : make_socket(argc, argv);
        if (fd >= 0)
            answer_for_ever(fd, control);
        if (!shall("never-ready"))
            return 4;
        wait_for_ever();
    }
    say_ready();

    if (shall("silent") || sd_watchdog_enabled(0, &watchdog_us) <= 0)
        wait_for_ever();
    for (;;) {
        const struct timespec half = {.tv_sec = (time_t)(watchdog_us / 2000000),
                                      .tv_nsec = (long)(watchdog_us / 2 % 1000000) * 1000};
        (void)sd_notify(0, "WATCHDOG=1");
        (void)nanosleep(&half, NULL);
    }
}
