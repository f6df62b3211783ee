/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/report_write.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static int write_text(FILE *file, const void *userdata)
{
    struct report_out out = output_to(file);
    report_text(userdata, &out);
    return out.error;
}

static int write_html(FILE *file, const void *userdata)
{
    struct report_out out = output_to(file);
    report_html(userdata, &out);
    return out.error;
}

static int write_json(FILE *file, const void *userdata)
{
    _cleanup_(json_release) struct json_object *document = report_json(userdata);
    return document != NULL ? output_json(file, document) : -ENOMEM;
}

static int write_file(const char *folder, const char *name, int (*write)(FILE *file, const void *userdata),
                      const struct report *report)
{
    char path[PATH_MAX];
    struct fascia_text text;

    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    int r = fascia_text_ok(&text) ? output_file(path, write, report) : -ENAMETOOLONG;
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: %s cannot be written: %s\n", path, strerror(-r));
    return r;
}

static int write_folder(const char *folder, const struct report *report)
{
    int r = output_folder(folder);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: the folder %s cannot be made: %s\n", folder, strerror(-r));
        return r;
    }
    r = write_file(folder, "report.txt", write_text, report);
    if (r == 0)
        r = write_file(folder, "report.json", write_json, report);
    if (r == 0)
        r = write_file(folder, "report.html", write_html, report);
    return r;
}

int report_write(const struct report_outputs *outputs, const struct report *report)
{
    bool html_on_stdout = outputs->html != NULL && strcmp(outputs->html, "-") == 0;
    int r = outputs->out != NULL ? write_folder(outputs->out, report) : 0;

    if (r == 0 && outputs->html != NULL && !html_on_stdout)
        r = write_file("", outputs->html, write_html, report);
    if (r < 0)
        return r;
    if (outputs->text)
        r = write_text(stdout, report);
    else if (outputs->json)
        r = write_json(stdout, report);
    else if (html_on_stdout)
        r = write_html(stdout, report);
    if (r == 0 && fflush(stdout) != 0)
        r = -errno;
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: standard output: %s\n", strerror(-r));
    return r;
}
