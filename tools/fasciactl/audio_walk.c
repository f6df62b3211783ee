/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/audio_walk.h"

const char *walk_verdict_name(enum walk_verdict verdict)
{
    static const char *const names[WALK_VERDICTS_] = {
        [WALK_OK] = "ok", [WALK_MISSING] = "missing", [WALK_SWAPPED] = "swapped", [WALK_LEAKS] = "leaks"};

    return (unsigned int)verdict < WALK_VERDICTS_ ? names[verdict] : "?";
}

enum walk_verdict walk_judge(const double *heard, size_t count, size_t asked, double level_dbfs, size_t *ret_other)
{
    size_t other = count;

    for (size_t i = 0; i < count; i++) {
        if (i != asked && (other == count || heard[i] > heard[other]))
            other = i;
    }
    if (other < count)
        *ret_other = other;
    bool there = heard[asked] >= level_dbfs - WALK_LOSS_DB;
    if (other < count && heard[other] > heard[asked] && heard[other] >= level_dbfs - WALK_LOSS_DB)
        return WALK_SWAPPED;
    if (!there)
        return WALK_MISSING;
    return other < count && heard[other] > heard[asked] - WALK_APART_DB ? WALK_LEAKS : WALK_OK;
}
