/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/file/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/test.h"

static char path[] = "/tmp/fascia-file-XXXXXX";
static char data[16];
static size_t size;

static void write_octets(const char *octets)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    (void)fputs(octets, f);
    assert_int_equal(fclose(f), 0);
    memset(data, '#', sizeof data);
    size = 99;
}

static void a_file_is_read_up_to_the_size_asked_for(void **state)
{
    (void)state;
    write_octets("hello");
    assert_int_equal(file_read(path, data, sizeof data, &size), 0);
    assert_int_equal(size, 5);
    assert_memory_equal(data, "hello#", 6);
    write_octets("hello");
    assert_int_equal(file_read(path, data, 3, &size), 0);
    assert_int_equal(size, 3);
    assert_memory_equal(data, "hel#", 4);
}

static void a_secret_must_leave_an_octet_of_room(void **state)
{
    (void)state;
    write_octets("0123456789abcde");
    assert_int_equal(file_read_secret(path, data, sizeof data, &size), 0);
    assert_int_equal(size, 15);
    assert_memory_equal(data, "0123456789abcde", 15);
}

static void nothing_is_left_of_a_secret_that_is_too_large(void **state)
{
    static const char zeros[sizeof data];
    (void)state;

    write_octets("0123456789abcdef");
    assert_int_equal(file_read_secret(path, data, sizeof data, &size), -EFBIG);
    assert_memory_equal(data, zeros, sizeof data);
    assert_int_equal(size, 99);
}

static void what_cannot_be_read_is_said_by_its_error(void **state)
{
    (void)state;
    assert_int_equal(file_read("/nonexistent/file", data, sizeof data, &size), -ENOENT);
    assert_int_equal(file_read_secret("/nonexistent/file", data, sizeof data, &size), -ENOENT);
    assert_int_equal(file_read_secret("/tmp", data, sizeof data, &size), -EISDIR);
}

static int set_up(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_up_to_the_size_asked_for),
        cmocka_unit_test(a_secret_must_leave_an_octet_of_room),
        cmocka_unit_test(nothing_is_left_of_a_secret_that_is_too_large),
        cmocka_unit_test(what_cannot_be_read_is_said_by_its_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
