/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/subverb.h"

int verb_aware(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct subverb members[] = {
        {"status", aware_status, "engine, services and data paths"},
        {"peers", aware_peers, "who is there, who is paired, who must pair again"},
        {"pair", aware_pair, "let a phone pair, or pair with a publisher"},
        {"forget", aware_forget, "forget a paired peer"},
        {"rename", aware_rename, "give a paired peer a name"},
        {"publish", aware_publish, "offer a service"},
        {"subscribe", aware_subscribe, "look for a service"},
        {"cancel", aware_cancel, "end a service"},
        {"connect", aware_connect, "ask a publisher for a data path"},
        {"disconnect", aware_disconnect, "end a data path"},
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
