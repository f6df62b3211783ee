/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/control/control.h"

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

#define OWN_PREFIX "client-" /* client-<pid>-<number> */

struct request {
    char *command; /* ours; NULL once it has been sent */
    int64_t timeout_us;
    control_reply_fn fn;
    void *userdata;
};

struct control {
    int fd;
    int error; /* non-zero: down */
    char own_path[sizeof((struct sockaddr_un *)NULL)->sun_path];
    struct control_handlers handlers;
    sd_event_source *input, *timeout;
    struct request queue[CONTROL_QUEUE_MAX]; /* queue[first] is in flight once sent */
    size_t first, count;
    bool sent;       /* or waiting for room */
    bool wants_room; /* that is, nothing of the request in flight has been sent yet */
    size_t command_max;
    int64_t peer_pid;
    /* A callback may close us; the memory then stays until the outermost frame has unwound: enter(), leave(). */
    unsigned int depth;
    bool closed;
};

static void enter(struct control *c)
{
    c->depth++;
}

static void leave(struct control *c)
{
    if (--c->depth == 0 && c->closed)
        free(c);
}

/* Wipes and frees the command. */
static void forget_command(struct request *request)
{
    if (!request->command)
        return;
    explicit_bzero(request->command, strlen(request->command));
    free(request->command);
    request->command = NULL;
}

static void answer(const struct request *request, int error, const char *text, size_t size)
{
    if (request->fn)
        request->fn(error, text, size, request->userdata);
}

static struct request take_first(struct control *c)
{
    struct request request = c->queue[c->first];

    c->queue[c->first].command = NULL;
    c->first = (c->first + 1) % CONTROL_QUEUE_MAX;
    c->count--;
    return request;
}

/* Ends every request that was accepted. */
static void flush(struct control *c, int error)
{
    while (c->count > 0) {
        struct request request = take_first(c);
        forget_command(&request);
        answer(&request, error, "", 0);
    }
}

static void release(struct control *c)
{
    c->input = loop_source_free(c->input);
    c->timeout = loop_source_free(c->timeout);
    if (c->fd >= 0) {
        (void)close(c->fd);
        (void)unlink(c->own_path);
        c->fd = -1;
    }
}

/* Only between enter() and leave(). */
static void go_down(struct control *c, int error)
{
    if (c->error)
        return;
    c->error = error;
    release(c);
    flush(c, error);
    if (!c->closed)
        c->handlers.on_down(error, c->handlers.userdata);
}

/* Whether to be called when the peer has room for a request. */
static int want_room(struct control *c, bool wanted)
{
    c->wants_room = wanted;
    return sd_event_source_set_io_events(c->input, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* 0 also when the peer, which hangs, has no room: then as soon as it has, which the time limit bounds. */
static int send_command(struct control *c, struct request *request)
{
    ssize_t n = send(c->fd, request->command, strlen(request->command), MSG_NOSIGNAL);
    bool full = n < 0 && (errno == EAGAIN || errno == EINTR);

    if (n < 0 && !full)
        return -errno;
    if (!full)
        forget_command(request);
    return full == c->wants_room ? 0 : want_room(c, full);
}

/* Sends the head of the queue. */
static int send_next(struct control *c)
{
    if (c->error || c->sent || c->count == 0)
        return 0;
    int r = send_command(c, &c->queue[c->first]);
    if (r < 0)
        return r;
    c->sent = true;
    return loop_timer_arm(c->timeout, c->queue[c->first].timeout_us);
}

/* There was no room for the head of the queue, and now there may be. */
static void send_again(struct control *c)
{
    struct request *head = &c->queue[c->first];
    int r = c->sent && c->count > 0 && head->command ? send_command(c, head) : want_room(c, false);

    if (r < 0)
        go_down(c, r);
}

static void note_peer(struct control *c, struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        struct ucred peer;
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&peer, CMSG_DATA(part), sizeof peer);
        c->peer_pid = peer.pid;
    }
}

static ssize_t receive(struct control *c, struct iovec vector)
{
    union {
        char octets[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.octets, .msg_controllen = sizeof control.octets};

    ssize_t n = recvmsg(c->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n >= 0)
        note_peer(c, &message);
    return n;
}

static void take_reply(struct control *c, const char *text, size_t size)
{
    if (!c->sent || c->count == 0)
        return; /* nobody asked */
    struct request request = take_first(c);
    c->sent = false;
    (void)loop_timer_disarm(c->timeout);
    int r = send_next(c);
    answer(&request, 0, text, size);
    if (r < 0 && !c->closed)
        go_down(c, r);
}

static bool is_event(const char *text, size_t size)
{
    return (size > 0 && text[0] == '<') || (size > 7 && memcmp(text, "IFNAME=", 7) == 0);
}

static void take_datagram(struct control *c)
{
    char text[CONTROL_REPLY_MAX + 1];

    ssize_t n = receive(c, (struct iovec){.iov_base = text, .iov_len = sizeof text - 1});
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            go_down(c, -errno);
        return;
    }
    text[n] = '\0';
    if (is_event(text, (size_t)n))
        c->handlers.on_event(text, (size_t)n, c->handlers.userdata);
    else
        take_reply(c, text, (size_t)n);
    explicit_bzero(text, sizeof text); /* GET_CONFIG may hold a passphrase, an event a key */
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct control *c = userdata;
    (void)source;
    (void)fd;

    enter(c);
    if (events & EPOLLOUT)
        send_again(c);
    if (!c->error && (events & ~(uint32_t)EPOLLOUT))
        take_datagram(c);
    leave(c);
    return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct control *c = userdata;
    (void)source;
    (void)usec;

    enter(c);
    go_down(c, -ETIMEDOUT);
    leave(c);
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

static int bind_own(struct control *c, const char *own_dir)
{
    static unsigned int number;
    struct sockaddr_un address = {0};
    struct fascia_text text;
    char path[sizeof c->own_path];

    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "%s/" OWN_PREFIX "%d-%u", own_dir, (int)getpid(), ++number);
    if (!fascia_text_ok(&text))
        return -ENAMETOOLONG;
    int r = address_of(path, &address);
    if (r < 0)
        return r;
    (void)unlink(path);
    if (bind(c->fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    memcpy(c->own_path, path, sizeof path);
    return 0;
}

static int connect_to(struct control *c, const char *path, const char *own_dir)
{
    struct sockaddr_un address = {0};
    int on = 1;

    int r = address_of(path, &address);
    if (r < 0)
        return r;
    c->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->fd < 0)
        return -errno;
    if (setsockopt(c->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
        return -errno;
    r = bind_own(c, own_dir);
    if (r < 0)
        return r;
    return connect(c->fd, (const struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

static int open_parts(struct control *c, sd_event *loop, const char *path, const char *own_dir)
{
    int r = connect_to(c, path, own_dir);
    if (r < 0)
        return r;
    r = loop_io_new(loop, c->fd, EPOLLIN, on_input, c, &c->input);
    if (r < 0)
        return r;
    return loop_timer_new(loop, on_timeout, c, &c->timeout);
}

int control_open(sd_event *loop, const char *path, const char *own_dir, size_t command_max,
                 const struct control_handlers *handlers, struct control **ret_control)
{
    struct control *c = calloc(1, sizeof *c);

    if (!c)
        return -ENOMEM;
    c->fd = -1;
    c->command_max = command_max;
    c->handlers = *handlers;
    int r = open_parts(c, loop, path, own_dir);
    if (r < 0) {
        release(c);
        free(c);
        return r;
    }
    *ret_control = c;
    return 0;
}

void control_close(struct control *c)
{
    if (!c || c->closed)
        return;
    enter(c);
    c->closed = true;
    c->error = c->error ? c->error : -ECANCELED;
    release(c);
    flush(c, -ECANCELED);
    leave(c);
}

int control_request(struct control *c, const char *command, int64_t timeout_us, control_reply_fn fn, void *userdata)
{
    if (c->error)
        return -ENOTCONN;
    if (c->count == CONTROL_QUEUE_MAX)
        return -ENOBUFS;
    if (strlen(command) > c->command_max)
        return -EMSGSIZE;
    struct request *request = &c->queue[(c->first + c->count) % CONTROL_QUEUE_MAX];
    *request = (struct request){.command = strdup(command), .timeout_us = timeout_us, .fn = fn, .userdata = userdata};
    if (!request->command)
        return -ENOMEM;
    c->count++;

    int r = send_next(c);
    if (r == 0)
        return 0;
    /* Refused before it was in flight: the caller gets the error here, everybody else through on_down. */
    c->count--;
    forget_command(request);
    enter(c);
    go_down(c, r);
    leave(c);
    return r;
}

int control_close_saying(struct control *c, const char *command)
{
    int r = 0;

    if (!c)
        return 0;
    size_t size = strlen(command);
    if (size > c->command_max)
        r = -EMSGSIZE;
    else if (c->fd < 0 || send(c->fd, command, size, MSG_NOSIGNAL) < 0)
        r = c->fd < 0 ? -ENOTCONN : -errno;
    control_close(c);
    return r;
}

int64_t control_peer_pid(const struct control *c)
{
    return c->peer_pid;
}

void control_sweep(const char *own_dir)
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
