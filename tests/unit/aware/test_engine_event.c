/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "stack/aware/engine_event.h"
#include "stack/base/cleanup.h"
#include "tests/unit/aware/transcript.h"
#include "tests/unit/test.h"

#define NIK    "101112131415161718191a1b1c1d1e1f"
#define NPK    "6e73a219bdbeacb0e1e561a05ac250f078e37da77e1454a05404b5e149b6f1fd"
#define ND_PMK "03d4a5c39599be79c6f4d08bdfa576a2e48eab75c25a37aac5d0a005feb23a88"
#define PEER   "42:00:00:00:01:00"

static struct engine_event parse(const char *line)
{
    struct engine_event event = {0};
    assert_int_equal(engine_event_parse(line, strlen(line), &event), 0);
    return event;
}

static int result_of(const char *line)
{
    struct engine_event event, before;

    memset(&before, 0x5a, sizeof before);
    event = before;
    int r = engine_event_parse(line, strlen(line), &event);
    if (r != 0)
        assert_memory_equal(&event, &before, sizeof event); /* untouched */
    else
        engine_event_wipe(&event);
    return r;
}

static void assert_mac(const struct fascia_mac *mac, const char *expected)
{
    char text[FASCIA_MAC_TEXT_SIZE];
    assert_string_equal(fascia_mac_format(mac, text), expected);
}

/* The line as notify.c prints it, from the members alone, without the keys that nobody needs. */

static void add_mac(struct fascia_text *t, const char *key, const struct fascia_mac *mac)
{
    char text[FASCIA_MAC_TEXT_SIZE];
    fascia_text_add(t, " %s=%s", key, fascia_mac_format(mac, text));
}

static void add_hex(struct fascia_text *t, const char *key, const uint8_t *octets, size_t size)
{
    fascia_text_add(t, " %s=", key);
    for (size_t i = 0; i < size; i++)
        fascia_text_add(t, "%02x", octets[i]);
}

static void add_secret(struct fascia_text *t, const char *key, const struct fascia_secret *secret)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(secret, &size);
    add_hex(t, key, octets, size);
}

static void print_discovery(struct fascia_text *t, const struct engine_event *e)
{
    fascia_text_add(t, "NAN-DISCOVERY-RESULT subscribe_id=%u publish_id=%u", e->own_id, e->peer_id);
    add_mac(t, "address", &e->peer);
    fascia_text_add(t, " srv_proto_type=%u", e->protocol);
    add_hex(t, "ssi", e->info, e->info_size);
    for (size_t i = 0; i < e->ciphers_count; i++)
        fascia_text_add(t, "%s%u", i == 0 ? " cipher_suites=" : ",", e->ciphers[i]);
    fascia_text_add(t, " pairing_setup_supp=%d npk_nik_caching_supp=%d pbm=0x%04x data_path=%d", e->pairing_setup,
                    e->npk_caching, e->methods, e->data_path);
}

static void print_pairing(struct fascia_text *t, const struct engine_event *e)
{
    if (e->kind == ENGINE_EVENT_PAIRING_REQUEST) {
        fascia_text_add(t, "NAN-PAIRING-REQUEST");
        add_mac(t, "peer_nmi", &e->peer);
        fascia_text_add(t, " csid=%u instance_id=%u key_mgmt=%s verify=%d", e->cipher, e->own_id, e->akm, e->verify);
    } else if (e->kind == ENGINE_EVENT_PAIRING_STATUS) {
        fascia_text_add(t, "NAN-PAIRING-STATUS");
        add_mac(t, "addr", &e->peer);
        fascia_text_add(t, " akmp=%s cipher=%s status=%s", e->akm, e->pairing_cipher,
                        e->success ? "success" : "failure");
        if (!fascia_secret_is_empty(&e->nd_pmk))
            add_secret(t, "nd_pmk", &e->nd_pmk);
    } else {
        fascia_text_add(t, "NAN-NIK-RECEIVED");
        add_secret(t, "nik", &e->nik);
        fascia_text_add(t, " cipher_version=%u akmp=%s", e->cipher_version, e->akm);
        add_secret(t, "pmk", &e->npk);
        fascia_text_add(t, " lifetime=%u identity_id=%u", e->lifetime_s, e->identity_id);
    }
}

static void print_data_path(struct fascia_text *t, const struct engine_event *e)
{
    if (e->kind == ENGINE_EVENT_NDP_REQUEST) {
        fascia_text_add(t, "NAN-NDP-REQUEST");
        add_mac(t, "peer_nmi", &e->peer);
        add_mac(t, "init_ndi", &e->init_ndi);
        fascia_text_add(t, " ndp_id=%u publish_inst_id=%u", e->ndp_id, e->own_id);
        add_hex(t, "ssi", e->info, e->info_size);
        fascia_text_add(t, " csid=%u", e->cipher);
        return;
    }
    if (e->kind == ENGINE_EVENT_NDP_COUNTER_REQUEST) {
        fascia_text_add(t, "NAN-NDP-COUNTER-REQUEST");
        add_mac(t, "peer_nmi", &e->peer);
        add_mac(t, "init_ndi", &e->init_ndi);
        fascia_text_add(t, " ndp_id=%u", e->ndp_id);
        add_hex(t, "ssi", e->info, e->info_size);
        return;
    }
    fascia_text_add(t, e->kind == ENGINE_EVENT_NDP_CONNECTED ? "NAN-NDP-CONNECTED" : "NAN-NDP-DISCONNECTED");
    add_mac(t, "peer", &e->peer);
    fascia_text_add(t, " ndp_id=%u", e->ndp_id);
    add_mac(t, "local_ndi", &e->local_ndi);
    add_mac(t, "peer_ndi", &e->peer_ndi);
    if (e->kind == ENGINE_EVENT_NDP_DISCONNECTED) {
        fascia_text_add(t, " reason=%u locally_generated=%d, failure=%d", e->reason, e->locally_generated, e->failure);
        return;
    }
    add_hex(t, "ssi", e->info, e->info_size);
    add_hex(t, "interface_id", e->iid.octets, e->has_iid ? sizeof e->iid.octets : 0);
}

static bool print_rare(struct fascia_text *t, const struct engine_event *e)
{
    if (e->kind == ENGINE_EVENT_STOPPED) {
        fascia_text_add(t, "NAN-STOPPED ifname=%s", e->ifname);
    } else if (e->kind == ENGINE_EVENT_RECEIVE) {
        fascia_text_add(t, "NAN-RECEIVE id=%u peer_instance_id=%u", e->own_id, e->peer_id);
        add_mac(t, "address", &e->peer);
        add_hex(t, "ssi", e->info, e->info_size);
    } else if (e->kind == ENGINE_EVENT_TRANSMIT_STATUS) {
        fascia_text_add(t, "NAN-TRANSMIT-STATUS cookie=%u acked=%d", e->cookie, e->success);
    } else if (e->kind == ENGINE_EVENT_PEER_SCHEDULE_CHANGED) {
        fascia_text_add(t, "NAN-PEER-SCHEDULE-CHANGED");
        add_mac(t, "peer_nmi", &e->peer);
    } else {
        return false;
    }
    return true;
}

static bool print_other(struct fascia_text *t, const struct engine_event *e)
{
    static const char *const reasons[] = {"unknown", "timeout", "user-request", "failure"};

    if (e->kind == ENGINE_EVENT_CLUSTER_JOIN) {
        fascia_text_add(t, "NAN-CLUSTER-JOIN");
        add_mac(t, "cluster_id", &e->cluster);
        fascia_text_add(t, " new=%d", e->is_new);
    } else if (e->kind == ENGINE_EVENT_REPLIED) {
        fascia_text_add(t, "NAN-REPLIED publish_id=%u", e->own_id);
        add_mac(t, "address", &e->peer);
        fascia_text_add(t, " subscribe_id=%u srv_proto_type=%u", e->peer_id, e->protocol);
        add_hex(t, "ssi", e->info, e->info_size);
    } else if (e->kind == ENGINE_EVENT_PUBLISH_TERMINATED) {
        fascia_text_add(t, "NAN-PUBLISH-TERMINATED publish_id=%u reason=%s", e->own_id, reasons[e->reason]);
    } else if (e->kind == ENGINE_EVENT_SUBSCRIBE_TERMINATED) {
        fascia_text_add(t, "NAN-SUBSCRIBE-TERMINATED subscribe_id=%u reason=%s", e->own_id, reasons[e->reason]);
    } else if (e->kind == ENGINE_EVENT_BOOTSTRAP_REQUEST || e->kind == ENGINE_EVENT_BOOTSTRAP_SUCCESS) {
        fascia_text_add(t, "NAN-BOOTSTRAP-%s", e->kind == ENGINE_EVENT_BOOTSTRAP_REQUEST ? "REQUEST" : "SUCCESS");
        add_mac(t, "peer_nmi", &e->peer);
        fascia_text_add(t, " pbm=0x%04x handle=%u requestor_instance_id=%u", e->methods, e->own_id, e->peer_id);
    } else {
        return print_rare(t, e);
    }
    return true;
}

static void print_event(const struct engine_event *e, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (e->kind == ENGINE_EVENT_DISCOVERY_RESULT)
        print_discovery(&text, e);
    else if (e->kind >= ENGINE_EVENT_PAIRING_REQUEST && e->kind <= ENGINE_EVENT_NIK_RECEIVED)
        print_pairing(&text, e);
    else if (e->kind >= ENGINE_EVENT_NDP_REQUEST && e->kind <= ENGINE_EVENT_NDP_DISCONNECTED)
        print_data_path(&text, e);
    else
        assert_true(print_other(&text, e));
    assert_true(fascia_text_ok(&text));
}

static void remove_key(char *line, const char *key)
{
    char *at = strstr(line, key);

    if (!at)
        return;
    char *end = at + strlen(key);
    end += strcspn(end, " ");
    memmove(at, end, strlen(end) + 1);
}

static size_t read_into_the_right_members(const struct transcript *transcript)
{
    size_t events = 0;

    for (size_t i = 0; i < transcript->count; i++) {
        char expected[1024], printed[1024];
        if (!transcript->lines[i].event)
            continue;
        if (strncmp(transcript->lines[i].text, "NAN-", 4) != 0) {
            assert_int_equal(result_of(transcript->lines[i].text), ENGINE_E_FOREIGN);
            continue;
        }
        struct engine_event event = parse(transcript->lines[i].text);
        memcpy(expected, transcript->lines[i].text, sizeof expected);
        remove_key(expected, " fsd=");
        remove_key(expected, " fsd_gas=");
        remove_key(expected, " pmkid=");
        print_event(&event, printed, sizeof printed);
        assert_string_equal(printed, expected);
        engine_event_wipe(&event);
        events++;
    }
    return events;
}

static void every_event_of_real_runs_is_read_into_the_right_members(void **state)
{
    (void)state;
    assert_int_equal(read_into_the_right_members(transcript_read(TRANSCRIPT_FLOWS)), 123);
    assert_int_equal(read_into_the_right_members(transcript_read(TRANSCRIPT_FAULTS)), 723);
}

static void the_other_events_are_read_as_the_source_prints_them(void **state)
{
    (void)state;
    struct engine_event e = parse("NAN-STOPPED ifname=nan0");
    assert_int_equal(e.kind, ENGINE_EVENT_STOPPED);
    assert_string_equal(e.ifname, "nan0");
    e = parse("NAN-RECEIVE id=3 peer_instance_id=4 address=" PEER " ssi=0102");
    assert_int_equal(e.kind, ENGINE_EVENT_RECEIVE);
    assert_int_equal(e.own_id, 3);
    assert_int_equal(e.peer_id, 4);
    assert_memory_equal(e.info, "\1\2", 2);
    e = parse("NAN-TRANSMIT-STATUS cookie=4000000000 acked=1");
    assert_int_equal(e.cookie, 4000000000U);
    assert_true(e.success);
    e = parse("NAN-BOOTSTRAP-FAILURE peer_nmi=" PEER " pbm=0x0040 reason=13 handle=1 requestor_instance_id=2");
    assert_int_equal(e.kind, ENGINE_EVENT_BOOTSTRAP_FAILURE);
    assert_int_equal(e.methods, 0x40);
    assert_int_equal(e.reason, 13);
    e = parse("NAN-NDP-COUNTER-REQUEST peer_nmi=" PEER " init_ndi=52:00:00:00:01:00 ndp_id=7 ssi=");
    assert_int_equal(e.kind, ENGINE_EVENT_NDP_COUNTER_REQUEST);
    assert_mac(&e.init_ndi, "52:00:00:00:01:00");
    assert_int_equal(e.info_size, 0);
    e = parse("NAN-PEER-SCHEDULE-CHANGED peer_nmi=" PEER);
    assert_mac(&e.peer, PEER);
    e = parse("NAN-SCHEDULE-UPDATE-DONE status=failure");
    assert_false(e.success);
    e = parse("NAN-CHAN-EVACUATION map_id=1 freq=5180");
    assert_int_equal(e.map_id, 1);
    assert_int_equal(e.frequency_mhz, 5180);
    e = parse("CTRL-EVENT-TERMINATING ");
    assert_int_equal(e.kind, ENGINE_EVENT_TERMINATING);
}

static void what_the_socket_puts_around_a_line_is_not_part_of_it(void **state)
{
    static const char *const lines[] = {"NAN-STOPPED ifname=nan0", "<3>NAN-STOPPED ifname=nan0",
                                        "IFNAME=nan0 <3>NAN-STOPPED ifname=nan0", "<3>NAN-STOPPED ifname=nan0\n",
                                        "<3>NAN-STOPPED  ifname=nan0  "};
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(lines); i++)
        assert_string_equal(parse(lines[i]).ifname, "nan0");
}

static void other_events_are_told_from_broken_ones(void **state)
{
    static const char *const foreign[] = {"",
                                          "<3>",
                                          "<3>CTRL-EVENT-REGDOM-CHANGE init=CORE type=WORLD",
                                          "<3>NAN-STOPPEDifname=nan0",
                                          "<3>NAN-STOPPE ifname=nan0",
                                          "NAN-NEWS peer=42:00:00:00:01:00",
                                          "nan-stopped ifname=nan0",
                                          "IFNAME=nan0"};
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(foreign); i++)
        assert_int_equal(result_of(foreign[i]), ENGINE_E_FOREIGN);
}

static void a_key_that_must_be_there_and_is_not_makes_the_event_malformed(void **state)
{
    static const char *const lines[] = {
        "NAN-CLUSTER-JOIN new=1",
        "NAN-NDP-CONNECTED ndp_id=1 local_ndi=52:00:00:00:00:00 peer_ndi=52:00:00:00:01:00 ssi= interface_id=",
        "NAN-NDP-CONNECTED peer=" PEER " local_ndi=52:00:00:00:00:00 peer_ndi=52:00:00:00:01:00",
        "NAN-PAIRING-REQUEST peer_nmi=" PEER " csid=7 instance_id=1 key_mgmt=SAE", /* new, or known? */
        "NAN-PAIRING-STATUS addr=" PEER " akmp=SAE cipher=CCMP",
        "NAN-NDP-REQUEST peer_nmi=" PEER " init_ndi=52:00:00:00:01:00 ndp_id=1 publish_inst_id=1 ssi=",
        "NAN-NIK-RECEIVED nik=" NIK " cipher_version=0 akmp=SAE lifetime=43200 identity_id=1",
        "NAN-CHAN-EVACUATION",
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(lines); i++)
        assert_int_equal(result_of(lines[i]), ENGINE_E_MALFORMED);
}

static void a_key_that_is_there_twice_makes_the_event_malformed(void **state)
{
    (void)state;
    assert_int_equal(result_of("NAN-SCHEDULE-UPDATE-DONE status=failure status=success"), ENGINE_E_MALFORMED);
    assert_int_equal(result_of("NAN-STOPPED ifname=nan0 ifname=nan0"), ENGINE_E_MALFORMED);
    assert_int_equal(result_of("NAN-SCHEDULE-UPDATE-DONE status=success other=1 other=2"), 0); /* not ours */
}

static void a_value_that_is_not_of_its_form_makes_the_event_malformed(void **state)
{
    static const char *const lines[] = {
        "NAN-PEER-SCHEDULE-CHANGED peer_nmi=00:00:00:00:00:00",
        "NAN-PEER-SCHEDULE-CHANGED peer_nmi=43:00:00:00:01:00", /* a group */
        "NAN-PEER-SCHEDULE-CHANGED peer_nmi=42:00:00:00:01",
        "NAN-PEER-SCHEDULE-CHANGED peer_nmi=42:00:00:00:01:00:00",
        "NAN-PEER-SCHEDULE-CHANGED peer_nmi=",
        "NAN-CHAN-EVACUATION map_id=1 freq=-1",
        "NAN-CHAN-EVACUATION map_id=1 freq=4294967296",
        "NAN-CHAN-EVACUATION map_id=1 freq=5180x",
        "NAN-CHAN-EVACUATION map_id= freq=5180",
        "NAN-TRANSMIT-STATUS cookie=1 acked=2",
        "NAN-TRANSMIT-STATUS cookie=1 acked=10",
        "NAN-TRANSMIT-STATUS cookie=1 acked=",
        "NAN-SCHEDULE-UPDATE-DONE status=SUCCESS",
        "NAN-SCHEDULE-UPDATE-DONE status=",
        "NAN-RECEIVE id=1 peer_instance_id=1 address=" PEER " ssi=012",
        "NAN-RECEIVE id=1 peer_instance_id=1 address=" PEER " ssi=0g",
        "NAN-BOOTSTRAP-REQUEST peer_nmi=" PEER " pbm=2 handle=6 requestor_instance_id=6",
        "NAN-BOOTSTRAP-REQUEST peer_nmi=" PEER " pbm=0x00002 handle=6 requestor_instance_id=6",
        "NAN-NDP-CONNECTED peer=" PEER " ndp_id=1 local_ndi=52:00:00:00:00:00 peer_ndi=52:00:00:00:01:00 "
        "interface_id=8899aabbccddee",
        "NAN-NDP-CONNECTED peer=" PEER " ndp_id=1 local_ndi=52:00:00:00:00:00 peer_ndi=52:00:00:00:01:00 "
        "interface_id=8899aabbccddeeff00",
        "NAN-NDP-CONNECTED peer=" PEER " ndp_id=1 local_ndi=52:00:00:00:00:00 peer_ndi=00:00:00:00:00:00",
        "NAN-PAIRING-STATUS addr=" PEER " akmp=SAE cipher=CCMP status=success nd_pmk=03d4",
        "NAN-PAIRING-STATUS addr=" PEER " akmp=SAE cipher=CCMP status=success nd_pmk=" ND_PMK "00",
        "NAN-NIK-RECEIVED nik=" NIK "00 cipher_version=0 akmp=SAE pmk=" NPK " lifetime=1 identity_id=1",
        "NAN-NIK-RECEIVED nik= cipher_version=0 akmp=SAE pmk=" NPK " lifetime=1 identity_id=1",
        "NAN-NIK-RECEIVED nik=" NIK " cipher_version=256 akmp=SAE pmk=" NPK " lifetime=1 identity_id=1",
        "NAN-PAIRING-REQUEST peer_nmi=" PEER " csid=7 instance_id=1 key_mgmt=SIXTEEN-LETTERS- verify=0",
        "NAN-PAIRING-REQUEST peer_nmi=" PEER " csid=7 instance_id=1 key_mgmt= verify=0",
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(lines); i++)
        assert_int_equal(result_of(lines[i]), ENGINE_E_MALFORMED);
}

static void a_zero_octet_does_not_end_a_value(void **state)
{
    static const char line[] = "NAN-STOPPED ifname=nan0\0nan1";
    struct engine_event event = {0};
    (void)state;

    assert_int_equal(engine_event_parse(line, sizeof line - 1, &event), ENGINE_E_MALFORMED);
}

static void unknown_keys_and_words_without_a_value_are_passed_over(void **state)
{
    (void)state;
    struct engine_event e =
        parse("NAN-NDP-DISCONNECTED future peer=" PEER " next=a=b ndp_id=9 =x local_ndi=00:00:00:00:"
              "00:00 peer_ndi=52:00:00:00:01:00 reason=8, locally_generated=1, failure=1,");
    assert_int_equal(e.ndp_id, 9);
    assert_int_equal(e.reason, 8);
    assert_true(e.locally_generated && e.failure);
}

static void an_unknown_word_for_why_a_service_ended_is_an_unknown_reason(void **state)
{
    (void)state;
    assert_int_equal(parse("NAN-PUBLISH-TERMINATED publish_id=1 reason=tired").reason, ENGINE_TERMINATION_UNKNOWN);
    assert_int_equal(parse("NAN-PUBLISH-TERMINATED publish_id=1 reason=timeout").reason, ENGINE_TERMINATION_TIMEOUT);
}

static void more_information_than_there_is_room_for_is_cut_and_marked(void **state)
{
    char line[2 * 1500 + 100];
    int n = snprintf(line, sizeof line, "NAN-RECEIVE id=1 peer_instance_id=1 address=%s ssi=", PEER);
    (void)state;

    assert_true(n > 0);
    for (int i = 0; i < 1500; i++)
        n += snprintf(line + n, sizeof line - (size_t)n, "%02x", i & 0xff);
    struct engine_event e = parse(line);
    assert_int_equal(e.info_size, AWARE_INFO_MAX);
    assert_true(e.info_cut);
    assert_int_equal(e.info[AWARE_INFO_MAX - 1], AWARE_INFO_MAX - 1);
    line[n - 1] = 'x'; /* behind the cut */
    assert_int_equal(result_of(line), ENGINE_E_MALFORMED);
}

static void more_ciphers_than_there_is_room_for_are_left_out(void **state)
{
    (void)state;
    struct engine_event e = parse("NAN-DISCOVERY-RESULT subscribe_id=1 publish_id=2 address=" PEER
                                  " cipher_suites=1,2,3,4,5,6,7,8, pbm=0x0002");
    assert_int_equal(e.ciphers_count, AWARE_CIPHERS_MAX);
    assert_int_equal(e.ciphers[AWARE_CIPHERS_MAX - 1], 6);
    assert_int_equal(e.methods, 2);
    assert_int_equal(result_of("NAN-DISCOVERY-RESULT subscribe_id=1 publish_id=2 address=" PEER " cipher_suites=1,,2"),
                     ENGINE_E_MALFORMED);
}

static bool holds(const struct engine_event *event, const char *hex)
{
    uint8_t octets[32];
    size_t size = strlen(hex) / 2;

    assert_int_equal(fascia_text_to_bytes(hex, octets, size), 0);
    return memmem(event, sizeof *event, octets, size / 2) || memmem(event, sizeof *event, hex, 8);
}

static void no_key_survives_the_wipe(void **state)
{
    (void)state;
    struct engine_event e =
        parse("NAN-NIK-RECEIVED nik=" NIK " cipher_version=0 akmp=SAE pmk=" NPK " lifetime=43200 identity_id=1");
    assert_true(holds(&e, NIK) && holds(&e, NPK));
    engine_event_wipe(&e);
    assert_false(holds(&e, NIK) || holds(&e, NPK));
    assert_int_equal(e.lifetime_s, 43200);
    engine_event_wipe(&e); /* again */
    e = parse("NAN-PAIRING-STATUS addr=" PEER " akmp=SAE cipher=CCMP status=success nd_pmk=" ND_PMK);
    assert_true(holds(&e, ND_PMK));
    engine_event_wipe(&e);
    assert_false(holds(&e, ND_PMK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_of_real_runs_is_read_into_the_right_members),
        cmocka_unit_test(the_other_events_are_read_as_the_source_prints_them),
        cmocka_unit_test(what_the_socket_puts_around_a_line_is_not_part_of_it),
        cmocka_unit_test(other_events_are_told_from_broken_ones),
        cmocka_unit_test(a_key_that_must_be_there_and_is_not_makes_the_event_malformed),
        cmocka_unit_test(a_key_that_is_there_twice_makes_the_event_malformed),
        cmocka_unit_test(a_value_that_is_not_of_its_form_makes_the_event_malformed),
        cmocka_unit_test(a_zero_octet_does_not_end_a_value),
        cmocka_unit_test(unknown_keys_and_words_without_a_value_are_passed_over),
        cmocka_unit_test(an_unknown_word_for_why_a_service_ended_is_an_unknown_reason),
        cmocka_unit_test(more_information_than_there_is_room_for_is_cut_and_marked),
        cmocka_unit_test(more_ciphers_than_there_is_room_for_are_left_out),
        cmocka_unit_test(no_key_survives_the_wipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
