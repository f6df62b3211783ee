/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/nan_build.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_radiotap.h"
#include "stack/aware/nan_show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
    if (!condition)
        abort();
}

/* What was handed out lies inside what was handed in. */
static void check_inside(struct nan_octets octets, const uint8_t *data, size_t size)
{
    if (octets.size > 0)
        check(octets.data >= data && octets.size <= size && (size_t)(octets.data - data) <= size - octets.size);
}

/* What was parsed is built to the octets that it came from, and parsed to the same again; trailing octets that no
 * parser knows get lost, so the way is compared from the second time on. */
static void check_way_back(const struct nan_attr *attr)
{
    static uint8_t first[70000], second[70000];
    uint8_t *const rooms[] = {first, second};
    struct nan_attr from = *attr;
    size_t sizes[2] = {0};

    for (size_t turn = 0; turn < 2; turn++) {
        struct fascia_writer w;
        struct nan_sda sda;
        struct nan_sdea sdea;
        struct nan_ndp ndp;
        struct nan_key key;
        struct nan_npba npba;
        struct nan_capability capability;
        fascia_writer_init(&w, rooms[turn], 70000);
        if (from.id == NAN_ATTR_SDA && nan_sda_parse(&from, &sda) == 0)
            nan_build_sda(&w, &sda);
        else if (from.id == NAN_ATTR_SDEA && nan_sdea_parse(&from, &sdea) == 0)
            nan_build_sdea(&w, &sdea);
        else if (from.id == NAN_ATTR_NDP && nan_ndp_parse(&from, &ndp) == 0)
            nan_build_ndp(&w, &ndp);
        else if (from.id == NAN_ATTR_SKDA && nan_key_parse(&from, 0, &key) == 0)
            nan_build_skda(&w, &key);
        else if (from.id == NAN_ATTR_NPBA && nan_npba_parse(&from, &npba) == 0)
            nan_build_npba(&w, &npba);
        else if (from.id == NAN_ATTR_DEVICE_CAPABILITY && nan_capability_parse(&from, &capability) == 0)
            nan_build_capability(&w, &capability);
        else
            return check(turn == 0);
        check(fascia_writer_ok(&w) && w.used >= 3);
        sizes[turn] = w.used;
        from.body = (struct nan_octets){.data = rooms[turn] + 3, .size = w.used - 3};
    }
    /* Reserved bits of an octet that is taken apart (map id) may get lost the first time, too. */
    check(sizes[0] == sizes[1] && memcmp(first, second, sizes[0]) == 0);
}

static void check_words(const struct nan_frame *frame, bool json)
{
    static char buffer[NAN_SHOW_SIZE];
    struct fascia_text text;
    struct nan_show show;

    fascia_text_init(&text, buffer, sizeof buffer);
    nan_show_init(&show, &text, json);
    if (json)
        nan_show_open(&show, NULL, NULL);
    check(nan_show_attributes(&show, frame) <= frame->attributes);
    if (json)
        nan_show_close(&show);
    check(strlen(buffer) == text.used);
    size_t open = 0, quotes = 0;
    for (const char *at = buffer; *at != '\0'; at++) {
        check(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
        check(!json || *at != '\n');
        if (*at == '\\')
            at++;
        else if (*at == '"')
            quotes++;
        else if (quotes % 2 == 0 && (*at == '{' || *at == '['))
            open++;
        else if (quotes % 2 == 0 && (*at == '}' || *at == ']'))
            check(open-- > 0);
    }
    check(!json || text.cut || (open == 0 && quotes % 2 == 0));
}

static void check_frame(const struct nan_frame *frame, const uint8_t *data, size_t size)
{
    struct nan_data_path path;
    struct nan_attr attr;
    struct nan_walk walk;
    size_t count = 0;

    check(frame->kind < NAN_KINDS_ && frame->parts_count >= 1 && frame->parts_count <= NAN_PARTS_MAX);
    check_inside(frame->body, data, size);
    nan_walk_init(&walk, frame);
    while (nan_attr_next(&walk, &attr)) {
        check_inside(attr.body, data, size);
        check_way_back(&attr);
        count++;
    }
    check(count == frame->attributes && nan_unknown_count(frame) <= count);
    if (nan_data_path_of(frame, &path) == 0)
        check(path.ndpe.ndp.type < NAN_NDP_TYPES_ && path.ndpe.ndp.status < NAN_STATUSES_);
    check_words(frame, false);
    check_words(frame, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nan_radiotap radiotap;
    struct nan_frame frame;

    int result = nan_frame_parse(data, size, &frame);
    check(result == 0 || nan_explain(result) != NULL);
    if (result == 0)
        check_frame(&frame, data, size);
    if (nan_body_parse(data, size, &frame) == 0)
        check_frame(&frame, data, size);
    if (nan_radiotap_parse(data, size, &radiotap) == 0) {
        check_inside(radiotap.frame, data, size);
        if (nan_frame_parse(radiotap.frame.data, radiotap.frame.size, &frame) == 0)
            check_frame(&frame, data, size);
    }
    return 0;
}
