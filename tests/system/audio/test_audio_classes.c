/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes of streams in the real fascia-audio: who is led where, who gives way for how long, who on the bus may ask for
 * quiet, and what is kept when the power goes.
 */
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/streams/class.h"
#include "audio/streams/focus.h"
#include "tests/system/audio/stand.h"
#include "tests/system/audio/tape.h"
#include "tests/unit/test.h"

#define AUDIO "org.fascia.Audio1", "/org/fascia/Audio1", "org.fascia.Audio1"

static const struct layout STEREO = {.channels = {LAYOUT_FL, LAYOUT_FR}, .count = 2};
static const struct layout MONO = {.channels = {LAYOUT_MONO}, .count = 1};

static struct rig {
    struct stand stand;
    struct tape tape;
    char yaml[512];
} rig;

static void turn(int64_t begin_us, const char *what)
{
    if (stand_now_us() - begin_us > STAND_LIMIT_US)
        fail_msg("not within %d s: %s", STAND_LIMIT_US / 1000000, what);
    if (rig.tape.loop)
        (void)tape_turn(&rig.tape);
    (void)poll(NULL, 0, 2);
}

static void wait_class(enum stream_class class, const char *why, double level_db)
{
    struct stand_class view;
    char what[96];

    stand_class(&rig.stand, stream_class_name(class), &view);
    for (int64_t begin = stand_now_us(); strcmp(view.why, why) != 0 || fabs(view.level_db - level_db) > 1e-6;) {
        (void)snprintf(what, sizeof what, "%s %s at %.1f dB (it is %s at %.1f)", stream_class_name(class), why,
                       level_db, view.why, view.level_db);
        turn(begin, what);
        stand_class(&rig.stand, stream_class_name(class), &view);
    }
}

/* The error's name, "" when there was none; static storage. */
static const char *order(sd_bus *bus, const char *method, const char *class, double db)
{
    static char kept[128];
    sd_bus_error error = SD_BUS_ERROR_NULL;

    if (strcmp(method, "Duck") == 0)
        (void)sd_bus_call_method(bus, AUDIO, method, &error, NULL, "sdu", class, db, 0U);
    else if (strcmp(method, "Unduck") == 0)
        (void)sd_bus_call_method(bus, AUDIO, method, &error, NULL, "su", class, 0U);
    else
        (void)sd_bus_call_method(bus, AUDIO, method, &error, NULL, "sd", class, db);
    (void)snprintf(kept, sizeof kept, "%s", error.name ? error.name : "");
    sd_bus_error_free(&error);
    return kept;
}

static int open_rig(void **state)
{
    (void)state;
    stand_open(&rig.stand);
    stand_start_bus(&rig.stand);
    stand_start_pipewire(&rig.stand);
    /* The prompt's class has roles of its own, one of which usually is the music's; the media give way otherwise. */
    (void)snprintf(rig.yaml, sizeof rig.yaml,
                   "  sink: null2\n  store: %s/store/volumes\n"
                   "  classes:\n    navigation: {roles: [Prompt, Game]}\n"
                   "  interactions:\n    - {holder: media, requester: navigation, interaction: concurrent, "
                   "target_db: -9, attack_ms: 10, hold_ms: 300, release_ms: 10}\n",
                   rig.stand.dir);
    stand_start_audio(&rig.stand, rig.yaml);
    stand_wait_state(&rig.stand, "FULL", "none");
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    tape_close(&rig.tape);
    stand_close(&rig.stand);
    return 0;
}

/* --- who is led where ------------------------------------------------------------------------------------------- */

static void streams_find_the_class_of_their_role_as_configured_and_else_as_usual(void **state)
{
    static const struct {
        const char *role, *sink;
    } cases[] = {
        {"prompt", "fascia.navigation"},
        {"Game", "fascia.navigation"}, /* as configured */
        {"Navigation", ""},            /* the usual one of a class with its own */
        {"Music", "fascia.projection"},
        {"movie", "fascia.projection"},
        {"Assistant", "fascia.assistant"},
        {"Phone", "fascia.telephony"},
        {"Ringtone", "fascia.ringtone"},
        {"Notification", "fascia.alert"},
        {"Emergency", "fascia.safety"},
        {"Nothing of the kind", ""},
    };
    const size_t count = sizeof cases / sizeof cases[0];
    (void)state;

    tape_open(&rig.tape, rig.stand.dir);
    for (size_t first = 0; first < count; first += TAPE_STREAMS_MAX) {
        for (size_t i = first; i < count && i < first + TAPE_STREAMS_MAX; i++)
            tape_stream(&rig.tape, i - first, cases[i].role, cases[i].role, NULL, 2);
        for (size_t i = first; i < count && i < first + TAPE_STREAMS_MAX; i++) {
            for (int64_t begin = stand_now_us();
                 cases[i].sink[0] != '\0' && strcmp(tape_sink_of(&rig.tape, cases[i].role), cases[i].sink) != 0;)
                turn(begin, cases[i].role);
        }
        for (size_t i = first; i < count && i < first + TAPE_STREAMS_MAX; i++) { /* by now they would be, too */
            if (cases[i].sink[0] == '\0')
                assert_string_equal(tape_sink_of(&rig.tape, cases[i].role), "");
            tape_stream_close(&rig.tape, i - first);
        }
    }
    tape_close(&rig.tape);
}

/* --- who gives way ---------------------------------------------------------------------------------------------- */

static void play(const char *sink, const struct layout *channels)
{
    tape_open(&rig.tape, rig.stand.dir);
    tape_play(&rig.tape, sink, channels, 400, 0.001); /* -60 dBFS: that is a sound */
}

static void a_configured_edge_is_in_force_and_its_hold_ends_though_nothing_else_sounds(void **state)
{
    (void)state;

    wait_class(STREAM_MEDIA, "free", 0);
    play("fascia.navigation", &STEREO);
    wait_class(STREAM_MEDIA, "ducked", -9); /* before its first sample */
    tape_close(&rig.tape);
    wait_class(STREAM_MEDIA, "free", 0);
}

static void a_call_has_rejected_the_music_before_it_begins(void **state)
{
    struct stand_class view;
    (void)state;

    /* It sounds, however softly it is played: what counts is what the caller sends. */
    assert_string_equal(order(rig.stand.bus, "SetVolume", "telephony", -60), "");
    play("fascia.telephony", &MONO);
    wait_class(STREAM_MEDIA, "rejected", FOCUS_SILENCE_DB);
    stand_class(&rig.stand, stream_class_name(STREAM_TELEPHONY), &view);
    assert_true(view.sounds);
    stand_class(&rig.stand, stream_class_name(STREAM_SAFETY), &view);
    assert_string_equal(view.why, "free");
    tape_close(&rig.tape);
    wait_class(STREAM_MEDIA, "free", 0);
    assert_string_equal(order(rig.stand.bus, "SetVolume", "telephony", 0), "");
}

/* --- who asks for quiet ------------------------------------------------------------------------------------------- */

static sd_bus *connect_bus(void)
{
    sd_bus *bus = NULL;
    char address[128];

    (void)snprintf(address, sizeof address, "unix:path=%s/bus", rig.stand.dir);
    assert_true(sd_bus_new(&bus) >= 0);
    assert_true(sd_bus_set_address(bus, address) >= 0);
    assert_true(sd_bus_set_bus_client(bus, 1) >= 0);
    assert_true(sd_bus_start(bus) >= 0);
    return bus;
}

/* Who is refused, or has taken his ducks back, takes no place. */
static void places_for_ducks_are_bounded_and_given_back(void **state)
{
    sd_bus *clients[FOCUS_DUCKS_MAX + 1];
    (void)state;

    for (size_t i = 0; i <= FOCUS_DUCKS_MAX; i++)
        clients[i] = connect_bus();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i <= FOCUS_DUCKS_MAX; i++)
            assert_string_equal(order(clients[i], "Duck", "safety", -3), "org.fascia.Error.Invalid");
        for (size_t i = 0; i < FOCUS_DUCKS_MAX; i++)
            assert_string_equal(order(clients[i], "Duck", "media", -1.0 - (double)i), "");
        assert_string_equal(order(clients[FOCUS_DUCKS_MAX], "Duck", "media", -100),
                            "org.freedesktop.DBus.Error.LimitsExceeded");
        wait_class(STREAM_MEDIA, "external", -16);
        for (size_t i = FOCUS_DUCKS_MAX; i-- > 1;)
            assert_string_equal(order(clients[i], "Unduck", "media", 0), "");
        wait_class(STREAM_MEDIA, "external", -1);
        assert_string_equal(order(clients[1], "Unduck", "media", 0), "org.fascia.Error.NoDuck"); /* it has none */
        assert_string_equal(order(clients[0], "Unduck", "media", 0), "");
        wait_class(STREAM_MEDIA, "free", 0);
    }
    for (size_t i = 0; i < FOCUS_DUCKS_MAX; i++)
        assert_string_equal(order(clients[i], "Duck", "media", -1.0 - (double)i), "");
    for (size_t i = 0; i <= FOCUS_DUCKS_MAX; i++)
        (void)sd_bus_flush_close_unref(clients[i]);
    wait_class(STREAM_MEDIA, "free", 0);
    assert_string_equal(order(rig.stand.bus, "Duck", "media", -2), "");
    assert_string_equal(order(rig.stand.bus, "Unduck", "media", 0), "");
}

/* --- who asks for levels ------------------------------------------------------------------------------------------ */

#define ASKERS_MAX 8

/* The error's name, "" when there was none; static storage. `ret_gain_db`: of the media. */
static const char *get_levels(sd_bus *bus, double *ret_gain_db)
{
    static char kept[128];
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *m = NULL;
    const char *name = NULL;

    if (sd_bus_call_method(bus, AUDIO, "GetLevels", &error, &m, NULL) >= 0) {
        assert_true(sd_bus_message_skip(m, "a(sdd)") >= 0);
        assert_true(sd_bus_message_enter_container(m, 'a', "(sddd)") >= 0);
        assert_true(sd_bus_message_read(m, "(sddd)", &name, NULL, NULL, ret_gain_db) > 0);
        assert_string_equal(name, "media");
    }
    sd_bus_message_unref(m);
    (void)snprintf(kept, sizeof kept, "%s", error.name ? error.name : "");
    sd_bus_error_free(&error);
    return kept;
}

static void the_meter_tells_the_gain_of_a_class(void **state)
{
    double gain_db = 0;
    (void)state;

    play("fascia.projection", &STEREO);
    assert_string_equal(order(rig.stand.bus, "Duck", "media", -20), "");
    for (int64_t begin = stand_now_us(); fabs(gain_db + 20) > 0.01;) {
        turn(begin, "a gain of -20 dB");
        assert_string_equal(get_levels(rig.stand.bus, &gain_db), "");
    }
    assert_string_equal(order(rig.stand.bus, "Unduck", "media", 0), "");
    tape_close(&rig.tape);
}

static void few_may_ask_for_levels_and_who_no_longer_asks_makes_room(void **state)
{
    sd_bus *clients[ASKERS_MAX + 1];
    const char *last = "";
    double gain_db;
    (void)state;

    for (size_t i = 0; i <= ASKERS_MAX; i++)
        clients[i] = connect_bus();
    for (int64_t begin = stand_now_us(); strcmp(last, "org.freedesktop.DBus.Error.LimitsExceeded") != 0;) {
        turn(begin, "one too many"); /* again, should the first ones have been forgotten meanwhile */
        for (size_t i = 0; i <= ASKERS_MAX; i++)
            last = get_levels(clients[i], &gain_db);
    }
    for (int64_t begin = stand_now_us(); get_levels(clients[ASKERS_MAX], &gain_db)[0] != '\0';)
        turn(begin, "room for another one");
    for (size_t i = 0; i <= ASKERS_MAX; i++)
        (void)sd_bus_flush_close_unref(clients[i]);
}

static int on_levels(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    unsigned *answers = userdata;
    const sd_bus_error *refused = sd_bus_message_get_error(m);
    (void)error;

    if (refused)
        assert_string_equal(refused->name, "org.fascia.Error.Busy");
    answers[refused != NULL] += 1;
    return 0;
}

static void who_asks_again_before_the_answer_is_told_so(void **state)
{
    unsigned answers[2] = {0}, calls = 0;
    sd_bus *bus = connect_bus();
    (void)state;

    for (int64_t begin = stand_now_us(); answers[1] == 0;) { /* again, should the answer have come in between */
        for (size_t i = 0; i < 3; i++, calls++)
            assert_true(sd_bus_call_method_async(bus, NULL, AUDIO, "GetLevels", on_levels, answers, NULL) >= 0);
        while (answers[0] + answers[1] < calls) {
            turn(begin, "an answer to each call, and a refusal among them");
            while (sd_bus_process(bus, NULL) > 0)
                continue;
        }
    }
    assert_true(answers[0] > 0);
    (void)sd_bus_flush_close_unref(bus);
}

/* --- what is kept ------------------------------------------------------------------------------------------------- */

static bool file_says(const char *path, const char *line)
{
    char text[512] = "";
    FILE *f = fopen(path, "r");

    if (!f)
        return false;
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);
    return strstr(text, line) != NULL;
}

static void a_volume_is_in_its_file_soon_and_outlives_a_power_cut(void **state)
{
    struct stand_class view;
    char path[128];
    (void)state;

    (void)snprintf(path, sizeof path, "%s/store/volumes", rig.stand.dir);
    assert_string_equal(order(rig.stand.bus, "SetVolume", "navigation", -7), "");
    assert_string_equal(order(rig.stand.bus, "SetVolume", "navigation", -7.5), "");
    for (int64_t begin = stand_now_us(); !file_says(path, "\nnavigation -7.50\n");)
        turn(begin, "the volume in its file");
    (void)stand_kill(&rig.stand.audio, SIGKILL);
    stand_start_audio(&rig.stand, rig.yaml);
    stand_wait_state(&rig.stand, "FULL", "none");
    stand_class(&rig.stand, stream_class_name(STREAM_NAVIGATION), &view);
    assert_true(view.volume_db == -7.5 && view.level_db == -7.5);
    stand_class(&rig.stand, stream_class_name(STREAM_MEDIA), &view);
    assert_true(view.volume_db == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_find_the_class_of_their_role_as_configured_and_else_as_usual),
        cmocka_unit_test(a_configured_edge_is_in_force_and_its_hold_ends_though_nothing_else_sounds),
        cmocka_unit_test(a_call_has_rejected_the_music_before_it_begins),
        cmocka_unit_test(places_for_ducks_are_bounded_and_given_back),
        cmocka_unit_test(the_meter_tells_the_gain_of_a_class),
        cmocka_unit_test(who_asks_again_before_the_answer_is_told_so),
        cmocka_unit_test(few_may_ask_for_levels_and_who_no_longer_asks_makes_room),
        cmocka_unit_test(a_volume_is_in_its_file_soon_and_outlives_a_power_cut),
    };

    if (!stand_is_possible())
        return 77;
    return cmocka_run_group_tests(tests, open_rig, close_rig);
}
