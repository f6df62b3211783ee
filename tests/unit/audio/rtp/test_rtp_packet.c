/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/packet.h"

#include <math.h>
#include <string.h>

#include "tests/unit/test.h"

static const uint8_t plain[] = {0x80, 0xe1, 0x12, 0x34, 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef, 7, 8};

static void the_fields_of_the_fixed_header_are_read(void **state)
{
    struct rtp_packet packet;
    (void)state;
    assert_int_equal(rtp_packet_parse(plain, sizeof plain, &packet), 0);
    assert_true(packet.marker);
    assert_int_equal(packet.payload_type, 97);
    assert_int_equal(packet.sequence, 0x1234);
    assert_int_equal(packet.timestamp, 0x01020304);
    assert_int_equal(packet.ssrc, 0xdeadbeef);
    assert_ptr_equal(packet.payload, plain + 12);
    assert_int_equal(packet.payload_size, 2);
}

static void contributing_sources_extension_and_padding_are_left_out(void **state)
{
    static const uint8_t bytes[] = {0xb2, 97,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* P, X, two CSRC */
                                    1,    1,    1, 1, 2, 2, 2, 2,             /* they */
                                    0xbe, 0xde, 0, 1, 9, 9, 9, 9,             /* extension of one word */
                                    42,   43,   0, 0, 3};                     /* sound and three of padding */
    struct rtp_packet packet;
    (void)state;
    assert_int_equal(rtp_packet_parse(bytes, sizeof bytes, &packet), 0);
    assert_int_equal(packet.payload_size, 2);
    assert_int_equal(packet.payload[0], 42);
    for (size_t size = 0; size < 28; size++) /* every cut is seen */
        assert_int_equal(rtp_packet_parse(bytes, size, &packet), RTP_E_SHORT);
}

static void fifteen_sources_and_an_extension_of_any_length_are_left_out(void **state)
{
    static uint8_t bytes[12 + 15 * 4 + 4 + 260 * 4 + 2];
    struct rtp_packet packet;
    (void)state;
    bytes[0] = 0x9f; /* X, fifteen CSRC */
    bytes[12 + 15 * 4 + 2] = 260 >> 8;
    bytes[12 + 15 * 4 + 3] = 260 & 255;
    bytes[sizeof bytes - 2] = 42;
    assert_int_equal(rtp_packet_parse(bytes, sizeof bytes, &packet), 0);
    assert_int_equal(packet.payload_size, 2);
    assert_int_equal(packet.payload[0], 42);
    assert_int_equal(rtp_packet_parse(bytes, sizeof bytes - 3, &packet), RTP_E_SHORT);
    bytes[12 + 15 * 4 + 2] = bytes[12 + 15 * 4 + 3] = 0xff;
    assert_int_equal(rtp_packet_parse(bytes, sizeof bytes, &packet), RTP_E_SHORT);
}

static void padding_that_is_none_is_refused(void **state)
{
    uint8_t bytes[14];
    struct rtp_packet packet = {.payload_size = 99};
    (void)state;
    memcpy(bytes, plain, sizeof plain);
    bytes[0] = 0xa0;
    bytes[13] = 0;
    assert_int_equal(rtp_packet_parse(bytes, 14, &packet), RTP_E_SHORT);
    bytes[13] = 3;
    assert_int_equal(rtp_packet_parse(bytes, 14, &packet), RTP_E_SHORT);
    assert_int_equal(packet.payload_size, 99);
    bytes[13] = 2;
    assert_int_equal(rtp_packet_parse(bytes, 14, &packet), 0);
    assert_int_equal(packet.payload_size, 0);
    assert_int_equal(rtp_packet_parse(bytes, 12, &packet), RTP_E_SHORT);
}

static void another_version_is_another_result(void **state)
{
    uint8_t bytes[14];
    struct rtp_packet packet;
    (void)state;
    memcpy(bytes, plain, sizeof plain);
    for (int version = 0; version < 4; version++) {
        bytes[0] = (uint8_t)(version << 6);
        assert_int_equal(rtp_packet_parse(bytes, 14, &packet), version == 2 ? 0 : RTP_E_VERSION);
    }
}

static void samples_keep_their_value_there_and_back(void **state)
{
    static const uint8_t bytes16[] = {0x80, 0, 0x7f, 0xff, 0, 0, 0xff, 0xff, 0, 1};
    static const uint8_t bytes24[] = {0x80, 0, 0, 0x7f, 0xff, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0, 0, 1};
    static const float values16[] = {-1, 32767.0F / 32768, 0, -1.0F / 32768, 1.0F / 32768};
    float values[5];
    uint8_t back[15];
    (void)state;
    rtp_pcm_decode(bytes16, 16, values, 5);
    assert_memory_equal(values, values16, sizeof values);
    rtp_pcm_encode(values, 16, back, 5);
    assert_memory_equal(back, bytes16, sizeof bytes16);
    rtp_pcm_decode(bytes24, 24, values, 5);
    assert_true(values[0] == -1 && values[1] == 8388607.0F / 8388608 && values[3] == -1.0F / 8388608);
    rtp_pcm_encode(values, 24, back, 5);
    assert_memory_equal(back, bytes24, sizeof bytes24);
}

static void what_is_too_loud_or_no_number_is_clipped_or_silent(void **state)
{
    const float values[] = {2, -2, INFINITY, -INFINITY, NAN};
    static const uint8_t expected[] = {0x7f, 0xff, 0x80, 0, 0x7f, 0xff, 0x80, 0, 0, 0};
    uint8_t bytes[10];
    (void)state;
    rtp_pcm_encode(values, 16, bytes, 5);
    assert_memory_equal(bytes, expected, sizeof bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fields_of_the_fixed_header_are_read),
        cmocka_unit_test(contributing_sources_extension_and_padding_are_left_out),
        cmocka_unit_test(fifteen_sources_and_an_extension_of_any_length_are_left_out),
        cmocka_unit_test(padding_that_is_none_is_refused),
        cmocka_unit_test(another_version_is_another_result),
        cmocka_unit_test(samples_keep_their_value_there_and_back),
        cmocka_unit_test(what_is_too_loud_or_no_number_is_clipped_or_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
