/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_PROGRAM_H
#define FASCIA_AUDIO_RENDER_PROGRAM_H

#include "audio/render/cabin.h"
#include "audio/render/filters.h"
#include "audio/render/render.h"
#include "audio/render/upmix.h"

/*
 * One way to play, with the state that it has while it plays. Inside of the renderer only: render.c decides which one
 * runs. Made and freed on the control thread, run on the sound thread.
 */

#define RENDER_CHUNK 256 /* frames that are worked on at a time */

struct render_program {
    struct render_program *next; /* among those that no longer play */
    size_t buses, outputs;
    size_t inputs[RENDER_BUSES_MAX];
    uint64_t kind;                  /* equal: only weights differ, and a ramp leads from one to the other */
    uint32_t latency;               /* frames */
    uint32_t warm_up;               /* frames until what it plays no longer depends on when it began */
    struct matrix *matrix;          /* [buses] */
    float (*scratch)[RENDER_CHUNK]; /* [outputs]: of one bus */
    struct filters filters;
    bool upmixes;
    struct upmix upmix;
    size_t upmix_in[2], upmix_out[2]; /* left, right */
    struct cabin *cabin;              /* NULL: no tuning */
};

/** As render_program_new(). */
int program_new(const struct render_options *options, const struct render_recipe *recipe,
                struct render_program **ret_program, struct fascia_text *message);
void program_free(struct render_program *program); /* NULL-safe */

/* --- sound thread --------------------------------------------------------------------------------------------- */

/** The weights of `other`, which is of the same kind, by a ramp of `ramp_frames`. */
void program_retarget(struct render_program *program, const struct render_program *other, uint32_t ramp_frames);

/** Renders at most RENDER_CHUNK frames. in[bus][channel]: clean samples behind the gain, or NULL; out[output] is
 * overwritten, for the program's own outputs. */
void program_run(struct render_program *program, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                 float (*out)[RENDER_CHUNK], size_t frames);

#endif
