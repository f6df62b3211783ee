/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "platform/sofa/sofa.h"

int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    (void)path;
    return sofa_parse(NULL, 0, rate, ret_hrtf, message);
}

int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    (void)bytes;
    (void)size;
    (void)rate;
    (void)ret_hrtf;
    fascia_text_add(message, "fascia was built without libmysofa");
    return -ENOTSUP;
}
