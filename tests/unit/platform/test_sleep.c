/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's half of platform/sleep, with clocks and a timerfd that the test moves: the host's own clock cannot be
 * set here. That a real timerfd tells of a clock that was set, and of a resume, is timerfd_create(2). */
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/sleep/clocks.h"
#include "platform/sleep/sleep.h"
#include "tests/unit/test.h"

#define SECOND_US INT64_C(1000000)

static struct sleep_clocks clocks;
static int cancelled = -1; /* stands for the timerfd: readable when the clock was set or the machine woke */
static int armed, armed_flags;

void sleep_read_clocks(struct sleep_clocks *ret_clocks)
{
    *ret_clocks = clocks;
}

int __wrap_timerfd_create(int clock, int flags);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);

int __wrap_timerfd_create(int clock, int flags)
{
    (void)flags;
    assert_int_equal(clock, CLOCK_REALTIME);
    cancelled = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return cancelled;
}

int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    (void)old;
    assert_int_equal(fd, cancelled);
    assert_true(new->it_value.tv_sec > 4000000000);
    armed_flags = flags;
    armed++;
    return 0;
}

struct seen {
    int woke, set;
    int64_t slept_us, set_by_us;
};

static void on_prepare(void *userdata)
{
    (void)userdata;
    fail();
}

static void on_woke(int64_t slept_us, void *userdata)
{
    struct seen *seen = userdata;
    seen->woke++;
    seen->slept_us = slept_us;
}

static void on_set(int64_t by_us, void *userdata)
{
    struct seen *seen = userdata;
    seen->set++;
    seen->set_by_us = by_us;
}

static void pass(int64_t us)
{
    clocks.realtime_us += us;
    clocks.boottime_us += us;
    clocks.monotonic_us += us;
}

static void a_set_clock_and_a_sleep_are_told_apart(void **state)
{
    struct sleep_clocks before = {.realtime_us = 1000 * SECOND_US, .monotonic_us = 5000000, .boottime_us = 7000000};
    (void)state;

    clocks = before;
    pass(3600 * SECOND_US);
    struct sleep_change change = sleep_compare(&before, &clocks);
    assert_int_equal(change.slept_us, 0);
    assert_int_equal(change.set_by_us, 0);

    clocks.realtime_us -= 2 * SECOND_US;
    change = sleep_compare(&before, &clocks);
    assert_int_equal(change.slept_us, 0);
    assert_int_equal(change.set_by_us, -2 * SECOND_US);

    clocks.realtime_us += 60 * SECOND_US; /* a minute of sleep: the wall clock went on too */
    clocks.boottime_us += 60 * SECOND_US;
    change = sleep_compare(&before, &clocks);
    assert_int_equal(change.slept_us, 60 * SECOND_US);
    assert_int_equal(change.set_by_us, -2 * SECOND_US);
}

static void the_inaccuracy_of_reading_is_no_change(void **state)
{
    const struct sleep_clocks before = {.realtime_us = SECOND_US};
    struct sleep_clocks now = {.realtime_us = SECOND_US + SLEEP_SET_MIN_US - 1, .boottime_us = 0};
    (void)state;

    struct sleep_change change = sleep_compare(&before, &now);
    assert_int_equal(change.set_by_us, 0);
    now.realtime_us++;
    assert_int_equal(sleep_compare(&before, &now).set_by_us, SLEEP_SET_MIN_US);
    now = (struct sleep_clocks){.realtime_us = SECOND_US + 9999, .boottime_us = 9999};
    assert_int_equal(sleep_compare(&before, &now).slept_us, 0);
    now.monotonic_us = -1;
    assert_int_equal(sleep_compare(&before, &now).slept_us, SLEEP_SLEPT_MIN_US);
}

static void the_kernel_alone_tells_of_sleep_and_of_a_set_clock(void **state)
{
    struct seen seen = {0};
    const struct sleep_handler handler = {
        .prepare = on_prepare, .woke = on_woke, .clock_set = on_set, .userdata = &seen};
    struct sleep_watch *watch = NULL;
    sd_event *loop = NULL;
    (void)state;

    assert_true(sd_event_new(&loop) >= 0);
    assert_int_equal(sleep_watch_new(loop, NULL, &handler, &watch), 0);
    assert_int_equal(armed, 1);
    assert_int_equal(armed_flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
    assert_int_equal(sd_event_run(loop, 0), 0);

    pass(SECOND_US);
    clocks.realtime_us += 3600 * SECOND_US;
    assert_int_equal(eventfd_write(cancelled, 1), 0);
    assert_true(sd_event_run(loop, 0) > 0);
    assert_int_equal(seen.set, 1);
    assert_int_equal(seen.set_by_us, 3600 * SECOND_US);
    assert_int_equal(seen.woke, 0);
    assert_int_equal(armed, 2);

    clocks.realtime_us += 7 * SECOND_US;
    clocks.boottime_us += 7 * SECOND_US;
    assert_int_equal(eventfd_write(cancelled, 1), 0);
    assert_true(sd_event_run(loop, 0) > 0);
    assert_int_equal(seen.woke, 1);
    assert_int_equal(seen.slept_us, 7 * SECOND_US);
    assert_int_equal(seen.set, 1);
    assert_int_equal(sd_event_run(loop, 0), 0);

    sleep_ready(watch); /* nothing was announced */
    assert_int_equal(sleep_reboot(watch), -ENOTCONN);
    sleep_watch_free(watch);
    sd_event_unref(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_clock_and_a_sleep_are_told_apart),
        cmocka_unit_test(the_inaccuracy_of_reading_is_no_change),
        cmocka_unit_test(the_kernel_alone_tells_of_sleep_and_of_a_set_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
