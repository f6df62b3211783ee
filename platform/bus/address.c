/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/bus/address.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/text.h"

#define SYSTEM_BUS "unix:path=/run/dbus/system_bus_socket"

/* Undoes %XX up to the end of the value. */
static int unescape(const char *value, char *to, size_t size)
{
    size_t length = strcspn(value, ",;");
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        uint8_t octet = (uint8_t)value[i];
        if (value[i] == '%') {
            char digits[3] = {0};
            if (length - i < 3)
                return -EINVAL;
            memcpy(digits, value + i + 1, 2);
            if (fascia_text_to_bytes(digits, &octet, 1) < 0 || octet == 0)
                return -EINVAL;
            i += 2;
        }
        if (used + 1 >= size)
            return -ENAMETOOLONG;
        to[used++] = (char)octet;
    }
    to[used] = '\0';
    return used > 0 ? 0 : -EINVAL;
}

/* The value of `path` among the pairs of one address, or NULL. */
static const char *path_value(const char *pairs)
{
    for (;;) {
        if (strncmp(pairs, "path=", 5) == 0)
            return pairs + 5;
        pairs += strcspn(pairs, ",;");
        if (*pairs != ',')
            return NULL;
        pairs++;
    }
}

static int path_in(const char *addresses, char *to, size_t size)
{
    for (const char *at = addresses; *at; at += strspn(at, ";")) {
        const char *value = strncmp(at, "unix:", 5) == 0 ? path_value(at + 5) : NULL;
        if (value)
            return unescape(value, to, size);
        at += strcspn(at, ";");
    }
    return -ENOENT;
}

static int session_path(char *to, size_t size)
{
    const char *addresses = secure_getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *folder = secure_getenv("XDG_RUNTIME_DIR");
    struct fascia_text text;

    if (addresses)
        return path_in(addresses, to, size);
    if (!folder)
        return -ENOENT;
    fascia_text_init(&text, to, size);
    fascia_text_add(&text, "%s/bus", folder);
    return fascia_text_ok(&text) ? 0 : -ENAMETOOLONG;
}

int bus_address_path(const char *address, char *to, size_t size)
{
    char path[BUS_ADDRESS_PATH_SIZE];
    int r;

    if (strcmp(address, "session") == 0) {
        r = session_path(path, sizeof path);
    } else if (strcmp(address, "system") == 0) {
        const char *addresses = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
        r = path_in(addresses ? addresses : SYSTEM_BUS, path, sizeof path);
    } else {
        r = path_in(address, path, sizeof path);
    }
    return r < 0 ? r : fascia_text_copy(to, size, path);
}
