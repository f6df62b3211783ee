/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stack/base/cleanup.h"

/* A peer installs our neighbour entry when it hears of the association; that may come a second after ours. */
#define FIRST_PAUSE_US   100000
#define LONGEST_PAUSE_US 1000000
#define CONNECT_TIME_US  2000000 /* one SYN, one repetition after a second */
#define STALL_TIME_US    5000000
#define LINGER_TIME_US   2000000

static void close_line(struct talk_line *line)
{
    if (line->fd >= 0)
        (void)close(line->fd);
    line->fd = -1;
}

static struct sockaddr_in6 scoped(const struct talk *talk, const struct in6_addr *address)
{
    return (struct sockaddr_in6){
        .sin6_family = AF_INET6,
        .sin6_port = htons(talk->options.port),
        .sin6_addr = *address,
        .sin6_scope_id = talk->options.ifindex,
    };
}

static int open_socket(const struct talk *talk, int *ret_fd)
{
    const char *interface = talk->options.interface;
    int one = 1;

    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1) < 0 ||
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0) {
        int r = -errno;
        (void)close(fd);
        return r;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    *ret_fd = fd;
    return 0;
}

static int open_listener(struct talk *talk)
{
    struct sockaddr_in6 own = scoped(talk, &talk->options.own);
    int fd = -1;

    int r = open_socket(talk, &fd);
    if (r < 0)
        return r;
    if (bind(fd, (const struct sockaddr *)&own, sizeof own) < 0 || listen(fd, TALK_LINES_MAX) < 0) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    talk->listen_fd = fd;
    return 0;
}

int talk_init(struct talk *talk, const struct talk_options *options, int64_t now_us)
{
    *talk = (struct talk){.options = *options, .listen_fd = -1, .pause_us = FIRST_PAUSE_US};
    for (size_t i = 0; i < TALK_LINES_MAX; i++)
        talk->lines[i].fd = -1;
    talk->called.asked = options->call || options->call_back;
    talk->answered.asked = options->listen;
    if (options->call)
        talk->next_call_us = now_us;
    return options->listen ? open_listener(talk) : 0;
}

void talk_finish(struct talk *talk)
{
    for (size_t i = 0; i < TALK_LINES_MAX; i++)
        close_line(&talk->lines[i]);
    if (talk->listen_fd >= 0)
        (void)close(talk->listen_fd);
    talk->listen_fd = -1;
}

size_t talk_poll(const struct talk *talk, struct pollfd *fds)
{
    size_t n = 0;

    if (talk->listen_fd >= 0)
        fds[n++] = (struct pollfd){.fd = talk->listen_fd, .events = POLLIN};
    for (size_t i = 0; i < TALK_LINES_MAX; i++) {
        const struct talk_line *line = &talk->lines[i];
        bool out = line->connecting || exchange_wants_output(&line->exchange);
        if (line->fd >= 0)
            fds[n++] = (struct pollfd){.fd = line->fd, .events = (short)(POLLIN | (out ? POLLOUT : 0))};
    }
    return n;
}

static int64_t give_up_us(const struct talk_line *line)
{
    if (line->connecting)
        return line->progress_us + CONNECT_TIME_US;
    return line->progress_us + (line->lingering ? LINGER_TIME_US : STALL_TIME_US);
}

int64_t talk_due_us(const struct talk *talk)
{
    int64_t due = talk->next_call_us != 0 ? talk->next_call_us : INT64_MAX;

    for (size_t i = 0; i < TALK_LINES_MAX; i++) {
        if (talk->lines[i].fd >= 0 && give_up_us(&talk->lines[i]) < due)
            due = give_up_us(&talk->lines[i]);
    }
    return due;
}

bool talk_is_complete(const struct talk *talk)
{
    return (!talk->called.asked || talk->called.ok) && (!talk->answered.asked || talk->answered.ok);
}

static void set_error(struct phone_transfer *transfer, const char *what, int error)
{
    (void)snprintf(transfer->error, sizeof transfer->error, "%s%s%s", what, error ? ": " : "",
                   error ? strerror(error) : "");
}

static void set_peer(const struct talk *talk, struct phone_transfer *transfer, const struct in6_addr *peer)
{
    char text[INET6_ADDRSTRLEN];
    (void)snprintf(transfer->peer, sizeof transfer->peer, "%s%%%s",
                   inet_ntop(AF_INET6, peer, text, sizeof text) ? text : "?", talk->options.interface);
}

static struct phone_transfer *transfer_of(struct talk *talk, const struct talk_line *line)
{
    return line == &talk->lines[0] ? &talk->called : &talk->answered;
}

static void call_again(struct talk *talk, int64_t now_us)
{
    talk->next_call_us = now_us + talk->pause_us;
    talk->pause_us *= 2;
    if (talk->pause_us > LONGEST_PAUSE_US)
        talk->pause_us = LONGEST_PAUSE_US;
}

static void fail_line(struct talk *talk, struct talk_line *line, const char *what, int error, int64_t now_us)
{
    set_error(transfer_of(talk, line), what, error);
    close_line(line);
    if (line == &talk->lines[0])
        call_again(talk, now_us);
}

static void complete_line(struct talk *talk, struct talk_line *line, int64_t now_us)
{
    struct phone_transfer *transfer = transfer_of(talk, line);

    if (!transfer->ok) { /* the first one is what is reported; attempts go on counting */
        transfer->ok = true;
        transfer->bytes = exchange_verified(&line->exchange);
        transfer->ms = (now_us - (line == &talk->lines[0] ? talk->first_call_us : line->started_us)) / 1000;
        set_peer(talk, transfer, &line->peer);
    }
    close_line(line);
    if (line != &talk->lines[0] && talk->options.call_back && !talk->options.call) {
        talk->options.peer = line->peer;
        talk->options.call = true;
        talk->next_call_us = now_us;
    }
}

static void call(struct talk *talk, int64_t now_us)
{
    struct talk_line *line = &talk->lines[0];
    struct sockaddr_in6 peer = scoped(talk, &talk->options.peer);

    talk->next_call_us = 0;
    if (talk->called.attempts++ == 0)
        talk->first_call_us = now_us;
    *line = (struct talk_line){.fd = -1, .started_us = now_us, .progress_us = now_us, .peer = peer.sin6_addr};
    exchange_init(&line->exchange, EXCHANGE_CALLER, talk->options.bytes, (uint32_t)now_us);

    int r = open_socket(talk, &line->fd);
    if (r == 0 && connect(line->fd, (const struct sockaddr *)&peer, sizeof peer) < 0)
        r = -errno;
    if (r < 0 && r != -EINPROGRESS) {
        fail_line(talk, line, "connect", -r, now_us);
        return;
    }
    line->connecting = r == -EINPROGRESS;
}

static void answer(struct talk *talk, int64_t now_us)
{
    struct sockaddr_in6 peer = {0};
    socklen_t size = sizeof peer;

    int fd = accept4(talk->listen_fd, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    talk->answered.attempts++;
    for (size_t i = 1; i < TALK_LINES_MAX; i++) {
        struct talk_line *line = &talk->lines[i];
        if (line->fd >= 0)
            continue;
        *line = (struct talk_line){.fd = fd, .started_us = now_us, .progress_us = now_us, .peer = peer.sin6_addr};
        exchange_init(&line->exchange, EXCHANGE_ANSWERER, 0, (uint32_t)now_us);
        return;
    }
    (void)close(fd); /* more callers at a time than anybody asked for */
}

static int finish_connect(struct talk_line *line)
{
    struct pollfd wait = {.fd = line->fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;

    if (poll(&wait, 1, 0) <= 0)
        return -EAGAIN;
    if (getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return -errno;
    if (error == 0)
        line->connecting = false;
    return -error;
}

/* Sends while the socket takes it. 0, 1 when something moved, or negative errno. */
static int send_line(struct talk_line *line)
{
    uint8_t buffer[8192];
    int moved = 0;

    while (exchange_wants_output(&line->exchange)) {
        size_t n = exchange_output(&line->exchange, buffer, sizeof buffer);
        ssize_t sent = send(line->fd, buffer, n, MSG_NOSIGNAL);
        int error = errno;
        exchange_unsend(&line->exchange, sent < 0 ? n : n - (size_t)sent);
        if (sent < 0)
            return error == EAGAIN ? moved : -error;
        moved = 1;
    }
    return moved;
}

/* Takes what has arrived. 0, 1 when something moved, or negative errno; -EPIPE: closed before the end. */
static int receive_line(struct talk_line *line)
{
    uint8_t buffer[8192];
    int moved = 0;

    while (line->exchange.state != EXCHANGE_DONE && !exchange_wants_output(&line->exchange)) {
        ssize_t got = recv(line->fd, buffer, sizeof buffer, 0);
        if (got < 0)
            return errno == EAGAIN ? moved : -errno;
        if (got == 0)
            return -EPIPE;
        if (exchange_input(&line->exchange, buffer, (size_t)got) != 0)
            return -EBADMSG;
        moved = 1;
    }
    return moved;
}

/* The send buffer may hold seconds of a slow link: that it drains is progress, too. */
static void note_draining(struct talk_line *line, int64_t now_us)
{
    int queued = 0;
    if (ioctl(line->fd, SIOCOUTQ, &queued) == 0 && queued != line->queued) {
        line->queued = queued;
        line->progress_us = now_us;
    }
}

/* The caller closes when it has our receipt; before that our end must not go away. */
static bool linger(struct talk *talk, struct talk_line *line, int64_t now_us)
{
    uint8_t octet;

    if (!line->lingering) {
        line->lingering = true;
        line->progress_us = now_us;
    }
    if (recv(line->fd, &octet, 1, 0) < 0 && errno == EAGAIN && now_us < give_up_us(line))
        return false;
    complete_line(talk, line, now_us);
    return true;
}

/* Moves one line on. Returns true when it came to its end, good or bad. */
static bool turn_line(struct talk *talk, struct talk_line *line, int64_t now_us)
{
    int r = line->connecting ? finish_connect(line) : 0;
    if (r < 0 && r != -EAGAIN) {
        fail_line(talk, line, "connect", -r, now_us);
        return true;
    }

    int moved = 1;
    while (!line->connecting && moved > 0 && line->exchange.state != EXCHANGE_DONE) {
        moved = send_line(line);
        if (moved >= 0) {
            int received = receive_line(line);
            moved = received < 0 ? received : moved | received;
        }
        if (moved > 0)
            line->progress_us = now_us;
    }
    if (line->exchange.state == EXCHANGE_DONE && line->exchange.role == EXCHANGE_ANSWERER)
        return linger(talk, line, now_us);
    if (line->exchange.state == EXCHANGE_DONE) {
        complete_line(talk, line, now_us);
        return true;
    }
    note_draining(line, now_us);
    if (moved < 0) {
        fail_line(talk, line, moved == -EBADMSG ? "the bytes that came are not those that were sent" : "exchange",
                  moved == -EBADMSG ? 0 : -moved, now_us);
        return true;
    }
    if (now_us >= give_up_us(line)) {
        fail_line(talk, line, line->connecting ? "no answer to the connection request" : "the exchange stalled", 0,
                  now_us);
        return true;
    }
    return false;
}

bool talk_turn(struct talk *talk, int64_t now_us)
{
    bool ended = false;

    if (talk->next_call_us != 0 && now_us >= talk->next_call_us)
        call(talk, now_us);
    if (talk->listen_fd >= 0)
        answer(talk, now_us);
    for (size_t i = 0; i < TALK_LINES_MAX; i++) {
        if (talk->lines[i].fd >= 0)
            ended |= turn_line(talk, &talk->lines[i], now_us);
    }
    return ended;
}
