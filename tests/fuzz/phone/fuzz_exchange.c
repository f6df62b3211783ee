/* SPDX-License-Identifier: Apache-2.0 */
/* A peer that sends anything, in pieces of any size: first octet the role, second the size of the pieces. */
#include <stdint.h>
#include <stdlib.h>

#include "stack/phone/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exchange x;
    uint8_t out[256];
    size_t sent = 0;

    if (size < 2)
        return 0;
    size_t piece = (size_t)data[1] + 1;
    exchange_init(&x, data[0] & 1 ? EXCHANGE_CALLER : EXCHANGE_ANSWERER, data[0] >> 1, 1);
    data += 2;
    size -= 2;
    while (size > 0 && x.state != EXCHANGE_FAILED && x.state != EXCHANGE_DONE) {
        for (size_t n = 1; sent < 4096 && (n = exchange_output(&x, out, sizeof out)) > 0;)
            sent += n;
        size_t n = piece < size ? piece : size;
        (void)exchange_input(&x, data, n);
        data += n;
        size -= n;
    }
    if (exchange_verified(&x) > x.length)
        abort();
    return 0;
}
