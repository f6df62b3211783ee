/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_OUTPUT_H
#define FASCIA_TOOLS_FASCIACTL_OUTPUT_H

#include <stdio.h>

#include "stack/report/out.h"

struct json_object;

/** A renderer's way to a stdio stream; coloured when it is a terminal and $NO_COLOR is not set. */
struct report_out output_to(FILE *file);

/** Prints a document on standard output, readably. 0 or negative errno. */
int output_json(FILE *file, struct json_object *json);

/** Prints a document as one line and flushes. 0 or negative errno. */
int output_json_line(FILE *file, struct json_object *json);

/** Writes what `write` writes to a new file that replaces `path` only when it is whole. 0 or negative errno. */
int output_file(const char *path, int (*write)(FILE *file, const void *userdata), const void *userdata);

/** Makes a folder and those above it. 0 or negative errno; an existing folder is no error. */
int output_folder(const char *path);

#endif
