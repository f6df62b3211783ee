/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl addr status [--json]\n"
    "\n"
    "Shows the interfaces that fascia-addr manages: mode, address, peers, and what has left them.\n"
    "\n"
    "  --json  the same as JSON; names as in org.fascia.Addr1\n"
    "\n"
    "Exit status: 0 when it could be shown, whatever it shows; 3 when fascia-addr does not answer.\n";

/* What the mode promises, in a clause. */
static const char *promise_of(const struct addr_interface *interface)
{
    static const struct {
        const char *nd, *promise;
    } promises[] = {
        {"none", "no ND at all"},
        {"answer", "answers ND, asks nothing"},
        {"kernel", "the kernel's own ND"},
    };

    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++) {
        if (strcmp(promises[i].nd, interface->nd) == 0)
            return promises[i].promise;
    }
    return "unknown mode";
}

static void show_interface(const struct addr_interface *is, struct report_out *out)
{
    report_add(out, "\n%s (index %" PRIu32 ")  %s  %s\n", is->name, is->ifindex,
               is->progress[0] != '\0' ? is->progress : "prepared",
               is->address[0] != '\0' ? is->address : "no address");
    report_add(out, "  mode      %s: %s\n", is->nd, promise_of(is));
    report_add(out, "  own       %s%s%s%s%s\n", is->mac, is->own_iid[0] != '\0' ? "  identifier " : "", is->own_iid,
               is->iid_policy[0] != '\0' ? ", " : "", is->iid_policy);
    if (is->counted)
        report_add(out,
                   "  sent      %" PRIu64 " packets, of them %" PRIu64 " ND (%" PRIu64 " RS, %" PRIu64 " NA), %" PRIu64
                   " MLD\n",
                   is->packets, is->nd_packets, is->rs_packets, is->na_packets, is->mld_packets);
    else
        report_put(out, "  sent      not counted\n");
    report_add(out, "  received  %" PRIu64 " ND (%" PRIu64 " RA), %" PRIu64 " MLD\n", is->nd_received, is->ra_received,
               is->mld_received);
    if (is->restored != 0)
        report_add(out, "  restored  %" PRIu64 " foreign edits put back\n", is->restored);
    if (is->offender[0] != '\0')
        report_add(out, "  offender  %s\n", is->offender);
    report_add(out, "  peers     %" PRIu64 "\n", is->peers);
}

/* Those of "Peers" or, with a `note` behind each, of "Pending". */
static void show_peers(struct json_object *properties, const char *key, uint32_t ifindex, const char *note,
                       struct report_out *out)
{
    struct json_object *row = NULL, *value = NULL;

    for (size_t i = 0; (row = addr_row(properties, key, i)) != NULL; i++) {
        char mac[32], iid[32], address[80];
        if (!json_object_object_get_ex(row, "ifindex", &value) || json_object_get_int64(value) != ifindex)
            continue;
        addr_text_read(row, "mac", mac, sizeof mac);
        addr_text_read(row, "iid", iid, sizeof iid);
        addr_text_read(row, "address", address, sizeof address);
        int64_t claims = json_object_object_get_ex(row, "claims", &value) ? json_object_get_int64(value) : 0;
        report_add(out, "    %s  %-40s  %s", mac, address, iid);
        if (claims != 0)
            report_add(out, "  %" PRId64 " data path%s", claims, claims == 1 ? "" : "s");
        report_add(out, "%s\n", note);
    }
}

static int show_text(struct json_object *properties)
{
    struct report_out out = output_to(stdout);
    char state[32], reason[48], detail[256];
    struct json_object *row = NULL;

    addr_text_read(properties, "State", state, sizeof state);
    addr_text_read(properties, "Reason", reason, sizeof reason);
    addr_text_read(properties, "Detail", detail, sizeof detail);
    bool is_reason = reason[0] != '\0' && strcmp(reason, "none") != 0;
    report_add(&out, "address  %s%s%s%s%s%s\n", state, is_reason ? " (" : "", is_reason ? reason : "",
               is_reason ? ")" : "", detail[0] != '\0' ? "  " : "", detail);
    for (size_t i = 0; (row = addr_row(properties, "Interfaces", i)) != NULL; i++) {
        struct addr_interface interface;
        addr_interface_read(row, &interface);
        show_interface(&interface, &out);
        show_peers(properties, "Peers", interface.ifindex, "", &out);
        show_peers(properties, "Pending", interface.ifindex, "  not reachable yet", &out);
    }
    return out.error != 0 || fflush(stdout) != 0 ? -EIO : 0;
}

static void move(struct json_object *from, const char *key, struct json_object *to, const char *name)
{
    struct json_object *value = NULL;

    (void)json_object_object_get_ex(from, key, &value);
    (void)json_object_object_add(to, name, json_object_get(value));
}

static int show_json(struct json_object *properties)
{
    _cleanup_(json_release) struct json_object *document = json_object_new_object();

    move(properties, "State", document, "state");
    move(properties, "Reason", document, "reason");
    move(properties, "Detail", document, "detail");
    move(properties, "Interfaces", document, "interfaces");
    move(properties, "Peers", document, "peers");
    move(properties, "Pending", document, "pending");
    return document != NULL ? output_json(stdout, document) : -ENOMEM;
}

int addr_status(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(json_release) struct json_object *properties = NULL;
    bool json = false;
    int status = 0;

    if (only_json(ctl, argc, argv, help, &json, &status) != 0)
        return status;
    properties = addr_properties(ctl->bus);
    if (properties == NULL)
        return STATUS_IMPOSSIBLE;
    return (json ? show_json(properties) : show_text(properties)) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
