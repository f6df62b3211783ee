/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_STREAMS_VOLUMES_H
#define FASCIA_AUDIO_STREAMS_VOLUMES_H

#include "audio/streams/class.h"
#include "stack/base/text.h"

/*
 * The file with the volumes that somebody has set: a first line "fascia-volumes 1", then one line for each class that
 * was set, "media -12.5". It is small and its writer is known, so anything else than that is damage.
 */

#define VOLUMES_SIZE_MAX 512

struct volumes {
    bool set[STREAM_CLASSES];
    double db[STREAM_CLASSES]; /* -120 … 12 */
};

enum volumes_result {
    VOLUMES_E_VERSION = 1, /* of another version */
    VOLUMES_E_DAMAGED,
};

/** Reads `size` bytes. Returns 0 or a volumes_result. */
int volumes_decode(const char *bytes, size_t size, struct volumes *ret_volumes);

/** Writes the file's text. VOLUMES_SIZE_MAX octets are enough. */
void volumes_encode(const struct volumes *volumes, struct fascia_text *text);

#endif
