/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_MAILBOX_H
#define FASCIA_AUDIO_RENDER_MAILBOX_H

#include <stdatomic.h>
#include <stdbool.h>

#include "audio/render/matrix.h"

/*
 * Hands weights from the control thread to the sound thread: one writer, one reader, neither ever waits, the newest
 * value wins. Three slots: one belongs to the writer, one to the reader, and one, which is swapped atomically, lies
 * between them.
 */

struct mailbox {
    struct matrix_weights slots[3];
    atomic_uint middle; /* index of the slot in between, with MAILBOX_NEW set when the reader has not seen it */
    unsigned written;   /* the writer's slot */
    unsigned read;      /* the reader's slot */
};

void mailbox_init(struct mailbox *box);

/** Writer: leaves a copy of the weights for the reader. */
void mailbox_put(struct mailbox *box, const struct matrix_weights *weights);

/** Reader: the newest weights when there are some that it has not seen, else NULL. Valid until its next call. */
const struct matrix_weights *mailbox_take(struct mailbox *box);

#endif
