/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/guard.h"

static void regain(struct address_guard *guard, int64_t now_us)
{
    int64_t regained = (now_us - guard->regained_us) / ADDRESS_GUARD_REGAIN;

    if (guard->score == 0 || regained >= guard->score) {
        guard->score = 0;
        guard->regained_us = now_us;
    } else if (regained > 0) {
        guard->score -= (uint32_t)regained;
        guard->regained_us += regained * ADDRESS_GUARD_REGAIN;
    }
}

bool address_guard_may_repair(struct address_guard *guard, int64_t now_us)
{
    if (guard->held_until_us != 0 && now_us < guard->held_until_us)
        return false;
    bool waited = guard->held_until_us != 0;

    if (now_us - guard->last_us >= ADDRESS_GUARD_CALM)
        guard->holds = 0;
    regain(guard, now_us);
    if (!waited && guard->score >= ADDRESS_GUARD_BURST) {
        int64_t hold = ADDRESS_GUARD_HOLD << (guard->holds < 6 ? guard->holds : 6);
        guard->held_until_us = now_us + (hold < ADDRESS_GUARD_HOLD_MAX ? hold : ADDRESS_GUARD_HOLD_MAX);
        guard->holds++;
        return false;
    }
    guard->held_until_us = 0;
    guard->last_us = now_us;
    /* Behind a wait the burst stays used up: the next change waits again, and longer. */
    guard->score = waited ? ADDRESS_GUARD_BURST : guard->score + 1;
    guard->restored++;
    return true;
}
