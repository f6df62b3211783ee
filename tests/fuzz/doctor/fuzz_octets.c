/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a program, and as the attributes of a chain of nftables. */
#include <linux/netfilter.h>
#include <stdlib.h>
#include <string.h>

#include "platform/machine/firewall.h"
#include "platform/machine/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A version that is found is in the octets, between two NULs, and no other one is. */
static void check_version(const uint8_t *data, size_t size, const char *version)
{
    char wanted[DOCTOR_NAME_SIZE + 1] = "";
    size_t length = strnlen(version, DOCTOR_NAME_SIZE);

    if (length == DOCTOR_NAME_SIZE)
        abort();
    if (length == 0)
        return;
    memcpy(wanted + 1, version, length + 1);
    if (version[0] != '2' || !memmem(data, size, wanted, length + 2) || !machine_scan_has(data, size, version))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct doctor_firewall firewall = {.chains = 0};
    char version[DOCTOR_NAME_SIZE];
    uint8_t *copy = malloc(size != 0 ? size : 1); /* of its exact size, and aligned as a message is */

    if (!copy)
        abort();
    if (size != 0)
        memcpy(copy, data, size);
    machine_scan_version(copy, size, '2', version);
    check_version(copy, size, version);
    machine_parse_chain(NFPROTO_INET, copy, size, &firewall);
    machine_parse_chain(NFPROTO_IPV6, copy, size, &firewall);
    if (firewall.chains > 2 || !memchr(firewall.dropping, '\0', sizeof firewall.dropping) ||
        (firewall.dropping[0] != '\0' && firewall.chains == 0))
        abort();
    for (const char *at = firewall.dropping; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ')
            abort();
    }
    free(copy);
    return 0;
}
