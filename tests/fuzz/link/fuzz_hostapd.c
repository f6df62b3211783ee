/* SPDX-License-Identifier: Apache-2.0 */
/* One datagram of hostapd, read as everything that it could be. */
#include <stdlib.h>
#include <string.h>

#include "stack/link/hostapd_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hostapd_status status;
    struct hostapd_interfaces interfaces;
    struct hostapd_event event;
    enum link_security security;

    char *text = malloc(size ? size : 1);
    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    if (hostapd_reply_status(text, size, "wlan0", &status) == 0 && status.ssid_size > sizeof status.ssid)
        abort();
    if (hostapd_reply_security(text, size, &security) == 0 && (unsigned int)security >= LINK_SECURITIES_)
        abort();
    hostapd_reply_interfaces(text, size, &interfaces);
    if (interfaces.count > HOSTAPD_INTERFACES_MAX)
        abort();
    if (hostapd_reply_event(text, size, &event) == 0 && !hostapd_reply_is_event(text, size))
        abort();
    (void)hostapd_reply_is_ok(text, size);
    (void)hostapd_reply_is_pong(text, size);
    free(text);
    return 0;
}
