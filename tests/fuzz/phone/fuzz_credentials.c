/* SPDX-License-Identifier: Apache-2.0 */
/* hostapd configurations of any kind; what is accepted must give a supplicant configuration or a named refusal. */
#include <stdint.h>
#include <stdlib.h>

#include "stack/phone/supplicant_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct phone_credentials credentials = {0};
    char text[PHONE_SUPPLICANT_CONFIG_SIZE];

    if (phone_credentials_parse(&credentials, (const char *)data, size) == 0 &&
        phone_supplicant_config(&credentials, "/run/fascia-phone-XXXXXX/control", text, sizeof text) < 0)
        abort(); /* PHONE_SUPPLICANT_CONFIG_SIZE always suffices */
    phone_credentials_wipe(&credentials);
    return 0;
}
