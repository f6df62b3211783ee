/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a capture (pcap, link type 105) of one frame of each kind that stack/aware can build, on standard output. */
#include <stdio.h>
#include <stdlib.h>

#include "stack/aware/nan_build.h"
#include "stack/aware/nan_id.h"

static const struct fascia_mac nmi_i = {{0x42, 0, 0, 0, 1, 0}}, nmi_r = {{0x42, 0, 0, 0, 0, 0}},
                               cluster = {{0x50, 0x6f, 0x9a, 0x01, 0x5c, 0x7b}};
static const uint8_t octets[64] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc};

static uint8_t frame[4096];
static struct fascia_writer w;
static uint32_t written;

static void u32(uint32_t value)
{
    for (unsigned int i = 0; i < 4; i++)
        (void)putchar((int)(value >> 8 * i & 0xff));
}

static void begin(void)
{
    fascia_writer_init(&w, frame, sizeof frame);
    nan_build_header(&w, &nmi_r, &nmi_i, &cluster);
}

static void end(void)
{
    if (!fascia_writer_ok(&w)) {
        (void)fprintf(stderr, "frame %u cannot be built\n", written + 1);
        exit(1);
    }
    u32(1700000000 + written++);
    u32(0);
    u32((uint32_t)w.used);
    u32((uint32_t)w.used);
    (void)fwrite(frame, 1, w.used, stdout);
}

static struct nan_ndp ndp_of(uint8_t type, uint8_t status, uint8_t control)
{
    return (struct nan_ndp){
        .dialog_token = 7,
        .type = type,
        .status = status,
        .reason = status == NAN_STATUS_REJECTED ? 8 : 0,
        .initiator_ndi = {{0x52, 0, 0, 0, 1, 0}},
        .ndp_id = 3,
        .control = control,
        .publish_id = 9,
        .responder_ndi = {{0x52, 0, 0, 0, 0, 0}},
    };
}

static void write_service(uint8_t type, uint8_t category)
{
    static const uint8_t filter[] = {2, 'a', 'b', 1, 'c'}, set[] = {0x02, 1, 2, 3, 4, 5, 6};
    uint8_t parts[64];
    struct fascia_writer inner;
    struct nan_sda sda = {
        .service_id = {0xcb, 0x91, 0xc1, 0x6c, 0x2c, 0xa2},
        .instance = 4,
        .requestor_instance = type == NAN_SDA_PUBLISH ? 0 : 5,
        .control = (uint8_t)(type | NAN_SDA_SERVICE_INFO),
        .info = {octets, 12},
        .matching_filter = {filter, sizeof filter},
        .response_filter = {set, sizeof set},
        .binding_bitmap = 0x0102,
    };
    struct nan_sdea sdea = {
        .instance = 4,
        .control = NAN_SDEA_DATA_PATH | NAN_SDEA_SECURITY,
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

    if (type == NAN_SDA_SUBSCRIBE)
        sda.control |= NAN_SDA_MATCHING_FILTER | NAN_SDA_RESPONSE_FILTER | NAN_SDA_BINDING_BITMAP;
    if (type == NAN_SDA_FOLLOW_UP) {
        sdea.control |= NAN_SDEA_RANGE_LIMIT | NAN_SDEA_UPDATE_INDICATOR;
        sdea.ingress_limit = 100;
        sdea.egress_limit = 200;
        sdea.update_indicator = 3;
    }
    fascia_writer_init(&inner, parts, sizeof parts);
    nan_build_service_parts(&inner, &sdea.info);
    sdea.info.info = (struct nan_octets){parts, inner.used};
    begin();
    nan_build_sdf(&w, category);
    nan_build_sda(&w, &sda);
    nan_build_sdea(&w, &sdea);
    end();
}

static void write_bootstrapping(uint8_t type, uint8_t status)
{
    const struct nan_capability capability = {.map_id = 1,
                                              .one_map = true,
                                              .committed_dw = 0x0449,
                                              .bands = NAN_BAND_2GHZ | NAN_BAND_5GHZ,
                                              .modes = NAN_MODE_VHT | NAN_MODE_160,
                                              .tx_antennas = 1,
                                              .rx_antennas = 2,
                                              .switch_time = 5000,
                                              .capabilities = NAN_CAPABILITY_NDPE | NAN_CAPABILITY_EXTENDED_KEY_ID};
    const struct nan_dcea dcea = {.regulatory = 1, .pairing_setup = true, .key_caching = true};
    const struct nan_nira nira = {.nonce = {1, 2, 3}, .tag = {4, 5, 6}};
    const struct nan_npba npba = {.dialog_token = 1,
                                  .type = type,
                                  .status = status,
                                  .reason = status == NAN_NPBA_REJECTED ? 13 : 0,
                                  .comeback_after = 500,
                                  .cookie = {octets, 5},
                                  .methods = NAN_METHOD_PIN_DISPLAY};

    begin();
    nan_build_sdf(&w, NAN_CATEGORY_PUBLIC);
    nan_build_capability(&w, &capability);
    nan_build_dcea(&w, &dcea);
    nan_build_nira(&w, &nira);
    nan_build_npba(&w, &npba);
    end();
}

static void write_schedule(void)
{
    static const struct nan_channel channels[] = {{.operating_class = 81, .bitmap = 0x20, .primary = 0},
                                                  {.operating_class = 115, .bitmap = 0x01, .primary = 0}};
    static const uint8_t bands[] = {2, 4};
    struct nan_entry_draft drafts[] = {
        {.control = NAN_ENTRY_COMMITTED | NAN_ENTRY_TIME_BITMAP | 2 << 3 | 3 << 5 | 2 << 8,
         .channels = channels,
         .channels_count = 2},
        {.control = NAN_ENTRY_POTENTIAL | 7 << 5, .bands = bands, .bands_count = 2},
        {.control = NAN_ENTRY_CONDITIONAL | NAN_ENTRY_TIME_BITMAP, .channels = channels, .channels_count = 1},
    };

    if (nan_time_control(16, 512, 2, &drafts[0].time.control) != 0 ||
        nan_time_control(128, 8192, 0, &drafts[2].time.control) != 0)
        exit(1);
    drafts[0].time.slots = (struct nan_octets){octets, 4};
    drafts[2].time.slots = (struct nan_octets){octets, 8};
    nan_build_availability(&w, 5, NAN_AVAILABILITY_COMMITTED_CHANGED | 3, drafts, 3);
}

static void write_set_up(uint8_t subtype, uint8_t type, uint8_t suite, bool extended, uint8_t category)
{
    static const uint16_t information[] = {0x0088, 0x0108, 0x03c8, 0x0348};
    const struct nan_csia_suite suites[] = {{suite, 9}};
    const struct nan_context context = {.type = NAN_CONTEXT_PMKID, .publish_id = 9, .id = {octets, NAN_PMKID_SIZE}};
    uint8_t control = NAN_NDP_SECURITY;

    control |= type == NAN_NDP_REQUEST ? NAN_NDP_CONFIRM_REQUIRED | NAN_NDP_PUBLISH_ID : 0;
    control |= type == NAN_NDP_RESPONSE ? NAN_NDP_RESPONDER_NDI : 0;
    begin();
    nan_build_naf(&w, category, subtype);
    struct nan_ndpe ndpe = {
        .ndp = ndp_of(type, NAN_STATUS_CONTINUED, control),
        .has_iid = true,
        .iid = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77},
    };
    if (extended)
        nan_build_ndpe(&w, &ndpe);
    else
        nan_build_ndp(&w, &ndpe.ndp);
    if (type == NAN_NDP_REQUEST || type == NAN_NDP_RESPONSE) {
        nan_build_csia(&w, 0, suites, 1);
        nan_build_scia(&w, &context, 1);
    }
    const struct nan_key key = {
        .publish_id = 9,
        .descriptor = 2,
        .information = information[type],
        .replay_counter = type < 2 ? 1 : 2,
        .nonce = {0xaa, type},
        .mic = {octets, nan_suite_mic_size(suite)},
        .data = {octets, type == NAN_NDP_CONFIRM ? 24 : 0},
    };
    nan_build_skda(&w, &key);
    write_schedule();
    end();
}

static void write_end(uint8_t type, uint8_t status, bool info)
{
    struct nan_ndp ndp = ndp_of(type, status, info ? NAN_NDP_INFO | NAN_NDP_RESPONDER_NDI : 0);

    if (info)
        ndp.info = (struct nan_octets){octets, 6};
    begin();
    nan_build_naf(&w, NAN_CATEGORY_PUBLIC,
                  type == NAN_NDP_RESPONSE ? NAN_SUBTYPE_NDP_RESPONSE : NAN_SUBTYPE_NDP_TERMINATION);
    nan_build_ndp(&w, &ndp);
    end();
}

int main(void)
{
    u32(0xa1b2c3d4);
    u32(2 | 4 << 16);
    u32(0);
    u32(0);
    u32(65535);
    u32(105);
    for (uint8_t type = NAN_SDA_PUBLISH; type <= NAN_SDA_FOLLOW_UP; type++)
        write_service(type, type == NAN_SDA_FOLLOW_UP ? NAN_CATEGORY_PROTECTED_DUAL : NAN_CATEGORY_PUBLIC);
    for (uint8_t type = 0; type < NAN_NPBA_TYPES_; type++) {
        for (uint8_t status = 0; status < NAN_NPBA_STATUSES_; status++)
            write_bootstrapping(type, status);
    }
    for (uint8_t type = NAN_NDP_REQUEST; type <= NAN_NDP_SECURITY_INSTALL; type++) {
        uint8_t subtype = (uint8_t)(NAN_SUBTYPE_NDP_REQUEST + type);
        write_set_up(subtype, type, NAN_SUITE_SK_128, true, NAN_CATEGORY_PUBLIC);
        write_set_up(subtype, type, NAN_SUITE_SK_256, false, NAN_CATEGORY_PUBLIC);
        write_set_up(subtype, type, NAN_SUITE_PK_PASN_256, true, NAN_CATEGORY_PROTECTED_DUAL);
    }
    write_end(NAN_NDP_RESPONSE, NAN_STATUS_REJECTED, false);
    write_end(NAN_NDP_RESPONSE, NAN_STATUS_ACCEPTED, true);
    write_end(NAN_NDP_TERMINATE, NAN_STATUS_CONTINUED, false);
    return 0;
}
