/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "platform/openssl/nan_keys.h"
#include "tests/unit/test.h"

/* Known answers: of hostap's own tests (PTK, PMKID, MIC), of Wi-Fi Aware 4.0, appendix M.1, as cited there (ND-PMK,
 * suite 1), and computed independently for this project (the rest). */

static struct fascia_mac mac(const char *text)
{
    struct fascia_mac result;

    assert_int_equal(fascia_mac_parse(text, &result), 0);
    return result;
}

static struct fascia_secret secret(const char *hex)
{
    uint8_t octets[FASCIA_SECRET_MAX];
    struct fascia_secret result;
    size_t size = strlen(hex) / 2;

    assert_int_equal(fascia_text_to_bytes(hex, octets, size), 0);
    assert_int_equal(fascia_secret_set(&result, octets, size), 0);
    return result;
}

/* "00 01 … 07", four times. */
static struct fascia_secret counting(uint8_t from, uint8_t octets[static 32])
{
    struct fascia_secret result;

    for (uint8_t i = 0; i < 32; i++)
        octets[i] = (uint8_t)(from + i % 8);
    assert_int_equal(fascia_secret_set(&result, octets, 32), 0);
    return result;
}

static void assert_secret(const struct fascia_secret *got, const char *hex)
{
    struct fascia_secret wanted = secret(hex);

    assert_true(fascia_secret_equal(got, &wanted));
}

static void assert_octets(const uint8_t *got, const char *hex)
{
    uint8_t wanted[64];
    size_t size = strlen(hex) / 2;

    assert_int_equal(fascia_text_to_bytes(hex, wanted, size), 0);
    assert_memory_equal(got, wanted, size);
}

static void the_pairwise_key_is_the_known_one(void **state)
{
    uint8_t pmk_octets[32], inonce[32], rnonce[32];
    struct fascia_secret pmk = counting(0x00, pmk_octets);
    struct fascia_mac indi = mac("00:01:02:03:04:05"), rndi = mac("10:11:12:13:14:15");
    struct nan_ptk ptk;

    (void)state;
    (void)counting(0x20, inonce);
    (void)counting(0x30, rnonce);
    for (uint8_t suite = 1; suite <= 7; suite += 6) { /* 7 differs from 1 in how the PMK is made, not here */
        assert_int_equal(nan_keys_ptk(suite, &pmk, &indi, &rndi, inonce, rnonce, &ptk), 0);
        assert_secret(&ptk.kck, "6740476f9cb4cdeefbc7ad2578d55eb2");
        assert_secret(&ptk.kek, "e5c755bb4e4fd7bbdb19a5b36ccc77e3");
        assert_secret(&ptk.tk, "e27ffc7ba2d6b244634a0cf209f8069a");
    }
    for (uint8_t suite = 2; suite <= 8; suite += 6) {
        assert_int_equal(nan_keys_ptk(suite, &pmk, &indi, &rndi, inonce, rnonce, &ptk), 0);
        assert_secret(&ptk.kck, "7270d5dc05448ab41a73e55156a0783a3374624e81e039f8");
        assert_secret(&ptk.kek, "553e2c8a0babfce1f945fba7a6c90c7776646baac0597cd6a49931f26ebf0e49");
        assert_secret(&ptk.tk, "446112ba4c258be529338f77455513876961f433ad8747bba1d65b4daf0a375a");
    }
    nan_ptk_wipe(&ptk);
    assert_true(fascia_secret_is_empty(&ptk.kck) && fascia_secret_is_empty(&ptk.tk));
}

static void the_key_identifier_is_the_known_one(void **state)
{
    uint8_t octets[32], service[6], pmkid[16];
    struct fascia_secret pmk = counting(0x00, octets);
    struct fascia_mac initiator = mac("00:01:02:03:04:05"), responder = mac("10:11:12:13:14:15");

    (void)state;
    assert_int_equal(fascia_text_to_bytes("48da63dcde19", service, sizeof service), 0);
    assert_int_equal(nan_keys_pmkid(1, &pmk, &initiator, &responder, service, pmkid), 0);
    assert_octets(pmkid, "cf4f6444d8e2c4efa4f3a651f30f634f");
    assert_int_equal(nan_keys_pmkid(2, &pmk, &initiator, &responder, service, pmkid), 0);
    assert_octets(pmkid, "081123c857526a096d46482ba802fc28");
}

/* What a publisher put into its SCIA on the air: key and service of the recorded run. */
static void the_identifier_in_a_publish_has_a_broadcast_initiator(void **state)
{
    struct fascia_secret pmk = secret("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    struct fascia_mac everybody = mac("ff:ff:ff:ff:ff:ff"), publisher = mac("42:00:00:00:00:00");
    uint8_t service[6], pmkid[16];

    (void)state;
    assert_int_equal(nan_keys_service_id("_carplay._tcp", service), 0);
    assert_int_equal(nan_keys_pmkid(1, &pmk, &everybody, &publisher, service, pmkid), 0);
    assert_octets(pmkid, "2290173fc403d342ab58296d010e9fbd");
}

static void a_message_code_is_the_known_one(void **state)
{
    uint8_t octets[32], data[32], mic[NAN_KEYS_MIC_SIZE_MAX];
    struct fascia_secret kck = counting(0x00, octets);

    (void)state;
    (void)counting(0x20, data);
    const struct nan_mic_input input = {.body = data, .size = sizeof data, .mic_at = SIZE_MAX};
    assert_int_equal(nan_keys_mic(1, &kck, &input, mic), 0);
    assert_octets(mic, "de7aa9340d1dbb734d4d5acb6be4edc9");
}

static void a_passphrase_gives_the_known_key(void **state)
{
    struct fascia_mac publisher = mac("02:90:4c:12:d0:01");
    struct fascia_secret passphrase, pmk;
    uint8_t service[6];

    (void)state;
    assert_int_equal(fascia_secret_set(&passphrase, "NAN", 3), 0);
    assert_int_equal(fascia_text_to_bytes("2b9c450f6671", service, sizeof service), 0);
    assert_int_equal(nan_keys_pmk_of_passphrase(1, &passphrase, service, &publisher, &pmk), 0);
    assert_secret(&pmk, "ee3585063056d164d15454ad39010d4e2640b0d82fb24a2d6899862d273c68bf");
    assert_int_equal(nan_keys_pmk_of_passphrase(2, &passphrase, service, &publisher, &pmk), 0);
    assert_secret(&pmk, "1bb609117ff0831059467cadb2392b33b193a4db793673f1d389ae5a0271728d");
}

static void an_identity_tag_is_the_known_one(void **state)
{
    struct fascia_secret nik = secret("000102030405060708090a0b0c0d0e0f");
    struct fascia_mac nmi = mac("02:90:4c:12:d0:01");
    const uint8_t nonce[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    uint8_t tag[8];

    (void)state;
    assert_int_equal(nan_keys_nira_tag(&nik, &nmi, nonce, tag), 0);
    assert_octets(tag, "7d63954ed614958f");
}

static void service_ids_are_the_known_ones_in_either_case(void **state)
{
    static const struct {
        const char *name, *id;
    } known[] = {
        {"_carplay._tcp", "cb91c16c2ca2"},         {"_CarPlay._TCP", "cb91c16c2ca2"},
        {"_example-service._tcp", "c57ed9d5d167"}, {"_example-service._udp", "bbf692a4f503"},
        {"_esp-demo._udp", "41846b9e51ab"},        {"_localsend._tcp", "9101c1264457"},
        {"_sat-simulation._udp", "63487a70d3a0"},  {"test_service", "96b74ebcc024"},
    };
    uint8_t id[6];

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_int_equal(nan_keys_service_id(known[i].name, id), 0);
        assert_octets(id, known[i].id);
    }
}

static void a_service_name_has_1_to_255_octets(void **state)
{
    char name[257];
    uint8_t id[6];

    (void)state;
    memset(name, 'a', sizeof name);
    name[256] = '\0';
    assert_int_equal(nan_keys_service_id(name, id), -EINVAL);
    name[255] = '\0';
    assert_int_equal(nan_keys_service_id(name, id), 0);
    assert_int_equal(nan_keys_service_id("", id), -EINVAL);
}

/* There is no public vector. Recomputed by Python's hmac module from the formula. */
static void keys_of_a_pairing_follow_their_formula(void **state)
{
    struct fascia_secret kdk = secret("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"), key;
    struct fascia_mac initiator = mac("42:00:00:00:01:00"), responder = mac("42:00:00:00:00:00");

    (void)state;
    assert_int_equal(nan_keys_pmk_of_pairing(7, &kdk, &initiator, &responder, &key), 0);
    assert_secret(&key, "43a315682127ddaea3aa1e0bebe133f928ab0a94710d7fb07ce7ed73b8b39c61");
    assert_int_equal(nan_keys_pmk_of_pairing(8, &kdk, &initiator, &responder, &key), 0);
    assert_secret(&key, "d67a2e6dc6821a33e49b7fbbded37e11c7787cf3ae2b9ab6e30554e83e196c82");
    assert_int_equal(nan_keys_npk_opportunistic(7, &kdk, &initiator, &responder, &key), 0);
    assert_secret(&key, "fb897f4cf3a43866b5b61b43b60f4a61f673cb86a6ff94577a263c3d329f2446");
    assert_int_equal(nan_keys_management_kek(7, &kdk, &initiator, &responder, &key), 0);
    assert_secret(&key, "6668c000d671008b662ecc9140b0e010");
    assert_int_equal(nan_keys_management_kek(8, &kdk, &initiator, &responder, &key), 0);
    assert_secret(&key, "f23622a6162a42907aad591c38c73c20debe45a4776ad106e559db49f84e00d4");
}

static void a_wrong_message_code_is_found_in_its_first_and_in_its_last_bit(void **state)
{
    uint8_t octets[32], body[64] = {0x04, 0x09}, token[16] = {1};
    struct fascia_secret kck = counting(0x00, octets);
    struct nan_mic_input input = {.token = token, .body = body, .size = sizeof body, .mic_at = 20};

    (void)state;
    uint8_t mic[NAN_KEYS_MIC_SIZE_MAX];
    assert_int_equal(nan_keys_mic(2, &kck, &input, mic), 0);
    memcpy(body + 20, mic, sizeof mic);
    assert_int_equal(nan_keys_mic_check(2, &kck, &input), 0);
    body[20] ^= 0x80;
    assert_int_equal(nan_keys_mic_check(2, &kck, &input), NAN_KEYS_E_MIC);
    body[20] ^= 0x80;
    body[20 + 23] ^= 0x01;
    assert_int_equal(nan_keys_mic_check(2, &kck, &input), NAN_KEYS_E_MIC);
    body[20 + 23] ^= 0x01;
    body[63] ^= 0x01; /* what it covers, not the code itself */
    assert_int_equal(nan_keys_mic_check(2, &kck, &input), NAN_KEYS_E_MIC);
    body[63] ^= 0x01;
    input.token = NULL;
    assert_int_equal(nan_keys_mic_check(2, &kck, &input), NAN_KEYS_E_MIC);
}

static void what_cannot_be_computed_is_refused_and_leaves_the_result_alone(void **state)
{
    struct fascia_secret empty = {0}, passphrase, key = secret("aa"), before = key, half = secret("0011");
    struct fascia_mac nmi = mac("02:00:00:00:00:01");
    const uint8_t zeros[32] = {0};
    uint8_t out[NAN_KEYS_MIC_SIZE_MAX] = {0x55};
    struct nan_ptk ptk = {.kck = key};
    struct nan_mic_input input = {.body = zeros, .size = sizeof zeros, .mic_at = 17};

    (void)state;
    assert_int_equal(fascia_secret_set(&passphrase, "NAN", 3), 0);
    for (unsigned int suite = 0; suite <= 255; suite++) {
        if (suite == 1 || suite == 2 || suite == 7 || suite == 8)
            continue;
        uint8_t n = (uint8_t)suite;
        assert_int_equal(nan_keys_pmk_of_passphrase(n, &passphrase, zeros, &nmi, &key), NAN_KEYS_E_SUITE);
        assert_int_equal(nan_keys_pmk_of_pairing(n, &passphrase, &nmi, &nmi, &key), NAN_KEYS_E_SUITE);
        assert_int_equal(nan_keys_pmkid(n, &passphrase, &nmi, &nmi, zeros, out), NAN_KEYS_E_SUITE);
        assert_int_equal(nan_keys_ptk(n, &passphrase, &nmi, &nmi, zeros, zeros, &ptk), NAN_KEYS_E_SUITE);
        assert_int_equal(nan_keys_token(n, zeros, 1, out), NAN_KEYS_E_SUITE);
        assert_int_equal(nan_keys_mic(n, &passphrase, &input, out), NAN_KEYS_E_SUITE);
    }
    assert_int_equal(nan_keys_pmk_of_passphrase(1, &empty, zeros, &nmi, &key), -EINVAL);
    assert_int_equal(nan_keys_pmk_of_pairing(7, &empty, &nmi, &nmi, &key), -EINVAL);
    assert_int_equal(nan_keys_pmkid(1, &half, &nmi, &nmi, zeros, out), -EINVAL);
    assert_int_equal(nan_keys_ptk(1, &half, &nmi, &nmi, zeros, zeros, &ptk), -EINVAL);
    assert_int_equal(nan_keys_nira_tag(&half, &nmi, zeros, out), -EINVAL);
    assert_int_equal(nan_keys_mic(1, &passphrase, &input, out), -EINVAL); /* 15 octets are left for 16 */
    input.mic_at = 33;
    assert_int_equal(nan_keys_mic(1, &passphrase, &input, out), -EINVAL);
    input.mic_at = SIZE_MAX;
    assert_int_equal(nan_keys_mic_check(1, &passphrase, &input), -EINVAL);
    assert_true(fascia_secret_equal(&key, &before) && fascia_secret_equal(&ptk.kck, &before));
    assert_int_equal(out[0], 0x55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pairwise_key_is_the_known_one),
        cmocka_unit_test(the_key_identifier_is_the_known_one),
        cmocka_unit_test(the_identifier_in_a_publish_has_a_broadcast_initiator),
        cmocka_unit_test(a_message_code_is_the_known_one),
        cmocka_unit_test(a_passphrase_gives_the_known_key),
        cmocka_unit_test(an_identity_tag_is_the_known_one),
        cmocka_unit_test(service_ids_are_the_known_ones_in_either_case),
        cmocka_unit_test(a_service_name_has_1_to_255_octets),
        cmocka_unit_test(keys_of_a_pairing_follow_their_formula),
        cmocka_unit_test(a_wrong_message_code_is_found_in_its_first_and_in_its_last_bit),
        cmocka_unit_test(what_cannot_be_computed_is_refused_and_leaves_the_result_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
