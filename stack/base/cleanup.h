/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_CLEANUP_H
#define FASCIA_STACK_BASE_CLEANUP_H

#include <stdlib.h>

/* Scope-bound ownership: `_cleanup_(freep) char *text = NULL;`. Always initialise at the declaration. */
#define _cleanup_(fn) __attribute__((cleanup(fascia_cleanup_##fn)))

static inline void fascia_cleanup_freep(void *p)
{
    free(*(void **)p);
}

/** Declares fascia_cleanup_FN, which calls fn(*pointer); fn must accept NULL. */
#define FASCIA_DEFINE_CLEANUP(type, fn)                                                                                \
    static inline void fascia_cleanup_##fn(type **p)                                                                   \
    {                                                                                                                  \
        fn(*p);                                                                                                        \
    }

/** Takes the value out of a pointer variable that has a cleanup: `return FASCIA_STEAL(x);`. */
#define FASCIA_STEAL(p)                                                                                                \
    __extension__({                                                                                                    \
        __typeof__(p) stolen_ = (p);                                                                                   \
        (p) = NULL;                                                                                                    \
        stolen_;                                                                                                       \
    })

#define FASCIA_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
