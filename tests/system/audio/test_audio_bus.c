/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders to fascia-audio over D-Bus, and what comes of them at the speakers: one daemon and one PipeWire serve all of
 * these tests; each leaves them as it found them.
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/audio/stand.h"
#include "tests/system/audio/tape.h"
#include "tests/unit/test.h"

#define AUDIO      "org.fascia.Audio1", "/org/fascia/Audio1", "org.fascia.Audio1"
#define ERROR(x)   "org.fascia.Error." x
#define SILENCE_DB (-120.0)
#define WINDOW     2048 /* frames that a level is measured over */
#define AMPLITUDE  0.25
#define LEVEL_DB   (-12.0412)
#define CLOSE_DB   0.3
#define SWITCHES   8
#define SLOPE      1.5 /* times the signal's own largest step */

static const struct layout SURROUND = {.channels = {LAYOUT_FL, LAYOUT_FR, LAYOUT_FC, LAYOUT_LFE, LAYOUT_SL, LAYOUT_SR},
                                       .count = 6};
static const struct layout STEREO = {.channels = {LAYOUT_FL, LAYOUT_FR}, .count = 2};
static const struct layout LEFT = {.channels = {LAYOUT_FL}, .count = 1};

static struct rig {
    struct stand stand;
    struct tape music, prompt;
    char yaml[512];
} rig;

/* Lets the test's own programs go on, for a moment. */
static void turn(int64_t begin_us, const char *what)
{
    if (stand_now_us() - begin_us > STAND_LIMIT_US)
        fail_msg("not within %d s: %s", STAND_LIMIT_US / 1000000, what);
    if (rig.music.loop)
        (void)tape_turn(&rig.music);
    if (rig.prompt.loop)
        (void)tape_turn(&rig.prompt);
    (void)poll(NULL, 0, 2);
}

/* --- D-Bus ---------------------------------------------------------------------------------------------------- */

/* The error's name, "" when there was none; static storage. */
#define CALL(bus, reply, method, ...)                                                                                  \
    __extension__({                                                                                                    \
        sd_bus_error error_ = SD_BUS_ERROR_NULL;                                                                       \
        (void)sd_bus_call_method(bus, AUDIO, method, &error_, reply, __VA_ARGS__);                                     \
        const char *name_ = keep(&error_);                                                                             \
        sd_bus_error_free(&error_);                                                                                    \
        name_;                                                                                                         \
    })

#define ORDER(...) CALL(rig.stand.bus, NULL, __VA_ARGS__)

static char sentence[256]; /* of the last error */

static const char *keep(const sd_bus_error *error)
{
    static char kept[128];

    (void)snprintf(kept, sizeof kept, "%s", error->name ? error->name : "");
    (void)snprintf(sentence, sizeof sentence, "%s", error->message ? error->message : "");
    return kept;
}

static void wait_why(const char *class, const char *why)
{
    struct stand_class view;

    stand_class(&rig.stand, class, &view);
    for (int64_t begin = stand_now_us(); strcmp(view.why, why) != 0; stand_class(&rig.stand, class, &view))
        turn(begin, why);
}

static void assert_text(const char *property, const char *value)
{
    char *is = stand_string(&rig.stand, property);
    assert_string_equal(is, value);
    free(is);
}

static void wait_text(const char *property, const char *value)
{
    char *is = stand_string(&rig.stand, property);

    for (int64_t begin = stand_now_us(); strcmp(is, value) != 0; is = stand_string(&rig.stand, property)) {
        turn(begin, value);
        free(is);
    }
    free(is);
}

/* --- levels at the speakers ------------------------------------------------------------------------------------- */

static double level_db(size_t speaker)
{
    struct tape_figures figures;

    tape_rewind(&rig.music);
    for (int64_t begin = stand_now_us(); atomic_load(&rig.music.frames) < WINDOW;)
        turn(begin, "samples of the monitor");
    tape_measure(&rig.music, speaker, atomic_load(&rig.music.frames), &figures);
    return figures.peak > 1e-6 ? 20 * log10(figures.peak) : SILENCE_DB;
}

static void wait_level(size_t speaker, double db)
{
    double is = level_db(speaker);
    char what[64];

    for (int64_t begin = stand_now_us(); fabs(is - db) > CLOSE_DB; is = level_db(speaker)) {
        (void)snprintf(what, sizeof what, "%.1f dB at speaker %zu (it is %.1f)", db, speaker, is);
        turn(begin, what);
    }
}

/* And records what comes of it at null4, `room` frames at most. */
static void play_music(const struct layout *channels, double hz, double amplitude, size_t room)
{
    tape_open(&rig.music, rig.stand.dir);
    tape_play(&rig.music, "fascia.projection", channels, hz, amplitude);
    tape_record(&rig.music, "null4", 4, room);
}

static void start_audio(void)
{
    stand_start_audio(&rig.stand, rig.yaml);
    stand_wait_state(&rig.stand, "FULL", "none");
}

static int open_rig(void **state)
{
    (void)state;
    stand_open(&rig.stand);
    stand_start_bus(&rig.stand);
    stand_start_pipewire(&rig.stand);
    (void)snprintf(rig.yaml, sizeof rig.yaml, "  sink: null4\n  store: %s/store/volumes\n", rig.stand.dir);
    start_audio();
    play_music(&LEFT, 1000, AMPLITUDE, WINDOW);
    wait_level(0, LEVEL_DB);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    tape_close(&rig.prompt);
    tape_close(&rig.music);
    stand_close(&rig.stand);
    return 0;
}

/* --- ducks ------------------------------------------------------------------------------------------------------ */

static void a_duck_is_heard_at_the_speakers_and_taken_back(void **state)
{
    struct stand_class view;
    (void)state;

    assert_string_equal(ORDER("Duck", "sdu", "media", -20.0, 50U), "");
    wait_level(0, LEVEL_DB - 20);
    stand_class(&rig.stand, "media", &view);
    assert_string_equal(view.why, "external");
    assert_true(fabs(view.level_db + 20) < 1e-6 && view.volume_db == 0);
    assert_string_equal(ORDER("Duck", "sdu", "media", -6.0, 50U), ""); /* the later one of the same caller */
    wait_level(0, LEVEL_DB - 6);
    assert_string_equal(ORDER("Unduck", "su", "media", 50U), "");
    wait_level(0, LEVEL_DB);
    assert_string_equal(ORDER("Unduck", "su", "media", 50U), ERROR("NoDuck"));
}

static void a_client_that_leaves_the_bus_takes_its_duck_along(void **state)
{
    sd_bus *other = NULL;
    char address[128];
    (void)state;

    (void)snprintf(address, sizeof address, "unix:path=%s/bus", rig.stand.dir);
    assert_true(sd_bus_new(&other) >= 0);
    assert_true(sd_bus_set_address(other, address) >= 0);
    assert_true(sd_bus_set_bus_client(other, 1) >= 0);
    assert_true(sd_bus_start(other) >= 0);
    assert_string_equal(CALL(other, NULL, "Duck", "sdu", "media", -30.0, 0U), "");
    assert_string_equal(ORDER("Duck", "sdu", "media", -10.0, 0U), "");
    wait_level(0, LEVEL_DB - 30);
    (void)sd_bus_flush_close_unref(other);
    wait_level(0, LEVEL_DB - 10);
    assert_string_equal(ORDER("Unduck", "su", "media", 0U), "");
    wait_level(0, LEVEL_DB);
}

static void wrong_ducks_and_volumes_are_refused_by_name(void **state)
{
    (void)state;

    assert_string_equal(ORDER("Duck", "sdu", "music", -20.0, 0U), ERROR("NoClass"));
    assert_string_equal(ORDER("Duck", "sdu", "media", 1.0, 0U), ERROR("Invalid"));
    assert_string_equal(ORDER("Duck", "sdu", "media", NAN, 0U), ERROR("Invalid"));
    assert_string_equal(ORDER("Duck", "sdu", "media", -20.0, 60001U), ERROR("Invalid"));
    assert_string_equal(ORDER("Duck", "sdu", "safety", -20.0, 0U), ERROR("Invalid"));
    assert_string_equal(ORDER("Unduck", "su", "music", 0U), ERROR("NoClass"));
    assert_string_equal(ORDER("SetVolume", "sd", "music", 0.0), ERROR("NoClass"));
    assert_string_equal(ORDER("SetVolume", "sd", "media", 12.5), ERROR("Invalid"));
    assert_string_equal(ORDER("SetVolume", "sd", "safety", -120.0), ERROR("Invalid"));
    wait_level(0, LEVEL_DB);
}

static void a_prompt_ducks_the_music_for_as_long_as_it_sounds(void **state)
{
    struct stand_class view;
    (void)state;

    tape_open(&rig.prompt, rig.stand.dir);
    tape_play(&rig.prompt, "fascia.navigation", &STEREO, 400, 0.001); /* -60 dBFS: it sounds, and disturbs no level */
    wait_why("media", "ducked");
    wait_level(0, LEVEL_DB - 14);
    stand_class(&rig.stand, "navigation", &view);
    assert_true(view.sounds);
    assert_string_equal(view.why, "free");
    tape_close(&rig.prompt);
    wait_why("media", "free");
    wait_level(0, LEVEL_DB);
}

/* --- the way to render ------------------------------------------------------------------------------------------- */

static void another_mode_is_taken_at_once_or_refused(void **state)
{
    double makeup_db = 0;
    (void)state;

    assert_text("Mode", "quad");
    assert_text("ModeWanted", "auto");
    assert_string_equal(ORDER("SetMode", "s", "mono"), "");
    assert_text("Mode", "mono");
    assert_text("ModeWanted", "mono");
    assert_true(sd_bus_get_property_trivial(rig.stand.bus, AUDIO, "MakeupDb", NULL, 'd', &makeup_db) >= 0);
    wait_level(0, LEVEL_DB - 6.02 + makeup_db); /* -3 dB of the sum, on two speakers */
    assert_string_equal(ORDER("SetMode", "s", "discrete"), ERROR("NoMode"));
    assert_string_equal(sentence, "discrete is not possible: FC and 1 more have no speaker");
    assert_string_equal(ORDER("SetMode", "s", "loud"), ERROR("NoMode"));
    assert_string_equal(sentence, "there is no such mode; there are discrete, partial, quad, virtual, stereo, ltrt, "
                                  "mono, refuse, auto");
    assert_text("Mode", "mono");
    assert_string_equal(ORDER("SetMode", "s", "auto"), "");
    assert_text("Mode", "quad");
    wait_level(0, LEVEL_DB);
}

static void a_mode_that_plays_nothing_is_an_answer_and_the_state_says_so(void **state)
{
    (void)state;

    assert_string_equal(ORDER("SetMode", "s", "refuse"), "");
    assert_text("ModeReason", "nothing is to be played, as was asked for");
    wait_level(0, SILENCE_DB);
    stand_wait_state(&rig.stand, "FAILED", "sound-refused");
    assert_string_equal(ORDER("SetMode", "s", "auto"), "");
    wait_level(0, LEVEL_DB);
    stand_wait_state(&rig.stand, "FULL", "none");
}

static int set_policy(const char *const *modes)
{
    sd_bus_message *m = NULL;

    assert_true(sd_bus_message_new_method_call(rig.stand.bus, &m, AUDIO, "SetPolicy") >= 0);
    assert_true(sd_bus_message_open_container(m, 'a', "(su)") >= 0);
    for (; *modes; modes++)
        assert_true(sd_bus_message_append(m, "(su)", *modes, 0U) >= 0);
    assert_true(sd_bus_message_close_container(m) >= 0);
    int r = sd_bus_call(rig.stand.bus, m, 0, NULL, NULL);
    sd_bus_message_unref(m);
    return r;
}

static void another_policy_is_taken_at_once_or_refused_whole(void **state)
{
    static const char *const fronts[] = {"stereo", "refuse", NULL};
    static const char *const usual[] = {"discrete", "partial", "quad", "virtual", "stereo", "mono", "refuse", NULL};
    static const char *const twice[] = {"stereo", "stereo", NULL};
    static const char *const unknown[] = {"loud", NULL};
    static const char *const none[] = {NULL};
    (void)state;

    assert_true(set_policy(fronts) >= 0);
    assert_text("Mode", "stereo");
    assert_true(set_policy(twice) < 0);
    assert_true(set_policy(unknown) < 0);
    assert_true(set_policy(none) < 0);
    assert_text("Mode", "stereo");
    assert_true(set_policy(usual) >= 0);
    assert_text("Mode", "quad");
    wait_level(0, LEVEL_DB);
}

static void only_the_speakers_that_are_chosen_play(void **state)
{
    (void)state;

    assert_string_equal(ORDER("SetSpeakers", "as", 2, "RL", "RR"), "");
    assert_text("Mode", "partial");
    wait_level(0, SILENCE_DB);
    assert_true(level_db(2) > LEVEL_DB - 7);
    assert_string_equal(ORDER("SetSpeakers", "as", 1, "FC"), ERROR("Invalid"));
    assert_string_equal(ORDER("SetSpeakers", "as", 2, "FL", "FL"), ERROR("Invalid"));
    assert_string_equal(ORDER("SetSpeakers", "as", 1, "nowhere"), ERROR("Invalid"));
    assert_string_equal(ORDER("SetSpeakers", "as", 2, "FL", "FR"), "");
    assert_text("Mode", "stereo");
    assert_string_equal(ORDER("SetSpeakers", "as", 0), "");
    assert_text("Mode", "quad");
    wait_level(0, LEVEL_DB);
    wait_level(2, SILENCE_DB);
}

static void record_until(size_t frames, const char *what)
{
    for (int64_t begin = stand_now_us(); atomic_load(&rig.music.frames) < frames;)
        turn(begin, what);
}

/* Returns how much was recorded meanwhile. */
static size_t switch_modes(void)
{
    static const char *const modes[] = {"stereo", "mono", "quad", "auto"};

    tape_rewind(&rig.music);
    for (size_t i = 0; i < SWITCHES; i++) {
        const size_t until = atomic_load(&rig.music.frames) + 9600;
        assert_string_equal(ORDER("SetMode", "s", modes[i % 4]), "");
        record_until(until, "samples between two switches");
    }
    const size_t frames = atomic_load(&rig.music.frames);
    record_until(frames + TAPE_TAIL, "samples after the last switch");
    return frames;
}

/* The measure: a 20 Hz tone has no gap, and no step beyond 1.5 times its own. As in test_switch.c, only a graph
 * that drops cycles excuses a run. */
static void live_switches_of_mode_and_speakers_make_no_gap_and_no_step(void **state)
{
    const double amplitude = 0.2, slope = 2 * M_PI * 20 / 48000;
    struct tape_figures figures;
    bool smooth = false, counts = false;
    (void)state;

    tape_close(&rig.music);
    play_music(&SURROUND, 20, amplitude, (size_t)4 * 48000);
    wait_level(0, 20 * log10(amplitude * (1 + 0.70710678 + 0.5)));
    for (int tries = 0; tries < 10 && !smooth && !counts; tries++) {
        const size_t frames = switch_modes();
        counts = tape_counts(&rig.music);
        smooth = true;
        for (size_t speaker = 0; speaker < 2; speaker++) {
            tape_measure(&rig.music, speaker, frames, &figures);
            smooth = tape_is_smooth(&rig.music, speaker, frames, SLOPE * figures.peak * slope, false) && smooth;
        }
    }
    assert_true(smooth);
    tape_close(&rig.music);
    play_music(&LEFT, 1000, AMPLITUDE, WINDOW);
    wait_level(0, LEVEL_DB);
}

/* --- what can be asked -------------------------------------------------------------------------------------------- */

static void the_test_of_a_speaker_is_heard_there_and_nowhere_else(void **state)
{
    static const char *const names[4] = {"FL", "FR", "RL", "RR"};
    (void)state;

    for (size_t i = 0; i < 4; i += 3) {
        sd_bus_message *m = NULL;
        const double *heard = NULL;
        size_t size = 0;

        assert_string_equal(CALL(rig.stand.bus, &m, "TestSpeaker", "sd", names[i], -20.0), "");
        assert_true(sd_bus_message_read_array(m, 'd', (const void **)&heard, &size) >= 0);
        assert_int_equal(size, 4 * sizeof heard[0]);
        for (size_t s = 0; s < 4; s++) {
            if (s == i ? fabs(heard[s] + 20) > CLOSE_DB : heard[s] > -90)
                fail_msg("%s: %.1f dBFS at %s", names[i], heard[s], names[s]);
        }
        sd_bus_message_unref(m);
    }
    assert_string_equal(ORDER("TestSpeaker", "sd", "FC", -20.0), ERROR("Invalid"));
    assert_string_equal(ORDER("TestSpeaker", "sd", "FL", 1.0), ERROR("Invalid"));
    wait_level(0, LEVEL_DB);
}

static void the_meter_tells_levels_of_speakers_and_classes_and_loudness(void **state)
{
    double peak = 0, rms = 0, gain = 0, reduction = 0, momentary = -INFINITY, brief = 0, integrated = 0, true_peak = 0;
    const double loud = LEVEL_DB - 3.01; /* BS.1770: 1 kHz at 0 dBFS in one channel is -3.01 LKFS */
    const char *name = NULL;
    (void)state;

    for (int64_t begin = stand_now_us(); !(fabs(momentary - loud) < 0.5);) {
        sd_bus_message *m = NULL;
        assert_string_equal(CALL(rig.stand.bus, &m, "GetLevels", NULL), "");
        assert_true(sd_bus_message_enter_container(m, 'a', "(sdd)") >= 0);
        assert_true(sd_bus_message_read(m, "(sdd)", &name, &peak, &rms) > 0);
        assert_string_equal(name, "FL");
        assert_true(sd_bus_message_skip(m, "(sdd)(sdd)(sdd)") >= 0);
        assert_true(sd_bus_message_exit_container(m) >= 0);
        assert_true(sd_bus_message_enter_container(m, 'a', "(sddd)") >= 0);
        assert_true(sd_bus_message_read(m, "(sddd)", &name, NULL, NULL, &gain) > 0);
        assert_string_equal(name, "media");
        while (sd_bus_message_skip(m, "(sddd)") > 0)
            ;
        assert_true(sd_bus_message_exit_container(m) >= 0);
        assert_true(sd_bus_message_read(m, "d(ddd)d", &reduction, &momentary, &brief, &integrated, &true_peak) > 0);
        sd_bus_message_unref(m);
        turn(begin, "a momentary loudness");
    }
    print_message("# FL %.2f dBFS peak, %.2f RMS; %.2f LUFS, %.2f dBTP, limiter %.2f dB\n", peak, rms, momentary,
                  true_peak, reduction);
    assert_true(fabs(peak - LEVEL_DB) < CLOSE_DB);
    assert_true(fabs(rms - (LEVEL_DB - 3.01)) < CLOSE_DB);
    assert_true(fabs(gain) < 0.01 && reduction <= 0 && reduction > -0.5);
    assert_true(fabs(true_peak - LEVEL_DB) < CLOSE_DB);
}

static void assert_network(const char *state)
{
    sd_bus_message *m = NULL;
    const char *is = NULL;
    uint64_t packets = 1;

    assert_true(sd_bus_get_property(rig.stand.bus, AUDIO, "Network", NULL, &m, "(ssqs)") >= 0);
    assert_true(sd_bus_message_read(m, "(ssqs)", &is, NULL, NULL, NULL) >= 0);
    assert_string_equal(is, state);
    sd_bus_message_unref(m);
    m = NULL;
    assert_string_equal(CALL(rig.stand.bus, &m, "GetNetwork", NULL), "");
    assert_true(sd_bus_message_read(m, "(tttttt)", &packets, NULL, NULL, NULL, NULL, NULL) >= 0);
    assert_true(packets == 0);
    sd_bus_message_unref(m);
}

static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    const char *interface, *name;
    bool *told = userdata;
    (void)error;

    assert_true(sd_bus_message_read(m, "s", &interface) > 0);
    if (strcmp(interface, "org.fascia.Audio1") != 0)
        return 0;
    assert_true(sd_bus_message_enter_container(m, 'a', "{sv}") > 0);
    while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
        assert_true(sd_bus_message_read(m, "s", &name) > 0);
        *told = *told || strcmp(name, "Classes") == 0;
        assert_true(sd_bus_message_skip(m, "v") >= 0);
        assert_true(sd_bus_message_exit_container(m) >= 0);
    }
    return 0;
}

static void a_change_is_told_with_its_new_value(void **state)
{
    sd_bus_slot *slot = NULL;
    bool told = false;
    (void)state;

    assert_true(sd_bus_match_signal(rig.stand.bus, &slot, "org.fascia.Audio1", "/org/fascia/Audio1",
                                    "org.freedesktop.DBus.Properties", "PropertiesChanged", on_changed, &told) >= 0);
    assert_string_equal(ORDER("SetVolume", "sd", "alert", -3.0), "");
    const int64_t begin = stand_now_us();
    do {
        while (sd_bus_process(rig.stand.bus, NULL) > 0)
            ;
        turn(begin, "PropertiesChanged of Classes");
    } while (!told);
    sd_bus_slot_unref(slot);
}

/* --- what is kept ---------------------------------------------------------------------------------------------------
 */

/* PipeWire waits for programs that do not turn their loop, so ours are away meanwhile. */
static void stop_audio(void)
{
    tape_close(&rig.music);
    (void)stand_kill(&rig.stand.audio, SIGTERM);
}

static void start_audio_again(void)
{
    start_audio();
    play_music(&LEFT, 1000, AMPLITUDE, WINDOW);
}

static void volumes_outlive_a_restart_and_damage_is_set_aside(void **state)
{
    struct stand_class view;
    char path[128], aside[160];
    struct stat info;
    (void)state;

    (void)snprintf(path, sizeof path, "%s/store/volumes", rig.stand.dir);
    (void)snprintf(aside, sizeof aside, "%s.corrupt", path);
    assert_string_equal(ORDER("SetVolume", "sd", "media", -6.0), "");
    wait_level(0, LEVEL_DB - 6);
    stop_audio();
    start_audio_again();
    wait_level(0, LEVEL_DB - 6);
    stand_class(&rig.stand, "media", &view);
    assert_true(fabs(view.volume_db + 6) < 0.01);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);

    stop_audio();
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("fascia-volumes 1\nmedia loud\n", f);
    assert_int_equal(fclose(f), 0);
    start_audio_again();
    wait_level(0, LEVEL_DB);
    assert_int_equal(access(aside, F_OK), 0);
    assert_int_equal(access(path, F_OK), -1);
}

/* Counts the nodes of a name. */
static size_t count_nodes(const char *name)
{
    static struct graph graph;
    size_t count = 0;

    stand_graph(&rig.stand, &graph);
    for (size_t i = 0; i < graph.nodes_count; i++)
        count += strcmp(graph.nodes[i].name, name) == 0;
    return count;
}

static void begin_test_of_a_speaker(void)
{
    sd_bus_message *m = NULL;

    assert_true(sd_bus_message_new_method_call(rig.stand.bus, &m, AUDIO, "TestSpeaker") >= 0);
    assert_true(sd_bus_message_append(m, "sd", "FL", -20.0) >= 0);
    assert_true(sd_bus_send(rig.stand.bus, m, NULL) >= 0);
    assert_true(sd_bus_flush(rig.stand.bus) >= 0);
    sd_bus_message_unref(m);
}

/* --- virtual surround ------------------------------------------------------------------------------------------- */

static void restart_for_headphones(const char *more, const char *state, const char *reason)
{
    stop_audio();
    (void)snprintf(rig.yaml, sizeof rig.yaml, "  sink: null2\n  output: headphones\n  store: none\n%s", more);
    stand_start_audio(&rig.stand, rig.yaml);
    stand_wait_state(&rig.stand, state, reason);
    tape_open(&rig.music, rig.stand.dir);
    tape_play(&rig.music, "fascia.projection", &LEFT, 1000, AMPLITUDE);
    tape_record(&rig.music, "null2", 2, WINDOW);
}

/* Stereo, until somebody orders the mode whose filters are then made. */
static void restart_with_virtual_to_come(void)
{
#ifndef HAVE_VIRTUAL
    skip();
#endif
    restart_for_headphones("  spatial:\n    policy: [{mode: stereo}, {mode: virtual}]\n", "FULL", "none");
}

static void headphones_hear_the_left_speaker_with_both_ears(void **state)
{
    (void)state;

#ifndef HAVE_VIRTUAL
    skip();
#endif
    restart_for_headphones("", "FULL", "none");
    assert_network("off");
    wait_text("Mode", "virtual"); /* stereo, until the filters are made */
    assert_text("Filters", "headphones");
    for (int64_t begin = stand_now_us(); level_db(1) < -50;)
        turn(begin, "the other ear");
    assert_true(level_db(0) > level_db(1) + 3);
    assert_string_equal(ORDER("SetMode", "s", "stereo"), "");
    wait_level(0, LEVEL_DB);
    wait_level(1, SILENCE_DB);
    assert_text("Filters", "none");
    assert_string_equal(ORDER("SetMode", "s", "virtual"), "");
    for (int64_t begin = stand_now_us(); level_db(1) < -50;)
        turn(begin, "the other ear, again");
}

#define ANSWERS 4

struct answers { /* in the order in which they came */
    struct answer {
        char what, error[64], value[16];
    } is[ANSWERS];
    size_t count;
};

struct question {
    struct answers *answers;
    char what;
};

static int on_answer(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    const struct question *question = userdata;
    const sd_bus_error *got = sd_bus_message_get_error(m);
    struct answer *is = &question->answers->is[question->answers->count++];
    const char *value = "";
    (void)error;

    is->what = question->what;
    if (!got && question->what == '?')
        assert_true(sd_bus_message_read(m, "v", "s", &value) > 0);
    (void)snprintf(is->error, sizeof is->error, "%s", got ? got->name : "");
    (void)snprintf(is->value, sizeof is->value, "%s", value);
    return 0;
}

/* Orders in one go, by their first letters: v)irtual, s)tereo, a)uto; ?: what is the mode now. */
static void ask_at_once(const char *orders, struct answers *ret)
{
    static struct question questions[ANSWERS];
    const size_t count = strlen(orders);

    *ret = (struct answers){.count = 0};
    assert_true(count <= ANSWERS);
    for (size_t i = 0; i < count; i++) {
        sd_bus *bus = rig.stand.bus;
        questions[i] = (struct question){.answers = ret, .what = orders[i]};
        const char *mode = orders[i] == 'v' ? "virtual" : orders[i] == 's' ? "stereo" : "auto";
        int r = orders[i] == '?'
                    ? sd_bus_call_method_async(bus, NULL, "org.fascia.Audio1", "/org/fascia/Audio1",
                                               "org.freedesktop.DBus.Properties", "Get", on_answer, &questions[i], "ss",
                                               "org.fascia.Audio1", "Mode")
                    : sd_bus_call_method_async(bus, NULL, AUDIO, "SetMode", on_answer, &questions[i], "s", mode);
        assert_true(r >= 0);
    }
    assert_true(sd_bus_flush(rig.stand.bus) >= 0);
    for (int64_t begin = stand_now_us(); ret->count < count;) {
        while (sd_bus_process(rig.stand.bus, NULL) > 0)
            ;
        turn(begin, "answers");
    }
}

/* The first use of virtual: a few hundred milliseconds of work, during which the service is there for everybody. */
static void while_filters_are_made_the_old_mode_plays_and_questions_are_answered(void **state)
{
    struct answers answers;
    (void)state;

    restart_with_virtual_to_come();
    ask_at_once("v?", &answers);
    assert_true(answers.is[0].what == '?' && answers.is[1].what == 'v');
    assert_string_equal(answers.is[0].value, "stereo");
    assert_string_equal(answers.is[1].error, "");
    assert_text("Mode", "virtual"); /* as soon as the order is answered */
    assert_text("ModeWanted", "virtual");
}

static void orders_behind_one_that_waits_for_filters_are_carried_out_after_it(void **state)
{
    struct answers answers;
    (void)state;

    restart_with_virtual_to_come();
    ask_at_once("vsv?", &answers);
    assert_true(answers.is[0].what == '?');
    for (size_t i = 1; i < 4; i++) {
        assert_true(answers.is[i].what == "vsv"[i - 1]);
        assert_string_equal(answers.is[i].error, "");
    }
    assert_text("Mode", "virtual");
    assert_string_equal(ORDER("SetMode", "s", "auto"), "");
    assert_text("Mode", "stereo");
}

static void a_service_that_ends_meanwhile_says_so_and_ends_in_order(void **state)
{
    struct answers answers = {.count = 0};
    struct question order = {.answers = &answers, .what = 'v'};
    (void)state;

    restart_with_virtual_to_come();
    assert_true(sd_bus_call_method_async(rig.stand.bus, NULL, AUDIO, "SetMode", on_answer, &order, "s", "virtual") >=
                0);
    assert_text("Mode", "stereo"); /* so the order has come */
    tape_close(&rig.music);
    int status = stand_kill(&rig.stand.audio, SIGTERM);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (int64_t begin = stand_now_us(); answers.count == 0; turn(begin, "an answer")) {
        while (sd_bus_process(rig.stand.bus, NULL) > 0)
            ;
    }
    assert_string_equal(answers.is[0].error, ERROR("NoPath"));
}

static void without_filters_the_next_rule_plays_and_the_state_says_why(void **state)
{
    (void)state;

    restart_for_headphones("  spatial:\n    hrtf: /nowhere.sofa\n  network:\n    enabled: true\n    interface: lo\n",
                           "DEGRADED", "virtual-filters");
    assert_network("no-interface"); /* the loopback has no link-local address */
    assert_text("Mode", "stereo");
    wait_level(0, LEVEL_DB);
    wait_level(1, SILENCE_DB);
    assert_string_equal(ORDER("SetMode", "s", "virtual"), ERROR("NoMode"));
    assert_non_null(strstr(sentence, "virtual is not possible: "));
#ifdef HAVE_VIRTUAL
    assert_non_null(strstr(sentence, "/nowhere.sofa: No such file"));
#endif
}

static void without_its_file_of_weights_the_sound_plays_by_others_and_the_state_says_so(void **state)
{
    (void)state;

    restart_for_headphones("  spatial:\n    coefficients: /nowhere.yaml\n    policy: [{mode: stereo}]\n", "DEGRADED",
                           "coefficients");
    assert_text("Coefficients", "bs775");
    wait_level(0, LEVEL_DB);
    assert_string_equal(ORDER("SetMode", "s", "mono"), "");
    stand_wait_state(&rig.stand, "DEGRADED", "coefficients");
}

static void an_end_in_the_middle_of_a_test_is_a_clean_one(void **state)
{
    (void)state;

    for (int64_t begin = stand_now_us(); count_nodes("fascia.listener") == 0;) {
        begin_test_of_a_speaker(); /* again, should one have ended before we looked */
        turn(begin, "somebody listens");
    }
    tape_close(&rig.music);
    int status = stand_kill(&rig.stand.audio, SIGTERM);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duck_is_heard_at_the_speakers_and_taken_back),
        cmocka_unit_test(a_client_that_leaves_the_bus_takes_its_duck_along),
        cmocka_unit_test(wrong_ducks_and_volumes_are_refused_by_name),
        cmocka_unit_test(a_prompt_ducks_the_music_for_as_long_as_it_sounds),
        cmocka_unit_test(another_mode_is_taken_at_once_or_refused),
        cmocka_unit_test(a_mode_that_plays_nothing_is_an_answer_and_the_state_says_so),
        cmocka_unit_test(another_policy_is_taken_at_once_or_refused_whole),
        cmocka_unit_test(only_the_speakers_that_are_chosen_play),
        cmocka_unit_test(live_switches_of_mode_and_speakers_make_no_gap_and_no_step),
        cmocka_unit_test(the_test_of_a_speaker_is_heard_there_and_nowhere_else),
        cmocka_unit_test(the_meter_tells_levels_of_speakers_and_classes_and_loudness),
        cmocka_unit_test(a_change_is_told_with_its_new_value),
        cmocka_unit_test(volumes_outlive_a_restart_and_damage_is_set_aside),
        cmocka_unit_test(headphones_hear_the_left_speaker_with_both_ears),
        cmocka_unit_test(while_filters_are_made_the_old_mode_plays_and_questions_are_answered),
        cmocka_unit_test(orders_behind_one_that_waits_for_filters_are_carried_out_after_it),
        cmocka_unit_test(a_service_that_ends_meanwhile_says_so_and_ends_in_order),
        cmocka_unit_test(without_filters_the_next_rule_plays_and_the_state_says_why),
        cmocka_unit_test(without_its_file_of_weights_the_sound_plays_by_others_and_the_state_says_so),
        cmocka_unit_test(an_end_in_the_middle_of_a_test_is_a_clean_one),
    };

    if (!stand_is_possible())
        return 77;
    return cmocka_run_group_tests(tests, open_rig, close_rig);
}
