/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "platform/machine/parse.h"

/* Looks into a program instead of running it: one that is not for this machine can be looked at too, and a foreign
 * program is not run as root just to ask for its version. */

/* Length of a version like "2.10" or "2.12-devel" at `data`; 0 = none. */
static size_t version_at(const char *data, size_t size, char major)
{
    size_t at = 2;

    if (size < 4 || data[0] != major || data[1] != '.')
        return 0;
    while (at < size && isdigit((unsigned char)data[at]))
        at++;
    if (at == 2)
        return 0;
    if (at < size && data[at] == '-') {
        while (at < size && (isalnum((unsigned char)data[at]) || strchr("-._+~", data[at])) && data[at] != '\0')
            at++;
    }
    return at < size && data[at] == '\0' ? at : 0;
}

void machine_scan_version(const void *data, size_t size, char major, char ret_version[static DOCTOR_NAME_SIZE])
{
    const char *at = data, *end = at + size;
    char found[DOCTOR_NAME_SIZE] = "";

    ret_version[0] = '\0';
    while (at < end && (at = memchr(at, '\0', (size_t)(end - at))) != NULL) {
        at++;
        size_t length = version_at(at, (size_t)(end - at), major);
        if (length == 0 || length >= sizeof found)
            continue;
        if (found[0] != '\0' && strcmp(found, at) != 0)
            return; /* which of them is it? */
        memcpy(found, at, length + 1);
    }
    memcpy(ret_version, found, sizeof found);
}

bool machine_scan_has(const void *data, size_t size, const char *text)
{
    return memmem(data, size, text, strlen(text) + 1) != NULL;
}
