/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/machine/parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/machine/tree.h"

/* The position of a name among those of an option, from 1; 0 = it is none of them. */
static unsigned int place_of(const char *names, const char *name, size_t length)
{
    for (unsigned int place = 1;; place++) {
        size_t own = strcspn(names, "|");
        if (own == length && strncmp(names, name, length) == 0)
            return place;
        if (names[own] == '\0')
            return 0;
        names += own + 1;
    }
}

static void set_option(struct doctor_kernel *kernel, const char *name, size_t length, enum doctor_option_state state)
{
    for (unsigned int i = 0; i < DOCTOR_OPTIONS_; i++) {
        if (place_of(doctor_option_names((enum doctor_option)i), name, length) == 0 || kernel->options[i] >= state)
            continue;
        kernel->options[i] = state;
        if (length < DOCTOR_NAME_SIZE) {
            memcpy(kernel->chosen[i], name, length);
            kernel->chosen[i][length] = '\0';
        }
    }
}

void machine_parse_config(const char *line, struct doctor_kernel *kernel)
{
    static const char prefix[] = "CONFIG_", off[] = " is not set";
    bool comment = strncmp(line, "# ", 2) == 0;

    if (comment)
        line += 2;
    if (strncmp(line, prefix, strlen(prefix)) != 0)
        return;
    line += strlen(prefix);
    size_t length = strcspn(line, comment ? " " : "=");
    if (comment && strcmp(line + length, off) == 0)
        set_option(kernel, line, length, DOCTOR_OPTION_ABSENT);
    else if (!comment && strcmp(line + length, "=y") == 0)
        set_option(kernel, line, length, DOCTOR_OPTION_BUILTIN);
    else if (!comment && strcmp(line + length, "=m") == 0)
        set_option(kernel, line, length, DOCTOR_OPTION_MODULE);
}

bool machine_parse_module(const char *line, char ret_name[static DOCTOR_NAME_SIZE])
{
    size_t length = strcspn(line, ": \t");
    const char *slash = memrchr(line, '/', length);
    const char *name = slash ? slash + 1 : line;
    size_t size = (size_t)(line + length - name);
    const char *dot = memchr(name, '.', size);

    if (dot)
        size = (size_t)(dot - name);
    if (size == 0 || size >= DOCTOR_NAME_SIZE)
        return false;
    memcpy(ret_name, name, size);
    ret_name[size] = '\0';
    for (char *at = ret_name; *at != '\0'; at++) {
        if (*at == '-')
            *at = '_';
    }
    return true;
}

/* "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /path" */
bool machine_parse_unix(const char *line, struct machine_unix *ret_socket)
{
    unsigned int flags = 0, type = 0;
    uint64_t inode = 0;
    int used = 0;

    /* NOLINTNEXTLINE(cert-err34-c): what does not fit wraps, and then names no socket */
    if (sscanf(line, "%*[0-9a-fA-F]: %*x %*x %x %x %*x %" SCNu64 "%n", &flags, &type, &inode, &used) != 3 || used <= 0)
        return false;
    const char *path = line + used;
    *ret_socket = (struct machine_unix){
        .inode = inode,
        .listens = (flags & 0x10000U) != 0, /* __SO_ACCEPTCON */
        .datagram = type == 2,
        .path = *path == ' ' ? path + 1 : "",
    };
    return true;
}

/* "  0: 0100007F:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 …" */
bool machine_parse_inet(const char *line, struct machine_inet *ret_socket)
{
    unsigned int port = 0, state = 0;
    uint32_t uid = 0;
    uint64_t inode = 0;

    /* NOLINTNEXTLINE(cert-err34-c): as above */
    if (sscanf(line, " %*u: %*[0-9a-fA-F]:%4x %*[0-9a-fA-F]:%*x %x %*x:%*x %*x:%*x %*x %" SCNu32 " %*u %" SCNu64, &port,
               &state, &uid, &inode) != 4)
        return false;
    *ret_socket = (struct machine_inet){.port = (uint16_t)port, .state = state, .uid = uid, .inode = inode};
    return true;
}

static bool has_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasestr(text, words[i]))
            return true;
    }
    return false;
}

void machine_parse_kmsg(const char *record, struct doctor_firmware *firmware)
{
    static const char *const failures[] = {"failed", "not found", "could not", "unable to", "cannot"};
    const char *text = strchr(record, ';');
    char line[DOCTOR_LINE_SIZE];

    machine_copy(line, sizeof line, text ? text + 1 : record);
    if (strncmp(line, "clocksource:", 12) == 0 && strcasestr(line, "as unstable"))
        firmware->clock_unstable = DOCTOR_YES;
    /* The regulatory database is loaded as firmware; it is a check of its own. */
    if (!strcasestr(line, "firmware") || strstr(line, "regulatory.db") ||
        !has_one_of(line, failures, sizeof failures / sizeof failures[0]))
        return;
    for (size_t i = 0; i < firmware->failed_count; i++) {
        if (strcmp(firmware->failed[i], line) == 0)
            return;
    }
    if (firmware->failed_count < sizeof firmware->failed / sizeof firmware->failed[0])
        memcpy(firmware->failed[firmware->failed_count++], line, sizeof line);
}

const char *machine_status_value(const char *status, const char *name)
{
    size_t length = strlen(name);

    while (*status != '\0') {
        if (strncmp(status, name, length) == 0 && status[length] == ':')
            return status + length + 1 + strspn(status + length + 1, " \t");
        status += strcspn(status, "\n");
        status += *status == '\n';
    }
    return NULL;
}

/* "-iwlan0", "-i wlan0", "interface=wlan0" … */
void machine_parse_interface(const char *command_line, char ret_name[static DOCTOR_NAME_SIZE])
{
    const char *at = command_line, *found = NULL;

    ret_name[0] = '\0';
    for (size_t length; *at != '\0' && !found; at += length) {
        at += strspn(at, " ");
        length = strcspn(at, " ");
        if (length >= 2 && strncmp(at, "-i", 2) == 0)
            found = length > 2 ? at + 2 : at + 2 + strspn(at + 2, " ");
        else if (strncmp(at, "interface=", 10) == 0)
            found = at + 10;
    }
    if (!found)
        return;
    size_t length = strcspn(found, " ");
    if (length >= DOCTOR_NAME_SIZE)
        return;
    memcpy(ret_name, found, length);
    ret_name[length] = '\0';
}
