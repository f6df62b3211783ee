/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_REASON_H
#define FASCIA_STACK_AWARE_REASON_H

/* Reason codes of NAN frames (Wi-Fi Aware, as in hostap's nan_defs.h); the values are those on the air. */

enum aware_reason {
    AWARE_REASON_NONE = 0,
    AWARE_REASON_UNSPECIFIED = 1, /* also: an idle or terminated data path */
    AWARE_REASON_RESOURCES = 2,
    AWARE_REASON_PARAMETERS = 3, /* also: another key, with failure=1 */
    AWARE_REASON_FTM = 4,
    AWARE_REASON_NO_MOVEMENT = 5,
    AWARE_REASON_AVAILABILITY = 6,
    AWARE_REASON_IMMUTABLE = 7,
    AWARE_REASON_SECURITY_POLICY = 8,
    AWARE_REASON_QOS = 9,
    AWARE_REASON_NDP_REJECTED = 10,
    AWARE_REASON_NDL_UNACCEPTABLE = 11,
    AWARE_REASON_RANGING_SCHEDULE = 12,
    AWARE_REASON_BOOTSTRAPPING = 13,
    AWARE_REASONS_
};

/** "security policy"; "reserved" for others. */
const char *aware_reason_text(unsigned int reason);

#endif
