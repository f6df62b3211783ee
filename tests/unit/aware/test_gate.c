/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/gate.h"
#include "stack/link/nl80211_values.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

static struct wiphy_table table;
static struct aware_gates gates;

/* What a radio tells; a radio with everything can do it. */
struct told {
    bool no_nan, no_nan_data, no_phy, no_factor, no_sync, no_discovery, no_secure, apart, more_combinations;
};

static void put_combination(struct attrs *a, bool nan, bool data, uint32_t channels)
{
    size_t one = attrs_begin(a, 0);
    size_t limits = attrs_begin(a, NL80211_IFACE_COMB_LIMITS);
    size_t limit = attrs_begin(a, 1);
    attrs_put_u32(a, NL80211_IFACE_LIMIT_MAX, 2);
    size_t types = attrs_begin(a, NL80211_IFACE_LIMIT_TYPES);
    attrs_flag(a, NL80211_IFTYPE_STATION);
    if (nan)
        attrs_flag(a, NL80211_IFTYPE_NAN);
    if (data)
        attrs_flag(a, FASCIA_NL80211_IFTYPE_NAN_DATA);
    attrs_end(a, types);
    attrs_end(a, limit);
    attrs_end(a, limits);
    attrs_put_u32(a, NL80211_IFACE_COMB_MAXNUM, 3);
    attrs_put_u32(a, NL80211_IFACE_COMB_NUM_CHANNELS, channels);
    attrs_end(a, one);
}

static void put_combinations(struct attrs *a, const struct told *told)
{
    size_t list = attrs_begin(a, NL80211_ATTR_INTERFACE_COMBINATIONS);

    put_combination(a, !told->no_nan, !told->no_nan_data && !told->apart, 3);
    if (told->apart)
        put_combination(a, false, true, 1);
    if (told->more_combinations)
        put_combination(a, true, false, 1); /* the last one with NAN */
    attrs_end(a, list);
}

static void put_capabilities(struct attrs *a, const struct told *told)
{
    const uint8_t ht[16] = {0xff, [12] = 1};

    size_t block = attrs_begin(a, FASCIA_NL80211_ATTR_NAN_CAPABILITIES);
    if (!told->no_sync)
        attrs_flag(a, FASCIA_NL80211_NAN_CAPA_CONFIGURABLE_SYNC);
    if (!told->no_discovery)
        attrs_flag(a, FASCIA_NL80211_NAN_CAPA_USERSPACE_DE);
    if (!told->no_phy) {
        size_t phy = attrs_begin(a, FASCIA_NL80211_NAN_CAPA_PHY);
        attrs_put(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_MCS_SET, ht, sizeof ht);
        attrs_put_u16(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_CAPA, 0x62);
        if (!told->no_factor)
            attrs_put_u8(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_AMPDU_FACTOR, 3);
        attrs_put_u8(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_AMPDU_DENSITY, 0);
        attrs_end(a, phy);
    }
    attrs_end(a, block);
}

static void look(const struct told *told, const struct aware_engine_words *engine)
{
    uint8_t features[8] = {0};
    uint16_t types[3] = {NL80211_IFTYPE_STATION};
    size_t count = 1;
    struct attrs a;

    memset(&table, 0, sizeof table);
    if (!told->no_nan)
        types[count++] = NL80211_IFTYPE_NAN;
    if (!told->no_nan_data)
        types[count++] = FASCIA_NL80211_IFTYPE_NAN_DATA;
    radio_add_types(&table, types, count);
    radio_begin(&a, 0);
    put_combinations(&a, told);
    put_capabilities(&a, told);
    if (!told->no_secure)
        features[FASCIA_NL80211_EXT_FEATURE_SECURE_NAN / 8] |= 1U << FASCIA_NL80211_EXT_FEATURE_SECURE_NAN % 8;
    attrs_put(&a, NL80211_ATTR_EXT_FEATURES, features, sizeof features);
    attrs_put_u32(&a, NL80211_ATTR_BANDS, 1U << NL80211_BAND_2GHZ | 1U << NL80211_BAND_5GHZ);
    radio_send(&table, &a);
    aware_gates_of(&table.radios[0], engine, &gates);
}

static void a_radio_that_tells_everything_can_do_it(void **state)
{
    (void)state;
    look(&(struct told){.no_nan = false}, NULL);
    assert_true(gates.data_path && gates.pairing && gates.dual_band);
    assert_int_equal(gates.channels, 3);
    assert_int_equal(aware_gates_first_shut(&gates, true), AWARE_GATES_);
    assert_int_equal(gates.verdicts[AWARE_GATE_ENGINE], AWARE_GATE_NOT_ASKED);
}

static void the_first_gate_that_is_shut_is_named(void **state)
{
    static const struct {
        struct told told;
        enum aware_gate first;
    } cases[] = {
        {{.no_nan = true, .no_nan_data = true}, AWARE_GATE_NAN},
        {{.no_nan = true, .no_sync = true}, AWARE_GATE_NAN},
        {{.no_nan_data = true}, AWARE_GATE_NAN_DATA},
        {{.apart = true}, AWARE_GATE_NAN_DATA},             /* both, but not in one combination */
        {{.more_combinations = true}, AWARE_GATE_NAN_DATA}, /* the last one with NAN counts */
        {{.no_phy = true, .no_secure = true}, AWARE_GATE_PHY},
        {{.no_factor = true}, AWARE_GATE_PHY},
        {{.no_sync = true, .no_discovery = true}, AWARE_GATE_SYNC},
        {{.no_discovery = true}, AWARE_GATE_DISCOVERY},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        look(&cases[i].told, NULL);
        assert_int_equal(aware_gates_first_shut(&gates, false), cases[i].first);
        assert_int_equal(aware_gates_first_shut(&gates, true), cases[i].first);
        assert_false(gates.data_path || gates.pairing);
    }
}

static void without_keys_there_are_open_data_paths_and_no_pairing(void **state)
{
    (void)state;
    look(&(struct told){.no_secure = true}, NULL);
    assert_true(gates.data_path);
    assert_false(gates.pairing);
    assert_int_equal(aware_gates_first_shut(&gates, false), AWARE_GATES_);
    assert_int_equal(aware_gates_first_shut(&gates, true), AWARE_GATE_SECURE);
}

static void the_engine_is_the_last_gate(void **state)
{
    (void)state;
    look(&(struct told){.no_nan = false}, &(struct aware_engine_words){.usd = true});
    assert_int_equal(aware_gates_first_shut(&gates, true), AWARE_GATE_ENGINE);
    assert_false(gates.data_path);
    look(&(struct told){.no_nan = false}, &(struct aware_engine_words){.usd = true, .nan = true});
    assert_true(gates.data_path && gates.pairing);
    look(&(struct told){.no_sync = true}, &(struct aware_engine_words){.usd = true});
    assert_int_equal(aware_gates_first_shut(&gates, true), AWARE_GATE_SYNC);
}

static void every_gate_has_a_name_and_a_text(void **state)
{
    (void)state;
    for (unsigned int gate = 0; gate < AWARE_GATES_; gate++) {
        assert_true(strlen(aware_gate_name((enum aware_gate)gate)) > 2);
        assert_true(strlen(aware_gate_text((enum aware_gate)gate)) > 10);
    }
    assert_string_equal(aware_gate_name(AWARE_GATES_), "");
    assert_string_equal(aware_gate_text(AWARE_GATES_), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_radio_that_tells_everything_can_do_it),
        cmocka_unit_test(the_first_gate_that_is_shut_is_named),
        cmocka_unit_test(without_keys_there_are_open_data_paths_and_no_pairing),
        cmocka_unit_test(the_engine_is_the_last_gate),
        cmocka_unit_test(every_gate_has_a_name_and_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
