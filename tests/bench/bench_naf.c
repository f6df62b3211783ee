/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wi-Fi Aware action frames of recorded data path set-ups, decoded: every attribute with every field, on hot buffers,
 * best of several rounds. Then 100,000 of them in a file:
 *
 *   file        read and decoded in this process
 *   fasciactl   `fasciactl aware decode`, the whole process, every field in words, its output read to the end
 *   tshark      `tshark -T fields -e nan.attribute.type`, the whole process, its output read to the end
 *
 * Ratios travel between machines, nanoseconds do not. Exit status 77 when tshark is not installed.
 */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <math.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/pcap/pcap.h"
#include "stack/aware/nan_device.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_ndp.h"
#include "stack/aware/nan_pairing.h"
#include "stack/aware/nan_schedule.h"
#include "stack/aware/nan_security.h"

#define FRAMES_MAX  128
#define FILE_FRAMES 100000
#define PASSES      50 /* over all frames, per round: short, so that the best one was not disturbed */
#define ROUNDS      200

extern char **environ;

static struct {
    uint8_t data[1024];
    size_t size;
} frames[FRAMES_MAX];
static size_t frames_count, octets_count;

/* Processor time of this process, as it is measured of the others. */
static double now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Something of each field, so that none of the work can be left out. */
static uint64_t decode_schedule(const struct nan_attr *attr)
{
    struct nan_availability availability;
    struct nan_channel channel;
    struct nan_entry entry;
    uint64_t sum = 0;

    if (nan_availability_parse(attr, &availability) != 0)
        return 0;
    while (nan_entry_next(&availability.entries, &entry)) {
        sum += entry.rx_nss + entry.time.period_tu + entry.time.slots.size;
        while (entry.is_channels && nan_channel_next(&entry.list, entry.non_contiguous, &channel))
            sum += channel.operating_class + channel.bitmap;
    }
    return sum + availability.control;
}

static uint64_t decode_lists(const struct nan_attr *attr)
{
    struct nan_csia_suite suite;
    struct nan_context context;
    struct nan_container container;
    struct nan_element element;
    struct nan_ndc_entry entry;
    struct nan_csia csia;
    struct nan_ndc ndc;
    uint64_t sum = 0;

    if (attr->id == NAN_ATTR_CSIA && nan_csia_parse(attr, &csia) == 0) {
        while (nan_suite_next(&csia.suites, &suite))
            sum += suite.suite;
    } else if (attr->id == NAN_ATTR_SCIA && nan_scia_check(attr) == 0) {
        for (struct nan_octets left = attr->body; nan_context_next(&left, &context);)
            sum += context.id.data[0];
    } else if (attr->id == NAN_ATTR_ELEMENT_CONTAINER && nan_container_parse(attr, &container) == 0) {
        while (nan_element_next(&container.elements, &element))
            sum += element.body.size;
    } else if (attr->id == NAN_ATTR_NDC && nan_ndc_parse(attr, &ndc) == 0) {
        while (nan_ndc_entry_next(&ndc.schedule, &entry))
            sum += entry.time.slots.size;
    }
    return sum;
}

static uint64_t decode_attribute(const struct nan_attr *attr)
{
    struct nan_capability capability;
    struct nan_dcea dcea;
    struct nan_ndp ndp;
    struct nan_ndpe ndpe;
    struct nan_ndl ndl;
    struct nan_qos qos;
    struct nan_key key;
    struct nan_npba npba;
    struct nan_nira nira;

    switch (attr->id) {
    case NAN_ATTR_DEVICE_CAPABILITY:
        return nan_capability_parse(attr, &capability) == 0 ? capability.bands + capability.switch_time : 0;
    case NAN_ATTR_DCEA:
        return nan_dcea_parse(attr, &dcea) == 0 ? dcea.key_caching : 0;
    case NAN_ATTR_NDP:
        return nan_ndp_parse(attr, &ndp) == 0 ? ndp.ndp_id + ndp.responder_ndi.octets[1] : 0;
    case NAN_ATTR_NDPE:
        return nan_ndpe_parse(attr, &ndpe) == 0 ? ndpe.iid[7] : 0;
    case NAN_ATTR_NDL:
        return nan_ndl_parse(attr, &ndl) == 0 ? ndl.control : 0;
    case NAN_ATTR_NDL_QOS:
        return nan_qos_parse(attr, &qos) == 0 ? qos.max_latency : 0;
    case NAN_ATTR_SKDA:
        return nan_key_parse(attr, 0, &key) == 0 ? key.nonce[5] + (uint64_t)nan_key_message(&key) : 0;
    case NAN_ATTR_NPBA:
        return nan_npba_parse(attr, &npba) == 0 ? npba.methods : 0;
    case NAN_ATTR_NIRA:
        return nan_nira_parse(attr, &nira) == 0 ? nira.tag[0] : 0;
    case NAN_ATTR_AVAILABILITY:
        return decode_schedule(attr);
    default: /* a number of the other side's */
        return decode_lists(attr);
    }
}

static uint64_t decode(const uint8_t *data, size_t size)
{
    struct nan_frame frame;
    struct nan_attr attr;
    struct nan_walk walk;
    uint64_t sum = 0;

    if (nan_frame_parse(data, size, &frame) != 0)
        return 0;
    nan_walk_init(&walk, &frame);
    while (nan_attr_next(&walk, &attr))
        sum += decode_attribute(&attr);
    return sum;
}

static bool load(const char *path)
{
    _cleanup_(pcap_close) struct pcap *pcap = NULL;
    struct pcap_packet packet;

    if (pcap_open(path, &pcap) != 0)
        return false;
    while (frames_count < FRAMES_MAX && pcap_next(pcap, &packet) == 0 && packet.size <= sizeof frames[0].data) {
        memcpy(frames[frames_count].data, packet.data, packet.size);
        frames[frames_count++].size = packet.size;
        octets_count += packet.size;
    }
    return frames_count > 0;
}

static double best_ns_per_frame(uint64_t *sum)
{
    double best = HUGE_VAL;

    for (int round = 0; round < ROUNDS; round++) {
        double begin = now_ns();
        for (int pass = 0; pass < PASSES; pass++) {
            for (size_t i = 0; i < frames_count; i++)
                *sum += decode(frames[i].data, frames[i].size);
        }
        best = fmin(best, (now_ns() - begin) / ((double)PASSES * (double)frames_count));
    }
    return best;
}

static bool write_file(int fd)
{
    const uint32_t head[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, PCAP_LINK_IEEE802_11};
    FILE *file = fdopen(fd, "w");

    if (file == NULL)
        return false;
    bool good = fwrite(head, sizeof head, 1, file) == 1;
    for (uint32_t i = 0; good && i < FILE_FRAMES; i++) {
        uint32_t size = (uint32_t)frames[i % frames_count].size;
        const uint32_t record[4] = {i, 0, size, size};
        good = fwrite(record, sizeof record, 1, file) == 1 && fwrite(frames[i % frames_count].data, size, 1, file) == 1;
    }
    return fclose(file) == 0 && good;
}

static double ns_of_file(const char *path, uint64_t *sum)
{
    _cleanup_(pcap_close) struct pcap *pcap = NULL;
    struct pcap_packet packet;
    size_t count = 0;

    double begin = now_ns();
    if (pcap_open(path, &pcap) != 0)
        return -1;
    for (; pcap_next(pcap, &packet) == 0; count++)
        *sum += decode(packet.data, packet.size);
    return count == FILE_FRAMES ? (now_ns() - begin) / FILE_FRAMES : -1;
}

/* Processor time of the whole process, per frame, which a busy machine does not lengthen; negative when it is not there
 * or fails. */
static double ns_of_process(char *const *command)
{
    static char octets[65536];
    int pipe_fds[2], status = 0;
    posix_spawn_file_actions_t actions;
    struct rusage used = {0};
    size_t got = 0;
    pid_t pid = 0;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return -1;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int r = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(pipe_fds[1]);
    for (ssize_t n = 0; r == 0 && (n = read(pipe_fds[0], octets, sizeof octets)) > 0;)
        got += (size_t)n;
    (void)close(pipe_fds[0]);
    if (r != 0 || wait4(pid, &status, 0, &used) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || got == 0)
        return -1;
    double seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    double microseconds = (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    return (seconds * 1e9 + microseconds * 1e3) / FILE_FRAMES;
}

struct figures {
    double hot, file, fasciactl, tshark; /* ns per frame; negative: could not be measured */
    double mb_per_s;
};

static void add(struct json_object *row, const char *key, double value)
{
    (void)json_object_object_add(row, key, value >= 0 ? json_object_new_double(value) : NULL);
}

static void print_json(const struct figures *f)
{
    struct json_object *all = json_object_new_object(), *row = json_object_new_object();
    double tshark = f->tshark > 0 ? f->tshark : NAN;

    add(row, "ns", f->hot);
    add(row, "mb_per_s", f->mb_per_s);
    add(row, "file_ns", f->file);
    add(row, "fasciactl_ns", f->fasciactl);
    add(row, "tshark_ns", f->tshark);
    add(row, "ratio_vs_tshark", f->hot / tshark);
    add(row, "file_ratio_vs_tshark", f->file / tshark);
    add(row, "fasciactl_ratio_vs_tshark", f->fasciactl > 0 ? f->fasciactl / tshark : -1);
    (void)json_object_object_add(row, "frames", json_object_new_int(FILE_FRAMES));
    (void)json_object_object_add(all, "naf_decode", row);
    (void)puts(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
    (void)json_object_put(all);
}

int main(int argc, char **argv)
{
    const bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    char path[] = "/tmp/bench-naf-XXXXXX.pcap";
    char *const ours[] = {(char[]){FASCIACTL}, (char[]){"aware"}, (char[]){"decode"}, path, NULL};
    char *const theirs[] = {(char[]){"tshark"},
                            (char[]){"-n"},
                            (char[]){"-r"},
                            path,
                            (char[]){"-T"},
                            (char[]){"fields"},
                            (char[]){"-e"},
                            (char[]){"nan.attribute.type"},
                            NULL};
    struct figures f = {.file = -1, .fasciactl = -1, .tshark = -1};
    uint64_t sum = 0;

    if (!load(FIXTURES "/aware/nan-naf-vectors.pcap")) {
        (void)fputs("bench_naf: the recorded frames cannot be read\n", stderr);
        return 1;
    }
    f.hot = best_ns_per_frame(&sum);
    f.mb_per_s = (double)octets_count / (double)frames_count / f.hot * 1e3;
    int fd = mkstemps(path, 5);
    if (fd < 0 || !write_file(fd)) {
        (void)fprintf(stderr, "bench_naf: %s: %s\n", path, strerror(errno));
        return 1;
    }
    for (int turn = 0; turn < 3; turn++) {
        double ns = ns_of_file(path, &sum);
        f.file = f.file < 0 || ns < f.file ? ns : f.file;
    }
    f.fasciactl = ns_of_process(ours);
    f.tshark = ns_of_process(theirs);
    (void)unlink(path);
    if (json)
        print_json(&f);
    else
        printf("NAF decode: %.0f ns/frame, %.0f MB/s; with the file %.0f, fasciactl %.0f, tshark %.0f ns/frame "
               "(1/%.0f; goal 1/50); sum %llx\n",
               f.hot, f.mb_per_s, f.file, f.fasciactl, f.tshark, f.tshark / f.hot, (unsigned long long)sum);
    if (f.tshark > 0)
        return 0;
    (void)fprintf(stderr, "bench_naf: tshark is not installed, nothing to compare with\n");
    return 77;
}
