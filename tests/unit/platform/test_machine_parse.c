/* SPDX-License-Identifier: Apache-2.0 */
/* What platform/machine understands of lines and octets that others wrote. */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "platform/machine/firewall.h"
#include "platform/machine/parse.h"
#include "platform/machine/pipewire_message.h"
#include "tests/unit/test.h"

static void options_are_built_in_modular_or_absent(void **state)
{
    struct doctor_kernel kernel = {.release = ""};
    (void)state;

    machine_parse_config("CONFIG_IPV6=y", &kernel);
    machine_parse_config("CONFIG_CFG80211=m", &kernel);
    machine_parse_config("# CONFIG_PACKET is not set", &kernel);
    machine_parse_config("CONFIG_SND=\"y\"", &kernel);
    machine_parse_config("CONFIG_SND_PCM", &kernel);
    machine_parse_config("CONFIG_EPOLL=yes", &kernel);
    machine_parse_config("#CONFIG_EPOLL=y", &kernel);
    machine_parse_config("", &kernel);
    assert_int_equal(kernel.options[DOCTOR_OPTION_IPV6], DOCTOR_OPTION_BUILTIN);
    assert_int_equal(kernel.options[DOCTOR_OPTION_CFG80211], DOCTOR_OPTION_MODULE);
    assert_string_equal(kernel.chosen[DOCTOR_OPTION_CFG80211], "CFG80211");
    assert_int_equal(kernel.options[DOCTOR_OPTION_PACKET], DOCTOR_OPTION_ABSENT);
    assert_int_equal(kernel.options[DOCTOR_OPTION_SND], DOCTOR_OPTION_UNKNOWN);
    assert_int_equal(kernel.options[DOCTOR_OPTION_SND_PCM], DOCTOR_OPTION_UNKNOWN);
    assert_int_equal(kernel.options[DOCTOR_OPTION_EPOLL], DOCTOR_OPTION_UNKNOWN);
}

static void of_several_drivers_one_is_enough(void **state)
{
    struct doctor_kernel kernel = {.release = ""};
    (void)state;

    machine_parse_config("# CONFIG_BT_HCIBTUSB is not set", &kernel);
    machine_parse_config("CONFIG_BT_HCIUART=m", &kernel);
    machine_parse_config("# CONFIG_BT_HCIVHCI is not set", &kernel);
    assert_int_equal(kernel.options[DOCTOR_OPTION_BT_HCI], DOCTOR_OPTION_MODULE);
    assert_string_equal(kernel.chosen[DOCTOR_OPTION_BT_HCI], "BT_HCIUART");
}

static void modules_have_one_spelling(void **state)
{
    char name[DOCTOR_NAME_SIZE] = "";
    (void)state;

    assert_true(machine_parse_module("kernel/sound/core/snd-pcm.ko.xz: kernel/sound/core/snd.ko.xz", name));
    assert_string_equal(name, "snd_pcm");
    assert_true(machine_parse_module("cfg80211 1130496 3 mac80211,ath, Live 0x0", name));
    assert_string_equal(name, "cfg80211");
    assert_true(machine_parse_module("kernel/net/packet/af_packet.ko", name));
    assert_string_equal(name, "af_packet");
    assert_false(machine_parse_module("", name));
    assert_false(machine_parse_module("kernel/a/:", name));
}

static void unix_sockets_are_read_with_spaces_and_without_a_path(void **state)
{
    struct machine_unix row;
    (void)state;

    assert_false(machine_parse_unix("Num       RefCount Protocol Flags    Type St Inode Path", &row));
    assert_true(machine_parse_unix("0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/a b", &row));
    assert_true(row.listens && !row.datagram && row.inode == 12345);
    assert_string_equal(row.path, "/run/a b");
    assert_true(machine_parse_unix("ffff8881: 00000003 00000000 00000000 0002 01    77", &row));
    assert_true(row.datagram && !row.listens && row.inode == 77);
    assert_string_equal(row.path, "");
}

static void network_sockets_are_read_in_both_address_families(void **state)
{
    struct machine_inet row;
    (void)state;

    assert_false(machine_parse_inet("  sl  local_address rem_address   st tx_queue rx_queue tr", &row));
    assert_true(machine_parse_inet("   0: 00000000:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 "
                                   "       0 23456 1 0 100 0",
                                   &row));
    assert_true(row.port == 7000 && row.state == 0x0a && row.uid == 1000 && row.inode == 23456);
    assert_true(
        machine_parse_inet("  12: 00000000000000000000000000000000:14E9 00000000000000000000000000000000:0000 07 "
                           "00000000:00000000 00:00000000 00000000   108        0 1 2 0000000000000000 0",
                           &row));
    assert_true(row.port == 5353 && row.state == 7 && row.uid == 108 && row.inode == 1);
}

static void the_kernel_log_tells_of_firmware_and_clocks_once(void **state)
{
    struct doctor_firmware firmware = {.failed_count = 0};
    static const char failed[] = "3,500,1234,-;brcmfmac mmc1: Direct firmware load for brcm/x.bin failed with error -2";
    (void)state;

    machine_parse_kmsg(failed, &firmware);
    machine_parse_kmsg(failed, &firmware);
    machine_parse_kmsg("6,1,2,-;regulatory.db: Direct firmware load for regulatory.db failed with error -2", &firmware);
    machine_parse_kmsg("6,1,2,-;iwlwifi 0000:01:00.0: loaded firmware version 77", &firmware);
    machine_parse_kmsg("6,1,2,-;\033[31mmt7921e: Failed to load firmware", &firmware);
    assert_int_equal(firmware.failed_count, 2);
    assert_string_equal(firmware.failed[0], "brcmfmac mmc1: Direct firmware load for brcm/x.bin failed with error -2");
    assert_null(strchr(firmware.failed[1], '\033'));
    assert_int_equal(firmware.clock_unstable, DOCTOR_UNKNOWN);
    machine_parse_kmsg("4,1,2,-;clocksource: timekeeping watchdog: Marking clocksource 'tsc' as unstable because",
                       &firmware);
    assert_int_equal(firmware.clock_unstable, DOCTOR_YES);
}

static void a_daemons_interface_is_found_in_its_arguments(void **state)
{
    static const struct {
        const char *line, *interface;
    } rows[] = {
        {"wpa_supplicant -B -iwlan0 -c /etc/x", "wlan0"},
        {"wpa_supplicant -i wlp2s0 -D nl80211", "wlp2s0"},
        {"wpa_supplicant -u -s -O DIR=/run/x", ""},
        {"x interface=wlan1", "wlan1"},
        {"wpa_supplicant -i", ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[DOCTOR_NAME_SIZE] = "?";
        machine_parse_interface(rows[i].line, name);
        assert_string_equal(name, rows[i].interface);
    }
}

static void a_value_of_a_status_is_found_at_the_beginning_of_a_line_only(void **state)
{
    static const char status[] = "Name:\tPPid: 5\nUid:\t1000\t0\t0\t0\nPPid:\t12\n";
    (void)state;

    assert_int_equal(strncmp(machine_status_value(status, "PPid"), "12", 2), 0);
    assert_int_equal(strncmp(machine_status_value(status, "Uid"), "1000\t", 5), 0);
    assert_null(machine_status_value(status, "CapEff"));
}

static void a_version_is_taken_when_there_is_only_one(void **state)
{
    static const char one[] = "\0hostapd v%s\0"
                              "2.10\0x2.11\0"
                              "3.4\0"
                              "2.10";
    static const char two[] = "\0"
                              "2.10\0"
                              "2.11-devel\0";
    char version[DOCTOR_NAME_SIZE] = "?";
    (void)state;

    machine_scan_version(one, sizeof one, '2', version);
    assert_string_equal(version, "2.10");
    machine_scan_version(two, sizeof two, '2', version);
    assert_string_equal(version, "");
    machine_scan_version(two + 5, sizeof two - 5, '2', version);
    assert_string_equal(version, "2.11-devel");
    machine_scan_version(one, 0, '2', version);
    assert_string_equal(version, "");
    assert_true(machine_scan_has(one, sizeof one, "v%s"));
    assert_false(machine_scan_has(one, sizeof one, "hostapd"));
}

/* --- PipeWire ---------------------------------------------------------------------------------------------------- */

struct bytes {
    uint8_t octets[512];
    size_t used;
};

static void put(struct bytes *b, const void *data, size_t size)
{
    assert_true(b->used + size <= sizeof b->octets);
    memcpy(b->octets + b->used, data, size);
    b->used += size;
}

static void put_u32(struct bytes *b, uint32_t value)
{
    put(b, &value, sizeof value);
}

static void put_int(struct bytes *b, uint32_t value)
{
    put_u32(b, 4), put_u32(b, 4), put_u32(b, value), put_u32(b, 0);
}

static void put_text(struct bytes *b, const char *value)
{
    static const char zeros[8] = "";
    uint32_t size = (uint32_t)strlen(value) + 1;

    put_u32(b, size), put_u32(b, 8), put(b, value, size), put(b, zeros, (8 - size % 8) % 8);
}

static void put_struct(struct bytes *b, const struct bytes *body)
{
    put_u32(b, (uint32_t)body->used), put_u32(b, 14), put(b, body->octets, body->used);
}

static void put_message(struct bytes *b, uint32_t id, uint32_t opcode, const struct bytes *body)
{
    put_u32(b, id), put_u32(b, opcode << 24 | (uint32_t)(body->used + 8)), put_u32(b, 0), put_u32(b, 0);
    put_struct(b, body);
}

static void put_node(struct bytes *b, const char *name)
{
    struct bytes properties = {.used = 0}, body = {.used = 0};

    put_int(&properties, 2), put_text(&properties, "media.class"), put_text(&properties, "Audio/Sink");
    put_text(&properties, "node.name"), put_text(&properties, name);
    put_int(&body, 30), put_int(&body, 0), put_text(&body, "PipeWire:Interface:Node"), put_int(&body, 3);
    put_struct(&body, &properties);
    put_message(b, 2, 0, &body);
}

static void put_info_and_done(struct bytes *b)
{
    struct bytes info = {.used = 0}, done = {.used = 0};

    put_int(&info, 0), put_int(&info, 1), put_text(&info, "user"), put_text(&info, "host"), put_text(&info, "1.4.2");
    put_message(b, 0, 0, &info);
    put_int(&done, 0), put_int(&done, 1);
    put_message(b, 0, 1, &done);
}

static void pipewire_tells_its_version_its_sinks_and_the_end_of_them(void **state)
{
    struct pipewire_news news = {.wanted = "amp"};
    struct bytes all = {.used = 0};
    (void)state;

    put_node(&all, "amp");
    put_info_and_done(&all);
    assert_int_equal(pipewire_take(all.octets, all.used, &news), (int64_t)all.used);
    assert_string_equal(news.version, "1.4.2");
    assert_int_equal(news.sinks, 1);
    assert_true(news.wanted_there && news.done && !news.session_manager);
}

static void a_message_that_is_not_whole_yet_is_waited_for(void **state)
{
    struct bytes all = {.used = 0};
    (void)state;

    put_info_and_done(&all);
    for (size_t size = 0; size < all.used; size++) {
        struct pipewire_news news = {.sinks = 0};
        int64_t taken = pipewire_take(all.octets, size, &news);
        assert_true(taken >= 0 && taken <= (int64_t)size);
        assert_false(news.done);
    }
}

static void a_message_that_contradicts_itself_ends_the_talk(void **state)
{
    struct pipewire_news news = {.sinks = 0};
    struct bytes all = {.used = 0};
    uint32_t beyond = 4096;
    (void)state;

    put_info_and_done(&all);
    memcpy(all.octets + 16, &beyond, sizeof beyond); /* the struct claims more than the message has */
    assert_int_equal(pipewire_take(all.octets, all.used, &news), -EBADMSG);
    beyond = 0xffffff;
    memcpy(all.octets + 4, &beyond, sizeof beyond);
    assert_int_equal(pipewire_take(all.octets, all.used, &news), -EBADMSG);
}

static void what_we_send_is_what_we_would_understand(void **state)
{
    uint8_t request[PIPEWIRE_REQUEST_MAX];
    struct pipewire_news news = {.sinks = 0};
    (void)state;

    size_t size = pipewire_request(request);
    assert_true(size % 8 == 0 && size <= sizeof request);
    /* Hello and Sync have the opcodes of Done and Ping, and their layout: a whole number of messages. */
    assert_int_equal(pipewire_take(request, size, &news), (int64_t)size);
}

/* --- nftables ---------------------------------------------------------------------------------------------------- */

static void put_attribute(struct bytes *b, uint16_t type, const void *data, uint16_t size)
{
    const uint16_t header[2] = {(uint16_t)(size + 4), type};
    static const char zeros[4] = "";

    put(b, header, sizeof header), put(b, data, size), put(b, zeros, (4U - size % 4U) % 4U);
}

static struct bytes chain(const char *name, uint8_t hook, uint8_t policy)
{
    struct bytes all = {.used = 0}, nest = {.used = 0};
    const uint8_t hook_be[4] = {0, 0, 0, hook}, policy_be[4] = {0, 0, 0, policy};

    put_attribute(&all, NFTA_CHAIN_TABLE, "filter", 7);
    put_attribute(&all, NFTA_CHAIN_NAME, name, (uint16_t)(strlen(name) + 1));
    put_attribute(&nest, NFTA_HOOK_HOOKNUM, hook_be, 4);
    put_attribute(&all, NFTA_CHAIN_HOOK | 0x8000, nest.octets, (uint16_t)nest.used);
    put_attribute(&all, NFTA_CHAIN_POLICY, policy_be, 4);
    return all;
}

static void only_a_chain_on_input_that_drops_ipv6_is_told(void **state)
{
    struct doctor_firewall firewall = {.chains = 0};
    struct bytes forward = chain("forward", NF_INET_FORWARD, NF_DROP), open = chain("in", NF_INET_LOCAL_IN, NF_ACCEPT);
    struct bytes closed = chain("input", NF_INET_LOCAL_IN, NF_DROP);
    (void)state;

    machine_parse_chain(NFPROTO_INET, forward.octets, forward.used, &firewall);
    machine_parse_chain(NFPROTO_IPV4, closed.octets, closed.used, &firewall);
    machine_parse_chain(NFPROTO_INET, open.octets, open.used, &firewall);
    assert_int_equal(firewall.chains, 1);
    assert_string_equal(firewall.dropping, "");
    machine_parse_chain(NFPROTO_IPV6, closed.octets, closed.used, &firewall);
    assert_string_equal(firewall.dropping, "ip6 filter input");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_built_in_modular_or_absent),
        cmocka_unit_test(of_several_drivers_one_is_enough),
        cmocka_unit_test(modules_have_one_spelling),
        cmocka_unit_test(unix_sockets_are_read_with_spaces_and_without_a_path),
        cmocka_unit_test(network_sockets_are_read_in_both_address_families),
        cmocka_unit_test(the_kernel_log_tells_of_firmware_and_clocks_once),
        cmocka_unit_test(a_daemons_interface_is_found_in_its_arguments),
        cmocka_unit_test(a_value_of_a_status_is_found_at_the_beginning_of_a_line_only),
        cmocka_unit_test(a_version_is_taken_when_there_is_only_one),
        cmocka_unit_test(pipewire_tells_its_version_its_sinks_and_the_end_of_them),
        cmocka_unit_test(a_message_that_is_not_whole_yet_is_waited_for),
        cmocka_unit_test(a_message_that_contradicts_itself_ends_the_talk),
        cmocka_unit_test(what_we_send_is_what_we_would_understand),
        cmocka_unit_test(only_a_chain_on_input_that_drops_ipv6_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
