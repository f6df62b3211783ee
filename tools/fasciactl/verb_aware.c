/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/subverb.h"

int verb_aware(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct subverb members[] = {
        {"decode", aware_decode, "explain a capture"},
    };
    static const struct subverb_family family = {
        .verb = "aware",
        .about = "Wi-Fi Aware (NAN).\n",
        .members = members,
        .count = sizeof members / sizeof members[0],
    };

    return subverb_run(ctl, argc, argv, &family);
}
