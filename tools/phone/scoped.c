/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/scoped.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "stack/base/text.h"

int scoped_split(const char *text, struct in6_addr *ret_address, char ret_interface[static IF_NAMESIZE])
{
    char address[INET6_ADDRSTRLEN];
    const char *percent = strchr(text, '%');

    if (!percent || (size_t)(percent - text) >= sizeof address || percent[1] == '\0')
        return -EINVAL;
    memcpy(address, text, (size_t)(percent - text));
    address[percent - text] = '\0';
    if (inet_pton(AF_INET6, address, ret_address) != 1 || !IN6_IS_ADDR_LINKLOCAL(ret_address))
        return -EINVAL;
    return fascia_text_copy(ret_interface, IF_NAMESIZE, percent + 1) < 0 ? -EINVAL : 0;
}
