/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/address/scene.h"

#include <stdlib.h>

int scene_set_up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);

    if (!s)
        return -1;
    address_table_init(&s->table, PEERS_MAX, 1);
    fake_kernel_add_link(&s->kernel, IFINDEX, OWN_MAC);
    *state = s;
    return 0;
}

int scene_tear_down(void **state)
{
    struct scene *s = *state;

    address_table_deinit(&s->table);
    free(s);
    return 0;
}
