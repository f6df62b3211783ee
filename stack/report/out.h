/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_OUT_H
#define FASCIA_STACK_REPORT_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* Where renderers write to. The first error sticks; what follows is dropped. */

/** Takes `size` octets. Returns 0 or a negative errno. */
typedef int (*report_write_fn)(void *userdata, const char *text, size_t size);

struct report_out {
    report_write_fn write;
    void *userdata;
    bool colour; /* ANSI colours in the text report; set for terminals only */
    int error;
};

/** Writes text as it is. */
void report_put(struct report_out *out, const char *text);

/** Writes printf-formatted text of at most 2047 octets; a longer one is the error -EMSGSIZE, never cut silently. */
void report_add(struct report_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Writes text so that it means itself in HTML, in an element as well as in a quoted attribute. */
void report_escape(struct report_out *out, const char *text);

/** Writes text and pads it with spaces to `width` columns (one per code point). */
void report_pad(struct report_out *out, const char *text, size_t width);

/** Columns of a text: its code points. */
size_t report_columns(const char *text);

#endif
