/* SPDX-License-Identifier: Apache-2.0 */
/* platform/rfkill with a tree like /sys/class/ieee80211 and a pipe for /dev/rfkill. The octets are those of struct
 * rfkill_event of <linux/rfkill.h>, written out by hand. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/rfkill/places.h"
#include "tests/unit/folder.h"
#include "tests/unit/test.h"

#define EVENT_SIZE 8

static char dir[64], radios[80], device[80];
static const struct rfkill_places places = {.radios = radios, .device = device};
static int written;
static sd_event *loop;

static void add_switch(const char *wiphy, const char *name, const char *soft)
{
    char path[200];

    (void)snprintf(path, sizeof path, "%s/%s", radios, wiphy);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s/%s/%s", radios, wiphy, name);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/%s/%s/soft", radios, wiphy, name);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    (void)fputs(soft, f);
    assert_int_equal(fclose(f), 0);
}

static void assert_written(uint8_t index, bool blocked)
{
    /* u32 idx, u8 type (1 = WLAN), u8 op (2 = CHANGE), u8 soft, u8 hard */
    const uint32_t number = index;
    uint8_t want[EVENT_SIZE] = {[4] = 1, [5] = 2, [6] = blocked}, got[EVENT_SIZE] = {0};

    memcpy(want, &number, sizeof number);
    assert_int_equal(read(written, got, sizeof got), EVENT_SIZE);
    assert_memory_equal(got, want, EVENT_SIZE);
}

static void assert_nothing_written(void)
{
    uint8_t octet;

    assert_int_equal(read(written, &octet, 1), -1);
}

static void one_radio_is_switched_by_its_own_number(void **state)
{
    (void)state;
    add_switch("phy0", "rfkill3", "0\n");
    add_switch("phy1", "rfkill5", "0\n");
    assert_int_equal(rfkill_reset_at(&places, loop, "phy1"), 0);
    assert_written(5, true);
    loop_free(FASCIA_STEAL(loop));
    assert_written(5, false);
    assert_nothing_written();
}

static void without_a_name_every_radio_is_switched(void **state)
{
    char path[200];
    uint8_t events[2 * EVENT_SIZE + 1];
    (void)state;

    add_switch("phy0", "rfkill3", "0\n");
    add_switch("phy1", "rfkill5", "0\n");
    (void)snprintf(path, sizeof path, "%s/phy1/rfkillx", radios); /* no number: none of the kernel's */
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(rfkill_reset_at(&places, loop, ""), 0);
    assert_int_equal(read(written, events, sizeof events), 2 * EVENT_SIZE);
    assert_int_equal(events[0] + events[EVENT_SIZE], 3 + 5); /* in the order of the folder */
}

static void a_radio_that_is_not_there_is_told(void **state)
{
    (void)state;
    assert_int_equal(rfkill_reset_at(&places, loop, ""), -ENODEV);
    assert_int_equal(rfkill_reset_at(&places, loop, "phy7"), -ENODEV);
    assert_int_equal(rfkill_reset_at(&places, loop, "../phy0"), -ENODEV);
    const struct rfkill_places nowhere = {.radios = "/nonexistent", .device = device};
    assert_int_equal(rfkill_reset_at(&nowhere, loop, ""), -ENODEV);
    assert_nothing_written();
}

static void a_device_that_cannot_be_written_is_told(void **state)
{
    const struct rfkill_places no_device = {.radios = radios, .device = "/nonexistent"};
    (void)state;

    add_switch("phy0", "rfkill3", "0\n");
    assert_int_equal(rfkill_reset_at(&no_device, loop, "phy0"), -ENOENT);
}

static void a_reset_switches_off_and_on_again(void **state)
{
    struct pollfd on = {.events = POLLIN};
    (void)state;

    add_switch("phy0", "rfkill3", "0\n");
    assert_int_equal(rfkill_reset_at(&places, loop, "phy0"), 0);
    assert_written(3, true);
    assert_nothing_written();
    on.fd = written;
    for (int i = 0; i < 100 && poll(&on, 1, 0) == 0; i++)
        assert_true(sd_event_run(loop, 100000) >= 0);
    assert_written(3, false);
    assert_nothing_written();
}

static void a_reset_is_completed_when_the_loop_ends_sooner(void **state)
{
    (void)state;
    add_switch("phy0", "rfkill3", "0\n");
    assert_int_equal(rfkill_reset_at(&places, loop, "phy0"), 0);
    assert_written(3, true);
    loop_free(FASCIA_STEAL(loop));
    assert_written(3, false);
}

static void a_reset_leaves_off_what_somebody_has_switched_off(void **state)
{
    (void)state;
    add_switch("phy0", "rfkill3", "1\n");
    assert_int_equal(rfkill_reset_at(&places, loop, "phy0"), -ERFKILL);
    assert_nothing_written();
    add_switch("phy1", "rfkill4", "0\n");
    assert_int_equal(rfkill_reset_at(&places, loop, ""), 0);
    assert_written(4, true);
    assert_nothing_written();
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/fascia-rfkill-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(radios, sizeof radios, "%s/ieee80211", dir);
    (void)snprintf(device, sizeof device, "%s/rfkill", dir);
    if (mkdir(radios, 0700) < 0 || mkfifo(device, 0600) < 0)
        return -1;
    written = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC); /* a writer of our own: no end of file */
    return written < 0 ? -1 : sd_event_new(&loop);
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(FASCIA_STEAL(loop));
    (void)close(written);
    return folder_remove(dir);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TREE(one_radio_is_switched_by_its_own_number),
        WITH_TREE(without_a_name_every_radio_is_switched),
        WITH_TREE(a_radio_that_is_not_there_is_told),
        WITH_TREE(a_device_that_cannot_be_written_is_told),
        WITH_TREE(a_reset_switches_off_and_on_again),
        WITH_TREE(a_reset_is_completed_when_the_loop_ends_sooner),
        WITH_TREE(a_reset_leaves_off_what_somebody_has_switched_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
