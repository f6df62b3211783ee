/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/hostapd/hostapd.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "stack/base/text.h"
#include "stack/link/hostapd_reply.h"

#define OWN_PREFIX "client-" /* client-<pid>-<number> */

struct request {
    char command[HOSTAPD_COMMAND_MAX + 1];
    int64_t timeout_us;
    hostapd_reply_fn fn;
    void *userdata;
};

struct hostapd {
    int fd;
    int error; /* non-zero: down */
    char own_path[sizeof((struct sockaddr_un *)NULL)->sun_path];
    struct hostapd_handlers handlers;
    sd_event_source *input, *timeout;
    struct request queue[HOSTAPD_QUEUE_MAX]; /* queue[first] is in flight once sent */
    size_t first, count;
    bool sent;       /* or waiting for room */
    bool wants_room; /* that is, nothing of the request in flight has been sent yet */
    int64_t peer_pid;
    /* A callback may close us; the memory then stays until the outermost frame has unwound: enter(), leave(). */
    unsigned int depth;
    bool closed;
};

static void enter(struct hostapd *h)
{
    h->depth++;
}

static void leave(struct hostapd *h)
{
    if (--h->depth == 0 && h->closed)
        free(h);
}

static void answer(const struct request *request, int error, const char *text, size_t size)
{
    if (request->fn)
        request->fn(error, text, size, request->userdata);
}

/* Ends every request that was accepted. */
static void flush(struct hostapd *h, int error)
{
    while (h->count > 0) {
        struct request request = h->queue[h->first];
        h->first = (h->first + 1) % HOSTAPD_QUEUE_MAX;
        h->count--;
        answer(&request, error, "", 0);
    }
}

static void release(struct hostapd *h)
{
    h->input = loop_source_free(h->input);
    h->timeout = loop_source_free(h->timeout);
    if (h->fd >= 0) {
        (void)close(h->fd);
        (void)unlink(h->own_path);
        h->fd = -1;
    }
}

/* Only between enter() and leave(). */
static void go_down(struct hostapd *h, int error)
{
    if (h->error)
        return;
    h->error = error;
    release(h);
    flush(h, error);
    if (!h->closed)
        h->handlers.on_down(error, h->handlers.userdata);
}

/* Whether to be called when hostapd has room for a request. */
static int want_room(struct hostapd *h, bool wanted)
{
    h->wants_room = wanted;
    return sd_event_source_set_io_events(h->input, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* 0 also when hostapd, which hangs, has no room: then as soon as it has, which the time limit bounds. */
static int send_command(struct hostapd *h, const char *command)
{
    ssize_t n = send(h->fd, command, strlen(command), MSG_NOSIGNAL);
    bool full = n < 0 && (errno == EAGAIN || errno == EINTR);

    if (n < 0 && !full)
        return -errno;
    return full == h->wants_room ? 0 : want_room(h, full);
}

/* Sends the head of the queue. */
static int send_next(struct hostapd *h)
{
    if (h->error || h->sent || h->count == 0)
        return 0;
    int r = send_command(h, h->queue[h->first].command);
    if (r < 0)
        return r;
    h->sent = true;
    return loop_timer_arm(h->timeout, h->queue[h->first].timeout_us);
}

/* There was no room for the head of the queue, and now there may be. */
static void send_again(struct hostapd *h)
{
    int r = h->sent && h->count > 0 ? send_command(h, h->queue[h->first].command) : want_room(h, false);

    if (r < 0)
        go_down(h, r);
}

static void note_peer(struct hostapd *h, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        struct ucred peer;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&peer, CMSG_DATA(c), sizeof peer);
        h->peer_pid = peer.pid;
    }
}

static ssize_t receive(struct hostapd *h, struct iovec vector)
{
    union {
        char octets[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.octets, .msg_controllen = sizeof control.octets};

    ssize_t n = recvmsg(h->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n >= 0)
        note_peer(h, &message);
    return n;
}

static void take_reply(struct hostapd *h, const char *text, size_t size)
{
    if (!h->sent || h->count == 0)
        return; /* nobody asked */
    struct request request = h->queue[h->first];
    h->first = (h->first + 1) % HOSTAPD_QUEUE_MAX;
    h->count--;
    h->sent = false;
    (void)loop_timer_disarm(h->timeout);
    int r = send_next(h);
    answer(&request, 0, text, size);
    if (r < 0 && !h->closed)
        go_down(h, r);
}

static void take_datagram(struct hostapd *h)
{
    char text[HOSTAPD_REPLY_MAX + 1];

    ssize_t n = receive(h, (struct iovec){.iov_base = text, .iov_len = sizeof text - 1});
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            go_down(h, -errno);
        return;
    }
    text[n] = '\0';
    if (hostapd_reply_is_event(text, (size_t)n))
        h->handlers.on_event(text, (size_t)n, h->handlers.userdata);
    else
        take_reply(h, text, (size_t)n);
    explicit_bzero(text, sizeof text); /* GET_CONFIG of a hostapd that is not ours may hold a passphrase */
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct hostapd *h = userdata;
    (void)source;
    (void)fd;

    enter(h);
    if (events & EPOLLOUT)
        send_again(h);
    if (!h->error && (events & ~(uint32_t)EPOLLOUT))
        take_datagram(h);
    leave(h);
    return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct hostapd *h = userdata;
    (void)source;
    (void)usec;

    enter(h);
    go_down(h, -ETIMEDOUT);
    leave(h);
    return 0;
}

static int address_of(const char *path, struct sockaddr_un *ret_address)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    int r = fascia_text_copy(address.sun_path, sizeof address.sun_path, path);
    if (r == 0)
        *ret_address = address;
    return r;
}

static int bind_own(struct hostapd *h, const char *own_dir)
{
    static unsigned int number;
    struct sockaddr_un address = {0};
    struct fascia_text text;
    char path[sizeof h->own_path];

    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "%s/" OWN_PREFIX "%d-%u", own_dir, (int)getpid(), ++number);
    if (!fascia_text_ok(&text))
        return -ENAMETOOLONG;
    int r = address_of(path, &address);
    if (r < 0)
        return r;
    (void)unlink(path);
    if (bind(h->fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    memcpy(h->own_path, path, sizeof path);
    return 0;
}

static int connect_to(struct hostapd *h, const char *path, const char *own_dir)
{
    struct sockaddr_un address = {0};
    int on = 1;

    int r = address_of(path, &address);
    if (r < 0)
        return r;
    h->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (h->fd < 0)
        return -errno;
    if (setsockopt(h->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
        return -errno;
    r = bind_own(h, own_dir);
    if (r < 0)
        return r;
    return connect(h->fd, (const struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

static int open_parts(struct hostapd *h, sd_event *loop, const char *path, const char *own_dir)
{
    int r = connect_to(h, path, own_dir);
    if (r < 0)
        return r;
    r = loop_io_new(loop, h->fd, EPOLLIN, on_input, h, &h->input);
    if (r < 0)
        return r;
    return loop_timer_new(loop, on_timeout, h, &h->timeout);
}

int hostapd_open(sd_event *loop, const char *path, const char *own_dir, const struct hostapd_handlers *handlers,
                 struct hostapd **ret_hostapd)
{
    struct hostapd *h = calloc(1, sizeof *h);

    if (!h)
        return -ENOMEM;
    h->fd = -1;
    h->handlers = *handlers;
    int r = open_parts(h, loop, path, own_dir);
    if (r < 0) {
        release(h);
        free(h);
        return r;
    }
    *ret_hostapd = h;
    return 0;
}

void hostapd_close(struct hostapd *h)
{
    if (!h || h->closed)
        return;
    enter(h);
    h->closed = true;
    h->error = h->error ? h->error : -ECANCELED;
    release(h);
    flush(h, -ECANCELED);
    leave(h);
}

int hostapd_request(struct hostapd *h, const char *command, int64_t timeout_us, hostapd_reply_fn fn, void *userdata)
{
    if (h->error)
        return -ENOTCONN;
    if (h->count == HOSTAPD_QUEUE_MAX)
        return -ENOBUFS;
    struct request *request = &h->queue[(h->first + h->count) % HOSTAPD_QUEUE_MAX];
    if (fascia_text_copy(request->command, sizeof request->command, command) < 0)
        return -EMSGSIZE;
    request->timeout_us = timeout_us;
    request->fn = fn;
    request->userdata = userdata;
    h->count++;

    int r = send_next(h);
    if (r == 0)
        return 0;
    /* Refused before it was in flight: the caller gets the error here, everybody else through on_down. */
    h->count--;
    enter(h);
    go_down(h, r);
    leave(h);
    return r;
}

int hostapd_close_saying(struct hostapd *h, const char *command)
{
    int r = 0;

    if (!h)
        return 0;
    size_t size = strlen(command);
    if (size > HOSTAPD_COMMAND_MAX)
        r = -EMSGSIZE;
    else if (h->fd < 0 || send(h->fd, command, size, MSG_NOSIGNAL) < 0)
        r = h->fd < 0 ? -ENOTCONN : -errno;
    hostapd_close(h);
    return r;
}

int64_t hostapd_peer_pid(const struct hostapd *h)
{
    return h->peer_pid;
}

void hostapd_sweep(const char *own_dir)
{
    DIR *dir = opendir(own_dir);

    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        int pid = 0;
        char rest = 0;
        /* client-<pid>-<number>; only those whose process is gone */
        if (strncmp(e->d_name, OWN_PREFIX, strlen(OWN_PREFIX)) != 0)
            continue;
        char *end = NULL;
        pid = (int)strtol(e->d_name + strlen(OWN_PREFIX), &end, 10);
        rest = *end;
        if (rest == '-' && pid > 0 && kill(pid, 0) < 0 && errno == ESRCH)
            (void)unlinkat(dirfd(dir), e->d_name, 0);
    }
    (void)closedir(dir);
}
