/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/drift.h"

#include <math.h>
#include <string.h>

#define FAST_US    30000000
#define FAST_OMEGA 0.15 /* rad/s */
#define SLOW_OMEGA 0.03
#define FAR_MS     20
#define FAR_TIMES  2
#define SLEW_US    250000

static double clamp(double value, double limit)
{
    return value > limit ? limit : value < -limit ? -limit : value;
}

static double frames_since_base(const struct rtp_drift *d, int64_t now_us)
{
    return (double)(now_us - d->base_us) * d->rate / 1e6;
}

static void begin_window(struct rtp_drift *d, int64_t now_us)
{
    d->window_us = now_us;
    d->has_packet = false;
    d->behind = 0;
    d->cycles = 0;
}

void rtp_drift_start(struct rtp_drift *d, double rate, int64_t now_us, bool other_clocks)
{
    const double known = other_clocks ? 0 : d->integral;

    memset(d, 0, sizeof *d);
    d->rate = rate;
    d->base_us = d->started_us = d->cycle_us = now_us;
    d->integral = d->wanted = d->speed = known;
    begin_window(d, now_us);
}

void rtp_drift_packet(struct rtp_drift *d, int64_t end, int64_t arrived_us)
{
    const double told = (double)end - frames_since_base(d, arrived_us);

    if (!d->has_packet || told > d->earliest)
        d->earliest = told;
    d->has_packet = true;
}

bool rtp_drift_sender(const struct rtp_drift *d, int64_t now_us, double *ret_position)
{
    if (!d->has_packet && !d->has_clock)
        return false;
    const double told = !d->has_clock || (d->has_packet && d->earliest > d->clock) ? d->earliest : d->clock;
    *ret_position = told + frames_since_base(d, now_us);
    return true;
}

void rtp_drift_jumped(struct rtp_drift *d)
{
    d->behind = 0;
    d->cycles = 0;
    d->far = d->far_early = 0;
}

/* Too early is heard at once, by packets that come too late; too late is only a delay. */
static int64_t judge_distance(struct rtp_drift *d, double target)
{
    const double far = d->rate * FAR_MS / 1000;

    d->far = d->error > far + target / 2 ? d->far + 1 : 0;
    d->far_early = d->error < -(far + target) / 4 ? d->far_early + 1 : 0;
    return d->far >= FAR_TIMES || d->far_early >= FAR_TIMES ? (int64_t)d->error : 0;
}

static void control(struct rtp_drift *d, double seconds, bool is_fast)
{
    const double omega = is_fast ? FAST_OMEGA : SLOW_OMEGA;
    const double error = d->error / d->rate;

    d->integral = clamp(d->integral + omega * omega * error * seconds, RTP_DRIFT_CLOCK_MAX);
    d->wanted = clamp(d->integral + 2 * omega * error, RTP_DRIFT_MAX);
}

int64_t rtp_drift_cycle(struct rtp_drift *d, double read, double target, int64_t now_us)
{
    const double passed_us = (double)(now_us - d->window_us);
    int64_t jump = 0;

    d->behind += frames_since_base(d, now_us) - read;
    d->cycles++;
    if (passed_us >= RTP_DRIFT_WINDOW_US) {
        if (d->has_packet) {
            d->clock = d->earliest;
            d->has_clock = true;
            d->error = d->clock + d->behind / d->cycles - target;
            jump = judge_distance(d, target);
            if (jump == 0)
                control(d, fmin(passed_us / 1e6, 1), now_us - d->started_us < FAST_US);
        }
        begin_window(d, now_us);
    }
    /* On its way within a window: the pitch never steps. */
    d->speed += (d->wanted - d->speed) * clamp((double)(now_us - d->cycle_us) / SLEW_US, 1);
    d->cycle_us = now_us;
    return jump;
}
