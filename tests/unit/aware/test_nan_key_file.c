/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "stack/aware/nan_key_file.h"
#include "tests/unit/test.h"

#define PMK "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static struct nan_key_file keys;

static int parse(const char *text, unsigned int *ret_line)
{
    return nan_key_file_parse(text, strlen(text), &keys, ret_line);
}

static int result_of(const char *text)
{
    unsigned int line = 0;
    int result = parse(text, &line);

    if (result != 0) {
        static const struct nan_key_file nothing;
        assert_int_equal(line, 1);
        assert_memory_equal(&keys, &nothing, sizeof keys); /* what was read before is wiped */
    }
    return result;
}

static void assert_secret(const struct nan_key_entry *entry, const void *wanted, size_t wanted_size)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(&entry->secret, &size);

    assert_int_equal(size, wanted_size);
    assert_memory_equal(octets, wanted, size);
}

static void keys_of_every_form_are_read(void **state)
{
    char publisher[FASCIA_MAC_TEXT_SIZE];
    unsigned int line = 0;

    (void)state;
    assert_int_equal(parse("# keys\n\n"
                           "pmk " PMK "\r\n"
                           "  pmk\t" PMK " service _carplay._tcp  \n"
                           "pmk " PMK " service-id 0123456789ab\n"
                           "passphrase secret service _carplay._tcp publisher 42:00:00:00:00:0A\n"
                           "passphrase two  words service service-id 2b9c450f6671 publisher 02:90:4c:12:d0:01",
                           &line),
                     0);
    assert_int_equal(keys.count, 5);
    assert_int_equal(keys.entries[0].line, 3);
    assert_false(keys.entries[0].is_passphrase || keys.entries[0].has_service_id);
    assert_string_equal(keys.entries[0].service, "");
    assert_secret(&keys.entries[0],
                  "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
                  "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff",
                  32);
    assert_string_equal(keys.entries[1].service, "_carplay._tcp");
    assert_true(keys.entries[2].has_service_id);
    assert_memory_equal(keys.entries[2].service_id, "\x01\x23\x45\x67\x89\xab", 6);
    assert_true(keys.entries[3].is_passphrase);
    assert_secret(&keys.entries[3], "secret", 6);
    assert_string_equal(fascia_mac_format(&keys.entries[3].publisher, publisher), "42:00:00:00:00:0a");
    assert_secret(&keys.entries[4], "two  words service", 18);
    assert_true(keys.entries[4].has_service_id);
    nan_key_file_wipe(&keys);
    assert_int_equal(keys.count, 0);
    nan_key_file_wipe(NULL);
}

static void a_wrong_line_is_told_by_its_number_and_what_was_read_is_wiped(void **state)
{
    unsigned int line = 0;

    (void)state;
    assert_int_equal(parse("pmk " PMK "\n# x\nkey 00\n", &line), NAN_KEY_FILE_E_WORD);
    assert_int_equal(line, 3);
    assert_true(fascia_secret_is_empty(&keys.entries[0].secret));
    assert_int_equal(result_of("PMK " PMK), NAN_KEY_FILE_E_WORD);
    assert_int_equal(result_of("pmk"), NAN_KEY_FILE_E_DIGITS);
    assert_int_equal(result_of("pmk 0011"), NAN_KEY_FILE_E_DIGITS);
    assert_int_equal(result_of("pmk " PMK "0"), NAN_KEY_FILE_E_DIGITS);
    assert_int_equal(result_of("pmk z" PMK), NAN_KEY_FILE_E_DIGITS);
    assert_int_equal(result_of("pmk " PMK " service"), NAN_KEY_FILE_E_NAME);
    assert_int_equal(result_of("pmk " PMK " service-id 01"), NAN_KEY_FILE_E_DIGITS);
    assert_int_equal(result_of("pmk " PMK " other x"), NAN_KEY_FILE_E_FORM);
    assert_int_equal(result_of("pmk " PMK " service x y"), NAN_KEY_FILE_E_FORM);
    assert_int_equal(result_of("passphrase"), NAN_KEY_FILE_E_FORM);
    assert_int_equal(result_of("passphrase x service y"), NAN_KEY_FILE_E_FORM);
    assert_int_equal(result_of("passphrase x publisher 42:00:00:00:00:00"), NAN_KEY_FILE_E_FORM);
    assert_int_equal(result_of("passphrase service y publisher 42:00:00:00:00:00"), NAN_KEY_FILE_E_PASSPHRASE);
    assert_int_equal(result_of("passphrase x service y publisher 42:00:00:00:00"), NAN_KEY_FILE_E_ADDRESS);
    assert_int_equal(result_of("passphrase x service y publisher 42:00:00:00:00:00:00"), NAN_KEY_FILE_E_ADDRESS);
    assert_int_equal(nan_key_file_parse("pmk \0x", 6, &keys, &line), NAN_KEY_FILE_E_CHARACTER);
}

static void sizes_are_held_to(void **state)
{
    char text[1024];

    (void)state;
    (void)snprintf(text, sizeof text, "passphrase %0128d service y publisher 42:00:00:00:00:00", 0);
    assert_int_equal(result_of(text), 0);
    (void)snprintf(text, sizeof text, "passphrase %0129d service y publisher 42:00:00:00:00:00", 0);
    assert_int_equal(result_of(text), NAN_KEY_FILE_E_PASSPHRASE);
    (void)snprintf(text, sizeof text, "pmk " PMK " service %0255d", 0);
    assert_int_equal(result_of(text), 0);
    (void)snprintf(text, sizeof text, "pmk " PMK " service %0256d", 0);
    assert_int_equal(result_of(text), NAN_KEY_FILE_E_NAME);
}

static void at_most_64_keys_are_taken(void **state)
{
    static char text[80 * 66];
    unsigned int line = 0;

    (void)state;
    for (int i = 0; i < 64; i++)
        (void)strcat(text, "pmk " PMK "\n");
    assert_int_equal(parse(text, &line), 0);
    assert_int_equal(keys.count, 64);
    (void)strcat(text, "pmk " PMK "\n");
    assert_int_equal(parse(text, &line), NAN_KEY_FILE_E_MANY);
    assert_int_equal(line, 65);
}

static void every_result_is_explained(void **state)
{
    (void)state;
    for (int result = NAN_KEY_FILE_E_WORD; result <= NAN_KEY_FILE_E_CHARACTER; result++)
        assert_non_null(nan_key_file_explain(result));
    assert_null(nan_key_file_explain(0));
    assert_null(nan_key_file_explain(NAN_KEY_FILE_E_CHARACTER + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_every_form_are_read),
        cmocka_unit_test(a_wrong_line_is_told_by_its_number_and_what_was_read_is_wiped),
        cmocka_unit_test(sizes_are_held_to),
        cmocka_unit_test(at_most_64_keys_are_taken),
        cmocka_unit_test(every_result_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
