/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an image of the pairing store, as they are and with a right CRC: what is read is written as the same
 * octets again. */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/store.h"
#include "stack/blackbox/crc32c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const uint8_t *image, size_t size)
{
    static struct aware_store store;
    static uint8_t again[AWARE_STORE_MAX];
    size_t written = 0;

    if (aware_store_decode(image, size, &store) != 0)
        return;
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        const struct aware_stored_peer *peer = &store.peers[i];
        if (!memchr(peer->name, '\0', sizeof peer->name) || !memchr(peer->akm, '\0', sizeof peer->akm) ||
            peer->id >= store.next_id)
            abort();
    }
    if (aware_store_encode(&store, again, sizeof again, &written) != 0 || written != size ||
        memcmp(again, image, size) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t image[AWARE_STORE_MAX + 64];

    check(data, size);
    if (size < 18 || size > sizeof image)
        return 0;
    memcpy(image, data, size);
    /* The size of all stands behind magic and version. */
    for (size_t i = 0; i < 4; i++)
        image[10 + i] = (uint8_t)(size >> 8 * i);
    uint32_t crc = crc32c(image, size - 4);
    for (size_t i = 0; i < 4; i++)
        image[size - 4 + i] = (uint8_t)(crc >> 8 * i);
    check(image, size);
    return 0;
}
