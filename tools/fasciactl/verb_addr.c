/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/subverb.h"

int verb_addr(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct subverb members[] = {
        {"status", addr_status, "interfaces, addresses, peers and counts"},
        {"watch", addr_watch, "print changes as they happen"},
        {"prove", addr_prove, "judge whether no Neighbor Discovery packet has left"},
        {"plan", addr_plan, "what would be done to the kernel, without doing it"},
    };
    static const struct subverb_family family = {
        .verb = "addr",
        .about = "Link-local addresses without Neighbor Discovery.\n",
        .members = members,
        .count = sizeof members / sizeof members[0],
    };

    return subverb_run(ctl, argc, argv, &family);
}
