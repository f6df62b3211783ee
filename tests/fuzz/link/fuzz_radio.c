/* SPDX-License-Identifier: Apache-2.0 */
/* A described radio. What the door accepts must compile, and the parser must read it, however it is split. */
#include <stdlib.h>
#include <string.h>

#include "platform/radio/radio.h"
#include "stack/link/capability.h"
#include "stack/link/radio_compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse(userdata, attributes, size);
}

static void read_back(const struct radio_description *description, const struct radio_compile_how *how,
                      struct capability *ret_capability)
{
    static struct wiphy_table table;

    memset(&table, 0, sizeof table);
    if (radio_compile(description, how, take, &table) != 0 || table.count != 1)
        abort();
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, ret_capability);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct radio_description description;
    static struct capability one, many;
    char message[RADIO_MESSAGE_SIZE];

    int r = radio_parse("f.yaml", data, size, &description, message);
    if (r != 0) {
        if (message[0] == '\0')
            abort(); /* an error always says what is wrong */
        return 0;
    }
    read_back(&description, &(struct radio_compile_how){.split = RADIO_SPLIT_NONE}, &one);
    read_back(&description, &(struct radio_compile_how){.split = RADIO_SPLIT_SEEDED, .seed = (uint32_t)size}, &many);
    for (size_t band = 0; band < WIPHY_BANDS_; band++) {
        const struct capability_role *a = &one.bands[band].roles[WIPHY_ROLE_AP];
        const struct capability_role *b = &many.bands[band].roles[WIPHY_ROLE_AP];
        if (strcmp(a->class, b->class) != 0 || a->width_mhz != b->width_mhz ||
            one.bands[band].channels != many.bands[band].channels)
            abort(); /* a split changes nothing */
    }
    return 0;
}
