/* SPDX-License-Identifier: Apache-2.0 */
/* A survey: messages of <u16 little-endian length><attributes>. */
#include <stdlib.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/link/survey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed(struct survey *survey, const uint8_t *attributes, size_t size)
{
    size_t before = survey->count;

    /* A copy of its own size, so that the sanitizer sees one octet too many. */
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return;
    if (size > 0)
        memcpy(copy, attributes, size);
    if (survey_parse(survey, copy, size) < 0 && survey->count != before)
        abort(); /* an error must change nothing */
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct survey survey;
    struct fascia_reader r;

    survey.count = survey.left_out = 0;
    fascia_reader_init(&r, data, size);
    while (fascia_reader_left(&r) > 0) {
        size_t length = fascia_read_le16(&r);
        size_t left = fascia_reader_left(&r);
        const uint8_t *attributes = fascia_read_bytes(&r, length < left ? length : left);
        if (attributes)
            feed(&survey, attributes, length < left ? length : left);
    }
    for (size_t i = 0; i < survey.count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (survey.list[i].frequency_mhz == survey.list[j].frequency_mhz)
                abort(); /* a channel is there once */
        }
    }
    return 0;
}
