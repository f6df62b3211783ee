/* SPDX-License-Identifier: Apache-2.0 */
/* The sound path: what is heard while it is switched, while the clock changes, and by the path's own ear. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "audio/render/measure.h"
#include "tests/system/audio/path_rig.h"

#define RAMPS_STEP 1.5 /* times the signal's own largest step */

static void any_quantum_and_any_rate_are_followed_while_it_plays(void **state)
{
    static const struct {
        const char *rate, *quantum;
    } clocks[] = {{"48000", "32"}, {"48000", "8192"}, {"8000", "256"}, {"192000", "2048"}, {"44100", "512"}};
    struct rig *rig = *state;
    struct tape_figures figures;

    rig_start(rig, "null2", NULL);
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
        const size_t frames = rate / 2;
        RUN_UNTIL(rig, atomic_load(&rig->tape.frames) >= frames + 2 * (size_t)quantum);
        tape_measure(&rig->tape, 0, frames, &figures);
        const size_t window = measure_window(rate);
        const double heard = measure_amplitude(rig->tape.samples[0] + frames - window, window, 100);
        const bool counts = tape_counts(&rig->tape);
        print_message("# %u Hz, quantum %u: %.4f heard, peak %.4f%s\n", rate, quantum, heard, figures.peak,
                      counts ? "" : " (cycles were dropped)");
        assert_true(figures.peak <= 0.5 + 1e-3);
        if (counts) /* a loaded machine does not keep up with the smallest quantum */
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

static bool is_smooth(const struct rig *rig, size_t frames)
{
    const double slope = 2 * M_PI * 20 / rig->tape.rate;
    bool smooth = true;

    for (size_t speaker = 0; speaker < 4; speaker++)
        smooth = tape_is_smooth(&rig->tape, speaker, frames, RAMPS_STEP * slope, false) && smooth;
    return smooth;
}

static void a_switch_while_a_full_scale_sine_plays_is_neither_a_gap_nor_a_step(void **state)
{
    static const struct layout surrounds = {.channels = {LAYOUT_SL, LAYOUT_SR}, .count = 2};
    struct rig *rig = *state;

    rig->front = WAYS[0].front;
    rig_start(rig, "null4", NULL);
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &surrounds, 20, 1);
    tape_record(&rig->tape, "null4", 4, 192000);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    tape_rewind(&rig->tape);
    RUN_UNTIL(rig, atomic_load(&rig->tape.frames) > 9600); /* the beginning is a step of its own */
    /* See test_switch.c for what excuses a run. */
    bool smooth = false, counts = false;
    for (int tries = 0; tries < RIG_TRIES && !smooth && !counts; tries++) {
        const unsigned interruptions = rig->interruptions;
        switch_every_way(rig);
        const size_t frames = atomic_load(&rig->tape.frames);
        RUN_UNTIL(rig, atomic_load(&rig->tape.frames) > frames + TAPE_TAIL);
        counts = tape_counts(&rig->tape) && rig->interruptions == interruptions;
        smooth = is_smooth(rig, frames);
    }
    assert_true(smooth);
    assert_true(rig->seen.calls >= WAYS_COUNT);
}

/* --- listening ---------------------------------------------------------------------------------------------------- */

struct heard {
    bool done;
    int result;
    double amplitude[LAYOUT_CHANNELS_MAX];
};

static void on_heard(int result, const double *amplitude, size_t speakers, void *userdata)
{
    struct heard *heard = userdata;

    heard->done = true;
    heard->result = result;
    for (size_t i = 0; i < speakers; i++)
        heard->amplitude[i] = amplitude[i];
}

static void listening_tells_the_level_of_a_tone_at_each_speaker(void **state)
{
    struct rig *rig = *state;
    struct heard heard = {.done = false};

    rig_start_pipewire(rig);
    rig_open_sound(rig, "null4", NULL);
    assert_int_equal(sound_listen(rig->sound, 1000, 2, on_heard, &heard), -ENOTCONN);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &STEREO, 1000, 0.25);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    for (int64_t end = loop_now_us() + 100000; loop_now_us() < end;)
        rig_turn(rig);
    assert_int_equal(sound_listen(rig->sound, 1000, 2, on_heard, &heard), 0);
    assert_int_equal(sound_listen(rig->sound, 1000, 2, on_heard, &heard), -EBUSY);
    RUN_UNTIL(rig, heard.done);
    assert_int_equal(heard.result, 0);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(heard.amplitude[i] - (i < 2 ? 0.25 : 0)) < 1e-3);

    heard.done = false;
    assert_int_equal(sound_listen(rig->sound, 1000, 100, on_heard, &heard), 0);
    stand_remove_sink(&rig->stand, "null4");
    RUN_UNTIL(rig, heard.done);
    assert_int_equal(heard.result, -ENOTCONN);
}

int path_signal_tests(bool core)
{
    const struct CMUnitTest always[] = {
        TEST(a_switch_while_a_full_scale_sine_plays_is_neither_a_gap_nor_a_step),
    };
    const struct CMUnitTest rest[] = {
        TEST(any_quantum_and_any_rate_are_followed_while_it_plays),
        TEST(listening_tells_the_level_of_a_tone_at_each_speaker),
    };

    int failed = cmocka_run_group_tests_name("path, signal", always, NULL, NULL);
    if (!core)
        failed += cmocka_run_group_tests_name("path, signal, more", rest, NULL, NULL);
    return failed;
}
