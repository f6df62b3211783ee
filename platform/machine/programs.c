/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"

/* hostapd, wpa_supplicant, PipeWire and bluetoothd as they are installed. */

#define PROGRAM_OCTETS_MAX (64 << 20)
#define ASK_MS             300
#define ASKED_MAX          3

static bool is_program(const struct machine *machine, const char *path)
{
    char whole[MACHINE_PATH_SIZE];
    struct stat st;

    return machine_path(machine, whole, "%s", path) && stat(whole, &st) == 0 && S_ISREG(st.st_mode) &&
           (st.st_mode & 0111) != 0;
}

static bool look_in(const struct machine *machine, const char *folders, const char *name,
                    struct doctor_program *program)
{
    char path[DOCTOR_PATH_SIZE];

    while (*folders != '\0') {
        size_t length = strcspn(folders, ":");
        int n = snprintf(path, sizeof path, "%.*s/%s", (int)length, folders, name);
        if (n > 0 && (size_t)n < sizeof path && path[0] == '/' && is_program(machine, path)) {
            machine_copy(program->path, sizeof program->path, path);
            program->found = DOCTOR_YES;
            return true;
        }
        folders += length;
        folders += *folders == ':';
    }
    return false;
}

void machine_find_program(const struct machine *machine, const char *program, struct doctor_program *ret_program)
{
    const char *path = machine->live ? getenv("PATH") : NULL;

    *ret_program = (struct doctor_program){.found = DOCTOR_NO};
    machine_copy(ret_program->path, sizeof ret_program->path, program);
    if (strchr(program, '/')) {
        ret_program->found = is_program(machine, program) ? DOCTOR_YES : DOCTOR_NO;
        return;
    }
    if (!path || !look_in(machine, path, program, ret_program))
        (void)look_in(machine, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", program, ret_program);
}

/* The program's octets, or NULL; to be unmapped. */
static void *map_program(const struct machine *machine, const char *path, size_t *ret_size)
{
    char whole[MACHINE_PATH_SIZE];
    struct stat st;
    void *data = MAP_FAILED;

    if (!machine_path(machine, whole, "%s", path))
        return NULL;
    int fd = open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= PROGRAM_OCTETS_MAX) {
        *ret_size = (size_t)st.st_size;
        data = mmap(NULL, *ret_size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    (void)close(fd);
    return data == MAP_FAILED ? NULL : data;
}

static enum doctor_know has(const void *data, size_t size, const char *text)
{
    return machine_scan_has(data, size, text) ? DOCTOR_YES : DOCTOR_NO;
}

/* The keys of hostapd.conf that exist only with their option of hostapd's build. */
static void look_at_hostapd(struct machine *machine)
{
    struct doctor_hostapd *hostapd = &machine->facts->hostapd;
    size_t size = 0;

    machine_find_program(machine, machine->request->config->link->hostapd.program, &hostapd->program);
    void *data = hostapd->program.found == DOCTOR_YES ? map_program(machine, hostapd->program.path, &size) : NULL;
    if (!data)
        return;
    machine_scan_version(data, size, '2', hostapd->program.version);
    /* A script in its place tells nothing. */
    if (machine_scan_has(data, size, "hw_mode")) {
        hostapd->sae = has(data, size, "sae_pwe");
        hostapd->interworking = has(data, size, "interworking");
        hostapd->wnm = has(data, size, "bss_transition");
        hostapd->ax = has(data, size, "ieee80211ax");
    }
    (void)munmap(data, size);
}

/* A control socket of an interface, in the usual folder: what the running one says is worth more than its file. */
static bool ask_supplicant(struct machine *machine, const char *name, void *userdata)
{
    struct doctor_supplicant *supplicant = &machine->facts->supplicant;
    char path[DOCTOR_PATH_SIZE], reply[256];
    unsigned int *asked = userdata;
    int64_t pid = 0;

    if ((*asked)++ == ASKED_MAX)
        return false;
    int n = snprintf(path, sizeof path, "/run/wpa_supplicant/%s", name);
    if (n < 0 || (size_t)n >= sizeof path ||
        machine_ask(path, "GET_CAPABILITY nan", ASK_MS, reply, sizeof reply, &pid) < 0)
        return true;
    reply[strcspn(reply, "\n")] = '\0';
    machine_copy(supplicant->answered, sizeof supplicant->answered, reply);
    /* "USD", "NAN", "USD NAN"; one without any of them answers FAIL or nothing. */
    supplicant->running_says_nan = strstr(reply, "NAN") ? DOCTOR_YES : DOCTOR_NO;
    return false;
}

static void look_at_supplicant(struct machine *machine)
{
    struct doctor_supplicant *supplicant = &machine->facts->supplicant;
    unsigned int asked = 0;
    size_t size = 0;

    machine_find_program(machine, "wpa_supplicant", &supplicant->program);
    void *data = supplicant->program.found == DOCTOR_YES ? map_program(machine, supplicant->program.path, &size) : NULL;
    if (data) {
        machine_scan_version(data, size, '2', supplicant->program.version);
        if (machine_scan_has(data, size, "freq_list"))
            supplicant->nan = memmem(data, size, "NAN_STATUS", 10) ? DOCTOR_YES : DOCTOR_NO;
        (void)munmap(data, size);
    }
    if (machine->live)
        (void)machine_each(machine, "/run/wpa_supplicant", ask_supplicant, &asked);
}

static void look_at_bluetoothd(struct machine *machine)
{
    static const char *const places[] = {"/usr/libexec/bluetooth/bluetoothd", "/usr/lib/bluetooth/bluetoothd",
                                         "/usr/sbin/bluetoothd"};
    size_t size = 0;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        void *data = map_program(machine, places[i], &size);
        if (!data)
            continue;
        machine_scan_version(data, size, '5', machine->facts->bluez.version);
        (void)munmap(data, size);
        return;
    }
}

void machine_programs(struct machine *machine)
{
    look_at_hostapd(machine);
    look_at_supplicant(machine);
    look_at_bluetoothd(machine);
}
