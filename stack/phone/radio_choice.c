/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/radio_choice.h"

#include <string.h>

#include "stack/base/cleanup.h"

const char *phone_radio_strerror(int e)
{
    static const char *const texts[] = {
        [0] = "nothing is wrong",
        [PHONE_RADIO_E_NONE] = "there is no Wi-Fi radio: load its driver (or mac80211_hwsim with radios=2)",
        [PHONE_RADIO_E_NAME] = "no radio has the name that --radio gives: see `iw phy`",
        [PHONE_RADIO_E_STATION] = "no radio can be a station in another network namespace",
        [PHONE_RADIO_E_FREQUENCY] = "no radio may use the network's channel: see `iw reg get`",
        [PHONE_RADIO_E_BUSY] = "every radio is in use: a phone needs one of its own, with its interfaces down",
    };
    return e >= 0 && (size_t)e < FASCIA_ARRAY_SIZE(texts) ? texts[e] : "unknown";
}

static bool has_freq(const struct phone_radio *radio, uint32_t freq_mhz)
{
    for (size_t i = 0; i < radio->freq_count; i++) {
        if (radio->freqs_mhz[i] == freq_mhz)
            return true;
    }
    return freq_mhz == 0;
}

/* What speaks against this radio first; 0 = nothing. The order is that of the PHONE_RADIO_E_* values. */
static int objection(const struct phone_radio *radio, const char *name, uint32_t freq_mhz)
{
    if (name && strcmp(radio->name, name) != 0)
        return PHONE_RADIO_E_NAME;
    if (!radio->is_station || !radio->can_move)
        return PHONE_RADIO_E_STATION;
    if (!has_freq(radio, freq_mhz))
        return PHONE_RADIO_E_FREQUENCY;
    if (!name && (radio->has_ap || radio->is_up))
        return PHONE_RADIO_E_BUSY;
    return 0;
}

int phone_radio_choose(const struct phone_radio *radios, size_t count, const char *name, uint32_t freq_mhz,
                       size_t *ret_index)
{
    int furthest = PHONE_RADIO_E_NONE;

    for (size_t i = count; i-- > 0;) {
        int e = objection(&radios[i], name, freq_mhz);
        if (e == 0) {
            *ret_index = i;
            return 0;
        }
        if (e > furthest)
            furthest = e;
    }
    return furthest;
}
