/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/gate.h"

#include "stack/base/cleanup.h"
#include "stack/link/nl80211_values.h"

static const struct {
    const char *name, *text;
} gates_told[AWARE_GATES_] = {
    [AWARE_GATE_NAN] = {"nan", "kernel: the driver has no interface type NAN"},
    [AWARE_GATE_NAN_DATA] = {"nan-data",
                             "kernel: no NAN_DATA beside NAN; Linux 7.1 and a driver with data paths have it"},
    [AWARE_GATE_PHY] = {"nan-phy", "kernel: the driver does not tell NAN's HT capabilities (NAN_CAPA_PHY)"},
    [AWARE_GATE_SYNC] = {"nan-sync", "kernel: a cluster cannot be configured (NAN_CAPA_CONFIGURABLE_SYNC)"},
    [AWARE_GATE_DISCOVERY] = {"nan-discovery", "kernel: discovery is the firmware's alone (no NAN_CAPA_USERSPACE_DE)"},
    [AWARE_GATE_SECURE] = {"nan-secure", "kernel: no keys for NAN, so no pairing (EXT_FEATURE_SECURE_NAN)"},
    [AWARE_GATE_ENGINE] = {"engine", "wpa_supplicant: built without CONFIG_NAN, or older than 2.12"},
};

const char *aware_gate_name(enum aware_gate gate)
{
    return (unsigned int)gate < AWARE_GATES_ ? gates_told[gate].name : "";
}

const char *aware_gate_text(enum aware_gate gate)
{
    return (unsigned int)gate < AWARE_GATES_ ? gates_told[gate].text : "";
}

static uint32_t types_of(const struct wiphy_combination *combination)
{
    uint32_t types = 0;

    for (size_t i = 0; i < combination->limit_count; i++)
        types |= combination->limits[i].types;
    return types;
}

/* Of several combinations with NAN the last tells whether there are data paths: so does wpa_supplicant. */
static void look_at_combinations(const struct wiphy *wiphy, bool *ret_nan, bool *ret_data, uint32_t *ret_channels)
{
    const uint32_t nan = 1U << NL80211_IFTYPE_NAN, data = 1U << FASCIA_NL80211_IFTYPE_NAN_DATA;

    *ret_nan = *ret_data = false;
    *ret_channels = 0;
    for (size_t i = 0; i < wiphy->combination_count; i++) {
        const struct wiphy_combination *combination = &wiphy->combinations[i];
        uint32_t types = types_of(combination);
        if (!(types & nan))
            continue;
        *ret_nan = true;
        *ret_data = (types & data) != 0;
        if (combination->channels > *ret_channels)
            *ret_channels = combination->channels;
    }
}

static enum aware_gate_verdict verdict_of(bool open)
{
    return open ? AWARE_GATE_OPEN : AWARE_GATE_SHUT;
}

void aware_gates_of(const struct wiphy *wiphy, const struct aware_engine_words *engine, struct aware_gates *ret_gates)
{
    const uint32_t both = 1U << WIPHY_BAND_2GHZ | 1U << WIPHY_BAND_5GHZ;
    const struct wiphy_nan *nan = &wiphy->nan_caps;
    struct aware_gates gates = {.dual_band = (wiphy->nan_bands & both) == both};
    bool has_nan = false, has_data = false;

    look_at_combinations(wiphy, &has_nan, &has_data, &gates.channels);
    gates.verdicts[AWARE_GATE_NAN] = verdict_of(wiphy->nan && has_nan);
    gates.verdicts[AWARE_GATE_NAN_DATA] = verdict_of(wiphy->nan_data && has_data);
    gates.verdicts[AWARE_GATE_PHY] = verdict_of(nan->ht && nan->ampdu);
    gates.verdicts[AWARE_GATE_SYNC] = verdict_of(nan->configurable_sync);
    gates.verdicts[AWARE_GATE_DISCOVERY] = verdict_of(nan->userspace_discovery);
    gates.verdicts[AWARE_GATE_SECURE] = verdict_of(wiphy->secure_nan);
    gates.verdicts[AWARE_GATE_ENGINE] = engine ? verdict_of(engine->nan) : AWARE_GATE_NOT_ASKED;
    gates.data_path = aware_gates_first_shut(&gates, false) == AWARE_GATES_;
    gates.pairing = aware_gates_first_shut(&gates, true) == AWARE_GATES_;
    *ret_gates = gates;
}

enum aware_gate aware_gates_first_shut(const struct aware_gates *gates, bool keys)
{
    for (unsigned int gate = 0; gate < AWARE_GATES_; gate++) {
        if (gates->verdicts[gate] == AWARE_GATE_SHUT && (keys || gate != AWARE_GATE_SECURE))
            return (enum aware_gate)gate;
    }
    return AWARE_GATES_;
}
