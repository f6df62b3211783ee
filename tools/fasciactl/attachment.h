/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_ATTACHMENT_H
#define FASCIA_TOOLS_FASCIACTL_ATTACHMENT_H

#include "stack/report/facts.h"

struct json_object;

#define ATTACHMENT_MAX 4194304 /* octets */

/** Documents that go into the report as they are. Release with attachments_free(). */
struct attachments {
    struct json_object *phone, *sound;
};

/**
 * Reads one file into the facts and the attachments. A second document of one kind replaces the first.
 * Returns 0, or prints why not and returns a negative errno.
 */
int attachment_load(const char *path, struct report_facts *facts, struct attachments *attachments);

void attachments_free(struct attachments *attachments);

static inline void fascia_cleanup_attachments(struct attachments *attachments)
{
    attachments_free(attachments);
}

#endif
