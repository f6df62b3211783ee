/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/coefficients.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/test.h"

static struct coefficients set;
static char message[CONFIG_MESSAGE_SIZE];

static int parse(const char *text)
{
    return coefficients_file_parse("c.yaml", text, strlen(text), &set, message);
}

static void expect_error(const char *text, const char *expected)
{
    struct coefficients before = set;

    assert_int_equal(parse(text), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
    assert_memory_equal(&before, &set, sizeof set);
}

static void what_a_file_leaves_out_is_that_of_its_base(void **state)
{
    struct coefficients base;
    (void)state;

    assert_int_equal(coefficients_preset("bs775", &base), 0);
    assert_int_equal(parse("name: my-car\nbase: bs775\ncentre: 0.8\n"), 0);
    assert_string_equal(set.name, "my-car");
    assert_true(set.centre == 0.8F);
    base.centre = set.centre;
    memcpy(base.name, set.name, sizeof base.name);
    assert_memory_equal(&base, &set, sizeof set);
}

static void every_weight_reaches_its_member(void **state)
{
    (void)state;
    assert_int_equal(parse("name: all\ncentre: 0.125\nlfe: 0.25\nsurround: 0.375\nrear: 0.5\njoin: 0.625\n"
                           "top_front: 0.75\ntop_rear: 0.875\ntop_side: 1\nmono: 1.125\ntop_rear_behind: 1.25\n"
                           "top_rear_side: 1.375\nsingle: 1.5\ntop_side_behind: 1.625\nsplit: true\n"),
                     0);
    assert_true(set.centre == 0.125F && set.lfe == 0.25F && set.surround == 0.375F && set.rear == 0.5F);
    assert_true(set.join == 0.625F && set.top_front == 0.75F && set.top_rear == 0.875F && set.top_side == 1.0F);
    assert_true(set.mono == 1.125F && set.top_rear_behind == 1.25F && set.top_rear_side == 1.375F);
    assert_true(set.single == 1.5F && set.top_side_behind == 1.625F && set.split && !set.mean);
}

static void a_wrong_file_names_line_key_and_range(void **state)
{
    (void)state;
    expect_error("name: x\ncentre: 0.5\n", "c.yaml:1:1: lfe: is missing; without a base each weight must be there");
    expect_error("name: x\nbase: bs775\ncentre: 2.1\n", "c.yaml:3:9: centre: 2.1 is out of range; allowed are 0 to 2");
    expect_error("name: x\nbase: bs775\ncentre: -0.1\n",
                 "c.yaml:3:9: centre: -0.1 is out of range; allowed are 0 to 2");
    expect_error("name: x\nbase: bs775\ncentre: nan\n",
                 "c.yaml:3:9: centre: \"nan\" is not a number; allowed are 0 to 2");
    expect_error("name: x\nbase: thx\n", "c.yaml:2:7: base: \"thx\" is not known; allowed are none, bs775, bs2127, "
                                         "android, pipewire");
    expect_error("base: bs775\n", "c.yaml:1:1: name: is missing; it is required here (of the set)");
    expect_error("name: \"two words\"\n",
                 "c.yaml:1:7: name: \"two words\" is not valid; allowed is a word of a-z, 0-9, "
                 "hyphen, underline and dot");
    expect_error("", "c.yaml:1:1: the file must be a mapping of weights");
    assert_int_equal(parse("name: x\nbase: bs775\nwide: 1\n"), CONFIG_E_INVALID);
    assert_non_null(strstr(message, "unknown key \"wide\""));
}

static void write_set(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* Octet by octet: that is how a reload finds out what has changed. */
static bool is_changed_by(const char *path, const char *text)
{
    static struct audio_config before, after;

    memset(&after, 0, sizeof after);
    (void)snprintf(after.spatial.coefficients, sizeof after.spatial.coefficients, "%s", path);
    memcpy(&before, &after, sizeof after);
    assert_int_equal(coefficients_of_config(&before, message), 0);
    write_set(path, text);
    assert_int_equal(coefficients_of_config(&after, message), 0);
    return memcmp(&before, &after, sizeof after) != 0;
}

static void a_configuration_is_another_one_when_its_weights_are(void **state)
{
    char path[] = "/tmp/fascia-test-coefficients-XXXXXX";
    int fd = mkstemp(path);
    (void)state;

    assert_true(fd >= 0);
    (void)close(fd);
    write_set(path, "name: my-car\nbase: bs775\n");
    assert_false(is_changed_by(path, "# the same\nbase: bs775\nname: my-car\n"));
    assert_true(is_changed_by(path, "name: my-car\nbase: bs775\ncentre: 0.9\n"));
    assert_false(is_changed_by(path, "name: my-car\nbase: bs775\ncentre: 0.90\n"));
    assert_true(is_changed_by(path, "name: my-car\nbase: bs775\ncentre: 0.9\nsplit: true\n"));
    assert_true(is_changed_by(path, "name: your-car\nbase: bs775\ncentre: 0.9\nsplit: true\n"));
    (void)unlink(path);
}

static void a_file_that_a_configuration_names_is_checked_with_it(void **state)
{
    static struct audio_config audio;
    char path[] = "/tmp/fascia-test-coefficients-XXXXXX", expected[CONFIG_MESSAGE_SIZE];
    int fd = mkstemp(path);
    (void)state;

    assert_true(fd >= 0);
    (void)close(fd);
    (void)snprintf(audio.spatial.coefficients, sizeof audio.spatial.coefficients, "%s", path);
    write_set(path, "name: my-car\nbase: bs775\ncentre: 7\n");
    assert_int_equal(coefficients_of_config(&audio, message), CONFIG_E_INVALID);
    (void)snprintf(expected, sizeof expected, "%s:3:9: centre: 7 is out of range; allowed are 0 to 2", path);
    assert_string_equal(message, expected);
    assert_string_equal(audio.spatial.weights.name, "");
    (void)unlink(path);
    assert_int_equal(coefficients_of_config(&audio, message), -ENOENT);
    (void)snprintf(expected, sizeof expected, "audio.spatial.coefficients: %s: No such file or directory", path);
    assert_string_equal(message, expected);

    (void)snprintf(audio.spatial.coefficients, sizeof audio.spatial.coefficients, "android");
    assert_int_equal(coefficients_of_config(&audio, message), 0);
    assert_string_equal(audio.spatial.weights.name, ""); /* a set needs no file */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_is_another_one_when_its_weights_are),
        cmocka_unit_test(a_file_that_a_configuration_names_is_checked_with_it),
        cmocka_unit_test(what_a_file_leaves_out_is_that_of_its_base),
        cmocka_unit_test(every_weight_reaches_its_member),
        cmocka_unit_test(a_wrong_file_names_line_key_and_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
