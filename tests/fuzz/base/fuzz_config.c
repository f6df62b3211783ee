/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fascia_config config, again;
    char message[CONFIG_MESSAGE_SIZE];

    int r = config_parse("f.yaml", data, size, &config, message);
    if (r != 0 && message[0] == '\0')
        abort(); /* an error always says what is wrong */
    if (r != 0)
        return 0;
    memset(&again, 0xa5, sizeof again);
    if (config_parse("f.yaml", data, size, &again, message) != 0 || memcmp(&config, &again, sizeof config) != 0)
        abort(); /* the octets are compared and hashed: the same file gives the same ones */
    for (size_t i = 0; i < config.supervisor.ladders_count; i++) {
        if (config.supervisor.ladders[i].steps_count == 0 || config.supervisor.ladders[i].steps[0].attempts < 1)
            abort();
    }
    return 0;
}
