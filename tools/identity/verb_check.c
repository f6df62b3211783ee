/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/openssl/certificate.h"
#include "platform/openssl/tls.h"
#include "platform/openssl/verify.h"
#include "stack/base/text.h"
#include "stack/identity/judge.h"
#include "tools/identity/json.h"
#include "tools/identity/verbs.h"

enum { OPT_CA = 1, OPT_NAME, OPT_ROOT, OPT_JSON, OPT_ALL, OPT_NOW };

#define PORT_DEFAULT 443

static const char help[] =
    "Usage: fascia-identity check FILE|HOST[:PORT]|[ADDRESS%ZONE]:PORT [OPTIONS]\n"
    "\n"
    "Judges the certificates in a file (PEM, the server's first; or DER), or those of a running server after a TLS\n"
    "handshake, and explains each rule that is not met: what was measured, its source, what to do.\n"
    "\n"
    "  --ca FILE          the CAs that the client trusts (trust.pem)\n"
    "  --name NAME        what the client connects to (default with HOST: that)\n"
    "  --root KIND        private (default), or preinstalled: a root that comes with the platform\n"
    "  --all              also list the rules that are met\n"
    "  --json             as JSON\n"
    "  --now TIME         instead of the clock: seconds since 1970, or YYYY-MM-DD\n"
    "\n"
    "Exit status: 0 all rules are met, 1 warnings, 2 rules are violated, 3 the check is impossible.\n";

struct check {
    const char *what, *ca, *name, *now_text;
    bool json, all;
    struct identity_subject subject;
    struct identity_judgement judgement;
};

static int impossible(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int impossible(const char *format, ...)
{
    va_list arguments;

    (void)fputs("fascia-identity check: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputs("\n", stderr);
    return STATUS_IMPOSSIBLE;
}

static const char *words_for(int r)
{
    switch (r) {
    case OPENSSL_E_NO_CERTIFICATE:
        return "there is no certificate in it (PEM or DER is expected)";
    case OPENSSL_E_TOO_LARGE:
        return "it is larger than a file of certificates is";
    default:
        return strerror(-r);
    }
}

/* The chain up to the anchor, when there is one; else as it was presented. */
static void take_chain(struct check *check, STACK_OF(X509) * presented, const struct openssl_verdict *verdict)
{
    struct identity_subject *subject = &check->subject;
    STACK_OF(X509) *chain = verdict->chain != NULL ? verdict->chain : presented;

    for (int i = 0; i < sk_X509_num(chain) && subject->count < IDENTITY_CHAIN_MAX; i++)
        openssl_certificate_summary(sk_X509_value(chain, i), &subject->chain[subject->count++]);
    subject->chain_cut = sk_X509_num(chain) > IDENTITY_CHAIN_MAX;
    if (!verdict->asked)
        return;
    subject->trust = verdict->trusted ? IDENTITY_TRUST_YES : IDENTITY_TRUST_NO;
    (void)fascia_text_copy(subject->trust_detail, sizeof subject->trust_detail, verdict->detail);
}

static int check_file(struct check *check, X509_STORE *store)
{
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *chain = NULL;
    struct openssl_verdict verdict = {0};

    int r = openssl_certificates_read(check->what, &chain);
    if (r != 0)
        return impossible("%s: %s", check->what, words_for(r));
    if (store != NULL && openssl_verify(store, chain, check->subject.now, &verdict) < 0)
        return impossible("out of memory");
    take_chain(check, chain, &verdict);
    openssl_certificates_free(verdict.chain);
    return STATUS_OK;
}

static void say_slow(const char *what, void *userdata)
{
    const struct check *check = userdata;

    (void)fprintf(stderr, "fascia-identity check: %s: still waiting for %s …\n", check->what, what);
}

static int explain_failure(const struct check *check, const struct openssl_probe *probe, int r)
{
    const struct identity_target *target = probe->target;

    if (r == -ENODEV)
        return impossible("%s: there is no interface \"%s\" here", check->what, target->zone);
    if (r == -EINVAL && target->zone[0] == '\0' && target->name.ip[0] == 0xfe)
        return impossible("%s: a link-local address needs its interface: [%s%%INTERFACE]:%u", check->what,
                          target->name.text, target->port);
    if (r == -ETIMEDOUT)
        return impossible("%s: %s did not come within %d s", check->what, probe->stage, OPENSSL_CONNECT_US / 1000000);
    return impossible("%s: no TLS: %s failed: %s", check->what, probe->stage,
                      probe->why != NULL ? probe->why : strerror(-r));
}

static int check_host(struct check *check, const struct identity_target *target, X509_STORE *store)
{
    struct openssl_probe probe = {
        .target = target, .store = store, .now = check->subject.now, .slow = say_slow, .userdata = check};
    _cleanup_(openssl_peer) struct openssl_peer peer = {0};

    int r = openssl_probe_run(&probe, &peer);
    if (r < 0)
        return explain_failure(check, &probe, r);
    if (!check->subject.has_expected)
        check->subject.expected = target->name;
    check->subject.has_expected = check->subject.has_session = true;
    check->subject.session = peer.session;
    take_chain(check, peer.chain, &peer.verdict);
    return STATUS_OK;
}

static int gather(struct check *check)
{
    _cleanup_(X509_STORE_free) X509_STORE *store = NULL;
    struct identity_target target;

    int r = check->ca != NULL ? openssl_trust_read(check->ca, &store) : 0;
    if (r != 0)
        return impossible("--ca %s: %s", check->ca, words_for(r));
    if (access(check->what, F_OK) == 0)
        return check_file(check, store);
    r = identity_target_parse(check->what, PORT_DEFAULT, &target);
    if (r != 0 && strchr(check->what, '/') != NULL)
        return impossible("%s: there is no such file", check->what);
    if (r != 0)
        return usage("check", "\"%s\" is no file here, and no server: %s", check->what,
                     r == IDENTITY_E_ZONE ? "a zone goes with an IPv6 address only, as in [fe80::1%wlan0]:443"
                                          : identity_name_error(r));
    return check_host(check, &target, store);
}

static int status_of(const struct identity_judgement *judgement)
{
    if (judgement->outcomes[IDENTITY_OUTCOME_VIOLATED] > 0)
        return STATUS_VIOLATED;
    return judgement->outcomes[IDENTITY_OUTCOME_WARNING] > 0 ? STATUS_WARNINGS : STATUS_OK;
}

static const char *subject_of(const struct check *check, const struct identity_finding *finding)
{
    return finding->certificate < check->subject.count ? check->subject.chain[finding->certificate].subject : "";
}

static void print_finding(const struct check *check, const struct identity_finding *finding)
{
    const char *subject = subject_of(check, finding);
    bool bad = finding->outcome == IDENTITY_OUTCOME_VIOLATED || finding->outcome == IDENTITY_OUTCOME_WARNING;

    if (!bad && !check->all)
        return;
    printf("%s: %s%s%s%s\n", identity_outcome_name(finding->outcome), identity_rule_id(finding->rule),
           subject[0] != '\0' ? " (" : "", subject, subject[0] != '\0' ? ")" : "");
    printf("  measured  %s\n", finding->measured);
    if (!bad)
        return;
    printf("  rule      %s [%s]\n", identity_rule_title(finding->rule),
           identity_level_name(identity_rule_level(finding->rule)));
    printf("  source    %s [%s]\n", identity_rule_source(finding->rule),
           identity_wording_name(identity_rule_wording(finding->rule)));
    printf("  remedy    %s\n", identity_rule_remedy(finding->rule));
}

static void print_text(const struct check *check)
{
    const struct identity_subject *subject = &check->subject;
    const size_t *outcomes = check->judgement.outcomes;
    char end[TIME_TEXT_SIZE];

    if (subject->has_session)
        printf("%s: %s, %s\n", check->what, subject->session.version_name, subject->session.cipher);
    for (size_t i = 0; i < subject->count; i++)
        printf("%zu: %s, issued by %s, %s, until %s\n", i, subject->chain[i].subject, subject->chain[i].issuer,
               subject->chain[i].key_name, time_text(subject->chain[i].not_after, end));
    if (subject->chain_cut)
        printf("… and more, which were not looked at\n");
    for (size_t i = 0; i < check->judgement.count; i++)
        print_finding(check, &check->judgement.findings[i]);
    printf("%s: %zu violated, %zu warnings, %zu met, %zu not applicable\n",
           status_of(&check->judgement) == STATUS_VIOLATED   ? "VIOLATED"
           : status_of(&check->judgement) == STATUS_WARNINGS ? "WARNINGS"
                                                             : "OK",
           outcomes[IDENTITY_OUTCOME_VIOLATED], outcomes[IDENTITY_OUTCOME_WARNING], outcomes[IDENTITY_OUTCOME_MET],
           outcomes[IDENTITY_OUTCOME_NOT_APPLICABLE]);
}

static struct json_object *json_of_finding(const struct identity_finding *finding)
{
    struct json_object *object = json_object_new_object();

    json_add_text(object, "rule", identity_rule_id(finding->rule));
    json_add_text(object, "outcome", identity_outcome_name(finding->outcome));
    json_add_text(object, "level", identity_level_name(identity_rule_level(finding->rule)));
    if (finding->certificate != IDENTITY_NO_CERTIFICATE)
        json_add_int(object, "certificate", (int64_t)finding->certificate);
    json_add_text(object, "measured", finding->measured);
    json_add_text(object, "title", identity_rule_title(finding->rule));
    json_add_text(object, "source", identity_rule_source(finding->rule));
    json_add_text(object, "wording", identity_wording_name(identity_rule_wording(finding->rule)));
    json_add_text(object, "remedy", identity_rule_remedy(finding->rule));
    return object;
}

static int print_json(const struct check *check)
{
    struct json_object *object = json_object_new_object(), *chain = json_object_new_array(),
                       *findings = json_object_new_array();

    json_add_text(object, "checked", check->what);
    json_add_int(object, "now", check->subject.now);
    json_add_int(object, "status", status_of(&check->judgement));
    if (check->subject.has_session) {
        json_add_text(object, "tls", check->subject.session.version_name);
        json_add_text(object, "cipher", check->subject.session.cipher);
    }
    for (size_t i = 0; i < check->subject.count; i++)
        (void)json_object_array_add(chain, json_of_certificate(&check->subject.chain[i], check->subject.now));
    for (size_t i = 0; i < check->judgement.count; i++)
        (void)json_object_array_add(findings, json_of_finding(&check->judgement.findings[i]));
    (void)json_object_object_add(object, "chain", chain);
    (void)json_object_object_add(object, "findings", findings);
    return json_print(object);
}

static int take_option(int option, const char *value, struct check *check)
{
    int r = 0;

    switch (option) {
    case OPT_CA:
        check->ca = value;
        return 0;
    case OPT_NAME:
        r = identity_name_parse(value, &check->subject.expected);
        check->subject.has_expected = true;
        return r == 0 ? 0 : usage("check", "--name: \"%s\": %s", value, identity_name_error(r));
    case OPT_ROOT:
        check->subject.preinstalled_root = strcmp(value, "preinstalled") == 0;
        if (check->subject.preinstalled_root || strcmp(value, "private") == 0)
            return 0;
        return usage("check", "--root: \"%s\" is neither private nor preinstalled", value);
    case OPT_JSON:
        check->json = true;
        return 0;
    case OPT_ALL:
        check->all = true;
        return 0;
    default:
        check->now_text = value;
        return 0;
    }
}

int verb_check(int argc, char **argv)
{
    static const struct option options[] = {{"ca", required_argument, NULL, OPT_CA},
                                            {"name", required_argument, NULL, OPT_NAME},
                                            {"root", required_argument, NULL, OPT_ROOT},
                                            {"json", no_argument, NULL, OPT_JSON},
                                            {"all", no_argument, NULL, OPT_ALL},
                                            {"now", required_argument, NULL, OPT_NOW},
                                            {0}};
    static struct check check; /* large: a whole chain */
    int status = STATUS_OK, option = 0;

    while ((option = next_option(argc, argv, options, help, &status)) >= 0 && status == STATUS_OK)
        status = take_option(option, optarg, &check);
    if (option == -2 || status != STATUS_OK)
        return status;
    check.what = one_operand(argc, argv, "FILE or HOST");
    if (check.what == NULL)
        return STATUS_USAGE;
    status = take_time("check", check.now_text, &check.subject.now);
    if (status == STATUS_OK)
        status = gather(&check);
    if (status != STATUS_OK)
        return status;
    identity_judge(&check.subject, &check.judgement);
    if (!check.json)
        print_text(&check);
    else if (print_json(&check) < 0)
        return STATUS_IMPOSSIBLE;
    return status_of(&check.judgement);
}
