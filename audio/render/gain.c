/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/gain.h"

#include <math.h>

static double clamp_db(double db)
{
    if (!(db > GAIN_SILENCE_DB)) /* also what is not a number */
        return GAIN_SILENCE_DB;
    return db < GAIN_MAX_DB ? db : GAIN_MAX_DB;
}

static float to_linear(double db)
{
    return db > GAIN_SILENCE_DB ? (float)pow(10, db / 20) : 0;
}

void gain_init(struct gain *g, double db)
{
    const double level = clamp_db(db);

    *g = (struct gain){.db = level, .target_db = level, .linear = to_linear(level)};
}

void gain_move(struct gain *g, double target_db, uint32_t ms, uint32_t rate)
{
    const double target = clamp_db(target_db);
    const double way = target - g->db;
    const double frames_per_ms = rate / 1000.0;
    const double frames = ceil(fmax(ms, fabs(way) / GAIN_STEEPEST_DB_PER_MS) * frames_per_ms);

    g->target_db = target;
    if (way == 0) {
        g->left = 0;
        return;
    }
    g->left = frames < 1 ? 1 : frames < UINT32_MAX ? (uint32_t)frames : UINT32_MAX;
    g->step_db = way / g->left;
}

bool gain_run(struct gain *g, float *to, size_t frames)
{
    if (g->left == 0)
        return false;

    const size_t moving = frames < g->left ? frames : g->left;
    const double ratio = pow(10, g->step_db / 20);
    double linear = pow(10, g->db / 20);
    for (size_t i = 0; i < moving; i++) {
        linear *= ratio;
        to[i] = (float)linear;
    }
    g->left -= (uint32_t)moving;
    g->db = g->left > 0 ? g->db + g->step_db * (double)moving : g->target_db;
    g->linear = g->left > 0 ? (float)linear : to_linear(g->target_db);
    if (g->left == 0 && moving > 0)
        to[moving - 1] = g->linear; /* exactly */
    for (size_t i = moving; i < frames; i++)
        to[i] = g->linear;
    return true;
}
