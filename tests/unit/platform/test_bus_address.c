/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/bus/address.h"
#include "tests/unit/test.h"

static char path[BUS_ADDRESS_PATH_SIZE];

static void assert_path(const char *address, const char *want)
{
    assert_int_equal(bus_address_path(address, path, sizeof path), 0);
    assert_string_equal(path, want);
}

static void assert_none(const char *address, int error)
{
    (void)strcpy(path, "untouched");
    assert_int_equal(bus_address_path(address, path, sizeof path), error);
    assert_string_equal(path, "untouched");
}

static void the_path_of_an_address_is_found(void **state)
{
    (void)state;
    assert_path("unix:path=/run/bus", "/run/bus");
    assert_path("unix:path=/run/bus,guid=0123", "/run/bus");
    assert_path("unix:guid=0123,path=/run/bus", "/run/bus");
    assert_path("tcp:host=localhost,port=1;unix:path=/a;unix:path=/b", "/a");
    assert_path("unix:path=/run/%5fbus%2c%3B", "/run/_bus,;");
}

static void an_address_without_a_path_has_none(void **state)
{
    (void)state;
    assert_none("", -ENOENT);
    assert_none("unix:abstract=/run/bus", -ENOENT);
    assert_none("tcp:path=/run/bus", -ENOENT);
    assert_none("unix:mypath=/run/bus", -ENOENT);
    assert_none(";;;", -ENOENT);
}

static void a_wrong_path_is_refused(void **state)
{
    char longer[200] = "unix:path=/";
    (void)state;

    assert_none("unix:path=", -EINVAL);
    assert_none("unix:path=/a%", -EINVAL);
    assert_none("unix:path=/a%2", -EINVAL);
    assert_none("unix:path=/a%zz", -EINVAL);
    assert_none("unix:path=/a%00b", -EINVAL);
    memset(longer + strlen(longer), 'x', 150);
    assert_none(longer, -ENAMETOOLONG);
}

static void the_known_buses_are_where_libsystemd_finds_them(void **state)
{
    (void)state;
    (void)unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    (void)unsetenv("DBUS_SESSION_BUS_ADDRESS");
    (void)unsetenv("XDG_RUNTIME_DIR");
    assert_path("system", "/run/dbus/system_bus_socket");
    assert_none("session", -ENOENT);
    (void)setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    assert_path("session", "/run/user/7/bus");
    (void)setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/tmp/s", 1);
    (void)setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/tmp/y", 1);
    assert_path("session", "/tmp/s");
    assert_path("system", "/tmp/y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_of_an_address_is_found),
        cmocka_unit_test(an_address_without_a_path_has_none),
        cmocka_unit_test(a_wrong_path_is_refused),
        cmocka_unit_test(the_known_buses_are_where_libsystemd_finds_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
