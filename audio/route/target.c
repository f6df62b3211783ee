/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/target.h"

#include <errno.h>
#include <string.h>

int target_step_parse(const char *name, enum target_step *ret_step)
{
    static const char *const names[TARGET_STEPS_] = {
        [TARGET_STEP_PREFERRED] = "preferred-sink",
        [TARGET_STEP_FALLBACK] = "fallback-sink",
        [TARGET_STEP_MUTE] = "mute",
    };

    for (unsigned i = 0; i < TARGET_STEPS_; i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        *ret_step = (enum target_step)i;
        return 0;
    }
    return -ENOENT;
}

static const struct graph_node *choose(const struct graph *g, const struct target_wish *wish, const char *name)
{
    return graph_choose_sink(g, name, wish->not_this, wish->ours);
}

const struct graph_node *target_choose(const struct graph *g, const struct target_wish *wish,
                                       enum target_role *ret_role)
{
    const struct graph_node *node = choose(g, wish, wish->preferred);
    enum target_role role = TARGET_PREFERRED;

    if (!node && wish->step == TARGET_STEP_FALLBACK) {
        node = choose(g, wish, wish->fallback); /* the preferred one is not there: any is another one */
        role = TARGET_FALLBACK;
    }
    if (!node)
        role = wish->step == TARGET_STEP_MUTE ? TARGET_MUTED : TARGET_ABSENT;
    *ret_role = role;
    return node;
}

static void explain_absence(const struct target_wish *wish, struct fascia_text *text)
{
    if (wish->preferred[0] == '\0') {
        fascia_text_add(text, "there is no Audio/Sink");
        return;
    }
    fascia_text_add(text, "%s", wish->preferred);
    if (wish->step != TARGET_STEP_FALLBACK)
        return;
    if (wish->fallback[0] != '\0')
        fascia_text_add(text, "; nor is there %s", wish->fallback);
    else
        fascia_text_add(text, "; nor is there another sink");
}

void target_explain(const struct target_wish *wish, enum target_role role, struct fascia_text *text)
{
    const char *preferred = wish->preferred[0] != '\0' ? wish->preferred : "a sink";

    switch (role) {
    case TARGET_FALLBACK:
        fascia_text_add(text, "in place of %s", preferred);
        break;
    case TARGET_ABSENT:
        explain_absence(wish, text);
        break;
    case TARGET_MUTED:
        fascia_text_add(text, "until there is %s", preferred);
        break;
    case TARGET_PREFERRED:
    case TARGET_ROLES_:
        break;
    }
}
