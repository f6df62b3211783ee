/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_RADIOTAP_H
#define FASCIA_STACK_AWARE_NAN_RADIOTAP_H

#include "stack/aware/nan_frame.h"

/* What a monitor interface puts in front of a frame (radiotap.org; Linux Documentation/networking/radiotap-headers). */

struct nan_radiotap {
    struct nan_octets frame; /* behind it, without FCS */
    bool has_frequency, bad_fcs;
    uint16_t frequency; /* MHz */
};

/** Returns 0, or NAN_E_CUT when it is not whole or of another version. */
int nan_radiotap_parse(const void *data, size_t size, struct nan_radiotap *ret_radiotap);

#endif
