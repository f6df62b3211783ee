/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a child process answers that read a file of head-related transfer functions, and what libmysofa leaves there
 * after reading it. Not the library itself: its faults are why it runs in a child. The first octet says which.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "platform/sofa/convert.h"
#include "platform/sofa/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char sentence[200];
static struct fascia_text message;

static void check(int r, struct hrtf *hrtf)
{
    float left[64], right[64];
    float *const to[2] = {left, right};

    if ((r == 0) != (hrtf != NULL))
        abort(); /* written on success only */
    if (r == 0) {
        if (sofa_check_sizes(hrtf->directions, hrtf->taps, &message) != 0 || sofa_check_values(hrtf, &message) != 0)
            abort();
        hrtf_at(hrtf, 33, 12, to, 64);
        for (size_t t = 0; t < 64; t++)
            if (!isfinite(left[t]) || !isfinite(right[t]))
                abort();
    } else if (message.used == 0) {
        abort(); /* an error without a sentence */
    }
    hrtf_free(hrtf);
}

static void parse_answer(const uint8_t *data, size_t size)
{
    struct hrtf *hrtf = NULL;

    int r = sofa_table_parse(data, size, &hrtf, &message);
    if (r < 0)
        fascia_text_add(&message, "no memory");
    check(r, hrtf);
}

static struct MYSOFA_ARRAY take(const uint8_t **at, size_t *left, size_t elements, uint8_t change)
{
    struct MYSOFA_ARRAY array = {.elements = (unsigned)elements};

    if (change == 0xff || elements > 4096)
        return (struct MYSOFA_ARRAY){.elements = (unsigned)elements};
    array.values = calloc(elements + 1, sizeof *array.values);
    if (!array.values)
        abort();
    size_t n = elements * sizeof *array.values < *left ? elements * sizeof *array.values : *left;
    memcpy(array.values, *at, n);
    *at += n;
    *left -= n;
    return array;
}

/* Dimensions from the first octets, array sizes that fit them or nearly, values from the rest. */
static void convert(const uint8_t *data, size_t size)
{
    struct hrtf *hrtf = NULL;
    struct MYSOFA_HRTF h = {.I = 1, .E = 1};

    if (size < 16)
        return;
    h.C = data[0] % 8 ? 3 : data[0];
    h.R = data[1] % 8 ? 2 : data[1];
    h.M = data[2] % 32;
    h.N = data[3] % 64;
    if (data[12] == 1)
        h.M |= 0x80000000U;
    const uint8_t *at = data + 13;
    size_t left = size - 13;
    const size_t directions = data[2] % 32, samples = directions * 2 * (data[3] % 64);
    h.SourcePosition = take(&at, &left, directions * 3 + (data[4] == 1), data[4]);
    h.ReceiverPosition = take(&at, &left, data[5] % 8, data[5]);
    h.DataSamplingRate = take(&at, &left, data[6] % 8 ? 1 : data[6], data[6]);
    h.DataDelay = take(&at, &left, data[7] % 4 == 0 ? 2 : data[7] % 4 == 1 ? 2 * directions : data[7], data[7]);
    h.DataIR = take(&at, &left, samples + (data[8] == 1), data[8]);

    int r = sofa_check_loaded(&h, 48000, &message);
    if (r == 0)
        r = sofa_copy_loaded(&h, 1, &hrtf, &message);
    check(r, hrtf);
    free(h.SourcePosition.values);
    free(h.ReceiverPosition.values);
    free(h.DataSamplingRate.values);
    free(h.DataDelay.values);
    free(h.DataIR.values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    fascia_text_init(&message, sentence, sizeof sentence);
    if (data[0] == 'c')
        convert(data + 1, size - 1);
    else
        parse_answer(data + 1, size - 1);
    return 0;
}
