/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/mailbox.h"

#include <string.h>

#define MAILBOX_NEW   4U
#define MAILBOX_INDEX 3U

void mailbox_init(struct mailbox *box)
{
    memset(box->slots, 0, sizeof box->slots);
    box->written = 0;
    box->read = 1;
    atomic_init(&box->middle, 2U);
}

void mailbox_put(struct mailbox *box, const struct matrix_weights *weights)
{
    box->slots[box->written] = *weights;
    /* release: the slot's content is visible before its index; acquire: what we get back is no longer read */
    unsigned before = atomic_exchange_explicit(&box->middle, box->written | MAILBOX_NEW, memory_order_acq_rel);
    box->written = before & MAILBOX_INDEX;
}

const struct matrix_weights *mailbox_take(struct mailbox *box)
{
    if ((atomic_load_explicit(&box->middle, memory_order_relaxed) & MAILBOX_NEW) == 0)
        return NULL;
    unsigned before = atomic_exchange_explicit(&box->middle, box->read, memory_order_acq_rel);
    box->read = before & MAILBOX_INDEX;
    return &box->slots[box->read];
}
