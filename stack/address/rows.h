/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_ROWS_H
#define FASCIA_STACK_ADDRESS_ROWS_H

#include "stack/address/table.h"

/* Private to this room: what table.c and observe.c share. */

/** After every change of a peer: its place in the lists and in the counts. */
void rows_touch(struct address_table *table, struct address_peer *peer);

/** After a change of an interface that concerns all its peers. */
void rows_touch_all(struct address_table *table, struct address_interface *interface);

/** A row for a peer, in the lists of its interface; NULL: no room. */
struct address_peer *rows_new_peer(struct address_table *table, struct address_interface *interface,
                                   const struct address_iid *iid, const struct fascia_mac *mac);

/** Our identifier is another now: what was our address is a stranger. */
void rows_set_own_iid(struct address_table *table, struct address_interface *interface, const struct address_iid *iid);

void rows_stranger_add(struct address_interface *interface, const struct address_iid *iid, uint8_t prefix_length);
void rows_stranger_gone(struct address_interface *interface, const struct address_iid *iid, uint8_t prefix_length);

/** The attributes of the link and its foreign addresses are as they are to be. */
bool rows_interface_is_set(const struct address_interface *interface);

#endif
