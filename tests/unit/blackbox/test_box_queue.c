/* SPDX-License-Identifier: Apache-2.0 */
/* The door's queue and thread, on a disk that answers when the test lets it: box_file.h is replaced by this file. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "platform/blackbox/blackbox.h"
#include "platform/blackbox/box_file.h"
#include "platform/loop/loop.h"
#include "tests/unit/test.h"

#define QUEUE       128 /* events: what blackbox.c holds for a slow disk */
#define RECORDS_MAX 1024
#define LIMIT_US    10000000

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool hangs;   /* every call waits */
    bool waiting; /* one does */
    int result;   /* of writing */
    bool closed;
    size_t records_count, syncs, unsynced_max;
    struct box_record records[RECORDS_MAX];
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void disk_set(bool hangs, int result)
{
    (void)pthread_mutex_lock(&disk.lock);
    disk.hangs = hangs;
    disk.result = result;
    (void)pthread_cond_broadcast(&disk.changed);
    (void)pthread_mutex_unlock(&disk.lock);
}

static void disk_hang(void)
{
    (void)pthread_mutex_lock(&disk.lock);
    while (disk.hangs) {
        disk.waiting = true;
        (void)pthread_cond_broadcast(&disk.changed);
        (void)pthread_cond_wait(&disk.changed, &disk.lock);
    }
    disk.waiting = false;
    (void)pthread_mutex_unlock(&disk.lock);
}

/* Until the thread is in the disk's hands. */
static void wait_until_it_waits(void)
{
    (void)pthread_mutex_lock(&disk.lock);
    while (!disk.waiting)
        (void)pthread_cond_wait(&disk.changed, &disk.lock);
    (void)pthread_mutex_unlock(&disk.lock);
}

int box_file_open(struct box_file *file, const struct box_layout *layout, const uint8_t boot[static BOX_ID_SIZE])
{
    disk_hang();
    box_writer_init(&file->writer, layout, boot);
    file->boots = 7;
    return 0;
}

bool box_file_is_there(struct box_file *file)
{
    (void)file;
    disk_hang();
    return true;
}

int box_file_write(struct box_file *file, struct box_record *record)
{
    (void)pthread_mutex_lock(&disk.lock);
    int r = disk.result;
    if (r == 0 && disk.records_count < RECORDS_MAX)
        disk.records[disk.records_count++] = *record;
    else
        (void)snprintf(file->why, sizeof file->why, "the disk is gone");
    (void)pthread_mutex_unlock(&disk.lock);
    return r;
}

int box_file_sync(struct box_file *file)
{
    static size_t before;
    (void)file;

    (void)pthread_mutex_lock(&disk.lock);
    size_t batch = disk.records_count > before ? disk.records_count - before : 0;
    before = disk.records_count;
    if (batch > disk.unsynced_max)
        disk.unsynced_max = batch;
    disk.syncs++;
    (void)pthread_cond_broadcast(&disk.changed);
    (void)pthread_mutex_unlock(&disk.lock);
    return 0;
}

void box_file_close(struct box_file *file)
{
    (void)file;
    (void)pthread_mutex_lock(&disk.lock);
    disk.closed = true;
    (void)pthread_cond_broadcast(&disk.changed);
    (void)pthread_mutex_unlock(&disk.lock);
}

static void wait_for_records(size_t count)
{
    (void)pthread_mutex_lock(&disk.lock);
    while (disk.records_count < count)
        (void)pthread_cond_wait(&disk.changed, &disk.lock);
    (void)pthread_mutex_unlock(&disk.lock);
}

struct side {
    sd_event *loop;
    struct blackbox *box;
    int opened, broken;
    bool close_when_told;
};

static void on_opened(void *userdata)
{
    struct side *side = userdata;
    side->opened++;
}

static void on_broken(const char *why, void *userdata)
{
    struct side *side = userdata;
    assert_string_equal(why, "the disk is gone");
    side->broken++;
    if (side->close_when_told) {
        blackbox_close(side->box);
        side->box = NULL;
    }
}

static void open_box(struct side *side)
{
    struct blackbox_options options = {.path = "/nonexistent",
                                       .size_octets = 65536,
                                       .boots = 4,
                                       .opened = on_opened,
                                       .boot_id = "00000000000000000000000000000001"};

    assert_int_equal(loop_new(&side->loop), 0);
    assert_int_equal(blackbox_open(side->loop, &options, on_broken, side, &side->box), 0);
}

static void append(struct side *side, unsigned int first, unsigned int count)
{
    for (unsigned int i = first; i < first + count; i++) {
        struct fascia_event event = {.kind = FASCIA_EVENT_UNIT_READY, .t_us = i, .source = "test"};
        blackbox_append(side->box, &event);
    }
}

static void run_until(const struct side *side, const int *value, int want)
{
    int64_t end = loop_now_us() + LIMIT_US;

    while (*value != want && loop_now_us() < end)
        assert_true(sd_event_run(side->loop, 100000) >= 0);
    assert_int_equal(*value, want);
}

static int reset(void **state)
{
    (void)state;
    disk.records_count = disk.syncs = disk.unsynced_max = 0;
    disk.closed = false;
    disk_set(false, 0);
    return 0;
}

static void what_happens_while_the_disk_is_slow_to_open_is_not_lost(void **state)
{
    struct side side = {0};
    (void)state;

    disk_set(true, 0);
    open_box(&side);
    assert_string_equal(blackbox_state(side.box), "opening");
    assert_int_equal(blackbox_boots(side.box), 0);
    append(&side, 0, 5);
    disk_set(false, 0);
    run_until(&side, &side.opened, 1);
    assert_string_equal(blackbox_state(side.box), "ok");
    assert_int_equal(blackbox_boots(side.box), 7);
    blackbox_close(side.box);
    assert_int_equal(disk.records_count, 5);
    assert_int_equal(disk.records[4].monotonic_us, 4);
    assert_true(disk.closed);
    loop_free(side.loop);
}

static void closing_writes_what_is_queued_in_batches_that_are_synced(void **state)
{
    struct side side = {0};
    (void)state;

    disk_set(true, 0);
    open_box(&side);
    wait_until_it_waits();
    append(&side, 0, 100);
    disk_set(false, 0);
    blackbox_close(side.box);
    assert_int_equal(disk.records_count, 100);
    assert_in_range(disk.unsynced_max, 1, BOX_WRITER_BATCH_MAX);
    assert_true(disk.syncs >= 100 / BOX_WRITER_BATCH_MAX);
    for (unsigned int i = 0; i < 100; i++)
        assert_int_equal(disk.records[i].monotonic_us, i);
    loop_free(side.loop);
}

static void what_the_queue_has_no_room_for_is_counted_in_the_next_record(void **state)
{
    struct side side = {0};
    (void)state;

    disk_set(true, 0);
    open_box(&side);
    wait_until_it_waits();
    append(&side, 0, 500);
    disk_set(false, 0);
    wait_for_records(QUEUE);
    append(&side, 1000, 2);
    blackbox_close(side.box);
    assert_int_equal(disk.records_count, QUEUE + 2);
    for (unsigned int i = 0; i < QUEUE; i++) {
        assert_int_equal(disk.records[i].monotonic_us, i);
        assert_int_equal(disk.records[i].lost, 0);
    }
    assert_int_equal(disk.records[QUEUE].monotonic_us, 1000);
    assert_int_equal(disk.records[QUEUE].lost, 500 - QUEUE);
    assert_int_equal(disk.records[QUEUE + 1].lost, 0);
    loop_free(side.loop);
}

static void an_error_is_told_once_and_ends_it(void **state)
{
    struct side side = {0};
    (void)state;

    open_box(&side);
    run_until(&side, &side.opened, 1);
    disk_set(false, -EIO);
    append(&side, 0, 3);
    run_until(&side, &side.broken, 1);
    assert_string_equal(blackbox_state(side.box), "the disk is gone");
    assert_int_equal(blackbox_boots(side.box), 0);
    assert_true(disk.closed);
    disk_set(false, 0);
    append(&side, 3, 300);
    (void)sd_event_run(side.loop, 0);
    blackbox_close(side.box);
    assert_int_equal(disk.records_count, 0);
    assert_int_equal(side.broken, 1);
    loop_free(side.loop);
}

static void it_may_be_closed_from_within_what_it_tells(void **state)
{
    struct side side = {.close_when_told = true};
    (void)state;

    open_box(&side);
    disk_set(false, -EIO);
    append(&side, 0, 1);
    run_until(&side, &side.broken, 1);
    assert_null(side.box);
    loop_free(side.loop);
}

static void nothing_is_told_after_it_was_closed(void **state)
{
    struct side side = {0};
    (void)state;

    disk_set(false, -EIO);
    open_box(&side);
    append(&side, 0, 1);
    blackbox_close(side.box);
    (void)sd_event_run(side.loop, 0);
    assert_int_equal(side.opened + side.broken, 0);
    loop_free(side.loop);
}

static void a_disk_that_never_answers_holds_up_the_closing_for_a_second_at_most(void **state)
{
    struct side side = {0};
    (void)state;

    disk_set(true, 0);
    open_box(&side);
    wait_until_it_waits();
    append(&side, 0, 3);
    blackbox_close(side.box); /* returns */
    loop_free(side.loop);
    assert_false(disk.closed);

    /* When the disk comes back, the thread ends what it had to do, and cleans up. */
    disk_set(false, 0);
    (void)pthread_mutex_lock(&disk.lock);
    while (!disk.closed)
        (void)pthread_cond_wait(&disk.changed, &disk.lock);
    (void)pthread_mutex_unlock(&disk.lock);
    assert_int_equal(disk.records_count, 3);
}

static void no_box_is_a_box_that_is_off(void **state)
{
    struct fascia_event event = {.kind = FASCIA_EVENT_UNIT_READY};
    (void)state;

    blackbox_append(NULL, &event);
    blackbox_close(NULL);
    assert_string_equal(blackbox_state(NULL), "off");
    assert_int_equal(blackbox_boots(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_happens_while_the_disk_is_slow_to_open_is_not_lost, reset),
        cmocka_unit_test_setup(closing_writes_what_is_queued_in_batches_that_are_synced, reset),
        cmocka_unit_test_setup(what_the_queue_has_no_room_for_is_counted_in_the_next_record, reset),
        cmocka_unit_test_setup(an_error_is_told_once_and_ends_it, reset),
        cmocka_unit_test_setup(it_may_be_closed_from_within_what_it_tells, reset),
        cmocka_unit_test_setup(nothing_is_told_after_it_was_closed, reset),
        cmocka_unit_test_setup(a_disk_that_never_answers_holds_up_the_closing_for_a_second_at_most, reset),
        cmocka_unit_test(no_box_is_a_box_that_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
