/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "stack/base/text.h"
#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/addr_snmp.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl addr prove [--interface IF] [--seconds N] [--json]\n"
    "\n"
    "Judges, from what fascia-addr's packet filter counted since preparation, whether the mode's promise was kept:\n"
    "\"none\": no ND, DAD, MLD or RS has left; \"answer\": nothing but answers and MLD. The kernel's own counters are "
    "a\n"
    "second opinion.\n"
    "\n"
    "  --interface IF  only this one; default: each that fascia-addr manages with such a promise\n"
    "  --seconds N     watch for so long first (1 to 3600): the two counts are then compared over that time\n"
    "  --json          the same as JSON\n"
    "\n"
    "Exit status: 0 proven, 2 a packet left that should not have, 3 it cannot be proven.\n";

#define SECONDS_MAX    3600
#define INTERFACES_MAX 64

enum verdict { PROVEN, OFFENDED, IMPOSSIBLE, VERDICTS_ };

static const char *const verdict_names[VERDICTS_] = {
    [PROVEN] = "proven", [OFFENDED] = "offended", [IMPOSSIBLE] = "impossible"};

/* What the kernel's counters say about fascia-addr's. */
enum opinion { OPINION_NONE, OPINION_AGREES, OPINION_MORE, OPINION_LESS, OPINIONS_ };

struct proof {
    struct addr_interface is;
    enum verdict verdict;
    char why[256];
    enum opinion opinion;
    struct addr_snmp kernel; /* since the interface was made, or over --seconds */
};

struct look {
    struct json_object *properties;
    struct addr_snmp snmp[INTERFACES_MAX]; /* by the index of the row */
    bool snmp_known[INTERFACES_MAX];
};

static int take_look(struct fasciactl *ctl, struct look *look)
{
    struct json_object *row = NULL;

    look->properties = addr_properties(ctl->bus);
    if (look->properties == NULL)
        return -ENXIO;
    for (size_t i = 0; i < INTERFACES_MAX && (row = addr_row(look->properties, "Interfaces", i)) != NULL; i++) {
        struct addr_interface interface;
        addr_interface_read(row, &interface);
        look->snmp_known[i] = addr_snmp_read(interface.ifindex, interface.name, &look->snmp[i]) == 0;
    }
    return 0;
}

/* The row of `look` that is this interface; false when it is not there. */
static bool find_index(const struct look *look, uint32_t ifindex, size_t *ret_i, struct addr_interface *ret_interface)
{
    struct json_object *row = NULL;

    for (size_t i = 0; i < INTERFACES_MAX && (row = addr_row(look->properties, "Interfaces", i)) != NULL; i++) {
        addr_interface_read(row, ret_interface);
        if (ret_interface->ifindex == ifindex) {
            *ret_i = i;
            return true;
        }
    }
    return false;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* Compares the counts: over the time between the looks, or, without an earlier one, from the beginning of each. */
static void compare(struct proof *proof, const struct look *before, const struct look *now, size_t i)
{
    struct addr_interface was = {.name = ""};
    struct addr_snmp kernel = now->snmp[i];
    size_t j = 0;

    if (!now->snmp_known[i])
        return;
    if (before != NULL) {
        if (!find_index(before, proof->is.ifindex, &j, &was) || !before->snmp_known[j])
            return;
        kernel.nd = minus(kernel.nd, before->snmp[j].nd);
        kernel.mld = minus(kernel.mld, before->snmp[j].mld);
    }
    uint64_t seen = minus(proof->is.nd_packets, was.nd_packets) + minus(proof->is.mld_packets, was.mld_packets);
    uint64_t counted = kernel.nd + kernel.mld;
    proof->kernel = kernel;
    proof->opinion = counted == seen ? OPINION_AGREES : counted > seen ? OPINION_MORE : OPINION_LESS;
}

/* What left although the mode does not allow it. */
static uint64_t offences(const struct addr_interface *is)
{
    if (strcmp(is->nd, "answer") == 0)
        return minus(is->nd_packets, is->na_packets);
    return is->nd_packets + is->mld_packets;
}

static void judge(struct proof *proof, struct json_object *properties, bool watched)
{
    const struct addr_interface *is = &proof->is;
    char state[32], detail[192];
    struct fascia_text why;

    addr_text_read(properties, "State", state, sizeof state);
    addr_text_read(properties, "Detail", detail, sizeof detail);
    fascia_text_init(&why, proof->why, sizeof proof->why);
    proof->verdict = IMPOSSIBLE;
    if (strcmp(is->nd, "none") != 0 && strcmp(is->nd, "answer") != 0) {
        fascia_text_add(&why, "mode \"%s\" promises nothing", is->nd);
    } else if (is->offender[0] != '\0' || offences(is) != 0) {
        proof->verdict = OFFENDED;
        fascia_text_add(&why, "%" PRIu64 " left that should not have; first: %s", offences(is),
                        is->offender[0] != '\0' ? is->offender : "not known");
    } else if (!is->counted) {
        fascia_text_add(&why, "packets are not counted: %s", detail);
    } else if (is->missed != 0) {
        fascia_text_add(&why, "%" PRIu64 " packets were lost before they could be examined", is->missed);
    } else if (strcmp(state, "FAILED") == 0) {
        fascia_text_add(&why, "fascia-addr has failed: %s", detail);
    } else if (watched && proof->opinion == OPINION_MORE) {
        fascia_text_add(&why, "the kernel sent more than the packet filter saw");
    } else {
        proof->verdict = PROVEN;
    }
}

/* Output */

static void show_opinion(const struct proof *proof, bool watched, struct report_out *out)
{
    const char *span = watched ? "meanwhile" : "since the interface was made";
    uint64_t count = proof->kernel.nd + proof->kernel.mld;

    switch (proof->opinion) {
    case OPINION_NONE:
        report_put(out, "  kernel: no second opinion, the interface is not in this network namespace\n");
        break;
    case OPINION_AGREES:
        report_add(out, "  kernel: agrees, %" PRIu64 " %s\n", count, span);
        break;
    case OPINION_MORE:
        report_add(out, "  kernel: disagrees, it sent %" PRIu64 " %s%s\n", count, span,
                   watched ? "" : ", perhaps before it was prepared: --seconds compares what happens now");
        break;
    case OPINION_LESS:
        report_add(out, "  kernel: disagrees, it sent only %" PRIu64 " %s: a program makes packets of its own\n", count,
                   span);
        break;
    case OPINIONS_:
        break;
    }
}

static void show_text(const struct proof *proof, bool watched, struct report_out *out)
{
    const struct addr_interface *is = &proof->is;

    report_add(out, "%s: %s: ", is->name, verdict_names[proof->verdict]);
    if (proof->verdict != PROVEN)
        report_add(out, "%s\n", proof->why);
    else if (strcmp(is->nd, "answer") == 0)
        report_add(out,
                   "nothing was solicited since preparation: %" PRIu64 " packets seen, %" PRIu64 " answers, %" PRIu64
                   " MLD\n",
                   is->packets, is->na_packets, is->mld_packets);
    else
        report_add(out, "no ND, DAD, MLD or RS left since preparation: %" PRIu64 " packets seen, 0 of them\n",
                   is->packets);
    show_opinion(proof, watched, out);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

static void add_number(struct json_object *object, const char *key, uint64_t value)
{
    (void)json_object_object_add(object, key, json_object_new_uint64(value));
}

static struct json_object *json_of(const struct proof *proof)
{
    struct json_object *object = json_object_new_object(), *kernel = NULL;

    add_text(object, "name", proof->is.name);
    add_number(object, "ifindex", proof->is.ifindex);
    add_text(object, "nd", proof->is.nd);
    add_text(object, "verdict", verdict_names[proof->verdict]);
    add_text(object, "why", proof->why);
    add_number(object, "packets", proof->is.packets);
    add_number(object, "nd_packets", proof->is.nd_packets);
    add_number(object, "mld_packets", proof->is.mld_packets);
    add_number(object, "rs_packets", proof->is.rs_packets);
    add_number(object, "na_packets", proof->is.na_packets);
    add_text(object, "offender", proof->is.offender);
    if (proof->opinion != OPINION_NONE) {
        kernel = json_object_new_object();
        add_number(kernel, "nd", proof->kernel.nd);
        add_number(kernel, "mld", proof->kernel.mld);
        (void)json_object_object_add(kernel, "agrees", json_object_new_boolean(proof->opinion == OPINION_AGREES));
    }
    (void)json_object_object_add(object, "kernel", kernel);
    return object;
}

static int show(const struct proof *proofs, size_t count, enum verdict verdict, unsigned int seconds, bool json)
{
    if (json) {
        _cleanup_(json_release) struct json_object *document = json_object_new_object();
        struct json_object *list = json_object_new_array();
        for (size_t i = 0; i < count; i++)
            (void)json_object_array_add(list, json_of(&proofs[i]));
        add_text(document, "verdict", verdict_names[verdict]);
        add_number(document, "seconds", seconds);
        (void)json_object_object_add(document, "interfaces", list);
        return output_json(stdout, document);
    }
    struct report_out out = output_to(stdout);
    for (size_t i = 0; i < count; i++)
        show_text(&proofs[i], seconds != 0, &out);
    return out.error != 0 || fflush(stdout) != 0 ? -EIO : 0;
}

/* The verb */

struct wish {
    const char *interface; /* NULL: all */
    unsigned int seconds;
    bool json;
};

static int prove(const struct wish *wish, const struct look *before, const struct look *now)
{
    static struct proof proofs[INTERFACES_MAX]; /* large */
    enum verdict worst = PROVEN;
    struct addr_interface is;
    struct json_object *row = NULL;
    size_t count = 0;

    if (wish->interface != NULL && !addr_find(now->properties, wish->interface, &is))
        return STATUS_IMPOSSIBLE;
    for (size_t i = 0; i < INTERFACES_MAX && (row = addr_row(now->properties, "Interfaces", i)) != NULL; i++) {
        struct proof *proof = &proofs[count];
        *proof = (struct proof){.opinion = OPINION_NONE};
        addr_interface_read(row, &proof->is);
        if (wish->interface != NULL ? strcmp(wish->interface, proof->is.name) != 0
                                    : strcmp(proof->is.nd, "kernel") == 0)
            continue;
        compare(proof, before, now, i);
        judge(proof, now->properties, before != NULL);
        if (proof->verdict == OFFENDED || worst == PROVEN)
            worst = proof->verdict;
        count++;
    }
    if (count == 0) {
        (void)fputs("fasciactl: fascia-addr manages no interface of which anything could be proven\n", stderr);
        worst = IMPOSSIBLE;
    }
    if (show(proofs, count, worst, wish->seconds, wish->json) < 0)
        return STATUS_IMPOSSIBLE;
    return worst == PROVEN ? STATUS_OK : worst == OFFENDED ? STATUS_FAIL : STATUS_IMPOSSIBLE;
}

static int read_options(struct fasciactl *ctl, int argc, char **argv, struct wish *wish, int *ret_status)
{
    enum { INTERFACE = 1, SECONDS, JSON };
    static const struct option options[] = {{"interface", required_argument, NULL, INTERFACE},
                                            {"seconds", required_argument, NULL, SECONDS},
                                            {"json", no_argument, NULL, JSON},
                                            {0}};
    int64_t seconds = 0;
    int option = 0;

    while ((option = next_option(ctl, argc, argv, options, help, ret_status)) >= 0) {
        if (option == INTERFACE) {
            wish->interface = optarg;
        } else if (option == JSON) {
            wish->json = true;
        } else if (fascia_text_to_i64(optarg, 1, SECONDS_MAX, &seconds) == 0) {
            wish->seconds = (unsigned int)seconds;
        } else {
            (void)fprintf(stderr, "fasciactl: --seconds \"%s\": not a number from 1 to %d\n", optarg, SECONDS_MAX);
            *ret_status = STATUS_USAGE;
            return -1;
        }
    }
    if (option == -2)
        return -1;
    if (no_operand(argc, argv) != 0) {
        *ret_status = STATUS_USAGE;
        return -1;
    }
    return 0;
}

int addr_prove(struct fasciactl *ctl, int argc, char **argv)
{
    static struct look before, now;
    struct wish wish = {.interface = NULL};
    int status = STATUS_OK;

    if (read_options(ctl, argc, argv, &wish, &status) < 0)
        return status;
    if (wish.seconds != 0) {
        struct timespec pause = {.tv_sec = (time_t)wish.seconds};
        if (take_look(ctl, &before) < 0)
            return STATUS_IMPOSSIBLE;
        while (nanosleep(&pause, &pause) != 0)
            ;
    }
    status = take_look(ctl, &now) < 0 ? STATUS_IMPOSSIBLE : prove(&wish, wish.seconds != 0 ? &before : NULL, &now);
    json_release(before.properties);
    json_release(now.properties);
    return status;
}
