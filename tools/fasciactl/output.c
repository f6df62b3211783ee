/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stack/base/text.h"
#include "tools/fasciactl/json.h"

#define JSON_FLAGS JSON_C_TO_STRING_NOSLASHESCAPE

static int write_to_file(void *userdata, const char *text, size_t size)
{
    return fwrite(text, 1, size, userdata) == size ? 0 : -EIO;
}

struct report_out output_to(FILE *file)
{
    const char *no_color = getenv("NO_COLOR");
    bool colour = isatty(fileno(file)) == 1 && (no_color == NULL || no_color[0] == '\0');

    return (struct report_out){.write = write_to_file, .userdata = file, .colour = colour};
}

static int print(FILE *file, struct json_object *json, int flags)
{
    const char *text = json_object_to_json_string_ext(json, flags);
    if (text == NULL)
        return -ENOMEM;
    return fputs(text, file) < 0 || fputs("\n", file) < 0 || fflush(file) != 0 ? -EIO : 0;
}

int output_json(FILE *file, struct json_object *json)
{
    return print(file, json, JSON_FLAGS | JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

int output_json_line(FILE *file, struct json_object *json)
{
    return print(file, json, JSON_FLAGS);
}

int output_file(const char *path, int (*write)(FILE *file, const void *userdata), const void *userdata)
{
    char draft[PATH_MAX];
    struct fascia_text text;

    fascia_text_init(&text, draft, sizeof draft);
    fascia_text_add(&text, "%s.%d.new", path, (int)getpid());
    if (!fascia_text_ok(&text))
        return -ENAMETOOLONG;
    FILE *file = fopen(draft, "we");
    if (file == NULL)
        return -errno;
    int r = write(file, userdata);
    if (fclose(file) != 0 && r == 0)
        r = -EIO;
    if (r == 0 && rename(draft, path) < 0)
        r = -errno;
    if (r < 0)
        (void)unlink(draft);
    return r;
}

int output_folder(const char *path)
{
    char part[PATH_MAX];
    struct stat info;

    int r = fascia_text_copy(part, sizeof part, path);
    if (r < 0)
        return r;
    for (char *at = part + 1; part[0] != '\0'; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        bool last = *at == '\0';
        *at = '\0';
        if (mkdir(part, 0755) < 0 && errno != EEXIST)
            return -errno;
        if (last)
            break;
        *at = '/';
    }
    if (stat(path, &info) < 0)
        return -errno;
    return S_ISDIR(info.st_mode) ? 0 : -ENOTDIR;
}
