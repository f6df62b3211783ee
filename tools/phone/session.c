/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t session_now_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int session_init(struct session *session, const struct join_options *options)
{
    sigset_t set;
    int64_t now = session_now_us();

    *session = (struct session){
        .options = *options,
        .deadline_us = now + options->seconds * 1000000,
        .signal_fd = -1,
        .home_netns_fd = -1,
    };
    session->talk.listen_fd = -1;
    session->play.fd = session->play.timer_fd = -1;
    phone_result_init(&session->result, now);
    nd_count_init(&session->count);

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -errno;
    session->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return session->signal_fd < 0 ? -errno : 0;
}

static void give_radio_back(struct session *session)
{
    if (session->made_interface)
        (void)radio_netns_remove(session->radio, session->ifindex);
    else if (session->rtnl && !session->was_noarp)
        (void)rtnl_link_set_noarp(session->rtnl, session->ifindex, false);
    session->made_interface = false;

    /* The kernel would do so when the namespace dies, but at a time of its own. */
    if (session->radio && session->home_netns_fd >= 0 &&
        radio_netns_move(session->radio, session->wiphy, session->home_netns_fd) == 0)
        session_note(session, "radio-returned");
    radio_netns_close(session->radio);
    session->radio = NULL;
}

void session_finish(struct session *session)
{
    if (session->talking)
        talk_finish(&session->talk);
    session->talking = false;
    play_stop(&session->play);
    supplicant_process_stop(&session->supplicant);
    nd_count_finish(&session->count);
    give_radio_back(session);
    rtnl_close(session->rtnl);
    session->rtnl = NULL;
    if (session->home_netns_fd >= 0)
        (void)close(session->home_netns_fd);
    if (session->signal_fd >= 0)
        (void)close(session->signal_fd);
    session->home_netns_fd = session->signal_fd = -1;
    phone_credentials_wipe(&session->credentials);
}

void session_note(struct session *session, const char *format, ...)
{
    char text[PHONE_LINE_SIZE];
    int64_t now = session_now_us();
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    phone_result_note(&session->result, now, "%s", text);
    (void)fprintf(stderr, "fascia-phone: %6.1f s  %s\n", (double)(now - session->result.started_us) / 1e6, text);
}

static void take_signals(struct session *session)
{
    struct signalfd_siginfo info;
    int status = 0;

    while (read(session->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGCHLD)
            session->stop = true;
    }
    if (supplicant_process_reap(&session->supplicant, &status)) {
        session->gone = true;
        session->connected = false;
        session_note(session, "supplicant-ended %s %d", WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

static void take_event(struct session *session, const struct phone_event *event)
{
    char line[PHONE_LINE_SIZE];
    struct fascia_text text;

    if (event->kind == PHONE_EVENT_OTHER || event->kind == PHONE_EVENT_SCAN_RESULTS)
        return;
    fascia_text_init(&text, line, sizeof line);
    phone_event_describe(event, &text);
    session_note(session, "%s", line);
    session->changed = true;
    if (event->kind == PHONE_EVENT_CONNECTED) {
        session->connected = session->rejoined = true;
        session->result.joins++;
    }
    if (event->kind == PHONE_EVENT_DISCONNECTED || event->kind == PHONE_EVENT_TERMINATING)
        session->connected = false;
    if (phone_event_is_obstacle(event))
        session->obstacle = *event;
}

static void take_events(struct session *session)
{
    char line[PHONE_EVENT_SIZE];
    size_t size = 0;

    while (session->supplicant.control &&
           supplicant_event(session->supplicant.control, line, sizeof line, &size) == 0) {
        struct phone_event event;
        if (phone_event_parse(line, size, &event) == 0)
            take_event(session, &event);
    }
}

static void take_talk(struct session *session)
{
    struct talk *talk = &session->talk;
    bool called = talk->called.ok, answered = talk->answered.ok;

    if (!talk_turn(talk, session_now_us()))
        return;
    session->changed = true;
    if (talk->called.ok && !called)
        session_note(session, "tcp-to-head-unit %u octets each way", (unsigned)talk->called.bytes);
    if (talk->answered.ok && !answered)
        session_note(session, "tcp-from-head-unit %u octets each way", (unsigned)talk->answered.bytes);
}

static int poll_timeout_ms(const struct session *session, int64_t until_us)
{
    int64_t due = until_us;

    if (session->talking && talk_due_us(&session->talk) < due)
        due = talk_due_us(&session->talk);
    int64_t left = due - session_now_us();
    if (left <= 0)
        return 0;
    return left > 60000000 ? 60000 : (int)(left / 1000) + 1;
}

int session_turn(struct session *session, int64_t until_us)
{
    struct pollfd fds[3 + TALK_FDS_MAX];
    nfds_t n = 0;

    fds[n++] = (struct pollfd){.fd = session->signal_fd, .events = POLLIN};
    if (session->supplicant.control)
        fds[n++] = (struct pollfd){.fd = supplicant_event_fd(session->supplicant.control), .events = POLLIN};
    if (play_fd(&session->play) >= 0)
        fds[n++] = (struct pollfd){.fd = play_fd(&session->play), .events = POLLIN};
    if (session->talking)
        n += talk_poll(&session->talk, fds + n);
    if (poll(fds, n, poll_timeout_ms(session, until_us)) < 0 && errno != EINTR)
        return -errno;

    if (play_fd(&session->play) >= 0)
        play_turn(&session->play);
    take_signals(session);
    nd_count_turn(&session->count);
    take_events(session);
    if (session->talking)
        take_talk(session);
    if (session->stop)
        return -EINTR;
    if (session->gone)
        return -ECHILD;
    return session_now_us() >= until_us ? -ETIMEDOUT : 0;
}
