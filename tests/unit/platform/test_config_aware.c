/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/config.h"
#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static struct fascia_config config;
static char message[CONFIG_MESSAGE_SIZE];

static int parse(const char *text)
{
    memset(&config, 0, sizeof config);
    return config_parse("f.yaml", text, strlen(text), &config, message);
}

/* `keys` stand in the section aware, each line indented by two spaces; they begin in line 3. */
static int parse_aware(const char *keys)
{
    static char text[8192];

    (void)snprintf(text, sizeof text, "link: {country: DE}\naware:\n%s", keys);
    return parse(text);
}

static void expect_error(const char *keys, const char *expected)
{
    assert_int_equal(parse_aware(keys), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
}

/* `keys` of one service, separated by commas, in line 4. */
static int parse_service(const char *keys)
{
    static char text[4096];

    (void)snprintf(text, sizeof text, "  services:\n    - {%s}\n", keys);
    return parse_aware(text);
}

static void expect_service_error(const char *keys, const char *expected)
{
    assert_int_equal(parse_service(keys), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
}

static const struct aware_service_config *service_of(const char *keys)
{
    if (parse_service(keys) != 0)
        fail_msg("%s", message);
    assert_int_equal(config.aware.services_count, 1);
    return &config.aware.services[0];
}

static void it_is_off_and_complete_by_default(void **state)
{
    const struct aware_config *aware = &config.aware;
    (void)state;

    assert_int_equal(parse("link: {country: DE}\n"), 0);
    assert_false(aware->enabled);
    assert_int_equal(aware->supplicant.manage, AWARE_MANAGE_SPAWN);
    assert_string_equal(aware->supplicant.program, "wpa_supplicant");
    assert_string_equal(aware->interface, "");
    assert_string_equal(aware->nmi, "nan0");
    assert_string_equal(aware->ndi, "ndi0");
    assert_int_equal(aware->master_preference, 10);
    assert_int_equal(aware->schedule_count, 2);
    assert_string_equal(aware->schedule[0], "2437:0e000000");
    assert_string_equal(aware->schedule[1], "5180:f0ffffff");
    assert_int_equal(aware->idle_s, 60);
    assert_int_equal(aware->keep_alive_s, 0);
    assert_int_equal(aware->pairing_s, 120);
    assert_int_equal(aware->pin_digits, 6);
    assert_int_equal(aware->peers_max, 16);
    assert_string_equal(aware->store, "/var/lib/fascia/aware/pairings");
    assert_int_equal(aware->services_count, 0);
}

static void everything_that_is_said_reaches_its_member(void **state)
{
    const struct aware_config *aware = &config.aware;
    (void)state;

    assert_int_equal(
        parse_aware("  enabled: true\n  supplicant: {manage: adopt, control: /run/w/global, sockets: /run/w}\n"
                    "  interface: wlan1\n  nmi: nan7\n  ndi: ndi7\n  master_preference: 254\n"
                    "  dual_band: true\n  schedule: [\"5745:feffffff\"]\n  idle_s: 25\n  keep_alive_s: 20\n"
                    "  pairing_s: 60\n  pin_digits: 8\n  nik_lifetime_s: 43200\n  peers_max: 32\n"
                    "  store: /data/pairings\n"),
        0);
    assert_true(aware->enabled && aware->dual_band);
    assert_int_equal(aware->supplicant.manage, AWARE_MANAGE_ADOPT);
    assert_string_equal(aware->supplicant.control, "/run/w/global");
    assert_string_equal(aware->supplicant.sockets, "/run/w");
    assert_string_equal(aware->interface, "wlan1");
    assert_string_equal(aware->nmi, "nan7");
    assert_string_equal(aware->ndi, "ndi7");
    assert_int_equal(aware->master_preference, 254);
    assert_int_equal(aware->schedule_count, 1);
    assert_string_equal(aware->schedule[0], "5745:feffffff");
    assert_string_equal(aware->schedule[1], ""); /* nothing of the default */
    assert_int_equal(aware->idle_s, 25);
    assert_int_equal(aware->keep_alive_s, 20);
    assert_int_equal(aware->nik_lifetime_s, 43200);
    assert_string_equal(aware->store, "/data/pairings");
}

static void a_service_has_what_its_security_needs_by_default(void **state)
{
    (void)state;
    const struct aware_service_config *service = service_of("name: _car._tcp, role: publish");
    assert_true(service->enabled);
    assert_int_equal(service->security, AWARE_SECURITY_PAIRED);
    assert_int_equal(service->ciphers_count, 1);
    assert_int_equal(service->ciphers[0], AWARE_CIPHER_PK_PASN_128);
    assert_int_equal(service->methods_count, 1);
    assert_int_equal(service->methods[0], AWARE_METHOD_PIN_DISPLAY);
    assert_int_equal(service->connect, AWARE_CONNECT_ON_ORDER);
    assert_int_equal(service->data_paths, 1);
    assert_int_equal(service->port, 0);

    service = service_of("name: _car._udp, role: subscribe");
    assert_int_equal(service->methods[0], AWARE_METHOD_PIN_KEYPAD);

    service = service_of("name: _car._tcp, role: publish, security: passphrase, passphrase_file: /etc/p");
    assert_int_equal(service->ciphers[0], AWARE_CIPHER_SK_CCM_128);
    assert_int_equal(service->methods_count, 0);

    service = service_of("name: _car._tcp, role: publish, security: open");
    assert_int_equal(service->ciphers_count, 0);
    assert_int_equal(service->methods_count, 0);
}

static void what_a_service_says_reaches_its_member(void **state)
{
    (void)state;
    const struct aware_service_config *service = service_of(
        "name: _car._tcp, role: subscribe, enabled: false, info: 020001AA, filter_tx: [\"01\", \"\"], filter_rx: [ff], "
        "ciphers: [pk-pasn-256, sk-gcm-256], methods: [passphrase-keypad, pin-keypad], port: 7000, instance: Front, "
        "connect: any, data_paths: 4");
    assert_false(service->enabled);
    assert_string_equal(service->info, "020001AA");
    assert_int_equal(service->filter_tx_count, 2);
    assert_string_equal(service->filter_tx[1], "");
    assert_string_equal(service->filter_rx[0], "ff");
    assert_int_equal(service->ciphers_count, 2);
    assert_int_equal(service->ciphers[0], 8); /* as on the air */
    assert_int_equal(service->ciphers[1], 2);
    assert_int_equal(service->methods[0], 6);
    assert_int_equal(service->methods[1], 5);
    assert_int_equal(service->port, 7000);
    assert_string_equal(service->instance, "Front");
    assert_int_equal(service->connect, AWARE_CONNECT_ANY);
    assert_int_equal(service->data_paths, 4);
}

static void each_wrong_value_is_told_by_file_line_and_key(void **state)
{
    static const struct {
        const char *keys, *message;
    } cases[] = {
        {"  enabled: yes\n", "f.yaml:3:12: aware.enabled: \"yes\" is not true or false"},
        {"  supplicant: {manage: borrow}\n",
         "f.yaml:3:24: aware.supplicant.manage: \"borrow\" is not known; allowed are spawn, adopt"},
        {"  supplicant: {program: bin/wpa}\n",
         "f.yaml:3:25: aware.supplicant.program: \"bin/wpa\" is neither a bare name nor an absolute path"},
        {"  interface: wlan/1\n",
         "f.yaml:3:14: aware.interface: \"wlan/1\" is not valid; allowed is the name of a network interface"},
        {"  nmi: nan0123456789012\n", "f.yaml:3:8: aware.nmi: is 16 characters long; allowed are 1 to 15"},
        {"  ndi: ..\n", "f.yaml:3:8: aware.ndi: \"..\" is not valid; allowed is the name of a network interface"},
        {"  ndi: \"ndi 0\"\n",
         "f.yaml:3:8: aware.ndi: \"ndi 0\" is not valid; allowed is the name of a network interface"},
        {"  master_preference: 255\n",
         "f.yaml:3:22: aware.master_preference: 255 is out of range; allowed are 1 to 254"},
        {"  schedule: []\n", "f.yaml:3:13: aware.schedule: has 0 entries; allowed are 1 to 8"},
        {"  schedule: [\"2437\"]\n",
         "f.yaml:3:14: aware.schedule: \"2437\" is not valid; allowed is MHz:slots, for instance "
         "2437:0e000000, and not no slot at all"},
        {"  schedule: [\"2437:0e0000\"]\n",
         "f.yaml:3:14: aware.schedule: \"2437:0e0000\" is not valid; allowed is MHz:slots, "
         "for instance 2437:0e000000, and not no slot at all"},
        {"  schedule: [\"2437:00000000\"]\n", "f.yaml:3:14: aware.schedule: \"2437:00000000\" is not valid; allowed is "
                                              "MHz:slots, for instance 2437:0e000000, and not no slot at all"},
        {"  schedule: [\"900:0e000000\"]\n", "f.yaml:3:14: aware.schedule: \"900:0e000000\" is not valid; allowed is "
                                             "MHz:slots, for instance 2437:0e000000, and not no slot at all"},
        {"  idle_s: 4\n", "f.yaml:3:11: aware.idle_s: 4 is out of range; allowed are 5 to 65535"},
        {"  keep_alive_s: -1\n", "f.yaml:3:17: aware.keep_alive_s: -1 is out of range; allowed are 0 to 65535"},
        {"  pairing_s: 9\n", "f.yaml:3:14: aware.pairing_s: 9 is out of range; allowed are 10 to 3600"},
        {"  pin_digits: 9\n", "f.yaml:3:15: aware.pin_digits: 9 is out of range; allowed are 4 to 8"},
        {"  nik_lifetime_s: 1\n",
         "f.yaml:3:19: aware.nik_lifetime_s: 1 is out of range; allowed are 600 to 2147483647"},
        {"  peers_max: 33\n", "f.yaml:3:14: aware.peers_max: 33 is out of range; allowed are 1 to 32"},
        {"  store: pairings\n", "f.yaml:3:10: aware.store: \"pairings\" is not an absolute path"},
        {"  services: {}\n", "f.yaml:3:13: aware.services: must be a list of sections"},
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++)
        expect_error(cases[i].keys, cases[i].message);
    assert_int_equal(parse_aware("  country: DE\n"), CONFIG_E_INVALID);
    assert_non_null(strstr(message, "f.yaml:3:3: aware: unknown key \"country\""));
}

static void keys_that_contradict_each_other_are_told(void **state)
{
    (void)state;
    expect_error("  supplicant: {manage: adopt}\n",
                 "f.yaml:3:15: aware.supplicant.control: is missing; manage: adopt needs the global control socket");
    expect_error("  nmi: aware\n  ndi: aware\n",
                 "f.yaml:4:8: aware.ndi: is the same as aware.nmi; allowed is another name");
    expect_error("  interface: nan0\n",
                 "f.yaml:3:3: aware.nmi: is the same as aware.interface; allowed is a name that no interface has");
    expect_error("  interface: ndi0\n",
                 "f.yaml:3:3: aware.ndi: is the same as aware.interface; allowed is a name that no interface has");
    expect_error("  idle_s: 25\n  keep_alive_s: 25\n",
                 "f.yaml:4:17: aware.keep_alive_s: is not below aware.idle_s; allowed are 0 (none) and what is");
    expect_error("  schedule: [\"2437:0e000000\", \"5180:01000000\", \"2437:10000000\"]\n",
                 "f.yaml:3:13: aware.schedule: has one channel twice; allowed is one bitmap for each");
    expect_error("  schedule: [\"2437:0e000000\", \"5180:02000000\"]\n",
                 "f.yaml:3:13: aware.schedule: has two channels in one slot; allowed is one channel for each slot");
}

static void it_needs_the_country_of_the_link_even_without_the_link(void **state)
{
    (void)state;
    assert_int_equal(parse("link: {enabled: false}\naware: {enabled: true}\n"), CONFIG_E_INVALID);
    assert_string_equal(message,
                        "f.yaml:1:7: link.country: is missing; Wi-Fi Aware needs its ISO 3166-1 alpha-2 country, "
                        "for instance DE, too");
    assert_int_equal(parse("link: {enabled: false, country: DE}\naware: {enabled: true}\n"), 0);
    assert_int_equal(parse("link: {enabled: false}\n"), 0);
}

static void a_name_says_which_rule_it_breaks(void **state)
{
    (void)state;
    expect_service_error("role: publish",
                         "f.yaml:4:7: aware.services[0].name: is missing; it is required here (_name._tcp or "
                         "_name._udp (RFC 6335), as the phone's app has it)");
    expect_service_error("name: _car._tcp",
                         "f.yaml:4:7: aware.services[0].role: is missing; it is required here (publish: "
                         "phones find it; subscribe: it is looked for)");
    expect_service_error("name: car, role: publish", "f.yaml:4:14: aware.services[0].name: does not begin with \"_\"");
    expect_service_error("name: _car._sctp, role: publish",
                         "f.yaml:4:14: aware.services[0].name: does not end in \"._tcp\" or \"._udp\"");
    expect_service_error(
        "name: _abcdefghijklmnop._tcp, role: publish",
        "f.yaml:4:14: aware.services[0].name: has more than 15 characters between \"_\" and the transport");
    expect_service_error("name: _c--r._tcp, role: publish",
                         "f.yaml:4:14: aware.services[0].name: has two adjacent hyphens");
    expect_service_error("name: _1._tcp, role: publish", "f.yaml:4:14: aware.services[0].name: holds no letter");
    expect_service_error("name: _abcdefghijklmnopqrstuvw._tcp, role: publish",
                         "f.yaml:4:14: aware.services[0].name: is 29 characters long; allowed are 1 to 23");
}

static void a_service_is_consistent_in_itself(void **state)
{
#define PUBLISH "name: _c._tcp, role: publish, "
    (void)state;
    expect_service_error(
        PUBLISH "ciphers: [sk-ccm-128]",
        "f.yaml:4:47: aware.services[0].ciphers: has none that takes its key from a pairing; security: "
        "paired needs pk-pasn-128 or pk-pasn-256");
    expect_service_error(PUBLISH "security: passphrase, passphrase_file: /p, ciphers: [sk-ccm-128, pk-pasn-128]",
                         "f.yaml:4:90: aware.services[0].ciphers: has one that takes its key from a pairing; security: "
                         "passphrase allows sk-ccm-128 and sk-gcm-256");
    expect_service_error(PUBLISH "security: open, ciphers: [sk-ccm-128]",
                         "f.yaml:4:63: aware.services[0].ciphers: is of no use with security: open");
    expect_service_error(PUBLISH "security: open, methods: [pin-display]",
                         "f.yaml:4:63: aware.services[0].methods: is of no use; only security: paired knows ways of "
                         "pairing");
    expect_service_error(PUBLISH "security: passphrase",
                         "f.yaml:4:7: aware.services[0].passphrase_file: is missing; security: passphrase needs it");
    expect_service_error(
        PUBLISH "passphrase_file: /p",
        "f.yaml:4:55: aware.services[0].passphrase_file: is of no use; only security: passphrase has one");
    expect_service_error(PUBLISH "connect: any", "f.yaml:4:47: aware.services[0].connect: counts with role: subscribe "
                                                 "only; who publishes does not ask for data paths");
    expect_service_error(PUBLISH "ciphers: [pk-pasn-128, pk-pasn-128]",
                         "f.yaml:4:61: aware.services[0].ciphers: pk-pasn-128 is named twice");
    expect_service_error(PUBLISH "ciphers: [aes]",
                         "f.yaml:4:48: aware.services[0].ciphers: \"aes\" is not known; allowed are "
                         "sk-ccm-128, sk-gcm-256, pk-pasn-128, pk-pasn-256");
    expect_service_error(PUBLISH "methods: [nfc]",
                         "f.yaml:4:48: aware.services[0].methods: \"nfc\" is not known; allowed are "
                         "opportunistic, pin-display, passphrase-display, pin-keypad, "
                         "passphrase-keypad");
}

static void hexadecimal_values_are_whole_octets_and_bounded(void **state)
{
    static char keys[1024];
    (void)state;

    expect_service_error(PUBLISH "info: 0g",
                         "f.yaml:4:44: aware.services[0].info: \"0g\" is not valid; allowed is an even number "
                         "of hexadecimal digits");
    expect_service_error(PUBLISH "info: \"012\"",
                         "f.yaml:4:44: aware.services[0].info: \"012\" is not valid; allowed is an even "
                         "number of hexadecimal digits");
    expect_service_error(PUBLISH "filter_rx: [\"1\"]",
                         "f.yaml:4:50: aware.services[0].filter_rx: \"1\" is not valid; allowed is an "
                         "even number of hexadecimal digits");
    (void)snprintf(keys, sizeof keys, PUBLISH "info: \"%0*d\"", 2 * AWARE_INFO_MAX + 2, 1);
    expect_service_error(keys, "f.yaml:4:44: aware.services[0].info: is 322 characters long; allowed are 0 to 320");
    size_t n = (size_t)snprintf(keys, sizeof keys, PUBLISH "filter_tx: [");
    for (int i = 0; i < AWARE_FILTERS_MAX; i++)
        n += (size_t)snprintf(keys + n, sizeof keys - n, "%s\"%062d\"", i ? ", " : "", i);
    (void)snprintf(keys + n, sizeof keys - n, "]");
    expect_service_error(keys,
                         "f.yaml:4:49: aware.services[0].filter_tx: is longer than 255 octets, one for the length of "
                         "each entry included");
    expect_service_error(PUBLISH "port: 65536",
                         "f.yaml:4:44: aware.services[0].port: 65536 is out of range; allowed are 0 to 65535");
    expect_service_error(PUBLISH "instance: \"a\\tb\"",
                         "f.yaml:4:48: aware.services[0].instance: \"a?b\" is not valid; allowed "
                         "is a text without control characters");
    expect_service_error(PUBLISH "data_paths: 0",
                         "f.yaml:4:50: aware.services[0].data_paths: 0 is out of range; allowed are 1 to 8");
}

static void a_name_may_be_published_and_looked_for_but_each_once(void **state)
{
    (void)state;
    assert_int_equal(
        parse_aware("  services:\n    - {name: _c._tcp, role: publish}\n    - {name: _c._tcp, role: subscribe}\n"
                    "    - {name: _c._udp, role: publish}\n"),
        0);
    assert_int_equal(config.aware.services_count, 3);
    expect_error(
        "  services:\n    - {name: _c._tcp, role: publish}\n    - {name: _d._tcp, role: publish}\n"
        "    - {name: _c._tcp, role: publish}\n",
        "f.yaml:6:14: aware.services[2].name: is the same as in aware.services[0]; allowed is each name and role "
        "once");
}

static void a_stage_that_waits_for_it_is_left_out_while_it_is_off(void **state)
{
    (void)state;
    assert_int_equal(parse("link: {country: DE}\nsupervisor:\n  boot:\n"
                           "    - {stage: near, wait_for: aware, within_ms: 9000}\n"),
                     0);
    assert_int_equal(config.supervisor.stages_count, 0);
    assert_int_equal(parse("link: {country: DE}\naware: {enabled: true}\nsupervisor:\n  boot:\n"
                           "    - {stage: near, wait_for: aware, within_ms: 9000}\n"),
                     0);
    assert_int_equal(config.supervisor.stages_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_off_and_complete_by_default),
        cmocka_unit_test(everything_that_is_said_reaches_its_member),
        cmocka_unit_test(a_service_has_what_its_security_needs_by_default),
        cmocka_unit_test(what_a_service_says_reaches_its_member),
        cmocka_unit_test(each_wrong_value_is_told_by_file_line_and_key),
        cmocka_unit_test(keys_that_contradict_each_other_are_told),
        cmocka_unit_test(it_needs_the_country_of_the_link_even_without_the_link),
        cmocka_unit_test(a_name_says_which_rule_it_breaks),
        cmocka_unit_test(a_service_is_consistent_in_itself),
        cmocka_unit_test(hexadecimal_values_are_whole_octets_and_bounded),
        cmocka_unit_test(a_name_may_be_published_and_looked_for_but_each_once),
        cmocka_unit_test(a_stage_that_waits_for_it_is_left_out_while_it_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
