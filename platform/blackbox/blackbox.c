/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/blackbox/blackbox.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "platform/blackbox/box_file.h"
#include "platform/file/file.h"
#include "platform/loop/loop.h"

#define QUEUE_MAX     128 /* events that a slow disk may owe us */
#define CLOSE_SECONDS 1
#define STACK_SIZE    131072
#define BOOT_ID       "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_MAX   64

struct queued {
    struct fascia_event event;
    int64_t realtime_us;
    uint32_t lost; /* just before it, because the queue was full */
};

enum progress { OPENING, WRITING, BROKEN };

struct blackbox {
    /* The loop's. */
    sd_event_source *source;
    blackbox_broken_fn broken;
    blackbox_opened_fn opened;
    void *userdata;
    enum progress told;
    pthread_t thread;
    bool has_thread;
    int told_fd; /* eventfd: the thread has something to tell */

    /* Both sides', under `lock`. */
    pthread_mutex_t lock;
    pthread_cond_t work;  /* for the thread: the queue is not empty, or `closing` */
    pthread_cond_t ended; /* for blackbox_close() */
    struct queued queue[QUEUE_MAX];
    size_t first, count;
    uint32_t lost; /* since the last one that was queued */
    bool closing, has_ended;
    bool abandoned; /* the thread did not end in time: the box is its own now */
    enum progress progress;
    unsigned int boots;
    char why[BOX_FILE_WHY_SIZE]; /* set once, before `progress` is BROKEN */

    /* The thread's. */
    int64_t size_octets;
    unsigned int boots_wanted;
    char boot_id[BOOT_ID_MAX];
    struct box_file file;
};

static void box_free(struct blackbox *box)
{
    if (box->told_fd >= 0)
        (void)close(box->told_fd);
    (void)pthread_cond_destroy(&box->ended);
    (void)pthread_cond_destroy(&box->work);
    (void)pthread_mutex_destroy(&box->lock);
    free(box);
}

/* ---- the thread ---- */

static void tell(struct blackbox *box, enum progress progress, const char *why)
{
    (void)pthread_mutex_lock(&box->lock);
    if (progress == BROKEN)
        (void)snprintf(box->why, sizeof box->why, "%s", why);
    box->boots = progress == BROKEN ? 0 : box->file.boots;
    box->progress = progress;
    (void)pthread_mutex_unlock(&box->lock);
    (void)eventfd_write(box->told_fd, 1);
}

/* Waits for work. Returns how many records were taken, at most `max`; 0 = it is time to end. */
static size_t take(struct blackbox *box, struct queued *ret_taken, size_t max)
{
    size_t count = 0;

    (void)pthread_mutex_lock(&box->lock);
    while (box->count == 0 && !box->closing)
        (void)pthread_cond_wait(&box->work, &box->lock);
    for (; count < max && box->count > 0; count++) {
        ret_taken[count] = box->queue[box->first];
        box->first = (box->first + 1) % QUEUE_MAX;
        box->count--;
    }
    (void)pthread_mutex_unlock(&box->lock);
    return count;
}

static int open_file(struct blackbox *box)
{
    struct box_layout layout;
    uint8_t boot[BOX_ID_SIZE];
    size_t used = 0;

    if (box_layout_make(box->size_octets, box->boots_wanted, &layout) < 0) {
        (void)snprintf(box->file.why, sizeof box->file.why, "its size is out of range");
        return -EINVAL;
    }
    if (box->boot_id[0] == '\0')
        (void)file_read(BOOT_ID, box->boot_id, sizeof box->boot_id - 1, &used);
    if (box_id_parse(box->boot_id, boot) < 0) {
        (void)snprintf(box->file.why, sizeof box->file.why, "this boot has no id");
        return -EINVAL;
    }
    return box_file_open(&box->file, &layout, boot);
}

static int write_batch(struct blackbox *box, const struct queued *batch, size_t count)
{
    if (!box_file_is_there(&box->file))
        return -ESTALE;
    for (size_t i = 0; i < count; i++) {
        struct box_record record;
        box_record_from_event(&batch[i].event, batch[i].realtime_us, &record);
        record.lost = batch[i].lost;
        int r = box_file_write(&box->file, &record);
        if (r < 0)
            return r;
    }
    return box_file_sync(&box->file);
}

static void work(struct blackbox *box)
{
    struct queued batch[BOX_WRITER_BATCH_MAX];
    size_t count = 0;

    int r = open_file(box);
    if (r == 0)
        tell(box, WRITING, "");
    while (r == 0 && (count = take(box, batch, box_writer_batch(&box->file.writer))) > 0)
        r = write_batch(box, batch, count);
    box_file_close(&box->file); /* first: who is told may look at the file, or unmount its disk */
    if (r < 0)
        tell(box, BROKEN, box->file.why);
}

static void *run(void *userdata)
{
    struct blackbox *box = userdata;

    (void)pthread_setname_np(pthread_self(), "black-box");
    work(box);
    (void)pthread_mutex_lock(&box->lock);
    box->has_ended = true;
    bool abandoned = box->abandoned;
    (void)pthread_cond_signal(&box->ended);
    (void)pthread_mutex_unlock(&box->lock);
    if (abandoned)
        box_free(box);
    return NULL;
}

/* ---- the loop ---- */

/* What the thread has come to; from here on it is what blackbox_state() says. */
static int on_told(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct blackbox *box = userdata;
    eventfd_t count = 0;
    (void)source, (void)revents;

    (void)eventfd_read(fd, &count);
    (void)pthread_mutex_lock(&box->lock);
    enum progress progress = box->progress;
    (void)pthread_mutex_unlock(&box->lock);
    enum progress before = box->told;
    box->told = progress;
    if (before == OPENING && progress == WRITING && box->opened != NULL)
        box->opened(box->userdata);
    else if (before != BROKEN && progress == BROKEN && box->broken != NULL)
        box->broken(box->why, box->userdata);
    return 0;
}

/* No signal is for the thread: they are the loop's. That of a file size limit, too, which then is an error of write. */
static int start_thread(struct blackbox *box)
{
    pthread_attr_t attributes;
    sigset_t all, before;

    int r = pthread_attr_init(&attributes);
    if (r != 0)
        return -r;
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    r = pthread_create(&box->thread, &attributes, run, box);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    box->has_thread = r == 0;
    return -r;
}

static struct blackbox *box_new(void)
{
    pthread_condattr_t monotonic;
    struct blackbox *box = calloc(1, sizeof *box);

    if (box == NULL)
        return NULL;
    box->file.fd = -1;
    (void)pthread_mutex_init(&box->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&box->work, &monotonic);
    (void)pthread_cond_init(&box->ended, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    box->told_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return box;
}

int blackbox_open(sd_event *loop, const struct blackbox_options *options, blackbox_broken_fn fn, void *userdata,
                  struct blackbox **ret_box)
{
    struct blackbox *box = box_new();
    if (box == NULL)
        return -ENOMEM;

    box->size_octets = options->size_octets;
    box->boots_wanted = options->boots;
    box->broken = fn;
    box->opened = options->opened;
    box->userdata = userdata;
    int r = box->told_fd < 0 ? -EMFILE : loop_io_new(loop, box->told_fd, EPOLLIN, on_told, box, &box->source);
    if (r < 0) {
        box_free(box);
        return r;
    }
    if (fascia_text_copy(box->file.path, sizeof box->file.path, options->path) != 0 ||
        (options->boot_id != NULL && fascia_text_copy(box->boot_id, sizeof box->boot_id, options->boot_id) != 0))
        tell(box, BROKEN, "its path is too long");
    else if (start_thread(box) < 0)
        tell(box, BROKEN, "no thread for it");
    *ret_box = box;
    return 0;
}

void blackbox_append(struct blackbox *box, const struct fascia_event *event)
{
    struct timespec now = {0};

    if (box == NULL || box->told == BROKEN)
        return;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)pthread_mutex_lock(&box->lock);
    if (box->count == QUEUE_MAX) {
        box->lost++;
    } else {
        box->queue[(box->first + box->count) % QUEUE_MAX] = (struct queued){
            .event = *event, .realtime_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, .lost = box->lost};
        box->count++;
        box->lost = 0;
        (void)pthread_cond_signal(&box->work);
    }
    (void)pthread_mutex_unlock(&box->lock);
}

const char *blackbox_state(const struct blackbox *box)
{
    if (box == NULL)
        return "off";
    switch (box->told) {
    case OPENING:
        return "opening";
    case WRITING:
        return "ok";
    case BROKEN:
        return box->why;
    }
    return "off";
}

unsigned int blackbox_boots(const struct blackbox *box)
{
    return box != NULL && box->told == WRITING ? box->boots : 0;
}

/* Lets the thread end. True when it did: otherwise the disk has hold of it, and the box is its to free. */
static bool stop_thread(struct blackbox *box)
{
    struct timespec until = {0};
    int r = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += CLOSE_SECONDS;
    (void)pthread_mutex_lock(&box->lock);
    box->closing = true;
    (void)pthread_cond_signal(&box->work);
    while (!box->has_ended && r == 0)
        r = pthread_cond_timedwait(&box->ended, &box->lock, &until);
    bool ended = box->has_ended;
    box->abandoned = !ended;
    pthread_t thread = box->thread; /* once it is unlocked, an abandoned box may be gone */
    (void)pthread_mutex_unlock(&box->lock);
    if (ended)
        (void)pthread_join(thread, NULL);
    else
        (void)pthread_detach(thread);
    return ended;
}

void blackbox_close(struct blackbox *box)
{
    if (box == NULL)
        return;
    box->source = loop_source_free(box->source);
    if (!box->has_thread || stop_thread(box))
        box_free(box);
}
