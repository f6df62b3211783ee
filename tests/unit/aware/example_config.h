/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AWARE_EXAMPLE_CONFIG_H
#define FASCIA_TESTS_UNIT_AWARE_EXAMPLE_CONFIG_H

#include "stack/aware/aware_config.h"

/* The configuration that the tests of the core, and its fuzzer, begin with. */

/** The defaults, and no service. */
void example_config(struct aware_config *ret_config);

/** Adds a service with what is usual for that security; there must be room. Returns it, for what is unusual. */
struct aware_service_config *example_service(struct aware_config *config, const char *name, enum aware_role role,
                                             enum aware_security security);

#endif
