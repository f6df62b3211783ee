/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_REPORT_WRITE_H
#define FASCIA_TOOLS_FASCIACTL_REPORT_WRITE_H

#include "stack/report/render.h"

struct report_outputs {
    const char *html, *out; /* a file ("-" = standard output), a folder; NULL = none */
    bool text, json;        /* on standard output */
};

/** Writes the report wherever it was asked for. Prints what went wrong; returns 0 or a negative errno. */
int report_write(const struct report_outputs *outputs, const struct report *report);

#endif
