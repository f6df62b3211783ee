/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/machine/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/file/file.h"

bool machine_path(const struct machine *machine, char to[static MACHINE_PATH_SIZE], const char *format, ...)
{
    va_list args;
    size_t used = strlen(machine->request->root);

    if (used >= MACHINE_PATH_SIZE)
        return false;
    memcpy(to, machine->request->root, used + 1);
    va_start(args, format);
    int n = vsnprintf(to + used, MACHINE_PATH_SIZE - used, format, args);
    va_end(args);
    return n >= 0 && (size_t)n < MACHINE_PATH_SIZE - used;
}

ssize_t machine_read(const struct machine *machine, char *to, size_t size, const char *path)
{
    char whole[MACHINE_PATH_SIZE];
    size_t used = 0;

    to[0] = '\0';
    if (!machine_path(machine, whole, "%s", path))
        return -ENAMETOOLONG;
    int r = file_read(whole, to, size - 1, &used);
    to[r < 0 ? 0 : used] = '\0';
    return r < 0 ? r : (ssize_t)used;
}

void machine_copy(char *to, size_t size, const char *from)
{
    size_t used = 0;

    for (; from[used] != '\0' && used + 1 < size; used++) {
        to[used] = from[used];
        if ((unsigned char)to[used] < ' ' || to[used] == 0x7f)
            to[used] = '?';
    }
    to[used] = '\0';
}

void machine_read_line(const struct machine *machine, char *to, size_t size, const char *path)
{
    char text[256] = "";

    if (machine_read(machine, text, sizeof text, path) < 0)
        text[0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    machine_copy(to, size, text);
}

enum doctor_know machine_has(const struct machine *machine, const char *path)
{
    char whole[MACHINE_PATH_SIZE];

    if (!machine_path(machine, whole, "%s", path))
        return DOCTOR_UNKNOWN;
    if (access(whole, F_OK) == 0)
        return DOCTOR_YES;
    return errno == ENOENT || errno == ENOTDIR ? DOCTOR_NO : DOCTOR_UNKNOWN;
}

enum doctor_know machine_flag(const struct machine *machine, const char *path)
{
    char text[16];

    machine_read_line(machine, text, sizeof text, path);
    if (strcmp(text, "1") == 0 || strcmp(text, "Y") == 0)
        return DOCTOR_YES;
    return strcmp(text, "0") == 0 || strcmp(text, "N") == 0 ? DOCTOR_NO : DOCTOR_UNKNOWN;
}

int machine_each(struct machine *machine, const char *path, machine_entry_fn fn, void *userdata)
{
    char whole[MACHINE_PATH_SIZE];

    if (!machine_path(machine, whole, "%s", path))
        return -ENAMETOOLONG;
    DIR *dir = opendir(whole);
    if (!dir)
        return -errno;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] != '.' && !fn(machine, e->d_name, userdata))
            break;
    }
    (void)closedir(dir);
    return 0;
}

int machine_lines(struct machine *machine, const char *path, size_t max, machine_line_fn fn, void *userdata)
{
    char whole[MACHINE_PATH_SIZE], line[4096];

    if (!machine_path(machine, whole, "%s", path))
        return -ENAMETOOLONG;
    FILE *file = fopen(whole, "re");
    if (!file)
        return -errno;
    bool begins = true;
    for (size_t i = 0; i < max && fgets(line, sizeof line, file);) {
        size_t length = strcspn(line, "\n");
        bool whole_line = line[length] == '\n';
        line[length] = '\0';
        if (begins && !fn(machine, line, userdata))
            break;
        i += whole_line;
        begins = whole_line; /* the rest of a longer one is passed over */
    }
    (void)fclose(file);
    return 0;
}

void machine_waiting(const struct machine *machine, const char *for_what)
{
    if (machine->request->waiting)
        machine->request->waiting(for_what, machine->request->userdata);
}
