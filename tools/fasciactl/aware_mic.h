/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AWARE_MIC_H
#define FASCIA_TOOLS_FASCIACTL_AWARE_MIC_H

#include "stack/aware/nan_key_file.h"
#include "stack/aware/nan_security.h"
#include "stack/base/cleanup.h"

/*
 * Checks the message integrity codes of data path set-ups in a capture. Two passes over the same frames: the first
 * learns the exchanges and finds out which key belongs to which, the second tells of each message.
 */

#define AWARE_EXCHANGES_MAX 1024 /* set-ups that are checked; further ones are told as such */
#define AWARE_SERVICES_MAX  64   /* services whose ids are remembered, to find keys by their identifiers */

enum aware_verdict {
    AWARE_NO_CODE, /* the frame is no message of a set-up that has one */
    AWARE_MIC_OK,
    AWARE_MIC_WRONG, /* the key is known: by another message, or by the identifier in the request */
    AWARE_NO_KEY,    /* none of the keys fits */
    AWARE_NO_START,  /* the request is not in the capture, or was one too many */
    AWARE_VERDICTS_
};
const char *aware_verdict_name(enum aware_verdict verdict); /* "MIC ok" */

struct aware_mic;

/** The keys are borrowed. Returns 0 or a negative errno. */
int aware_mic_new(const struct nan_key_file *keys, struct aware_mic **ret_mic);

/** First pass; numbers rise. Returns 0 or a negative errno. */
int aware_mic_learn(struct aware_mic *mic, uint64_t number, const struct nan_frame *frame);

/** Second pass, in the same order. `ret_message` is set unless the verdict is AWARE_NO_CODE. */
enum aware_verdict aware_mic_check(const struct aware_mic *mic, uint64_t number, const struct nan_frame *frame,
                                   enum nan_key_message *ret_message);

/** How many set-ups began; those beyond AWARE_EXCHANGES_MAX are not checked. */
size_t aware_mic_exchanges(const struct aware_mic *mic);

/** Wipes. NULL-safe. */
void aware_mic_free(struct aware_mic *mic);
FASCIA_DEFINE_CLEANUP(struct aware_mic, aware_mic_free)

#endif
