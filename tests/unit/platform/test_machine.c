/* SPDX-License-Identifier: Apache-2.0 */
/* platform/machine on a tree of files like /proc, /sys, /boot and /lib of a machine that is not this one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "platform/config/config.h"
#include "platform/machine/machine.h"
#include "tests/unit/folder.h"
#include "tests/unit/test.h"

static char root[64];
static struct fascia_config config;
static struct doctor_facts facts;

static const char *below(const char *path)
{
    static char whole[512];

    (void)snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *at = whole + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(whole, 0755);
        *at = '/';
    }
    return whole;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(below(path), "we");

    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void put_process(int pid, const char *name, int parent, int uid)
{
    char path[64], text[256];

    (void)snprintf(path, sizeof path, "/proc/%d/comm", pid);
    (void)snprintf(text, sizeof text, "%s\n", name);
    put(path, text);
    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    (void)snprintf(text, sizeof text,
                   "Name:\t%s\nPPid:\t%d\nUid:\t%d\t%d\t%d\t%d\nCapEff:\t000001ffffffffff\nCapBnd:\t0000000000003000\n",
                   name, parent, uid, uid, uid, uid);
    put(path, text);
}

static void put_descriptor(int pid, int fd, unsigned int inode)
{
    char path[64], target[64];

    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    (void)snprintf(target, sizeof target, "socket:[%u]", inode);
    assert_int_equal(symlink(target, below(path)), 0);
}

static void collect(void)
{
    static const struct machine_port ports[] = {{.tcp = true, .number = 7000, .what = "x"},
                                                {.tcp = false, .number = 5353, .what = "y"}};
    const struct doctor_config by = {.link = &config.link,
                                     .address = &config.address,
                                     .audio = &config.audio,
                                     .supervisor = &config.supervisor,
                                     .aware = &config.aware,
                                     .bus = config.bus,
                                     .runtime_dir = config.runtime_dir};
    const struct machine_request request = {
        .root = root, .config = &by, .checks = DOCTOR_CHECKS_ALL, .ports = ports, .ports_count = 2};

    assert_int_equal(machine_collect(&request, &facts), 0);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/test_machine.XXXXXX");
    config_defaults(&config);
    return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return folder_remove(root);
}

static void an_empty_tree_gives_nothing_known_and_no_crash(void **state)
{
    (void)state;
    collect();
    assert_string_equal(facts.kernel.source, "");
    assert_false(facts.processes_known);
    assert_int_equal(facts.sockets[0].state, DOCTOR_SOCKET_ABSENT);
    assert_int_equal(facts.hostapd.program.found, DOCTOR_NO);
    assert_int_equal(facts.ports[0].held, DOCTOR_UNKNOWN);
    assert_false(facts.clock.known);
}

static void a_packed_configuration_of_the_kernel_is_read(void **state)
{
    static const char text[] = "# Linux\nCONFIG_IPV6=y\nCONFIG_CFG80211=m\nCONFIG_SND=m\n# CONFIG_PACKET is not set\n";
    (void)state;

    put("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    gzFile file = gzopen(below("/proc/config.gz"), "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, sizeof text - 1), (int)sizeof text - 1);
    assert_int_equal(gzclose(file), Z_OK);
    put("/lib/modules/6.1.0-test/modules.dep", "kernel/net/wireless/cfg80211.ko: kernel/net/rfkill/rfkill.ko\n");
    put("/lib/modules/6.1.0-test/modules.builtin", "kernel/net/ipv6/ipv6.ko\n");
    collect();
    assert_string_equal(facts.kernel.release, "6.1.0-test");
    assert_string_equal(facts.kernel.source, "/proc/config.gz");
    assert_int_equal(facts.kernel.options[DOCTOR_OPTION_IPV6], DOCTOR_OPTION_BUILTIN);
    assert_int_equal(facts.kernel.options[DOCTOR_OPTION_CFG80211], DOCTOR_OPTION_MODULE);
    assert_int_equal(facts.kernel.options[DOCTOR_OPTION_PACKET], DOCTOR_OPTION_ABSENT);
    assert_int_equal(facts.kernel.options[DOCTOR_OPTION_EPOLL], DOCTOR_OPTION_ABSENT); /* not even mentioned */
    assert_int_equal(facts.kernel.modules[DOCTOR_OPTION_CFG80211], DOCTOR_MODULE_AVAILABLE);
    assert_int_equal(facts.kernel.modules[DOCTOR_OPTION_IPV6], DOCTOR_MODULE_LOADED);
    assert_int_equal(facts.kernel.modules[DOCTOR_OPTION_SND], DOCTOR_MODULE_MISSING);
}

static void a_plain_configuration_in_boot_is_found_by_the_release(void **state)
{
    (void)state;
    put("/lib/modules/6.6.1/modules.dep", "");
    put("/boot/config-6.6.1", "CONFIG_IPV6=y\n");
    collect();
    assert_string_equal(facts.kernel.source, "/boot/config-6.6.1");
    assert_int_equal(facts.kernel.options[DOCTOR_OPTION_IPV6], DOCTOR_OPTION_BUILTIN);
}

static void a_broken_archive_is_no_configuration(void **state)
{
    (void)state;
    put("/proc/config.gz", "\x1f\x8b\x08 nonsense");
    collect();
    assert_string_equal(facts.kernel.source, "");
}

static void a_port_is_traced_to_its_process_and_account(void **state)
{
    (void)state;
    put("/etc/passwd", "root:x:0:0::/:/bin/sh\npi:x:1000:1000::/home/pi:/bin/sh\n");
    put("/proc/net/tcp", "  sl  local_address\n"
                         "   0: 0100007F:1B58 00000000:0000 01 00000000:00000000 00:00000000 00000000  1000 0 99 1\n"
                         "   1: 00000000:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 42 1\n");
    put("/proc/net/tcp6", "");
    put("/proc/net/udp", "");
    put("/proc/net/udp6", "  1: 00000000000000000000000000000000:14E9 00000000000000000000000000000000:0000 07 "
                          "00000000:00000000 00:00000000 00000000  77 0 43 2 0 0\n");
    put_process(812, "shairport-sync", 1, 1000);
    put_descriptor(812, 5, 42);
    collect();
    assert_int_equal(facts.ports[0].held, DOCTOR_YES);
    assert_int_equal(facts.ports[0].holder.pid, 812);
    assert_string_equal(facts.ports[0].holder.name, "shairport-sync");
    assert_string_equal(facts.ports[0].holder.user, "pi");
    /* Nobody can be seen with that one open: its account is known all the same. */
    assert_int_equal(facts.ports[1].held, DOCTOR_YES);
    assert_int_equal(facts.ports[1].holder.pid, 0);
    assert_string_equal(facts.ports[1].holder.user, "77");
}

static void a_control_socket_is_traced_and_that_of_fasciad_is_known(void **state)
{
    char path[200];
    (void)state;

    put("/proc/net/unix", "Num RefCount Protocol Flags Type St Inode Path\n"
                          "0: 00000002 00000000 00000000 0002 01 7 /run/fascia/link/global\n");
    put_process(5, "hostapd", 4, 0);
    put_descriptor(5, 3, 7);
    (void)snprintf(path, sizeof path, "/proc/5/cmdline");
    put(path, "hostapd");
    put("/run/fascia/link/global", ""); /* a file, and yet a row: the row is of a socket that was renamed over */
    collect();
    assert_int_equal(facts.sockets[1].state, DOCTOR_SOCKET_OTHER_FILE);
    assert_int_equal(facts.owners_count, 1);
    assert_int_equal(facts.owners[0].kind, DOCTOR_OWNER_HOSTAPD);
    assert_false(facts.owners[0].holder.ours);
    put_process(4, "fasciad", 1, 0);
    collect();
    assert_true(facts.owners[0].holder.ours && facts.fasciad_runs);
    assert_int_equal(facts.privileges.asked, DOCTOR_YES);
    assert_int_equal(facts.privileges.bounding, 0x3000);
}

static void an_owner_without_arguments_is_known_by_its_control_socket(void **state)
{
    (void)state;
    put_process(5, "wpa_supplicant", 1, 0);
    put("/proc/5/cmdline", "wpa_supplicant");
    collect();
    assert_string_equal(facts.owners[0].interface, "");
    put("/run/wpa_supplicant/p2p-dev-wlan3", "");
    put("/run/wpa_supplicant/wlan3", "");
    collect();
    assert_string_equal(facts.owners[0].interface, "wlan3");
}

static void switches_database_and_devices_are_read(void **state)
{
    (void)state;
    put("/sys/class/rfkill/rfkill3/name", "phy0\n");
    put("/sys/class/rfkill/rfkill3/type", "wlan\n");
    put("/sys/class/rfkill/rfkill3/soft", "1\n");
    put("/sys/class/rfkill/rfkill3/hard", "0\n");
    put("/lib/firmware/regulatory.db", "");
    put("/sys/bus/pci/devices/0000:01:00.0/class", "0x028000\n");
    put("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x8086\n");
    put("/sys/bus/pci/devices/0000:01:00.0/device", "0x2725\n");
    put("/sys/bus/pci/devices/0000:02:00.0/class", "0x028000\n");
    put("/sys/bus/pci/devices/0000:02:00.0/driver/x", "");
    put("/sys/class/bluetooth/hci0/x", "");
    put("/sys/class/bluetooth/hci0:1/x", "");
    put("/dev/kmsg", "3,1,1,-;a: Direct firmware load for b failed with error -2\n SUBSYSTEM=pci\n6,2,3,-;fine\n");
    collect();
    assert_true(facts.switches_known);
    assert_string_equal(facts.switches[0].name, "rfkill3");
    assert_string_equal(facts.switches[0].device, "phy0");
    assert_true(facts.switches[0].soft && !facts.switches[0].hard);
    assert_int_equal(facts.regulatory.database, DOCTOR_YES);
    assert_int_equal(facts.regulatory.signature, DOCTOR_NO);
    assert_int_equal(facts.firmware.no_driver_count, 1);
    assert_string_equal(facts.firmware.no_driver[0][1], "0x8086:0x2725");
    assert_int_equal(facts.bluez.adapters_count, 1);
    assert_int_equal(facts.firmware.failed_count, 1);
}

static void programs_are_looked_into_not_run(void **state)
{
    static const char hostapd[] = "\177ELF\0hw_mode\0sae_pwe\0"
                                  "2.10\0"
                                  "bss_transition\0ieee80211ax";
    (void)state;

    FILE *file = fopen(below("/usr/sbin/hostapd"), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(hostapd, sizeof hostapd, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    collect();
    assert_int_equal(facts.hostapd.program.found, DOCTOR_NO); /* not executable */
    assert_int_equal(chmod(below("/usr/sbin/hostapd"), 0755), 0);
    collect();
    assert_string_equal(facts.hostapd.program.path, "/usr/sbin/hostapd");
    assert_string_equal(facts.hostapd.program.version, "2.10");
    assert_int_equal(facts.hostapd.sae, DOCTOR_YES);
    assert_int_equal(facts.hostapd.interworking, DOCTOR_NO);
    assert_int_equal(facts.hostapd.ax, DOCTOR_YES);
    assert_int_equal(facts.supplicant.program.found, DOCTOR_NO);
}

static void folders_accounts_and_sysctls_are_read(void **state)
{
    (void)state;
    put("/etc/passwd", "fascia-link:x:901:901::/:/bin/false\n");
    (void)snprintf(config.supervisor.users.link, sizeof config.supervisor.users.link, "fascia-link");
    (void)snprintf(config.supervisor.users.audio, sizeof config.supervisor.users.audio, "nobody-there");
    put("/run/fascia/x", "");
    assert_int_equal(chmod(below("/run/fascia"), 0777), 0);
    put("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1\n");
    put("/proc/sys/net/ipv6/conf/default/disable_ipv6", "0\n");
    put("/proc/cmdline", "quiet ipv6.disable=1\n");
    put("/usr/share/dbus-1/system.d/org.fascia.conf", "");
    collect();
    assert_int_equal(facts.accounts_count, 2);
    assert_int_equal(facts.accounts[0].exists, DOCTOR_YES);
    assert_int_equal(facts.accounts[1].exists, DOCTOR_NO);
    assert_int_equal(facts.folders[0].state, DOCTOR_FOLDER_THERE);
    assert_int_equal(facts.folders[0].mode, 0777);
    assert_int_equal(facts.ipv6.all, DOCTOR_YES);
    assert_int_equal(facts.ipv6.preset, DOCTOR_NO);
    assert_string_equal(facts.ipv6.disabled_by, "ipv6.disable=1");
    assert_int_equal(facts.bus.policy, DOCTOR_YES);
}

static void only_what_a_check_needs_is_collected(void **state)
{
    const struct doctor_config by = {.link = &config.link,
                                     .address = &config.address,
                                     .audio = &config.audio,
                                     .supervisor = &config.supervisor,
                                     .aware = &config.aware,
                                     .bus = config.bus,
                                     .runtime_dir = config.runtime_dir};
    const struct machine_request request = {
        .root = root, .config = &by, .checks = DOCTOR_CHECK_BIT(DOCTOR_CHECK_ACCOUNTS)};
    (void)state;

    put("/boot/config-6.6.1", "CONFIG_IPV6=y\n");
    put("/lib/modules/6.6.1/modules.dep", "");
    assert_int_equal(machine_collect(&request, &facts), 0);
    assert_string_equal(facts.kernel.source, "");
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TREE(an_empty_tree_gives_nothing_known_and_no_crash),
        WITH_TREE(a_packed_configuration_of_the_kernel_is_read),
        WITH_TREE(a_plain_configuration_in_boot_is_found_by_the_release),
        WITH_TREE(a_broken_archive_is_no_configuration),
        WITH_TREE(a_port_is_traced_to_its_process_and_account),
        WITH_TREE(a_control_socket_is_traced_and_that_of_fasciad_is_known),
        WITH_TREE(an_owner_without_arguments_is_known_by_its_control_socket),
        WITH_TREE(switches_database_and_devices_are_read),
        WITH_TREE(programs_are_looked_into_not_run),
        WITH_TREE(folders_accounts_and_sysctls_are_read),
        WITH_TREE(only_what_a_check_needs_is_collected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
