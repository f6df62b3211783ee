/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sofa/table.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "audio/virtual/filters.h"

#define SAMPLE_MAX    100.0F /* +40 dB: files are normalised to about 1 */
#define DELAY_SECONDS 0.1F

int sofa_check_sizes(size_t directions, size_t taps, struct fascia_text *message)
{
    if (directions > 0 && directions <= SOFA_DIRECTIONS_MAX && taps > 0 && taps <= VIRTUAL_TAPS_MAX &&
        directions * 2 * taps <= SOFA_SAMPLES_MAX)
        return 0;
    fascia_text_add(message, "%zu directions of %zu samples are too many (or none): at most %d, %d, and %zu in all",
                    directions, taps, SOFA_DIRECTIONS_MAX, VIRTUAL_TAPS_MAX, SOFA_SAMPLES_MAX);
    return SOFA_E_TOO_BIG;
}

/* False for NaN, too. */
static bool is_within(float x, float low, float high)
{
    return x >= low && x <= high;
}

static bool has_place(const struct hrtf_direction *d, float delay_max)
{
    return is_within(d->azimuth_deg, -180, 180) && is_within(d->elevation_deg, -90, 90) &&
           is_within(d->delay[0], 0, delay_max) && is_within(d->delay[1], 0, delay_max);
}

int sofa_check_values(const struct hrtf *hrtf, struct fascia_text *message)
{
    const size_t samples = hrtf->directions * 2 * hrtf->taps;
    float largest = 0;

    for (size_t i = 0; i < hrtf->directions; i++) {
        if (!has_place(&hrtf->direction[i], DELAY_SECONDS * (float)hrtf->rate)) {
            fascia_text_add(message, "position or delay of direction %zu is out of range", i);
            return SOFA_E_VALUE;
        }
    }
    for (size_t i = 0; i < samples; i++) {
        if (!is_within(hrtf->ir[i], -SAMPLE_MAX, SAMPLE_MAX)) {
            fascia_text_add(message, "a sample of direction %zu is out of range", i / (2 * hrtf->taps));
            return SOFA_E_VALUE;
        }
        largest = fmaxf(largest, fabsf(hrtf->ir[i]));
    }
    if (largest < 1e-6F) {
        fascia_text_add(message, "all responses are silent");
        return SOFA_E_VALUE;
    }
    return 0;
}

/* A sentence that another process wrote, for our log: only if it is one. */
static void add_message(struct fascia_text *message, const struct sofa_table_head *head)
{
    const size_t n = strnlen(head->message, sizeof head->message);
    bool text = n > 0 && n < sizeof head->message;

    for (size_t i = 0; i < n; i++)
        text = text && head->message[i] >= ' ' && head->message[i] <= '~';
    fascia_text_add(message, "%s", text ? head->message : "cannot be read");
}

static bool is_result(int32_t result)
{
    return result == SOFA_E_TOO_BIG || result == SOFA_E_FORMAT || result == SOFA_E_VALUE || result == -ENOMEM;
}

static int not_a_table(struct fascia_text *message)
{
    fascia_text_add(message, "libmysofa gave no table");
    return SOFA_E_FORMAT;
}

int sofa_table_parse(const void *bytes, size_t size, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    const unsigned char *p = bytes;
    struct sofa_table_head head;
    struct hrtf *hrtf = NULL;

    if (size < sizeof head)
        return not_a_table(message);
    memcpy(&head, p, sizeof head);
    if (head.magic != SOFA_TABLE_MAGIC || (head.result != 0 && !is_result(head.result)))
        return not_a_table(message);
    if (head.result != 0) {
        add_message(message, &head);
        return head.result;
    }

    int r = sofa_check_sizes(head.directions, head.taps, message);
    if (r != 0)
        return r;
    const size_t places = head.directions * sizeof(struct hrtf_direction);
    const size_t samples = (size_t)head.directions * 2 * head.taps * sizeof(float);
    if (size - sizeof head != places + samples || head.rate < SOFA_RATE_MIN || head.rate > SOFA_RATE_MAX)
        return not_a_table(message);

    r = hrtf_new(head.directions, head.taps, &hrtf);
    if (r < 0)
        return r;
    hrtf->rate = head.rate;
    memcpy(hrtf->direction, p + sizeof head, places);
    memcpy(hrtf->ir, p + sizeof head + places, samples);
    r = sofa_check_values(hrtf, message);
    if (r != 0) {
        hrtf_free(hrtf);
        return r;
    }
    *ret_hrtf = hrtf;
    return 0;
}
