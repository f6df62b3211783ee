/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_ADDRESS_FAKE_KERNEL_H
#define FASCIA_TESTS_UNIT_ADDRESS_FAKE_KERNEL_H

#include "stack/address/planner.h"

/*
 * As much of a kernel as the planner can tell from the real one: the rules measured for addresses, routes and
 * neighbours without Neighbor Discovery (what is flushed when, what is refused when, what leaks).
 */

#define FAKE_LINKS_MAX 4
#define FAKE_ROWS_MAX  600

struct fake_row {
    bool used, ours, right; /* right: of an address, no DAD and no prefix route; of a neighbour, permanent */
    unsigned int ifindex;
    struct address_iid iid;
    uint8_t prefix_length;
    struct fascia_mac mac;
};

struct fake_link {
    unsigned int ifindex; /* 0: none */
    struct address_link link;
    bool group_joined; /* a solicited-node group: joined by an address that came while ARP was on */
};

struct fake_kernel {
    struct fake_link links[FAKE_LINKS_MAX];
    struct fake_row addresses[FAKE_ROWS_MAX], routes[FAKE_ROWS_MAX], neighbours[FAKE_ROWS_MAX];
    unsigned int operations; /* carried out */
    unsigned int leaks;      /* ND or MLD packets that would have left */
};

void fake_kernel_add_link(struct fake_kernel *kernel, unsigned int ifindex, const char *mac);
/** A link that the test has added. */
struct fake_link *fake_kernel_link(struct fake_kernel *kernel, unsigned int ifindex);
void fake_kernel_set_up(struct fake_kernel *kernel, unsigned int ifindex, bool up);
void fake_kernel_set_mac(struct fake_kernel *kernel, unsigned int ifindex, const char *mac);

/** As no_nd_execute(): 0 or a negative errno; "was not there" is 0. */
int fake_kernel_execute(struct fake_kernel *kernel, const struct address_op *op);

/** A dump: everything that the table may know of the interface. */
void fake_kernel_observe(const struct fake_kernel *kernel, struct address_table *table, unsigned int ifindex);

/** Plans and executes until a plan is empty or fails; returns the number of operations, -1 when it did not end. */
int fake_kernel_converge(struct fake_kernel *kernel, struct address_table *table);

/** The row of a table, or NULL. */
struct fake_row *fake_row(struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex,
                          const struct address_iid *iid, uint8_t prefix_length);

/** Rows in use of an interface; 0: of all. */
size_t fake_rows(const struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex);

/** Adds or replaces a row. */
struct fake_row *fake_row_put(struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex,
                              const struct address_iid *iid, uint8_t prefix_length);

struct fascia_mac mac_of(const char *text);
struct address_iid iid_of(const char *text);
/** `own` NULL: modified EUI-64. */
struct address_wish wish_of(enum address_nd nd, const struct address_iid *own);
/** address_table_prepare() with that wish. */
int prepare_as(struct address_table *table, unsigned int ifindex, enum address_nd nd, const struct address_iid *own);

#endif
