/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_LIST_H
#define FASCIA_STACK_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Intrusive doubly linked ring with a head. An unlinked node points to itself; unlinking twice is harmless.
 */

struct fascia_list {
    struct fascia_list *next, *prev;
};

#define FASCIA_LIST_ENTRY(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

static inline void fascia_list_init(struct fascia_list *node)
{
    node->next = node->prev = node;
}

static inline bool fascia_list_is_empty(const struct fascia_list *head)
{
    return head->next == head;
}

static inline void fascia_list_append(struct fascia_list *head, struct fascia_list *node)
{
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void fascia_list_unlink(struct fascia_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    fascia_list_init(node);
}

#define fascia_list_for_each(node, head)                                                                               \
    for (struct fascia_list *node = (head)->next; node != (head); node = node->next)

/** As above, and the body may unlink or free `node`. */
#define fascia_list_for_each_safe(node, head)                                                                          \
    for (struct fascia_list *node = (head)->next, *node##_next = node->next; node != (head);                           \
         node = node##_next, node##_next = node->next)

#endif
