/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "platform/rtnetlink/observe.h"
#include "stack/address/planner.h"
#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/addr_wish.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl addr plan [--interface IF [--nd MODE] [--own-iid IID] [--peer MAC[=IID]]...] [--json]\n"
    "\n"
    "Prints the operations on the kernel's tables that fascia-addr would carry out now, in their order. Nothing is\n"
    "changed, and no privilege is needed. Without --interface the running service says what is wanted; with it, the\n"
    "options do, and no service needs to run.\n"
    "\n"
    "  --interface IF    plan for this one, in the network namespace of the caller\n"
    "  --nd MODE         none (default), answer or kernel\n"
    "  --own-iid IID     our identifier: eui64 (default), or 16 hexadecimal digits\n"
    "  --peer MAC[=IID]  a peer that is wanted, with the identifier of its address or this one; may be repeated\n"
    "  --json            the same as JSON\n"
    "\n"
    "Exit status: 0 planned, also when there is nothing to do; 3 it cannot be done.\n";

#define ROUNDS_MAX 4096 /* plans in a row: each has hundreds of operations, or is the last */

static const char *const kind_names[ADDRESS_OPS_] = {
    [ADDRESS_OP_GEN_MODE_NONE] = "gen-mode-none", [ADDRESS_OP_SYSCTL] = "sysctl",
    [ADDRESS_OP_NOARP_ON] = "noarp-on",           [ADDRESS_OP_NOARP_OFF] = "noarp-off",
    [ADDRESS_OP_ADDRESS_ADD] = "address-add",     [ADDRESS_OP_ADDRESS_DELETE] = "address-delete",
    [ADDRESS_OP_ROUTE_ADD] = "route-add",         [ADDRESS_OP_ROUTE_DELETE] = "route-delete",
    [ADDRESS_OP_NEIGHBOUR_ADD] = "neighbour-add", [ADDRESS_OP_NEIGHBOUR_DELETE] = "neighbour-delete",
};

/* Where the plan goes: lines, or a document. */
struct show {
    struct report_out out;
    struct json_object *operations; /* NULL: text */
    size_t count;
};

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

static struct json_object *json_of(const struct address_op *op, const char *interface, const char *sentence)
{
    struct json_object *object = json_object_new_object();
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE], mac[FASCIA_MAC_TEXT_SIZE];

    add_text(object, "interface", interface);
    (void)json_object_object_add(object, "ifindex", json_object_new_int64(op->ifindex));
    add_text(object, "operation", kind_names[op->kind]);
    add_text(object, "text", sentence);
    if (op->kind == ADDRESS_OP_SYSCTL)
        add_text(object, "sysctl", address_sysctl_name(op->sysctl));
    if (op->kind >= ADDRESS_OP_ADDRESS_ADD) {
        add_text(object, "address", address_link_local_format(&op->iid, NULL, address));
        (void)json_object_object_add(object, "prefix_length", json_object_new_int(op->prefix_length));
    }
    if (op->kind == ADDRESS_OP_NEIGHBOUR_ADD)
        add_text(object, "mac", fascia_mac_format(&op->mac, mac));
    return object;
}

static void show_op(struct show *show, const struct address_table *table, const struct address_op *op)
{
    const struct address_interface *interface = NULL;
    char sentence[160], mac[FASCIA_MAC_TEXT_SIZE];
    struct fascia_text text;

    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (table->interfaces[i].ifindex == op->ifindex)
            interface = &table->interfaces[i];
    }
    const char *name = interface != NULL ? interface->link.name : "?";
    fascia_text_init(&text, sentence, sizeof sentence);
    address_op_format(op, &text);
    if (op->kind == ADDRESS_OP_NEIGHBOUR_ADD)
        fascia_text_add(&text, " at %s", fascia_mac_format(&op->mac, mac));
    show->count++;
    if (show->operations != NULL)
        (void)json_object_array_add(show->operations, json_of(op, name, sentence));
    else
        report_add(&show->out, "%5zu  %-15s  %s\n", show->count, name, sentence);
}

/* Plans to the end, as if each operation succeeded. */
static int show_plan(struct show *show, struct address_table *table)
{
    static struct address_plan plan; /* large */

    for (int round = 0; round < ROUNDS_MAX; round++) {
        address_plan_make(table, &plan);
        if (plan.count == 0)
            return 0;
        for (size_t i = 0; i < plan.count; i++) {
            show_op(show, table, &plan.ops[i]);
            address_plan_done(table, &plan.ops[i]);
        }
    }
    return -ELOOP;
}

static void show_interfaces(struct show *show, struct address_table *table)
{
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        const struct address_interface *is = &table->interfaces[i];
        if (is->ifindex == 0)
            continue;
        enum address_progress progress = address_interface_progress(is);
        const char *then = progress == ADDRESS_PROGRESS_DISABLED ? "IPv6 is disabled on it: nothing can be done"
                           : progress == ADDRESS_PROGRESS_DOWN   ? "address and peers follow when it is up"
                           : show->count == 0                    ? "nothing to do"
                                                                 : "all is then as it should be";
        report_add(&show->out, "%s (index %u)  %s  %s: %s\n", is->link.name, is->ifindex, address_nd_name(is->nd),
                   address_progress_name(progress), then);
    }
}

static struct json_object *json_of_interfaces(struct address_table *table)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        const struct address_interface *is = &table->interfaces[i];
        if (is->ifindex == 0)
            continue;
        struct json_object *object = json_object_new_object();
        add_text(object, "name", is->link.name);
        (void)json_object_object_add(object, "ifindex", json_object_new_int64(is->ifindex));
        add_text(object, "nd", address_nd_name(is->nd));
        add_text(object, "progress_then", address_progress_name(address_interface_progress(is)));
        (void)json_object_array_add(list, object);
    }
    return list;
}

static int show_all(struct address_table *table, bool json)
{
    struct show show = {.out = output_to(stdout), .operations = json ? json_object_new_array() : NULL};

    int r = show_plan(&show, table);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: the plan has no end: %s\n", strerror(-r));
        json_release(show.operations);
        return STATUS_IMPOSSIBLE;
    }
    if (!json) {
        show_interfaces(&show, table);
        return show.out.error == 0 && fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    }
    _cleanup_(json_release) struct json_object *document = json_object_new_object();
    (void)json_object_object_add(document, "interfaces", json_of_interfaces(table));
    (void)json_object_object_add(document, "operations", show.operations);
    return output_json(stdout, document) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

static int observe(struct address_table *table, unsigned int ifindex, void *userdata)
{
    struct rtnl *rtnl = (struct rtnl *)userdata;

    int r = rtnl_observe_read(rtnl, table, ifindex);
    if (r == 0)
        return STATUS_OK;
    (void)fprintf(stderr, "fasciactl: interface %u: %s\n", ifindex,
                  r > 0 ? "its tables change all the time" : strerror(-r));
    return STATUS_IMPOSSIBLE;
}

static int plan(struct fasciactl *ctl, const struct addr_words *words, bool json)
{
    _cleanup_(json_release) struct json_object *properties = NULL;
    _cleanup_(rtnl_close) struct rtnl *rtnl = NULL;
    static struct address_table table; /* large */

    if (words->interface == NULL) {
        properties = addr_properties(ctl->bus);
        if (properties == NULL)
            return STATUS_IMPOSSIBLE;
    }
    int r = rtnl_open(&rtnl);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: the kernel cannot be asked: %s\n", strerror(-r));
        return STATUS_IMPOSSIBLE;
    }
    address_table_init(&table, ADDRESS_PEERS_MAX, 0);
    int status = words->interface != NULL ? addr_wish_from_words(words, &table, observe, rtnl)
                                          : addr_wish_from_service(properties, &table, observe, rtnl);
    if (status == STATUS_OK)
        status = show_all(&table, json);
    address_table_deinit(&table);
    return status;
}

enum { INTERFACE = 1, ND, OWN_IID, PEER, JSON };

/* 0, or -1 with the status. */
static int take_option(int option, struct addr_words *words, bool *json, int *ret_status)
{
    switch (option) {
    case INTERFACE:
        words->interface = optarg;
        return 0;
    case ND:
        words->nd = optarg;
        return 0;
    case OWN_IID:
        words->own_iid = optarg;
        return 0;
    case JSON:
        *json = true;
        return 0;
    default:
        break;
    }
    if (words->peers_count == ADDR_WISH_PEERS_MAX) {
        (void)fprintf(stderr, "fasciactl: more than %d times --peer\n", ADDR_WISH_PEERS_MAX);
        *ret_status = STATUS_USAGE;
        return -1;
    }
    words->peers[words->peers_count++] = optarg;
    return 0;
}

int addr_plan(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"interface", required_argument, NULL, INTERFACE},
                                            {"nd", required_argument, NULL, ND},
                                            {"own-iid", required_argument, NULL, OWN_IID},
                                            {"peer", required_argument, NULL, PEER},
                                            {"json", no_argument, NULL, JSON},
                                            {0}};
    static struct addr_words words; /* large */
    bool json = false;
    int option = 0, status = STATUS_OK;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (take_option(option, &words, &json, &status) < 0)
            return status;
    }
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    if (words.interface == NULL && (words.nd != NULL || words.own_iid != NULL || words.peers_count != 0)) {
        (void)fputs("fasciactl: --nd, --own-iid and --peer go with --interface\n", stderr);
        return STATUS_USAGE;
    }
    return plan(ctl, &words, json);
}
