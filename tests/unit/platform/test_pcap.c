/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/pcap/pcap.h"
#include "stack/base/bytes.h"
#include "tests/unit/test.h"

/* A capture in memory, written in either byte order. */
struct file {
    uint8_t data[300000];
    struct fascia_writer w;
    bool swapped;
    size_t at, step; /* read: how many octets at once */
};

static struct file file;

static void begin(bool swapped)
{
    file.swapped = swapped;
    file.at = 0;
    file.step = SIZE_MAX;
    fascia_writer_init(&file.w, file.data, sizeof file.data);
}

static void u16(uint16_t value)
{
    if (file.swapped)
        fascia_write_be16(&file.w, value);
    else
        fascia_write_le16(&file.w, value);
}

static void u32(uint32_t value)
{
    if (file.swapped)
        fascia_write_be32(&file.w, value);
    else
        fascia_write_le32(&file.w, value);
}

static void octets(const char *text)
{
    fascia_write_bytes(&file.w, text, strlen(text));
}

static void pcap_head(uint32_t magic, uint16_t major, uint32_t network)
{
    u32(magic);
    u16(major);
    u16(4);
    u32(0);
    u32(0);
    u32(65535);
    u32(network);
}

static void pcap_record(uint32_t seconds, uint32_t fraction, const char *text, uint32_t original)
{
    u32(seconds);
    u32(fraction);
    u32((uint32_t)strlen(text));
    u32(original);
    octets(text);
}

static int read_memory(void *userdata, void *to, size_t size, size_t *ret_size)
{
    struct file *f = userdata;
    size_t n = f->w.used - f->at;

    n = n < size ? n : size;
    n = n < f->step ? n : f->step;
    memcpy(to, f->data + f->at, n);
    f->at += n;
    *ret_size = n;
    return 0;
}

static int fail_to_read(void *userdata, void *to, size_t size, size_t *ret_size)
{
    (void)userdata;
    (void)to;
    (void)size;
    (void)ret_size;
    return -EIO;
}

static struct pcap *opened(void)
{
    struct pcap *pcap = NULL;

    assert_true(fascia_writer_ok(&file.w));
    assert_int_equal(pcap_new(read_memory, &file, &pcap), 0);
    return pcap;
}

static int result_of_opening(void)
{
    struct pcap *pcap = NULL;
    int result = pcap_new(read_memory, &file, &pcap);

    pcap_close(pcap);
    return result;
}

static void assert_packet(struct pcap *pcap, uint64_t number, int64_t time_ns, uint16_t link_type, const char *text)
{
    struct pcap_packet packet;

    assert_int_equal(pcap_next(pcap, &packet), 0);
    assert_int_equal(packet.number, number);
    assert_true(packet.time_ns == time_ns);
    assert_int_equal(packet.link_type, link_type);
    assert_int_equal(packet.size, strlen(text));
    assert_memory_equal(packet.data, text, packet.size);
}

/* It stays at what it came to. */
static void assert_end(struct pcap *pcap, int result)
{
    struct pcap_packet packet;

    assert_int_equal(pcap_next(pcap, &packet), result);
    assert_int_equal(pcap_next(pcap, &packet), result);
    pcap_close(pcap);
}

static void packets_come_out_in_either_byte_order_and_in_any_pieces(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 4; i++) {
        bool ns = i & 2;
        begin(i & 1);
        pcap_head(ns ? 0xa1b23c4d : 0xa1b2c3d4, 2, PCAP_LINK_RADIOTAP);
        pcap_record(1700000000, 999999, "first", 5);
        pcap_record(1700000001, 1, "", 0);
        file.step = 1 + i;
        struct pcap *pcap = opened();
        assert_packet(pcap, 1, INT64_C(1700000000000000000) + (ns ? 999999 : 999999000), 127, "first");
        assert_packet(pcap, 2, INT64_C(1700000001000000000) + (ns ? 1 : 1000), 127, "");
        assert_end(pcap, PCAP_E_END);
    }
}

static void the_checksum_that_the_head_tells_of_is_told(void **state)
{
    struct pcap_packet packet;

    (void)state;
    begin(false);
    pcap_head(0xa1b2c3d4, 2, PCAP_LINK_IEEE802_11 | 1U << 26 | 2U << 28);
    pcap_record(0, 0, "12345678", 100);
    struct pcap *pcap = opened();
    assert_int_equal(pcap_next(pcap, &packet), 0);
    assert_int_equal(packet.link_type, PCAP_LINK_IEEE802_11);
    assert_int_equal(packet.fcs_size, 4);
    assert_true(packet.cut);
    assert_end(pcap, PCAP_E_END);
}

static void a_foreign_file_is_told_from_one_of_another_version(void **state)
{
    struct pcap *pcap = NULL;

    (void)state;
    begin(false);
    assert_int_equal(result_of_opening(), PCAP_E_FOREIGN);
    octets("abc");
    assert_int_equal(result_of_opening(), PCAP_E_FOREIGN);
    begin(false);
    octets("this is a letter, not a capture");
    assert_int_equal(result_of_opening(), PCAP_E_FOREIGN);
    begin(false);
    pcap_head(0xa1b2c3d4, 3, 1);
    assert_int_equal(result_of_opening(), PCAP_E_VERSION);
    file.w.used = 10;
    file.at = 0;
    assert_int_equal(result_of_opening(), PCAP_E_CUT);
    assert_int_equal(pcap_new(fail_to_read, NULL, &pcap), -EIO);
    assert_int_equal(pcap_open("/nonexistent/capture", &pcap), -ENOENT);
    assert_null(pcap);
}

static void a_file_that_ends_inside_a_packet_gives_those_before_it(void **state)
{
    (void)state;
    begin(false);
    pcap_head(0xa1b2c3d4, 2, 105);
    pcap_record(1, 0, "first", 5);
    size_t whole = file.w.used;
    pcap_record(2, 0, "second", 6);
    for (size_t size = whole + 1; size < whole + 16 + 6; size++) {
        file.w.used = size;
        file.at = 0;
        struct pcap *pcap = opened();
        assert_packet(pcap, 1, 1000000000, 105, "first");
        assert_end(pcap, PCAP_E_CUT);
    }
}

static void a_packet_that_claims_too_much_is_damage_and_a_long_one_is_cut(void **state)
{
    static char text[PCAP_PACKET_MAX + 100];
    struct pcap_packet packet;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    begin(false);
    pcap_head(0xa1b2c3d4, 2, 105);
    pcap_record(1, 0, text, sizeof text - 1);
    pcap_record(2, 0, "next", 4);
    struct pcap *pcap = opened();
    assert_int_equal(pcap_next(pcap, &packet), 0);
    assert_int_equal(packet.size, PCAP_PACKET_MAX);
    assert_true(packet.cut);
    assert_packet(pcap, 2, 2000000000, 105, "next");
    assert_end(pcap, PCAP_E_END);
    begin(false);
    pcap_head(0xa1b2c3d4, 2, 105);
    u32(0);
    u32(0);
    u32(0xfffffff0);
    u32(0xfffffff0);
    assert_end(opened(), PCAP_E_MALFORMED);
}

/* Blocks of pcapng. */

static size_t block(uint32_t type)
{
    u32(type);
    u32(0);
    return file.w.used - 8;
}

static void end_block(size_t start)
{
    while (file.w.used % 4 != 0)
        fascia_write_u8(&file.w, 0);
    uint32_t total = (uint32_t)(file.w.used - start + 4);
    u32(total);
    struct fascia_writer again = file.w;
    file.w.used = start + 4;
    u32(total);
    file.w.used = again.used;
}

static void section(void)
{
    size_t start = block(0x0a0d0d0a);

    u32(0x1a2b3c4d);
    u16(1);
    u16(0);
    u32(UINT32_MAX);
    u32(UINT32_MAX);
    end_block(start);
}

static void interface(uint16_t link_type, uint32_t snap_length, int resolution, int fcs, int offset)
{
    size_t start = block(1);

    u16(link_type);
    u16(0);
    u32(snap_length);
    u16(2); /* a name: passed over, with its padding */
    u16(5);
    octets("wlan0");
    fascia_write_bytes(&file.w, "\0\0\0", 3);
    if (resolution >= 0) {
        u16(9);
        u16(1);
        fascia_write_u8(&file.w, (uint8_t)resolution);
        fascia_write_bytes(&file.w, "\0\0\0", 3);
    }
    if (fcs >= 0) {
        u16(13);
        u16(1);
        fascia_write_u8(&file.w, (uint8_t)fcs);
        fascia_write_bytes(&file.w, "\0\0\0", 3);
    }
    if (offset != 0) {
        u16(14);
        u16(8);
        if (file.swapped)
            u32(offset < 0 ? UINT32_MAX : 0);
        u32((uint32_t)offset);
        if (!file.swapped)
            u32(offset < 0 ? UINT32_MAX : 0);
    }
    u16(0);
    u16(0);
    end_block(start);
}

static void enhanced(uint32_t number, uint64_t units, const char *text)
{
    size_t start = block(6);

    u32(number);
    u32((uint32_t)(units >> 32));
    u32((uint32_t)units);
    u32((uint32_t)strlen(text));
    u32((uint32_t)strlen(text));
    octets(text);
    end_block(start);
}

static void blocks_of_every_kind_come_out_in_either_byte_order(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 2; i++) {
        begin(i == 1);
        section();
        interface(PCAP_LINK_RADIOTAP, 3, -1, -1, 0);
        interface(PCAP_LINK_IEEE802_11, 0, 9, 4, 0);
        enhanced(1, UINT64_C(1700000000000000123), "packet");
        size_t start = block(5); /* statistics: passed over */
        u32(0);
        end_block(start);
        start = block(3); /* simple, cut at the snapshot length */
        u32(5);
        octets("sim");
        end_block(start);
        start = block(2); /* the old one */
        u16(0);
        u16(0);
        u32(0);
        u32(1000001);
        u32(3);
        u32(3);
        octets("old");
        end_block(start);
        struct pcap *pcap = opened();
        struct pcap_packet packet;
        assert_int_equal(pcap_next(pcap, &packet), 0);
        assert_int_equal(packet.fcs_size, 4);
        assert_true(packet.time_ns == INT64_C(1700000000000000123));
        assert_int_equal(packet.link_type, PCAP_LINK_IEEE802_11);
        assert_memory_equal(packet.data, "packet", 6);
        assert_int_equal(pcap_next(pcap, &packet), 0);
        assert_memory_equal(packet.data, "sim", 3);
        assert_true(packet.cut);
        assert_packet(pcap, 3, 1000001000, PCAP_LINK_RADIOTAP, "old");
        assert_end(pcap, PCAP_E_END);
    }
}

static void a_second_section_has_its_own_interfaces_and_byte_order(void **state)
{
    (void)state;
    begin(false);
    section();
    interface(PCAP_LINK_RADIOTAP, 0, -1, -1, 0);
    enhanced(0, 0, "a");
    file.swapped = true;
    section();
    size_t bare = file.w.used;
    enhanced(0, 0, "b");
    struct pcap *pcap = opened();
    assert_packet(pcap, 1, 0, PCAP_LINK_RADIOTAP, "a");
    assert_end(pcap, PCAP_E_MALFORMED); /* it has no interface yet */
    file.w.used = bare;
    file.at = 0;
    interface(PCAP_LINK_IEEE802_11, 0, -1, -1, 0);
    enhanced(0, 0, "b");
    pcap = opened();
    assert_packet(pcap, 1, 0, PCAP_LINK_RADIOTAP, "a");
    assert_packet(pcap, 2, 0, PCAP_LINK_IEEE802_11, "b");
    assert_end(pcap, PCAP_E_END);
}

static void clocks_of_every_resolution_give_nanoseconds(void **state)
{
    static const struct {
        int resolution, offset;
        uint64_t units;
        int64_t ns;
    } known[] = {
        {6, 0, 1500001, 1500001000},
        {0, 0, 7, 7000000000},
        {12, 0, UINT64_C(1000000000999), 1000000000},
        {0x80 | 10, 0, 1024 + 512, 1500000000},
        {0x80 | 40, 0, (UINT64_C(1) << 40) + (UINT64_C(1) << 39), 1500000000},
        {6, 100, 1, 100000001000},
        {6, -1, 2000000, 1000000000},
        {20, 0, 5, 0},         /* finer than 64 bits can tell */
        {0x80 | 64, 0, 5, 0},  /* the same */
        {0, 0, UINT64_MAX, 0}, /* no date */
        {0x80 | 127, 0, UINT64_MAX, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        begin(i % 2 == 1);
        section();
        interface(105, 0, known[i].resolution, -1, known[i].offset);
        enhanced(0, known[i].units, "x");
        struct pcap *pcap = opened();
        assert_packet(pcap, 1, known[i].ns, 105, "x");
        assert_end(pcap, PCAP_E_END);
    }
}

static void blocks_whose_sizes_contradict_are_damage(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 5; i++) {
        begin(false);
        section();
        interface(105, 0, -1, -1, 0);
        size_t start = file.w.used;
        enhanced(0, 0, "packet");
        uint8_t *b = file.data + start;
        if (i == 0)
            b[file.w.used - start - 4]++; /* the second length */
        else if (i == 1)
            b[4] = 13;
        else if (i == 2)
            b[4] = 8;
        else if (i == 3)
            b[8 + 12] = 200; /* more captured than in the block */
        else
            b[8] = 1; /* no such interface */
        assert_end(opened(), PCAP_E_MALFORMED);
    }
    begin(false);
    section();
    for (int i = 0; i <= PCAP_INTERFACES_MAX; i++)
        interface(105, 0, -1, -1, 0);
    assert_end(opened(), PCAP_E_MALFORMED);
    begin(false);
    section();
    file.data[12] = 2; /* version 2 */
    assert_int_equal(result_of_opening(), PCAP_E_VERSION);
    begin(false);
    section();
    file.data[8] = 0;
    assert_int_equal(result_of_opening(), PCAP_E_MALFORMED);
}

static void every_shortened_file_ends_without_a_crash(void **state)
{
    (void)state;
    begin(false);
    section();
    interface(105, 0, 6, 4, 1);
    enhanced(0, 0, "packet");
    size_t whole = file.w.used;
    for (size_t size = 0; size < whole; size++) {
        struct pcap *pcap = NULL;
        struct pcap_packet packet;
        file.w.used = size;
        file.at = 0;
        int result = pcap_new(read_memory, &file, &pcap);
        if (result == 0) {
            while ((result = pcap_next(pcap, &packet)) == 0)
                assert_true(packet.size <= PCAP_PACKET_MAX);
        }
        assert_true(result > 0);
        pcap_close(pcap);
    }
}

static void what_is_wrong_with_a_file_has_words(void **state)
{
    (void)state;
    for (int result = PCAP_E_FOREIGN; result <= PCAP_E_MALFORMED; result++)
        assert_non_null(pcap_explain(result));
    assert_null(pcap_explain(0));
    assert_null(pcap_explain(PCAP_E_END));
    assert_null(pcap_explain(PCAP_E_MALFORMED + 1));
    pcap_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_come_out_in_either_byte_order_and_in_any_pieces),
        cmocka_unit_test(the_checksum_that_the_head_tells_of_is_told),
        cmocka_unit_test(a_foreign_file_is_told_from_one_of_another_version),
        cmocka_unit_test(a_file_that_ends_inside_a_packet_gives_those_before_it),
        cmocka_unit_test(a_packet_that_claims_too_much_is_damage_and_a_long_one_is_cut),
        cmocka_unit_test(blocks_of_every_kind_come_out_in_either_byte_order),
        cmocka_unit_test(a_second_section_has_its_own_interfaces_and_byte_order),
        cmocka_unit_test(clocks_of_every_resolution_give_nanoseconds),
        cmocka_unit_test(blocks_whose_sizes_contradict_are_damage),
        cmocka_unit_test(every_shortened_file_ends_without_a_crash),
        cmocka_unit_test(what_is_wrong_with_a_file_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
