/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/mark_finder.h"

#include <string.h>

bool mark_finder_feed(struct mark_finder *finder, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool all = finder->prefix[finder->matched] == '\0';

        if (data[i] == '\0') {
            if (all && !finder->skip)
                return true;
            finder->matched = 0;
            finder->skip = false;
        } else if (finder->skip) {
            continue;
        } else if (!all) {
            finder->skip = data[i] != finder->prefix[finder->matched];
            finder->matched += finder->skip ? 0 : 1;
        } else if (finder->rest_size < sizeof finder->rest - 1) {
            finder->rest[finder->rest_size++] = data[i];
        } else {
            finder->cut = true;
        }
    }
    return false;
}

void mark_finder_get(const struct mark_finder *finder, uint64_t *ret_instance, char ret_name[static MARK_NAME_SIZE])
{
    const char *rest = finder->rest;
    uint64_t instance = 0;

    for (; *rest >= '0' && *rest <= '9'; rest++)
        instance = instance * 10 + (uint64_t)(*rest - '0');
    *ret_instance = instance;
    ret_name[0] = '\0';
    if (!finder->cut && *rest == '.' && strlen(rest + 1) < MARK_NAME_SIZE)
        memcpy(ret_name, rest + 1, strlen(rest + 1) + 1);
}
