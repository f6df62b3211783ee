/* SPDX-License-Identifier: Apache-2.0 */

#include "stack/report/render.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] = "Usage: fasciactl status [--json]\n"
                           "\n"
                           "Shows functions, processes, link, address and sound as they are now.\n"
                           "\n"
                           "  --json  the same as JSON; names as in the report\n"
                           "\n"
                           "Exit status: 0 when it could be shown, whatever it shows; 3 when nothing answers.\n";

int verb_status(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = NULL;
    bool json = false;
    int status = 0;

    if (only_json(ctl, argc, argv, help, &json, &status) != 0)
        return status;

    facts = client_facts_new();
    if (facts == NULL || client_open(ctl->bus, &bus) < 0 || client_collect(bus, ctl->bus, facts) < 0)
        return STATUS_IMPOSSIBLE;
    report_facts_settle(facts);

    if (json) {
        _cleanup_(json_release) struct json_object *document = report_json_status(facts);
        return document != NULL && output_json(stdout, document) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    }
    struct report_out out = output_to(stdout);
    report_text_status(facts, &out);
    return out.error == 0 && fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
