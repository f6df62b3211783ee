/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/report/checks.h"
#include "stack/report/facts_json.h"
#include "stack/report/render_html.h"
#include "tests/unit/test.h"

static struct report_facts facts;
static char page[65536];
static size_t page_size;

static int collect(void *userdata, const char *text, size_t size)
{
    (void)userdata;
    assert_true(page_size + size < sizeof page);
    memcpy(page + page_size, text, size);
    page_size += size;
    page[page_size] = '\0';
    return 0;
}

static void read_audio(const char *text)
{
    struct json_object *properties = json_tokener_parse(text);

    assert_non_null(properties);
    memset(&facts, 0, sizeof facts);
    report_facts_read_audio(&facts, properties);
    assert_int_equal(json_object_put(properties), 1);
}

static void draw(void)
{
    struct report_out out = {.write = collect};

    page_size = 0;
    report_svg_cabin(&facts.audio, &out);
    assert_int_equal(out.error, 0);
}

static void what_the_service_says_of_cabin_policy_and_classes_is_read(void **state)
{
    (void)state;
    read_audio(
        "{\"Speakers\":[\"FL\",\"AUX1\"],\"Cabin\":[[\"FL\",\"FL\",42.5,-10,1.2,90],[\"AUX1\",\"FR\",-42.5,0,0,0]],"
        "\"Policy\":[[\"discrete\",6],[\"stereo\",0]],\"Spatial\":true,\"ModeWanted\":\"mono\","
        "\"Classes\":[[\"media\",\"fascia.projection\",2,true,-3,null,\"muted\"]],"
        "\"Network\":[\"playing\",\"fe80::1%w\",5004,\"fe80::2%w\"]}");
    assert_true(facts.audio.has_cabin);
    assert_true(facts.audio.cabin[0].azimuth_deg == 42.5 && facts.audio.cabin[0].low_hz == 90);
    assert_string_equal(facts.audio.cabin[1].plays, "FR");
    assert_int_equal(facts.audio.policy_count, 2);
    assert_int_equal(facts.audio.policy[0].min_speakers, 6);
    assert_true(facts.audio.has_spatial && facts.audio.spatial);
    assert_string_equal(facts.audio.mode_wanted, "mono");
    assert_int_equal(facts.audio.classes[0].streams, 2);
    assert_true(facts.audio.classes[0].level_db == REPORT_SILENCE_DB); /* minus infinity is null in JSON */
    assert_int_equal(facts.audio.network.port, 5004);
    assert_int_equal(facts.cut, 0);
}

static void what_cannot_be_is_bounded_or_left_out(void **state)
{
    (void)state;
    read_audio("{\"Speakers\":[\"FL\"],\"Cabin\":[[\"FL\",5,1e300,-1e300,-4,null]],\"Policy\":7,"
               "\"Classes\":[[],[],[],[],[],[],[],[],[]],\"Network\":[],\"Spatial\":\"yes\"}");
    assert_true(facts.audio.has_cabin);
    assert_true(facts.audio.cabin[0].azimuth_deg == 360 && facts.audio.cabin[0].elevation_deg == -90);
    assert_true(facts.audio.cabin[0].distance_m == 0 && facts.audio.cabin[0].low_hz == 0);
    assert_false(facts.audio.has_spatial);
    assert_int_equal(facts.audio.classes_count, REPORT_CLASSES_MAX);
    assert_int_equal(facts.cut, 1);
    draw();
    read_audio("{\"Speakers\":[\"FL\",\"FR\"],\"Cabin\":[[\"FL\",\"FL\",30,0,0,0]]}");
    assert_false(facts.audio.has_cabin); /* rows that do not fit the speakers */
}

/* Where a column's texts stand: y of each, in the order of the page. */
static size_t rows_of(const char *anchor, int *ys)
{
    char wanted[64];
    size_t count = 0;

    (void)snprintf(wanted, sizeof wanted, "<text class=\"value\" text-anchor=\"%s\"", anchor);
    for (const char *at = page; (at = strstr(at, wanted)) != NULL; at++) {
        const char *y = strstr(at, " y=\"");
        assert_non_null(y);
        assert_true(count < REPORT_CHANNELS_MAX);
        ys[count++] = (int)strtol(y + 4, NULL, 10);
    }
    return count;
}

static void expect_room(size_t speakers)
{
    static const char *const anchors[] = {"end", "start"};
    int ys[REPORT_CHANNELS_MAX], height = 0;
    size_t seen = 0;

    assert_int_equal(sscanf(strstr(page, "viewBox"), "viewBox=\"0 0 %*d %d", &height), 1);
    for (size_t side = 0; side < 2; side++) {
        size_t count = rows_of(anchors[side], ys);
        for (size_t i = 0; i < count; i++) {
            assert_in_range(ys[i], 12, height - 30); /* two lines follow */
            assert_true(i == 0 || ys[i] - ys[i - 1] >= 44);
        }
        seen += count;
    }
    assert_int_equal(seen, speakers);
}

static void texts_of_the_cabin_never_touch(void **state)
{
    struct report_audio *audio = &facts.audio;
    (void)state;

    memset(&facts, 0, sizeof facts);
    audio->has_cabin = true;
    for (audio->speakers_count = 1; audio->speakers_count <= REPORT_CHANNELS_MAX; audio->speakers_count++) {
        for (int spread = 0; spread <= 180; spread += 45) { /* all in one place, up to all around */
            for (size_t i = 0; i < audio->speakers_count; i++) {
                (void)snprintf(audio->speakers[i], sizeof audio->speakers[i], "AUX%u", (unsigned int)i % 100);
                (void)snprintf(audio->cabin[i].plays, sizeof audio->cabin[i].plays, "FL");
                audio->cabin[i].azimuth_deg = 30 + spread * (double)i / (double)audio->speakers_count;
                audio->cabin[i].elevation_deg = i % 3 == 0 ? 45 : 0;
            }
            draw();
            expect_room(audio->speakers_count);
        }
    }
}

static void left_is_left_and_front_is_above(void **state)
{
    double x = 0, y = 0;
    (void)state;

    read_audio("{\"Speakers\":[\"FL\"],\"Cabin\":[[\"FL\",\"FL\",45,0,0,0]]}");
    draw();
    assert_int_equal(
        sscanf(strstr(page, "<circle class=\"speaker\""), "<circle class=\"speaker\" cx=\"%lf\" cy=\"%lf\"", &x, &y),
        2);
    int width = 0, height = 0;
    assert_int_equal(sscanf(strstr(page, "viewBox"), "viewBox=\"0 0 %d %d", &width, &height), 2);
    assert_true(x < width / 2 && y < height / 2);
}

static void heights_and_subwoofers_have_marks_of_their_own(void **state)
{
    (void)state;
    read_audio("{\"Speakers\":[\"TFL\",\"LFE\",\"<b>\"],\"Cabin\":[[\"TFL\",\"TFL\",30,45,0,0],"
               "[\"LFE\",\"LFE\",0,0,0,0],[\"x\",\"</svg>\",0,0,0,0]]}");
    draw();
    assert_non_null(strstr(page, "class=\"above\""));
    assert_non_null(strstr(page, "class=\"sub\""));
    assert_null(strstr(page, "<b>"));
    assert_non_null(strstr(page, "&#60;b&#62;"));
    assert_ptr_equal(strstr(page, "</svg>"), page + page_size - 7);
}

static enum report_outcome spatial(char *evidence, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, evidence, size);
    return check_spatial(&facts, &(struct report_parameters){.count = 0}, &text);
}

static void channels_behind_filters_are_not_lost(void **state)
{
    char evidence[512];
    (void)state;

    read_audio(
        "{\"Speakers\":[\"FL\",\"FR\"],\"Channels\":[\"FL\",\"FR\",\"FC\"],\"Mode\":\"virtual\",\"Source\":\"3.0\","
        "\"Matrix\":[[0,0,0],[0,0,0]],\"Filters\":\"headphones\",\"Spatial\":true}");
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_MET);
    assert_non_null(strstr(evidence, "no channel is lost (headphones filters); counts as spatial sound"));
    (void)snprintf(facts.audio.filters, sizeof facts.audio.filters, "crosstalk");
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_MET);
    (void)snprintf(facts.audio.mode, sizeof facts.audio.mode, "stereo"); /* which has none, whatever is said */
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_NOT_MET);
    (void)snprintf(facts.audio.mode, sizeof facts.audio.mode, "virtual");
    (void)snprintf(facts.audio.filters, sizeof facts.audio.filters, "magic"); /* nobody knows such filters */
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_NOT_MET);
    assert_non_null(strstr(evidence, "FC is lost and the service does not say so"));
}

static void an_inverted_channel_is_heard_and_one_that_is_said_to_be_lost_is_believed(void **state)
{
    char evidence[512];
    (void)state;

    read_audio("{\"Speakers\":[\"FL\",\"FR\"],\"Channels\":[\"FL\",\"FR\",\"RC\"],\"Mode\":\"ltrt\",\"Source\":\"3.0\","
               "\"Matrix\":[[1,0,-0.7],[0,1,0]]}");
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_MET);
    assert_true(facts.audio.matrix[0][2] == -0.7 && facts.audio.matrix[1][1] == 1 && facts.audio.matrix[1][0] == 0);
    facts.audio.lost_count = 1;
    (void)snprintf(facts.audio.lost[0], sizeof facts.audio.lost[0], "RC");
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_NOT_MET);
    assert_non_null(strstr(evidence, "; RC is lost"));
}

/* What a head's filters make of a channel is no column of a matrix. */
static void what_is_measured_behind_filters_is_not_judged_by_the_matrix(void **state)
{
    static const struct report_parameters one_db = {.tolerance_db = 1};
    char evidence[512];
    struct fascia_text text;
    (void)state;

    read_audio("{\"Speakers\":[\"FL\"],\"Channels\":[\"FL\"],\"Mode\":\"virtual\",\"Filters\":\"headphones\","
               "\"Matrix\":[[0]]}");
    facts.sound.attached = true;
    facts.sound.speakers_count = facts.sound.channels_count = 1;
    (void)snprintf(facts.sound.speakers[0], sizeof facts.sound.speakers[0], "FL");
    (void)snprintf(facts.sound.channels[0].name, sizeof facts.sound.channels[0].name, "FL");
    facts.sound.channels[0].known[0] = true;
    facts.sound.channels[0].gains[0] = 1;
    fascia_text_init(&text, evidence, sizeof evidence);
    assert_int_equal(check_sound_measured(&facts, &one_db, &text), REPORT_OUTCOME_UNKNOWN);
    assert_non_null(strstr(evidence, "headphones filters are in use"));
}

static void levels_are_read_and_silence_is_told_from_them(void **state)
{
    struct json_object *reply = json_tokener_parse("[[[\"FL\",-6,-18],[\"FR\",null,null]],[[\"media\",-6,-18,-2]],-1.5,"
                                                   "[-19.2,null,-20.1],-5.8]");
    (void)state;

    memset(&facts, 0, sizeof facts);
    report_facts_read_levels(&facts, reply);
    assert_true(facts.audio.levels.known);
    assert_true(facts.audio.levels.speaker[0].rms_db == -18);
    assert_true(facts.audio.levels.reduction_db == -1.5 && facts.audio.levels.class_gain_db[0] == -2);
    assert_true(facts.audio.levels.speaker[1].peak_db == REPORT_SILENCE_DB);
    assert_true(facts.audio.levels.short_term == REPORT_SILENCE_DB);
    struct json_object *json = report_json_levels(&facts.audio.levels);
    assert_non_null(strstr(json_object_to_json_string(json), "\"short_term_lufs\": null"));
    assert_int_equal(json_object_put(json), 1);
    report_facts_read_levels(&facts, NULL);
    assert_false(facts.audio.levels.known);
    assert_int_equal(json_object_put(reply), 1);
    reply = json_tokener_parse("[[],[],3,[0,0,0],0]");
    report_facts_read_levels(&facts, reply);
    assert_true(facts.audio.levels.reduction_db == 0); /* no limiter amplifies */
    assert_int_equal(json_object_put(reply), 1);
}

static void text_of_sound(void)
{
    struct report_out out = {.write = collect};

    page_size = 0;
    report_text_sound(&facts, &out);
    assert_int_equal(out.error, 0);
}

static void the_text_fits_100_columns_with_twelve_channels(void **state)
{
    (void)state;
    read_audio("{\"Speakers\":[\"FL\",\"FR\"],\"Channels\":[\"FL\",\"FR\",\"FC\",\"LFE\",\"SL\",\"SR\",\"RL\",\"RR\","
               "\"TFL\",\"TFR\",\"TRL\",\"TRR\"],\"Mode\":\"stereo\",\"Source\":\"7.1.4\",\"LatencyFrames\":72,"
               "\"Rate\":48000,\"Matrix\":[[1,0,0,0,0,0,0,0,0,0,0,0],[0,1,0,0,0,0,0,0,0,0,0,0]]}");
    assert_true(facts.audio.has_matrix);
    text_of_sound();
    assert_non_null(strstr(page, "  7.1.4 as stereo on FL FR; lost: none\n"));
    assert_non_null(strstr(page, "latency 72 frames (1.5 ms) at 48000 Hz\n"));
    for (const char *at = page, *end; (end = strchr(at, '\n')) != NULL; at = end + 1)
        assert_in_range(end - at, 0, 100);
}

static void what_is_refused_is_not_said_to_be_rendered(void **state)
{
    (void)state;
    read_audio("{\"Speakers\":[\"LFE\"],\"Mode\":\"refuse\",\"Source\":\"5.1\",\"LostChannels\":[\"FL\",\"FR\"],"
               "\"ModeReason\":\"there is no full-range speaker\"}");
    text_of_sound();
    assert_non_null(strstr(page, "  5.1 is refused on LFE; lost: FL FR\n  there is no full-range speaker\n"));
    assert_null(strstr(page, "0 Hz")); /* no sink, no rate */
    read_audio("{\"Mode\":\"refuse\",\"Source\":\"5.1\"}");
    text_of_sound();
    assert_non_null(strstr(page, "  5.1 is refused\n"));
}

static void behind_filters_no_matrix_of_silence_is_shown(void **state)
{
    struct report_out out = {.write = collect};
    const struct report report = {.facts = &facts};
    (void)state;

    read_audio("{\"Speakers\":[\"FL\",\"FR\"],\"Channels\":[\"FL\",\"FR\",\"FC\"],\"Mode\":\"virtual\","
               "\"Source\":\"3.0\",\"Matrix\":[[0,0,0],[0,0,0]],\"Filters\":\"headphones\","
               "\"Cabin\":[[\"FL\",\"FL\",30,0,0,0],[\"FR\",\"FR\",-30,0,0,0]]}");
    text_of_sound();
    assert_non_null(strstr(page, "of no channel: all go through filters"));
    assert_null(strstr(page, "matrix"));
    assert_null(strstr(page, "plays FL"));
    page_size = 0;
    report_html_sound(&report, &out);
    assert_non_null(strstr(page, "by filters (headphones): there is no matrix."));
    assert_null(strstr(page, "The cabin from above"));
    assert_null(strstr(page, "Matrix:"));
    facts.audio.matrix[0][2] = .7; /* what an output plays besides */
    page_size = 0;
    report_html_sound(&report, &out);
    assert_non_null(strstr(page, "the matrix has the others"));
    assert_non_null(strstr(page, "Matrix:"));
}

static void a_loudness_that_has_just_begun_is_no_silence(void **state)
{
    struct json_object *reply = json_tokener_parse("[[[\"FL\",-6,-18]],[],0,[-19.2,null,null],-5.8]");
    (void)state;

    read_audio("{\"Speakers\":[\"FL\"],\"Mode\":\"mono\",\"Source\":\"mono\"}");
    report_facts_read_levels(&facts, reply);
    text_of_sound();
    assert_non_null(strstr(page, "momentary -19.2, short-term not yet, integrated not yet; true peak -5.8 dBTP"));
    facts.audio.levels.momentary = REPORT_SILENCE_DB;
    text_of_sound();
    assert_non_null(strstr(page, "momentary silence, short-term silence, integrated silence"));
    assert_int_equal(json_object_put(reply), 1);
}

static void sound_that_is_switched_off_is_not_called_silent(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    text_of_sound();
    assert_non_null(strstr(page, "SOUND  the audio service does not answer\n"));
    facts.functions[0] = (struct report_function){.name = "audio", .state = FASCIA_FUNCTION_OFF};
    facts.functions_count = 1;
    text_of_sound();
    assert_non_null(strstr(page, "SOUND  is switched off\n"));
    char evidence[512];
    assert_int_equal(spatial(evidence, sizeof evidence), REPORT_OUTCOME_UNKNOWN);
    assert_string_equal(evidence, "the audio service is switched off");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_service_says_of_cabin_policy_and_classes_is_read),
        cmocka_unit_test(what_cannot_be_is_bounded_or_left_out),
        cmocka_unit_test(texts_of_the_cabin_never_touch),
        cmocka_unit_test(left_is_left_and_front_is_above),
        cmocka_unit_test(heights_and_subwoofers_have_marks_of_their_own),
        cmocka_unit_test(channels_behind_filters_are_not_lost),
        cmocka_unit_test(an_inverted_channel_is_heard_and_one_that_is_said_to_be_lost_is_believed),
        cmocka_unit_test(what_is_measured_behind_filters_is_not_judged_by_the_matrix),
        cmocka_unit_test(levels_are_read_and_silence_is_told_from_them),
        cmocka_unit_test(the_text_fits_100_columns_with_twelve_channels),
        cmocka_unit_test(what_is_refused_is_not_said_to_be_rendered),
        cmocka_unit_test(behind_filters_no_matrix_of_silence_is_shown),
        cmocka_unit_test(a_loudness_that_has_just_begun_is_no_silence),
        cmocka_unit_test(sound_that_is_switched_off_is_not_called_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
