/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sofa/convert.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "platform/sofa/table.h"

static int wrong(struct fascia_text *message, int result, const char *what)
{
    fascia_text_add(message, "%s", what);
    return result;
}

static int library_error(int error, const char *what, struct fascia_text *message)
{
    if (error == MYSOFA_NO_MEMORY)
        return wrong(message, SOFA_E_TOO_BIG, "libmysofa wants more memory for it than it may have");
    fascia_text_add(message, "%s (libmysofa: %d)", what, error);
    return SOFA_E_FORMAT;
}

static bool has_elements(const struct MYSOFA_ARRAY *array, uint64_t elements)
{
    return array->values && array->elements == elements;
}

int sofa_check_loaded(const struct MYSOFA_HRTF *loaded, uint32_t rate, struct fascia_text *message)
{
    if (loaded->R != 2 || loaded->C != 3)
        return wrong(message, SOFA_E_FORMAT, "not a set of two ears");
    int r = sofa_check_sizes(loaded->M, loaded->N, message);
    if (r != 0)
        return r;
    const uint64_t directions = loaded->M;
    if (!has_elements(&loaded->DataIR, directions * 2 * loaded->N) ||
        !has_elements(&loaded->SourcePosition, directions * 3) || !has_elements(&loaded->DataSamplingRate, 1) ||
        (loaded->DataDelay.values && !has_elements(&loaded->DataDelay, 2) &&
         !has_elements(&loaded->DataDelay, directions * 2)))
        return wrong(message, SOFA_E_FORMAT, "arrays are not of the sizes that the dimensions say");

    const float own_rate = loaded->DataSamplingRate.values[0];
    if (!(own_rate >= SOFA_RATE_MIN && own_rate <= 2 * SOFA_RATE_MAX))
        return wrong(message, SOFA_E_VALUE, "the sampling rate is out of range");
    for (size_t i = 0; i < loaded->DataIR.elements; i++)
        if (!isfinite(loaded->DataIR.values[i]))
            return wrong(message, SOFA_E_VALUE, "a sample is no number");
    return sofa_check_sizes(loaded->M, (size_t)ceilf((float)loaded->N * (float)rate / own_rate), message);
}

/* AES69 has azimuths of 0 … 360 or -180 … 180, positive to the left as ours. */
static float wrap(float azimuth_deg)
{
    float a = fmodf(azimuth_deg, 360);

    if (a > 180)
        a -= 360;
    return a < -180 ? a + 360 : a;
}

/* The first receiver is the left ear, positive y, in all files seen; nothing says that it has to. */
static bool right_comes_first(const struct MYSOFA_HRTF *loaded)
{
    const struct MYSOFA_ARRAY *ears = &loaded->ReceiverPosition;

    return ears->values && ears->elements >= 6 && ears->values[1] < 0 && ears->values[4] > 0;
}

int sofa_copy_loaded(const struct MYSOFA_HRTF *loaded, float gain, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    const size_t taps = loaded->N, first = right_comes_first(loaded) ? 1 : 0;
    struct hrtf *hrtf = NULL;

    int r = hrtf_new(loaded->M, taps, &hrtf);
    if (r < 0)
        return r;
    hrtf->rate = (uint32_t)lrintf(loaded->DataSamplingRate.values[0]);
    for (size_t i = 0; i < hrtf->directions; i++) {
        const float *place = loaded->SourcePosition.values + 3 * i;
        struct hrtf_direction *d = &hrtf->direction[i];
        d->azimuth_deg = wrap(place[0]);
        d->elevation_deg = place[1];
        for (size_t ear = 0; ear < 2; ear++) {
            const size_t receiver = ear ^ first;
            if (loaded->DataDelay.values)
                d->delay[ear] = loaded->DataDelay.values[loaded->DataDelay.elements == 2 ? receiver : 2 * i + receiver];
            const float *from = loaded->DataIR.values + (2 * i + receiver) * taps;
            float *to = hrtf->ir + (2 * i + ear) * taps;
            for (size_t t = 0; t < taps; t++)
                to[t] = gain * from[t];
        }
    }
    r = sofa_check_values(hrtf, message);
    if (r != 0) {
        hrtf_free(hrtf);
        return r;
    }
    *ret_hrtf = hrtf;
    return 0;
}

static int convert_loaded(struct MYSOFA_HRTF *loaded, uint32_t rate, struct hrtf **ret_hrtf,
                          struct fascia_text *message)
{
    int r = mysofa_check(loaded);
    if (r != MYSOFA_OK)
        return library_error(r, "not a SimpleFreeFieldHRIR of two ears", message);
    r = sofa_check_loaded(loaded, rate, message);
    if (r != 0)
        return r;
    mysofa_tospherical(loaded);

    /* The library keeps the amplitude of samples; a filter keeps its gain when they shrink as they become more. */
    const float gain = loaded->DataSamplingRate.values[0] / (float)rate;
    r = mysofa_resample(loaded, (float)rate);
    if (r != MYSOFA_OK)
        return library_error(r, "cannot be resampled", message);
    r = sofa_check_loaded(loaded, rate, message);
    return r != 0 ? r : sofa_copy_loaded(loaded, gain, ret_hrtf, message);
}

int sofa_convert(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    int error = MYSOFA_OK;

    /* The char pointer of its interface is not const in older versions. */
    struct MYSOFA_HRTF *loaded = mysofa_load_data((char *)(uintptr_t)bytes, size, &error);
    if (!loaded)
        return library_error(error, "not a file that can be read", message);
    int r = convert_loaded(loaded, rate, ret_hrtf, message);
    mysofa_free(loaded);
    return r;
}
