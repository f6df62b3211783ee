/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "stack/identity/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct identity_target target;
    struct identity_name name, again;
    char text[512];

    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (identity_target_parse(text, 443, &target) == 0 && (target.port == 0 || target.name.text[0] == '\0'))
        abort();
    if (identity_name_parse(text, &name) != 0)
        return 0;
    /* A name that is let through becomes a folder and a word of OpenSSL's: no other meaning may be in it. */
    if (strpbrk(name.text, "/,;% \"\\") != NULL || name.text[0] == '.')
        abort();
    if (identity_name_parse(name.text, &again) != 0 || strcmp(name.text, again.text) != 0)
        abort();
    if (name.text[0] != '*' && !identity_name_matches(&name, &again))
        abort();
    return 0;
}
