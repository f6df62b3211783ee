/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/notify/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

/* Sending fails only when nobody supervises us or the supervisor is gone; neither is the service's problem.
 */

void notify_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void notify_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void notify_reloading(int64_t now_us)
{
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, now_us);
}

/* sd_notify(3) waits for whoever does not read; a line about us is not worth that, READY=1 is. */
static void send_or_drop(const char *line)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = path ? strlen(path) : 0;

    if (size < 2 || size >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, size);
    if (path[0] == '@') /* an abstract address begins with a NUL */
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, line, strlen(line), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
    (void)close(fd);
}

void notify_status(const char *format, ...)
{
    char line[FASCIA_DETAIL_SIZE + 8] = "STATUS=";
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line + strlen(line), FASCIA_DETAIL_SIZE, format, args);
    va_end(args);
    send_or_drop(line);
}

void notify_fact(const struct fascia_fact *fact)
{
    char line[FASCIA_DETAIL_SIZE + 64];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    fascia_fact_format(fact, &text);
    (void)sd_notifyf(0, "STATUS=%s\n" NOTIFY_KEY_FACT "=%s", line, line);
}

void notify_radio(const char *wiphy)
{
    (void)sd_notifyf(0, NOTIFY_KEY_RADIO "=%s", wiphy);
}

void notify_event(const struct fascia_event *event)
{
    char line[FASCIA_DETAIL_SIZE + 96];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    fascia_event_format(event, &text);
    (void)sd_notifyf(0, NOTIFY_KEY_EVENT "=%s", line);
}
