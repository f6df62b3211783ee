/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stack/address/guard.h"
#include "stack/address/wishes.h"

#define SECOND INT64_C(1000000)

static void a_burst_is_put_back_at_once_and_then_it_waits(void **state)
{
    struct address_guard guard = {.score = 0};
    (void)state;

    for (unsigned int i = 0; i < ADDRESS_GUARD_BURST; i++)
        assert_true(address_guard_may_repair(&guard, SECOND));
    assert_false(address_guard_may_repair(&guard, SECOND));
    assert_int_equal(guard.restored, ADDRESS_GUARD_BURST);
    assert_true(guard.held_until_us == SECOND + ADDRESS_GUARD_HOLD);
}

static void each_wait_is_longer_up_to_a_minute(void **state)
{
    struct address_guard guard = {.score = 0};
    int64_t now = SECOND, last = 0;
    (void)state;

    for (unsigned int i = 0; i < ADDRESS_GUARD_BURST; i++)
        assert_true(address_guard_may_repair(&guard, now));
    for (unsigned int i = 0; i < 10; i++) {
        while (address_guard_may_repair(&guard, now)) /* a wait gives back what it lasted, in seconds */
            ;
        int64_t wait = guard.held_until_us - now;
        assert_true(wait >= last && wait <= ADDRESS_GUARD_HOLD_MAX);
        last = wait;
        assert_false(address_guard_may_repair(&guard, guard.held_until_us - 1));
        now = guard.held_until_us;
        assert_true(address_guard_may_repair(&guard, now));
    }
    assert_true(last == ADDRESS_GUARD_HOLD_MAX);
}

static void a_quiet_time_gives_the_burst_back(void **state)
{
    struct address_guard guard = {.score = 0};
    (void)state;

    for (unsigned int i = 0; i < ADDRESS_GUARD_BURST; i++)
        assert_true(address_guard_may_repair(&guard, SECOND));
    assert_true(address_guard_may_repair(&guard, 2 * SECOND + 1)); /* one a second */
    assert_false(address_guard_may_repair(&guard, 2 * SECOND + 2));
    assert_true(address_guard_may_repair(&guard, 10 * SECOND));
    for (unsigned int i = 0; i < ADDRESS_GUARD_BURST; i++)
        assert_true(address_guard_may_repair(&guard, 500 * SECOND));
    assert_false(address_guard_may_repair(&guard, 500 * SECOND));
    assert_true(guard.held_until_us == 500 * SECOND + ADDRESS_GUARD_HOLD); /* the first wait again */
}

static void a_slow_editor_never_waits(void **state)
{
    struct address_guard guard = {.score = 0};
    (void)state;

    for (int64_t i = 1; i < 1000; i++)
        assert_true(address_guard_may_repair(&guard, i * SECOND));
    assert_int_equal(guard.holds, 0);
}

static struct address_wish wish(uint8_t last)
{
    return (struct address_wish){.policy = ADDRESS_IID_FIXED, .iid = {{0, 0, 0, 0, 0, 0, 0, last}}};
}

static void a_wish_is_taken_once_under_its_name(void **state)
{
    static struct address_wishes wishes;
    struct address_wish first = wish(1), second = wish(2), taken;
    (void)state;

    wishes = (struct address_wishes){.next = 0};
    address_wishes_keep(&wishes, "wlan0", &first);
    address_wishes_keep(&wishes, "wlan0", &second); /* replaces */
    address_wishes_keep(&wishes, "", &first);       /* no name, no wish */
    assert_false(address_wishes_take(&wishes, "wlan1", &taken));
    assert_false(address_wishes_take(&wishes, "", &taken));
    assert_true(address_wishes_take(&wishes, "wlan0", &taken));
    assert_int_equal(taken.iid.octets[7], 2);
    assert_false(address_wishes_take(&wishes, "wlan0", &taken));
}

static void the_oldest_wish_gives_way(void **state)
{
    static struct address_wishes wishes;
    struct address_wish one, taken;
    char name[] = "if00";
    (void)state;

    wishes = (struct address_wishes){.next = 0};
    for (unsigned int i = 0; i < ADDRESS_WISHES_MAX + 2; i++) {
        name[2] = (char)('0' + i / 10);
        name[3] = (char)('0' + i % 10);
        one = wish((uint8_t)i);
        address_wishes_keep(&wishes, name, &one);
    }
    assert_false(address_wishes_take(&wishes, "if00", &taken));
    assert_false(address_wishes_take(&wishes, "if01", &taken));
    assert_true(address_wishes_take(&wishes, "if02", &taken));
    assert_true(address_wishes_take(&wishes, "if33", &taken));
    assert_int_equal(taken.iid.octets[7], 33);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_put_back_at_once_and_then_it_waits),
        cmocka_unit_test(each_wait_is_longer_up_to_a_minute),
        cmocka_unit_test(a_quiet_time_gives_the_burst_back),
        cmocka_unit_test(a_slow_editor_never_waits),
        cmocka_unit_test(a_wish_is_taken_once_under_its_name),
        cmocka_unit_test(the_oldest_wish_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
