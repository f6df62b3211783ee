/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_ORDER_H
#define FASCIA_TOOLS_FASCIACTL_ORDER_H

#include "stack/base/text.h"
#include "stack/report/facts.h"

/* What start, stop and restart have in common: an order to the supervisor, and following it until it is carried out. */

struct fasciactl;

enum order_goal { ORDER_UP, ORDER_DOWN, ORDER_AGAIN };

struct order {
    const char *verb, *method; /* "restart", "Restart" */
    const char *help;
    enum order_goal goal;
};

/** The whole verb: `VERB [--wait[=SECONDS]] [UNIT]`. Returns its status. */
int order_run(struct fasciactl *ctl, int argc, char **argv, const struct order *order);

enum order_progress {
    ORDER_WAITING,
    ORDER_REACHED,
    ORDER_HOPELESS, /* it will not be reached without another order */
};

/**
 * How far it is. `unit` "" = everything. `before` is a snapshot from before the order, in which units that the order
 * does not concern have pid 0; `now` is one from after it. Unless it is reached, `about` says what is missing.
 */
enum order_progress order_progress_of(enum order_goal goal, const char *unit, const struct report_facts *before,
                                      const struct report_facts *now, struct fascia_text *about);

#endif
