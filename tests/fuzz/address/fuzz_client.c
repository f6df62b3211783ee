/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the address that fascia-addr answers with: what is accepted is link-local and has the scope asked for. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "platform/addr_client/private.h"

#define INDEX 7
#define PORT  5000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sockaddr_in6 address = {.sin6_family = AF_UNSPEC};
    char text[128];

    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (addr_client_read_address(text, INDEX, PORT, &address) != 0) {
        if (address.sin6_family != AF_UNSPEC)
            abort();
        return 0;
    }
    if (address.sin6_family != AF_INET6 || address.sin6_scope_id != INDEX || ntohs(address.sin6_port) != PORT ||
        !IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr))
        abort();
    return 0;
}
