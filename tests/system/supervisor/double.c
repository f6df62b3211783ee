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

    if (argc > 2 && strcmp(argv[1], "-g") == 0)
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[2]);
    else
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/pipewire-0", getenv("XDG_RUNTIME_DIR"));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return bind(fd, (const struct sockaddr *)&address, sizeof address);
}

static void wait_for_ever(void)
{
    for (;;)
        (void)pause();
}

static void leave_children(void)
{
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

    bool service = strncmp(name, "fascia-", 7) == 0;
    if (service)
        say_ready();
    else if (!shall("never-ready") && make_socket(argc, argv) < 0)
        return 4;

    if (!service || shall("silent") || sd_watchdog_enabled(0, &watchdog_us) <= 0)
        wait_for_ever();
    for (;;) {
        const struct timespec half = {.tv_sec = (time_t)(watchdog_us / 2000000),
                                      .tv_nsec = (long)(watchdog_us / 2 % 1000000) * 1000};
        (void)sd_notify(0, "WATCHDOG=1");
        (void)nanosleep(&half, NULL);
    }
}
