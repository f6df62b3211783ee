/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/filters.h"

#include <errno.h>

#include "audio/layout/layout.h"
#include "audio/virtual/convolver.h"

/* A power of two, at most what we work on at a time: more would only be transformed again and again. */
static size_t to_partition(uint32_t wanted)
{
    size_t partition = 32;

    while (partition < FILTERS_CHUNK && (wanted == 0 || partition * 2 <= wanted))
        partition *= 2;
    return partition;
}

int filters_init(struct filters *f, const struct virtual_filters *filters, uint32_t partition)
{
    const float *ir[LAYOUT_CHANNELS_MAX * 2] = {NULL};

    if (filters->inputs > LAYOUT_CHANNELS_MAX || filters->taps < 1 || filters->taps > VIRTUAL_TAPS_MAX)
        return -EINVAL;
    for (size_t i = 0; i < filters->inputs * 2; i++)
        ir[i] = virtual_filters_ir(filters, i / 2, i % 2);
    return convolver_new(filters->inputs, 2, filters->taps, to_partition(partition), ir, &f->convolver);
}

void filters_finish(struct filters *f)
{
    convolver_free(f->convolver);
    f->convolver = NULL;
}

void filters_run(struct filters *f, const float *const *in, float (*out)[FILTERS_CHUNK], size_t frames)
{
    float *const made[2] = {f->made[0], f->made[1]};

    convolver_process(f->convolver, in, made, frames);
    for (size_t i = 0; i < frames; i++) {
        out[f->left][i] += f->made[0][i];
        out[f->right][i] += f->made[1][i];
    }
}
