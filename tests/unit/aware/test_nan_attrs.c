/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aware/nan_build.h"
#include "stack/aware/nan_id.h"
#include "tests/unit/test.h"

/* What is built is read back the same; what a field cannot hold is not built; what does not fit is told from what is
 * reserved. */

static const struct fascia_mac indi = {{0x52, 0, 0, 0, 1, 0}}, rndi = {{0x52, 0, 0, 0, 0, 0}};

struct built {
    uint8_t data[4096];
    struct fascia_writer w;
    struct nan_frame frame;
};

static struct fascia_writer *start(struct built *b)
{
    fascia_writer_init(&b->w, b->data, sizeof b->data);
    nan_build_naf(&b->w, NAN_CATEGORY_PUBLIC, NAN_SUBTYPE_NDP_REQUEST);
    return &b->w;
}

static struct nan_attr finish(struct built *b, uint8_t id)
{
    struct nan_attr attr = {.id = 0};

    assert_true(fascia_writer_ok(&b->w));
    assert_int_equal(nan_body_parse(b->data, b->w.used, &b->frame), 0);
    assert_int_equal(nan_attr_only(&b->frame, id, &attr), 0);
    return attr;
}

static void assert_octets(struct nan_octets got, const void *wanted, size_t size)
{
    assert_int_equal(got.size, size);
    if (size > 0)
        assert_memory_equal(got.data, wanted, size);
}

/* Calls a parser with every shorter body in a buffer of exactly that size. */
#define ASSERT_EVERY_CUT_IS_REFUSED(attr, parse, type, shortest)                                                       \
    for (size_t size_ = 0; size_ < (attr).body.size; size_++) {                                                        \
        uint8_t *exact_ = malloc(size_ > 0 ? size_ : 1);                                                               \
        type result_;                                                                                                  \
        assert_non_null(exact_);                                                                                       \
        memcpy(exact_, (attr).body.data, size_);                                                                       \
        const struct nan_attr cut_ = {.id = (attr).id, .body = {.data = exact_, .size = size_}};                       \
        assert_int_equal(parse(&cut_, &result_), size_ < (shortest) ? NAN_E_LENGTH : 0);                               \
        free(exact_);                                                                                                  \
    }

static void a_service_descriptor_comes_back(void **state)
{
    static const uint8_t filter[] = {2, 'a', 'b', 0, 1, 'c'}, set[] = {0x02, 1, 2, 3, 4, 5, 6}, info[] = {9, 8, 7};
    const struct nan_sda sda = {
        .service_id = {0xcb, 0x91, 0xc1, 0x6c, 0x2c, 0xa2},
        .instance = 3,
        .requestor_instance = 4,
        .control = NAN_SDA_SUBSCRIBE | NAN_SDA_MATCHING_FILTER | NAN_SDA_RESPONSE_FILTER | NAN_SDA_SERVICE_INFO |
                   NAN_SDA_BINDING_BITMAP,
        .binding_bitmap = 0x1234,
        .matching_filter = {filter, sizeof filter},
        .response_filter = {set, sizeof set},
        .info = {info, sizeof info},
    };
    static struct built b;
    struct nan_octets value;
    struct nan_sda back;

    (void)state;
    nan_build_sda(start(&b), &sda);
    struct nan_attr attr = finish(&b, NAN_ATTR_SDA);
    assert_int_equal(nan_sda_parse(&attr, &back), 0);
    assert_memory_equal(back.service_id, sda.service_id, sizeof sda.service_id);
    assert_int_equal(back.instance, 3);
    assert_int_equal(back.requestor_instance, 4);
    assert_int_equal(back.control, sda.control);
    assert_int_equal(back.binding_bitmap, 0x1234);
    assert_octets(back.response_filter, set, sizeof set);
    assert_octets(back.info, info, sizeof info);
    assert_true(nan_filter_next(&back.matching_filter, &value));
    assert_octets(value, "ab", 2);
    assert_true(nan_filter_next(&back.matching_filter, &value));
    assert_int_equal(value.size, 0);
    assert_true(nan_filter_next(&back.matching_filter, &value));
    assert_octets(value, "c", 1);
    assert_false(nan_filter_next(&back.matching_filter, &value));
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_sda_parse, struct nan_sda, attr.body.size);
}

static void a_service_descriptor_that_contradicts_itself_is_refused(void **state)
{
    uint8_t body[] = {1, 2, 3, 4, 5, 6, 1, 0, NAN_SDA_MATCHING_FILTER, 2, 5, 0};
    struct nan_attr attr = {.id = NAN_ATTR_SDA, .body = {body, sizeof body}};
    struct nan_sda sda = {.instance = 0x77};

    (void)state;
    assert_int_equal(nan_sda_parse(&attr, &sda), NAN_E_LENGTH); /* a filter longer than the filters */
    body[10] = 1;
    assert_int_equal(nan_sda_parse(&attr, &sda), 0);
    sda.instance = 0x77;
    body[8] |= 3;
    assert_int_equal(nan_sda_parse(&attr, &sda), NAN_E_VALUE);
    assert_int_equal(sda.instance, 0x77);
}

static void an_extension_with_generic_service_information_comes_back(void **state)
{
    uint8_t parts[64];
    struct fascia_writer w;
    struct nan_sdea sdea = {
        .instance = 5,
        .control = NAN_SDEA_DATA_PATH | NAN_SDEA_SECURITY | NAN_SDEA_RANGE_LIMIT | NAN_SDEA_UPDATE_INDICATOR,
        .ingress_limit = 300,
        .egress_limit = 500,
        .update_indicator = 7,
        .has_info = true,
        .info = {.oui = {0x50, 0x6f, 0x9a},
                 .protocol = NAN_PROTOCOL_GENERIC,
                 .has_port = true,
                 .port = 7000,
                 .has_transport = true,
                 .transport = 6,
                 .has_name = true,
                 .name = {(const uint8_t *)"car", 3}},
    };
    static struct built b;
    struct nan_sdea back;

    (void)state;
    fascia_writer_init(&w, parts, sizeof parts);
    nan_build_service_parts(&w, &sdea.info);
    nan_build_attr(&w, 0x7f, "x", 1); /* a part that is newer */
    assert_true(fascia_writer_ok(&w));
    sdea.info.info = (struct nan_octets){parts, w.used};
    nan_build_sdea(start(&b), &sdea);
    struct nan_attr attr = finish(&b, NAN_ATTR_SDEA);
    assert_int_equal(nan_sdea_parse(&attr, &back), 0);
    assert_int_equal(back.control, sdea.control);
    assert_int_equal(back.ingress_limit, 300);
    assert_int_equal(back.egress_limit, 500);
    assert_int_equal(back.update_indicator, 7);
    assert_true(back.has_info && back.info.has_parts && back.info.has_port && back.info.has_transport);
    assert_int_equal(back.info.port, 7000);
    assert_int_equal(back.info.transport, 6);
    assert_octets(back.info.name, "car", 3);
    assert_int_equal(back.info.unknown_parts, 1);
}

static void service_information_may_be_anything(void **state)
{
    static const uint8_t any[] = {0x50, 0x6f, 0x9a, 2, 0x02, 0x00, 0x01, 0xaa}, other[] = {0, 1, 2, 2, 0, 2, 0, 1, 2};
    static const uint8_t long_port[] = {0x50, 0x6f, 0x9a, 2, 0x00, 3, 0, 1, 2, 3};
    struct nan_service_info info;

    (void)state;
    assert_int_equal(nan_service_info_parse((struct nan_octets){any, sizeof any}, &info), 0);
    assert_false(info.has_parts);
    assert_octets(info.info, any + 4, 4);
    assert_int_equal(nan_service_info_parse((struct nan_octets){other, sizeof other}, &info), 0);
    assert_false(info.has_parts || info.has_port);
    assert_int_equal(nan_service_info_parse((struct nan_octets){long_port, sizeof long_port}, &info), 0);
    assert_false(info.has_parts || info.has_port);
    assert_int_equal(nan_service_info_parse((struct nan_octets){any, 3}, &info), NAN_E_LENGTH);
}

static struct nan_ndp some_ndp(void)
{
    return (struct nan_ndp){
        .dialog_token = 9,
        .type = NAN_NDP_RESPONSE,
        .status = NAN_STATUS_REJECTED,
        .reason = 8,
        .initiator_ndi = indi,
        .ndp_id = 2,
        .control = NAN_NDP_CONFIRM_REQUIRED | NAN_NDP_SECURITY | NAN_NDP_PUBLISH_ID | NAN_NDP_RESPONDER_NDI,
        .publish_id = 6,
        .responder_ndi = rndi,
    };
}

static void assert_some_ndp(const struct nan_ndp *back)
{
    assert_int_equal(back->dialog_token, 9);
    assert_int_equal(back->type, NAN_NDP_RESPONSE);
    assert_int_equal(back->status, NAN_STATUS_REJECTED);
    assert_int_equal(back->reason, 8);
    assert_int_equal(back->ndp_id, 2);
    assert_int_equal(back->publish_id, 6);
    assert_true(fascia_mac_equal(&back->initiator_ndi, &indi) && fascia_mac_equal(&back->responder_ndi, &rndi));
}

static void a_data_path_comes_back(void **state)
{
    struct nan_ndp ndp = some_ndp();
    static struct built b;
    struct nan_ndp back;

    (void)state;
    ndp.control |= NAN_NDP_INFO;
    ndp.info = (struct nan_octets){(const uint8_t *)"info", 4};
    nan_build_ndp(start(&b), &ndp);
    struct nan_attr attr = finish(&b, NAN_ATTR_NDP);
    assert_int_equal(nan_ndp_parse(&attr, &back), 0);
    assert_some_ndp(&back);
    assert_octets(back.info, "info", 4);
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_ndp_parse, struct nan_ndp, attr.body.size - 4);
}

static void an_extended_data_path_comes_back_with_identifier_and_service(void **state)
{
    /* The TLVs of Android's test data: fe80::b3:e1ff:fe7a:2fa2, port 7000, TCP. */
    static const uint8_t iid[] = {0x00, 0xb3, 0xe1, 0xff, 0xfe, 0x7a, 0x2f, 0xa2};
    static const uint8_t parts[] = {0x00, 0x02, 0x00, 0x58, 0x1b, 0x01, 0x01, 0x00, 0x06};
    static const uint8_t tlvs[] = {0x00, 0x08, 0x00, 0x00, 0xb3, 0xe1, 0xff, 0xfe, 0x7a, 0x2f, 0xa2, 0x01, 0x0d, 0x00,
                                   0x50, 0x6f, 0x9a, 0x02, 0x00, 0x02, 0x00, 0x58, 0x1b, 0x01, 0x01, 0x00, 0x06};
    struct nan_ndpe ndpe = {.ndp = some_ndp(), .has_iid = true, .has_service = true};
    static struct built b;
    struct nan_ndpe back;
    struct nan_data_path path;

    (void)state;
    memcpy(ndpe.iid, iid, sizeof iid);
    ndpe.service = (struct nan_service_info){
        .oui = {0x50, 0x6f, 0x9a}, .protocol = NAN_PROTOCOL_GENERIC, .info = {parts, sizeof parts}};
    nan_build_ndpe(start(&b), &ndpe);
    nan_build_ndp(&b.w, &ndpe.ndp);
    struct nan_attr attr = finish(&b, NAN_ATTR_NDPE);
    assert_int_equal(nan_ndpe_parse(&attr, &back), 0);
    assert_some_ndp(&back.ndp);
    assert_octets(back.tlvs, tlvs, sizeof tlvs);
    assert_true(back.has_iid && back.has_service && back.service.has_parts);
    assert_memory_equal(back.iid, iid, sizeof iid);
    assert_int_equal(back.service.port, 7000);
    assert_int_equal(back.service.transport, 6);
    assert_int_equal(nan_data_path_of(&b.frame, &path), 0);
    assert_true(path.extended && path.ndpe.has_iid); /* before the plain one */
}

/* A body without optional fields, then these octets as TLVs. */
static int ndpe_result(const char *tlvs, struct nan_ndpe *ret_ndpe)
{
    static uint8_t body[128];
    size_t size = strlen(tlvs) / 2;
    struct nan_attr attr = {.id = NAN_ATTR_NDPE, .body = {body, 11 + size}};

    memset(body, 0, sizeof body);
    assert_int_equal(fascia_text_to_bytes(tlvs, body + 11, size), 0);
    return nan_ndpe_parse(&attr, ret_ndpe);
}

static void tlvs_are_refused_as_a_whole_or_passed_over(void **state)
{
    struct nan_ndpe ndpe = {.unknown_tlvs = 77};

    (void)state;
    assert_int_equal(ndpe_result("00070000b3e1fffe7a2f", &ndpe), NAN_E_LENGTH);
    assert_int_equal(ndpe_result("00090000b3e1fffe7a2fa2ff", &ndpe), NAN_E_LENGTH);
    assert_int_equal(ndpe_result("00080000b3e1fffe7a2fa200080000b3e1fffe7a2fa2", &ndpe), NAN_E_TWICE);
    assert_int_equal(ndpe_result("010400506f9a02010400506f9a02", &ndpe), NAN_E_TWICE);
    assert_int_equal(ndpe_result("010300506f9a", &ndpe), NAN_E_LENGTH);
    assert_int_equal(ndpe_result("01040000000002", &ndpe), NAN_E_VALUE);
    assert_int_equal(ndpe_result("010400506f9a01", &ndpe), NAN_E_VALUE);
    assert_int_equal(ndpe_result("00", &ndpe), NAN_E_LENGTH);
    assert_int_equal(ndpe_result("0900ff", &ndpe), NAN_E_LENGTH);
    assert_int_equal(ndpe.unknown_tlvs, 77);
    assert_int_equal(ndpe_result("090100aa0a0000", &ndpe), 0);
    assert_int_equal(ndpe.unknown_tlvs, 2);
    assert_false(ndpe.has_iid);
    assert_int_equal(ndpe_result("", &ndpe), 0);
}

static void a_data_path_of_a_reserved_type_or_status_is_refused(void **state)
{
    uint8_t body[11] = {1, 0x05};
    struct nan_attr attr = {.id = NAN_ATTR_NDP, .body = {body, sizeof body}};
    struct nan_ndp ndp;

    (void)state;
    assert_int_equal(nan_ndp_parse(&attr, &ndp), NAN_E_VALUE);
    body[1] = 0x30;
    assert_int_equal(nan_ndp_parse(&attr, &ndp), NAN_E_VALUE);
    body[1] = 0x24;
    assert_int_equal(nan_ndp_parse(&attr, &ndp), 0);
}

static void cipher_suites_come_back_newer_ones_too(void **state)
{
    static const struct nan_csia_suite suites[] = {{NAN_SUITE_SK_128, 3}, {NAN_SUITE_PK_PASN_128, 3}, {0x63, 4}};
    static struct built b;
    struct nan_csia_suite suite;
    struct nan_csia csia;

    (void)state;
    nan_build_csia(start(&b), NAN_CSIA_16_REPLAY_COUNTERS, suites, 3);
    struct nan_attr attr = finish(&b, NAN_ATTR_CSIA);
    assert_int_equal(nan_csia_parse(&attr, &csia), 0);
    assert_int_equal(csia.capabilities, NAN_CSIA_16_REPLAY_COUNTERS);
    for (size_t i = 0; i < 3; i++) {
        assert_true(nan_suite_next(&csia.suites, &suite));
        assert_memory_equal(&suite, &suites[i], sizeof suite);
    }
    assert_false(nan_suite_next(&csia.suites, &suite));
    attr.body.size--;
    assert_int_equal(nan_csia_parse(&attr, &csia), NAN_E_LENGTH);
    attr.body.size = 1;
    assert_int_equal(nan_csia_parse(&attr, &csia), NAN_E_LENGTH);
}

static void security_contexts_come_back(void **state)
{
    static const uint8_t pmkid[NAN_PMKID_SIZE] = {1, 2, 3};
    const struct nan_context contexts[] = {{.type = NAN_CONTEXT_PMKID, .publish_id = 4, .id = {pmkid, sizeof pmkid}},
                                           {.type = 9, .publish_id = 5, .id = {pmkid, 2}}};
    static struct built b;
    struct nan_context context;

    (void)state;
    nan_build_scia(start(&b), contexts, 2);
    struct nan_attr attr = finish(&b, NAN_ATTR_SCIA);
    assert_int_equal(nan_scia_check(&attr), 0);
    struct nan_octets left = attr.body;
    assert_true(nan_context_next(&left, &context));
    assert_int_equal(context.publish_id, 4);
    assert_octets(context.id, pmkid, sizeof pmkid);
    assert_true(nan_context_next(&left, &context));
    assert_int_equal(context.type, 9);
    assert_false(nan_context_next(&left, &context));
    attr.body.size--;
    assert_int_equal(nan_scia_check(&attr), NAN_E_LENGTH);
    attr.body.size = 0;
    assert_int_equal(nan_scia_check(&attr), NAN_E_LENGTH);
    static const uint8_t short_id[] = {2, 0, NAN_CONTEXT_PMKID, 1, 0xaa, 0xbb};
    attr.body = (struct nan_octets){short_id, sizeof short_id};
    assert_int_equal(nan_scia_check(&attr), NAN_E_LENGTH);
}

static void a_key_descriptor_comes_back_with_either_code_size(void **state)
{
    static const uint8_t mic[24] = {0xaa, 0xbb}, data[] = {1, 2, 3, 4, 5};
    static struct built b;
    struct nan_key back;

    (void)state;
    for (size_t size = 16; size <= 24; size += 8) {
        const struct nan_key key = {
            .publish_id = 3,
            .descriptor = 2,
            .information = 0x03c8,
            .key_length = 16,
            .replay_counter = 0x0102030405060708,
            .nonce = {7, 6, 5},
            .mic = {mic, size},
            .data = {data, sizeof data},
        };
        nan_build_skda(start(&b), &key);
        struct nan_attr attr = finish(&b, NAN_ATTR_SKDA);
        for (size_t asked = 0; asked <= size; asked += size) {
            assert_int_equal(nan_key_parse(&attr, asked, &back), 0);
            assert_int_equal(back.information, 0x03c8);
            assert_true(back.replay_counter == 0x0102030405060708);
            assert_memory_equal(back.nonce, key.nonce, sizeof key.nonce);
            assert_octets(back.mic, mic, size);
            assert_octets(back.data, data, sizeof data);
        }
        assert_int_equal(nan_key_parse(&attr, 40 - size, &back), NAN_E_LENGTH); /* the other suite's */
        assert_int_equal(nan_key_parse(&attr, 17, &back), NAN_E_VALUE);
        attr.body.size--;
        assert_int_equal(nan_key_parse(&attr, 0, &back), NAN_E_LENGTH);
        attr.body.size = 40;
        assert_int_equal(nan_key_parse(&attr, 0, &back), NAN_E_LENGTH);
    }
    b.data[7 + 3 + 1] = 254; /* WPA's descriptor */
    assert_int_equal(nan_body_parse(b.data, b.w.used, &b.frame), 0);
    struct nan_attr attr;
    assert_int_equal(nan_attr_only(&b.frame, NAN_ATTR_SKDA, &attr), 0);
    assert_int_equal(nan_key_parse(&attr, 0, &back), NAN_E_VALUE);
}

static void the_four_messages_are_told_by_their_bits(void **state)
{
    static const struct {
        uint16_t information;
        enum nan_key_message message;
    } known[] = {{0x0088, NAN_KEY_M1}, {0x0108, NAN_KEY_M2},    {0x03c8, NAN_KEY_M3},   {0x13c8, NAN_KEY_M3},
                 {0x0348, NAN_KEY_M4}, {0x0080, NAN_KEY_OTHER}, {0x0008, NAN_KEY_OTHER}};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct nan_key key = {.information = known[i].information};
        assert_int_equal(nan_key_message(&key), known[i].message);
    }
}

static void a_device_capability_comes_back(void **state)
{
    const struct nan_capability capability = {.one_map = true,
                                              .map_id = 5,
                                              .committed_dw = 0x0449,
                                              .bands = NAN_BAND_2GHZ | NAN_BAND_5GHZ,
                                              .modes = NAN_MODE_HE | NAN_MODE_VHT,
                                              .tx_antennas = 1,
                                              .rx_antennas = 2,
                                              .switch_time = 5000,
                                              .capabilities = NAN_CAPABILITY_NDPE};
    static struct built b;
    struct nan_capability back = {.map_id = 0};

    (void)state;
    nan_build_capability(start(&b), &capability);
    struct nan_attr attr = finish(&b, NAN_ATTR_DEVICE_CAPABILITY);
    assert_int_equal(attr.body.size, 9);
    assert_int_equal(nan_capability_parse(&attr, &back), 0);
    assert_true(back.one_map);
    assert_int_equal(back.map_id, 5);
    assert_int_equal(back.committed_dw, 0x0449);
    assert_int_equal(back.bands, capability.bands);
    assert_int_equal(back.modes, capability.modes);
    assert_int_equal(back.tx_antennas, 1);
    assert_int_equal(back.rx_antennas, 2);
    assert_int_equal(back.switch_time, 5000);
    assert_int_equal(back.capabilities, NAN_CAPABILITY_NDPE);
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_capability_parse, struct nan_capability, 9);
}

static void pairing_abilities_come_back(void **state)
{
    static struct built b;
    struct nan_dcea back;

    (void)state;
    for (unsigned int i = 0; i < 4; i++) {
        const struct nan_dcea dcea = {.regulatory = 5, .pairing_setup = i & 1, .key_caching = i & 2};
        nan_build_dcea(start(&b), &dcea);
        struct nan_attr attr = finish(&b, NAN_ATTR_DCEA);
        assert_int_equal(nan_dcea_parse(&attr, &back), 0);
        assert_int_equal(back.regulatory, 5);
        assert_int_equal(back.pairing_setup, dcea.pairing_setup);
        assert_int_equal(back.key_caching, dcea.key_caching);
        ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_dcea_parse, struct nan_dcea, 2);
    }
}

static void an_identity_comes_back_and_has_one_size(void **state)
{
    const struct nan_nira nira = {.nonce = {1, 2, 3}, .tag = {4, 5, 6}};
    uint8_t body[18] = {0};
    struct nan_attr longer = {.id = NAN_ATTR_NIRA, .body = {body, sizeof body}};
    static struct built b;
    struct nan_nira back;

    (void)state;
    nan_build_nira(start(&b), &nira);
    struct nan_attr attr = finish(&b, NAN_ATTR_NIRA);
    assert_int_equal(nan_nira_parse(&attr, &back), 0);
    assert_memory_equal(back.nonce, nira.nonce, sizeof nira.nonce);
    assert_memory_equal(back.tag, nira.tag, sizeof nira.tag);
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_nira_parse, struct nan_nira, 17);
    assert_int_equal(nan_nira_parse(&longer, &back), NAN_E_LENGTH);
    body[0] = 1;
    assert_int_equal(nan_nira_parse(&longer, &back), NAN_E_VALUE);
}

static void bootstrapping_comes_back_with_its_comeback(void **state)
{
    static const uint8_t cookie[] = {1, 2, 3, 4};
    static struct built b;
    struct nan_npba back;

    (void)state;
    for (uint8_t type = 0; type < NAN_NPBA_TYPES_; type++) {
        for (uint8_t status = 0; status < NAN_NPBA_STATUSES_; status++) {
            const struct nan_npba npba = {.dialog_token = 7,
                                          .type = type,
                                          .status = status,
                                          .reason = 13,
                                          .comeback_after = 1024,
                                          .cookie = {cookie, sizeof cookie},
                                          .methods = NAN_METHOD_PIN_DISPLAY | NAN_METHOD_HANDSHAKE_SKIPPED};
            nan_build_npba(start(&b), &npba);
            struct nan_attr attr = finish(&b, NAN_ATTR_NPBA);
            assert_int_equal(nan_npba_parse(&attr, &back), 0);
            assert_int_equal(back.type, type);
            assert_int_equal(back.status, status);
            assert_int_equal(back.reason, 13);
            assert_int_equal(back.methods, npba.methods);
            bool comeback = status == NAN_NPBA_COMEBACK;
            assert_int_equal(back.comeback_after, comeback && type == NAN_NPBA_RESPONSE ? 1024 : 0);
            assert_octets(back.cookie, cookie, comeback ? sizeof cookie : 0);
            ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_npba_parse, struct nan_npba, attr.body.size);
        }
    }
    b.data[7 + 3 + 1] = 0x03;
    struct nan_attr attr = finish(&b, NAN_ATTR_NPBA);
    assert_int_equal(nan_npba_parse(&attr, &back), NAN_E_VALUE);
    b.data[7 + 3 + 1] = 0x30;
    assert_int_equal(nan_npba_parse(&attr, &back), NAN_E_VALUE);
}

static void an_availability_comes_back_with_channels_and_bands(void **state)
{
    static const uint8_t slots[] = {0xfe, 0xff, 0xfe, 0xff}, bands[] = {2, 4};
    static const struct nan_channel channels[] = {{.operating_class = 125, .bitmap = 1, .primary = 0},
                                                  {.operating_class = 130, .bitmap = 2, .primary = 1, .auxiliary = 4}};
    struct nan_entry_draft drafts[] = {
        {.control = NAN_ENTRY_COMMITTED | NAN_ENTRY_TIME_BITMAP | 2 << 3 | 7 << 5 | 2 << 8,
         .channels = channels,
         .channels_count = 1},
        {.control = NAN_ENTRY_POTENTIAL, .bands = bands, .bands_count = 2},
        {.control = NAN_ENTRY_CONDITIONAL, .channels = channels, .channels_count = 2, .non_contiguous = true},
    };
    static struct built b;
    struct nan_availability back;
    struct nan_channel channel;
    struct nan_entry entry;

    (void)state;
    assert_int_equal(nan_time_control(16, 512, 3, &drafts[0].time.control), 0);
    drafts[0].time.slots = (struct nan_octets){slots, sizeof slots};
    nan_build_availability(start(&b), 4, NAN_AVAILABILITY_COMMITTED_CHANGED | 5, drafts, 3);
    struct nan_attr attr = finish(&b, NAN_ATTR_AVAILABILITY);
    assert_int_equal(nan_availability_parse(&attr, &back), 0);
    assert_int_equal(back.sequence, 4);
    assert_int_equal(back.control & NAN_AVAILABILITY_MAP_ID, 5);

    assert_true(nan_entry_next(&back.entries, &entry));
    assert_int_equal(entry.usage_preference, 2);
    assert_int_equal(entry.utilization, 7);
    assert_int_equal(entry.rx_nss, 2);
    assert_int_equal(entry.time.bit_tu, 16);
    assert_int_equal(entry.time.period_tu, 512);
    assert_int_equal(entry.time.start_offset, 3);
    assert_octets(entry.time.slots, slots, sizeof slots);
    assert_true(entry.has_list && entry.is_channels && !entry.non_contiguous);
    assert_true(nan_channel_next(&entry.list, false, &channel));
    assert_int_equal(channel.operating_class, 125);
    assert_false(nan_channel_next(&entry.list, false, &channel));

    assert_true(nan_entry_next(&back.entries, &entry));
    assert_true(entry.has_list && !entry.is_channels);
    assert_octets(entry.list, bands, sizeof bands);

    assert_true(nan_entry_next(&back.entries, &entry));
    assert_true(entry.non_contiguous);
    assert_int_equal(entry.list_count, 2);
    assert_true(nan_channel_next(&entry.list, true, &channel));
    assert_true(nan_channel_next(&entry.list, true, &channel));
    assert_int_equal(channel.auxiliary, 4);
    assert_false(nan_entry_next(&back.entries, &entry));
    attr.body.size--;
    assert_int_equal(nan_availability_parse(&attr, &back), NAN_E_LENGTH);
}

static void periods_beyond_512_tu_are_taken(void **state)
{
    static const unsigned int periods[] = {0, 128, 256, 512, 1024, 2048, 4096, 8192};
    uint16_t control = 0;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        for (unsigned int bit = 16, e = 0; bit <= 128; bit *= 2, e++) {
            assert_int_equal(nan_time_control(bit, periods[i], 511, &control), 0);
            assert_int_equal(control, e | i << 3 | 511 << 6);
            uint8_t body[] = {0, 0, 0, 6, 0, 0, 0x10, (uint8_t)control, (uint8_t)(control >> 8), 1, 0xff};
            struct nan_attr attr = {.id = NAN_ATTR_AVAILABILITY, .body = {body, sizeof body}};
            struct nan_availability availability;
            struct nan_entry entry;
            assert_int_equal(nan_availability_parse(&attr, &availability), 0);
            assert_true(nan_entry_next(&availability.entries, &entry));
            assert_int_equal(entry.time.period_tu, periods[i]);
            assert_int_equal(entry.time.bit_tu, bit);
            assert_false(entry.has_list);
        }
    }
    assert_int_equal(nan_time_control(16, 64, 0, &control), -EINVAL);
    assert_int_equal(nan_time_control(16, 500, 0, &control), -EINVAL);
    assert_int_equal(nan_time_control(8, 512, 0, &control), -EINVAL);
    assert_int_equal(nan_time_control(16, 512, 512, &control), -EINVAL);
}

static void data_cluster_and_link_are_read(void **state)
{
    static uint8_t ndc_body[] = {0x50, 0x6f, 0x9a, 1, 2, 3, 1, 0x12, 0x18, 0x00, 1, 0xfe};
    static uint8_t ndl_body[] = {1, 0x11, 0, 0x13, 9, 0x0f, 0x00, 0x01, 0x18, 0x00, 1, 0xaa};
    struct nan_attr ndc_attr = {.id = NAN_ATTR_NDC, .body = {ndc_body, sizeof ndc_body}};
    struct nan_attr ndl_attr = {.id = NAN_ATTR_NDL, .body = {ndl_body, sizeof ndl_body}};
    struct nan_attr qos_attr = {.id = NAN_ATTR_NDL_QOS, .body = {(const uint8_t *)"\x0c\xff\xff", 3}};
    struct nan_ndc_entry entry;
    struct nan_ndc ndc;
    struct nan_ndl ndl;
    struct nan_qos qos;

    (void)state;
    assert_int_equal(nan_ndc_parse(&ndc_attr, &ndc), 0);
    assert_true(ndc.selected);
    ASSERT_EVERY_CUT_IS_REFUSED(ndc_attr, nan_ndc_parse, struct nan_ndc, size_ == 7 ? 7 : sizeof ndc_body);
    assert_true(nan_ndc_entry_next(&ndc.schedule, &entry));
    assert_int_equal(entry.map_id, 2);
    assert_int_equal(entry.time.period_tu, 512);
    assert_false(nan_ndc_entry_next(&ndc.schedule, &entry));

    assert_int_equal(nan_ndl_parse(&ndl_attr, &ndl), 0);
    assert_int_equal(ndl.type, NAN_NDP_RESPONSE);
    assert_int_equal(ndl.status, NAN_STATUS_ACCEPTED);
    assert_int_equal(ndl.peer_id, 9);
    assert_int_equal(ndl.max_idle, 15);
    assert_true(nan_ndc_entry_next(&ndl.immutable, &entry));
    assert_int_equal(entry.map_id, 1);
    ASSERT_EVERY_CUT_IS_REFUSED(ndl_attr, nan_ndl_parse, struct nan_ndl, size_ == 7 ? 7 : sizeof ndl_body);
    ndl_body[1] = 0x03;
    assert_int_equal(nan_ndl_parse(&ndl_attr, &ndl), NAN_E_VALUE);
    ndl_body[1] = 0x30;
    assert_int_equal(nan_ndl_parse(&ndl_attr, &ndl), NAN_E_VALUE);

    assert_int_equal(nan_qos_parse(&qos_attr, &qos), 0);
    assert_int_equal(qos.min_slots, 12);
    assert_int_equal(qos.max_latency, NAN_QOS_NO_LATENCY);
    ASSERT_EVERY_CUT_IS_REFUSED(qos_attr, nan_qos_parse, struct nan_qos, 3);
}

static void cluster_service_list_container_and_vendor_are_read(void **state)
{
    static const uint8_t cluster_body[] = {1, 2, 3, 4, 5, 6, 7, 8, 2, 0x78, 0x56, 0x34, 0x12};
    static const uint8_t elements[] = {0x0b, 45, 2, 0xaa, 0xbb, 191, 0};
    static const uint8_t ids[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    struct nan_attr attr = {.id = NAN_ATTR_CLUSTER, .body = {cluster_body, sizeof cluster_body}};
    struct nan_container container;
    struct nan_element element;
    struct nan_cluster cluster;
    struct nan_master master;
    struct nan_vendor vendor;

    (void)state;
    assert_int_equal(nan_cluster_parse(&attr, &cluster), 0);
    assert_int_equal(cluster.hops, 2);
    assert_int_equal(cluster.beacon_time, 0x12345678);
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_cluster_parse, struct nan_cluster, 13);
    assert_int_equal(nan_master_parse(&attr, &master), 0);
    assert_int_equal(master.random_factor, 2);
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_master_parse, struct nan_master, 2);

    attr.body = (struct nan_octets){elements, sizeof elements};
    assert_int_equal(nan_container_parse(&attr, &container), 0);
    assert_true(container.one_map);
    assert_int_equal(container.map_id, 5);
    assert_true(nan_element_next(&container.elements, &element));
    assert_int_equal(element.id, 45);
    assert_int_equal(element.body.size, 2);
    assert_true(nan_element_next(&container.elements, &element));
    assert_false(nan_element_next(&container.elements, &element));
    attr.body.size--;
    assert_int_equal(nan_container_parse(&attr, &container), NAN_E_LENGTH);
    assert_int_equal(nan_vendor_parse(&attr, &vendor), 0);
    assert_int_equal(vendor.body.size, 3);
    ASSERT_EVERY_CUT_IS_REFUSED(attr, nan_vendor_parse, struct nan_vendor, 3);

    attr.body = (struct nan_octets){ids, sizeof ids};
    assert_int_equal(nan_service_ids_check(&attr), 0);
    assert_ptr_equal(nan_service_id_next(&attr.body), ids);
    assert_ptr_equal(nan_service_id_next(&attr.body), ids + 6);
    assert_null(nan_service_id_next(&attr.body));
    attr.body = (struct nan_octets){ids, 7};
    assert_int_equal(nan_service_ids_check(&attr), NAN_E_LENGTH);
}

static void a_missing_data_path_is_told_from_a_malformed_and_from_a_doubled_one(void **state)
{
    struct nan_ndp ndp = some_ndp();
    struct nan_data_path path;
    static struct built b;

    (void)state;
    (void)start(&b);
    assert_int_equal(nan_body_parse(b.data, b.w.used, &b.frame), 0);
    assert_int_equal(nan_data_path_of(&b.frame, &path), NAN_E_MISSING);
    nan_build_attr(&b.w, NAN_ATTR_NDP, "x", 1);
    assert_int_equal(nan_body_parse(b.data, b.w.used, &b.frame), 0);
    assert_int_equal(nan_data_path_of(&b.frame, &path), NAN_E_LENGTH);
    nan_build_ndp(&b.w, &ndp);
    assert_int_equal(nan_body_parse(b.data, b.w.used, &b.frame), 0);
    assert_int_equal(nan_data_path_of(&b.frame, &path), NAN_E_TWICE);
}

static bool fails(struct fascia_writer *w)
{
    bool failed = !fascia_writer_ok(w);

    w->failed = false;
    return failed;
}

static void what_a_field_cannot_hold_is_not_built(void **state)
{
    static const uint8_t many[300];
    struct nan_sda sda = {.control = NAN_SDA_SERVICE_INFO, .info = {many, 256}};
    struct nan_ndp ndp = {.type = NAN_NDP_TYPES_};
    struct nan_key key = {.mic = {many, 20}};
    struct nan_capability capability = {.map_id = 16};
    struct nan_nira nira = {.version = 1};
    struct nan_npba npba = {.status = NAN_NPBA_STATUSES_};
    struct nan_context context = {.type = NAN_CONTEXT_PMKID, .id = {many, 15}};
    const struct nan_entry_draft draft = {.bands = many, .bands_count = 16};
    static struct built b;
    struct fascia_writer *w = start(&b);

    (void)state;
    nan_build_sda(w, &sda);
    assert_true(fails(w));
    sda.control |= 3;
    sda.info.size = 0;
    nan_build_sda(w, &sda);
    assert_true(fails(w));
    nan_build_ndp(w, &ndp);
    assert_true(fails(w));
    ndp = (struct nan_ndp){.info = {many, 1}};
    nan_build_ndp(w, &ndp);
    assert_true(fails(w));
    nan_build_skda(w, &key);
    assert_true(fails(w));
    nan_build_capability(w, &capability);
    assert_true(fails(w));
    nan_build_nira(w, &nira);
    assert_true(fails(w));
    nan_build_npba(w, &npba);
    assert_true(fails(w));
    nan_build_csia(w, 0, NULL, 0);
    assert_true(fails(w));
    nan_build_scia(w, NULL, 0);
    assert_true(fails(w));
    nan_build_scia(w, &context, 1);
    assert_true(fails(w));
    nan_build_availability(w, 0, 0, &draft, 1);
    assert_true(fails(w));
    static uint8_t huge[70000], room[80000];
    fascia_writer_init(w, room, sizeof room);
    nan_build_attr(w, NAN_ATTR_VENDOR, huge, sizeof huge);
    assert_true(fails(w));
    fascia_writer_init(w, room, 4);
    nan_build_attr(w, NAN_ATTR_VENDOR, huge, 2);
    assert_true(fails(w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_descriptor_comes_back),
        cmocka_unit_test(a_service_descriptor_that_contradicts_itself_is_refused),
        cmocka_unit_test(an_extension_with_generic_service_information_comes_back),
        cmocka_unit_test(service_information_may_be_anything),
        cmocka_unit_test(a_data_path_comes_back),
        cmocka_unit_test(an_extended_data_path_comes_back_with_identifier_and_service),
        cmocka_unit_test(tlvs_are_refused_as_a_whole_or_passed_over),
        cmocka_unit_test(a_data_path_of_a_reserved_type_or_status_is_refused),
        cmocka_unit_test(cipher_suites_come_back_newer_ones_too),
        cmocka_unit_test(security_contexts_come_back),
        cmocka_unit_test(a_key_descriptor_comes_back_with_either_code_size),
        cmocka_unit_test(the_four_messages_are_told_by_their_bits),
        cmocka_unit_test(a_device_capability_comes_back),
        cmocka_unit_test(pairing_abilities_come_back),
        cmocka_unit_test(an_identity_comes_back_and_has_one_size),
        cmocka_unit_test(bootstrapping_comes_back_with_its_comeback),
        cmocka_unit_test(an_availability_comes_back_with_channels_and_bands),
        cmocka_unit_test(periods_beyond_512_tu_are_taken),
        cmocka_unit_test(data_cluster_and_link_are_read),
        cmocka_unit_test(cluster_service_list_container_and_vendor_are_read),
        cmocka_unit_test(a_missing_data_path_is_told_from_a_malformed_and_from_a_doubled_one),
        cmocka_unit_test(what_a_field_cannot_hold_is_not_built),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
