/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/probe/kind.h"

/*
 * PING on the control socket of hostapd and wpa_supplicant (2.10: hostapd/ctrl_iface.c, wpa_supplicant/ctrl_iface.c),
 * a datagram socket that answers to the sender's address. Ours is an abstract one that the kernel chooses (unix(7),
 * autobind; SO_PASSCRED brings it about at connect()): no file is left behind, and no right to write to a file of ours
 * is needed. It is reachable within our network namespace only, so a daemon in another one never answers. As our socket
 * is connected, nobody else can send to it.
 */

#define PING "PING"
#define PONG "PONG"

/* Who does not answer is asked on, but does not get its queue filled. */
#define ASKED_MAX 4

/* Of an answer, the process that gave it; -1 when it is none (an event, a late answer to something else). */
static pid_t answer_from(int fd, ssize_t *ret_size)
{
    char text[64] = {0};
    union {
        char octets[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    struct iovec vector = {.iov_base = text, .iov_len = sizeof text};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.octets, .msg_controllen = sizeof control.octets};
    pid_t pid = 0;

    ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    *ret_size = n < 0 ? -errno : n;
    if (n < (ssize_t)strlen(PONG) || memcmp(text, PONG, strlen(PONG)) != 0)
        return -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        struct ucred peer;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&peer, CMSG_DATA(c), sizeof peer);
        pid = peer.pid;
    }
    return pid;
}

/* Empties the queue. Returns the process that answered last, -1 when nobody did; `ret_error`: the connection's. */
static pid_t take_answers(int fd, int *ret_error)
{
    pid_t from = -1;
    ssize_t size = 0;

    do {
        pid_t pid = answer_from(fd, &size);
        if (size >= 0 && pid >= 0)
            from = pid;
    } while (size >= 0);
    *ret_error = size == -EAGAIN || size == -EINTR ? 0 : (int)size;
    return from;
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct probe *probe = userdata;
    int error = 0;
    (void)source;
    (void)events;

    pid_t pid = take_answers(fd, &error);
    if (pid < 0) {
        if (error < 0)
            probe_peer_gone(probe, strerror(-error));
        return 0;
    }
    bool other = probe->ended;
    probe->asked = 0;
    if (probe->pidfd >= 0 && pid != probe->pid)
        probe_peer_forget(probe);
    if (probe->pidfd < 0)
        (void)probe_peer_watch(probe, pid); /* else only the period tells of its end */
    probe_tell_answer(probe, pid, other);
    return 0;
}

static int ask(struct probe *probe)
{
    if (probe->asked < ASKED_MAX && send(probe->fd, PING, strlen(PING), MSG_NOSIGNAL) < 0 && errno != EAGAIN &&
        errno != EINTR)
        return -errno;
    probe->asked++;
    return probe->period_us > 0 ? loop_timer_arm(probe->timer, probe->period_us) : 0;
}

static void ask_again(struct probe *probe)
{
    bool late = probe->asked > 0;

    int r = ask(probe);
    if (r < 0)
        probe_peer_gone(probe, strerror(-r));
    else if (late)
        probe_tell_lost(probe, "no answer to PING");
}

static int connect_new(struct probe *probe)
{
    struct probe_socket_id id = {0};
    int fd = -1, error = 0;

    /* Before connecting: if the file changes in between, the monitor's call finds another one, and we come back. */
    int r = probe_peer_id(probe, &id);
    if (r == 0)
        r = probe_peer_connect(probe, SOCK_DGRAM, &fd);
    if (r < 0)
        return r;
    (void)take_answers(fd, &error); /* what came before the socket was connected may be from anybody */
    probe->ended = probe->ended || !probe_same_file(&id, &probe->id);
    probe->id = id;
    probe->fd = fd;
    r = loop_io_new(probe->loop, fd, EPOLLIN, on_input, probe, &probe->input);
    return r < 0 ? r : ask(probe);
}

static void control_connect(struct probe *probe)
{
    if (probe->fd >= 0) {
        ask_again(probe);
        return;
    }
    (void)loop_timer_disarm(probe->timer);
    int r = connect_new(probe);
    if (r == 0) {
        probe->tries = 0;
        return;
    }
    probe_peer_drop(probe);
    probe_peer_retry(probe, r);
    probe_tell_lost(probe, strerror(-r));
}

const struct probe_kind probe_kind_control = {
    .begin = probe_peer_begin, .connect = control_connect, .end = probe_peer_gone};
