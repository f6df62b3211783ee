/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs that change an identity: init, issue, rotate. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/text.h"
#include "stack/identity/limits.h"
#include "tools/identity/identity.h"
#include "tools/identity/verbs.h"

enum {
    OPT_KEY = 1,
    OPT_DAYS,
    OPT_LABEL,
    OPT_PERMIT,
    OPT_UNCONSTRAINED,
    OPT_NOW,
    OPT_NAME,
    OPT_SAN,
    OPT_DAYS_LEFT,
    OPT_FORCE,
    OPT_CA,
};

#define LABEL_MAX   40
#define CA_DAYS_MAX 36500

static const char init_help[] =
    "Usage: fascia-identity init DIR [OPTIONS]\n"
    "\n"
    "Makes the folder DIR (0700), with a private CA in it that issues for local names and addresses only: .local,\n"
    "link-local, unique local and private addresses. Give DIR/trust.pem to the clients.\n"
    "\n"
    "  --key KIND         p256 (default), p384, rsa:2048 or rsa:3072\n"
    "  --days N           how long the CA lasts (default 3650)\n"
    "  --label TEXT       name of the CA (default \"fascia CA\"); a random number is added\n"
    "  --permit SUBTREE   also issue for dns:NAME (and below) or ip:ADDRESS/PREFIX; may be repeated\n"
    "  --unconstrained    issue for everything\n"
    "  --now TIME         instead of the clock: seconds since 1970, or YYYY-MM-DD\n";

static int fail(const char *verb, const struct problem *problem)
{
    (void)fprintf(stderr, "fascia-identity %s: %s\n", verb, problem->text);
    return STATUS_IMPOSSIBLE;
}

static int take_key(const char *verb, const char *text, enum openssl_key_spec *ret_key)
{
    if (openssl_key_spec_parse(text, ret_key) == 0)
        return 0;
    return usage(verb, "--key: \"%s\" is none of p256, p384, rsa:2048, rsa:3072", text);
}

/* It becomes a name in the certificate, printed by many. */
static int take_label(const char *text, const char **ret_label)
{
    size_t size = strlen(text);
    bool plain = size > 0 && size <= LABEL_MAX;

    for (size_t i = 0; i < size && plain; i++)
        plain = text[i] >= ' ' && text[i] <= '~';
    if (!plain)
        return usage("init", "--label: 1 to %d printable ASCII characters", LABEL_MAX);
    *ret_label = text;
    return 0;
}

static int take_init_option(int option, const char *value, struct init_options *o, const char **now)
{
    switch (option) {
    case OPT_KEY:
        return take_key("init", value, &o->key);
    case OPT_DAYS:
        return take_days("init", "--days", value, CA_DAYS_MAX, &o->days);
    case OPT_LABEL:
        return take_label(value, &o->label);
    case OPT_PERMIT:
        if (o->permits_count == PERMITS_MAX)
            return usage("init", "more than %d --permit", PERMITS_MAX);
        o->permits[o->permits_count++] = value;
        return 0;
    case OPT_UNCONSTRAINED:
        o->unconstrained = true;
        return 0;
    default:
        *now = value;
        return 0;
    }
}

int verb_init(int argc, char **argv)
{
    static const struct option options[] = {{"key", required_argument, NULL, OPT_KEY},
                                            {"days", required_argument, NULL, OPT_DAYS},
                                            {"label", required_argument, NULL, OPT_LABEL},
                                            {"permit", required_argument, NULL, OPT_PERMIT},
                                            {"unconstrained", no_argument, NULL, OPT_UNCONSTRAINED},
                                            {"now", required_argument, NULL, OPT_NOW},
                                            {0}};
    struct init_options o = {.label = "fascia CA", .key = OPENSSL_KEY_P256, .days = IDENTITY_CA_DAYS};
    struct problem problem = {0};
    const char *now_text = NULL;
    int status = STATUS_OK, option = 0;
    int64_t now = 0;

    while ((option = next_option(argc, argv, options, init_help, &status)) >= 0 && status == STATUS_OK)
        status = take_init_option(option, optarg, &o, &now_text);
    if (option == -2 || status != STATUS_OK)
        return status;
    const char *path = one_operand(argc, argv, "DIR");
    if (path == NULL)
        return STATUS_USAGE;
    if (o.unconstrained && o.permits_count > 0)
        return usage("init", "--permit and --unconstrained contradict each other");
    status = take_time("init", now_text, &now);
    if (status != STATUS_OK)
        return status;
    if (identity_init(path, &o, now, &problem) < 0)
        return fail("init", &problem);
    printf("%s: made. Give %s/trust.pem to the clients, then: fascia-identity issue %s --name NAME.local\n", path, path,
           path);
    return STATUS_OK;
}

static const char issue_help[] =
    "Usage: fascia-identity issue DIR --name NAME [OPTIONS]\n"
    "\n"
    "Makes a key and a certificate for a TLS server: DIR/leaf/NAME/current/key.pem and chain.pem. One of that name is\n"
    "replaced; the old one stays as \"previous\".\n"
    "\n"
    "  --name NAME      name or address that clients connect to, as \"unit.local\"\n"
    "  --san NAME       one more: dns:NAME or ip:ADDRESS (without %zone); may be repeated\n"
    "  --key KIND       p256 (default), p384, rsa:2048 or rsa:3072\n"
    "  --days N         how long it lasts: 1 to 825 (default 397)\n"
    "  --now TIME       instead of the clock: seconds since 1970, or YYYY-MM-DD\n";

static int take_name(const char *option, const char *text, struct leaf_options *o, size_t at)
{
    int r = identity_name_parse(text, &o->names[at]);

    if (r != 0)
        return usage("issue", "%s: \"%s\": %s", option, text, identity_name_error(r));
    return 0;
}

static int take_issue_option(int option, const char *value, struct leaf_options *o, bool *named, const char **now)
{
    switch (option) {
    case OPT_NAME:
        if (strchr(value, '*') != NULL)
            return usage("issue", "--name: a wildcard names no unit; give it with --san");
        *named = true;
        return take_name("--name", value, o, 0);
    case OPT_SAN:
        if (o->count == IDENTITY_SANS_MAX)
            return usage("issue", "more than %d names", IDENTITY_SANS_MAX);
        return take_name("--san", value, o, o->count++);
    case OPT_KEY:
        return take_key("issue", value, &o->key);
    case OPT_DAYS:
        return take_days("issue", "--days", value, IDENTITY_VALIDITY_DAYS_MAX, &o->days);
    default:
        *now = value;
        return 0;
    }
}

int verb_issue(int argc, char **argv)
{
    static const struct option options[] = {
        {"name", required_argument, NULL, OPT_NAME}, {"san", required_argument, NULL, OPT_SAN},
        {"key", required_argument, NULL, OPT_KEY},   {"days", required_argument, NULL, OPT_DAYS},
        {"now", required_argument, NULL, OPT_NOW},   {0}};
    static struct leaf_options o = {.count = 1, .key = OPENSSL_KEY_P256, .days = IDENTITY_LEAF_DAYS};
    struct problem problem = {0};
    const char *now_text = NULL;
    bool named = false;
    int status = STATUS_OK, option = 0;
    int64_t now = 0;

    while ((option = next_option(argc, argv, options, issue_help, &status)) >= 0 && status == STATUS_OK)
        status = take_issue_option(option, optarg, &o, &named, &now_text);
    if (option == -2 || status != STATUS_OK)
        return status;
    const char *path = one_operand(argc, argv, "DIR");
    if (path == NULL)
        return STATUS_USAGE;
    if (!named)
        return usage("issue", "--name is missing");
    status = take_time("issue", now_text, &now);
    if (status != STATUS_OK)
        return status;
    if (identity_issue(path, &o, now, &problem) < 0)
        return fail("issue", &problem);
    printf("%s/leaf/%s/current: key.pem, chain.pem\n", path, o.names[0].text);
    return STATUS_OK;
}

static const char rotate_help[] =
    "Usage: fascia-identity rotate DIR [--days-left N | --force] [--now TIME]\n"
    "       fascia-identity rotate DIR --ca begin|switch|finish [--days N] [--now TIME]\n"
    "\n"
    "Replaces every certificate that has few days left by a new one with the same names. It may run daily. A server\n"
    "takes the new one up when it reads its files again.\n"
    "\n"
    "  --days-left N    replace what has fewer days left (default 30)\n"
    "  --force          replace all\n"
    "  --ca STEP        replace the CA: begin (a new one, trust.pem holds both: give it to the clients), switch\n"
    "                   (the new one issues), finish (the old one is removed)\n"
    "  --days N         with --ca begin: how long the new CA lasts (default 3650)\n"
    "  --now TIME       instead of the clock: seconds since 1970, or YYYY-MM-DD\n";

struct rotation {
    struct rotate_options options;
    const char *step, *now;
    int64_t ca_days;
};

static void print_rotated(const char *name, bool done, int64_t days_left, void *userdata)
{
    (void)userdata;
    if (done)
        printf("%s: new certificate (the old one had %" PRId64 " days left)\n", name, days_left);
    else
        printf("%s: %" PRId64 " days left, stays\n", name, days_left);
}

static int take_rotate_option(int option, const char *value, struct rotation *o)
{
    switch (option) {
    case OPT_DAYS_LEFT:
        return take_days("rotate", "--days-left", value, CA_DAYS_MAX, &o->options.days_left);
    case OPT_FORCE:
        o->options.force = true;
        return 0;
    case OPT_CA:
        o->step = value;
        if (strcmp(value, "begin") == 0 || strcmp(value, "switch") == 0 || strcmp(value, "finish") == 0)
            return 0;
        return usage("rotate", "--ca: \"%s\" is none of begin, switch, finish", value);
    case OPT_DAYS:
        return take_days("rotate", "--days", value, CA_DAYS_MAX, &o->ca_days);
    default:
        o->now = value;
        return 0;
    }
}

static int rotate(const char *path, const struct rotation *o, int64_t now, struct problem *problem)
{
    int64_t ca_days = 0;

    if (o->step == NULL) {
        int r = identity_rotate(path, &o->options, now, print_rotated, NULL, &ca_days, problem);
        if (r == 0 && ca_days < IDENTITY_LEAF_DAYS)
            (void)fprintf(stderr,
                          "fascia-identity rotate: the CA ends in %" PRId64
                          " days, and what it issues with it: begin a "
                          "roll-over (rotate %s --ca begin)\n",
                          ca_days, path);
        return r;
    }
    if (strcmp(o->step, "begin") == 0)
        return identity_ca_begin(path, o->ca_days > 0 ? o->ca_days : IDENTITY_CA_DAYS, now, problem);
    if (strcmp(o->step, "switch") == 0)
        return identity_ca_switch(path, now, print_rotated, NULL, problem);
    return identity_ca_finish(path, problem);
}

int verb_rotate(int argc, char **argv)
{
    static const struct option options[] = {{"days-left", required_argument, NULL, OPT_DAYS_LEFT},
                                            {"force", no_argument, NULL, OPT_FORCE},
                                            {"ca", required_argument, NULL, OPT_CA},
                                            {"days", required_argument, NULL, OPT_DAYS},
                                            {"now", required_argument, NULL, OPT_NOW},
                                            {0}};
    struct rotation o = {.options = {.days_left = IDENTITY_EXPIRY_WARNING_DAYS}};
    struct problem problem = {0};
    int status = STATUS_OK, option = 0;
    int64_t now = 0;

    while ((option = next_option(argc, argv, options, rotate_help, &status)) >= 0 && status == STATUS_OK)
        status = take_rotate_option(option, optarg, &o);
    if (option == -2 || status != STATUS_OK)
        return status;
    const char *path = one_operand(argc, argv, "DIR");
    if (path == NULL)
        return STATUS_USAGE;
    if (o.ca_days > 0 && (o.step == NULL || strcmp(o.step, "begin") != 0))
        return usage("rotate", "--days goes with --ca begin only; a certificate keeps the length it was issued with");
    status = take_time("rotate", o.now, &now);
    if (status != STATUS_OK)
        return status;
    if (rotate(path, &o, now, &problem) < 0)
        return fail("rotate", &problem);
    if (o.step != NULL)
        printf("%s: CA roll-over: %s done; trust.pem is up to date\n", path, o.step);
    return STATUS_OK;
}
