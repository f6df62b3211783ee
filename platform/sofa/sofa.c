/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sofa/sofa.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file/file.h"
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

int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    static const struct child_limits limits = {
        .answer_bytes = SOFA_TABLE_BYTES_MAX,
        .data_bytes = CHILD_DATA_MAX,
        .seconds = SOFA_SECONDS_MAX,
    };
    struct job job = {.bytes = bytes, .size = size, .rate = rate};
    _cleanup_(freep) void *answer = NULL;
    size_t answered = 0;
    int died = 0;

    if (rate < SOFA_RATE_MIN || rate > SOFA_RATE_MAX) {
        fascia_text_add(message, "%u Hz is not a rate from %d to %d", rate, SOFA_RATE_MIN, SOFA_RATE_MAX);
        return -EINVAL;
    }
    if (size > SOFA_BYTES_MAX) {
        fascia_text_add(message, "larger than %zu octets", SOFA_BYTES_MAX);
        return SOFA_E_TOO_BIG;
    }
    int r = child_run(answer_in_child, &job, &limits, &answer, &answered, &died);
    if (r == -ETIMEDOUT) {
        fascia_text_add(message, "libmysofa took more than %d s", SOFA_SECONDS_MAX);
        return SOFA_E_FORMAT;
    }
    if (r < 0) {
        fascia_text_add(message, "no process for libmysofa: %s", strerror(-r));
        return r;
    }
    if (died != 0) {
        fascia_text_add(message, "libmysofa died of it (signal %d)", died);
        return SOFA_E_FORMAT;
    }
    r = sofa_table_parse(answer, answered, ret_hrtf, message);
    if (r < 0)
        fascia_text_add(message, "%s", strerror(-r));
    return r;
}

int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    const char *file = path && path[0] != '\0' ? path : SOFA_DEFAULT;
    struct stat st = {0};
    size_t size = 0;

    int r = stat(file, &st) < 0 ? -errno : 0;
    if (r == 0 && !S_ISREG(st.st_mode)) {
        fascia_text_add(message, "%s: not a file", file);
        return SOFA_E_FORMAT;
    }
    if (r == 0 && st.st_size > (off_t)SOFA_BYTES_MAX) {
        fascia_text_add(message, "%s: larger than %zu octets", file, SOFA_BYTES_MAX);
        return SOFA_E_TOO_BIG;
    }
    _cleanup_(freep) char *bytes = r == 0 ? malloc((size_t)st.st_size + 1) : NULL;
    if (r == 0)
        r = bytes ? file_read(file, bytes, (size_t)st.st_size + 1, &size) : -ENOMEM;
    if (r < 0) {
        fascia_text_add(message, "%s: %s", file, strerror(-r));
        return r;
    }
    const struct fascia_text before = *message;
    fascia_text_add(message, "%s: ", file);
    r = sofa_parse(bytes, size, rate, ret_hrtf, message);
    if (r == 0) {
        *message = before;
        message->start[message->used] = '\0';
    }
    return r;
}
