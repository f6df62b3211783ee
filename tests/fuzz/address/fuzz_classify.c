/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a captured frame: the class fits its type, and only IPv6 has addresses. */
#include <stdlib.h>

#include "stack/address/nd_classify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nd_packet packet;
    enum nd_class class = nd_classify(data, size, &packet);

    if (class != packet.class || class >= ND_CLASSES_)
        abort();
    if (class == ND_CLASS_ND && (packet.icmp_type < 133 || packet.icmp_type > 137))
        abort();
    if (class == ND_CLASS_MLD && packet.icmp_type != 143 && (packet.icmp_type < 130 || packet.icmp_type > 132))
        abort();
    if ((class == ND_CLASS_NONE || class == ND_CLASS_OTHER) && packet.icmp_type != 0)
        abort();
    if (class != ND_CLASS_NONE && size < 54)
        abort();
    return 0;
}
