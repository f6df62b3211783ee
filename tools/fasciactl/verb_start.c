/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/order.h"
#include "tools/fasciactl/verbs.h"

static const struct order order = {
    .verb = "start",
    .method = "Start",
    .goal = ORDER_UP,
    .help = "Usage: fasciactl start [--wait[=SECONDS]] [UNIT]\n"
            "\n"
            "Starts a process of the plan, or everything (as ignition does), and ends its back-off and SAFE state.\n"
            "For root and members of the group fascia. Returns as soon as the order is accepted.\n"
            "\n"
            "  --wait[=SECONDS]  follow it until it is READY, or every function FULL;\n"
            "                    60 seconds at most unless said otherwise. Progress goes to standard error\n"
            "\n"
            "Exit status: 0 accepted (--wait: carried out), 3 refused or not carried out in time.\n",
};

int verb_start(struct fasciactl *ctl, int argc, char **argv)
{
    return order_run(ctl, argc, argv, &order);
}
