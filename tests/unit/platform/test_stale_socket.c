/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/path/stale_socket.h"
#include "tests/unit/test.h"

static struct sockaddr_un name = {.sun_family = AF_UNIX};

static int listen_there(void)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

static void a_socket_is_stale_when_nobody_has_it_open_any_more(void **state)
{
    (void)state;
    assert_false(path_is_stale_socket(name.sun_path)); /* there is none */
    int fd = listen_there();
    assert_false(path_is_stale_socket(name.sun_path));
    assert_int_equal(close(fd), 0);
    assert_true(path_is_stale_socket(name.sun_path));
    assert_int_equal(unlink(name.sun_path), 0);
}

static void a_file_is_no_stale_socket(void **state)
{
    (void)state;
    int fd = open(name.sun_path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_false(path_is_stale_socket(name.sun_path));
    assert_int_equal(unlink(name.sun_path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_is_stale_when_nobody_has_it_open_any_more),
        cmocka_unit_test(a_file_is_no_stale_socket),
    };
    char folder[] = "/tmp/fascia-stale-XXXXXX";

    assert_non_null(mkdtemp(folder));
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s/socket", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)rmdir(folder);
    return failed;
}
