/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/rtnetlink/parse.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <string.h>

#include "tests/unit/test.h"

static _Alignas(8) char buffer[512];

/* What rtnetlink_ifinfo_prep() of the kernel's net/wireless/wext-core.c makes: a name, then the event. */
static struct nlmsghdr *link_message(bool wireless_event)
{
    struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
    struct ifinfomsg *info = (struct ifinfomsg *)mnl_nlmsg_put_extra_header(message, sizeof *info);

    message->nlmsg_type = RTM_NEWLINK;
    info->ifi_type = ARPHRD_ETHER;
    info->ifi_index = 4;
    mnl_attr_put_strz(message, IFLA_IFNAME, "wlan0");
    if (wireless_event)
        mnl_attr_put(message, IFLA_WIRELESS, 4, "\x10\x00\x06\x8b");
    return message;
}

/* Seen in the rig: hostapd's start made the address function fail with "ipv6-disabled" for a second. */
static void an_event_of_wireless_extensions_says_nothing_of_the_link(void **state)
{
    struct rtnl_change change;
    (void)state;

    assert_false(rtnl_parse(link_message(true), &change));
}

static void a_link_without_ipv6_is_told(void **state)
{
    struct rtnl_change change;
    (void)state;

    assert_true(rtnl_parse(link_message(false), &change));
    assert_int_equal(change.link.ifindex, 4);
    assert_string_equal(change.link.name, "wlan0");
    assert_int_equal(change.link.gen_mode, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_of_wireless_extensions_says_nothing_of_the_link),
        cmocka_unit_test(a_link_without_ipv6_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
