/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/loop/loop.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static int on_end_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    (void)info;
    (void)userdata;
    return sd_event_exit(sd_event_source_get_event(source), 0);
}

int loop_new(sd_event **ret_loop)
{
    return loop_new_ending(on_end_signal, NULL, ret_loop);
}

int loop_new_ending(sd_event_signal_handler_t fn, void *userdata, sd_event **ret_loop)
{
    _cleanup_(loop_free) sd_event *loop = NULL;
    sigset_t ends;

    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    if (sigprocmask(SIG_BLOCK, &ends, NULL) < 0)
        return -errno;

    int r = sd_event_new(&loop);
    if (r < 0)
        return r;
    r = sd_event_add_signal(loop, NULL, SIGTERM, fn, userdata);
    if (r < 0)
        return r;
    r = sd_event_add_signal(loop, NULL, SIGINT, fn, userdata);
    if (r < 0)
        return r;

    *ret_loop = FASCIA_STEAL(loop);
    return 0;
}

int loop_run(sd_event *loop)
{
    return sd_event_loop(loop);
}

void loop_free(sd_event *loop)
{
    sd_event_unref(loop);
}

int64_t loop_now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int loop_timer_new(sd_event *loop, loop_timer_fn fn, void *userdata, sd_event_source **ret_timer)
{
    sd_event_source *timer = NULL;
    int r = sd_event_add_time_relative(loop, &timer, CLOCK_MONOTONIC, 0, 0, fn, userdata);

    if (r < 0)
        return r;
    r = sd_event_source_set_enabled(timer, SD_EVENT_OFF);
    /* sd-event's default accuracy is 250 ms: fine for housekeeping, not for a 100 ms back-off. */
    if (r >= 0)
        r = sd_event_source_set_time_accuracy(timer, 1000);
    if (r < 0) {
        sd_event_source_unref(timer);
        return r;
    }
    *ret_timer = timer;
    return 0;
}

int loop_timer_arm(sd_event_source *timer, int64_t delay_us)
{
    int r = sd_event_source_set_time(timer, (uint64_t)(loop_now_us() + (delay_us > 0 ? delay_us : 0)));
    return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

int loop_timer_disarm(sd_event_source *timer)
{
    return sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

int loop_io_new(sd_event *loop, int fd, uint32_t epoll_events, sd_event_io_handler_t fn, void *userdata,
                sd_event_source **ret_source)
{
    return sd_event_add_io(loop, ret_source, fd, epoll_events, fn, userdata);
}

sd_event_source *loop_source_free(sd_event_source *source)
{
    return sd_event_source_disable_unref(source);
}
