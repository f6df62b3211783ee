/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fascia_config config;
    char message[CONFIG_MESSAGE_SIZE];

    int r = config_parse("f.yaml", data, size, &config, message);
    if (r != 0 && message[0] == '\0')
        abort(); /* an error always says what is wrong */
    return 0;
}
