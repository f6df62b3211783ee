/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/radio/radio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/config.h"
#include "platform/config/walk.h"
#include "platform/file/file.h"
#include "platform/radio/radio_schema.h"
#include "stack/base/cleanup.h"
#include "stack/link/radio_compile.h"

_Static_assert(RADIO_MESSAGE_SIZE == CONFIG_MESSAGE_SIZE, "the walker writes the message");
_Static_assert(RADIO_FILE_MAX == WALK_FILE_MAX, "the walker bounds the file");
_Static_assert((int)RADIO_E_INVALID == (int)CONFIG_E_INVALID, "the walker's result is passed on");

/* Rules between elements and sections. */
static int check_whole(const struct walk *w, const void *base)
{
    const struct radio_description *d = base;

    for (size_t i = 0; i < d->bands_count; i++) {
        for (size_t k = 0; k < i; k++) {
            yaml_mark_t mark = walk_mark(w, "bands");
            if (d->bands[i].band == d->bands[k].band)
                return walk_invalid(w, &mark, "bands", "%s is described twice; allowed is each band once",
                                    radio_band_words[d->bands[i].band]);
        }
    }
    return 0;
}

static int out_of_memory(const char *name, char *message)
{
    (void)snprintf(message, RADIO_MESSAGE_SIZE, "%s: out of memory", name);
    return -ENOMEM;
}

/* Into a description of its own first: the caller's stays whole on an error. */
int radio_parse(const char *name, const void *data, size_t size, struct radio_description *ret_description,
                char message[static RADIO_MESSAGE_SIZE])
{
    static const struct walk_file file = {.keys = radio_schema,
                                          .shape = "a mapping that describes a radio",
                                          .one = "one file describes one radio",
                                          .check = check_whole};
    _cleanup_(freep) struct radio_description *description = malloc(sizeof *description);

    if (description == NULL)
        return out_of_memory(name, message);
    radio_description_init(description);
    int r = walk_parse(name, data, size, &file, description, message);
    if (r == -ENOMEM)
        return out_of_memory(name, message);
    if (r == 0)
        *ret_description = *description;
    return r;
}

static int take_message(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse(userdata, attributes, size);
}

static int take_regulatory(const void *attributes, size_t size, void *userdata)
{
    struct wiphy *wiphy = userdata;
    struct wiphy_regulatory regulatory;

    int r = wiphy_parse_regulatory(attributes, size, &regulatory);
    if (r < 0)
        return r;
    memcpy(wiphy->country, regulatory.country, sizeof wiphy->country);
    wiphy->dfs_region = regulatory.dfs_region;
    return 0;
}

/* The way of a radio that is there: messages of a split dump, and the regulatory domain asked for afterwards. */
static int fill(const struct radio_description *description, struct wiphy_table *table)
{
    const struct radio_compile_how how = {.split = RADIO_SPLIT_KERNEL};

    int r = radio_compile(description, &how, take_message, table);
    if (r == 0 && description->country[0] != '\0')
        r = radio_compile_regulatory(description, take_regulatory, &table->radios[0]);
    return r;
}

struct load {
    struct radio_description description;
    struct wiphy_table table;
    char data[RADIO_FILE_MAX + 1]; /* one octet more than allowed is asked for, so that "too large" is seen */
};

static int load(const char *path, struct load *load, char message[static RADIO_MESSAGE_SIZE])
{
    size_t size = 0;

    int r = load != NULL ? file_read(path, load->data, sizeof load->data, &size) : -ENOMEM;
    if (r < 0) {
        (void)snprintf(message, RADIO_MESSAGE_SIZE, "%s: cannot be read: %s", path, strerror(-r));
        return r;
    }
    r = radio_parse(path, load->data, size, &load->description, message);
    if (r != 0)
        return r;
    r = fill(&load->description, &load->table);
    if (r < 0)
        (void)snprintf(message, RADIO_MESSAGE_SIZE, "%s: cannot be compiled: %s", path, strerror(-r));
    return r;
}

int radio_load(const char *path, struct wiphy_table *table, struct radio_about *ret_about,
               char message[static RADIO_MESSAGE_SIZE])
{
    _cleanup_(freep) struct load *loaded = calloc(1, sizeof *loaded); /* large */

    message[0] = '\0';
    int r = load(path, loaded, message);
    if (r != 0)
        return r;
    *table = loaded->table;
    if (ret_about != NULL)
        *ret_about = loaded->description.about;
    return 0;
}
