/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"

/* Firmware that could not be loaded (the kernel log), and Wi-Fi devices that no driver has taken. */

#define RECORDS_MAX 100000

/* Of the device one record a read; a copy of the log is read as records too, by line. */
static void read_log(struct machine *machine)
{
    struct doctor_firmware *firmware = &machine->facts->firmware;
    char path[MACHINE_PATH_SIZE], record[8193];

    if (!machine_path(machine, path, "/dev/kmsg"))
        return;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        firmware->log_readable = errno == EPERM || errno == EACCES ? DOCTOR_NO : DOCTOR_UNKNOWN;
        return;
    }
    for (size_t i = 0; i < RECORDS_MAX; i++) {
        ssize_t n = read(fd, record, sizeof record - 1);
        if (n < 0 && errno == EPIPE)
            continue; /* overwritten meanwhile: the next read gives the oldest that is left */
        if (n < 0 && errno == EPERM && i == 0)
            firmware->log_readable = DOCTOR_NO;
        if (n <= 0)
            break;
        record[n] = '\0';
        firmware->log_readable = DOCTOR_YES;
        for (char *rest = record, *line; (line = strsep(&rest, "\n")) != NULL;) {
            if (line[0] >= '0' && line[0] <= '9') /* others go on with a record, and name its device */
                machine_parse_kmsg(line, firmware);
        }
    }
    (void)close(fd);
}

/* A PCI device of class 0x0280 (network controller, other) is Wi-Fi on every board; one without driver is no radio. */
static bool look_at_device(struct machine *machine, const char *name, void *userdata)
{
    struct doctor_firmware *firmware = &machine->facts->firmware;
    char path[MACHINE_PATH_SIZE], text[32], device[16];
    (void)userdata;

    if (firmware->no_driver_count == sizeof firmware->no_driver / sizeof firmware->no_driver[0] || strlen(name) > 32)
        return false;
    (void)snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/class", name);
    machine_read_line(machine, text, sizeof text, path);
    if (strncmp(text, "0x0280", 6) != 0)
        return true;
    (void)snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/driver", name);
    if (machine_has(machine, path) != DOCTOR_NO)
        return true;
    char(*entry)[DOCTOR_NAME_SIZE] = firmware->no_driver[firmware->no_driver_count++];
    (void)snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/vendor", name);
    machine_read_line(machine, text, sizeof text, path);
    (void)snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/device", name);
    machine_read_line(machine, device, sizeof device, path);
    (void)snprintf(entry[0], DOCTOR_NAME_SIZE, "PCI %s", name);
    (void)snprintf(entry[1], DOCTOR_NAME_SIZE, "%.15s:%.15s", text, device);
    return true;
}

void machine_firmware(struct machine *machine)
{
    read_log(machine);
    (void)machine_each(machine, "/sys/bus/pci/devices", look_at_device, NULL);
}
