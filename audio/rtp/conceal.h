/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_CONCEAL_H
#define FASCIA_AUDIO_RTP_CONCEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is heard where frames are missing: the last period of what was played, again and again, fading to silence, and a
 * cross-fade back when frames come. The period is found by correlation of the loudest channel; each repetition begins
 * exactly where the last one ended, so no gap begins or ends with a step.
 */

#define RTP_CONCEAL_HOLD_MS 10 /* at full level */
#define RTP_CONCEAL_FADE_MS 30 /* then linearly to silence */
#define RTP_CONCEAL_BACK_MS 8  /* cross-fade to what comes again */

struct rtp_conceal {
    uint32_t rate;
    size_t channels;
    float *past; /* the last `kept` frames that were played, interleaved; the oldest at `oldest` */
    size_t kept, oldest;
    float *period; /* interleaved, with the frame before it in front */
    float *peak;   /* of each channel in it: no repetition is louder */
    size_t lag;    /* its frames */
    size_t lag_max;
    size_t at;      /* within it */
    size_t missing; /* frames since the gap began; 0: there is none */
    size_t back;    /* frames of the cross-fade that have been; back_frames: it is over */
    size_t hold, fade, back_frames;
};

/** Returns 0 or -ENOMEM. It begins in silence, as in a long gap. */
int rtp_conceal_init(struct rtp_conceal *conceal, uint32_t rate, size_t channels);
void rtp_conceal_finish(struct rtp_conceal *conceal); /* idempotent */

/** Frames that came, interleaved; they are faded in behind a gap. */
void rtp_conceal_play(struct rtp_conceal *conceal, float *frames, size_t count);

/** Frames in place of missing ones. */
void rtp_conceal_fill(struct rtp_conceal *conceal, float *to, size_t count);

/** What comes next has nothing to do with what was: fills until the next rtp_conceal_play(), and then cross-fades. */
void rtp_conceal_break(struct rtp_conceal *conceal);

/** True when it fills with nothing but zeros. */
bool rtp_conceal_is_silent(const struct rtp_conceal *conceal);

#endif
