/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/address/scene.h"

#define PEER "02:00:00:00:00:02"

static void observe(struct scene *s)
{
    fake_kernel_observe(&s->kernel, &s->table, IFINDEX);
}

static void prepare(struct scene *s, enum address_nd nd)
{
    assert_int_equal(prepare_as(&s->table, IFINDEX, nd, NULL), 0);
    observe(s);
}

static void claim(struct scene *s, const char *mac)
{
    struct fascia_mac m = mac_of(mac);
    assert_int_equal(address_table_claim(&s->table, IFINDEX, &m, NULL, ADDRESS_CLAIM_STATION, NULL), 0);
}

static struct address_interface *interface_of(struct scene *s)
{
    return address_table_interface(&s->table, IFINDEX);
}

/* The kernel has exactly what the table wants, and a fresh dump leaves nothing to do. */
static void assert_settled(struct scene *s)
{
    struct address_plan plan;

    observe(s);
    address_plan_make(&s->table, &plan);
    assert_int_equal(plan.count, 0);
    if (interface_of(s)->link.ipv6_disabled)
        return;
    bool up = interface_of(s)->link.up;
    size_t peers = up ? address_table_count(&s->table, IFINDEX) : 0;
    assert_int_equal(fake_rows(s->kernel.addresses, IFINDEX), up ? 1 : 0);
    assert_int_equal(fake_rows(s->kernel.routes, IFINDEX), peers);
    assert_int_equal(fake_rows(s->kernel.neighbours, IFINDEX), peers);
    assert_int_equal(address_interface_progress(interface_of(s)), up ? ADDRESS_PROGRESS_READY : ADDRESS_PROGRESS_DOWN);
}

/* Formats a plan, one operation after the other. */
static const char *plan_text(struct scene *s, char text[static 1024])
{
    struct address_plan plan;
    struct fascia_text t;

    fascia_text_init(&t, text, 1024);
    address_plan_make(&s->table, &plan);
    for (size_t i = 0; i < plan.count; i++) {
        fascia_text_add(&t, "%s", i ? "; " : "");
        address_op_format(&plan.ops[i], &t);
    }
    return text;
}

static void before_up_only_attributes_are_set_and_noarp_is_last(void **state)
{
    struct scene *s = *state;
    char text[1024];

    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    assert_string_equal(plan_text(s, text),
                        "turn automatic addresses off; set sysctl accept_ra=0; set sysctl router_solicitations=0; "
                        "set sysctl dad_transmits=0; set sysctl ndisc_notify=0; "
                        "set sysctl neigh/mcast_solicit=0; set sysctl neigh/ucast_solicit=0; "
                        "set sysctl neigh/app_solicit=0; set NOARP");
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 9);
    assert_settled(s);
    assert_int_equal(address_interface_progress(interface_of(s)), ADDRESS_PROGRESS_DOWN);
}

static void after_up_the_address_comes_first_and_a_route_last(void **state)
{
    struct scene *s = *state;
    char text[1024];

    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    assert_string_equal(plan_text(s, text), "add address fe80::ff:fe00:1/64; add neighbour fe80::ff:fe00:2/128; "
                                            "add route fe80::ff:fe00:2/128");
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 3);
    assert_settled(s);
    assert_int_equal(s->kernel.leaks, 0);
}

static void a_removed_peer_loses_its_route_first(void **state)
{
    struct scene *s = *state;
    char text[1024];
    struct fascia_mac mac = mac_of(PEER);
    struct address_iid iid = address_iid_from_mac(&mac);

    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    address_table_release(&s->table, address_table_peer(&s->table, IFINDEX, &iid), ADDRESS_CLAIM_STATION);
    assert_string_equal(plan_text(s, text), "delete route fe80::ff:fe00:2/128; delete neighbour fe80::ff:fe00:2/128");
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 2);
    assert_null(address_table_peer(&s->table, IFINDEX, &iid));
    assert_settled(s);
}

static void an_automatic_address_goes_while_its_group_can_still_be_left(void **state)
{
    struct scene *s = *state;

    fake_kernel_set_up(&s->kernel, IFINDEX, true); /* the kernel makes an address of its own */
    prepare(s, ADDRESS_ND_NONE);
    assert_int_equal(address_interface_progress(interface_of(s)), ADDRESS_PROGRESS_UNPREPARED);
    assert_true(fake_kernel_converge(&s->kernel, &s->table) > 0);
    assert_settled(s);
    assert_false(fake_kernel_link(&s->kernel, IFINDEX)->group_joined);
}

static void mode_answer_leaves_arp_on(void **state)
{
    struct scene *s = *state;

    prepare(s, ADDRESS_ND_ANSWER);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_false(fake_kernel_link(&s->kernel, IFINDEX)->link.noarp);
    (void)prepare_as(&s->table, IFINDEX, ADDRESS_ND_NONE, NULL);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_true(fake_kernel_link(&s->kernel, IFINDEX)->link.noarp);
    (void)prepare_as(&s->table, IFINDEX, ADDRESS_ND_ANSWER, NULL);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_false(fake_kernel_link(&s->kernel, IFINDEX)->link.noarp);
    assert_settled(s);
}

static void a_mac_change_moves_the_address_and_reinstalls_neighbours(void **state)
{
    struct scene *s = *state;
    struct address_iid before, after;

    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    before = interface_of(s)->own_iid;
    fake_kernel_set_mac(&s->kernel, IFINDEX, "02:00:00:00:00:09");
    /* only the link event arrives; the table knows by itself what the kernel flushed */
    address_observe_link(&s->table, IFINDEX, &fake_kernel_link(&s->kernel, IFINDEX)->link);
    assert_true(fake_kernel_converge(&s->kernel, &s->table) > 0);
    after = interface_of(s)->own_iid;
    assert_false(address_iid_equal(&before, &after));
    assert_settled(s);
}

static void a_configured_identifier_stays_through_a_mac_change(void **state)
{
    struct scene *s = *state;
    struct address_iid own = iid_of("00000000000000aa");

    assert_int_equal(prepare_as(&s->table, IFINDEX, ADDRESS_ND_NONE, &own), 0);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    fake_kernel_set_mac(&s->kernel, IFINDEX, "02:00:00:00:00:09");
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_non_null(fake_row(s->kernel.addresses, IFINDEX, &own, 64));
    assert_settled(s);
}

static void nothing_is_tried_while_ipv6_is_disabled(void **state)
{
    struct scene *s = *state;
    struct address_plan plan;

    fake_kernel_link(&s->kernel, IFINDEX)->link.ipv6_disabled = true;
    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    address_plan_make(&s->table, &plan);
    assert_int_equal(plan.count, 0);
    assert_int_equal(address_interface_progress(interface_of(s)), ADDRESS_PROGRESS_DISABLED);
    fake_kernel_link(&s->kernel, IFINDEX)->link.ipv6_disabled = false;
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    assert_true(fake_kernel_converge(&s->kernel, &s->table) > 0);
    assert_settled(s);
}

static void a_full_table_is_planned_in_parts(void **state)
{
    struct scene *s = *state;
    struct address_plan plan;
    char mac[FASCIA_MAC_TEXT_SIZE];

    prepare(s, ADDRESS_ND_NONE);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    for (unsigned int i = 0; i < PEERS_MAX; i++) {
        (void)snprintf(mac, sizeof mac, "02:00:00:00:01:%02x", i);
        claim(s, mac);
    }
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    address_plan_make(&s->table, &plan);
    assert_in_range(plan.count, ADDRESS_PLAN_MAX - 3, ADDRESS_PLAN_MAX);
    assert_true(plan.more);
    assert_true(fake_kernel_converge(&s->kernel, &s->table) > 2 * PEERS_MAX);
    assert_settled(s);
}

static void another_interface_is_never_touched(void **state)
{
    struct scene *s = *state;

    fake_kernel_add_link(&s->kernel, 8, "02:00:00:00:00:08");
    fake_kernel_set_up(&s->kernel, 8, true);
    prepare(s, ADDRESS_ND_NONE);
    fake_kernel_observe(&s->kernel, &s->table, 8);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_int_equal(fake_rows(s->kernel.addresses, 8), 1);
    assert_int_equal(fake_rows(s->kernel.routes, 8), 1);
    assert_false(fake_kernel_link(&s->kernel, 8)->link.noarp);
}

static void mode_answer_has_the_on_link_route_and_mode_none_never(void **state)
{
    struct scene *s = *state;
    struct address_iid zero = {{0}};

    prepare(s, ADDRESS_ND_ANSWER);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_non_null(fake_row(s->kernel.routes, IFINDEX, &zero, 64));
    assert_int_equal(address_interface_progress(interface_of(s)), ADDRESS_PROGRESS_READY);
    assert_int_equal(prepare_as(&s->table, IFINDEX, ADDRESS_ND_NONE, NULL), 0);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_null(fake_row(s->kernel.routes, IFINDEX, &zero, 64));
    assert_false(fake_kernel_link(&s->kernel, IFINDEX)->group_joined);
    assert_settled(s);
}

static void in_mode_kernel_nothing_is_changed(void **state)
{
    struct scene *s = *state;
    struct address_plan plan;
    struct fascia_mac mac = mac_of(PEER);
    struct address_peer *peer = NULL;

    prepare(s, ADDRESS_ND_KERNEL);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    assert_int_equal(address_table_claim(&s->table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_METHOD, &peer), 0);
    address_plan_make(&s->table, &plan);
    assert_int_equal(plan.count, 0);
    assert_true(address_peer_is_ready(peer)); /* the kernel resolves it */
    assert_int_equal(address_interface_progress(interface_of(s)), ADDRESS_PROGRESS_READY);
    assert_false(address_interface_is_edited(interface_of(s)));
    fake_kernel_set_up(&s->kernel, IFINDEX, false);
    observe(s);
    assert_false(address_peer_is_ready(peer));
    assert_int_equal(address_interface_progress(interface_of(s)), ADDRESS_PROGRESS_DOWN);
}

static void a_released_interface_loses_all_of_ours_and_nothing_else(void **state)
{
    struct scene *s = *state;
    struct address_iid foreign = iid_of("0000000000000f0f");

    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    (void)fake_row_put(s->kernel.routes, IFINDEX, &foreign, 128);
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    address_table_release_interface(&s->table, IFINDEX);
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 3);
    assert_int_equal(fake_rows(s->kernel.addresses, IFINDEX), 0);
    assert_int_equal(fake_rows(s->kernel.neighbours, IFINDEX), 0);
    assert_int_equal(fake_rows(s->kernel.routes, IFINDEX), 1);
    assert_true(fake_kernel_link(&s->kernel, IFINDEX)->link.noarp);
    assert_int_equal(s->table.peers.count, 0);
}

static void a_plan_has_all_neighbours_before_the_first_route(void **state)
{
    struct scene *s = *state;
    struct address_plan plan;
    char mac[FASCIA_MAC_TEXT_SIZE];
    bool route = false;

    prepare(s, ADDRESS_ND_NONE);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    for (unsigned int i = 0; i < 20; i++) {
        (void)snprintf(mac, sizeof mac, "02:00:00:00:01:%02x", i);
        claim(s, mac);
    }
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    address_plan_make(&s->table, &plan);
    for (size_t i = 0; i < plan.count; i++) {
        route = route || plan.ops[i].kind == ADDRESS_OP_ROUTE_ADD;
        assert_false(route && plan.ops[i].kind == ADDRESS_OP_NEIGHBOUR_ADD);
    }
    assert_true(route);
}

static void a_missing_entry_is_a_foreign_edit_only_when_nothing_explains_it(void **state)
{
    struct scene *s = *state;
    struct fascia_mac mac = mac_of(PEER);
    struct address_iid iid = address_iid_from_mac(&mac);

    prepare(s, ADDRESS_ND_NONE);
    claim(s, PEER);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    observe(s);
    (void)fake_kernel_converge(&s->kernel, &s->table);
    assert_false(address_interface_is_edited(interface_of(s)));

    fake_kernel_set_up(&s->kernel, IFINDEX, false); /* takes everything away */
    address_observe_link(&s->table, IFINDEX, &fake_kernel_link(&s->kernel, IFINDEX)->link);
    fake_kernel_set_up(&s->kernel, IFINDEX, true);
    address_observe_link(&s->table, IFINDEX, &fake_kernel_link(&s->kernel, IFINDEX)->link);
    assert_false(address_interface_is_edited(interface_of(s)));
    (void)fake_kernel_converge(&s->kernel, &s->table);

    address_observe_route(&s->table, IFINDEX, &iid, 128, true, true); /* nobody knows why */
    fake_row(s->kernel.routes, IFINDEX, &iid, 128)->used = false;
    assert_true(address_interface_is_edited(interface_of(s)));
    address_interface_hold(&s->table, interface_of(s), true);
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 0); /* not for now */
    claim(s, "02:00:00:00:00:09");
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 2); /* what is wanted anew is done */
    address_interface_hold(&s->table, interface_of(s), false);
    address_interface_accept(&s->table, interface_of(s));
    assert_false(address_interface_is_edited(interface_of(s)));
    assert_int_equal(fake_kernel_converge(&s->kernel, &s->table), 1);
    assert_settled(s);
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_set_up, scene_tear_down)
    const struct CMUnitTest tests[] = {
        SCENE(before_up_only_attributes_are_set_and_noarp_is_last),
        SCENE(after_up_the_address_comes_first_and_a_route_last),
        SCENE(a_removed_peer_loses_its_route_first),
        SCENE(an_automatic_address_goes_while_its_group_can_still_be_left),
        SCENE(mode_answer_leaves_arp_on),
        SCENE(a_mac_change_moves_the_address_and_reinstalls_neighbours),
        SCENE(a_configured_identifier_stays_through_a_mac_change),
        SCENE(nothing_is_tried_while_ipv6_is_disabled),
        SCENE(a_full_table_is_planned_in_parts),
        SCENE(another_interface_is_never_touched),
        SCENE(mode_answer_has_the_on_link_route_and_mode_none_never),
        SCENE(in_mode_kernel_nothing_is_changed),
        SCENE(a_released_interface_loses_all_of_ours_and_nothing_else),
        SCENE(a_plan_has_all_neighbours_before_the_first_route),
        SCENE(a_missing_entry_is_a_foreign_edit_only_when_nothing_explains_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
