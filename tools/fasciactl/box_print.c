/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "stack/base/text.h"
#include "stack/report/facts.h"
#include "tools/fasciactl/box.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

#define TIME_SIZE 48

/* ISO 8601, local, with milliseconds: "2026-11-25T19:05:00.123+01:00". */
static const char *format_time(int64_t realtime_us, char to[static TIME_SIZE])
{
    int64_t within = realtime_us % 1000000;
    if (within < 0)
        within += 1000000;
    time_t seconds = (time_t)((realtime_us - within) / 1000000);
    char day[32] = "?", zone[8] = "";
    struct tm local;

    if (localtime_r(&seconds, &local) == NULL || strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &local) == 0) {
        (void)snprintf(to, TIME_SIZE, "?");
        return to;
    }
    (void)strftime(zone, sizeof zone, "%z", &local);
    (void)snprintf(to, TIME_SIZE, "%s.%03d%.3s:%s", day, (int)(within / 1000), zone, zone + 3);
    return to;
}

static const char *severity_name(uint8_t severity)
{
    static const char *const names[] = {"emergency", "alert",  "critical", "error",
                                        "warning",   "notice", "info",     "debug"};
    return names[severity & 7];
}

/* ---- records ---- */

/* A record with its text made printable. */
struct shown {
    const struct box_record *record;
    char name[BOX_ID_TEXT_SIZE]; /* or its MESSAGE_ID, when we do not know it */
    char source[BOX_SOURCE_SIZE], detail[BOX_DETAIL_SIZE];
};

static struct shown show(const struct box_record *record, const char *name)
{
    struct shown shown = {.record = record};
    enum fascia_event_kind kind = box_record_kind(record);

    if (kind != FASCIA_EVENTS_)
        (void)snprintf(shown.name, sizeof shown.name, "%s", fascia_event_name(kind));
    else if (name != NULL)
        (void)report_text_clean(shown.name, sizeof shown.name, name);
    else
        (void)box_id_format(record->message, shown.name);
    (void)report_text_clean(shown.source, sizeof shown.source, record->source);
    (void)report_text_clean(shown.detail, sizeof shown.detail, record->detail);
    return shown;
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

static void add_number(struct json_object *object, const char *key, int64_t number)
{
    (void)json_object_object_add(object, key, json_object_new_int64(number));
}

static bool is_recorded(const struct box_record *record)
{
    static const uint8_t none[BOX_ID_SIZE];
    return memcmp(record->boot, none, sizeof none) != 0;
}

static bool has_message(const struct box_record *record)
{
    static const uint8_t none[BOX_ID_SIZE];
    return memcmp(record->message, none, sizeof none) != 0;
}

static struct json_object *json_of(const struct shown *shown)
{
    const struct box_record *record = shown->record;
    struct json_object *object = json_object_new_object();
    char text[TIME_SIZE], id[BOX_ID_TEXT_SIZE];

    if (is_recorded(record)) {
        add_text(object, "boot", box_id_format(record->boot, id));
        add_number(object, "sequence", (int64_t)record->sequence);
        add_number(object, "index", (int64_t)record->index);
        add_number(object, "lost_before", record->lost);
    }
    add_text(object, "time", format_time(record->realtime_us, text));
    add_number(object, "realtime_us", record->realtime_us);
    add_number(object, "t_us", record->monotonic_us);
    add_text(object, "event", shown->name);
    if (has_message(record))
        add_text(object, "message_id", box_id_format(record->message, id));
    add_text(object, "severity", severity_name(record->severity));
    add_text(object, "source", shown->source);
    add_text(object, "detail", shown->detail);
    return object;
}

int box_print_event(const struct box_record *record, const char *name, bool json)
{
    struct shown shown = show(record, name);
    char text[TIME_SIZE];

    if (json) {
        _cleanup_(json_release) struct json_object *object = json_of(&shown);
        return output_json_line(stdout, object);
    }
    (void)printf("%s %11.3f  %-19s %-13s %s\n", format_time(record->realtime_us, text),
                 (double)record->monotonic_us / 1e6, shown.name, shown.source, shown.detail);
    return fflush(stdout) == 0 ? 0 : -EIO;
}

/* Why the numbering jumps, where it does. */
static void print_gap(const struct box_record *record, uint64_t expected)
{
    if (record->index > expected)
        (void)printf("-- %" PRIu64 " events are missing here: overwritten by later ones, or damaged --\n",
                     record->index - expected);
    if (record->lost > 0)
        (void)printf("-- %" PRIu32 " events were not recorded here: they came faster than the disk takes them --\n",
                     record->lost);
}

static void print_heading(const struct box *box, size_t row)
{
    const struct box_boot *boot = &box->image.boots[row];
    char id[BOX_ID_TEXT_SIZE];

    (void)printf("-- boot %d, %s: %zu events", box_number(box, row), box_id_format(boot->id, id), boot->records);
    if (boot->damaged > 0)
        (void)printf(", %zu damaged", boot->damaged);
    (void)puts(" --");
}

static int print_array(const struct box *box, size_t row)
{
    _cleanup_(json_release) struct json_object *array = json_object_new_array();
    struct box_record record;

    for (size_t i = 0; i < box->image.boots[row].records; i++) {
        box_image_record(&box->image, row, i, &record);
        struct shown shown = show(&record, NULL);
        (void)json_object_array_add(array, json_of(&shown));
    }
    return output_json(stdout, array);
}

int box_print_records(const struct box *box, size_t row, bool json, bool lines)
{
    struct box_record record;
    uint64_t expected = 0;
    int r = 0;

    if (json && !lines)
        return print_array(box, row);
    if (!json)
        print_heading(box, row);
    for (size_t i = 0; r == 0 && i < box->image.boots[row].records; i++) {
        box_image_record(&box->image, row, i, &record);
        if (!json)
            print_gap(&record, expected);
        expected = record.index + 1;
        r = box_print_event(&record, NULL, json);
    }
    return r;
}

/* ---- boots ---- */

static struct json_object *json_of_boot(const struct box *box, size_t row)
{
    const struct box_boot *boot = &box->image.boots[row];
    struct json_object *object = json_object_new_object();
    char text[TIME_SIZE], id[BOX_ID_TEXT_SIZE];

    add_number(object, "number", box_number(box, row));
    add_text(object, "boot", box_id_format(boot->id, id));
    add_text(object, "first", format_time(boot->first.realtime_us, text));
    add_text(object, "last", format_time(boot->last.realtime_us, text));
    add_number(object, "first_realtime_us", boot->first.realtime_us);
    add_number(object, "last_realtime_us", boot->last.realtime_us);
    add_number(object, "first_t_us", boot->first.monotonic_us);
    add_number(object, "last_t_us", boot->last.monotonic_us);
    add_number(object, "records", (int64_t)boot->records);
    add_number(object, "written", (int64_t)boot->written);
    add_number(object, "damaged", (int64_t)boot->damaged);
    return object;
}

int box_print_boots(const struct box *box, bool json)
{
    char first[TIME_SIZE], last[TIME_SIZE], id[BOX_ID_TEXT_SIZE];

    if (json) {
        _cleanup_(json_release) struct json_object *array = json_object_new_array();
        for (size_t row = 0; row < box->image.boots_count; row++)
            (void)json_object_array_add(array, json_of_boot(box, row));
        return output_json(stdout, array);
    }
    (void)printf("%4s  %-32s  %-29s  %-29s  %7s  %8s  %7s\n", "boot", "id", "first event", "last event", "events", "of",
                 "damaged");
    for (size_t row = box->image.boots_count; row-- > 0;) {
        const struct box_boot *boot = &box->image.boots[row];
        (void)printf("%4d  %s  %-29s  %-29s  %7zu  %8" PRIu64 "  %7zu\n", box_number(box, row),
                     box_id_format(boot->id, id), format_time(boot->first.realtime_us, first),
                     format_time(boot->last.realtime_us, last), boot->records, boot->written, boot->damaged);
    }
    return fflush(stdout) == 0 ? 0 : -EIO;
}
