/* SPDX-License-Identifier: Apache-2.0 */
/* The reference: what it does is what the others have to do. */
#include "audio/render/matrix_kernel.h"

void matrix_add_scalar(const struct matrix_group *group, size_t begin, size_t end)
{
    for (size_t o = 0; o < group->outputs; o++) {
        const float *const *x = group->x[o];
        float *y = group->y[o];
        for (size_t i = begin; i < end; i++) {
            const float w = group->w + (float)(int32_t)(group->done + i + 1) * group->step;
            float added = x[0][i];
            for (size_t n = 1; n < group->inputs; n++)
                added += x[n][i];
            y[i] = group->first ? w * added : y[i] + w * added;
        }
    }
}
