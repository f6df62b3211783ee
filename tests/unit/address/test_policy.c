/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/key/key.h"
#include "stack/address/policy.h"
#include "stack/base/cleanup.h"

static void modes_and_policies_have_names(void **state)
{
    enum address_nd nd = ADDRESS_ND_NONE;
    (void)state;

    for (unsigned int i = 0; i < ADDRESS_NDS_; i++) {
        assert_int_equal(address_nd_parse(address_nd_name((enum address_nd)i), &nd), 0);
        assert_int_equal(nd, i);
    }
    assert_int_equal(address_nd_parse("", &nd), -EINVAL);
    assert_int_equal(address_nd_parse("?", &nd), -EINVAL);
    assert_string_equal(address_nd_name(ADDRESS_NDS_), "?");
    assert_string_equal(address_iid_policy_name(ADDRESS_IID_FIXED), "fixed");
    assert_string_equal(address_iid_policy_name(ADDRESS_IID_POLICIES_), "?");
}

static void a_policy_is_a_word_or_an_identifier(void **state)
{
    enum address_iid_policy policy = ADDRESS_IID_POLICIES_;
    struct address_iid iid;
    (void)state;

    assert_int_equal(address_iid_policy_parse("eui64", &policy, &iid), 0);
    assert_int_equal(policy, ADDRESS_IID_EUI64);
    assert_int_equal(address_iid_policy_parse("stable", &policy, &iid), 0);
    assert_int_equal(policy, ADDRESS_IID_STABLE);
    assert_int_equal(address_iid_policy_parse("00000000000000Aa", &policy, &iid), 0);
    assert_int_equal(policy, ADDRESS_IID_FIXED);
    assert_int_equal(iid.octets[7], 0xaa);
    assert_int_equal(address_iid_policy_parse("fixed", &policy, &iid), -EINVAL);
    assert_int_equal(address_iid_policy_parse("0000000000000000", &policy, &iid), ADDRESS_E_IID_ZERO);
    assert_int_equal(address_iid_policy_parse("fdffffffffffffff", &policy, &iid), ADDRESS_E_IID_RESERVED);
}

static void reserved_identifiers_are_those_of_the_registry(void **state)
{
    static const struct {
        const char *iid;
        int result;
    } cases[] = {
        {"0000000000000000", ADDRESS_E_IID_ZERO},
        {"0000000000000001", 0},
        {"fdffffffffffff7f", 0},
        {"fdffffffffffff80", ADDRESS_E_IID_RESERVED},
        {"fdffffffffffffff", ADDRESS_E_IID_RESERVED},
        {"fdfffffffffffe80", 0},
        {"02005efffe000000", ADDRESS_E_IID_RESERVED},
        {"02005efffe00ffff", ADDRESS_E_IID_RESERVED},
        {"02005efffe010000", 0},
        {"ffffffffffffffff", 0},
    };
    struct address_iid iid;
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        assert_int_equal(address_iid_parse(cases[i].iid, &iid), 0);
        assert_int_equal(address_iid_check(&iid), cases[i].result);
    }
}

/* A stand-in whose answers are listed; the input is kept. */
struct fake_prf {
    const char *answers[9];
    unsigned int calls;
    uint8_t inputs[9][64];
    size_t sizes[9];
    int error;
};

static int fake_prf(const void *data, size_t size, uint8_t ret_octets[static ADDRESS_PRF_SIZE], void *userdata)
{
    struct fake_prf *fake = (struct fake_prf *)userdata;

    if (fake->error != 0)
        return fake->error;
    memcpy(fake->inputs[fake->calls], data, size);
    fake->sizes[fake->calls] = size;
    memset(ret_octets, 0xee, ADDRESS_PRF_SIZE);
    return fascia_text_to_bytes(fake->answers[fake->calls++], ret_octets, 8);
}

static void a_stable_identifier_passes_reserved_ones_over(void **state)
{
    struct fake_prf fake = {
        .answers = {"0000000000000000", "fdffffffffffff81", "1122334455667788", "8877665544332211", NULL}};
    struct address_iid taken, iid;
    (void)state;

    assert_int_equal(address_iid_parse("1122334455667788", &taken), 0);
    assert_int_equal(address_iid_stable("nan0", fake_prf, &fake, &taken, &iid), 0);
    assert_int_equal(iid.octets[0], 0x88);
    assert_int_equal(fake.calls, 4);
    /* fe80::/64, the name with its length, no network, the counter */
    static const uint8_t input[] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 4, 'n', 'a', 'n', '0', 0, 3};
    assert_int_equal(fake.sizes[3], sizeof input);
    assert_memory_equal(fake.inputs[3], input, sizeof input);
}

static void a_stable_identifier_gives_up(void **state)
{
    struct fake_prf fake = {.answers = {"0000000000000000", "0000000000000000", "0000000000000000", "0000000000000000",
                                        "0000000000000000", "0000000000000000", "0000000000000000",
                                        "0000000000000000"}};
    struct address_iid iid;
    (void)state;

    assert_int_equal(address_iid_stable("nan0", fake_prf, &fake, NULL, &iid), ADDRESS_E_IID_RESERVED);
    assert_int_equal(fake.calls, 8);
    fake.error = -EIO;
    assert_int_equal(address_iid_stable("nan0", fake_prf, &fake, NULL, &iid), -EIO);
    assert_int_equal(address_iid_stable("a_name_of_16_octe", fake_prf, &fake, NULL, &iid), -EINVAL);
}

/* RFC 4231, test case 2. */
static void the_prf_is_hmac_sha256(void **state)
{
    static const char *const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    _cleanup_(secret) struct fascia_secret key = {.size_ = 0};
    const char *data = "what do ya want for nothing?";
    uint8_t octets[32], wanted[32];
    (void)state;

    assert_int_equal(fascia_secret_set(&key, "Jefe", 4), 0);
    assert_int_equal(key_hmac_sha256(&key, data, strlen(data), octets), 0);
    assert_int_equal(fascia_text_to_bytes(expected, wanted, sizeof wanted), 0);
    assert_memory_equal(octets, wanted, sizeof octets);
}

static void a_key_is_made_once_and_only_its_owner_can_read_it(void **state)
{
    struct fascia_secret first = {.size_ = 0}, second = {.size_ = 0};
    char folder[] = "/tmp/fascia-key.XXXXXX", path[64];
    struct stat status;
    (void)state;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/key", folder);
    assert_int_equal(key_load(path, 32, &first), 0);
    assert_int_equal(key_load(path, 32, &second), 0);
    assert_true(fascia_secret_equal(&first, &second));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 32);
    assert_int_equal(key_load(path, 16, &second), -EBADMSG);
    assert_int_equal(key_load(path, 48, &second), -EBADMSG);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(key_load(path, 32, &second), -EACCES);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/zero", path), 0);
    assert_int_equal(key_load(path, 32, &second), -ELOOP);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(key_load(path, 32, &second), -ENOENT);
    fascia_secret_wipe(&first);
    fascia_secret_wipe(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_and_policies_have_names),
        cmocka_unit_test(a_policy_is_a_word_or_an_identifier),
        cmocka_unit_test(reserved_identifiers_are_those_of_the_registry),
        cmocka_unit_test(a_stable_identifier_passes_reserved_ones_over),
        cmocka_unit_test(a_stable_identifier_gives_up),
        cmocka_unit_test(the_prf_is_hmac_sha256),
        cmocka_unit_test(a_key_is_made_once_and_only_its_owner_can_read_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
