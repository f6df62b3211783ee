/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sound path by itself, with programs of the test's own, against the real PipeWire that is first in PATH: of other
 * releases (see ./versions) the same. "test_path core" runs what is worth the time on each of them, "test_path managed"
 * the same with WirePlumber.
 */
#include <math.h>
#include <pipewire/pipewire.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/pipewire/sound.h"
#include "audio/render/measure.h"
#include "platform/loop/loop.h"
#include "tests/system/audio/stand.h"
#include "tests/system/audio/tape.h"
#include "tests/unit/test.h"

#define M3         0.70710678F
#define RETURN_US  5000000 /* generous: machines that test are loaded. The figure is printed; 500 ms is the aim */
#define RAMPS_STEP 1.5     /* times the signal's own largest step */

static const struct layout SURROUND = {.channels = {LAYOUT_FL, LAYOUT_FR, LAYOUT_FC, LAYOUT_LFE, LAYOUT_SL, LAYOUT_SR},
                                       .count = 6};
static const struct layout STEREO = {.channels = {LAYOUT_FL, LAYOUT_FR}, .count = 2};
static const struct layout QUAD = {.channels = {LAYOUT_FL, LAYOUT_FR, LAYOUT_RL, LAYOUT_RR}, .count = 4};
static const struct layout ONE = {.channels = {LAYOUT_MONO}, .count = 1};

static bool managed; /* every stand has a session manager */

struct rig {
    struct stand stand;
    sd_event *loop;
    struct render *render;
    struct sound *sound;
    struct tape tape;
    float front; /* weight of the programme's surrounds at the fronts */
    bool delayed;
    struct sound_status status;
    struct sound_format_seen {
        struct layout speakers;
        uint32_t rate, quantum;
        unsigned calls;
        int answer;
    } seen;
    unsigned turns; /* of the loop */
    double heard[LAYOUT_CHANNELS_MAX];
    int heard_result;
    bool is_heard;
};

static void on_status(const struct sound_status *status, void *userdata)
{
    struct rig *rig = userdata;
    rig->status = *status;
    if (getenv("FASCIA_TEST_TRACE"))
        print_message("# %7d %s: %s\n", (int)(loop_now_us() / 1000 % 1000000), sound_state_name(status->state),
                      status->detail);
}

/* Discrete where there is a speaker; else as BS.775 has it, with a weight of the test's for the surrounds. */
static void fold(const struct layout *from, const struct layout *to, float front, struct matrix_weights *w)
{
    *w = (struct matrix_weights){.outputs = to->count, .inputs = from->count};
    for (size_t o = 0; o < to->count; o++) {
        for (size_t i = 0; i < from->count; i++) {
            const struct layout_position *in = layout_channel_position(from->channels[i]);
            const struct layout_position *out = layout_channel_position(to->channels[o]);
            const bool same_side = in->side == out->side || out->side == LAYOUT_SIDE_CENTRE;
            const bool own = from->channels[i] == to->channels[o];
            const bool behind = out->role == LAYOUT_ROLE_SURROUND && in->role == LAYOUT_ROLE_SURROUND && same_side;
            if (own || behind)
                w->w[o][i] = 1;
            else if (out->role == LAYOUT_ROLE_FRONT && in->side == LAYOUT_SIDE_CENTRE)
                w->w[o][i] = in->role == LAYOUT_ROLE_LFE ? 0.5F : M3;
            else if (out->role == LAYOUT_ROLE_FRONT && in->role == LAYOUT_ROLE_SURROUND && same_side)
                w->w[o][i] = front;
            else if (out->role == LAYOUT_ROLE_CENTRE)
                w->w[o][i] = 0.5F;
        }
    }
}

static int on_program(const struct layout *speakers, uint32_t rate, uint32_t quantum, struct fascia_text *message,
                      void *userdata)
{
    struct rig *rig = userdata;
    struct render_recipe recipe = {.rate = rate > 0 ? rate : 48000, .outputs = speakers->count};
    struct render_program *program = NULL;

    rig->seen.speakers = *speakers;
    rig->seen.rate = rate;
    rig->seen.quantum = quantum;
    rig->seen.calls++;
    if (rig->seen.answer < 0) {
        fascia_text_add(message, "the test refuses %zu speakers", speakers->count);
        return rig->seen.answer;
    }
    fold(&SURROUND, speakers, rig->front, &recipe.weights[0]);
    fold(&STEREO, speakers, rig->front, &recipe.weights[1]);
    fold(&ONE, speakers, rig->front, &recipe.weights[2]);
    if (rig->delayed) { /* of another kind: a cross-fade */
        tuning_flat(speakers->count, &recipe.tuning);
        for (size_t i = 0; i < speakers->count; i++)
            recipe.tuning.speaker[i].delay_ms = 2;
    }
    int r = render_program_new(rig->render, &recipe, &program, message);
    if (r < 0)
        return r;
    render_play(rig->render, program);
    return 0;
}

static int64_t now_us(void)
{
    return loop_now_us();
}

static void turn(struct rig *rig)
{
    assert_true(sd_event_run(rig->loop, 5000) >= 0);
    rig->turns++;
    if (rig->tape.loop)
        (void)tape_turn(&rig->tape);
}

#define RUN_UNTIL(rig, condition)                                                                                      \
    for (int64_t begin_ = now_us(); !(condition);) {                                                                   \
        turn(rig);                                                                                                     \
        if (now_us() - begin_ > STAND_LIMIT_US)                                                                        \
            fail_msg("not within %d s: %s (state %s, %s)", STAND_LIMIT_US / 1000000, #condition,                       \
                     sound_state_name((rig)->status.state), (rig)->status.detail);                                     \
    }

static void open_sound(struct rig *rig, const char *target, const struct layout *speakers)
{
    static const struct render_options render_options = {
        .buses = 3, .inputs = {6, 2, 1}, .ceiling_dbtp = -1, .lookahead_ms = 1.5, .release_ms = 100};
    struct sound_options options = {
        .runtime_dir = rig->stand.dir,
        .buses = {{"fascia.projection", "Projection", SURROUND},
                  {"fascia.navigation", "Navigation", STEREO},
                  {"fascia.telephony", "Telephony", ONE}},
        .buses_count = 3,
        .roles = {{"Navigation", 1}, {"Communication", 2}, {"music", 0}},
        .roles_count = 3,
        .target = target,
        .fallback = "",
    };
    static const struct sound_events events = {.status = on_status, .program = on_program};

    if (speakers)
        options.speakers = *speakers;
    assert_int_equal(render_new(&render_options, &rig->render), 0);
    options.render = rig->render;
    assert_int_equal(sound_open(rig->loop, &options, &events, rig, &rig->sound), 0);
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig->front = M3;
    stand_open(&rig->stand);
    if (managed)
        stand_start_bus(&rig->stand);
    assert_true(sd_event_new(&rig->loop) >= 0);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    tape_close(&rig->tape);
    sound_close(rig->sound);
    render_free(rig->render);
    sd_event_unref(rig->loop);
    stand_close(&rig->stand);
    free(rig);
    return 0;
}

static void start_pipewire(struct rig *rig)
{
    stand_start_pipewire(&rig->stand);
    if (managed)
        assert_true(stand_start_session_manager(&rig->stand));
}

static void start(struct rig *rig, const char *target, const struct layout *speakers)
{
    start_pipewire(rig);
    open_sound(rig, target, speakers);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
}

/* --- what arrives ------------------------------------------------------------------------------------------------- */

static bool is_heard(const struct rig *rig, size_t speaker, enum layout_channel channel, double weight)
{
    const size_t frames = atomic_load(&rig->tape.frames), window = measure_window(rig->tape.rate);
    const double is = measure_amplitude(rig->tape.samples[speaker] + (frames - window), window,
                                        measure_frequency(channel) / MEASURE_WINDOWS_PER_S) /
                      rig->tape.amplitude;
    if (fabs(is - weight) <= 1e-3)
        return true;
    print_message("# %s at speaker %zu: %f instead of %f\n", layout_channel_name(channel), speaker, is, weight);
    return false;
}

/* Plays the programme into the projection sink until a third of a second of it has been recorded. */
static void listen(struct rig *rig, const char *sink, size_t speakers)
{
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &SURROUND, 0, 0.1);
    tape_record(&rig->tape, sink, speakers, 14400);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    tape_rewind(&rig->tape);
    RUN_UNTIL(rig, atomic_load(&rig->tape.frames) == rig->tape.room);
}

static bool is_stereo(struct rig *rig, const char *sink)
{
    bool is = true;

    listen(rig, sink, 2);
    for (size_t side = 0; side < 2; side++) {
        is = is_heard(rig, side, LAYOUT_FL, side == 0) && is;
        is = is_heard(rig, side, LAYOUT_FR, side == 1) && is;
        is = is_heard(rig, side, LAYOUT_FC, M3) && is;
        is = is_heard(rig, side, LAYOUT_LFE, 0.5) && is;
        is = is_heard(rig, side, LAYOUT_SL, side == 0 ? M3 : 0) && is;
        is = is_heard(rig, side, LAYOUT_SR, side == 1 ? M3 : 0) && is;
    }
    tape_close(&rig->tape);
    return is;
}

/* A session manager suspends a sink that it sees for the first time, also one that plays: its links are made again. */
static bool is_stereo_soon(struct rig *rig, const char *sink)
{
    bool is = is_stereo(rig, sink);

    for (int tries = 1; managed && tries < 6 && !is; tries++)
        is = is_stereo(rig, sink);
    return is;
}

static void each_channel_arrives_with_the_weights_of_the_program(void **state)
{
    struct rig *rig = *state;

    start(rig, "null2", NULL);
    assert_int_equal(rig->status.rate, 48000);
    assert_int_equal(rig->status.quantum, 1024);
    assert_true(layout_same_channels(&rig->status.speakers, &STEREO));
    assert_int_equal(rig->seen.rate, 48000);
    assert_true(is_stereo(rig, "null2"));
}

static void a_sink_is_taken_as_it_is_and_followed_when_it_comes_back_with_other_channels(void **state)
{
    struct rig *rig = *state;

    start_pipewire(rig);
    open_sound(rig, "late", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    static const struct {
        const char *channels, *position;
        const struct layout *layout;
    } sinks[] = {{"4", "[ FL, FR, RL, RR ]", &QUAD}, {"1", "[ MONO ]", &ONE}, {"2", "[ FL, FR ]", &STEREO}};
    for (size_t i = 0; i < 3; i++) {
        stand_add_sink(&rig->stand, "late", sinks[i].channels, sinks[i].position);
        const int64_t there = now_us();
        RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
        print_message("# %s channels: sound %d ms after the sink was there\n", sinks[i].channels,
                      (int)((now_us() - there) / 1000));
        assert_true(now_us() - there < RETURN_US);
        assert_true(layout_same_channels(&rig->status.speakers, sinks[i].layout));
        assert_int_equal(rig->seen.speakers.count, sinks[i].layout->count);
        if (i < 2) {
            stand_remove_sink(&rig->stand, "late");
            RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
        }
    }
    assert_true(is_stereo_soon(rig, "late"));
}

static void sound_returns_when_pipewire_is_killed_and_started_again(void **state)
{
    struct rig *rig = *state;

    start(rig, "null2", NULL);
    for (int i = 0; i < 2; i++) {
        if (managed)
            (void)stand_kill(&rig->stand.session_manager, SIGKILL);
        (void)stand_kill(&rig->stand.pipewire, SIGKILL);
        RUN_UNTIL(rig, rig->status.state == SOUND_NO_PIPEWIRE);
        assert_int_equal(rig->status.streams[0], 0);
        const int64_t killed = now_us();
        RUN_UNTIL(rig, i > 0 || now_us() - killed > 800000); /* the pauses between attempts have grown */
        stand_start_pipewire(&rig->stand);                   /* until its socket is there */
        const int64_t there = now_us();
        RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
        print_message("# sound %d ms after PipeWire's socket was there\n", (int)((now_us() - there) / 1000));
        assert_true(now_us() - there < RETURN_US);
        if (managed)
            assert_true(stand_start_session_manager(&rig->stand));
    }
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    assert_true(is_stereo_soon(rig, "null2"));
}

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns how often the loop turned for a reason within 0.7 s. */
static unsigned idle_turns(struct rig *rig, double *ret_cpu_s)
{
    const int64_t end = now_us() + 700000;
    const double before = cpu_s();
    unsigned turns = 0;

    while (now_us() < end) {
        int r = sd_event_run(rig->loop, (uint64_t)(end - now_us() > 0 ? end - now_us() : 0));
        assert_true(r >= 0);
        turns += r > 0;
    }
    *ret_cpu_s = cpu_s() - before;
    return turns;
}

static void settle(struct rig *rig)
{
    for (int64_t end = now_us() + 300000; now_us() < end;)
        turn(rig);
}

static void it_does_not_turn_in_circles_while_nothing_happens_and_while_pipewire_is_away(void **state)
{
    struct rig *rig = *state;
    double cpu = 0;

    start(rig, "null2", NULL);
    settle(rig);
    unsigned turns = idle_turns(rig, &cpu);
    print_message("# playing: %u turns, %.1f ms of CPU in 0.7 s\n", turns, cpu * 1e3);
    assert_true(turns < 40);
    stand_remove_sink(&rig->stand, "null2");
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    settle(rig);
    turns = idle_turns(rig, &cpu);
    print_message("# without a sink: %u turns, %.1f ms of CPU in 0.7 s\n", turns, cpu * 1e3);
    assert_true(turns < 40);
    (void)stand_kill(&rig->stand.pipewire, SIGKILL);
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_PIPEWIRE);
    settle(rig);
    turns = idle_turns(rig, &cpu);
    print_message("# without PipeWire: %u turns, %.1f ms of CPU in 0.7 s\n", turns, cpu * 1e3);
    assert_true(turns < 20);
    assert_true(cpu < 0.5);
}

static void odd_sinks_are_played_to_as_far_as_they_are_understood_and_refused_with_a_reason(void **state)
{
#define UNKNOWN "1 channels of the sink are silent: their positions are not known"
    static const struct {
        const char *channels, *position, *detail;
        enum sound_state state;
        const char *speakers;
    } sinks[] = {
        {"3", "[ FL, FR, FLC ]", UNKNOWN, SOUND_PLAYING, "FL FR"},
        {"4", NULL, "", SOUND_PLAYING, "AUX0 AUX1 AUX2 AUX3"},
        {"4", "[ UNK, UNK, UNK, UNK ]", "", SOUND_PLAYING, "AUX0 AUX1 AUX2 AUX3"},
        {"2", "[ FL, FL ]", UNKNOWN, SOUND_PLAYING, "FL"},
        {"1", "[ FLC ]", "", SOUND_PLAYING, "AUX0"},
        {"0", NULL, "", SOUND_PLAYING, "FL FR"}, /* PipeWire makes two of it */
        {"17", NULL, "the sink has 17 channels; 16 is the most that can be played to", SOUND_LAYOUT, ""},
        {"64", NULL, "the sink has 64 channels; 16 is the most that can be played to", SOUND_LAYOUT, ""},
    };
    struct rig *rig = *state;

    start_pipewire(rig);
    open_sound(rig, "late", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++) {
        char names[128] = "";
        struct fascia_text text;

        stand_add_sink(&rig->stand, "late", sinks[i].channels, sinks[i].position);
        RUN_UNTIL(rig, rig->status.state == sinks[i].state);
        assert_string_equal(rig->status.detail, sinks[i].detail);
        fascia_text_init(&text, names, sizeof names);
        layout_format(&rig->status.speakers, &text);
        assert_string_equal(names, sinks[i].speakers);
        stand_remove_sink(&rig->stand, "late");
        RUN_UNTIL(rig, rig->status.state == SOUND_NO_SINK);
    }
}

static void any_quantum_and_any_rate_are_followed_while_it_plays(void **state)
{
    static const struct {
        const char *rate, *quantum;
    } clocks[] = {{"48000", "32"}, {"48000", "8192"}, {"8000", "256"}, {"192000", "2048"}, {"44100", "512"}};
    struct rig *rig = *state;
    struct tape_figures figures;

    start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &STEREO, 1000, 0.5);
    tape_record(&rig->tape, "null2", 2, 192000);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        const unsigned rate = (unsigned)strtoul(clocks[i].rate, NULL, 10);
        const unsigned quantum = (unsigned)strtoul(clocks[i].quantum, NULL, 10);

        stand_setting(&rig->stand, "clock.force-rate", clocks[i].rate);
        stand_setting(&rig->stand, "clock.force-quantum", clocks[i].quantum);
        RUN_UNTIL(rig, rig->status.rate == rate && rig->status.quantum == quantum && rig->seen.rate == rate &&
                           rig->seen.quantum == quantum);
        tape_rewind(&rig->tape);
        RUN_UNTIL(rig, atomic_load(&rig->tape.frames) >= rate / 2);
        tape_measure(&rig->tape, 0, &figures);
        const size_t window = measure_window(rate), at = atomic_load(&rig->tape.frames) - window;
        const double heard = measure_amplitude(rig->tape.samples[0] + at, window, 100);
        const unsigned jumps = atomic_exchange(&rig->tape.jumps, 0);
        print_message("# %u Hz, quantum %u: %.4f heard, peak %.4f, %u jumps\n", rate, quantum, heard, figures.peak,
                      jumps);
        assert_true(figures.peak <= 0.5 + 1e-3);
        if (jumps == 0) /* a loaded machine does not keep up with the smallest quantum */
            assert_true(fabs(heard - 0.5) < 1e-2);
    }
}

/* --- switching while it sounds ------------------------------------------------------------------------------------ */

static const struct {
    float front;
    bool delayed;
} WAYS[] = {{1, false}, {0.5F, false}, {1, false}, {M3, true}, {1, false}, {0.35F, true}, {M3, false}};
#define WAYS_COUNT (sizeof WAYS / sizeof WAYS[0])

static void switch_every_way(struct rig *rig)
{
    tape_rewind(&rig->tape);
    atomic_store(&rig->tape.jumps, 0);
    for (size_t i = 0; i < WAYS_COUNT; i++) {
        const size_t until = atomic_load(&rig->tape.frames) + 9600;
        RUN_UNTIL(rig, atomic_load(&rig->tape.frames) > until);
        rig->front = WAYS[i].front;
        rig->delayed = WAYS[i].delayed;
        sound_replay(rig->sound);
    }
    const size_t until = atomic_load(&rig->tape.frames) + 9600;
    RUN_UNTIL(rig, atomic_load(&rig->tape.frames) > until);
}

static bool is_smooth(const struct rig *rig)
{
    const double slope = 2 * M_PI * 20 / rig->tape.rate;
    struct tape_figures figures;
    bool smooth = true;

    for (size_t speaker = 0; speaker < 4; speaker++) {
        tape_measure(&rig->tape, speaker, &figures);
        print_message("# %s: %zu switches, largest step %.5f (own slope %.5f), %zu zeros, peak %.4f, %u jumps\n",
                      layout_channel_name(QUAD.channels[speaker]), WAYS_COUNT, figures.step, slope, figures.zeros,
                      figures.peak, atomic_load(&rig->tape.jumps));
        smooth = smooth && figures.step <= RAMPS_STEP * slope && figures.zeros < 8 &&
                 figures.peak <= pow(10, -1.0 / 20) + 1e-4;
    }
    return smooth;
}

static void a_switch_while_a_full_scale_sine_plays_is_neither_a_gap_nor_a_step(void **state)
{
    static const struct layout surrounds = {.channels = {LAYOUT_SL, LAYOUT_SR}, .count = 2};
    struct rig *rig = *state;

    rig->front = WAYS[0].front;
    start(rig, "null4", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &surrounds, 20, 1);
    tape_record(&rig->tape, "null4", 4, 192000);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    tape_rewind(&rig->tape);
    RUN_UNTIL(rig, atomic_load(&rig->tape.frames) > 9600); /* the beginning is a step of its own */
    /* A machine that is busy elsewhere drops cycles. What a switch does, it does each time. */
    bool smooth = false;
    for (int tries = 0; tries < 5 && !smooth; tries++) {
        switch_every_way(rig);
        smooth = is_smooth(rig);
    }
    assert_true(smooth);
    assert_true(rig->seen.calls >= WAYS_COUNT);
}

static void a_program_that_is_refused_leaves_the_sink_alone_until_the_answer_is_another_one(void **state)
{
    struct rig *rig = *state;

    rig->seen.answer = -ENOTSUP;
    start_pipewire(rig);
    open_sound(rig, "null2", NULL);
    RUN_UNTIL(rig, rig->status.state == SOUND_REFUSED);
    assert_string_equal(rig->status.detail, "the test refuses 2 speakers");
    const unsigned calls = rig->seen.calls;
    settle(rig);
    assert_true(rig->seen.calls <= calls + 1); /* once more when the rate is known */
    assert_int_equal(stand_links_into(&rig->stand, "null2"), 0);
    rig->seen.answer = 0;
    sound_replay(rig->sound);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    rig->seen.answer = -ENOTSUP;
    sound_replay(rig->sound);
    RUN_UNTIL(rig, rig->status.state == SOUND_REFUSED);
    RUN_UNTIL(rig, stand_links_into(&rig->stand, "null2") == 0);
}

/* --- streams by role ---------------------------------------------------------------------------------------------- */

#define RUN_UNTIL_PLAYS_TO(rig, node, sink) RUN_UNTIL(rig, strcmp(tape_sink_of(&(rig)->tape, node), sink) == 0)

static void streams_go_to_the_sink_of_their_role_and_elsewhere_when_it_changes(void **state)
{
    struct rig *rig = *state;

    start(rig, "null2", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_stream(&rig->tape, 0, "prompt", "Navigation", NULL, 1);
    RUN_UNTIL_PLAYS_TO(rig, "prompt", "fascia.navigation");
    RUN_UNTIL(rig, rig->status.streams[1] == 1);
    tape_stream(&rig->tape, 1, "song", "Music", NULL, 2);
    RUN_UNTIL_PLAYS_TO(rig, "song", "fascia.projection");
    tape_stream(&rig->tape, 2, "fixed", "Navigation", "null4", 2);
    tape_stream(&rig->tape, 3, "odd", "Game", NULL, 2);
    RUN_UNTIL(rig, rig->status.streams[0] == 1 && rig->status.streams[1] == 1 && rig->status.streams[2] == 0);
    tape_stream_role(&rig->tape, 0, "Communication");
    RUN_UNTIL_PLAYS_TO(rig, "prompt", "fascia.telephony");
    RUN_UNTIL(rig, rig->status.streams[1] == 0 && rig->status.streams[2] == 1);
    if (managed) { /* it is the session manager that leads the others */
        RUN_UNTIL_PLAYS_TO(rig, "fixed", "null4");
        RUN_UNTIL(rig, tape_sink_of(&rig->tape, "odd")[0] != '\0');
        assert_string_not_equal(tape_sink_of(&rig->tape, "odd"), "fascia.projection");
    } else {
        assert_string_equal(tape_sink_of(&rig->tape, "fixed"), "");
        assert_string_equal(tape_sink_of(&rig->tape, "odd"), "");
    }
    tape_stream_role(&rig->tape, 0, "Game"); /* taken back */
    if (managed)
        RUN_UNTIL(rig, strncmp(tape_sink_of(&rig->tape, "prompt"), "null", 4) == 0)
    else
        RUN_UNTIL_PLAYS_TO(rig, "prompt", "");
    tape_stream_close(&rig->tape, 1);
    RUN_UNTIL(rig, rig->status.streams[0] == 0);
    sound_close(rig->sound);
    rig->sound = NULL;
}

/* --- listening ---------------------------------------------------------------------------------------------------- */

static void on_heard(int result, const double *amplitude, size_t speakers, void *userdata)
{
    struct rig *rig = userdata;

    rig->is_heard = true;
    rig->heard_result = result;
    for (size_t i = 0; i < speakers; i++)
        rig->heard[i] = amplitude[i];
}

static void listening_tells_the_level_of_a_tone_at_each_speaker(void **state)
{
    struct rig *rig = *state;

    start_pipewire(rig);
    open_sound(rig, "null4", NULL);
    assert_int_equal(sound_listen(rig->sound, 1000, 2, on_heard, rig), -ENOTCONN);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &STEREO, 1000, 0.25);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    for (int64_t end = now_us() + 100000; now_us() < end;)
        turn(rig);
    assert_int_equal(sound_listen(rig->sound, 1000, 2, on_heard, rig), 0);
    assert_int_equal(sound_listen(rig->sound, 1000, 2, on_heard, rig), -EBUSY);
    RUN_UNTIL(rig, rig->is_heard);
    assert_int_equal(rig->heard_result, 0);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(rig->heard[i] - (i < 2 ? 0.25 : 0)) < 1e-3);

    rig->is_heard = false;
    assert_int_equal(sound_listen(rig->sound, 1000, 100, on_heard, rig), 0);
    stand_remove_sink(&rig->stand, "null4");
    RUN_UNTIL(rig, rig->is_heard);
    assert_int_equal(rig->heard_result, -ENOTCONN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest core[] = {
        TEST(each_channel_arrives_with_the_weights_of_the_program),
        TEST(a_switch_while_a_full_scale_sine_plays_is_neither_a_gap_nor_a_step),
        TEST(a_sink_is_taken_as_it_is_and_followed_when_it_comes_back_with_other_channels),
        TEST(sound_returns_when_pipewire_is_killed_and_started_again),
        TEST(streams_go_to_the_sink_of_their_role_and_elsewhere_when_it_changes),
    };
    const struct CMUnitTest rest[] = {
        TEST(odd_sinks_are_played_to_as_far_as_they_are_understood_and_refused_with_a_reason),
        TEST(any_quantum_and_any_rate_are_followed_while_it_plays),
        TEST(it_does_not_turn_in_circles_while_nothing_happens_and_while_pipewire_is_away),
        TEST(a_program_that_is_refused_leaves_the_sink_alone_until_the_answer_is_another_one),
        TEST(listening_tells_the_level_of_a_tone_at_each_speaker),
    };

    if (!stand_is_possible())
        return 77;
    managed = argc > 1 && strcmp(argv[1], "managed") == 0;
    if (managed && !stand_has_session_manager())
        return 77;
    cmocka_set_test_filter(getenv("FASCIA_TEST_FILTER"));
    int failed = cmocka_run_group_tests_name("core", core, NULL, NULL);
    if (argc < 2)
        failed += cmocka_run_group_tests_name("rest", rest, NULL, NULL);
    return failed;
}
