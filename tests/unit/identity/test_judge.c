/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "stack/identity/judge.h"
#include "stack/identity/limits.h"
#include "tests/unit/test.h"

#define NOW INT64_C(1795600000)

static struct identity_subject subject;
static struct identity_judgement judgement;

/* A chain that meets every rule: a leaf and its CA. */
static int set_up(void **state)
{
    struct identity_certificate *leaf = &subject.chain[0], *ca = &subject.chain[1];
    (void)state;

    memset(&subject, 0, sizeof subject);
    *leaf = (struct identity_certificate){
        .subject = "CN=unit.local",
        .issuer = "CN=ca",
        .common_name = "unit.local",
        .serial = "41",
        .version = 3,
        .key_kind = IDENTITY_KEY_EC,
        .key_bits = 256,
        .key_name = "P-256",
        .hash = IDENTITY_HASH_SHA2,
        .signature_name = "ecdsa-with-SHA256",
        .not_before = NOW - IDENTITY_DAY_S,
        .not_after = NOW - IDENTITY_DAY_S + 397 * IDENTITY_DAY_S - 1,
        .sans_count = 2,
        .sans_total = 2,
        .has_eku = true,
        .eku_server_auth = true,
        .has_key_usage = true,
        .ku_digital_signature = true,
    };
    assert_int_equal(identity_name_parse("unit.local", &leaf->sans[0]), 0);
    assert_int_equal(identity_name_parse("fe80::1", &leaf->sans[1]), 0);
    *ca = *leaf;
    (void)strcpy(ca->subject, "CN=ca");
    ca->key_kind = IDENTITY_KEY_RSA;
    ca->key_bits = 2048;
    ca->is_ca = ca->ku_cert_sign = ca->self_signed = true;
    ca->not_after = NOW + 3650 * IDENTITY_DAY_S;
    subject.count = 2;
    subject.now = NOW;
    subject.has_expected = subject.has_session = subject.preinstalled_root = true;
    assert_int_equal(identity_name_parse("unit.local", &subject.expected), 0);
    subject.trust = IDENTITY_TRUST_YES;
    subject.session = (struct identity_session){0x0304, "TLSv1.3", "TLS_AES_256_GCM_SHA384", true};
    return 0;
}

/* The worst outcome of a rule over the chain. */
static enum identity_outcome outcome_of(enum identity_rule rule)
{
    enum identity_outcome worst = IDENTITY_OUTCOME_NOT_APPLICABLE;

    identity_judge(&subject, &judgement);
    for (size_t i = 0; i < judgement.count; i++) {
        enum identity_outcome outcome = judgement.findings[i].outcome;
        if (judgement.findings[i].rule != rule || outcome == IDENTITY_OUTCOME_NOT_APPLICABLE)
            continue;
        worst = worst == IDENTITY_OUTCOME_NOT_APPLICABLE || outcome > worst ? outcome : worst;
    }
    return worst;
}

static const char *measured_of(enum identity_rule rule)
{
    identity_judge(&subject, &judgement);
    for (size_t i = 0; i < judgement.count; i++) {
        if (judgement.findings[i].rule == rule)
            return judgement.findings[i].measured;
    }
    return "";
}

static void break_version(void)
{
    subject.chain[0].version = 1;
}
static void break_well_formed(void)
{
    subject.chain[1].unknown_critical = true;
}
static void break_serial(void)
{
    subject.chain[0].serial[0] = '\0';
}
static void break_rsa(void)
{
    subject.chain[1].key_bits = 2047;
}
static void break_ec(void)
{
    subject.chain[0].key_bits = 224;
}
static void break_key_kind(void)
{
    subject.chain[0].key_kind = IDENTITY_KEY_OTHER;
}
static void break_hash(void)
{
    subject.chain[1].hash = IDENTITY_HASH_SHA1;
}
static void break_valid_now(void)
{
    subject.chain[0].not_before = NOW + 1;
}
static void break_expires_soon(void)
{
    subject.chain[1].not_after = NOW + 30 * IDENTITY_DAY_S - 1;
}
static void break_san(void)
{
    subject.chain[0].sans_count = subject.chain[0].sans_total = 0;
}
static void break_san_form(void)
{
    assert_int_equal(identity_name_from_dns("192.168.4.1", 11, &subject.chain[0].sans[1]), 0);
}
static void break_san_match(void)
{
    assert_int_equal(identity_name_parse("fe80::2", &subject.expected), 0);
}
static void break_server_auth(void)
{
    subject.chain[0].eku_server_auth = false;
}
static void break_validity(void)
{
    subject.chain[0].not_after = subject.chain[0].not_before + 825 * IDENTITY_DAY_S;
}
static void break_public_validity(void)
{
    subject.chain[0].not_after = subject.chain[0].not_before + 398 * IDENTITY_DAY_S;
}
static void break_key_usage(void)
{
    subject.chain[0].ku_digital_signature = false;
}
static void break_leaf_ca(void)
{
    subject.chain[0].is_ca = true;
}
static void break_self_signed(void)
{
    subject.chain[0].self_signed = true;
}
static void break_issuer(void)
{
    subject.chain[1].ku_cert_sign = false;
}
static void break_trust(void)
{
    subject.trust = IDENTITY_TRUST_NO;
}
static void break_tls(void)
{
    subject.session.version = 0x0302;
}
static void break_tls13(void)
{
    subject.session.version = 0x0303;
}
static void break_forward_secrecy(void)
{
    subject.session.forward_secrecy = false;
}

static const struct {
    void (*break_it)(void);
    enum identity_outcome becomes;
} breakers[IDENTITY_RULES_] = {
    [IDENTITY_RULE_VERSION] = {break_version, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_WELL_FORMED] = {break_well_formed, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_SERIAL] = {break_serial, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_RSA_BITS] = {break_rsa, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_EC_BITS] = {break_ec, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_KEY_KIND] = {break_key_kind, IDENTITY_OUTCOME_WARNING},
    [IDENTITY_RULE_SHA2] = {break_hash, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_VALID_NOW] = {break_valid_now, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_EXPIRES_SOON] = {break_expires_soon, IDENTITY_OUTCOME_WARNING},
    [IDENTITY_RULE_SAN] = {break_san, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_SAN_FORM] = {break_san_form, IDENTITY_OUTCOME_WARNING},
    [IDENTITY_RULE_SAN_MATCH] = {break_san_match, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_SERVER_AUTH] = {break_server_auth, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_VALIDITY] = {break_validity, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_PUBLIC_VALIDITY] = {break_public_validity, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_KEY_USAGE] = {break_key_usage, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_LEAF_CA] = {break_leaf_ca, IDENTITY_OUTCOME_WARNING},
    [IDENTITY_RULE_SELF_SIGNED] = {break_self_signed, IDENTITY_OUTCOME_WARNING},
    [IDENTITY_RULE_ISSUER] = {break_issuer, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_TRUST] = {break_trust, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_TLS_VERSION] = {break_tls, IDENTITY_OUTCOME_VIOLATED},
    [IDENTITY_RULE_TLS13] = {break_tls13, IDENTITY_OUTCOME_WARNING},
    [IDENTITY_RULE_FORWARD_SECRECY] = {break_forward_secrecy, IDENTITY_OUTCOME_VIOLATED},
};

static void a_good_chain_meets_every_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < IDENTITY_RULES_; i++) {
        enum identity_outcome outcome = outcome_of((enum identity_rule)i);
        if (outcome != IDENTITY_OUTCOME_MET)
            fail_msg("%s: %s", identity_rule_id((enum identity_rule)i), identity_outcome_name(outcome));
    }
    assert_int_equal(judgement.outcomes[IDENTITY_OUTCOME_VIOLATED] + judgement.outcomes[IDENTITY_OUTCOME_WARNING], 0);
}

static void each_rule_finds_what_breaks_it_and_measures_it(void **state)
{
    for (size_t i = 0; i < IDENTITY_RULES_; i++) {
        (void)set_up(state);
        assert_non_null(breakers[i].break_it);
        breakers[i].break_it();
        enum identity_outcome outcome = outcome_of((enum identity_rule)i);
        if (outcome != breakers[i].becomes)
            fail_msg("%s: %s", identity_rule_id((enum identity_rule)i), identity_outcome_name(outcome));
        for (size_t j = 0; j < judgement.count; j++)
            assert_true(judgement.findings[j].measured[0] != '\0' ||
                        judgement.findings[j].outcome != IDENTITY_OUTCOME_VIOLATED ||
                        judgement.findings[j].rule == IDENTITY_RULE_TRUST);
    }
}

static void each_rule_has_an_id_of_its_own_a_source_and_a_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < IDENTITY_RULES_; i++) {
        enum identity_rule rule = (enum identity_rule)i;
        assert_true(strlen(identity_rule_source(rule)) > 2 && strlen(identity_rule_remedy(rule)) > 10);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(identity_rule_id(rule), identity_rule_id((enum identity_rule)j));
    }
}

static void exactly_825_days_are_allowed_and_a_second_more_is_not(void **state)
{
    struct identity_certificate *leaf = &subject.chain[0];
    (void)state;

    subject.preinstalled_root = false;
    leaf->not_after = leaf->not_before + 825 * IDENTITY_DAY_S - 1; /* both ends count: RFC 5280 4.1.2.5 */
    assert_int_equal(outcome_of(IDENTITY_RULE_VALIDITY), IDENTITY_OUTCOME_MET);
    assert_string_equal(measured_of(IDENTITY_RULE_VALIDITY), "825 days");
    leaf->not_after++;
    assert_int_equal(outcome_of(IDENTITY_RULE_VALIDITY), IDENTITY_OUTCOME_VIOLATED);
    assert_string_equal(measured_of(IDENTITY_RULE_VALIDITY), "826 days");
}

static void a_validity_that_ends_before_it_begins_is_none(void **state)
{
    (void)state;
    subject.chain[0].not_after = subject.chain[0].not_before - 1;
    assert_int_equal(outcome_of(IDENTITY_RULE_VALIDITY), IDENTITY_OUTCOME_VIOLATED);
    assert_int_equal(outcome_of(IDENTITY_RULE_VALID_NOW), IDENTITY_OUTCOME_VIOLATED);
}

static void certificates_from_before_the_cut_off_days_are_spared(void **state)
{
    struct identity_certificate *leaf = &subject.chain[0];
    (void)state;

    leaf->not_before = IDENTITY_VALIDITY_SINCE;
    leaf->has_eku = leaf->eku_server_auth = false;
    assert_int_equal(outcome_of(IDENTITY_RULE_SERVER_AUTH), IDENTITY_OUTCOME_NOT_APPLICABLE);
    assert_int_equal(outcome_of(IDENTITY_RULE_VALIDITY), IDENTITY_OUTCOME_NOT_APPLICABLE);
    leaf->not_before++;
    assert_int_equal(outcome_of(IDENTITY_RULE_SERVER_AUTH), IDENTITY_OUTCOME_VIOLATED);
    assert_int_equal(outcome_of(IDENTITY_RULE_VALIDITY), IDENTITY_OUTCOME_VIOLATED);
    leaf->not_before = IDENTITY_PUBLIC_SINCE - 1;
    assert_int_equal(outcome_of(IDENTITY_RULE_PUBLIC_VALIDITY), IDENTITY_OUTCOME_NOT_APPLICABLE);
    leaf->not_before++;
    assert_int_equal(outcome_of(IDENTITY_RULE_PUBLIC_VALIDITY), IDENTITY_OUTCOME_VIOLATED);
}

static void a_private_root_is_not_held_to_398_days(void **state)
{
    (void)state;
    break_public_validity();
    subject.preinstalled_root = false;
    assert_int_equal(outcome_of(IDENTITY_RULE_PUBLIC_VALIDITY), IDENTITY_OUTCOME_NOT_APPLICABLE);
    assert_int_equal(outcome_of(IDENTITY_RULE_VALIDITY), IDENTITY_OUTCOME_MET);
}

static void a_common_name_alone_is_named_as_the_cause(void **state)
{
    (void)state;
    break_san();
    assert_string_equal(measured_of(IDENTITY_RULE_SAN), "none; only the Common Name \"unit.local\"");
    assert_int_equal(outcome_of(IDENTITY_RULE_SAN_MATCH), IDENTITY_OUTCOME_VIOLATED);
}

static void what_was_not_asked_is_not_judged(void **state)
{
    (void)state;
    subject.has_expected = subject.has_session = false;
    subject.trust = IDENTITY_TRUST_NOT_ASKED;
    assert_int_equal(outcome_of(IDENTITY_RULE_SAN_MATCH), IDENTITY_OUTCOME_NOT_APPLICABLE);
    assert_int_equal(outcome_of(IDENTITY_RULE_TRUST), IDENTITY_OUTCOME_NOT_APPLICABLE);
    assert_int_equal(outcome_of(IDENTITY_RULE_TLS13), IDENTITY_OUTCOME_NOT_APPLICABLE);
    assert_string_equal(measured_of(IDENTITY_RULE_TRUST), "not asked: no CA was given (--ca)");
}

static void any_extended_key_usage_does_not_stand_for_server_auth(void **state)
{
    (void)state;
    subject.chain[0].eku_server_auth = false;
    subject.chain[0].eku_any = true;
    assert_int_equal(outcome_of(IDENTITY_RULE_SERVER_AUTH), IDENTITY_OUTCOME_VIOLATED);
    assert_string_equal(measured_of(IDENTITY_RULE_SERVER_AUTH), "only anyExtendedKeyUsage");
}

static void an_edwards_signature_is_a_warning_as_nothing_is_published(void **state)
{
    (void)state;
    subject.chain[0].hash = IDENTITY_HASH_BUILT_IN;
    assert_int_equal(outcome_of(IDENTITY_RULE_SHA2), IDENTITY_OUTCOME_WARNING);
}

static void days_left_are_whole_days_and_negative_after_the_end(void **state)
{
    struct identity_certificate certificate = {.not_after = NOW};
    (void)state;

    assert_int_equal(identity_days_left(&certificate, NOW), 0);
    assert_int_equal(identity_days_left(&certificate, NOW - IDENTITY_DAY_S), 1);
    assert_int_equal(identity_days_left(&certificate, NOW + 1), -1);
    assert_int_equal(identity_days_left(&certificate, NOW + IDENTITY_DAY_S), -1);
    assert_int_equal(identity_days_left(&certificate, NOW + IDENTITY_DAY_S + 1), -2);
}

static void the_longest_chain_and_the_longest_names_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < IDENTITY_CHAIN_MAX; i++)
        subject.chain[i] = subject.chain[i == 0 ? 0 : 1];
    subject.count = IDENTITY_CHAIN_MAX;
    memset(subject.chain[0].sans, 0, sizeof subject.chain[0].sans);
    for (size_t i = 0; i < IDENTITY_SANS_MAX; i++)
        memset(subject.chain[0].sans[i].text, 'a', IDENTITY_NAME_SIZE - 1);
    subject.chain[0].sans_count = IDENTITY_SANS_MAX;
    subject.chain[0].sans_total = 10000;
    identity_judge(&subject, &judgement);
    assert_true(judgement.count <= IDENTITY_FINDINGS_MAX);
    assert_non_null(strstr(measured_of(IDENTITY_RULE_SAN_MATCH), "and 9992 more (only 64 were looked at)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_chain_meets_every_rule, set_up),
        cmocka_unit_test_setup(each_rule_finds_what_breaks_it_and_measures_it, set_up),
        cmocka_unit_test(each_rule_has_an_id_of_its_own_a_source_and_a_remedy),
        cmocka_unit_test_setup(exactly_825_days_are_allowed_and_a_second_more_is_not, set_up),
        cmocka_unit_test_setup(a_validity_that_ends_before_it_begins_is_none, set_up),
        cmocka_unit_test_setup(certificates_from_before_the_cut_off_days_are_spared, set_up),
        cmocka_unit_test_setup(a_private_root_is_not_held_to_398_days, set_up),
        cmocka_unit_test_setup(a_common_name_alone_is_named_as_the_cause, set_up),
        cmocka_unit_test_setup(what_was_not_asked_is_not_judged, set_up),
        cmocka_unit_test_setup(any_extended_key_usage_does_not_stand_for_server_auth, set_up),
        cmocka_unit_test_setup(an_edwards_signature_is_a_warning_as_nothing_is_published, set_up),
        cmocka_unit_test(days_left_are_whole_days_and_negative_after_the_end),
        cmocka_unit_test_setup(the_longest_chain_and_the_longest_names_fit, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
