/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/aware/store.h"
#include "stack/base/cleanup.h"
#include "stack/blackbox/crc32c.h"
#include "tests/unit/test.h"

static struct aware_store store, other;
static uint8_t image[AWARE_STORE_MAX + 1];
static size_t size;

static void set(struct fascia_secret *secret, uint8_t first, size_t octets)
{
    uint8_t data[64];

    for (size_t i = 0; i < octets; i++)
        data[i] = (uint8_t)(first + i);
    assert_int_equal(fascia_secret_set(secret, data, octets), 0);
}

static struct aware_stored_peer *add_peer(uint8_t number)
{
    struct aware_stored_peer *peer = aware_store_add(&store);

    (void)snprintf(peer->name, sizeof peer->name, "Phone %u \xc3\xa4", number);
    peer->nmi = (struct fascia_mac){{0x42, 0, 0, 0, number, 0}};
    set(&peer->nik, number, 16);
    set(&peer->npk, (uint8_t)(number + 100), 32);
    peer->cipher_version = 0;
    (void)snprintf(peer->akm, sizeof peer->akm, "SAE");
    peer->paired_at_s = 1795600000 + number;
    peer->last_seen_s = 1795700000 + number;
    peer->expires_at_s = INT64_MAX;
    peer->engine_run = UINT64_MAX - number;
    return peer;
}

static void encode(void)
{
    memset(image, 0xee, sizeof image);
    assert_int_equal(aware_store_encode(&store, image, AWARE_STORE_MAX, &size), 0);
}

/* What decode gives, with the promise that a failure touches nothing. */
static int decode(size_t octets)
{
    struct aware_store *before = malloc(sizeof *before);

    assert_non_null(before);
    memset(before, 0x5a, sizeof *before);
    memcpy(&other, before, sizeof other);
    int r = aware_store_decode(image, octets, &other);
    if (r != 0)
        assert_memory_equal(&other, before, sizeof other);
    free(before);
    return r;
}

static void mend_crc(void)
{
    uint32_t crc = crc32c(image, size - 4);

    for (size_t i = 0; i < 4; i++)
        image[size - 4 + i] = (uint8_t)(crc >> 8 * i);
}

static int setup(void **state)
{
    (void)state;
    aware_store_init(&store);
    set(&store.own_nik, 200, 16);
    for (uint8_t i = 0; i < 3; i++)
        (void)add_peer(i);
    return 0;
}

static void assert_same_peer(const struct aware_stored_peer *a, const struct aware_stored_peer *b)
{
    assert_int_equal(a->id, b->id);
    assert_string_equal(a->name, b->name);
    assert_true(fascia_mac_equal(&a->nmi, &b->nmi));
    assert_true(fascia_secret_equal(&a->nik, &b->nik) && fascia_secret_equal(&a->npk, &b->npk));
    assert_int_equal(a->cipher_version, b->cipher_version);
    assert_string_equal(a->akm, b->akm);
    assert_int_equal(a->paired_at_s, b->paired_at_s);
    assert_int_equal(a->last_seen_s, b->last_seen_s);
    assert_int_equal(a->expires_at_s, b->expires_at_s);
    assert_int_equal(a->engine_run, b->engine_run);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    fascia_secret_wipe(&store.peers[1].nik); /* its follow-up was lost */
    encode();
    assert_int_equal(decode(size), 0);
    assert_true(fascia_secret_equal(&other.own_nik, &store.own_nik));
    assert_int_equal(other.next_id, 4);
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
        assert_same_peer(&other.peers[i], &store.peers[i]);
}

static void an_empty_store_is_an_image_too(void **state)
{
    (void)state;
    aware_store_init(&store);
    encode();
    assert_int_equal(decode(size), 0);
    assert_int_equal(other.next_id, 1);
    assert_true(fascia_secret_is_empty(&other.own_nik));
    assert_null(aware_store_find(&other, 0));
}

static void rows_that_are_free_are_not_written(void **state)
{
    (void)state;
    aware_store_remove(aware_store_find(&store, 1));
    encode();
    assert_int_equal(decode(size), 0);
    assert_null(aware_store_find(&other, 1));
    assert_same_peer(aware_store_find(&other, 2), aware_store_find(&store, 2));
    assert_same_peer(aware_store_find(&other, 3), aware_store_find(&store, 3));
    assert_int_equal(other.next_id, 4); /* 1 is never used again */
}

static void a_full_store_of_the_longest_texts_fits_an_image(void **state)
{
    (void)state;
    for (uint8_t i = 3; i < AWARE_STORE_PEERS_MAX; i++)
        (void)add_peer(i);
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        memset(store.peers[i].name, 'n', AWARE_PEER_NAME_SIZE - 1);
        memset(store.peers[i].akm, 'A', sizeof store.peers[i].akm - 1);
    }
    encode();
    assert_int_equal(decode(size), 0);
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
        assert_same_peer(&other.peers[i], &store.peers[i]);
    for (size_t room = 0; room < size; room++) {
        size_t got = 77;
        assert_int_equal(aware_store_encode(&store, image, room, &got), -EMSGSIZE);
        assert_int_equal(got, 77);
    }
}

static void an_image_that_is_cut_at_any_octet_is_corrupt(void **state)
{
    (void)state;
    encode();
    for (size_t n = 0; n < size; n++)
        assert_int_equal(decode(n), AWARE_STORE_E_CORRUPT);
    image[size] = 0;
    assert_int_equal(decode(size + 1), AWARE_STORE_E_CORRUPT); /* or longer */
}

static void an_image_with_any_bit_flipped_is_corrupt(void **state)
{
    (void)state;
    encode();
    for (size_t bit = 0; bit < 8 * size; bit++) {
        image[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
        image[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_int_equal(decode(size), 0);
}

static void an_image_of_a_newer_fascia_is_told_from_a_corrupt_one(void **state)
{
    (void)state;
    encode();
    image[8] = 2;
    mend_crc();
    assert_int_equal(decode(size), AWARE_STORE_E_VERSION);
    image[8] = 0;
    mend_crc();
    assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
    image[8] = 1;
    image[0] ^= 1;
    mend_crc();
    assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
}

static void a_right_crc_does_not_make_nonsense_right(void **state)
{
    (void)state;
    /* Every octet set to extremes with the CRC mended: accepted or not, it never is more than the bounds. */
    encode();
    for (size_t at = 0; at < size - 4; at++) {
        uint8_t before = image[at];
        for (unsigned int v = 0; v <= 0xff; v += 0x33) {
            image[at] = (uint8_t)v;
            mend_crc();
            if (decode(size) == 0) {
                for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
                    assert_true(other.peers[i].id < other.next_id);
            }
        }
        image[at] = before;
    }
    /* Two peers of one id; an id that is not given yet; the end of ids. */
    store.peers[1].id = 1;
    encode();
    assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
    store.peers[1].id = 4;
    encode();
    assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
    store.peers[1].id = 2;
    store.peers[1].paired_at_s = -1;
    encode();
    assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
    store.peers[1].paired_at_s = 0;
    (void)snprintf(store.peers[1].name, sizeof store.peers[1].name, "a\nb");
    encode();
    assert_int_equal(decode(size), AWARE_STORE_E_CORRUPT);
}

static void a_peer_is_found_by_its_id_and_by_its_nik(void **state)
{
    struct fascia_secret nik, none = {.size_ = 0};
    (void)state;

    set(&nik, 1, 16);
    assert_int_equal(aware_store_find_nik(&store, &nik)->id, 2);
    set(&nik, 99, 16);
    assert_null(aware_store_find_nik(&store, &nik));
    fascia_secret_wipe(&store.peers[1].nik);
    assert_null(aware_store_find_nik(&store, &none)); /* none is not known */
    assert_int_equal(aware_store_find(&store, 3)->id, 3);
    assert_null(aware_store_find(&store, 4));
    assert_null(aware_store_find(&store, 0));
}

static void when_it_is_full_who_was_seen_longest_ago_gives_way(void **state)
{
    static const struct aware_stored_peer clean;
    (void)state;

    for (uint8_t i = 3; i < AWARE_STORE_PEERS_MAX; i++)
        (void)add_peer(i);
    aware_store_find(&store, 7)->last_seen_s = 5;
    struct aware_stored_peer *peer = aware_store_add(&store);
    assert_int_equal(peer->id, AWARE_STORE_PEERS_MAX + 1);
    assert_null(aware_store_find(&store, 7));
    peer->id = 0;
    assert_memory_equal(peer, &clean, sizeof clean); /* nothing of the other's keys */
    peer->id = AWARE_STORE_PEERS_MAX + 1;
    peer->last_seen_s = INT64_MAX;
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
        store.peers[i].last_seen_s = 0; /* the clock was never set: the oldest pairing */
    assert_int_equal(aware_store_add(&store)->id, AWARE_STORE_PEERS_MAX + 2);
    assert_null(aware_store_find(&store, 1));
}

static void nothing_survives_the_wipe(void **state)
{
    static const struct aware_store clean;
    (void)state;

    aware_store_remove(NULL);
    aware_store_wipe(&store);
    assert_memory_equal(&store, &clean, sizeof clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_written_is_read_back, setup),
        cmocka_unit_test_setup(an_empty_store_is_an_image_too, setup),
        cmocka_unit_test_setup(rows_that_are_free_are_not_written, setup),
        cmocka_unit_test_setup(a_full_store_of_the_longest_texts_fits_an_image, setup),
        cmocka_unit_test_setup(an_image_that_is_cut_at_any_octet_is_corrupt, setup),
        cmocka_unit_test_setup(an_image_with_any_bit_flipped_is_corrupt, setup),
        cmocka_unit_test_setup(an_image_of_a_newer_fascia_is_told_from_a_corrupt_one, setup),
        cmocka_unit_test_setup(a_right_crc_does_not_make_nonsense_right, setup),
        cmocka_unit_test_setup(a_peer_is_found_by_its_id_and_by_its_nik, setup),
        cmocka_unit_test_setup(when_it_is_full_who_was_seen_longest_ago_gives_way, setup),
        cmocka_unit_test_setup(nothing_survives_the_wipe, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
