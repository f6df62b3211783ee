/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/nan_key_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct nan_key_file nothing;
    static struct nan_key_file keys;
    unsigned int line = 0;

    int result = nan_key_file_parse((const char *)data, size, &keys, &line);
    if (result != 0) {
        if (line == 0 || nan_key_file_explain(result) == NULL || memcmp(&keys, &nothing, sizeof keys) != 0)
            abort();
        return 0;
    }
    if (keys.count > NAN_KEY_FILE_MAX)
        abort();
    for (size_t i = 0; i < keys.count; i++) {
        const struct nan_key_entry *entry = &keys.entries[i];
        size_t length = strnlen(entry->service, sizeof entry->service), octets = 0;
        (void)fascia_secret_borrow(&entry->secret, &octets);
        if (octets == 0 || octets > FASCIA_SECRET_MAX || length == sizeof entry->service)
            abort();
        if (!entry->is_passphrase && octets != 32)
            abort();
        if (entry->is_passphrase && !entry->has_service_id && length == 0)
            abort();
    }
    nan_key_file_wipe(&keys);
    return 0;
}
