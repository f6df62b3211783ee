/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdbool.h>
#include <strings.h>

#include "audio/streams/class.h"
#include "tests/unit/test.h"

static void every_class_is_found_by_its_own_name_only(void **state)
{
    enum stream_class found = STREAM_CLASSES;
    (void)state;

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        assert_int_equal(stream_class_parse(stream_class_name((enum stream_class)c), &found), 0);
        assert_int_equal(found, c);
    }
    assert_string_equal(stream_class_name(STREAM_CLASSES), "?");
    found = STREAM_ALERT;
    assert_int_equal(stream_class_parse("Media", &found), -ENOENT);
    assert_int_equal(stream_class_parse("", &found), -ENOENT);
    assert_int_equal(found, STREAM_ALERT);
}

/* The first one of that name in the list, which is how the service asks. */
static int find_role(const char *role, enum stream_class *ret_class)
{
    enum stream_class stream;
    const char *name;

    for (size_t i = 0; (name = stream_class_role_at(i, &stream)); i++) {
        if (strcasecmp(name, role) != 0)
            continue;
        *ret_class = stream;
        return 0;
    }
    return -ENOENT;
}

static void usual_roles_have_the_class_that_a_car_expects(void **state)
{
    static const struct {
        const char *role;
        enum stream_class stream;
    } expected[] = {
        {"Music", STREAM_MEDIA},
        {"movie", STREAM_MEDIA},
        {"Video", STREAM_MEDIA},
        {"Multimedia", STREAM_MEDIA},
        {"GAME", STREAM_MEDIA},
        {"Animation", STREAM_MEDIA},
        {"Production", STREAM_MEDIA},
        {"Test", STREAM_MEDIA},
        {"navigation", STREAM_NAVIGATION},
        {"Accessibility", STREAM_NAVIGATION},
        {"a11y", STREAM_NAVIGATION},
        {"Assistant", STREAM_ASSISTANT},
        {"phone", STREAM_TELEPHONY},
        {"Communication", STREAM_TELEPHONY},
        {"Telephony", STREAM_TELEPHONY},
        {"ringtone", STREAM_RINGTONE},
        {"event", STREAM_ALERT},
        {"Notification", STREAM_ALERT},
        {"Alert", STREAM_ALERT},
        {"Alarm", STREAM_ALERT},
        {"Announcement", STREAM_ALERT},
        {"Emergency", STREAM_SAFETY},
        {"Safety", STREAM_SAFETY},
    };
    enum stream_class found;
    (void)state;

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(find_role(expected[i].role, &found), 0);
        assert_int_equal(found, expected[i].stream);
    }
    found = STREAM_ALERT;
    assert_int_equal(find_role("Camera", &found), -ENOENT);
    assert_int_equal(find_role("", &found), -ENOENT);
    assert_int_equal(found, STREAM_ALERT);
}

static void the_list_of_roles_has_each_once_and_serves_every_class(void **state)
{
    bool served[STREAM_CLASSES] = {false};
    enum stream_class stream, found;
    const char *role;
    (void)state;

    for (size_t i = 0; (role = stream_class_role_at(i, &stream)); i++) {
        assert_int_equal(find_role(role, &found), 0);
        assert_int_equal(found, stream); /* the first of that name is this one */
        served[stream] = true;
    }
    assert_null(stream_class_role_at(SIZE_MAX, &stream));
    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        assert_true(served[c]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_is_found_by_its_own_name_only),
        cmocka_unit_test(usual_roles_have_the_class_that_a_car_expects),
        cmocka_unit_test(the_list_of_roles_has_each_once_and_serves_every_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
