/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "platform/machine/pipewire_message.h"
#include "platform/machine/tree.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"

/* Whether PipeWire is where fascia-audio would look for it, and what it offers. */

#define ANSWER_MS 1000

static int64_t now_ms(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void find_socket(struct machine *machine)
{
    const struct audio_config *audio = machine->request->config->audio;
    struct doctor_pipewire *pipewire = &machine->facts->pipewire;
    char path[MACHINE_PATH_SIZE];
    const char *folder = audio->pipewire.runtime_dir;

    if (audio->pipewire.manage == AUDIO_MANAGE_SPAWN) {
        (void)snprintf(path, sizeof path, "%s/audio/pipewire-0", machine->request->config->runtime_dir);
        machine_copy(pipewire->socket, sizeof pipewire->socket, path);
        return;
    }
    if (folder[0] == '\0' && machine->live) {
        folder = getenv("PIPEWIRE_RUNTIME_DIR");
        folder = folder ? folder : getenv("XDG_RUNTIME_DIR");
    }
    if (!folder || folder[0] == '\0')
        return;
    (void)snprintf(path, sizeof path, "%s/pipewire-0", folder);
    machine_copy(pipewire->socket, sizeof pipewire->socket, path);
}

/* Reads until everything has been told, for a second at most. True when it was. */
static bool listen_to(int fd, struct pipewire_news *news)
{
    _cleanup_(freep) uint8_t *data = malloc(PIPEWIRE_MESSAGE_MAX);
    int64_t until = now_ms() + ANSWER_MS;
    size_t used = 0;

    while (data && !news->done) {
        int64_t left = until - now_ms();
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (left <= 0 || used == PIPEWIRE_MESSAGE_MAX || poll(&wait, 1, (int)left) <= 0)
            break;
        /* Descriptors that come along are not taken: the kernel closes them. */
        ssize_t n = recv(fd, data + used, PIPEWIRE_MESSAGE_MAX - used, MSG_DONTWAIT);
        if (n <= 0)
            break;
        used += (size_t)n;
        int64_t taken = pipewire_take(data, used, news);
        if (taken < 0)
            break;
        used -= (size_t)taken;
        memmove(data, data + taken, used);
    }
    return news->done;
}

static void talk(struct machine *machine, int fd)
{
    struct doctor_pipewire *pipewire = &machine->facts->pipewire;
    const char *sink = machine->request->config->audio->sink;
    struct pipewire_news news = {.wanted = sink[0] != '\0' ? sink : NULL};
    uint8_t request[PIPEWIRE_REQUEST_MAX];
    struct ucred peer = {.pid = 0};
    socklen_t peer_size = sizeof peer;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) == 0)
        machine_holder(machine, peer.pid, &pipewire->holder);
    size_t size = pipewire_request(request);
    bool told = send(fd, request, size, MSG_NOSIGNAL) == (ssize_t)size && listen_to(fd, &news);
    pipewire->state = told || news.version[0] != '\0' ? DOCTOR_PIPEWIRE_ANSWERS : DOCTOR_PIPEWIRE_SILENT;
    memcpy(pipewire->version, news.version, sizeof pipewire->version);
    if (!told)
        return;
    pipewire->sinks = news.sinks;
    if (news.wanted && news.sinks > 0)
        pipewire->configured_sink = news.wanted_there ? DOCTOR_YES : DOCTOR_NO;
    pipewire->session_manager = news.session_manager ? DOCTOR_YES : DOCTOR_NO;
}

static void ask(struct machine *machine)
{
    struct doctor_pipewire *pipewire = &machine->facts->pipewire;
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    pipewire->state = DOCTOR_PIPEWIRE_NO_SOCKET;
    if (pipewire->socket[0] == '\0' ||
        fascia_text_copy(address.sun_path, sizeof address.sun_path, pipewire->socket) < 0)
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        pipewire->state = errno == ECONNREFUSED ? DOCTOR_PIPEWIRE_REFUSED
                          : errno == EACCES     ? DOCTOR_PIPEWIRE_DENIED
                          : errno == EAGAIN     ? DOCTOR_PIPEWIRE_SILENT
                                                : DOCTOR_PIPEWIRE_NO_SOCKET;
    else
        talk(machine, fd);
    (void)close(fd);
}

void machine_pipewire(struct machine *machine)
{
    struct doctor_pipewire *pipewire = &machine->facts->pipewire;

    pipewire->sinks = -1;
    find_socket(machine);
    machine_find_program(machine, machine->request->config->audio->pipewire.program, &pipewire->program);
    if (!machine->live)
        return;
    machine_waiting(machine, "PipeWire");
    ask(machine);
}
