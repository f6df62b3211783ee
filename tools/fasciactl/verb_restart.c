/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/order.h"
#include "tools/fasciactl/verbs.h"

static const struct order order = {
    .verb = "restart",
    .method = "Restart",
    .goal = ORDER_AGAIN,
    .help = "Usage: fasciactl restart [--wait[=SECONDS]] [UNIT]\n"
            "\n"
            "Restarts a process of the plan, or everything. What stands on it reacts as the plan says.\n"
            "For root and members of the group fascia. Returns as soon as the order is accepted.\n"
            "\n"
            "  --wait[=SECONDS]  follow it until the new one is READY, or every function FULL again;\n"
            "                    60 seconds at most unless said otherwise. Progress goes to standard error\n"
            "\n"
            "Exit status: 0 accepted (--wait: carried out), 3 refused or not carried out in time.\n",
};

int verb_restart(struct fasciactl *ctl, int argc, char **argv)
{
    return order_run(ctl, argc, argv, &order);
}
