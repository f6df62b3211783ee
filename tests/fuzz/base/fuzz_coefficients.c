/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/coefficients.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char message[CONFIG_MESSAGE_SIZE], buffer[160];
    struct coefficients set;
    struct fascia_text text;

    fascia_text_init(&text, buffer, sizeof buffer);
    int r = coefficients_file_parse("c.yaml", data, size, &set, message);
    if (r != 0 && message[0] == '\0')
        abort(); /* an error always says what is wrong */
    if (r == 0 && (set.name[0] == '\0' || coefficients_check(&set, &text) != 0))
        abort(); /* what is read can be used */
    return 0;
}
