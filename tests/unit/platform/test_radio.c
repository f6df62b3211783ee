/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/radio/radio.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/base/cleanup.h"
#include "stack/link/capability.h"
#include "tests/unit/test.h"

#define RADIOS SOURCE_DIR "/config/radios"

static struct wiphy_table table;
static struct radio_description description;
static struct radio_about about;
static struct capability capability;
static char message[RADIO_MESSAGE_SIZE];

static void load(const char *name)
{
    char path[256];

    (void)snprintf(path, sizeof path, RADIOS "/%s.yaml", name);
    int r = radio_load(path, &table, &about, message);
    if (r != 0)
        print_error("%s\n", message);
    assert_int_equal(r, 0);
    assert_int_equal(table.count, 1);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &capability);
}

/* What a shipped radio must come out as, in the access point's role. */
struct expected {
    const char *radio;
    enum wiphy_band band;
    const char *class;
    enum capability_limit limit; /* of both directions */
    enum station_standard standard;
    uint16_t width, channels, startable;
};

#define MCS CAPABILITY_LIMIT_MCS
static const struct expected shipped[] = {
    {"rpi-cyw43455", WIPHY_BAND_2GHZ, "1x1", MCS, STATION_STANDARD_HT, 20, 14, 13},
    {"rpi-cyw43455", WIPHY_BAND_5GHZ, "1x1", MCS, STATION_STANDARD_VHT, 80, 29, 4},
    {"mt7921au", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_HE, 40, 14, 11},
    {"mt7921au", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_HE, 80, 27, 9},
    {"mt7921au", WIPHY_BAND_6GHZ, "2x2", MCS, STATION_STANDARD_HE, 80, 59, 0},
    {"mt7612u", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_HT, 40, 14, 11},
    {"mt7612u", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_VHT, 80, 27, 9},
    {"mt7925", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_EHT, 40, 14, 11},
    {"mt7925", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_EHT, 160, 28, 9},
    {"mt7925", WIPHY_BAND_6GHZ, "2x2", MCS, STATION_STANDARD_EHT, 160, 59, 0},
    {"ax210", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_HE, 40, 14, 13},
    {"ax210", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_HE, 160, 32, 0},
    {"ax210", WIPHY_BAND_6GHZ, "2x2", MCS, STATION_STANDARD_HE, 160, 24, 0},
    {"qca6174", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_HT, 40, 13, 13},
    {"qca6174", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_VHT, 80, 24, 9},
    {"qcnfa765", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_HE, 40, 14, 11},
    {"qcnfa765", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_HE, 160, 28, 12},
    {"qcnfa765", WIPHY_BAND_6GHZ, "2x2", MCS, STATION_STANDARD_HE, 160, 60, 60},
    /* HE and EHT could do 160 MHz at 5 GHz, VHT could not; and no access point may start there. */
    {"qcncm865", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_EHT, 40, 14, 11},
    {"qcncm865", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_EHT, 80, 27, 0},
    {"qcncm865", WIPHY_BAND_6GHZ, "2x2", MCS, STATION_STANDARD_EHT, 320, 59, 0},
    {"nxp-mlan", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_HT, 40, 14, 12},
    {"nxp-mlan", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_VHT, 80, 28, 8},
    {"awus051nh", WIPHY_BAND_2GHZ, "1x2", MCS, STATION_STANDARD_HT, 40, 14, 13},
    {"awus051nh", WIPHY_BAND_5GHZ, "1x2", MCS, STATION_STANDARD_HT, 40, 26, 9},
    /* HT and HE have 2 streams, VHT and EHT claim 8: the smallest counts. */
    {"hwsim", WIPHY_BAND_2GHZ, "2x2", MCS, STATION_STANDARD_EHT, 40, 14, 11},
    {"hwsim", WIPHY_BAND_5GHZ, "2x2", MCS, STATION_STANDARD_EHT, 160, 29, 0},
    {"hwsim", WIPHY_BAND_6GHZ, "2x2", MCS, STATION_STANDARD_EHT, 320, 59, 0},
};
#undef MCS

static void each_shipped_radio_comes_out_as_its_listing_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(shipped); i++) {
        const struct expected *e = &shipped[i];
        load(e->radio);
        const struct capability_band *band = &capability.bands[e->band];
        const struct capability_role *ap = &band->roles[WIPHY_ROLE_AP];
        print_message("%s, %s\n", e->radio, wiphy_band_name(e->band));
        assert_true(ap->supported);
        assert_string_equal(ap->class, e->class);
        assert_int_equal(ap->limit_tx, e->limit);
        assert_int_equal(ap->limit_rx, e->limit);
        assert_int_equal(ap->standard, e->standard);
        assert_int_equal(ap->width_mhz, e->width);
        assert_int_equal(band->channels, e->channels);
        assert_int_equal(band->startable, e->startable);
    }
}

static size_t bands_expected_of(const char *radio)
{
    size_t bands = 0;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(shipped); i++)
        bands += strcmp(shipped[i].radio, radio) == 0;
    return bands;
}

static void every_shipped_file_has_its_own_name_a_source_and_an_expectation_per_band(void **state)
{
    size_t files = 0;
    (void)state;

    DIR *folder = opendir(RADIOS);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char name[256];
        size_t length = strlen(entry->d_name), bands = 0;
        if (length <= 5 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)length - 5, entry->d_name);
        load(name);
        print_message("%s\n", name);
        assert_string_equal(about.radio, name);
        assert_true(about.sources_count >= 1);
        for (size_t i = 0; i < WIPHY_BANDS_; i++)
            bands += capability.bands[i].present;
        assert_int_equal(bands_expected_of(name), bands);
        files++;
    }
    (void)closedir(folder);
    assert_true(files >= 9);
}

static void what_can_run_at_once_comes_out_of_the_combinations(void **state)
{
    (void)state;
    load("rpi-cyw43455");
    assert_true(capability.ap_and_station);
    assert_false(capability.radar_detection);
    load("awus051nh"); /* only access points and mesh together */
    assert_false(capability.ap_and_station);
    load("qcnfa765");
    assert_true(capability.radar_detection);
    assert_true(capability.self_managed);
    assert_string_equal(capability.country, "US");
    assert_int_equal(capability.dfs_region, WIPHY_DFS_REGION_FCC);
}

/* The recording of a real kernel's messages and the description of the same radio. */
static void the_described_hwsim_is_the_recorded_one(void **state)
{
    static struct wiphy_table recorded;
    static struct capability there;
    static uint8_t octets[65536];
    struct fascia_reader r;
    (void)state;

    FILE *f = fopen(SOURCE_DIR "/tests/fuzz/corpus/link_wiphy/hwsim-linux-7.3", "rbe");
    assert_non_null(f);
    size_t size = fread(octets, 1, sizeof octets, f);
    (void)fclose(f);
    fascia_reader_init(&r, octets, size);
    while (fascia_reader_left(&r) > 0) {
        size_t length = fascia_read_le16(&r);
        assert_int_equal(wiphy_parse(&recorded, fascia_read_bytes(&r, length), length), 0);
    }
    capability_of(&recorded.radios[0], LINK_STANDARD_NEWEST, &there);
    load("hwsim");

    assert_int_equal(capability.ap_and_station, there.ap_and_station);
    assert_int_equal(capability.radar_width_mhz, there.radar_width_mhz);
    assert_int_equal(capability.smps_static, there.smps_static);
    assert_int_equal(capability.smps_dynamic, there.smps_dynamic);
    for (size_t band = 0; band < WIPHY_BANDS_; band++) {
        assert_int_equal(capability.bands[band].present, there.bands[band].present);
        assert_int_equal(capability.bands[band].startable, there.bands[band].startable);
        for (size_t role = 0; role < WIPHY_ROLES_; role++) {
            const struct capability_role *a = &capability.bands[band].roles[role], *b = &there.bands[band].roles[role];
            assert_int_equal(a->supported, b->supported);
            assert_string_equal(a->class, b->class);
            assert_int_equal(a->notes, b->notes);
            assert_int_equal(a->width_mhz, b->width_mhz);
            for (size_t phy = 0; phy < CAPABILITY_PHYS_; phy++) {
                assert_int_equal(a->modes[phy].present, b->modes[phy].present);
                assert_int_equal(a->modes[phy].streams.tx, b->modes[phy].streams.tx);
                assert_int_equal(a->modes[phy].mcs_rx, b->modes[phy].mcs_rx);
                assert_int_equal(a->modes[phy].width_mhz, b->modes[phy].width_mhz);
            }
        }
    }
}

#define HEAD "radio: x\ntitle: X\nsource: [{where: w, what: v}]\ninterface_types: [ap]\n"
#define BAND "bands:\n  - band: 5GHz\n    ht: {tx: 2, rx: 2}\n    channels: [{from: 36}]\n"

static int parse(const char *text)
{
    return radio_parse("f.yaml", text, strlen(text), &description, message);
}

static void a_wrong_description_is_told_with_line_column_and_key(void **state)
{
    static const struct {
        const char *text, *told;
    } wrong[] = {
        {"", "f.yaml:1:1: the file must be a mapping that describes a radio"},
        {"- a\n", "f.yaml:1:1: the file must be a mapping that describes a radio"},
        {"radio: [\n", "f.yaml:2:1: not YAML: did not find expected node content"},
        {HEAD, "f.yaml:1:1: bands: is missing; it is required here (frequency bands)"},
        {HEAD BAND "colour: red\n", "f.yaml:9:1: unknown key \"colour\"; known here are radio, title, chip, driver, "
                                    "source, certainty, phy, country, dfs_region, self_managed, dfs_offload, "
                                    "smps_static, smps_dynamic, antennas, interface_types, nan, combinations, bands"},
        {HEAD BAND BAND, "f.yaml:9:1: bands: is set twice"},
        {HEAD BAND "---\n" HEAD BAND, "f.yaml:10:1: a second document; one file describes one radio"},
        {HEAD BAND "antennas: {available_tx: 3}\n",
         "f.yaml:9:26: antennas.available_tx: is 1 characters long; allowed are 3 to 11"},
        {HEAD BAND "antennas: {available_tx: two}\n",
         "f.yaml:9:26: antennas.available_tx: \"two\" is not valid; allowed is a mask as iw prints it, for instance "
         "0x3; 0x0 is \"not told\""},
        {HEAD BAND "country: d1\n", "f.yaml:9:10: country: \"d1\" is not valid; allowed is two capitals or digits, as "
                                    "iw reg get prints them: DE, 00, 99"},
        {HEAD "bands:\n  - band: 5GHz\n    ht: {tx: 5, rx: 2}\n    channels: [{from: 36}]\n",
         "f.yaml:7:14: bands[0].ht.tx: 5 is out of range; allowed are 0 to 4"},
        {HEAD "bands:\n  - band: 5GHz\n    vht: {tx: 2, rx: 2}\n    channels: [{from: 36}]\n",
         "f.yaml:7:10: bands[0].vht: needs `ht`, too: VHT builds on HT"},
        {HEAD "bands:\n  - band: 5GHz\n    channels: [{from: 40, to: 36}]\n",
         "f.yaml:7:31: bands[0].channels[0].to: is below `from`"},
        {HEAD "bands:\n  - band: 5GHz\n    channels: [{from: 36, to: 38}]\n",
         "f.yaml:7:15: bands[0].channels: has a `to` that the band's steps of channel numbers (2.4GHz: 1, others: 4) "
         "do not reach"},
        {HEAD "bands:\n  - band: 2.4GHz\n    channels: [{from: 36}]\n",
         "f.yaml:7:15: bands[0].channels: names a channel that the band does not have"},
        {HEAD "bands:\n  - band: 5GHz\n    channels: [{from: 36, flags: [rain]}]\n",
         "f.yaml:7:35: bands[0].channels[0].flags: \"rain\" is not known; allowed are disabled, no-ir, radar, "
         "no-ht40-minus, no-ht40-plus, no-80, no-160, no-320, no-he, no-eht, indoor"},
        {HEAD "bands:\n  - {band: 5GHz, channels: [{from: 36}]}\n  - {band: 5GHz, channels: [{from: 40}]}\n",
         "f.yaml:6:3: bands: 5GHz is described twice; allowed is each band once"},
        {HEAD "bands:\n  - band: 6GHz\n    channels: [{from: 1}]\n    per_type:\n      - types: [ap]\n"
              "        he: {tx: 0, rx: 1, width: 60}\n",
         "f.yaml:10:35: bands[0].per_type[0].he.width: 60 is not allowed; allowed is 20, 40, 80 or 160"},
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(wrong); i++) {
        assert_int_equal(parse(wrong[i].text), RADIO_E_INVALID);
        assert_string_equal(message, wrong[i].told);
    }
}

static void a_small_description_has_its_defaults(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD BAND), 0);
    assert_string_equal(description.phy, "phy0");
    assert_string_equal(description.antennas.available_tx, "0x0");
    assert_string_equal(description.country, "");
    assert_int_equal(description.bands[0].ht.width, 20);
    assert_int_equal(description.bands[0].ht.smps, RADIO_SMPS_DISABLED);
    assert_int_equal(description.bands[0].channels[0].to, 0);
}

/* Writes a description to a file, as a person does, and loads it. */
static void load_text(const char *text)
{
    char path[] = "/tmp/fascia-test-radio-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    int r = radio_load(path, &table, NULL, message);
    (void)remove(path);
    assert_int_equal(r, 0);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &capability);
}

static void chains_that_are_switched_off_are_what_limits(void **state)
{
    (void)state;
    load_text(HEAD BAND "antennas: {available_tx: 0x3, available_rx: 0x3, configured_tx: 0x1, configured_rx: 0x3}\n");
    const struct capability_role *ap = &capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP];
    assert_string_equal(ap->class, "1x2");
    assert_int_equal(ap->limit_tx, CAPABILITY_LIMIT_CONFIGURED);
    assert_int_equal(ap->limit_rx, CAPABILITY_LIMIT_MCS);
}

static void chains_that_are_not_there_are_what_limits(void **state)
{
    (void)state;
    load_text(HEAD BAND "antennas: {available_tx: 0x1, available_rx: 0x1}\n");
    const struct capability_role *ap = &capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP];
    assert_string_equal(ap->class, "1x1");
    assert_int_equal(ap->limit_tx, CAPABILITY_LIMIT_ANTENNAS);
    assert_true(ap->notes & MIMO_NOTE_MORE_THAN_ANTENNAS);
}

static void a_file_that_cannot_be_read_changes_nothing_and_is_named(void **state)
{
    (void)state;
    load("mt7612u");
    assert_int_equal(radio_load("/nonexistent/radio.yaml", &table, &about, message), -ENOENT);
    assert_string_equal(message, "/nonexistent/radio.yaml: cannot be read: No such file or directory");
    assert_int_equal(table.count, 1);
    assert_string_equal(about.radio, "mt7612u");
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    _cleanup_(freep) char *text = malloc(RADIO_FILE_MAX + 1);
    (void)state;

    assert_non_null(text);
    memset(text, '#', RADIO_FILE_MAX + 1);
    assert_int_equal(radio_parse("f.yaml", text, RADIO_FILE_MAX + 1, &description, message), RADIO_E_INVALID);
    assert_string_equal(message, "f.yaml:1:1: the file is larger than 65536 octets");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shipped_radio_comes_out_as_its_listing_says),
        cmocka_unit_test(every_shipped_file_has_its_own_name_a_source_and_an_expectation_per_band),
        cmocka_unit_test(what_can_run_at_once_comes_out_of_the_combinations),
        cmocka_unit_test(the_described_hwsim_is_the_recorded_one),
        cmocka_unit_test(a_wrong_description_is_told_with_line_column_and_key),
        cmocka_unit_test(a_small_description_has_its_defaults),
        cmocka_unit_test(chains_that_are_switched_off_are_what_limits),
        cmocka_unit_test(chains_that_are_not_there_are_what_limits),
        cmocka_unit_test(a_file_that_cannot_be_read_changes_nothing_and_is_named),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
