/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_DELAY_H
#define FASCIA_AUDIO_RENDER_DELAY_H

#include <stddef.h>

/* A delay by whole frames. */
struct delay {
    float *line; /* owned; NULL for none */
    size_t length, at;
};

/** From silence. Control thread. Returns 0 or -ENOMEM. */
int delay_init(struct delay *d, size_t frames);
void delay_finish(struct delay *d);

/** In place. Sound thread. */
void delay_run(struct delay *d, float *x, size_t frames);

#endif
