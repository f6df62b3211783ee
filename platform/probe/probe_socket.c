/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "platform/loop/loop.h"
#include "platform/probe/kind.h"

/* A connection that was closed sooner says nothing about the peer: some close whoever does not speak. */
#define LASTING_US 1000000

static bool is_hung_up(int fd)
{
    struct pollfd state = {.fd = fd, .events = POLLRDHUP};

    return poll(&state, 1, 0) != 0 && (state.revents & (POLLHUP | POLLRDHUP | POLLERR));
}

/* A service manager that listens for its services (socket activation) has a socket before and after the daemon's life,
 * and outlives it: its process is not the one to watch. */
static bool is_service_manager(pid_t pid)
{
    char path[32], name[16] = {0};
    size_t size = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    return file_read(path, name, sizeof name - 1, &size) == 0 && strncmp(name, "systemd\n", sizeof name) == 0;
}

static int on_hang_up(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct probe *probe = userdata;
    struct probe_socket_id now = {0};
    (void)source;
    (void)fd;

    if (!(events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)))
        return 0;
    /* It may have tired of a connection that says nothing. Then it is still there, behind the same socket. */
    int again = -1;
    if (loop_now_us() - probe->connected_us >= LASTING_US && !probe->held && probe_peer_id(probe, &now) == 0 &&
        probe_same_file(&now, &probe->id) && probe_peer_connect(probe, SOCK_STREAM, &again) == 0) {
        probe_peer_drop(probe);
        probe->fd = again;
        probe->connected_us = loop_now_us();
        if (loop_io_new(probe->loop, again, EPOLLRDHUP, on_hang_up, probe, &probe->input) == 0)
            return 0;
    }
    probe_peer_gone(probe, "it has closed the connection");
    return 0;
}

/* Watches the process behind the connection, which is closed then; else the connection itself. */
static int watch_peer(struct probe *probe, int fd, pid_t pid)
{
    probe->held = is_service_manager(pid);
    /* The order matters: as long as the connection stands, the number is still its owner's. */
    if (!probe->held && probe_peer_watch(probe, pid)) {
        if (!is_hung_up(fd)) {
            (void)close(fd);
            return 0;
        }
        probe_peer_drop(probe);
    }
    probe->fd = fd;
    probe->connected_us = loop_now_us();
    return loop_io_new(probe->loop, fd, EPOLLRDHUP, on_hang_up, probe, &probe->input);
}

static void socket_connect(struct probe *probe)
{
    struct probe_socket_id before = {0}, now = {0};
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    int fd = -1;

    (void)loop_timer_disarm(probe->timer); /* the monitor may have been faster than the retry */
    probe_peer_drop(probe);
    bool known_file = probe_peer_id(probe, &before) == 0;
    int r = probe_peer_connect(probe, SOCK_STREAM, &fd);
    if (r == 0 && (!known_file || probe_peer_id(probe, &now) < 0 || !probe_same_file(&before, &now))) {
        (void)close(fd); /* changed under our hands */
        r = -EAGAIN;
    }
    if (r == 0 && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        peer.pid = 0;
    if (r == 0)
        r = watch_peer(probe, fd, peer.pid);
    if (r < 0) {
        probe_peer_drop(probe);
        probe_peer_retry(probe, r);
        probe_tell_lost(probe, strerror(-r));
        return;
    }
    bool other = probe->ended || !probe_same_file(&now, &probe->id);
    probe->id = now;
    probe->tries = 0;
    probe_tell_answer(probe, probe->held ? 0 : peer.pid, other);
}

const struct probe_kind probe_kind_socket = {
    .begin = probe_peer_begin, .connect = socket_connect, .end = probe_peer_gone};
