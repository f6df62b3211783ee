/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/focus.h"

#include <math.h>
#include <string.h>

#include "tests/unit/test.h"

#define MS       INT64_C(1000)
#define S        (1000 * MS)
#define START    (10 * S)
#define STRANGER 1000000

static const double full[STREAM_CLASSES];

/* A table in which everybody is left alone. */
static void neutral(struct focus_table *table)
{
    memset(table, 0, sizeof *table);
}

static void take_all(struct focus *f)
{
    enum stream_class stream;
    struct focus_gain gain;

    while (focus_take(f, &stream, &gain))
        ;
}

static void begin(struct focus *f, const struct focus_table *table)
{
    focus_init(f, table, full);
    take_all(f);
}

static void begin_default(struct focus *f)
{
    struct focus_table table;

    focus_table_default(&table);
    begin(f, &table);
}

/* Exactly one gain has changed, and it is this one. */
static void assert_only(struct focus *f, enum stream_class stream, double target_db, uint32_t ms)
{
    enum stream_class is = STREAM_CLASSES;
    struct focus_gain gain = {0, 0};

    assert_true(focus_take(f, &is, &gain));
    assert_int_equal(is, stream);
    if (fabs(gain.target_db - target_db) > 1e-9)
        fail_msg("%s moves to %f dB instead of %f", stream_class_name(stream), gain.target_db, target_db);
    assert_int_equal(gain.ms, ms);
    assert_false(focus_take(f, &is, &gain));
}

static void assert_nothing(struct focus *f)
{
    enum stream_class is;
    struct focus_gain gain;

    assert_false(focus_take(f, &is, &gain));
}

static void assert_at(const struct focus *f, enum stream_class stream, double target_db, enum focus_why why)
{
    if (fabs(f->gains[stream].target_db - target_db) > 1e-9 || f->why[stream] != why)
        fail_msg("%s is at %f dB (%s) instead of %f (%s)", stream_class_name(stream), f->gains[stream].target_db,
                 focus_why_name(f->why[stream]), target_db, focus_why_name(why));
}

/* --- the default table ---------------------------------------------------------------------------------------- */

/* The first letter of the interaction; rows: holders, columns: requesters, both in the order of enum stream_class. The
 * car service's own matrix, where media, navigation, assistant, ringtone, telephony and alert stand for MUSIC,
 * NAVIGATION, VOICE_COMMAND, CALL_RING, CALL and NOTIFICATION. */
static void the_default_table_follows_the_car_service_of_android(void **state)
{
    static const char *const rows[STREAM_CLASSES] = {
        [STREAM_MEDIA] = "cceeecc",     [STREAM_NAVIGATION] = "cceeccc", [STREAM_ASSISTANT] = "crceerc",
        [STREAM_TELEPHONY] = "rcrcccc", [STREAM_RINGTONE] = "rccccrc",   [STREAM_ALERT] = "cceeecc",
        [STREAM_SAFETY] = "ccccccc",
    };
    struct focus_table table;
    (void)state;

    focus_table_default(&table);
    for (unsigned h = 0; h < STREAM_CLASSES; h++) {
        for (unsigned r = 0; r < STREAM_CLASSES; r++) {
            const char *name = focus_interaction_names[table.edge[h][r].interaction];
            if (name[0] != rows[h][r])
                fail_msg("%s, %s: %s", stream_class_name((enum stream_class)h), stream_class_name((enum stream_class)r),
                         name);
        }
    }
}

/* -35 dB: speech that is held a conversation with, or a warning, against the music; -14 dB: all else. */
static void the_default_ducks_are_strong_where_one_must_understand(void **state)
{
    static const int rows[STREAM_CLASSES][STREAM_CLASSES] = {
        [STREAM_MEDIA] = {0, -14, -35, -35, -35, -14, -35}, [STREAM_NAVIGATION] = {0, 0, -14, -14, 0, 0, -14},
        [STREAM_ASSISTANT] = {0, 0, 0, -35, -35, 0, -14},   [STREAM_TELEPHONY] = {0, 0, 0, 0, 0, 0, -14},
        [STREAM_RINGTONE] = {0, -14, -14, -14, 0, 0, -14},  [STREAM_ALERT] = {0, 0, -14, -14, -14, 0, -14},
    };
    struct focus_table table;
    (void)state;

    focus_table_default(&table);
    for (unsigned h = 0; h < STREAM_CLASSES; h++) {
        for (unsigned r = 0; r < STREAM_CLASSES; r++) {
            if (table.edge[h][r].target_db != rows[h][r])
                fail_msg("%s, %s: %f dB", stream_class_name((enum stream_class)h),
                         stream_class_name((enum stream_class)r), table.edge[h][r].target_db);
        }
    }
}

static void calls_and_warnings_come_quickly_and_last_through_their_pauses(void **state)
{
    static const struct {
        enum stream_class winner;
        uint32_t attack_ms, hold_ms;
    } expected[] = {
        {STREAM_NAVIGATION, 500, 400}, {STREAM_ASSISTANT, 500, 500}, {STREAM_TELEPHONY, 100, 500},
        {STREAM_RINGTONE, 100, 500},   {STREAM_ALERT, 500, 300},     {STREAM_SAFETY, 100, 500},
    };
    struct focus_table table;
    (void)state;

    focus_table_default(&table);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(table.edge[STREAM_MEDIA][expected[i].winner].attack_ms, expected[i].attack_ms);
        assert_int_equal(table.edge[STREAM_MEDIA][expected[i].winner].hold_ms, expected[i].hold_ms);
    }
    assert_int_equal(table.edge[STREAM_TELEPHONY][STREAM_MEDIA].attack_ms, 100); /* who rejects is the winner */
    assert_int_equal(table.edge[STREAM_TELEPHONY][STREAM_MEDIA].hold_ms, 500);
    assert_int_equal(table.edge[STREAM_TELEPHONY][STREAM_MEDIA].release_ms, 1000);
}

static void every_default_edge_moves_in_a_bounded_time_and_never_up(void **state)
{
    struct focus_table table;
    (void)state;

    focus_table_default(&table);
    for (unsigned h = 0; h < STREAM_CLASSES; h++) {
        for (unsigned r = 0; r < STREAM_CLASSES; r++) {
            const struct focus_edge *edge = &table.edge[h][r];
            assert_true(edge->target_db <= 0 && edge->target_db > FOCUS_SILENCE_DB);
            assert_true(edge->attack_ms >= 100 && edge->attack_ms <= 1000);
            assert_true(edge->release_ms >= 500 && edge->release_ms <= 2000);
            assert_true(edge->hold_ms <= 1000);
        }
    }
}

static void a_prompt_ducks_the_music_and_gives_it_back_after_its_hold(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    const struct focus_edge *edge = &f.table.edge[STREAM_MEDIA][STREAM_NAVIGATION];
    focus_sounds(&f, STREAM_MEDIA, true, START);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
    focus_sounds(&f, STREAM_NAVIGATION, true, START + S);
    assert_at(&f, STREAM_MEDIA, -14, FOCUS_WHY_DUCKED);
    assert_at(&f, STREAM_NAVIGATION, 0, FOCUS_WHY_FREE);
    assert_int_equal(f.gains[STREAM_MEDIA].ms, edge->attack_ms);

    focus_sounds(&f, STREAM_NAVIGATION, false, START + 2 * S);
    assert_at(&f, STREAM_MEDIA, -14, FOCUS_WHY_DUCKED);
    const int64_t end = START + 2 * S + (int64_t)edge->hold_ms * MS;
    assert_int_equal(focus_due(&f), end);
    focus_turn(&f, end - 1);
    assert_at(&f, STREAM_MEDIA, -14, FOCUS_WHY_DUCKED);
    focus_turn(&f, end);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
    assert_int_equal(f.gains[STREAM_MEDIA].ms, edge->release_ms);
    focus_turn(&f, end + S);
    assert_int_equal(focus_due(&f), INT64_MAX);
}

static void music_that_begins_within_a_prompt_begins_ducked(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    focus_sounds(&f, STREAM_NAVIGATION, true, START);
    assert_at(&f, STREAM_MEDIA, -14, FOCUS_WHY_DUCKED); /* before its first sample */
    focus_sounds(&f, STREAM_MEDIA, true, START + S);
    assert_at(&f, STREAM_MEDIA, -14, FOCUS_WHY_DUCKED);
    assert_at(&f, STREAM_NAVIGATION, 0, FOCUS_WHY_FREE);
}

static void a_call_silences_the_music_and_music_within_a_call_is_rejected(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    focus_sounds(&f, STREAM_MEDIA, true, START);
    focus_sounds(&f, STREAM_TELEPHONY, true, START + S);
    assert_at(&f, STREAM_MEDIA, FOCUS_SILENCE_DB, FOCUS_WHY_MUTED);
    focus_sounds(&f, STREAM_MEDIA, false, START + 2 * S); /* the player pauses, as it should */
    focus_sounds(&f, STREAM_MEDIA, true, START + 20 * S);
    assert_at(&f, STREAM_MEDIA, FOCUS_SILENCE_DB, FOCUS_WHY_REJECTED);
    focus_sounds(&f, STREAM_TELEPHONY, false, START + 30 * S);
    focus_turn(&f, START + 31 * S);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
}

static void who_is_rejected_ducks_nobody(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    focus_sounds(&f, STREAM_ASSISTANT, true, START);
    focus_sounds(&f, STREAM_ALERT, true, START + S);
    assert_at(&f, STREAM_ALERT, FOCUS_SILENCE_DB, FOCUS_WHY_REJECTED);
    assert_at(&f, STREAM_ASSISTANT, 0, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_NAVIGATION, FOCUS_SILENCE_DB, FOCUS_WHY_REJECTED); /* by the assistant alone */
}

static void of_several_holders_one_that_rejects_is_enough(void **state)
{
    struct focus f;
    struct focus_table table;
    (void)state;

    neutral(&table);
    table.edge[STREAM_MEDIA][STREAM_ALERT].interaction = FOCUS_EXCLUSIVE;
    table.edge[STREAM_ASSISTANT][STREAM_ALERT].interaction = FOCUS_REJECT;
    table.edge[STREAM_NAVIGATION][STREAM_ALERT].target_db = -6;
    begin(&f, &table);
    focus_sounds(&f, STREAM_MEDIA, true, START);
    focus_sounds(&f, STREAM_NAVIGATION, true, START + 1);
    focus_sounds(&f, STREAM_ASSISTANT, true, START + 2);
    focus_sounds(&f, STREAM_ALERT, true, START + 3);
    assert_at(&f, STREAM_ALERT, FOCUS_SILENCE_DB, FOCUS_WHY_REJECTED);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_NAVIGATION, 0, FOCUS_WHY_FREE);
    focus_sounds(&f, STREAM_ASSISTANT, false, START + 4); /* no hold: it is granted now */
    assert_at(&f, STREAM_ALERT, 0, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_MEDIA, FOCUS_SILENCE_DB, FOCUS_WHY_MUTED);
    assert_at(&f, STREAM_NAVIGATION, -6, FOCUS_WHY_DUCKED);
}

/* --- every cell ------------------------------------------------------------------------------------------------- */

static void check_concurrent(struct focus_table *table, enum stream_class h, enum stream_class r, bool holder_first)
{
    struct focus f;

    table->edge[h][r] = (struct focus_edge){FOCUS_CONCURRENT, -17, 11, 22, 33};
    begin(&f, table);
    focus_sounds(&f, holder_first ? h : r, true, START);
    focus_sounds(&f, holder_first ? r : h, true, START + 1);
    if (h == STREAM_SAFETY) {
        assert_nothing(&f);
        return;
    }
    assert_only(&f, h, -17, 11);
    assert_int_equal(f.why[h], FOCUS_WHY_DUCKED);
    focus_sounds(&f, r, false, START + 2);
    focus_turn(&f, START + 1 + 22 * MS);
    assert_nothing(&f);
    focus_turn(&f, START + 2 + 22 * MS);
    assert_only(&f, h, 0, 33);
}

static void check_exclusive(struct focus_table *table, enum stream_class h, enum stream_class r)
{
    struct focus f;

    table->edge[h][r] = (struct focus_edge){FOCUS_EXCLUSIVE, 0, 11, 22, 33};
    begin(&f, table);
    focus_sounds(&f, h, true, START);
    focus_sounds(&f, r, true, START + 1);
    if (h == STREAM_SAFETY) {
        assert_nothing(&f);
        return;
    }
    assert_only(&f, h, FOCUS_SILENCE_DB, 11);
    assert_int_equal(f.why[h], FOCUS_WHY_MUTED);
    focus_sounds(&f, r, false, START + 2);
    focus_turn(&f, START + 1 + 22 * MS);
    assert_nothing(&f);
    focus_turn(&f, START + 2 + 22 * MS);
    assert_only(&f, h, 0, 33);
}

static void check_reject(struct focus_table *table, enum stream_class h, enum stream_class r)
{
    struct focus f;

    table->edge[h][r] = (struct focus_edge){FOCUS_REJECT, 0, 11, 22, 33};
    begin(&f, table);
    focus_sounds(&f, h, true, START);
    if (r == STREAM_SAFETY) {
        focus_sounds(&f, r, true, START + 1);
        assert_nothing(&f);
        return;
    }
    assert_only(&f, r, FOCUS_SILENCE_DB, 11); /* already: its first sample is not to be heard */
    focus_sounds(&f, r, true, START + 1);
    assert_nothing(&f);
    assert_int_equal(f.why[r], FOCUS_WHY_REJECTED);
    focus_sounds(&f, h, false, START + 2);
    focus_turn(&f, START + 1 + 22 * MS);
    assert_nothing(&f);
    focus_turn(&f, START + 2 + 22 * MS);
    assert_only(&f, r, 0, 33);
    /* The other way round nothing is rejected. */
    begin(&f, table);
    focus_sounds(&f, r, true, START);
    focus_sounds(&f, h, true, START + 1);
    assert_nothing(&f);
}

static void every_cell_does_what_it_says_and_touches_nobody_else(void **state)
{
    struct focus_table table;
    (void)state;

    for (unsigned h = 0; h < STREAM_CLASSES; h++) {
        for (unsigned r = 0; r < STREAM_CLASSES; r++) {
            if (h == r)
                continue;
            neutral(&table);
            check_concurrent(&table, (enum stream_class)h, (enum stream_class)r, true);
            check_exclusive(&table, (enum stream_class)h, (enum stream_class)r);
            check_reject(&table, (enum stream_class)h, (enum stream_class)r);
        }
    }
}

static void a_duck_does_not_ask_who_began(void **state)
{
    struct focus_table table;
    struct focus f;
    (void)state;

    neutral(&table);
    table.edge[STREAM_MEDIA][STREAM_ALERT] = (struct focus_edge){FOCUS_CONCURRENT, -9, 1, 2, 3};
    begin(&f, &table);
    focus_sounds(&f, STREAM_ALERT, true, START);
    assert_only(&f, STREAM_MEDIA, -9, 1);
    focus_sounds(&f, STREAM_MEDIA, true, START + 1);
    assert_nothing(&f);
}

static void two_streams_of_one_class_leave_each_other_alone(void **state)
{
    struct focus_table table;
    struct focus f;
    (void)state;

    for (int i = 0; i < FOCUS_INTERACTIONS_; i++) {
        neutral(&table);
        table.edge[STREAM_ALERT][STREAM_ALERT] = (struct focus_edge){(enum focus_interaction)i, -20, 1, 2, 3};
        begin(&f, &table);
        focus_sounds(&f, STREAM_ALERT, true, START);
        assert_nothing(&f);
    }
}

static void a_pause_shorter_than_the_hold_moves_nothing_and_keeps_the_place_in_the_order(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    focus_sounds(&f, STREAM_MEDIA, true, START);
    focus_sounds(&f, STREAM_NAVIGATION, true, START + S);
    take_all(&f);
    for (int i = 0; i < 5; i++) {
        focus_sounds(&f, STREAM_NAVIGATION, false, START + (2 + i) * S);
        focus_turn(&f, START + (2 + i) * S + 200 * MS);
        focus_sounds(&f, STREAM_NAVIGATION, true, START + (2 + i) * S + 399 * MS);
        focus_turn(&f, START + (2 + i) * S + 600 * MS);
    }
    assert_nothing(&f);
}

static void the_lowest_of_several_ducks_wins_and_the_next_one_takes_over(void **state)
{
    struct focus_table table;
    struct focus f;
    (void)state;

    neutral(&table);
    table.edge[STREAM_MEDIA][STREAM_NAVIGATION] = (struct focus_edge){FOCUS_CONCURRENT, -6, 10, 0, 100};
    table.edge[STREAM_MEDIA][STREAM_ALERT] = (struct focus_edge){FOCUS_CONCURRENT, -20, 20, 0, 200};
    begin(&f, &table);
    focus_sounds(&f, STREAM_MEDIA, true, START);
    focus_sounds(&f, STREAM_NAVIGATION, true, START + 1);
    assert_only(&f, STREAM_MEDIA, -6, 10);
    focus_sounds(&f, STREAM_ALERT, true, START + 2);
    assert_only(&f, STREAM_MEDIA, -20, 20);
    focus_sounds(&f, STREAM_ALERT, false, START + 3);
    assert_only(&f, STREAM_MEDIA, -6, 200);
    focus_sounds(&f, STREAM_NAVIGATION, false, START + 4);
    assert_only(&f, STREAM_MEDIA, 0, 100);
}

static void of_equal_ducks_the_quicker_attack_and_the_longer_release_count_whoever_began(void **state)
{
    static const struct focus_edge slow = {FOCUS_CONCURRENT, -9, 400, 5, 100},
                                   quick = {FOCUS_CONCURRENT, -9, 40, 5, 900};
    struct focus_table table;
    struct focus f;
    (void)state;

    for (unsigned swapped = 0; swapped < 2; swapped++) {
        neutral(&table);
        table.edge[STREAM_MEDIA][STREAM_NAVIGATION] = swapped ? quick : slow;
        table.edge[STREAM_MEDIA][STREAM_ALERT] = swapped ? slow : quick;
        /* both at one moment: as the assistant stops rejecting them */
        table.edge[STREAM_ASSISTANT][STREAM_NAVIGATION].interaction = FOCUS_REJECT;
        table.edge[STREAM_ASSISTANT][STREAM_ALERT].interaction = FOCUS_REJECT;
        begin(&f, &table);
        focus_sounds(&f, STREAM_ASSISTANT, true, START);
        focus_sounds(&f, STREAM_NAVIGATION, true, START + 1);
        focus_sounds(&f, STREAM_ALERT, true, START + 2);
        assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
        focus_sounds(&f, STREAM_ASSISTANT, false, START + 3);
        assert_at(&f, STREAM_MEDIA, -9, FOCUS_WHY_DUCKED);
        assert_int_equal(f.gains[STREAM_MEDIA].ms, 40);
        focus_sounds(&f, STREAM_NAVIGATION, false, START + 4); /* their holds end at one moment */
        focus_sounds(&f, STREAM_ALERT, false, START + 4);
        assert_at(&f, STREAM_MEDIA, -9, FOCUS_WHY_DUCKED);
        focus_turn(&f, START + 4 + 5 * MS);
        assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
        assert_int_equal(f.gains[STREAM_MEDIA].ms, 900);
    }
}

static void to_be_muted_is_told_rather_than_to_be_ducked_as_deep(void **state)
{
    struct focus_table table;
    struct focus f;
    (void)state;

    neutral(&table);
    table.edge[STREAM_MEDIA][STREAM_TELEPHONY] = (struct focus_edge){FOCUS_EXCLUSIVE, FOCUS_SILENCE_DB, 1, 0, 1};
    begin(&f, &table);
    focus_sounds(&f, STREAM_MEDIA, true, START);
    focus_sounds(&f, STREAM_TELEPHONY, true, START + 1);
    assert_at(&f, STREAM_MEDIA, FOCUS_SILENCE_DB, FOCUS_WHY_MUTED);
}

static void silence_that_is_told_again_does_not_prolong_its_hold(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    focus_sounds(&f, STREAM_NAVIGATION, true, START);
    focus_sounds(&f, STREAM_NAVIGATION, false, START + S);
    for (int i = 1; i < 8; i++) /* at each look */
        focus_sounds(&f, STREAM_NAVIGATION, false, START + S + i * 50 * MS);
    assert_at(&f, STREAM_MEDIA, -14, FOCUS_WHY_DUCKED);
    assert_int_equal(focus_due(&f), START + S + 400 * MS);
    focus_turn(&f, START + S + 400 * MS);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
}

/* --- external ducks and volumes --------------------------------------------------------------------------------- */

static void an_external_duck_moves_in_its_own_time_and_can_be_retargeted(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    assert_int_equal(focus_duck(&f, 7, STREAM_MEDIA, -20, 750, START), 0);
    assert_only(&f, STREAM_MEDIA, -20, 750);
    assert_int_equal(f.why[STREAM_MEDIA], FOCUS_WHY_EXTERNAL);
    assert_int_equal(focus_duck(&f, 7, STREAM_MEDIA, -5, 250, START + 100 * MS), 0); /* in the middle of it */
    assert_only(&f, STREAM_MEDIA, -5, 250);
    assert_int_equal(focus_unduck(&f, 7, STREAM_MEDIA, 300, START + 200 * MS), 0);
    assert_only(&f, STREAM_MEDIA, 0, 300);
    assert_int_equal(focus_unduck(&f, 7, STREAM_MEDIA, 300, START), FOCUS_E_NO_DUCK);
    assert_nothing(&f);
}

static void the_time_of_an_external_duck_is_that_of_its_class_alone(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    focus_sounds(&f, STREAM_NAVIGATION, true, START);
    focus_sounds(&f, STREAM_NAVIGATION, false, START + S);
    take_all(&f);
    assert_int_equal(focus_duck(&f, 7, STREAM_ALERT, -20, 12345, START + S + 400 * MS), 0); /* the hold ends here */
    assert_at(&f, STREAM_ALERT, -20, FOCUS_WHY_EXTERNAL);
    assert_int_equal(f.gains[STREAM_ALERT].ms, 12345);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
    assert_int_equal(f.gains[STREAM_MEDIA].ms, 1000);
}

static void it_is_known_whether_an_owner_ducks_anything(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    assert_false(focus_has_ducks(&f, 1));
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -20, 0, START), 0);
    assert_int_equal(focus_duck(&f, 1, STREAM_ALERT, -20, 0, START), 0);
    assert_true(focus_has_ducks(&f, 1));
    assert_false(focus_has_ducks(&f, 2));
    assert_false(focus_has_ducks(&f, 0)); /* free places belong to nobody */
    assert_int_equal(focus_unduck(&f, 1, STREAM_MEDIA, 0, START), 0);
    assert_true(focus_has_ducks(&f, 1));
    assert_int_equal(focus_unduck(&f, 1, STREAM_ALERT, 0, START), 0);
    assert_false(focus_has_ducks(&f, 1));
}

static void of_several_owners_the_lowest_level_is_in_force(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -20, 0, START), 0);
    assert_only(&f, STREAM_MEDIA, -20, 0);
    assert_int_equal(focus_duck(&f, 2, STREAM_MEDIA, -10, 50, START), 0);
    assert_nothing(&f);
    focus_sounds(&f, STREAM_NAVIGATION, true, START); /* -14 of the table */
    assert_at(&f, STREAM_MEDIA, -20, FOCUS_WHY_EXTERNAL);
    take_all(&f);
    assert_int_equal(focus_unduck(&f, 1, STREAM_MEDIA, 70, START), 0);
    assert_only(&f, STREAM_MEDIA, -14, 70);
    assert_int_equal(f.why[STREAM_MEDIA], FOCUS_WHY_DUCKED);
    focus_sounds(&f, STREAM_NAVIGATION, false, START + S);
    focus_turn(&f, START + 2 * S);
    assert_at(&f, STREAM_MEDIA, -10, FOCUS_WHY_EXTERNAL);
    assert_int_equal(f.gains[STREAM_MEDIA].ms, 1000);
}

static void a_vanished_owner_takes_all_of_its_ducks_along_and_nobody_elses(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -20, 0, START), 0);
    assert_int_equal(focus_duck(&f, 1, STREAM_ALERT, -30, 0, START), 0);
    assert_int_equal(focus_duck(&f, 2, STREAM_NAVIGATION, -3, 0, START), 0);
    focus_forget(&f, 1, START + 1);
    assert_at(&f, STREAM_MEDIA, 0, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_ALERT, 0, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_NAVIGATION, -3, FOCUS_WHY_EXTERNAL);
    assert_int_equal(f.gains[STREAM_MEDIA].ms, f.table.edge[STREAM_MEDIA][STREAM_MEDIA].release_ms);
    assert_int_equal(f.gains[STREAM_ALERT].ms, f.table.edge[STREAM_ALERT][STREAM_ALERT].release_ms);
    focus_forget(&f, 0, START + 1); /* nobody */
    assert_at(&f, STREAM_NAVIGATION, -3, FOCUS_WHY_EXTERNAL);
}

static void safety_is_never_ducked_nor_turned_off(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    assert_int_equal(focus_duck(&f, 1, STREAM_SAFETY, -10, 0, START), FOCUS_E_SAFETY);
    assert_int_equal(focus_volume(&f, STREAM_SAFETY, -120, 0, START), FOCUS_E_RANGE);
    assert_int_equal(focus_volume(&f, STREAM_SAFETY, FOCUS_SAFETY_MIN - 0.1, 0, START), FOCUS_E_RANGE);
    assert_nothing(&f);
    assert_int_equal(focus_volume(&f, STREAM_SAFETY, FOCUS_SAFETY_MIN, 0, START), 0);
    assert_only(&f, STREAM_SAFETY, FOCUS_SAFETY_MIN, 0);

    double volumes[STREAM_CLASSES] = {[STREAM_SAFETY] = -120, [STREAM_MEDIA] = NAN, [STREAM_ALERT] = 99};
    focus_init(&f, &f.table, volumes);
    assert_at(&f, STREAM_SAFETY, FOCUS_SAFETY_MIN, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_MEDIA, FOCUS_SILENCE_DB, FOCUS_WHY_FREE);
    assert_at(&f, STREAM_ALERT, FOCUS_VOLUME_MAX, FOCUS_WHY_FREE);
}

static void what_is_out_of_range_is_refused_and_changes_nothing(void **state)
{
    static const double levels[] = {NAN, INFINITY, -INFINITY, 0.1, -120.1};
    static const double volumes[] = {NAN, INFINITY, -INFINITY, 12.1, -120.1};
    struct focus f;
    (void)state;

    begin_default(&f);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, levels[i], 0, START), FOCUS_E_RANGE);
        assert_int_equal(focus_volume(&f, STREAM_MEDIA, volumes[i], 0, START), FOCUS_E_RANGE);
    }
    assert_int_equal(focus_duck(&f, 0, STREAM_MEDIA, -1, 0, START), FOCUS_E_RANGE);
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -1, FOCUS_MS_MAX + 1, START), FOCUS_E_RANGE);
    assert_int_equal(focus_duck(&f, 1, STREAM_CLASSES, -1, 0, START), FOCUS_E_RANGE);
    assert_int_equal(focus_unduck(&f, 1, STREAM_CLASSES, 0, START), FOCUS_E_RANGE);
    assert_int_equal(focus_unduck(&f, 0, STREAM_MEDIA, 0, START), FOCUS_E_NO_DUCK);
    assert_int_equal(focus_unduck(&f, 1, STREAM_MEDIA, FOCUS_MS_MAX + 1, START), FOCUS_E_RANGE);
    assert_int_equal(focus_volume(&f, STREAM_MEDIA, -1, FOCUS_MS_MAX + 1, START), FOCUS_E_RANGE);
    assert_int_equal(focus_volume(&f, STREAM_CLASSES, 0, 0, START), FOCUS_E_RANGE);
    focus_sounds(&f, STREAM_CLASSES, true, START);
    assert_nothing(&f);
}

static void more_ducks_than_there_is_room_for_are_refused(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    for (uint64_t owner = 1; owner <= FOCUS_DUCKS_MAX; owner++)
        assert_int_equal(focus_duck(&f, owner, STREAM_MEDIA, -(double)owner, 0, START), 0);
    assert_int_equal(focus_duck(&f, STRANGER, STREAM_MEDIA, -50, 0, START), FOCUS_E_FULL);
    assert_at(&f, STREAM_MEDIA, -FOCUS_DUCKS_MAX, FOCUS_WHY_EXTERNAL);
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -50, 0, START), 0); /* its own place */
    focus_forget(&f, 2, START);
    assert_int_equal(focus_duck(&f, STRANGER, STREAM_MEDIA, -60, 0, START), 0);
    assert_at(&f, STREAM_MEDIA, -60, FOCUS_WHY_EXTERNAL);
}

static void volume_and_duck_are_added_and_silence_is_silence(void **state)
{
    struct focus f;
    (void)state;

    begin_default(&f);
    assert_int_equal(focus_volume(&f, STREAM_MEDIA, -10, 20, START), 0);
    assert_only(&f, STREAM_MEDIA, -10, 20);
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -20, 30, START), 0);
    assert_only(&f, STREAM_MEDIA, -30, 30);
    assert_int_equal(focus_volume(&f, STREAM_MEDIA, 6, 40, START), 0);
    assert_only(&f, STREAM_MEDIA, -14, 40);
    assert_int_equal(focus_duck(&f, 1, STREAM_MEDIA, -120, 50, START), 0);
    assert_only(&f, STREAM_MEDIA, FOCUS_SILENCE_DB, 50); /* not -114 */
}

static void all_gains_are_there_to_be_taken_at_the_beginning(void **state)
{
    double volumes[STREAM_CLASSES];
    struct focus_table table;
    enum stream_class stream;
    struct focus_gain gain;
    struct focus f;
    (void)state;

    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        volumes[c] = -1.0 - c;
    focus_table_default(&table);
    focus_init(&f, &table, volumes);
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        assert_true(focus_take(&f, &stream, &gain));
        assert_true(gain.target_db == volumes[stream] && gain.ms == 0);
    }
    assert_nothing(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_table_follows_the_car_service_of_android),
        cmocka_unit_test(the_default_ducks_are_strong_where_one_must_understand),
        cmocka_unit_test(calls_and_warnings_come_quickly_and_last_through_their_pauses),
        cmocka_unit_test(every_default_edge_moves_in_a_bounded_time_and_never_up),
        cmocka_unit_test(a_prompt_ducks_the_music_and_gives_it_back_after_its_hold),
        cmocka_unit_test(music_that_begins_within_a_prompt_begins_ducked),
        cmocka_unit_test(a_call_silences_the_music_and_music_within_a_call_is_rejected),
        cmocka_unit_test(who_is_rejected_ducks_nobody),
        cmocka_unit_test(of_several_holders_one_that_rejects_is_enough),
        cmocka_unit_test(every_cell_does_what_it_says_and_touches_nobody_else),
        cmocka_unit_test(a_duck_does_not_ask_who_began),
        cmocka_unit_test(two_streams_of_one_class_leave_each_other_alone),
        cmocka_unit_test(a_pause_shorter_than_the_hold_moves_nothing_and_keeps_the_place_in_the_order),
        cmocka_unit_test(the_lowest_of_several_ducks_wins_and_the_next_one_takes_over),
        cmocka_unit_test(of_equal_ducks_the_quicker_attack_and_the_longer_release_count_whoever_began),
        cmocka_unit_test(to_be_muted_is_told_rather_than_to_be_ducked_as_deep),
        cmocka_unit_test(silence_that_is_told_again_does_not_prolong_its_hold),
        cmocka_unit_test(an_external_duck_moves_in_its_own_time_and_can_be_retargeted),
        cmocka_unit_test(the_time_of_an_external_duck_is_that_of_its_class_alone),
        cmocka_unit_test(it_is_known_whether_an_owner_ducks_anything),
        cmocka_unit_test(of_several_owners_the_lowest_level_is_in_force),
        cmocka_unit_test(a_vanished_owner_takes_all_of_its_ducks_along_and_nobody_elses),
        cmocka_unit_test(safety_is_never_ducked_nor_turned_off),
        cmocka_unit_test(what_is_out_of_range_is_refused_and_changes_nothing),
        cmocka_unit_test(more_ducks_than_there_is_room_for_are_refused),
        cmocka_unit_test(volume_and_duck_are_added_and_silence_is_silence),
        cmocka_unit_test(all_gains_are_there_to_be_taken_at_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
