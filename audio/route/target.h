/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_ROUTE_TARGET_H
#define FASCIA_AUDIO_ROUTE_TARGET_H

#include "audio/route/graph.h"
#include "stack/base/text.h"

/*
 * Which sink is played to. The preferred one wherever it is there, in every step of the audio function's ladder: the
 * steps say only what happens while it is not.
 */

enum target_step {
    TARGET_STEP_PREFERRED, /* "preferred-sink": nothing is played */
    TARGET_STEP_FALLBACK,  /* "fallback-sink": to another sink */
    TARGET_STEP_MUTE,      /* "mute": nothing, on purpose */
    TARGET_STEPS_
};

enum target_role {
    TARGET_PREFERRED,
    TARGET_FALLBACK,
    TARGET_ABSENT, /* none: what the step allows is not there */
    TARGET_MUTED,  /* none: on purpose */
    TARGET_ROLES_
};

struct target_wish {
    const char *preferred; /* node.name; "": the sink of highest priority, so that there is none to fall back to */
    const char *fallback;  /* node.name; "": of the others, the one of highest priority */
    const char *not_this;  /* node.name of the projection sink */
    uint32_t ours;         /* our client: its nodes are never played to */
    enum target_step step;
};

/** The step of that name. Returns 0 or -ENOENT. */
int target_step_parse(const char *name, enum target_step *ret_step);

/** The sink to play to, or NULL; holds until the graph changes. `ret_role` says as what, or why there is none. */
const struct graph_node *target_choose(const struct graph *g, const struct target_wish *wish,
                                       enum target_role *ret_role);

/** Adds what is worth telling about the choice: "in place of NAME", "NAME; nor is there another one"; or nothing. */
void target_explain(const struct target_wish *wish, enum target_role role, struct fascia_text *text);

#endif
