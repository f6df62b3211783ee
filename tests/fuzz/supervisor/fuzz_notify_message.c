/* SPDX-License-Identifier: Apache-2.0 */
/* A datagram on the notify socket, which every local process can send to. */
#include <stdlib.h>
#include <string.h>

#include "stack/supervisor/notify_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What goes out on D-Bus and to the log must be printable text. */
static void check_text(const char *text, size_t size)
{
    if (!memchr(text, '\0', size))
        abort();
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notify_message m;

    if (notify_message_parse(data, size, &m) != 0)
        return 0;
    if (size > NOTIFY_MESSAGE_MAX || m.extend_us < 0 || m.error < 0 || m.error > 4095)
        abort();
    check_text(m.status, sizeof m.status);
    check_text(m.radio, sizeof m.radio);
    if (strpbrk(m.radio, "/. ")) /* it becomes part of a path */
        abort();
    if (m.has_fact) {
        check_text(m.fact.function, sizeof m.fact.function);
        check_text(m.fact.detail, sizeof m.fact.detail);
    }
    if (m.has_event) {
        check_text(m.event.source, sizeof m.event.source);
        check_text(m.event.detail, sizeof m.event.detail);
    }
    return 0;
}
