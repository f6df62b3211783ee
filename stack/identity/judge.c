/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/identity/judge.h"

#include <inttypes.h>
#include <string.h>

#include "stack/base/text.h"
#include "stack/identity/limits.h"

enum scope { SCOPE_LEAF, SCOPE_ISSUERS, SCOPE_EVERY, SCOPE_CHAIN, SCOPE_SESSION };

/* MET, VIOLATED (a recommended rule's becomes a warning), WARNING or NOT_APPLICABLE; says what it measured. */
typedef enum identity_outcome (*check_fn)(const struct identity_subject *subject,
                                          const struct identity_certificate *certificate, struct fascia_text *measured);

#define MET            IDENTITY_OUTCOME_MET
#define VIOLATED       IDENTITY_OUTCOME_VIOLATED
#define NOT_APPLICABLE IDENTITY_OUTCOME_NOT_APPLICABLE

#define CHECK(name)                                                                                                    \
    static enum identity_outcome name(const struct identity_subject *subject,                                          \
                                      const struct identity_certificate *certificate, struct fascia_text *measured)

static enum identity_outcome met_if(bool met)
{
    return met ? MET : VIOLATED;
}

int64_t identity_validity_days(const struct identity_certificate *certificate)
{
    if (certificate->not_after < certificate->not_before)
        return 0;
    /* Both ends count: a second more than N days is N + 1 days. */
    return (certificate->not_after - certificate->not_before) / IDENTITY_DAY_S + 1;
}

int64_t identity_days_left(const struct identity_certificate *certificate, int64_t now)
{
    int64_t left = certificate->not_after - now;

    return left >= 0 ? left / IDENTITY_DAY_S : -1 - (-left - 1) / IDENTITY_DAY_S;
}

CHECK(check_version)
{
    (void)subject;
    fascia_text_add(measured, "version %d", certificate->version);
    return met_if(certificate->version == 3);
}

CHECK(check_well_formed)
{
    (void)subject;
    fascia_text_add(measured, "%s",
                    certificate->malformed          ? "an extension is unreadable or there twice"
                    : certificate->unknown_critical ? "a critical extension is unknown"
                                                    : "all extensions are readable");
    return met_if(!certificate->malformed && !certificate->unknown_critical);
}

CHECK(check_serial)
{
    (void)subject;
    bool good = certificate->serial[0] != '\0';
    fascia_text_add(measured, "%s", good ? certificate->serial : "zero, negative or longer than 20 octets");
    return met_if(good);
}

CHECK(check_rsa_bits)
{
    (void)subject;
    fascia_text_add(measured, "%s, %u bits", certificate->key_name, certificate->key_bits);
    if (certificate->key_kind != IDENTITY_KEY_RSA)
        return NOT_APPLICABLE;
    return met_if(certificate->key_bits >= IDENTITY_RSA_BITS_MIN);
}

CHECK(check_ec_bits)
{
    (void)subject;
    fascia_text_add(measured, "%s, %u bits", certificate->key_name, certificate->key_bits);
    if (certificate->key_kind != IDENTITY_KEY_EC)
        return NOT_APPLICABLE;
    return met_if(certificate->key_bits >= IDENTITY_EC_BITS_MIN);
}

CHECK(check_key_kind)
{
    (void)subject;
    fascia_text_add(measured, "%s", certificate->key_name);
    return met_if(certificate->key_kind != IDENTITY_KEY_OTHER);
}

CHECK(check_hash)
{
    (void)subject;
    fascia_text_add(measured, "%s", certificate->signature_name);
    if (certificate->hash == IDENTITY_HASH_BUILT_IN)
        return IDENTITY_OUTCOME_WARNING; /* SHA-512 inside, but the published words do not speak of it */
    return met_if(certificate->hash == IDENTITY_HASH_SHA2);
}

CHECK(check_valid_now)
{
    int64_t left = identity_days_left(certificate, subject->now);

    if (subject->now < certificate->not_before) {
        fascia_text_add(measured, "becomes valid in %" PRId64 " s", certificate->not_before - subject->now);
        return VIOLATED;
    }
    if (left < 0)
        fascia_text_add(measured, "expired %" PRId64 " s ago", subject->now - certificate->not_after);
    else
        fascia_text_add(measured, "%" PRId64 " days left", left);
    return met_if(left >= 0);
}

CHECK(check_expires_soon)
{
    int64_t left = identity_days_left(certificate, subject->now);

    if (left < 0)
        return NOT_APPLICABLE; /* valid-now says so */
    fascia_text_add(measured, "%" PRId64 " days left", left);
    return met_if(left >= IDENTITY_EXPIRY_WARNING_DAYS);
}

CHECK(check_san)
{
    (void)subject;
    if (certificate->sans_total > 0)
        fascia_text_add(measured, "%zu names and addresses", certificate->sans_total);
    else if (certificate->common_name[0] != '\0')
        fascia_text_add(measured, "none; only the Common Name \"%s\"", certificate->common_name);
    else
        fascia_text_add(measured, "none");
    return met_if(certificate->sans_total > 0);
}

CHECK(check_san_form)
{
    (void)subject;
    if (certificate->sans_total == 0)
        return NOT_APPLICABLE;
    for (size_t i = 0; i < certificate->sans_count; i++) {
        const struct identity_name *san = &certificate->sans[i];
        if (san->ip_size == 0 && (identity_name_looks_like_address(san->text) || strchr(san->text, '%') != NULL)) {
            fascia_text_add(measured, "dNSName \"%s\" is an address", san->text);
            return VIOLATED;
        }
    }
    fascia_text_add(measured, "%s",
                    certificate->sans_bad ? "an entry is neither a name nor an address" : "as it should be");
    return met_if(!certificate->sans_bad);
}

CHECK(check_san_match)
{
    if (!subject->has_expected) {
        fascia_text_add(measured, "not asked: no name was given (--name)");
        return NOT_APPLICABLE;
    }
    for (size_t i = 0; i < certificate->sans_count; i++) {
        if (!identity_name_matches(&certificate->sans[i], &subject->expected))
            continue;
        fascia_text_add(measured, "\"%s\" is for \"%s\"", certificate->sans[i].text, subject->expected.text);
        return MET;
    }
    fascia_text_add(measured, "\"%s\" is not among", subject->expected.text);
    for (size_t i = 0; i < certificate->sans_count && i < 8; i++)
        fascia_text_add(measured, "%s %.60s", i == 0 ? "" : ",", certificate->sans[i].text);
    if (certificate->sans_total > 8)
        fascia_text_add(measured, " and %zu more", certificate->sans_total - 8);
    if (certificate->sans_total > certificate->sans_count)
        fascia_text_add(measured, " (only %zu were looked at)", certificate->sans_count);
    if (certificate->sans_total == 0)
        fascia_text_add(measured, " no name at all");
    return VIOLATED;
}

CHECK(check_server_auth)
{
    (void)subject;
    if (certificate->not_before <= IDENTITY_VALIDITY_SINCE) {
        fascia_text_add(measured, "issued before 2019-07-02");
        return NOT_APPLICABLE;
    }
    fascia_text_add(measured, "%s",
                    !certificate->has_eku          ? "no Extended Key Usage"
                    : certificate->eku_server_auth ? "serverAuth"
                    : certificate->eku_any         ? "only anyExtendedKeyUsage"
                                                   : "Extended Key Usage without serverAuth");
    return met_if(certificate->eku_server_auth);
}

CHECK(check_validity)
{
    (void)subject;
    int64_t days = identity_validity_days(certificate);

    fascia_text_add(measured, "%" PRId64 " days", days);
    if (certificate->not_before <= IDENTITY_VALIDITY_SINCE)
        return NOT_APPLICABLE;
    return met_if(days > 0 && days <= IDENTITY_VALIDITY_DAYS_MAX);
}

CHECK(check_public_validity)
{
    int64_t days = identity_validity_days(certificate);

    fascia_text_add(measured, "%" PRId64 " days%s", days, subject->preinstalled_root ? "" : ", private root");
    if (!subject->preinstalled_root || certificate->not_before < IDENTITY_PUBLIC_SINCE)
        return NOT_APPLICABLE;
    return met_if(days > 0 && days <= IDENTITY_PUBLIC_DAYS_MAX);
}

CHECK(check_key_usage)
{
    (void)subject;
    fascia_text_add(measured, "%s",
                    !certificate->has_key_usage         ? "no Key Usage: anything"
                    : certificate->ku_digital_signature ? "digitalSignature"
                                                        : "Key Usage without digitalSignature");
    return met_if(!certificate->has_key_usage || certificate->ku_digital_signature);
}

CHECK(check_leaf_not_ca)
{
    (void)subject;
    fascia_text_add(measured, "%s", certificate->is_ca ? "CA:TRUE" : "no CA");
    return met_if(!certificate->is_ca);
}

CHECK(check_not_self_signed)
{
    (void)subject;
    fascia_text_add(measured, "%s\"%s\"", certificate->self_signed ? "self-signed: " : "issued by ",
                    certificate->issuer);
    return met_if(!certificate->self_signed);
}

CHECK(check_issuer)
{
    (void)subject;
    bool may_sign = !certificate->has_key_usage || certificate->ku_cert_sign;

    fascia_text_add(measured, "CA:%s, %s", certificate->is_ca ? "TRUE" : "FALSE",
                    may_sign ? "may sign certificates" : "Key Usage without keyCertSign");
    return met_if(certificate->is_ca && may_sign);
}

CHECK(check_trust)
{
    (void)certificate;
    switch (subject->trust) {
    case IDENTITY_TRUST_NOT_ASKED:
        fascia_text_add(measured, "not asked: no CA was given (--ca)");
        return NOT_APPLICABLE;
    case IDENTITY_TRUST_YES:
        fascia_text_add(measured, "it does");
        return MET;
    case IDENTITY_TRUST_NO:
        break;
    }
    fascia_text_add(measured, "%s", subject->trust_detail);
    return VIOLATED;
}

CHECK(check_tls_version)
{
    (void)certificate;
    fascia_text_add(measured, "%s", subject->session.version_name);
    return met_if(subject->session.version >= IDENTITY_TLS_VERSION_MIN);
}

CHECK(check_tls13)
{
    (void)certificate;
    fascia_text_add(measured, "%s", subject->session.version_name);
    return met_if(subject->session.version >= IDENTITY_TLS_VERSION_ADVISED);
}

CHECK(check_forward_secrecy)
{
    (void)certificate;
    fascia_text_add(measured, "%s", subject->session.cipher);
    return met_if(subject->session.forward_secrecy);
}

static const struct rule {
    const char *id, *title, *source, *remedy;
    enum identity_level level;
    enum identity_wording wording;
    enum scope scope;
    check_fn check;
} rules[IDENTITY_RULES_] = {
#define IDENTITY_RULE(symbol, id_, level_, scope_, wording_, check_, title_, source_, remedy_)                         \
    [IDENTITY_RULE_##symbol] = {.id = (id_),                                                                           \
                                .title = (title_),                                                                     \
                                .source = (source_),                                                                   \
                                .remedy = (remedy_),                                                                   \
                                .level = IDENTITY_LEVEL_##level_,                                                      \
                                .wording = IDENTITY_WORDING_##wording_,                                                \
                                .scope = SCOPE_##scope_,                                                               \
                                .check = (check_)},
#include "stack/identity/rule.def"
#undef IDENTITY_RULE
};

static void ask(const struct identity_subject *subject, enum identity_rule rule, size_t certificate,
                struct identity_judgement *judgement)
{
    struct identity_finding *finding = &judgement->findings[judgement->count++];
    size_t index = certificate == IDENTITY_NO_CERTIFICATE ? 0 : certificate;
    struct fascia_text measured;

    *finding = (struct identity_finding){.rule = rule, .certificate = certificate};
    fascia_text_init(&measured, finding->measured, sizeof finding->measured);
    finding->outcome = rules[rule].check(subject, &subject->chain[index], &measured);
    if (finding->outcome == IDENTITY_OUTCOME_VIOLATED && rules[rule].level == IDENTITY_LEVEL_RECOMMENDED)
        finding->outcome = IDENTITY_OUTCOME_WARNING;
    judgement->outcomes[finding->outcome]++;
}

static void ask_each(const struct identity_subject *subject, enum identity_rule rule, size_t from, size_t to,
                     struct identity_judgement *judgement)
{
    for (size_t i = from; i < to; i++)
        ask(subject, rule, i, judgement);
}

void identity_judge(const struct identity_subject *subject, struct identity_judgement *ret_judgement)
{
    ret_judgement->count = 0;
    memset(ret_judgement->outcomes, 0, sizeof ret_judgement->outcomes);
    for (size_t i = 0; i < IDENTITY_RULES_; i++) {
        enum identity_rule rule = (enum identity_rule)i;
        switch (rules[i].scope) {
        case SCOPE_LEAF:
            ask_each(subject, rule, 0, 1, ret_judgement);
            break;
        case SCOPE_ISSUERS:
            ask_each(subject, rule, 1, subject->count, ret_judgement);
            break;
        case SCOPE_EVERY:
            ask_each(subject, rule, 0, subject->count, ret_judgement);
            break;
        case SCOPE_CHAIN:
            ask(subject, rule, IDENTITY_NO_CERTIFICATE, ret_judgement);
            break;
        case SCOPE_SESSION:
            if (subject->has_session)
                ask(subject, rule, IDENTITY_NO_CERTIFICATE, ret_judgement);
            break;
        }
    }
}

const char *identity_rule_id(enum identity_rule rule)
{
    return rules[rule].id;
}

enum identity_level identity_rule_level(enum identity_rule rule)
{
    return rules[rule].level;
}

enum identity_wording identity_rule_wording(enum identity_rule rule)
{
    return rules[rule].wording;
}

const char *identity_rule_title(enum identity_rule rule)
{
    return rules[rule].title;
}

const char *identity_rule_source(enum identity_rule rule)
{
    return rules[rule].source;
}

const char *identity_rule_remedy(enum identity_rule rule)
{
    return rules[rule].remedy;
}

const char *identity_level_name(enum identity_level level)
{
    return level == IDENTITY_LEVEL_MANDATORY ? "mandatory" : "recommended";
}

const char *identity_wording_name(enum identity_wording wording)
{
    switch (wording) {
    case IDENTITY_WORDING_PUBLISHED:
        return "published";
    case IDENTITY_WORDING_QUOTED:
        return "quoted";
    case IDENTITY_WORDING_NOT_PUBLIC:
        return "not public";
    case IDENTITY_WORDING_OWN:
        return "own";
    }
    return "?";
}

const char *identity_outcome_name(enum identity_outcome outcome)
{
    static const char *const names[IDENTITY_OUTCOMES_] = {
        [IDENTITY_OUTCOME_MET] = "met",
        [IDENTITY_OUTCOME_WARNING] = "warning",
        [IDENTITY_OUTCOME_VIOLATED] = "violated",
        [IDENTITY_OUTCOME_NOT_APPLICABLE] = "not applicable",
    };

    return outcome < IDENTITY_OUTCOMES_ ? names[outcome] : "?";
}
