/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_BOX_H
#define FASCIA_TOOLS_FASCIACTL_BOX_H

#include "stack/blackbox/reader.h"
#include "tools/fasciactl/verbs.h"

/* The black box's file, as far as fasciactl shows it. Neither fasciad nor a D-Bus is needed for it. */

#define BOX_DEFAULT_PATH "/var/lib/fascia/black-box" /* as fasciad's configuration has it by default */

struct box {
    uint8_t *data; /* owned */
    struct box_image image;
    bool has_zero; /* image.boots[0] is what boot 0 stands for */
    bool is_live;  /* image.boots[0] is the boot of the running kernel */
};

/**
 * Reads a black box: `file`, or when it is NULL the one that fasciad on ctl's bus names, or that at BOX_DEFAULT_PATH.
 * Of a named file, which may be of another machine, the newest boot is boot 0; otherwise boot 0 is that of the running
 * kernel. Returns STATUS_OK, or prints cause and remedy and returns another status. Release with box_free().
 */
int box_load(const struct fasciactl *ctl, const char *file, struct box *ret_box);

/** Idempotent; also for a box that is all zero. */
void box_free(struct box *box);

/** True for "0", "-1", … and for at least four hexadecimal digits: what --boot takes. */
bool box_is_boot(const char *word);

/**
 * Finds a boot by such a word. Returns STATUS_OK with its row in image.boots, or prints why not and returns
 * STATUS_IMPOSSIBLE.
 */
int box_find(const struct box *box, const char *word, size_t *ret_row);

/** What --boot calls a row: 0, -1, … */
int box_number(const struct box *box, size_t row);

/** Prints the boots, as a table or a JSON array. 0 or negative errno. */
int box_print_boots(const struct box *box, bool json);

/** Prints a boot's records, as text, a JSON array, or (`lines`) JSON objects. 0 or negative errno. */
int box_print_records(const struct box *box, size_t row, bool json, bool lines);

/** Prints one event as box_print_records() does a record; `name` for a kind that we do not know. 0 or negative errno.
 */
int box_print_event(const struct box_record *record, const char *name, bool json);

static inline void fascia_cleanup_box_free(struct box *box)
{
    box_free(box);
}

#endif
