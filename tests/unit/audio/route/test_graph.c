/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/graph.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"

static struct graph g; /* some hundred kilobytes */

static void add_sink(uint32_t id, const char *name, int32_t priority, uint32_t client)
{
    struct graph_node node = {.id = id, .client = client, .priority = priority, .is_sink = true};
    (void)snprintf(node.name, sizeof node.name, "%s", name);
    graph_put_node(&g, &node);
}

static void add_port(uint32_t id, uint32_t node, uint32_t index, enum graph_direction direction, bool monitor,
                     const char *channel)
{
    struct graph_port port = {.id = id, .node = node, .index = index, .direction = direction, .monitor = monitor};
    port.known = layout_channel_parse(channel, &port.channel) == 0;
    graph_put_port(&g, &port);
}

static uint32_t chosen(const char *name)
{
    const struct graph_node *node = graph_choose_sink(&g, name, "fascia.projection", 50);
    return node ? node->id : GRAPH_ID_NONE;
}

static int set_up(void **state)
{
    (void)state;
    graph_init(&g);
    return 0;
}

static void without_a_name_the_highest_priority_wins(void **state)
{
    (void)state;
    assert_int_equal(chosen(""), GRAPH_ID_NONE);
    add_sink(10, "low", 100, GRAPH_ID_NONE);
    add_sink(11, "high", 1000, GRAPH_ID_NONE);
    add_sink(12, "none", 0, GRAPH_ID_NONE);
    assert_int_equal(chosen(""), 11);
}

static void among_equals_the_lowest_id_wins_in_any_order(void **state)
{
    (void)state;
    add_sink(12, "b", 7, GRAPH_ID_NONE);
    add_sink(10, "a", 7, GRAPH_ID_NONE);
    add_sink(11, "c", 7, GRAPH_ID_NONE);
    assert_int_equal(chosen(""), 10);
}

static void what_a_watched_node_tells_of_its_state_is_kept_until_it_goes(void **state)
{
    (void)state;
    add_sink(10, "a", 7, GRAPH_ID_NONE);
    assert_int_equal(graph_node(&g, 10)->state, GRAPH_UNKNOWN);
    graph_set_state(&g, 10, GRAPH_SUSPENDED); /* that is how it was made */
    graph_set_state(&g, 10, GRAPH_SUSPENDED);
    assert_int_equal(graph_node(&g, 10)->suspensions, 0);
    graph_set_state(&g, 10, GRAPH_RUNS);
    assert_int_equal(graph_node(&g, 10)->state, GRAPH_RUNS);
    graph_set_state(&g, 10, GRAPH_SUSPENDED);
    assert_int_equal(graph_node(&g, 10)->suspensions, 1);
    graph_set_state(&g, 10, GRAPH_ELSE);
    assert_int_equal(graph_node(&g, 10)->state, GRAPH_ELSE);
    graph_set_state(&g, 10, GRAPH_SUSPENDED);
    assert_int_equal(graph_node(&g, 10)->suspensions, 2);
    graph_set_state(&g, 11, GRAPH_RUNS); /* nobody has announced it */
    assert_null(graph_node(&g, 11));
    graph_remove(&g, 10);
    add_sink(10, "another one", 7, GRAPH_ID_NONE);
    assert_int_equal(graph_node(&g, 10)->suspensions, 0);
}

static void our_own_sinks_are_never_chosen(void **state)
{
    (void)state;
    add_sink(10, "fascia.projection", 5000, 7);
    add_sink(11, "another of ours", 4000, 50);
    assert_int_equal(chosen(""), GRAPH_ID_NONE);
    assert_int_equal(chosen("fascia.projection"), GRAPH_ID_NONE);
    add_sink(12, "card", -5, 7);
    assert_int_equal(chosen(""), 12);
}

static void a_name_must_match_exactly_and_be_a_sink(void **state)
{
    struct graph_node source = {.id = 9, .client = 1, .name = "mic"};
    (void)state;
    graph_put_node(&g, &source);
    add_sink(10, "card", 1, GRAPH_ID_NONE);
    assert_int_equal(chosen("card"), 10);
    assert_int_equal(chosen("car"), GRAPH_ID_NONE);
    assert_int_equal(chosen("mic"), GRAPH_ID_NONE);
}

static void what_is_removed_is_gone(void **state)
{
    (void)state;
    add_sink(10, "a", 1, GRAPH_ID_NONE);
    add_sink(11, "b", 2, GRAPH_ID_NONE);
    add_port(20, 11, 0, GRAPH_INPUT, false, "FL");
    graph_put_link(&g, &(struct graph_link){.id = 30, .output = 1, .input = 20});
    graph_remove(&g, 11);
    graph_remove(&g, 20);
    graph_remove(&g, 30);
    graph_remove(&g, 99);
    assert_int_equal(chosen(""), 10);
    assert_int_equal(graph_ports(&g, 11, GRAPH_INPUT, false, NULL), 0);
    assert_false(graph_has_link(&g, 1, 20));
    assert_null(graph_node(&g, 11));
}

static void an_id_that_is_announced_again_is_replaced(void **state)
{
    (void)state;
    add_sink(10, "a", 1, GRAPH_ID_NONE);
    add_sink(10, "b", 1, GRAPH_ID_NONE);
    assert_int_equal(g.nodes_count, 1);
    assert_int_equal(chosen("b"), 10);
    assert_int_equal(chosen("a"), GRAPH_ID_NONE);
}

static void ports_come_in_the_order_of_the_node_not_of_their_ids(void **state)
{
    struct layout layout;
    (void)state;
    add_port(29, 10, 0, GRAPH_INPUT, false, "FL");
    add_port(22, 10, 2, GRAPH_INPUT, false, "RL");
    add_port(25, 10, 1, GRAPH_INPUT, false, "FR");
    add_port(26, 10, 3, GRAPH_INPUT, false, "FLC");
    add_port(27, 10, 0, GRAPH_OUTPUT, true, "FL");
    add_port(28, 11, 0, GRAPH_INPUT, false, "RR");
    assert_int_equal(graph_ports(&g, 10, GRAPH_INPUT, false, &layout), 4);
    assert_int_equal(layout.count, 3);
    assert_int_equal(layout.channels[0], LAYOUT_FL);
    assert_int_equal(layout.channels[1], LAYOUT_FR);
    assert_int_equal(layout.channels[2], LAYOUT_RL);
}

static void a_port_is_found_by_direction_monitor_and_channel(void **state)
{
    (void)state;
    add_port(20, 10, 0, GRAPH_INPUT, false, "FL");
    add_port(21, 10, 0, GRAPH_OUTPUT, true, "FL");
    assert_int_equal(graph_port(&g, 10, GRAPH_INPUT, false, LAYOUT_FL)->id, 20);
    assert_int_equal(graph_port(&g, 10, GRAPH_OUTPUT, true, LAYOUT_FL)->id, 21);
    assert_null(graph_port(&g, 10, GRAPH_OUTPUT, false, LAYOUT_FL));
    assert_null(graph_port(&g, 10, GRAPH_INPUT, false, LAYOUT_FR));
}

static void what_does_not_fit_is_counted_and_left_out(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < GRAPH_PORTS_MAX + 5; i++)
        add_port(i, 1, i, GRAPH_INPUT, false, "FL");
    for (uint32_t i = 0; i < GRAPH_NODES_MAX + 3; i++)
        add_sink(5000 + i, "x", 0, GRAPH_ID_NONE);
    for (uint32_t i = 0; i < GRAPH_LINKS_MAX + 1; i++)
        graph_put_link(&g, &(struct graph_link){.id = 9000 + i});
    assert_int_equal(g.ports_count, GRAPH_PORTS_MAX);
    assert_int_equal(g.left_out, 9);
}

static void add_link(uint32_t id, uint32_t output, uint32_t input)
{
    graph_put_link(&g, &(struct graph_link){.id = id, .output = output, .input = input});
}

static void a_port_is_found_by_its_place_and_ports_are_listed_in_their_order(void **state)
{
    const struct graph_port *ports[2];

    (void)state;
    add_port(5, 1, 1, GRAPH_INPUT, false, "FR");
    add_port(7, 1, 0, GRAPH_INPUT, false, "FLC");
    add_port(6, 1, 0, GRAPH_OUTPUT, true, "FL");
    add_port(9, 1, 2, GRAPH_INPUT, false, "LFE");
    assert_int_equal(graph_port_at(&g, 1, GRAPH_INPUT, false, 0)->id, 7);
    assert_int_equal(graph_port_at(&g, 1, GRAPH_OUTPUT, true, 0)->id, 6);
    assert_null(graph_port_at(&g, 1, GRAPH_INPUT, false, 3));
    assert_null(graph_port_at(&g, 2, GRAPH_INPUT, false, 0));
    assert_int_equal(graph_list_ports(&g, 1, GRAPH_INPUT, false, ports, 2), 3);
    assert_int_equal(ports[0]->id, 7);
    assert_int_equal(ports[1]->id, 5);
}

/* A sink whose ports say no channel (or the same place) is still the same one each time. */
static void ports_without_a_channel_or_a_place_of_their_own_are_told_apart_by_their_ids(void **state)
{
    const struct graph_port *ports[3] = {NULL};
    (void)state;
    add_port(22, 10, 0, GRAPH_INPUT, false, "what");
    add_port(21, 10, 0, GRAPH_INPUT, false, "what");
    add_port(23, 10, 0, GRAPH_INPUT, false, "FR");
    assert_null(graph_port(&g, 10, GRAPH_INPUT, false, (enum layout_channel)0)); /* it is not known to be that */
    assert_int_equal(graph_port(&g, 10, GRAPH_INPUT, false, LAYOUT_FR)->id, 23);
    assert_int_equal(graph_list_ports(&g, 10, GRAPH_INPUT, false, ports, 2), 3);
    assert_int_equal(ports[0]->id, 21);
    assert_int_equal(ports[1]->id, 22);
    assert_null(ports[2]); /* beyond what there is room for */
}

static void a_link_leads_one_way(void **state)
{
    (void)state;
    add_link(30, 20, 21);
    assert_true(graph_has_link(&g, 20, 21));
    assert_false(graph_has_link(&g, 21, 20));
    assert_false(graph_has_link(&g, 20, 20));
}

static void streams_are_counted_by_node_and_not_by_link(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        add_port(10 + i, 1, i, GRAPH_INPUT, false, "FL");
        add_port(20 + i, 2, i, GRAPH_OUTPUT, false, "FL");
        add_port(30 + i, 3, i, GRAPH_OUTPUT, false, "FL");
    }
    assert_int_equal(graph_count_sources(&g, 1), 0);
    assert_false(graph_is_linked(&g, 2));
    add_link(40, 20, 10);
    add_link(41, 21, 11);
    assert_int_equal(graph_count_sources(&g, 1), 1);
    add_link(42, 30, 10);
    assert_int_equal(graph_count_sources(&g, 1), 2);
    assert_true(graph_is_linked(&g, 2));
    assert_false(graph_is_linked(&g, 1));
    add_link(43, 99, 11); /* of a node that has not been announced */
    assert_int_equal(graph_count_sources(&g, 1), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_name_the_highest_priority_wins, set_up),
        cmocka_unit_test_setup(among_equals_the_lowest_id_wins_in_any_order, set_up),
        cmocka_unit_test_setup(what_a_watched_node_tells_of_its_state_is_kept_until_it_goes, set_up),
        cmocka_unit_test_setup(our_own_sinks_are_never_chosen, set_up),
        cmocka_unit_test_setup(a_name_must_match_exactly_and_be_a_sink, set_up),
        cmocka_unit_test_setup(what_is_removed_is_gone, set_up),
        cmocka_unit_test_setup(an_id_that_is_announced_again_is_replaced, set_up),
        cmocka_unit_test_setup(ports_come_in_the_order_of_the_node_not_of_their_ids, set_up),
        cmocka_unit_test_setup(a_port_is_found_by_direction_monitor_and_channel, set_up),
        cmocka_unit_test_setup(a_port_is_found_by_its_place_and_ports_are_listed_in_their_order, set_up),
        cmocka_unit_test_setup(ports_without_a_channel_or_a_place_of_their_own_are_told_apart_by_their_ids, set_up),
        cmocka_unit_test_setup(a_link_leads_one_way, set_up),
        cmocka_unit_test_setup(streams_are_counted_by_node_and_not_by_link, set_up),
        cmocka_unit_test_setup(what_does_not_fit_is_counted_and_left_out, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
