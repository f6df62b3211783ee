/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sleep/sleep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/sleep/clocks.h"

/* org.freedesktop.login1(5). */
#define LOGIN1          "org.freedesktop.login1"
#define LOGIN1_PATH     "/org/freedesktop/login1"
#define MANAGER         "org.freedesktop.login1.Manager"
#define CALL_TIMEOUT_US 30000000

/* A call in flight, which outlives the watch. */
struct inhibit_call {
    struct sleep_watch *watch; /* NULL: freed meanwhile */
};

struct sleep_watch {
    struct bus *bus;
    struct sleep_handler handler;
    struct sleep_clocks clocks; /* when they were compared last */
    int timer_fd;
    sd_event_source *timer;
    struct bus_name_watch *name;
    struct bus_signal_watch *signal;
    struct inhibit_call *call;
    int inhibitor;  /* -1, or the lock: closing it gives it back */
    bool preparing; /* the sleep was announced; not told awake since */
    bool ready;     /* … and sleep_ready() was called */
};

/* `resumed`: somebody says so, even if the machine never slept. */
static void tell_changes(struct sleep_watch *watch, bool resumed)
{
    const struct sleep_handler *handler = &watch->handler;
    struct sleep_clocks now = {0};

    sleep_read_clocks(&now);
    struct sleep_change change = sleep_compare(&watch->clocks, &now);
    watch->clocks = now;
    if (change.slept_us > 0 || (resumed && watch->preparing)) {
        watch->preparing = false;
        watch->ready = false;
        handler->woke(change.slept_us, handler->userdata);
    }
    if (change.set_by_us != 0)
        handler->clock_set(change.set_by_us, handler->userdata);
}

static int timer_arm(struct sleep_watch *watch)
{
    /* The latest time that time_t has. */
    const time_t never = (time_t)((UINT64_C(1) << (sizeof(time_t) * 8 - 1)) - 1);
    const struct itimerspec spec = {.it_value = {.tv_sec = never}};

    /* ECANCELED here: it is armed, and the clock was set just before. */
    if (timerfd_settime(watch->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL) < 0 &&
        errno != ECANCELED)
        return -errno;
    return 0;
}

static int on_timer(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct sleep_watch *watch = userdata;
    uint64_t expirations;
    (void)source;
    (void)events;

    if (read(fd, &expirations, sizeof expirations) < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    int r = timer_arm(watch); /* before the clocks are read: what happens after that is told again */
    tell_changes(watch, false);
    return r;
}

static void drop_inhibitor(struct sleep_watch *watch)
{
    if (watch->inhibitor >= 0)
        (void)close(watch->inhibitor);
    watch->inhibitor = -1;
}

static void on_inhibited(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    struct inhibit_call *call = userdata;
    struct sleep_watch *watch = call->watch;
    int fd = -1;
    (void)bus;

    free(call);
    if (!watch)
        return;
    watch->call = NULL;
    if (error < 0 || sd_bus_message_read(reply, "h", &fd) < 0)
        return; /* without it the machine sleeps without waiting for us */
    drop_inhibitor(watch);
    if (!watch->ready)
        watch->inhibitor = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* the message owns the other one */
}

static void take_inhibitor(struct sleep_watch *watch)
{
    if (watch->call)
        return;
    struct inhibit_call *call = malloc(sizeof *call);
    if (!call)
        return;
    call->watch = watch;
    if (bus_call(watch->bus, LOGIN1, LOGIN1_PATH, MANAGER, "Inhibit", CALL_TIMEOUT_US, on_inhibited, call, "ssss",
                 "sleep", "fascia", "Stops the projection in order", "delay") < 0)
        free(call);
    else
        watch->call = call;
}

static void on_prepare_for_sleep(struct bus *bus, sd_bus_message *signal, void *userdata)
{
    struct sleep_watch *watch = userdata;
    int start = 0;
    (void)bus;

    if (sd_bus_message_read(signal, "b", &start) < 0)
        return;
    if (!start) {
        watch->ready = false;
        take_inhibitor(watch); /* not sooner: logind refuses one for what it is about to do */
        tell_changes(watch, true);
    } else if (!watch->preparing) {
        watch->preparing = true;
        watch->handler.prepare(watch->handler.userdata);
    }
}

/* Whether logind is there. Who cannot be told that the sleep is over must not wait for it: if the machine does sleep,
 * the kernel tells. */
static void on_logind(struct bus *bus, const char *owner, pid_t pid, void *userdata)
{
    struct sleep_watch *watch = userdata;
    (void)bus;
    (void)pid;

    if (owner && owner[0] != '\0')
        take_inhibitor(watch);
    else
        tell_changes(watch, true);
}

static int watch_kernel(struct sleep_watch *watch, sd_event *loop)
{
    watch->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (watch->timer_fd < 0)
        return -errno;
    int r = timer_arm(watch);
    if (r < 0)
        return r;
    sleep_read_clocks(&watch->clocks);
    return loop_io_new(loop, watch->timer_fd, EPOLLIN, on_timer, watch, &watch->timer);
}

static int watch_logind(struct sleep_watch *watch)
{
    /* The signal first: a sleep that is announced while we ask for the lock is seen. */
    int r = bus_watch_signal(watch->bus, LOGIN1, LOGIN1_PATH, MANAGER, "PrepareForSleep", on_prepare_for_sleep, watch,
                             &watch->signal);
    return r < 0 ? r : bus_watch_name(watch->bus, LOGIN1, on_logind, watch, &watch->name);
}

int sleep_watch_new(sd_event *loop, struct bus *bus, const struct sleep_handler *handler,
                    struct sleep_watch **ret_watch)
{
    _cleanup_(sleep_watch_free) struct sleep_watch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return -ENOMEM;
    watch->bus = bus;
    watch->handler = *handler;
    watch->timer_fd = -1;
    watch->inhibitor = -1;
    int r = watch_kernel(watch, loop);
    if (r >= 0 && bus)
        r = watch_logind(watch);
    if (r < 0)
        return r;
    *ret_watch = FASCIA_STEAL(watch);
    return 0;
}

void sleep_ready(struct sleep_watch *watch)
{
    if (!watch->preparing)
        return;
    watch->ready = true;
    drop_inhibitor(watch);
}

int sleep_reboot(struct sleep_watch *watch)
{
    if (!watch->bus)
        return -ENOTCONN;
    return bus_call(watch->bus, LOGIN1, LOGIN1_PATH, MANAGER, "Reboot", CALL_TIMEOUT_US, NULL, NULL, "b", 0);
}

void sleep_watch_free(struct sleep_watch *watch)
{
    if (!watch)
        return;
    bus_name_watch_free(watch->name);
    bus_signal_watch_free(watch->signal);
    if (watch->call)
        watch->call->watch = NULL;
    watch->timer = loop_source_free(watch->timer);
    if (watch->timer_fd >= 0)
        (void)close(watch->timer_fd);
    drop_inhibitor(watch);
    free(watch);
}
