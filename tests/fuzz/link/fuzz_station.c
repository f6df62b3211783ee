/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes of one NEW_STATION message. */
#include <stdlib.h>
#include <string.h>

#include "stack/link/station.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct station_table table;
    struct station station;

    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    if (station_parse(copy, size, &station) == 0) {
        memset(&table, 0, sizeof table);
        if (!station_update(&table, &station) || station_update(&table, &station) || table.count != 1 ||
            !station_remove(&table, &station.mac))
            abort();
        (void)station_standard_name(station.standard_max);
    }
    free(copy);
    return 0;
}
