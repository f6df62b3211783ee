/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_SERVICE_NAME_H
#define FASCIA_STACK_AWARE_SERVICE_NAME_H

#include "stack/aware/aware_config.h"

/*
 * Names of Wi-Fi Aware services as phones want them: "_name._tcp", or "_name._udp" for everything that is not TCP
 * (RFC 6763 section 4.1.2), where name follows RFC 6335 section 5.1. The engine itself takes any text; a name that a
 * phone's descriptor cannot hold would never be found.
 */

enum service_name_result {
    SERVICE_NAME_E_UNDERSCORE = 1, /* does not begin with "_" */
    SERVICE_NAME_E_TRANSPORT,      /* does not end in "._tcp" or "._udp" */
    SERVICE_NAME_E_EMPTY,
    SERVICE_NAME_E_LONG,
    SERVICE_NAME_E_CHARACTER,
    SERVICE_NAME_E_NO_LETTER,
    SERVICE_NAME_E_HYPHEN_END,
    SERVICE_NAME_E_HYPHENS,
    SERVICE_NAME_RESULTS_
};

/** Returns 0 and the transport that the name says (`ret_transport` may be NULL), or a service_name_result. */
int service_name_check(const char *name, enum aware_transport *ret_transport);

/** One clause for a person, after "the name": "has two adjacent hyphens". "" for a value not in the enumeration. */
const char *service_name_result_text(int result);

#endif
