/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/order.h"
#include "tools/fasciactl/verbs.h"

static const struct order order = {
    .verb = "stop",
    .method = "Stop",
    .goal = ORDER_DOWN,
    .help = "Usage: fasciactl stop [--wait[=SECONDS]] [UNIT]\n"
            "\n"
            "Stops a process of the plan, or everything (as the end of ignition does), until it is started again.\n"
            "For root and members of the group fascia. Returns as soon as the order is accepted.\n"
            "\n"
            "  --wait[=SECONDS]  follow it until it has ended, or everything has;\n"
            "                    60 seconds at most unless said otherwise. Progress goes to standard error\n"
            "\n"
            "Exit status: 0 accepted (--wait: carried out), 3 refused or not carried out in time.\n",
};

int verb_stop(struct fasciactl *ctl, int argc, char **argv)
{
    return order_run(ctl, argc, argv, &order);
}
