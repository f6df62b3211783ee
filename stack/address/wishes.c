/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/wishes.h"

#include <string.h>

static size_t find(const struct address_wishes *wishes, const char *name)
{
    size_t i = 0;
    while (i < ADDRESS_WISHES_MAX && strcmp(wishes->rows[i].name, name) != 0)
        i++;
    return i;
}

void address_wishes_keep(struct address_wishes *wishes, const char *name, const struct address_wish *wish)
{
    if (name[0] == '\0')
        return;
    size_t i = find(wishes, name);
    if (i == ADDRESS_WISHES_MAX)
        i = find(wishes, "");
    if (i == ADDRESS_WISHES_MAX) {
        i = wishes->next;
        wishes->next = (wishes->next + 1) % ADDRESS_WISHES_MAX;
    }
    if (fascia_text_copy(wishes->rows[i].name, sizeof wishes->rows[i].name, name) == 0)
        wishes->rows[i].wish = *wish;
}

bool address_wishes_take(struct address_wishes *wishes, const char *name, struct address_wish *ret_wish)
{
    size_t i = name[0] == '\0' ? ADDRESS_WISHES_MAX : find(wishes, name);

    if (i == ADDRESS_WISHES_MAX)
        return false;
    *ret_wish = wishes->rows[i].wish;
    wishes->rows[i].name[0] = '\0';
    return true;
}
