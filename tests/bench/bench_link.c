/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the kernel's Wi-Fi state: our door and decoders against `iw`, in one run.
 *
 *   radios    GET_WIPHY dump, merged, and the capability record of every radio   against `iw phy`
 *   stations  GET_STATION dump of 200 stations, parsed                           against `iw dev X station dump`
 *
 * What is compared is what a program has to wait for: ours in this process, the other by starting iw and reading what
 * it prints to the end (which is not even parsed). Microseconds, median of the rounds. Run it where there are radios
 * and an access point; bench_link.py does, in a virtual machine.
 *
 *   bench_link INTERFACE ROUNDS     JSON on standard output; 77 when iw or the interface is missing
 */
#include <fcntl.h>
#include <json-c/json.h>
#include <net/if.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/nl80211/nl80211.h"
#include "stack/link/capability.h"

#define ROUNDS_MAX 1000

extern char **environ;

static struct wiphy_table radios;
static struct station_table stations;
static struct capability records[WIPHY_RADIOS_MAX];

static double now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct source {
    struct nl80211 *nl;
    uint32_t ifindex;
    char *const *command; /* of the peer */
};

/* Each returns whether it worked. */
typedef bool (*round_fn)(const struct source *source);

static bool read_radios(const struct source *source)
{
    if (nl80211_dump_wiphys(source->nl, &radios) < 0)
        return false;
    for (size_t i = 0; i < radios.count; i++)
        capability_of(&radios.radios[i], LINK_STANDARD_NEWEST, &records[i]);
    return radios.count > 0;
}

static bool read_stations(const struct source *source)
{
    return nl80211_dump_stations(source->nl, source->ifindex, &stations) == 0 && stations.count > 0;
}

static bool run_peer(const struct source *source)
{
    char octets[65536];
    int pipe_fds[2], status = 0;
    size_t got = 0;
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return false;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
    int r = posix_spawnp(&pid, source->command[0], &actions, NULL, source->command, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(pipe_fds[1]);
    for (ssize_t n = 0; r == 0 && (n = read(pipe_fds[0], octets, sizeof octets)) > 0;)
        got += (size_t)n;
    (void)close(pipe_fds[0]);
    return r == 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 && got > 0;
}

/* Median of the rounds, or a negative number. */
static double median_us(round_fn round, const struct source *source, int rounds)
{
    static double times[ROUNDS_MAX];

    for (int i = 0; i < rounds; i++) {
        double begin = now_us();
        if (!round(source))
            return -1;
        times[i] = now_us() - begin;
    }
    qsort(times, (size_t)rounds, sizeof times[0], by_value);
    return times[rounds / 2];
}

/* The share of the processor time that the kernel takes to answer: both sides wait for that. */
static double kernel_share(round_fn round, const struct source *source, int rounds)
{
    struct rusage before = {0}, after = {0};

    (void)getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < rounds; i++)
        (void)round(source);
    (void)getrusage(RUSAGE_SELF, &after);
    double user = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1e6 +
                  (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec);
    double kernel = (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e6 +
                    (double)(after.ru_stime.tv_usec - before.ru_stime.tv_usec);
    return user + kernel > 0 ? kernel / (user + kernel) : 0;
}

/* Ours and theirs in turn, so that a machine that grows slower does so for both. */
static struct json_object *compare(round_fn ours, const struct source *source, int rounds)
{
    enum { TURNS = 5 };
    double best_ours = -1, best_theirs = -1;

    for (int turn = 0; turn < TURNS; turn++) {
        double us = median_us(ours, source, rounds), peer = median_us(run_peer, source, rounds / 10 + 1);
        if (us < 0 || peer < 0)
            return NULL;
        if (best_ours < 0 || us < best_ours)
            best_ours = us;
        if (best_theirs < 0 || peer < best_theirs)
            best_theirs = peer;
    }
    struct json_object *row = json_object_new_object();
    (void)json_object_object_add(row, "us", json_object_new_double(best_ours));
    (void)json_object_object_add(row, "iw_us", json_object_new_double(best_theirs));
    (void)json_object_object_add(row, "ratio_vs_iw", json_object_new_double(best_ours / best_theirs));
    (void)json_object_object_add(row, "kernel_share", json_object_new_double(kernel_share(ours, source, rounds)));
    return row;
}

int main(int argc, char **argv)
{
    struct source source = {0};

    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    if (rounds < 1 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "Usage: bench_link INTERFACE ROUNDS (at most %d)\n", ROUNDS_MAX);
        return 2;
    }
    source.ifindex = if_nametoindex(argv[1]);
    if (source.ifindex == 0 || nl80211_open(&source.nl) < 0) {
        (void)fprintf(stderr, "bench_link: no interface %s, or no nl80211\n", argv[1]);
        return 77;
    }
    char *const phy[] = {(char[]){"iw"}, (char[]){"phy"}, NULL};
    char *const dump[] = {(char[]){"iw"}, (char[]){"dev"}, argv[1], (char[]){"station"}, (char[]){"dump"}, NULL};
    source.command = phy;
    struct json_object *radios_row = compare(read_radios, &source, rounds);
    source.command = dump;
    struct json_object *stations_row = compare(read_stations, &source, rounds);
    nl80211_close(source.nl);
    if (!radios_row || !stations_row) {
        (void)fputs("bench_link: a dump failed, or iw is not installed\n", stderr);
        json_object_put(radios_row);
        json_object_put(stations_row);
        return 77;
    }
    (void)json_object_object_add(radios_row, "radios", json_object_new_int64((int64_t)radios.count));
    (void)json_object_object_add(stations_row, "stations", json_object_new_int64((int64_t)stations.count));
    struct json_object *document = json_object_new_object();
    (void)json_object_object_add(document, "wiphy_to_record", radios_row);
    (void)json_object_object_add(document, "station_dump", stations_row);
    (void)json_object_object_add(document, "own_child_processes", json_object_new_int(0));
    (void)puts(json_object_to_json_string_ext(document, JSON_C_TO_STRING_PRETTY));
    json_object_put(document);
    return 0;
}
