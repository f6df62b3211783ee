/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_MARK_FINDER_H
#define FASCIA_PLATFORM_PROCESS_MARK_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/process/mark.h"

/*
 * What mark_read() understands of an environment, apart from its reading: finds the entry that begins with `prefix` in
 * a stream of NUL-terminated entries, and keeps what follows. A process can write anything there. Begin with
 * {.prefix = …}, which is not "".
 */
struct mark_finder {
    const char *prefix;
    size_t matched; /* octets of the prefix */
    bool skip;      /* to the end of this entry: it is another one */
    char rest[MARK_SIZE];
    size_t rest_size;
    bool cut; /* more followed than `rest` holds */
};

/** Takes the next octets. True when the entry was found to its end; nothing may be fed after that. */
bool mark_finder_feed(struct mark_finder *finder, const char *data, size_t size);

/** What mark_read() returns of an entry that was found. */
void mark_finder_get(const struct mark_finder *finder, uint64_t *ret_instance, char ret_name[static MARK_NAME_SIZE]);

#endif
