/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>

#include "stack/base/text.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl reload\n"
    "\n"
    "Lets fasciad check its configuration file and go over to it. Only what changed is restarted;\n"
    "with a wrong file nothing changes. Prints what is restarted.\n"
    "\n"
    "Exit status: 0 done, 3 refused; standard error says why, with file, line and key.\n";

int verb_reload(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    _cleanup_(json_release) struct json_object *reply = NULL;
    char summary[512] = "";
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0)
        continue;
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    if (client_ask(ctl->bus, "Reload", "reload", &reply) < 0)
        return STATUS_IMPOSSIBLE;
    struct json_object *text = json_object_array_get_idx(reply, 0);
    if (json_object_is_type(text, json_type_string))
        (void)report_text_clean(summary, sizeof summary, json_object_get_string(text));
    return puts(summary) >= 0 && fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
