/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as rtnetlink messages. The kernel is not hostile, but its messages have many shapes. */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "platform/rtnetlink/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(8) uint8_t buffer[65536];
    int left = size > sizeof buffer ? (int)sizeof buffer : (int)size;

    if (left != 0)
        memcpy(buffer, data, (size_t)left);
    for (const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)buffer; rtnl_message_ok(m, left);
         m = mnl_nlmsg_next(m, &left)) {
        struct rtnl_change change;
        if (rtnl_parse(m, &change) && change.kind == RTNL_LINK && memchr(change.link.name, 0, IF_NAMESIZE) == NULL)
            abort();
    }
    return 0;
}
