/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as lines of /proc, of the kernel's log and configuration, and as arguments of a daemon. */
#include <stdlib.h>
#include <string.h>

#include "platform/machine/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text, size_t size)
{
    size_t length = strnlen(text, size);

    if (length == size)
        abort();
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ')
            abort();
    }
}

static void check_kernel(const struct doctor_kernel *kernel)
{
    for (size_t i = 0; i < DOCTOR_OPTIONS_; i++) {
        if (kernel->options[i] > DOCTOR_OPTION_BUILTIN || !memchr(kernel->chosen[i], '\0', DOCTOR_NAME_SIZE) ||
            (kernel->options[i] == DOCTOR_OPTION_UNKNOWN) != (kernel->chosen[i][0] == '\0'))
            abort();
    }
}

static void check_line(const char *line, struct doctor_kernel *kernel, struct doctor_firmware *firmware)
{
    char name[DOCTOR_NAME_SIZE];
    struct machine_unix socket;
    struct machine_inet inet;

    machine_parse_config(line, kernel);
    machine_parse_kmsg(line, firmware);
    if (machine_parse_module(line, name) && (!memchr(name, '\0', sizeof name) || strpbrk(name, "-/.")))
        abort();
    if (machine_parse_unix(line, &socket) && (socket.path[0] != '\0' && !strstr(line, socket.path)))
        abort();
    (void)machine_parse_inet(line, &inet);
    machine_parse_interface(line, name);
    if (!memchr(name, '\0', sizeof name) || strchr(name, ' '))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct doctor_kernel kernel = {.release = ""};
    struct doctor_firmware firmware = {.failed_count = 0};
    char *text = malloc(size + 1); /* of its exact size */

    if (!text)
        abort();
    if (size != 0)
        memcpy(text, data, size);
    text[size] = '\0';
    const char *value = machine_status_value(text, "PPid");
    if (value && (value < text || value > text + size))
        abort();
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
        check_line(line, &kernel, &firmware);
    check_kernel(&kernel);
    if (firmware.failed_count > sizeof firmware.failed / sizeof firmware.failed[0])
        abort();
    for (size_t i = 0; i < firmware.failed_count; i++)
        check_printable(firmware.failed[i], sizeof firmware.failed[i]);
    free(text);
    return 0;
}
