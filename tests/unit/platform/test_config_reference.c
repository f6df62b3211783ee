/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/config.h"
#include "platform/file/file.h"
#include "tests/unit/test.h"

/* Three places tell of the keys: the schema (by config_print_reference()), config/fascia.yaml and fascia.yaml(5). */

#define KEYS_MAX 320

static char keys[KEYS_MAX][128]; /* "supervisor.ladders[].steps[].step" */
static size_t keys_count;
static char text[CONFIG_FILE_MAX];

static void read_text(const char *path)
{
    size_t size = 0;

    memset(text, 0, sizeof text);
    assert_int_equal(file_read(path, text, sizeof text - 1, &size), 0);
    text[size] = '\0';
}

static int read_keys(void **state)
{
    char *reference = NULL, *line = NULL;
    size_t size = 0;
    (void)state;

    FILE *out = open_memstream(&reference, &size);
    assert_non_null(out);
    config_print_reference(out);
    assert_int_equal(fclose(out), 0);
    for (char *save = NULL, *at = reference; (line = strtok_r(at, "\n", &save)); at = NULL) {
        if (line[0] == ' ')
            continue;
        assert_true(keys_count < KEYS_MAX);
        assert_int_equal(sscanf(line, "%127s", keys[keys_count++]), 1);
    }
    free(reference);
    return 0;
}

static const char *last_word(const char *key)
{
    const char *dot = strrchr(key, '.');

    return dot ? dot + 1 : key;
}

static void the_reference_names_the_keys_of_sections_and_lists(void **state)
{
    bool deep = false, plain = false;
    (void)state;

    for (size_t i = 0; i < keys_count; i++) {
        deep |= strcmp(keys[i], "supervisor.ladders[].steps[].hmi") == 0;
        plain |= strcmp(keys[i], "link.hostapd.manage") == 0;
    }
    assert_true(deep);
    assert_true(plain);
    assert_in_range(keys_count, 80, KEYS_MAX);
}

static void the_shipped_file_names_every_key(void **state)
{
    (void)state;
    read_text(SOURCE_DIR "/config/fascia.yaml");
    for (size_t i = 0; i < keys_count; i++) {
        char wanted[136];

        (void)snprintf(wanted, sizeof wanted, "%s:", last_word(keys[i]));
        if (!strstr(text, wanted))
            fail_msg("config/fascia.yaml does not show %s", keys[i]);
    }
}

/* Takes the "#" away from the example behind an empty list, up to what is less deep. */
static void use_examples(const char *from)
{
    static const char *const empty[] = {"\n  services: []", "\n  units: []", "\n  reactions: []", "\n  cabin: []",
                                        "\n  interactions: []"};
    char *line = strstr(text, from);

    assert_non_null(line);
    for (; line && strncmp(line, "\n\n", 2) != 0; line = strchr(line + 1, '\n')) {
        for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
            if (strncmp(line, empty[i], strlen(empty[i])) == 0)
                memcpy(line, "\n#", 2);
        }
        if (line[1] == '#')
            continue;
        if (strncmp(line, "\n  # ", 5) == 0)
            memmove(line + 3, line + 5, strlen(line + 5) + 1);
    }
}

/* The lists that are empty by default are shown in comments; a reader takes the "#" away. */
static void the_examples_of_the_shipped_file_are_valid(void **state)
{
    static struct fascia_config config;
    char message[CONFIG_MESSAGE_SIZE];
    (void)state;

    read_text(SOURCE_DIR "/config/fascia.yaml");
    use_examples("\n  cabin: []");
    use_examples("\n  services: []");
    use_examples("\n  units: []");
    if (config_parse("fascia.yaml", text, strlen(text), &config, message) != 0)
        fail_msg("%s", message);
    assert_int_equal(config.audio.cabin_count, 2);
    assert_int_equal(config.audio.cabin[0].eq_count, 1);
    assert_int_equal(config.audio.interactions_count, 1);
    assert_int_equal(config.aware.services_count, 2);
    assert_int_equal(config.aware.services[1].connect, AWARE_CONNECT_ANY);
    assert_int_equal(config.supervisor.units_count, 2);
    assert_int_equal(config.supervisor.units[1].needs_count, 1);
    assert_int_equal(config.supervisor.reactions_count, 1);
}

/* fascia.yaml(5) has one line ".It Va KEY" for each key that is no section. */
static void the_manual_names_every_key_and_no_other(void **state)
{
    size_t named = 0;
    (void)state;

    read_text(SOURCE_DIR "/docs/man/fascia.yaml.5");
    for (size_t i = 0; i < keys_count; i++) {
        char wanted[140];

        (void)snprintf(wanted, sizeof wanted, "\n.It Va %s\n", keys[i]);
        if (!strstr(text, wanted))
            fail_msg("fascia.yaml(5) does not describe %s", keys[i]);
    }
    for (const char *at = text; (at = strstr(at, "\n.It Va ")) != NULL; at++)
        named++;
    assert_int_equal(named, keys_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_names_the_keys_of_sections_and_lists),
        cmocka_unit_test(the_shipped_file_names_every_key),
        cmocka_unit_test(the_examples_of_the_shipped_file_are_valid),
        cmocka_unit_test(the_manual_names_every_key_and_no_other),
    };
    return cmocka_run_group_tests(tests, read_keys, NULL);
}
