/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/audio/path_rig.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "audio/render/measure.h"

const struct layout SURROUND = {.channels = {LAYOUT_FL, LAYOUT_FR, LAYOUT_FC, LAYOUT_LFE, LAYOUT_SL, LAYOUT_SR},
                                .count = 6};
const struct layout STEREO = {.channels = {LAYOUT_FL, LAYOUT_FR}, .count = 2};
const struct layout QUAD = {.channels = {LAYOUT_FL, LAYOUT_FR, LAYOUT_RL, LAYOUT_RR}, .count = 4};
const struct layout ONE = {.channels = {LAYOUT_MONO}, .count = 1};

bool rig_managed;

static void on_status(const struct sound_status *status, void *userdata)
{
    struct rig *rig = userdata;
    rig->status = *status;
    rig->interruptions += !sound_state_is_audible(status->state);
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

void rig_turn(struct rig *rig)
{
    assert_true(sd_event_run(rig->loop, 5000) >= 0);
    if (rig->tape.loop)
        (void)tape_turn(&rig->tape);
}

void rig_open_sound(struct rig *rig, const char *target, const struct layout *speakers)
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

int rig_set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig->front = M3;
    stand_open(&rig->stand);
    if (rig_managed)
        stand_start_bus(&rig->stand);
    assert_true(sd_event_new(&rig->loop) >= 0);
    *state = rig;
    return 0;
}

int rig_tear_down(void **state)
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

void rig_start_pipewire(struct rig *rig)
{
    stand_start_pipewire(&rig->stand);
    if (rig_managed)
        assert_true(stand_start_session_manager(&rig->stand));
}

void rig_start(struct rig *rig, const char *target, const struct layout *speakers)
{
    rig_start_pipewire(rig);
    rig_open_sound(rig, target, speakers);
    RUN_UNTIL(rig, rig->status.state == SOUND_PLAYING);
}

void rig_settle(struct rig *rig)
{
    for (int64_t end = loop_now_us() + 300000; loop_now_us() < end;)
        rig_turn(rig);
}

/* --- what arrives ------------------------------------------------------------------------------------------------- */

#define HEARD 14400 /* frames, of which the last window is measured: what comes before may fade in */

static bool is_heard(const struct rig *rig, size_t speaker, enum layout_channel channel, double weight)
{
    const size_t window = measure_window(rig->tape.rate);
    const double is = measure_amplitude(rig->tape.samples[speaker] + (HEARD - window), window,
                                        measure_frequency(channel) / MEASURE_WINDOWS_PER_S) /
                      rig->tape.amplitude;
    if (fabs(is - weight) <= 1e-3)
        return true;
    print_message("# %s at speaker %zu: %f instead of %f, %u jumps of the clock\n", layout_channel_name(channel),
                  speaker, is, weight, atomic_load(&rig->tape.jumps));
    return false;
}

static bool is_stereo(const struct rig *rig)
{
    bool is = true;

    for (size_t side = 0; side < 2; side++) {
        is = is_heard(rig, side, LAYOUT_FL, side == 0) && is;
        is = is_heard(rig, side, LAYOUT_FR, side == 1) && is;
        is = is_heard(rig, side, LAYOUT_FC, M3) && is;
        is = is_heard(rig, side, LAYOUT_LFE, 0.5) && is;
        is = is_heard(rig, side, LAYOUT_SL, side == 0 ? M3 : 0) && is;
        is = is_heard(rig, side, LAYOUT_SR, side == 1 ? M3 : 0) && is;
    }
    return is;
}

bool rig_hears_stereo(struct rig *rig, const char *sink)
{
    bool is = false, counts = false;

    tape_open(&rig->tape, rig->stand.dir);
    tape_play(&rig->tape, "fascia.projection", &SURROUND, 0, 0.1);
    tape_record(&rig->tape, sink, 2, HEARD + TAPE_TAIL);
    RUN_UNTIL(rig, tape_turn(&rig->tape));
    for (int tries = 0; tries < RIG_TRIES && !is && !counts; tries++) {
        tape_rewind(&rig->tape);
        RUN_UNTIL(rig, atomic_load(&rig->tape.frames) == rig->tape.room);
        counts = tape_counts(&rig->tape);
        is = is_stereo(rig);
    }
    tape_close(&rig->tape);
    return is;
}

/* A session manager suspends a sink that it sees for the first time, also one that plays: its links are made again. */
bool rig_hears_stereo_soon(struct rig *rig, const char *sink)
{
    bool is = rig_hears_stereo(rig, sink);

    for (int tries = 1; rig_managed && tries < 6 && !is; tries++)
        is = rig_hears_stereo(rig, sink);
    return is;
}
