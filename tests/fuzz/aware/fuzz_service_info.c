/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the service information of a data path: what is read can be written, and is then read as the same. */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/service_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service_info info, again;
    uint8_t octets[AWARE_INFO_MAX];
    size_t written = 0;

    if (service_info_parse(data, size, &info) != 0)
        return 0;
    if (!memchr(info.instance, '\0', sizeof info.instance))
        abort();
    if (service_info_build(&info, octets, sizeof octets, &written) != 0 || written > size)
        abort();
    if (service_info_parse(octets, written, &again) != 0)
        abort();
    if (again.port != info.port || again.has_transport != info.has_transport ||
        (info.has_transport && again.transport != info.transport) || strcmp(again.instance, info.instance) != 0)
        abort();
    return 0;
}
