/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/reason.h"

#include "stack/base/cleanup.h"

const char *aware_reason_text(unsigned int reason)
{
    static const char *const texts[AWARE_REASONS_] = {
        [AWARE_REASON_NONE] = "none",
        [AWARE_REASON_UNSPECIFIED] = "unspecified",
        [AWARE_REASON_RESOURCES] = "resource limit",
        [AWARE_REASON_PARAMETERS] = "invalid parameters",
        [AWARE_REASON_FTM] = "FTM parameters",
        [AWARE_REASON_NO_MOVEMENT] = "no movement",
        [AWARE_REASON_AVAILABILITY] = "invalid availability",
        [AWARE_REASON_IMMUTABLE] = "immutable schedule unacceptable",
        [AWARE_REASON_SECURITY_POLICY] = "security policy",
        [AWARE_REASON_QOS] = "quality of service unacceptable",
        [AWARE_REASON_NDP_REJECTED] = "data path rejected",
        [AWARE_REASON_NDL_UNACCEPTABLE] = "schedule proposal unacceptable",
        [AWARE_REASON_RANGING_SCHEDULE] = "ranging schedule unacceptable",
        [AWARE_REASON_BOOTSTRAPPING] = "bootstrapping rejected",
    };

    return reason < FASCIA_ARRAY_SIZE(texts) ? texts[reason] : "reserved";
}
