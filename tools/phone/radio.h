/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_RADIO_H
#define FASCIA_TOOLS_PHONE_RADIO_H

#include "tools/phone/session.h"

/**
 * Takes a free radio into a network (and mount) namespace of our own, which the calling process enters for good, and
 * makes its station interface silent: no automatic address, no ND, before it is ever up. On failure the reason is in
 * the result. 0 or non-zero.
 */
int radio_take(struct session *session);

#endif
