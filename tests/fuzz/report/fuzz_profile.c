/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "platform/profile/profile.h"
#include "stack/report/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct report_facts facts;
    static struct report_profile profile;
    static struct report_judgement judgement;
    char message[PROFILE_MESSAGE_SIZE];

    int r = profile_parse("f.yaml", data, size, &profile, message);
    if (r != 0 && message[0] == '\0')
        abort(); /* an error always says what is wrong */
    if (r == 0)
        report_judge(&facts, &profile, &judgement);
    if (r == 0 && judgement.counts[REPORT_VERDICT_PASS] != 0)
        abort(); /* a unit that says nothing meets nothing */
    return 0;
}
