/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/wpa_supplicant/wpa_supplicant.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct supplicant {
    int command_fd, event_fd;
    struct sockaddr_un command_own, event_own;
};

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int to_address(struct sockaddr_un *address, const char *dir, const char *name)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(address->sun_path, sizeof address->sun_path, "%s%s%s", dir, name[0] ? "/" : "", name);
    return n < 0 || (size_t)n >= sizeof address->sun_path ? -ENAMETOOLONG : 0;
}

static int connect_socket(const struct sockaddr_un *own, const struct sockaddr_un *peer, int *ret_fd)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;

    int r = 0;
    (void)unlink(own->sun_path); /* our own folder: at most a leftover of ours */
    if (bind(fd, (const struct sockaddr *)own, sizeof *own) < 0 ||
        connect(fd, (const struct sockaddr *)peer, sizeof *peer) < 0)
        r = -errno;
    if (r < 0) {
        (void)close(fd);
        (void)unlink(own->sun_path);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

/* One request on one of the two sockets. Lines that begin with '<' are events that overtook the reply. */
static int exchange(int fd, const char *command, char *reply, size_t size, size_t *ret_size, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;

    if (send(fd, command, strlen(command), MSG_NOSIGNAL) < 0)
        return -errno;
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int n = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0)
            return -ETIMEDOUT;

        ssize_t got = recv(fd, reply, size - 1, MSG_DONTWAIT);
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return -errno;
        if (got < 0 || (got > 0 && reply[0] == '<'))
            continue;
        reply[got] = '\0';
        if (ret_size)
            *ret_size = (size_t)got;
        return 0;
    }
}

static int open_into(struct supplicant *s, const char *path, const char *own_dir, int timeout_ms)
{
    struct sockaddr_un peer;
    char reply[64];

    s->command_fd = s->event_fd = -1;
    int r = to_address(&peer, path, "");
    if (r == 0)
        r = to_address(&s->command_own, own_dir, "command");
    if (r == 0)
        r = to_address(&s->event_own, own_dir, "events");
    if (r == 0)
        r = connect_socket(&s->command_own, &peer, &s->command_fd);
    if (r == 0)
        r = connect_socket(&s->event_own, &peer, &s->event_fd);
    if (r == 0)
        r = exchange(s->event_fd, "ATTACH", reply, sizeof reply, NULL, timeout_ms);
    if (r < 0)
        return r;
    return strcmp(reply, "OK\n") == 0 ? 0 : -EPROTO;
}

int supplicant_open(const char *path, const char *own_dir, int timeout_ms, struct supplicant **ret_supplicant)
{
    struct supplicant *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;

    int r = open_into(s, path, own_dir, timeout_ms);
    if (r < 0) {
        supplicant_close(s);
        return r;
    }
    *ret_supplicant = s;
    return 0;
}

static void drop(int fd, const struct sockaddr_un *own)
{
    if (fd < 0)
        return;
    (void)close(fd);
    (void)unlink(own->sun_path);
}

void supplicant_close(struct supplicant *supplicant)
{
    if (!supplicant)
        return;
    drop(supplicant->command_fd, &supplicant->command_own);
    drop(supplicant->event_fd, &supplicant->event_own);
    free(supplicant);
}

int supplicant_request(struct supplicant *supplicant, const char *command, char *reply, size_t size, size_t *ret_size,
                       int timeout_ms)
{
    char stale[64];

    /* The answer to an earlier request that was given up must not pass for this one's. */
    while (recv(supplicant->command_fd, stale, sizeof stale, MSG_DONTWAIT) >= 0)
        continue;
    return exchange(supplicant->command_fd, command, reply, size, ret_size, timeout_ms);
}

int supplicant_event_fd(const struct supplicant *supplicant)
{
    return supplicant->event_fd;
}

int supplicant_event(struct supplicant *supplicant, char *line, size_t size, size_t *ret_size)
{
    ssize_t got = recv(supplicant->event_fd, line, size - 1, MSG_DONTWAIT);
    if (got < 0)
        return -errno;
    line[got] = '\0';
    *ret_size = (size_t)got;
    return 0;
}
