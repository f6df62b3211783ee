/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/stream.h"

#include <stdio.h>

#include "tests/unit/test.h"

static const struct stream_role ROLES[] = {{"Navigation", 1}, {"Phone", 3}};

static struct stream_facts facts_of(const char *role)
{
    struct stream_facts facts = {.autoconnect = true};
    (void)snprintf(facts.role, sizeof facts.role, "%s", role);
    return facts;
}

static size_t bus_of(const struct stream_facts *facts)
{
    return stream_bus(ROLES, 2, facts);
}

static void a_role_is_found_without_regard_to_case_and_others_have_no_bus(void **state)
{
    struct stream_facts facts = facts_of("navigation");

    (void)state;
    assert_int_equal(bus_of(&facts), 1);
    facts = facts_of("PHONE");
    assert_int_equal(bus_of(&facts), 3);
    facts = facts_of("Game");
    assert_int_equal(bus_of(&facts), STREAM_NO_BUS);
    facts = facts_of("");
    assert_int_equal(bus_of(&facts), STREAM_NO_BUS);
    assert_int_equal(stream_bus(ROLES, 0, &facts), STREAM_NO_BUS);
}

static void who_has_a_place_is_left_there(void **state)
{
    struct stream_facts facts = facts_of("Phone");

    (void)state;
    facts.autoconnect = false;
    assert_int_equal(bus_of(&facts), STREAM_NO_BUS);
    facts = facts_of("Phone");
    facts.names_target = true;
    assert_int_equal(bus_of(&facts), STREAM_NO_BUS);
    facts = facts_of("Phone");
    facts.stays_put = true;
    assert_int_equal(bus_of(&facts), STREAM_NO_BUS);
    facts = facts_of("Phone");
    facts.moved = true;
    assert_int_equal(bus_of(&facts), STREAM_NO_BUS);
}

static struct layout named(const char *name)
{
    struct layout layout = {.count = 0};

    if (layout_named(name, &layout) != 0)
        assert_int_equal(layout_parse(name, &layout), 0);
    return layout;
}

static void assert_ports(const char *own, const char *sink, const char *ports)
{
    const struct layout a = own ? named(own) : (struct layout){.count = 0}, b = named(sink), wanted = named(ports);
    struct layout is;

    stream_ports(&a, &b, &is);
    assert_true(layout_same_channels(&is, &wanted));
}

static void a_stream_keeps_its_own_channels_where_the_sink_has_them(void **state)
{
    (void)state;
    assert_ports("stereo", "5.1", "stereo");
    assert_ports("5.1", "5.1", "5.1");
    assert_ports("mono", "stereo", "mono"); /* goes to both */
    assert_ports("5.1", "stereo", "stereo");
    assert_ports("stereo", "mono", "mono");
    assert_ports(NULL, "stereo", "stereo");
    assert_ports("RC", "stereo", "stereo"); /* a lone channel that goes nowhere */
}

static void assert_goes_to(enum layout_channel channel, const char *sink, const char *to)
{
    const struct layout at = named(sink), wanted = to ? named(to) : (struct layout){.count = 0};
    struct layout is;

    stream_goes_to(channel, &at, &is);
    assert_true(layout_same_channels(&is, &wanted));
}

static void a_lone_channel_goes_to_both_fronts_and_all_others_to_their_own(void **state)
{
    (void)state;
    assert_goes_to(LAYOUT_MONO, "stereo", "stereo");
    assert_goes_to(LAYOUT_MONO, "5.1", "stereo");
    assert_goes_to(LAYOUT_MONO, "mono", "mono");
    assert_goes_to(LAYOUT_MONO, "FC LFE", "FC");
    assert_goes_to(LAYOUT_FC, "5.1", "FC");
    assert_goes_to(LAYOUT_FC, "stereo", "stereo");
    assert_goes_to(LAYOUT_SL, "5.1", "SL");
    assert_goes_to(LAYOUT_SL, "stereo", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_is_found_without_regard_to_case_and_others_have_no_bus),
        cmocka_unit_test(who_has_a_place_is_left_there),
        cmocka_unit_test(a_stream_keeps_its_own_channels_where_the_sink_has_them),
        cmocka_unit_test(a_lone_channel_goes_to_both_fronts_and_all_others_to_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
