/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/capability/capability.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "stack/base/cleanup.h"

static void free_state(cap_t state)
{
    if (state)
        (void)cap_free(state);
}

static bool has(int capability)
{
    cap_flag_value_t value = CAP_CLEAR;
    cap_t state = cap_get_proc();
    bool has = state && cap_get_flag(state, capability, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET;

    free_state(state);
    return has;
}

/* Needs CAP_SETPCAP, so it comes before the sets are reduced. */
static int empty_bounding_set(void)
{
    if (!has(CAP_SETPCAP))
        return 0;
    for (int capability = 0; capability < cap_max_bits(); capability++) {
        if (cap_get_bound(capability) > 0 && cap_drop_bound(capability) < 0)
            return -errno;
    }
    return 0;
}

/* Fills `state` with the members of `mask` that are permitted now; *ret_missing when one is not. */
static int select_kept(cap_t now, cap_t state, uint64_t mask, bool *ret_missing)
{
    *ret_missing = false;
    for (int capability = 0; capability < cap_max_bits() && capability < 64; capability++) {
        cap_flag_value_t value = CAP_CLEAR;
        const cap_value_t one = capability;
        if (!(mask & CAPABILITY_BIT(capability)))
            continue;
        if (cap_get_flag(now, capability, CAP_PERMITTED, &value) < 0)
            return -errno;
        if (value != CAP_SET) {
            *ret_missing = true;
            continue;
        }
        if (cap_set_flag(state, CAP_PERMITTED, 1, &one, CAP_SET) < 0 ||
            cap_set_flag(state, CAP_EFFECTIVE, 1, &one, CAP_SET) < 0)
            return -errno;
    }
    return 0;
}

int capability_keep(uint64_t mask)
{
    bool missing = false;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) < 0)
        return -errno;
    int r = empty_bounding_set();
    if (r < 0)
        return r;
    if (cap_reset_ambient() < 0)
        return -errno;

    cap_t now = cap_get_proc(), state = cap_init();
    if (!now || !state) {
        r = -ENOMEM;
        goto out;
    }
    r = select_kept(now, state, mask, &missing);
    if (r == 0 && cap_set_proc(state) < 0)
        r = -errno;
    if (r == 0 && missing)
        r = -EPERM;
out:
    free_state(now);
    free_state(state);
    return r;
}
