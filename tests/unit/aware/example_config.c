/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/aware/example_config.h"

#include <stdlib.h>

#include "stack/base/text.h"

void example_config(struct aware_config *ret_config)
{
    *ret_config = (struct aware_config){
        .enabled = true,
        .nmi = "nan0",
        .ndi = "ndi0",
        .master_preference = 10,
        .schedule = {"2437:0e000000", "5180:f0ffffff"},
        .schedule_count = 2,
        .idle_s = 300,
        .pairing_s = 120,
        .pin_digits = 6,
        .nik_lifetime_s = 86400,
        .peers_max = 16,
        .store = "/var/lib/fascia/aware/pairings",
    };
}

struct aware_service_config *example_service(struct aware_config *config, const char *name, enum aware_role role,
                                             enum aware_security security)
{
    struct aware_service_config *service = &config->services[config->services_count++];

    *service = (struct aware_service_config){
        .role = role, .enabled = true, .security = security, .port = 7000, .data_paths = 2};
    if (fascia_text_copy(service->name, sizeof service->name, name) != 0)
        abort();
    if (security != AWARE_SECURITY_OPEN)
        service->ciphers[service->ciphers_count++] = AWARE_CIPHER_SK_CCM_128;
    if (security == AWARE_SECURITY_PAIRED) {
        service->ciphers[service->ciphers_count++] = AWARE_CIPHER_PK_PASN_128;
        service->methods[service->methods_count++] = AWARE_METHOD_PIN_DISPLAY;
    }
    return service;
}
