/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "audio/streams/volumes.h"
#include "tests/unit/test.h"

static int decode(const char *text, struct volumes *ret)
{
    return volumes_decode(text, strlen(text), ret);
}

static void what_is_written_is_read_again(void **state)
{
    struct volumes volumes = {.set = {false}}, again;
    char bytes[VOLUMES_SIZE_MAX];
    struct fascia_text text;
    (void)state;

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        volumes.set[c] = c != STREAM_ALERT;
        volumes.db[c] = c == 0 ? -120 : 12 - 1.25 * c;
        fascia_text_init(&text, bytes, sizeof bytes);
        volumes_encode(&volumes, &text);
        assert_true(fascia_text_ok(&text));
        assert_int_equal(volumes_decode(bytes, text.used, &again), 0);
        for (unsigned i = 0; i < STREAM_CLASSES; i++) {
            assert_int_equal(again.set[i], volumes.set[i]);
            assert_true(!again.set[i] || fabs(again.db[i] - volumes.db[i]) < 0.006);
        }
    }
}

static void every_cut_of_the_file_is_an_earlier_state_or_refused(void **state)
{
    static const char file[] = "fascia-volumes 1\nmedia -12.5\nalert 3.00\n";
    struct volumes volumes;
    (void)state;

    for (size_t size = 0; size < sizeof file - 1; size++) {
        const bool whole_lines = size > 0 && file[size - 1] == '\n';
        assert_int_equal(volumes_decode(file, size, &volumes), whole_lines ? 0 : VOLUMES_E_DAMAGED);
    }
}

static void damage_is_told_from_another_version(void **state)
{
    static const char *const damaged[] = {
        "",
        "media -3\n",
        "fascia-volumes 1\nmedia\n",
        "fascia-volumes 1\nmedia \n",
        "fascia-volumes 1\nmedia x\n",
        "fascia-volumes 1\nmedia 0x3\n",
        "fascia-volumes 1\nmedia nan\n",
        "fascia-volumes 1\nmedia inf\n",
        "fascia-volumes 1\nmedia 1.2.3\n",
        "fascia-volumes 1\nmedia .\n",
        "fascia-volumes 1\nmedia  1\n",
        "fascia-volumes 1\nmedia 12.1\n",
        "fascia-volumes 1\nmedia -120.1\n",
        "fascia-volumes 1\nmusic 1\n",
        "fascia-volumes 1\nmedia 1\nmedia 1\n",
        "fascia-volumes 1\n\n",
    };
    struct volumes volumes = {.db = {42}};
    (void)state;

    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++)
        assert_int_equal(decode(damaged[i], &volumes), VOLUMES_E_DAMAGED);
    assert_int_equal(volumes_decode("fascia-volumes 1\nmedia 1\n\0", 26, &volumes), VOLUMES_E_DAMAGED);
    assert_int_equal(decode("fascia-volumes 2\nmedia 1\n", &volumes), VOLUMES_E_VERSION);
    assert_true(volumes.db[0] == 42); /* written on success only */
}

static void a_file_that_is_too_large_is_not_read(void **state)
{
    static const char head[] = "fascia-volumes 1\nmedia 0";
    char bytes[VOLUMES_SIZE_MAX + 1];
    struct volumes volumes;
    (void)state;

    for (size_t size = VOLUMES_SIZE_MAX; size <= VOLUMES_SIZE_MAX + 1; size++) { /* as long as that, and one too many */
        memset(bytes, '0', size);
        memcpy(bytes, head, sizeof head - 1);
        bytes[size - 1] = '\n';
        assert_int_equal(volumes_decode(bytes, size, &volumes), size <= VOLUMES_SIZE_MAX ? 0 : VOLUMES_E_DAMAGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(every_cut_of_the_file_is_an_earlier_state_or_refused),
        cmocka_unit_test(damage_is_told_from_another_version),
        cmocka_unit_test(a_file_that_is_too_large_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
