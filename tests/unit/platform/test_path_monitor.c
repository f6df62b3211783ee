/* SPDX-License-Identifier: Apache-2.0 */
/* platform/path on a folder of its own, against the real inotify. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/path/path_monitor.h"
#include "tests/unit/folder.h"
#include "tests/unit/test.h"

static char dir[64];
static sd_event *loop;
static struct path_monitor *monitor;
static int told;

static void on_change(void *userdata)
{
    assert_ptr_equal(userdata, &told);
    told++;
}

static void end_yourself(void *userdata)
{
    on_change(userdata);
    path_monitor_free(FASCIA_STEAL(monitor));
}

static const char *at(const char *name)
{
    static char path[2][128];
    static unsigned int turn;

    turn = !turn;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
    return path[turn];
}

static void make_file(const char *name)
{
    int fd = open(at(name), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    (void)close(fd);
}

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(at(name), 0700), 0);
}

static void move(const char *from, const char *to)
{
    assert_int_equal(rename(at(from), at(to)), 0);
}

/* inotify queues an event before the call that caused it returns: no waiting. Returns how often `fn` was called. */
static int news(void)
{
    int before = told;

    for (int i = 0; i < 1000 && sd_event_run(loop, 0) > 0; i++)
        ;
    return told - before;
}

static void begin(const char *name, path_monitor_fn fn)
{
    assert_int_equal(path_monitor_new(loop, at(name), fn, &told, &monitor), 0);
    assert_int_equal(news(), 0);
}

static void what_is_made_or_moved_there_is_told_and_nothing_else(void **state)
{
    (void)state;
    begin("socket", on_change);
    make_file("other");
    make_file("sock");
    make_file("socket2");
    assert_int_equal(news(), 0);
    make_file("socket");
    assert_true(news() > 0);
    assert_int_equal(chmod(at("socket"), 0666), 0);
    assert_true(news() > 0);
    assert_int_equal(unlink(at("socket")), 0);
    (void)news(); /* its links have changed: may be told, need not be */
    move("other", "socket");
    assert_true(news() > 0);
}

static void a_folder_that_comes_later_is_gone_down_to(void **state)
{
    (void)state;
    begin("a/b/c/socket", on_change);
    make_folder("x");
    assert_int_equal(news(), 0);
    make_folder("a");
    assert_int_equal(news(), 0);
    make_folder("a/b");
    make_folder("a/b/c"); /* two at a time: the second one is there before the first one was seen */
    assert_true(news() > 0);
    make_file("a/b/c/socket");
    assert_true(news() > 0);
}

static void what_came_together_with_its_folder_is_told(void **state)
{
    (void)state;
    begin("a/b/socket", on_change);
    make_folder("new");
    make_folder("new/b");
    make_file("new/b/socket");
    assert_int_equal(news(), 0);
    move("new", "a");
    assert_true(news() > 0);
}

static void a_folder_that_goes_and_comes_back_is_followed(void **state)
{
    (void)state;
    make_folder("a");
    begin("a/socket", on_change);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rmdir(at("a")), 0);
        assert_int_equal(news(), 0);
        make_folder("a");
        assert_true(news() > 0);
        make_file("a/socket");
        assert_true(news() > 0);
        assert_int_equal(unlink(at("a/socket")), 0);
        (void)news();
    }
    move("a", "b"); /* the folder of that name is another one now */
    make_folder("a");
    (void)news();
    make_file("b/socket");
    assert_int_equal(news(), 0);
    make_file("a/socket");
    assert_true(news() > 0);
}

static void a_folder_replaced_before_anybody_looked_is_followed(void **state)
{
    (void)state;
    make_folder("a");
    begin("a/socket", on_change);
    assert_int_equal(rmdir(at("a")), 0);
    make_folder("a");
    (void)news();
    make_file("a/socket");
    assert_true(news() > 0);
}

static void a_file_in_the_place_of_a_folder_is_waited_out(void **state)
{
    (void)state;
    make_file("a");
    begin("a/socket", on_change);
    assert_int_equal(unlink(at("a")), 0);
    make_folder("a");
    assert_true(news() > 0);
    make_file("a/socket");
    assert_true(news() > 0);
}

static void two_monitors_of_one_folder_do_not_disturb_each_other(void **state)
{
    struct path_monitor *second = NULL;
    (void)state;

    begin("one", on_change);
    assert_int_equal(path_monitor_new(loop, at("two"), on_change, &told, &second), 0);
    make_file("one");
    assert_true(news() > 0);
    path_monitor_free(second);
    make_file("two");
    assert_int_equal(news(), 0);
    assert_int_equal(chmod(at("one"), 0666), 0);
    assert_true(news() > 0);
}

static void a_monitor_may_be_freed_by_its_own_news(void **state)
{
    (void)state;
    begin("socket", end_yourself);
    make_file("socket");
    assert_int_equal(chmod(at("socket"), 0666), 0); /* a second event is waiting */
    assert_int_equal(news(), 1);
    assert_null(monitor);
}

static void a_path_that_is_not_absolute_is_refused(void **state)
{
    (void)state;
    assert_int_equal(path_monitor_new(loop, "relative/socket", on_change, &told, &monitor), -EINVAL);
    assert_int_equal(path_monitor_new(loop, "", on_change, &told, &monitor), -EINVAL);
    assert_int_equal(path_monitor_new(loop, "/socket-that-is-not-there", on_change, &told, &monitor), 0);
}

static void retries_are_bounded_and_grow(void **state)
{
    unsigned int tries = 0;
    int64_t last = 0, delay;
    int count = 0;
    (void)state;

    while ((delay = path_retry_us(&tries)) >= 0) {
        assert_true(delay >= last && delay <= 1000000);
        last = delay;
        count++;
    }
    assert_int_equal(count, PATH_RETRIES);
    assert_int_equal(path_retry_us(&tries), -1);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/fascia-path-XXXXXX");
    return mkdtemp(dir) && sd_event_new(&loop) >= 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    path_monitor_free(FASCIA_STEAL(monitor));
    loop_free(FASCIA_STEAL(loop));
    return folder_remove(dir);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(what_is_made_or_moved_there_is_told_and_nothing_else),
        WITH_FOLDER(a_folder_that_comes_later_is_gone_down_to),
        WITH_FOLDER(what_came_together_with_its_folder_is_told),
        WITH_FOLDER(a_folder_that_goes_and_comes_back_is_followed),
        WITH_FOLDER(a_folder_replaced_before_anybody_looked_is_followed),
        WITH_FOLDER(a_file_in_the_place_of_a_folder_is_waited_out),
        WITH_FOLDER(two_monitors_of_one_folder_do_not_disturb_each_other),
        WITH_FOLDER(a_monitor_may_be_freed_by_its_own_news),
        WITH_FOLDER(a_path_that_is_not_absolute_is_refused),
        WITH_FOLDER(retries_are_bounded_and_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
