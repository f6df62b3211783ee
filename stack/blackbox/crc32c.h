/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BLACKBOX_CRC32C_H
#define FASCIA_STACK_BLACKBOX_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/** CRC-32C (Castagnoli; RFC 3720, appendix B.4) of `size` octets: "123456789" gives e3069283. */
uint32_t crc32c(const void *data, size_t size);

#endif
