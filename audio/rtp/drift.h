/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_DRIFT_H
#define FASCIA_AUDIO_RTP_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Two clocks: the sender's, seen by the arrival of its packets, and that of the sound, seen by the times of its cycles.
 * Waiting on the way only ever makes a packet late, so the earliest one of each half second tells the sender's time,
 * and bursts and stalls tell nothing. How far playing lies behind that time is held at a target by a
 * proportional-integral controller of the second order, critically damped: fast for the first half minute, then so slow
 * that nobody hears it.
 */

#define RTP_DRIFT_WINDOW_US 500000
#define RTP_DRIFT_MAX       1e-3 /* relative; of what is played faster or slower */
#define RTP_DRIFT_CLOCK_MAX 5e-4 /* of a clock */

struct rtp_drift {
    double rate; /* Hz */
    int64_t base_us;
    int64_t started_us, window_us, cycle_us; /* begin of it all, of the window, of the last cycle */
    bool has_packet;                         /* in this window */
    double earliest; /* frames at base_us, if the earliest packet of the window tells the time */
    bool has_clock;
    double clock;            /* the same, of the last window that had a packet */
    double behind;           /* sum over the cycles of the window: frames from base_us to their place */
    unsigned cycles;         /* of the window */
    double integral;         /* relative; the clocks' difference */
    double wanted;           /* relative; the controller's answer */
    double speed;            /* what is played, on its way to `wanted` */
    double error;            /* frames, of the last window */
    unsigned far, far_early; /* windows in a row that were beyond what can be made good unheard */
};

/** Begins anew at `now_us`; what is known of the clocks is kept, unless they are others. */
void rtp_drift_start(struct rtp_drift *drift, double rate, int64_t now_us, bool other_clocks);

/** A packet arrived whose last frame ends at `end`. */
void rtp_drift_packet(struct rtp_drift *drift, int64_t end, int64_t arrived_us);

/** Where the sender is at a time, in frames, as far as it is known; false before the first packet. */
bool rtp_drift_sender(const struct rtp_drift *drift, int64_t now_us, double *ret_position);

/**
 * A cycle of the sound begins, at `read`; `target`: how far, in frames, it shall lie behind. Returns how many frames
 * have to be left out (positive) or to be waited for (negative) at once, because it is too far off; mostly 0.
 */
int64_t rtp_drift_cycle(struct rtp_drift *drift, double read, double target, int64_t now_us);

/** Something has been done about it: the cycles of this window no longer count. */
void rtp_drift_jumped(struct rtp_drift *drift);

#endif
