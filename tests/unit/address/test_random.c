/* SPDX-License-Identifier: Apache-2.0 */
/* Properties that hold whatever is wanted and whatever the kernel has: random wishes, random disturbances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/address/scene.h"

static unsigned int dice(uint64_t *seed, unsigned int sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned int)(*seed >> 33) % sides;
}

/* Each operation, just before it is carried out: nothing that lets ND or MLD out, nothing that misleads a packet. */
static void check_op(struct scene *s, const struct address_op *op)
{
    const struct fake_link *link = fake_kernel_link(&s->kernel, IFINDEX);
    const struct address_interface *interface = address_table_interface(&s->table, IFINDEX);
    bool none = interface->nd == ADDRESS_ND_NONE;

    switch (op->kind) {
    case ADDRESS_OP_ADDRESS_ADD:
        assert_true(link->link.up && link->link.gen_mode_none && link->link.sysctls_wrong == 0);
        assert_int_equal(link->link.noarp, none);
        break;
    case ADDRESS_OP_NOARP_ON:
        assert_true(none && !link->group_joined); /* a group that is joined now would leak at each report */
        break;
    case ADDRESS_OP_ROUTE_ADD:
        if (op->prefix_length == 64)
            assert_false(none);
        else
            assert_non_null(fake_row(s->kernel.neighbours, IFINDEX, &op->iid, 128));
        break;
    case ADDRESS_OP_NEIGHBOUR_DELETE: {
        const struct fake_row *route = fake_row(s->kernel.routes, IFINDEX, &op->iid, 128);
        assert_true(!route || !route->ours);
        break;
    }
    case ADDRESS_OP_GEN_MODE_NONE:
    case ADDRESS_OP_SYSCTL:
    case ADDRESS_OP_NOARP_OFF:
    case ADDRESS_OP_ADDRESS_DELETE:
    case ADDRESS_OP_ROUTE_DELETE:
    case ADDRESS_OP_NEIGHBOUR_ADD:
    case ADDRESS_OPS_:
        break;
    }
}

static void converge(struct scene *s)
{
    const struct address_interface *interface = address_table_interface(&s->table, IFINDEX);
    struct address_plan plan;

    for (int round = 0; round < 20; round++) {
        address_plan_make(&s->table, &plan);
        if (plan.count == 0) {
            address_table_tell(&s->table, NULL, NULL);
            return;
        }
        for (size_t i = 0; i < plan.count; i++) {
            unsigned int leaks = s->kernel.leaks;
            check_op(s, &plan.ops[i]);
            assert_int_equal(fake_kernel_execute(&s->kernel, &plan.ops[i]), 0);
            /* Leaving the group of an address that was there before is the one packet that cannot be avoided. */
            if (interface->nd == ADDRESS_ND_NONE && plan.ops[i].kind != ADDRESS_OP_ADDRESS_DELETE)
                assert_int_equal(s->kernel.leaks, leaks);
            address_plan_done(&s->table, &plan.ops[i]);
        }
    }
    fail_msg("no end");
}

static void assert_settled(struct scene *s)
{
    const struct address_interface *interface = address_table_interface(&s->table, IFINDEX);
    struct address_plan plan;

    fake_kernel_observe(&s->kernel, &s->table, IFINDEX);
    address_plan_make(&s->table, &plan);
    assert_int_equal(plan.count, 0);
    assert_false(address_interface_is_edited(interface));
    bool up = interface->link.up, answer = interface->nd == ADDRESS_ND_ANSWER;
    size_t peers = up ? address_table_count(&s->table, IFINDEX) : 0;
    assert_int_equal(interface->ready, peers);
    assert_int_equal(interface->repairs, 0);
    assert_int_equal(fake_rows(s->kernel.addresses, IFINDEX), up ? 1 : 0);
    assert_int_equal(fake_rows(s->kernel.routes, IFINDEX), peers + (up && answer));
    assert_int_equal(fake_rows(s->kernel.neighbours, IFINDEX), peers);
    assert_int_equal(address_interface_progress(interface), up ? ADDRESS_PROGRESS_READY : ADDRESS_PROGRESS_DOWN);
}

static void disturb_peers(struct scene *s, uint64_t *seed)
{
    struct fascia_mac mac = mac_of("02:00:00:00:02:00");
    mac.octets[5] = (uint8_t)dice(seed, 12);
    struct address_iid iid = address_iid_from_mac(&mac), other = iid_of("00000000000000e0");
    enum address_claim kind = dice(seed, 2) ? ADDRESS_CLAIM_STATION : ADDRESS_CLAIM_METHOD;
    struct address_peer *peer = address_table_peer(&s->table, IFINDEX, &iid);

    other.octets[6] = mac.octets[5];
    other.octets[7] = (uint8_t)(1 + dice(seed, 6));
    switch (dice(seed, 5)) {
    case 0:
    case 1:
        assert_int_equal(address_table_claim(&s->table, IFINDEX, &mac, &iid, kind, NULL), 0);
        break;
    case 2:
        (void)address_table_learn(&s->table, IFINDEX, &mac, &other);
        break;
    default:
        if (peer)
            address_table_release(&s->table, peer, kind);
        break;
    }
}

static void disturb_kernel(struct scene *s, uint64_t *seed)
{
    struct fake_row *rows[] = {s->kernel.addresses, s->kernel.routes, s->kernel.neighbours};
    struct fake_row *row = &rows[dice(seed, 3)][dice(seed, 24)];
    struct fake_link *link = fake_kernel_link(&s->kernel, IFINDEX);
    struct address_iid stranger = iid_of("00000000000000ff"), zero = {{0}};

    switch (dice(seed, 8)) {
    case 0:
        row->used = false;
        if (row >= s->kernel.addresses && row < s->kernel.addresses + FAKE_ROWS_MAX)
            link->group_joined = false;
        break;
    case 1:
        if (row->used)
            row->right = row->ours = false;
        break;
    case 2:
        if (link->link.up && !link->link.ipv6_disabled)
            (void)fake_row_put(s->kernel.addresses, IFINDEX, &stranger, dice(seed, 2) ? 64 : 128);
        break;
    case 3:
        if (link->link.up && !link->link.ipv6_disabled)
            (void)fake_row_put(s->kernel.routes, IFINDEX, &zero, 64);
        break;
    case 4:
        link->link.noarp = !link->link.noarp;
        break;
    case 5:
        link->link.sysctls_wrong = dice(seed, 1U << ADDRESS_SYSCTLS_);
        break;
    case 6:
        link->link.gen_mode_none = false;
        break;
    case 7:
        if (row->used)
            row->mac = mac_of("02:00:00:00:00:66");
        break;
    default:
        break;
    }
}

static void disturb_mode(struct scene *s, uint64_t *seed)
{
    struct address_iid own = iid_of("00000000000000aa");
    struct address_wish wish =
        wish_of(dice(seed, 3) ? ADDRESS_ND_NONE : ADDRESS_ND_ANSWER, dice(seed, 2) ? &own : NULL);

    assert_int_equal(address_table_prepare(&s->table, IFINDEX, &wish, NULL), 0);
}

static void whatever_happens_it_settles_on_what_is_wanted(void **state)
{
    struct scene *s = *state;
    uint64_t seed = 42;

    disturb_mode(s, &seed);
    for (int i = 0; i < 4000; i++) {
        for (unsigned int n = 1 + dice(&seed, 4); n > 0; n--) {
            unsigned int what = dice(&seed, 12);
            if (what < 5)
                disturb_peers(s, &seed);
            else if (what < 9)
                disturb_kernel(s, &seed);
            else if (what < 10)
                disturb_mode(s, &seed);
            else if (what < 11)
                fake_kernel_set_up(&s->kernel, IFINDEX, dice(&seed, 2));
            else
                fake_kernel_set_mac(&s->kernel, IFINDEX, dice(&seed, 2) ? OWN_MAC : "02:00:00:00:00:03");
        }
        fake_kernel_observe(&s->kernel, &s->table, IFINDEX);
        converge(s);
        assert_settled(s);
    }
}

/* Nobody may depend on when the kernel is read: with the changes told one by one the end is the same. */
static void told_one_by_one_the_end_is_the_same(void **state)
{
    struct scene *s = *state;
    uint64_t seed = 7;

    disturb_mode(s, &seed);
    fake_kernel_observe(&s->kernel, &s->table, IFINDEX);
    for (int i = 0; i < 4000; i++) {
        struct fake_row *row = &(dice(&seed, 2) ? s->kernel.routes : s->kernel.neighbours)[dice(&seed, 16)];
        bool route = row >= s->kernel.routes && row < s->kernel.routes + FAKE_ROWS_MAX;
        if (row->used && row->prefix_length == 128 && dice(&seed, 3) == 0) {
            row->used = false;
            if (route)
                address_observe_route(&s->table, IFINDEX, &row->iid, 128, row->ours, true);
            else
                address_observe_neighbour(&s->table, IFINDEX, &row->iid, NULL, ADDRESS_NEIGHBOUR_NONE);
        }
        disturb_peers(s, &seed);
        if (dice(&seed, 8) == 0) {
            fake_kernel_set_up(&s->kernel, IFINDEX, dice(&seed, 2));
            address_observe_link(&s->table, IFINDEX, &fake_kernel_link(&s->kernel, IFINDEX)->link);
        }
        converge(s);
    }
    /* Only what nobody told us of can be wrong, and nothing was kept from us. */
    struct address_interface *interface = address_table_interface(&s->table, IFINDEX);
    address_interface_accept(&s->table, interface);
    converge(s);
    assert_settled(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whatever_happens_it_settles_on_what_is_wanted, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(told_one_by_one_the_end_is_the_same, scene_set_up, scene_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
