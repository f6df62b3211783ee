/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that other processes send over the notify socket: event and fact records. */
#include <stdlib.h>
#include <string.h>

#include "stack/base/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fascia_event event, event_again;
    struct fascia_fact fact;
    struct fascia_text text;
    char line[512];

    if (size >= sizeof line)
        return 0;
    memcpy(line, data, size);
    line[size] = '\0';

    (void)fascia_fact_parse(line, &fact);
    if (fascia_event_parse(line, &event) == 0) {
        /* What was accepted must survive its own formatting. */
        fascia_text_init(&text, line, sizeof line);
        fascia_event_format(&event, &text);
        if (!fascia_text_ok(&text) || fascia_event_parse(line, &event_again) != 0 ||
            strcmp(event.detail, event_again.detail) != 0)
            abort();
    }
    return 0;
}
