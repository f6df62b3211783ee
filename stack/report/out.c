/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void write_out(struct report_out *out, const char *text, size_t size)
{
    if (out->error == 0 && size > 0)
        out->error = out->write(out->userdata, text, size);
}

void report_put(struct report_out *out, const char *text)
{
    write_out(out, text, strlen(text));
}

void report_add(struct report_out *out, const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text) {
        if (out->error == 0)
            out->error = -EMSGSIZE;
        return;
    }
    write_out(out, text, (size_t)n);
}

void report_escape(struct report_out *out, const char *text)
{
    static const char special[] = "&<>\"'";
    static const char *const written[] = {"&#38;", "&#60;", "&#62;", "&#34;", "&#39;"};

    while (*text != '\0') {
        size_t plain = strcspn(text, special);
        write_out(out, text, plain);
        text += plain;
        if (*text != '\0')
            report_put(out, written[strchr(special, *text++) - special]);
    }
}

size_t report_columns(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

void report_pad(struct report_out *out, const char *text, size_t width)
{
    report_put(out, text);
    for (size_t columns = report_columns(text); columns < width; columns++)
        report_put(out, " ");
}
