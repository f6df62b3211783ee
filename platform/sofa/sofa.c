/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sofa/sofa.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/sofa/child.h"
#include "platform/sofa/convert.h"
#include "platform/sofa/table.h"
#include "stack/base/cleanup.h"

#define CHILD_DATA_MAX ((size_t)768 * 1024 * 1024)

struct job {
    const void *bytes;
    size_t size;
    uint32_t rate;
};

static bool write_at(int fd, const void *data, size_t size, off_t at)
{
    const char *p = data;

    while (size > 0) {
        ssize_t n = pwrite(fd, p, size, at);
        if (n <= 0)
            return false;
        p += n;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

/* The head comes last: without it, an answer is none. */
static void answer_in_child(int answer, void *user)
{
    const struct job *job = user;
    struct sofa_table_head head = {.magic = SOFA_TABLE_MAGIC};
    struct fascia_text message;
    struct hrtf *hrtf = NULL;

    fascia_text_init(&message, head.message, sizeof head.message);
    head.result = sofa_convert(job->bytes, job->size, job->rate, &hrtf, &message);
    if (head.result == 0) {
        const size_t places = hrtf->directions * sizeof *hrtf->direction;
        const size_t samples = hrtf->directions * 2 * hrtf->taps * sizeof *hrtf->ir;
        head.rate = hrtf->rate;
        head.directions = (uint32_t)hrtf->directions;
        head.taps = (uint32_t)hrtf->taps;
        if (!write_at(answer, hrtf->direction, places, sizeof head) ||
            !write_at(answer, hrtf->ir, samples, (off_t)(sizeof head + places)))
            return;
    }
    (void)write_at(answer, &head, sizeof head, 0);
    hrtf_free(hrtf);
}

static int begin(const struct job *job, struct child *ret_child, struct fascia_text *message)
{
    static const struct child_limits limits = {
        .answer_bytes = SOFA_TABLE_BYTES_MAX,
        .data_bytes = CHILD_DATA_MAX,
        .seconds = SOFA_SECONDS_MAX,
    };
    struct job copy = *job;

    if (job->rate < SOFA_RATE_MIN || job->rate > SOFA_RATE_MAX) {
        fascia_text_add(message, "%u Hz is not a rate from %d to %d", job->rate, SOFA_RATE_MIN, SOFA_RATE_MAX);
        return -EINVAL;
    }
    if (job->size > SOFA_BYTES_MAX) {
        fascia_text_add(message, "larger than %zu octets", SOFA_BYTES_MAX);
        return SOFA_E_TOO_BIG;
    }
    int r = child_start(answer_in_child, &copy, &limits, ret_child);
    if (r < 0)
        fascia_text_add(message, "no process for libmysofa: %s", strerror(-r));
    return r;
}

static int finish(struct child *child, unsigned wait_ms, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    _cleanup_(freep) void *answer = NULL;
    size_t answered = 0;
    int died = 0;

    int r = child_finish(child, wait_ms, &answer, &answered, &died);
    if (r == -ETIMEDOUT) {
        fascia_text_add(message, "libmysofa took more than %d s", SOFA_SECONDS_MAX);
        return SOFA_E_FORMAT;
    }
    if (r == 0 && died != 0) {
        fascia_text_add(message, "libmysofa died of it (signal %d)", died);
        return SOFA_E_FORMAT;
    }
    if (r == 0)
        r = sofa_table_parse(answer, answered, ret_hrtf, message);
    if (r < 0)
        fascia_text_add(message, "%s", strerror(-r));
    return r;
}

int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    const struct job job = {.bytes = bytes, .size = size, .rate = rate};
    struct child child = {.pid = 0};

    int r = begin(&job, &child, message);
    return r == 0 ? finish(&child, SOFA_SECONDS_MAX * 1000, ret_hrtf, message) : r;
}

/* Only the child looks at the mapping, so that a slow disk keeps nobody else waiting; where the file shrinks meanwhile,
 * it is the child that dies of it. Unmapped by the caller. */
static int map_file(const char *file, struct job *job, struct fascia_text *message)
{
    struct stat st = {0};
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r = fd < 0 ? -errno : 0;

    if (r == 0 && fstat(fd, &st) < 0)
        r = -errno;
    if (r == 0 && !S_ISREG(st.st_mode)) {
        fascia_text_add(message, "not a file");
        r = SOFA_E_FORMAT;
    } else if (r == 0 && st.st_size > (off_t)SOFA_BYTES_MAX) {
        fascia_text_add(message, "larger than %zu octets", SOFA_BYTES_MAX);
        r = SOFA_E_TOO_BIG;
    } else if (r == 0 && st.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        r = bytes == MAP_FAILED ? -errno : 0;
        job->bytes = r == 0 ? bytes : "";
        job->size = r == 0 ? (size_t)st.st_size : 0;
    }
    if (fd >= 0)
        (void)close(fd);
    if (r < 0)
        fascia_text_add(message, "%s", strerror(-r));
    return r;
}

static void forget(struct fascia_text *message, const struct fascia_text *before)
{
    *message = *before;
    message->start[message->used] = '\0';
}

int sofa_begin(const char *path, uint32_t rate, struct sofa_reading *ret_reading, struct fascia_text *message)
{
    struct sofa_reading reading = {.file = path && path[0] != '\0' ? path : SOFA_DEFAULT};
    struct job job = {.bytes = "", .rate = rate};
    const struct fascia_text before = *message;

    fascia_text_add(message, "%s: ", reading.file);
    int r = map_file(reading.file, &job, message);
    if (r == 0)
        r = begin(&job, &reading.child, message);
    if (job.size > 0)
        (void)munmap((void *)(uintptr_t)job.bytes, job.size);
    if (r != 0)
        return r;
    forget(message, &before);
    *ret_reading = reading;
    return 0;
}

int sofa_finish(struct sofa_reading *reading, unsigned wait_ms, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    const struct fascia_text before = *message;

    fascia_text_add(message, "%s: ", reading->file);
    int r = finish(&reading->child, wait_ms, ret_hrtf, message);
    if (r == 0)
        forget(message, &before);
    return r;
}

void sofa_abandon(struct sofa_reading *reading)
{
    child_kill(&reading->child);
}

int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    struct sofa_reading reading;

    int r = sofa_begin(path, rate, &reading, message);
    return r == 0 ? sofa_finish(&reading, SOFA_SECONDS_MAX * 1000, ret_hrtf, message) : r;
}
