/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stack/address/nd_classify.h"
#include "stack/base/bytes.h"

enum { NEXT_TCP = 6, NEXT_ICMPV6 = 58, NEXT_FRAGMENT = 44, NEXT_HOP_BY_HOP = 0, NEXT_DESTINATION = 60, NEXT_AH = 51 };

struct frame {
    uint8_t octets[512];
    struct fascia_writer w;
};

static void start(struct frame *frame, const char *tags, size_t tags_size, uint8_t next)
{
    static const uint8_t address[16] = {0xfe, 0x80, [15] = 1};

    fascia_writer_init(&frame->w, frame->octets, sizeof frame->octets);
    for (int i = 0; i < 12; i++)
        fascia_write_u8(&frame->w, (uint8_t)i);
    fascia_write_bytes(&frame->w, tags, tags_size);
    fascia_write_be16(&frame->w, 0x86dd);
    fascia_write_be32(&frame->w, 0x60000000);
    fascia_write_be16(&frame->w, 100);
    fascia_write_u8(&frame->w, next);
    fascia_write_u8(&frame->w, 255);
    fascia_write_bytes(&frame->w, address, 16);
    fascia_write_bytes(&frame->w, address, 16);
}

static void extension(struct frame *frame, uint8_t next, uint8_t length, size_t octets)
{
    fascia_write_u8(&frame->w, next);
    fascia_write_u8(&frame->w, length);
    for (size_t i = 2; i < octets; i++)
        fascia_write_u8(&frame->w, 0);
}

static enum nd_class classify(const struct frame *frame, struct nd_packet *packet)
{
    return nd_classify(frame->octets, frame->w.used, packet);
}

static enum nd_class class_of_type(uint8_t type)
{
    struct frame frame;
    struct nd_packet packet;

    start(&frame, "", 0, NEXT_ICMPV6);
    fascia_write_u8(&frame.w, type);
    return classify(&frame, &packet);
}

static void each_icmp_type_has_its_class(void **state)
{
    (void)state;
    for (int type = 0; type < 256; type++) {
        enum nd_class expected = ND_CLASS_OTHER;
        if (type >= 133 && type <= 137)
            expected = ND_CLASS_ND;
        else if ((type >= 130 && type <= 132) || type == 143)
            expected = ND_CLASS_MLD;
        assert_int_equal(class_of_type((uint8_t)type), expected);
    }
}

static void mld_is_found_behind_its_hop_by_hop_header(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "", 0, NEXT_HOP_BY_HOP);
    extension(&frame, NEXT_ICMPV6, 0, 8);
    fascia_write_u8(&frame.w, 143);
    assert_int_equal(classify(&frame, &packet), ND_CLASS_MLD);
    assert_int_equal(packet.icmp_type, 143);
    assert_int_equal(packet.destination[0], 0xfe);
}

static void a_chain_of_headers_is_followed(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "", 0, NEXT_HOP_BY_HOP);
    extension(&frame, NEXT_DESTINATION, 0, 8);
    extension(&frame, NEXT_AH, 2, 24);       /* 3 * 8 */
    extension(&frame, NEXT_FRAGMENT, 4, 24); /* AH counts in 4 octets, minus 2 */
    extension(&frame, NEXT_ICMPV6, 0, 8);
    fascia_write_u8(&frame.w, 135);
    assert_int_equal(classify(&frame, &packet), ND_CLASS_ND);
}

static void a_later_fragment_is_no_nd(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "", 0, NEXT_FRAGMENT);
    fascia_write_be32(&frame.w, (uint32_t)NEXT_ICMPV6 << 24 | 8);
    fascia_write_be32(&frame.w, 1);
    fascia_write_u8(&frame.w, 135);
    assert_int_equal(classify(&frame, &packet), ND_CLASS_OTHER);
}

static void vlan_tags_do_not_hide_nd(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "\x88\xa8\x00\x05\x81\x00\x00\x06", 8, NEXT_ICMPV6);
    fascia_write_u8(&frame.w, 136);
    assert_int_equal(classify(&frame, &packet), ND_CLASS_ND);
}

static void tcp_is_other_and_ipv4_is_none(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "", 0, NEXT_TCP);
    fascia_write_u8(&frame.w, 135); /* a port, not a type */
    assert_int_equal(classify(&frame, &packet), ND_CLASS_OTHER);
    assert_int_equal(packet.icmp_type, 0);
    frame.octets[12] = 0x08;
    frame.octets[13] = 0x00;
    assert_int_equal(classify(&frame, &packet), ND_CLASS_NONE);
    start(&frame, "", 0, NEXT_ICMPV6);
    frame.octets[14] = 0x40; /* says IPv6 outside, 4 inside */
    assert_int_equal(classify(&frame, &packet), ND_CLASS_NONE);
}

static void a_frame_cut_anywhere_is_never_nd(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "", 0, NEXT_HOP_BY_HOP);
    extension(&frame, NEXT_ICMPV6, 1, 16);
    fascia_write_u8(&frame.w, 135);
    assert_int_equal(classify(&frame, &packet), ND_CLASS_ND);
    for (size_t size = 0; size < frame.w.used; size++) {
        enum nd_class class = nd_classify(frame.octets, size, &packet);
        assert_int_equal(class, size < 54 ? ND_CLASS_NONE : ND_CLASS_OTHER);
        assert_int_equal(packet.icmp_type, 0);
    }
}

static void an_endless_chain_ends(void **state)
{
    struct frame frame;
    struct nd_packet packet;
    (void)state;

    start(&frame, "", 0, NEXT_DESTINATION);
    for (int i = 0; i < 40; i++)
        extension(&frame, NEXT_DESTINATION, 0, 8);
    assert_int_equal(classify(&frame, &packet), ND_CLASS_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_icmp_type_has_its_class),     cmocka_unit_test(mld_is_found_behind_its_hop_by_hop_header),
        cmocka_unit_test(a_chain_of_headers_is_followed),   cmocka_unit_test(a_later_fragment_is_no_nd),
        cmocka_unit_test(vlan_tags_do_not_hide_nd),         cmocka_unit_test(tcp_is_other_and_ipv4_is_none),
        cmocka_unit_test(a_frame_cut_anywhere_is_never_nd), cmocka_unit_test(an_endless_chain_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
