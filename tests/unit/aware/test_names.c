/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/names.h"

#include <string.h>

#include "tests/unit/test.h"

static void every_word_means_what_it_was_made_from(void **state)
{
    static const enum aware_method methods[] = {AWARE_METHOD_OPPORTUNISTIC, AWARE_METHOD_PIN_DISPLAY,
                                                AWARE_METHOD_PASSPHRASE_DISPLAY, AWARE_METHOD_PIN_KEYPAD,
                                                AWARE_METHOD_PASSPHRASE_KEYPAD};
    static const enum aware_cipher ciphers[] = {AWARE_CIPHER_SK_CCM_128, AWARE_CIPHER_SK_GCM_256,
                                                AWARE_CIPHER_PK_PASN_128, AWARE_CIPHER_PK_PASN_256};
    (void)state;

    for (unsigned int i = 0; i < AWARE_SECURITIES_; i++) {
        enum aware_security security = AWARE_SECURITIES_;
        assert_int_equal(aware_security_parse(aware_security_name((enum aware_security)i), &security), 0);
        assert_int_equal(security, i);
    }
    for (unsigned int i = 0; i < AWARE_CONNECTS_; i++) {
        enum aware_connect connect = AWARE_CONNECTS_;
        assert_int_equal(aware_connect_parse(aware_connect_name((enum aware_connect)i), &connect), 0);
        assert_int_equal(connect, i);
    }
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        enum aware_method method = (enum aware_method)99;
        assert_int_equal(aware_method_parse(aware_method_name(methods[i]), &method), 0);
        assert_int_equal(method, methods[i]);
    }
    for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
        enum aware_cipher cipher = AWARE_CIPHER_NONE;
        assert_int_equal(aware_cipher_parse(aware_cipher_name(ciphers[i]), &cipher), 0);
        assert_int_equal(cipher, ciphers[i]);
    }
}

static void what_is_not_known_is_said_and_refused(void **state)
{
    enum aware_cipher cipher = AWARE_CIPHER_SK_CCM_128;
    enum aware_security security = AWARE_SECURITY_OPEN;
    (void)state;

    assert_string_equal(aware_method_name((enum aware_method)15), "?");
    assert_string_equal(aware_cipher_name((enum aware_cipher)3), "?");
    assert_string_equal(aware_cipher_name(AWARE_CIPHER_NONE), "none");
    assert_int_equal(aware_cipher_parse("none", &cipher), -22); /* it is no choice */
    assert_int_equal(cipher, AWARE_CIPHER_SK_CCM_128);
    assert_int_equal(aware_security_parse("Paired", &security), -22);
    assert_int_equal(security, AWARE_SECURITY_OPEN);
    assert_string_equal(aware_role_name(AWARE_ROLE_SUBSCRIBE), "subscribe");
    assert_string_equal(aware_transport_name(AWARE_TRANSPORT_UDP), "udp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_means_what_it_was_made_from),
        cmocka_unit_test(what_is_not_known_is_said_and_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
