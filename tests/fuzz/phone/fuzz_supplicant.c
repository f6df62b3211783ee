/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever wpa_supplicant or the kernel may say: replies, events, counters. The first octet chooses the parser. */
#include <stdint.h>
#include <string.h>

#include "stack/phone/snmp6.h"
#include "stack/phone/supplicant_event.h"
#include "stack/phone/supplicant_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed_event(const char *text, size_t size)
{
    char line[64];
    struct fascia_text out;
    struct phone_event event;

    if (phone_event_parse(text, size, &event) != 0)
        return;
    fascia_text_init(&out, line, sizeof line);
    phone_event_describe(&event, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;

    const char *text = (const char *)data + 1;
    struct phone_status status;
    struct phone_signal signal;
    struct phone_snmp6 counters;

    switch (data[0]) {
    case 's':
        (void)phone_status_parse(text, size - 1, &status);
        break;
    case 'p':
        (void)phone_signal_parse(text, size - 1, &signal);
        break;
    case 'e':
        feed_event(text, size - 1);
        break;
    case 'c':
        (void)phone_snmp6_parse(text, size - 1, &counters);
        break;
    }
    return 0;
}
