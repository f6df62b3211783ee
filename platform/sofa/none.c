/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "platform/sofa/sofa.h"

static int missing(struct fascia_text *message)
{
    fascia_text_add(message, "fascia was built without libmysofa");
    return -ENOTSUP;
}

int sofa_read(const char *path, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    (void)path, (void)rate, (void)ret_hrtf;
    return missing(message);
}

int sofa_parse(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    (void)bytes, (void)size, (void)rate, (void)ret_hrtf;
    return missing(message);
}

int sofa_begin(const char *path, uint32_t rate, struct sofa_reading *ret_reading, struct fascia_text *message)
{
    (void)path, (void)rate, (void)ret_reading;
    return missing(message);
}

int sofa_finish(struct sofa_reading *reading, unsigned wait_ms, struct hrtf **ret_hrtf, struct fascia_text *message)
{
    (void)reading, (void)wait_ms, (void)ret_hrtf;
    return missing(message);
}

void sofa_abandon(struct sofa_reading *reading)
{
    (void)reading;
}
