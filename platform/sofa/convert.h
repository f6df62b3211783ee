/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_CONVERT_H
#define FASCIA_PLATFORM_SOFA_CONVERT_H

#include <mysofa.h>

#include "platform/sofa/sofa.h"

/** Reads with libmysofa, and converts. In the child only. Returns what sofa_parse() does. */
int sofa_convert(const void *bytes, size_t size, uint32_t rate, struct hrtf **ret_hrtf, struct fascia_text *message);

/** Whether the library's arrays are as large as its dimensions say, and what is in them can be resampled: it checks
 * neither for all of them. */
int sofa_check_loaded(const struct MYSOFA_HRTF *loaded, uint32_t rate, struct fascia_text *message);

/** A checked one, at the rate in use already, to ours. `gain` is applied to the samples. */
int sofa_copy_loaded(const struct MYSOFA_HRTF *loaded, float gain, struct hrtf **ret_hrtf, struct fascia_text *message);

#endif
