/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/delay.h"

#include <errno.h>
#include <stdlib.h>

int delay_init(struct delay *d, size_t frames)
{
    *d = (struct delay){.length = frames};
    if (frames == 0)
        return 0;
    d->line = calloc(frames, sizeof *d->line);
    return d->line ? 0 : -ENOMEM;
}

void delay_finish(struct delay *d)
{
    free(d->line);
    *d = (struct delay){.line = NULL};
}

void delay_run(struct delay *d, float *x, size_t frames)
{
    for (size_t i = 0; i < frames && d->line; i++) {
        const float late = d->line[d->at];
        d->line[d->at] = x[i];
        x[i] = late;
        d->at = d->at + 1 < d->length ? d->at + 1 : 0;
    }
}
