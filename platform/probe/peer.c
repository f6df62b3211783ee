/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/probe/kind.h"

/* What SOCKET and CONTROL share: the path, the attempts, and the process behind a socket. */

int probe_peer_id(const struct probe *probe, struct probe_socket_id *ret_id)
{
    struct stat st;

    if (stat(probe->target, &st) < 0)
        return -errno;
    *ret_id = (struct probe_socket_id){.device = st.st_dev, .number = st.st_ino, .changed = st.st_ctim};
    return 0;
}

bool probe_same_file(const struct probe_socket_id *a, const struct probe_socket_id *b)
{
    return a->device == b->device && a->number == b->number;
}

int probe_peer_connect(const struct probe *probe, int type, int *ret_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int on = 1, error = 0;

    memcpy(address.sun_path, probe->target, sizeof address.sun_path);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if ((type == SOCK_DGRAM && setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0) ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        error = errno;
    if (error != 0) {
        (void)close(fd);
        return -error;
    }
    *ret_fd = fd;
    return 0;
}

/* A socket that the one who ended has left behind refuses for ever. */
static bool is_left_behind(const struct probe *probe)
{
    struct probe_socket_id now = {0};

    return probe->ended && probe_peer_id(probe, &now) == 0 && probe_same_file(&now, &probe->id) &&
           now.changed.tv_sec == probe->id.changed.tv_sec && now.changed.tv_nsec == probe->id.changed.tv_nsec;
}

void probe_peer_retry(struct probe *probe, int error)
{
    if (error == -ENOENT || error == -ENOTDIR || error == -EACCES || error == -EPROTOTYPE)
        return; /* the monitor tells of a socket, of its rights, and of another one */
    if (error == -ECONNREFUSED && is_left_behind(probe))
        return;
    int64_t delay = path_retry_us(&probe->tries);
    if (delay < 0 && error != -ECONNREFUSED)
        delay = 1000000; /* it is there and has no room (EAGAIN), or we have none: no event tells when that ends */
    if (delay >= 0)
        (void)loop_timer_arm(probe->timer, delay);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct probe *probe = userdata;
    (void)source;
    (void)usec;

    probe->kind->connect(probe);
    return 0;
}

static void on_path(void *userdata)
{
    struct probe *probe = userdata;
    struct probe_socket_id now = {0};

    if (probe->fd >= 0 || probe->pidfd >= 0) {
        /* Connected: only another socket in that place is news. */
        if (probe_peer_id(probe, &now) < 0)
            return;
        if (probe_same_file(&now, &probe->id)) {
            probe->id = now;
            return;
        }
        probe_peer_drop(probe);
    }
    probe->tries = 0;
    probe->kind->connect(probe);
}

static int on_process_end(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct probe *probe = userdata;
    (void)source;
    (void)fd;
    (void)events;

    probe->kind->end(probe, "its process has ended");
    return 0;
}

/* Without a pidfd_open() in the floor's C library (glibc 2.36 has it, others may not). */
static int pid_to_fd(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0U);
}

bool probe_peer_watch(struct probe *probe, pid_t pid)
{
    if (pid <= 0)
        return false; /* in a namespace that we do not see into */
    int fd = pid_to_fd(pid);
    if (fd < 0)
        return false;
    /* Who had listened and then forked has ended already: the process to watch is another one. */
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    if (poll(&ended, 1, 0) != 0 || loop_io_new(probe->loop, fd, EPOLLIN, on_process_end, probe, &probe->end) < 0) {
        (void)close(fd);
        return false;
    }
    probe->pidfd = fd;
    return true;
}

void probe_peer_forget(struct probe *probe)
{
    probe->end = loop_source_free(probe->end);
    if (probe->pidfd >= 0)
        (void)close(probe->pidfd);
    probe->pidfd = -1;
}

void probe_peer_drop(struct probe *probe)
{
    probe_peer_forget(probe);
    probe->input = loop_source_free(probe->input);
    if (probe->fd >= 0)
        (void)close(probe->fd);
    probe->fd = -1;
    probe->asked = 0;
}

void probe_peer_gone(struct probe *probe, const char *why)
{
    probe_peer_drop(probe);
    probe->ended = true;
    probe->tries = 0;
    (void)loop_timer_arm(probe->timer, 0); /* its successor may be there already */
    probe_tell_lost(probe, why);
}

int probe_peer_begin(struct probe *probe)
{
    int r = path_monitor_new(probe->loop, probe->target, on_path, probe, &probe->monitor);
    if (r == 0)
        r = loop_timer_new(probe->loop, on_timer, probe, &probe->timer);
    return r < 0 ? r : loop_timer_arm(probe->timer, 0);
}

void probe_peer_free(struct probe *probe)
{
    probe_peer_drop(probe);
    path_monitor_free(FASCIA_STEAL(probe->monitor));
    probe->timer = loop_source_free(probe->timer);
}
