/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/mailbox.h"

#include <pthread.h>

#include "tests/unit/test.h"

#define LETTERS 20000

static struct mailbox box;

static struct matrix_weights letter(float value)
{
    struct matrix_weights w = {.outputs = LAYOUT_CHANNELS_MAX, .inputs = LAYOUT_CHANNELS_MAX};
    for (size_t o = 0; o < LAYOUT_CHANNELS_MAX; o++)
        for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++)
            w.w[o][i] = value;
    return w;
}

static void an_empty_box_has_nothing_to_take(void **state)
{
    (void)state;
    mailbox_init(&box);
    assert_null(mailbox_take(&box));
}

static void what_was_put_is_taken_once(void **state)
{
    struct matrix_weights w = letter(3);
    (void)state;
    mailbox_init(&box);
    mailbox_put(&box, &w);
    assert_memory_equal(mailbox_take(&box), &w, sizeof w);
    assert_null(mailbox_take(&box));
}

static void the_newest_of_several_wins(void **state)
{
    (void)state;
    mailbox_init(&box);
    for (int i = 0; i < 10; i++) {
        struct matrix_weights w = letter((float)i);
        mailbox_put(&box, &w);
    }
    assert_true(mailbox_take(&box)->w[0][0] == 9);
    assert_null(mailbox_take(&box));
}

static void *write_letters(void *unused)
{
    for (int i = 1; i <= LETTERS; i++) {
        struct matrix_weights w = letter((float)i);
        mailbox_put(&box, &w);
    }
    return unused;
}

static void two_threads_never_see_a_torn_or_an_older_letter(void **state)
{
    pthread_t writer;
    float last = 0;
    (void)state;
    mailbox_init(&box);
    assert_int_equal(pthread_create(&writer, NULL, write_letters, NULL), 0);
    while (last < LETTERS) {
        const struct matrix_weights *w = mailbox_take(&box);
        if (!w)
            continue;
        float first = w->w[0][0];
        assert_true(first > last);
        for (size_t o = 0; o < LAYOUT_CHANNELS_MAX; o++)
            for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++)
                assert_true(w->w[o][i] == first);
        last = first;
    }
    assert_int_equal(pthread_join(writer, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_box_has_nothing_to_take),
        cmocka_unit_test(what_was_put_is_taken_once),
        cmocka_unit_test(the_newest_of_several_wins),
        cmocka_unit_test(two_threads_never_see_a_torn_or_an_older_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
