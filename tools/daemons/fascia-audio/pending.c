/* SPDX-License-Identifier: Apache-2.0 */
/* Stand-ins for parts that are still to come; each gives way to the real one. */
#include <errno.h>

#include "audio/virtual/design.h"

#define WEAK __attribute__((weak))

WEAK int virtual_headphones(const struct hrtf *hrtf, const struct layout *source, float lfe,
                            struct virtual_filters **ret_filters)
{
    (void)hrtf, (void)source, (void)lfe, (void)ret_filters;
    return -ENOTSUP;
}

WEAK int virtual_crosstalk(const struct hrtf *hrtf, const struct layout *source, float lfe, float left_deg,
                           float right_deg, struct virtual_filters **ret_filters)
{
    (void)hrtf, (void)source, (void)lfe, (void)left_deg, (void)right_deg, (void)ret_filters;
    return -ENOTSUP;
}

WEAK void virtual_filters_free(struct virtual_filters *filters)
{
    (void)filters;
}
