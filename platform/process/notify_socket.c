/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/notify_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "stack/base/text.h"
#include "stack/supervisor/notify_message.h"

#define PASSED_MAX 253 /* SCM_MAX_FD of the kernel */

struct notify_socket {
    int fd;
    struct sockaddr_un address;
    sd_event_source *source;
    notify_socket_fn fn;
    void *userdata;
};

union control {
    struct cmsghdr align;
    char space[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int) * PASSED_MAX)];
};

static void close_passed(const struct cmsghdr *header)
{
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

    for (size_t i = 0; i < count; i++) {
        int fd = -1;
        memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
        (void)close(fd);
    }
}

static pid_t take_control(struct msghdr *message)
{
    pid_t pid = 0;

    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h; h = CMSG_NXTHDR(message, h)) {
        if (h->cmsg_level != SOL_SOCKET)
            continue;
        if (h->cmsg_type == SCM_RIGHTS) {
            close_passed(h);
        } else if (h->cmsg_type == SCM_CREDENTIALS && h->cmsg_len == CMSG_LEN(sizeof(struct ucred))) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(h), sizeof sender);
            pid = sender.pid;
        }
    }
    return pid;
}

static bool take_one(struct notify_socket *notify)
{
    char data[NOTIFY_MESSAGE_MAX];
    union control control = {0};
    struct iovec part = {.iov_base = data, .iov_len = sizeof data};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    ssize_t n = recvmsg(notify->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0)
        return errno == EINTR;
    pid_t pid = take_control(&message);
    notify->fn(pid, data, (size_t)n, (message.msg_flags & MSG_TRUNC) != 0, notify->userdata);
    return true;
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source;
    (void)fd;
    (void)events;
    for (int i = 0; i < NOTIFY_SOCKET_ROUND && take_one(userdata); i++)
        ;
    return 0;
}

static int listen_on(struct notify_socket *notify, const char *path)
{
    int on = 1;

    notify->address.sun_family = AF_UNIX;
    int r = fascia_text_copy(notify->address.sun_path, sizeof notify->address.sun_path, path);
    if (r < 0)
        return r;

    notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (notify->fd < 0)
        return -errno;
    if (setsockopt(notify->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
        return -errno;
    (void)unlink(notify->address.sun_path); /* of an instance that was killed; the lock says that none runs */
    if (bind(notify->fd, (const struct sockaddr *)&notify->address, sizeof notify->address) < 0)
        return -errno;
    /* Services run as their own users; who may be believed is decided by pid. */
    return chmod(notify->address.sun_path, 0666) < 0 ? -errno : 0;
}

int notify_socket_open(sd_event *loop, const char *path, notify_socket_fn fn, void *userdata,
                       struct notify_socket **ret_socket)
{
    _cleanup_(notify_socket_close) struct notify_socket *notify = calloc(1, sizeof *notify);

    if (!notify)
        return -ENOMEM;
    notify->fd = -1;
    notify->fn = fn;
    notify->userdata = userdata;
    int r = listen_on(notify, path);
    if (r < 0)
        return r;
    r = loop_io_new(loop, notify->fd, EPOLLIN, on_readable, notify, &notify->source);
    if (r < 0)
        return r;
    r = sd_event_source_set_priority(notify->source, SD_EVENT_PRIORITY_IMPORTANT);
    if (r < 0)
        return r;
    *ret_socket = FASCIA_STEAL(notify);
    return 0;
}

void notify_socket_close(struct notify_socket *notify)
{
    if (!notify)
        return;
    notify->source = loop_source_free(notify->source);
    if (notify->fd >= 0) {
        (void)close(notify->fd);
        (void)unlink(notify->address.sun_path);
    }
    free(notify);
}
