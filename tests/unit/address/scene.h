/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_ADDRESS_SCENE_H
#define FASCIA_TESTS_UNIT_ADDRESS_SCENE_H

#include "tests/unit/address/fake_kernel.h"

/* What the tests of the planner begin with: an empty table, and a kernel with one interface that is down. */

#define IFINDEX   7U
#define OWN_MAC   "02:00:00:00:00:01"
#define PEERS_MAX 256

struct scene {
    struct fake_kernel kernel;
    struct address_table table;
};

/** For cmocka: *state is a new struct scene, which scene_tear_down() frees. Return 0, or -1 when memory ran out. */
int scene_set_up(void **state);
int scene_tear_down(void **state);

#endif
