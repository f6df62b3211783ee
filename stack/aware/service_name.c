/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/service_name.h"

#include <string.h>

#define LABEL_MAX 15 /* RFC 6335 section 5.1 */

const char *service_name_result_text(int result)
{
    static const char *const texts[SERVICE_NAME_RESULTS_] = {
        [SERVICE_NAME_E_UNDERSCORE] = "does not begin with \"_\"",
        [SERVICE_NAME_E_TRANSPORT] = "does not end in \"._tcp\" or \"._udp\"",
        [SERVICE_NAME_E_EMPTY] = "has nothing between \"_\" and the transport",
        [SERVICE_NAME_E_LONG] = "has more than 15 characters between \"_\" and the transport",
        [SERVICE_NAME_E_CHARACTER] = "holds something else than A-Z, a-z, 0-9 and hyphens",
        [SERVICE_NAME_E_NO_LETTER] = "holds no letter",
        [SERVICE_NAME_E_HYPHEN_END] = "begins or ends with a hyphen",
        [SERVICE_NAME_E_HYPHENS] = "has two adjacent hyphens",
    };

    return result > 0 && result < SERVICE_NAME_RESULTS_ ? texts[result] : "";
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 6335 section 5.1: 1 to 15 characters; letters, digits and hyphens; a letter; no hyphen at an end, none adjacent.
 */
static int check_label(const char *label, size_t size)
{
    bool letter = false;

    if (size == 0)
        return SERVICE_NAME_E_EMPTY;
    if (size > LABEL_MAX)
        return SERVICE_NAME_E_LONG;
    for (size_t i = 0; i < size; i++) {
        if (!is_letter(label[i]) && !(label[i] >= '0' && label[i] <= '9') && label[i] != '-')
            return SERVICE_NAME_E_CHARACTER;
        letter |= is_letter(label[i]);
    }
    if (label[0] == '-' || label[size - 1] == '-')
        return SERVICE_NAME_E_HYPHEN_END;
    for (size_t i = 1; i < size; i++) {
        if (label[i] == '-' && label[i - 1] == '-')
            return SERVICE_NAME_E_HYPHENS;
    }
    return letter ? 0 : SERVICE_NAME_E_NO_LETTER;
}

int service_name_check(const char *name, enum aware_transport *ret_transport)
{
    static const char *const suffixes[AWARE_TRANSPORTS_] = {
        [AWARE_TRANSPORT_TCP] = "._tcp", [AWARE_TRANSPORT_UDP] = "._udp"};
    size_t size = strlen(name), suffix = strlen(suffixes[0]);

    if (name[0] != '_')
        return SERVICE_NAME_E_UNDERSCORE;
    for (int i = 0; i < AWARE_TRANSPORTS_; i++) {
        if (size < 1 + suffix || strcmp(name + size - suffix, suffixes[i]) != 0)
            continue;
        int r = check_label(name + 1, size - 1 - suffix);
        if (r == 0 && ret_transport)
            *ret_transport = (enum aware_transport)i;
        return r;
    }
    return SERVICE_NAME_E_TRANSPORT;
}
