/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/rfkill/rfkill.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rfkill.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "platform/loop/loop.h"
#include "platform/rfkill/places.h"
#include "stack/base/text.h"

#define SWITCHES_MAX 16
#define PREFIX       "rfkill"

static const struct rfkill_places system_places = {.radios = "/sys/class/ieee80211", .device = "/dev/rfkill"};

struct switches {
    uint32_t index[SWITCHES_MAX];
    size_t count;
};

/* Documentation/ABI/stable/sysfs-class-rfkill: soft, "1" = switched off by software. */
static bool is_soft_blocked(const char *folder, const char *name)
{
    char path[512], value = '0';
    struct fascia_text text;
    size_t size = 0;

    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "%s/%s/soft", folder, name);
    return fascia_text_ok(&text) && file_read(path, &value, 1, &size) == 0 && size == 1 && value == '1';
}

/* Adds the switches of one radio: the folders rfkill<n> below it. `only_on`: those that are on. */
static int add_radio(struct switches *switches, const char *radios, const char *wiphy, bool only_on)
{
    char folder[256];
    struct fascia_text text;

    fascia_text_init(&text, folder, sizeof folder);
    fascia_text_add(&text, "%s/%s", radios, wiphy);
    if (!fascia_text_ok(&text) || strchr(wiphy, '/') || wiphy[0] == '.')
        return -ENODEV;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? -ENODEV : -errno;
    for (struct dirent *e; (e = readdir(dir)) != NULL && switches->count < SWITCHES_MAX;) {
        int64_t index = 0;
        if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0 ||
            fascia_text_to_i64(e->d_name + strlen(PREFIX), 0, UINT32_MAX, &index) < 0)
            continue;
        if (!only_on || !is_soft_blocked(folder, e->d_name))
            switches->index[switches->count++] = (uint32_t)index;
    }
    (void)closedir(dir);
    return 0;
}

static int add_all(struct switches *switches, const char *radios, bool only_on)
{
    int r = 0;
    DIR *dir = opendir(radios);

    if (!dir)
        return errno == ENOENT ? -ENODEV : -errno;
    for (struct dirent *e; r == 0 && (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] != '.')
            r = add_radio(switches, radios, e->d_name, only_on);
        if (r == -ENODEV) /* gone meanwhile */
            r = 0;
    }
    (void)closedir(dir);
    return r;
}

static int find(const struct rfkill_places *places, const char *wiphy, bool only_on, struct switches *ret_switches)
{
    struct switches found = {.count = 0};

    int r =
        wiphy[0] != '\0' ? add_radio(&found, places->radios, wiphy, only_on) : add_all(&found, places->radios, only_on);
    if (r < 0)
        return r;
    *ret_switches = found;
    return 0;
}

/* Each switch by its number. RFKILL_OP_CHANGE_ALL would also be the default of radios that are plugged in later. */
static int change(const char *device, const struct switches *switches, bool blocked)
{
    int error = 0;
    int fd = open(device, O_WRONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return -errno;
    for (size_t i = 0; i < switches->count; i++) {
        const struct rfkill_event event = {
            .idx = switches->index[i], .type = RFKILL_TYPE_WLAN, .op = RFKILL_OP_CHANGE, .soft = blocked};
        /* The octets that every kernel knows. */
        ssize_t n = write(fd, &event, RFKILL_EVENT_SIZE_V1);
        if (n < 0)
            error = errno;
    }
    (void)close(fd);
    return -error;
}

/* A radio that we have switched off and must switch on again, come what may. */
struct reset {
    char device[128];
    struct switches switches;
};

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)usec;
    (void)userdata;

    /* It is the loop's alone: this is its end, and reset_end() follows. */
    return sd_event_source_set_floating(source, 0) < 0 ? -EINVAL : 0;
}

/* When the time has come, and also when the loop ends sooner: nobody else would switch the radio on. */
static void reset_end(void *userdata)
{
    struct reset *reset = userdata;

    (void)change(reset->device, &reset->switches, false);
    free(reset);
}

int rfkill_reset_at(const struct rfkill_places *places, sd_event *loop, const char *wiphy)
{
    sd_event_source *timer = NULL;
    struct switches all;

    int r = find(places, wiphy, false, &all);
    if (r == 0 && all.count == 0)
        r = -ENODEV;
    if (r < 0)
        return r;
    struct reset *reset = calloc(1, sizeof *reset);
    if (!reset)
        return -ENOMEM;
    r = fascia_text_copy(reset->device, sizeof reset->device, places->device);
    if (r == 0)
        r = find(places, wiphy, true, &reset->switches);
    if (r == 0 && reset->switches.count == 0)
        r = -ERFKILL;
    if (r == 0)
        r = loop_timer_new(loop, on_time, reset, &timer);
    if (r == 0)
        r = loop_timer_arm(timer, RFKILL_RESET_US);
    if (r == 0)
        r = change(reset->device, &reset->switches, true);
    if (r < 0) {
        if (timer) /* some may be off */
            (void)change(reset->device, &reset->switches, false);
        (void)loop_source_free(timer);
        free(reset);
        return r;
    }
    (void)sd_event_source_set_destroy_callback(timer, reset_end);
    (void)sd_event_source_set_floating(timer, 1);
    sd_event_source_unref(timer);
    return 0;
}

int rfkill_reset(sd_event *loop, const char *wiphy)
{
    return rfkill_reset_at(&system_places, loop, wiphy);
}
