/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"
#include "platform/path/stale_socket.h"
#include "stack/base/text.h"

/* The control sockets that fascia makes or adopts, and who has them. */

#define ASK_MS   500
#define ROWS_MAX 20000

/* Connects without waiting. A descriptor or a negative errno. */
static int connect_to(const char *path, int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int on = 1;

    if (fascia_text_copy(address.sun_path, sizeof address.sun_path, path) < 0)
        return -ENAMETOOLONG;
    int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    /* SO_PASSCRED gives a datagram socket an abstract address, to which the other end answers: unix(7), autobind. */
    if ((type == SOCK_DGRAM && setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0) ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        (void)close(fd);
        return -error;
    }
    return fd;
}

static ssize_t receive(int fd, char *reply, size_t size, int64_t *ret_pid)
{
    union {
        char octets[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    struct iovec vector = {.iov_base = reply, .iov_len = size - 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.octets, .msg_controllen = sizeof control.octets};

    ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0)
        return -errno;
    reply[n] = '\0';
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        struct ucred peer;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&peer, CMSG_DATA(c), sizeof peer);
        *ret_pid = peer.pid;
    }
    return n;
}

int machine_ask(const char *path, const char *command, int wait_ms, char *reply, size_t size, int64_t *ret_pid)
{
    int64_t pid = 0;
    int fd = connect_to(path, SOCK_DGRAM);

    if (fd < 0)
        return fd;
    int r = send(fd, command, strlen(command), MSG_NOSIGNAL) < 0 ? -errno : 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    if (r == 0 && poll(&wait, 1, wait_ms) <= 0)
        r = -ETIMEDOUT;
    ssize_t n = r == 0 ? receive(fd, reply, size, &pid) : r;
    (void)close(fd);
    if (n < 0)
        return (int)n;
    *ret_pid = pid;
    return 0;
}

/* Who is behind it, by asking: the kernel names the owner of a stream, and who answers a datagram. */
static int64_t ask_who(const char *path)
{
    struct ucred peer = {.pid = 0};
    socklen_t size = sizeof peer;
    char reply[64];
    int64_t pid = 0;
    int fd = connect_to(path, SOCK_STREAM);

    if (fd >= 0) {
        (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
        (void)close(fd);
        return peer.pid;
    }
    if (fd == -EPROTOTYPE)
        (void)machine_ask(path, "PING", ASK_MS, reply, sizeof reply, &pid);
    return pid;
}

struct row_search {
    const char *path;
    bool found, listens;
    uint64_t inode;
};

/* Connections accepted from a socket carry its path as well: the one that listens, or a datagram one, is it. */
static bool take_row(struct machine *machine, char *line, void *userdata)
{
    struct row_search *search = userdata;
    struct machine_unix row;
    (void)machine;

    if (!machine_parse_unix(line, &row) || strcmp(row.path, search->path) != 0)
        return true;
    if (!search->found || (!search->listens && (row.listens || row.datagram))) {
        search->found = true;
        search->listens = row.listens || row.datagram;
        search->inode = row.inode;
    }
    return true;
}

static enum doctor_socket_state state_of_file(const struct machine *machine, const char *path)
{
    char whole[MACHINE_PATH_SIZE];
    struct stat st;

    if (!machine_path(machine, whole, "%s", path))
        return DOCTOR_SOCKET_UNKNOWN;
    if (lstat(whole, &st) < 0)
        return errno == ENOENT || errno == ENOTDIR ? DOCTOR_SOCKET_ABSENT
               : errno == EACCES                   ? DOCTOR_SOCKET_DENIED
                                                   : DOCTOR_SOCKET_UNKNOWN;
    if (!S_ISSOCK(st.st_mode))
        return DOCTOR_SOCKET_OTHER_FILE;
    if (!machine->live)
        return DOCTOR_SOCKET_STALE; /* nobody in that tree's /proc/net/unix has it */
    return path_is_stale_socket(path) ? DOCTOR_SOCKET_STALE : DOCTOR_SOCKET_HELD;
}

/* `answers`: it may be asked; a notify socket takes every datagram for a message. */
static void look_at(struct machine *machine, const char *path, const char *what, bool adopted, bool answers)
{
    struct doctor_facts *facts = machine->facts;
    struct row_search search = {.path = path};
    int64_t pid = 0;

    if (path[0] != '/' || facts->sockets_count == sizeof facts->sockets / sizeof facts->sockets[0])
        return;
    struct doctor_socket *socket = &facts->sockets[facts->sockets_count++];
    machine_copy(socket->path, sizeof socket->path, path);
    machine_copy(socket->what, sizeof socket->what, what);
    socket->adopted = adopted;
    (void)machine_lines(machine, "/proc/net/unix", ROWS_MAX, take_row, &search);
    /* A row without a file: its name was removed, and with it who could be reached by it. */
    socket->state = state_of_file(machine, path);
    if (search.found && (socket->state == DOCTOR_SOCKET_DENIED || socket->state == DOCTOR_SOCKET_STALE))
        socket->state = DOCTOR_SOCKET_HELD;
    if (socket->state != DOCTOR_SOCKET_HELD)
        return;
    if (search.found && machine_holder_of(machine, search.inode, &socket->holder))
        return;
    if (machine->live && answers)
        pid = ask_who(path);
    machine_holder(machine, pid, &socket->holder);
}

/* fasciad's bound on paths (PLAN_RUNTIME_DIR_MAX) holds for these too. */
static void look_below(struct machine *machine, const char *name, const char *what, bool answers)
{
    char path[MACHINE_PATH_SIZE];

    (void)snprintf(path, sizeof path, "%s/%s", machine->request->config->runtime_dir, name);
    look_at(machine, path, what, false, answers);
}

void machine_sockets(struct machine *machine)
{
    const struct doctor_config *config = machine->request->config;

    machine_waiting(machine, "the control sockets");
    look_below(machine, "notify", "the notify socket of fasciad", false);
    if (config->link->enabled && config->link->hostapd.manage == LINK_MANAGE_SPAWN)
        look_below(machine, "link/global", "the control socket of hostapd", true);
    else if (config->link->enabled)
        look_at(machine, config->link->hostapd.control, "hostapd", true, true);
    for (size_t i = 0; i < config->supervisor->units_count; i++) {
        const struct supervisor_unit_config *unit = &config->supervisor->units[i];
        if (unit->manage == SUPERVISOR_MANAGE_ADOPT &&
            (unit->ready == SUPERVISOR_READY_SOCKET || unit->ready == SUPERVISOR_READY_CONTROL))
            look_at(machine, unit->target, unit->name, true, true);
    }
}
