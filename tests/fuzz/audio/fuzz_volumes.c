/* SPDX-License-Identifier: Apache-2.0 */
/* A file of volumes: what is read is in range, and is read again when it is written. */
#include <math.h>
#include <stdlib.h>

#include "audio/streams/volumes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct volumes volumes, again;
    char bytes[VOLUMES_SIZE_MAX];
    struct fascia_text text;

    if (volumes_decode((const char *)data, size, &volumes) != 0)
        return 0;
    fascia_text_init(&text, bytes, sizeof bytes);
    volumes_encode(&volumes, &text);
    if (!fascia_text_ok(&text) || volumes_decode(bytes, text.used, &again) != 0)
        abort();
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (again.set[c] != volumes.set[c])
            abort();
        if (volumes.set[c] &&
            !(volumes.db[c] >= -120 && volumes.db[c] <= 12 && fabs(again.db[c] - volumes.db[c]) < 0.01))
            abort();
    }
    return 0;
}
