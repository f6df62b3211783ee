/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"

/* The kernel's options: from its configuration, from the modules folder, and by asking. */

#define CONFIG_OCTETS_MAX (4 << 20) /* unpacked; a distribution's has 300 kB */
#define MODULES_MAX       100000

static void find_release(struct machine *machine)
{
    struct doctor_kernel *kernel = &machine->facts->kernel;
    struct utsname name;

    if (machine->live && uname(&name) == 0)
        machine_copy(kernel->release, sizeof kernel->release, name.release);
    else
        machine_read_line(machine, kernel->release, sizeof kernel->release, "/proc/sys/kernel/osrelease");
}

/* An image that is not booted has no release: the only one that it has modules for. */
static bool take_release(struct machine *machine, const char *name, void *userdata)
{
    (void)userdata;
    machine_copy(machine->facts->kernel.release, sizeof machine->facts->kernel.release, name);
    return false;
}

/* gzgets() reads packed and plain files alike. */
static bool read_config(struct machine *machine, const char *path)
{
    struct doctor_kernel *kernel = &machine->facts->kernel;
    char whole[MACHINE_PATH_SIZE], line[1024];
    size_t octets = 0;

    if (!machine_path(machine, whole, "%s", path))
        return false;
    gzFile file = gzopen(whole, "rbe");
    if (!file)
        return false;
    while (octets < CONFIG_OCTETS_MAX && gzgets(file, line, sizeof line)) {
        octets += strlen(line) + 1;
        line[strcspn(line, "\n")] = '\0';
        machine_parse_config(line, kernel);
    }
    (void)gzclose(file);
    if (octets == 0)
        return false;
    /* Whoever depends on an absent option is not even mentioned. */
    for (unsigned int i = 0; i < DOCTOR_OPTIONS_; i++) {
        if (kernel->options[i] == DOCTOR_OPTION_UNKNOWN)
            kernel->options[i] = DOCTOR_OPTION_ABSENT;
    }
    machine_copy(kernel->source, sizeof kernel->source, path);
    return true;
}

static void find_config(struct machine *machine)
{
    static const char *const places[] = {"/boot/config-%s", "/lib/modules/%s/config", "/usr/lib/modules/%s/config",
                                         "/lib/modules/%s/build/.config"};
    char path[DOCTOR_PATH_SIZE];

    if (read_config(machine, "/proc/config.gz"))
        return;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t length = strcspn(places[i], "%");
        (void)snprintf(path, sizeof path, "%.*s%s%s", (int)length, places[i], machine->facts->kernel.release,
                       places[i] + length + 2);
        if (read_config(machine, path))
            return;
    }
}

struct module_search {
    enum doctor_module_state state; /* of a module that the file names */
};

static bool take_module(struct machine *machine, char *line, void *userdata)
{
    struct doctor_kernel *kernel = &machine->facts->kernel;
    const struct module_search *search = userdata;
    char name[DOCTOR_NAME_SIZE];

    if (!machine_parse_module(line, name))
        return true;
    for (unsigned int i = 0; i < DOCTOR_OPTIONS_; i++) {
        if (strcmp(doctor_option_module((enum doctor_option)i), name) == 0 && kernel->modules[i] < search->state)
            kernel->modules[i] = search->state;
    }
    return true;
}

static void find_modules(struct machine *machine)
{
    static const char *const files[] = {"modules.dep", "modules.builtin"};
    struct doctor_kernel *kernel = &machine->facts->kernel;
    struct module_search search = {.state = DOCTOR_MODULE_LOADED};
    bool known = false;
    char path[DOCTOR_PATH_SIZE];

    bool running = machine_lines(machine, "/proc/modules", MODULES_MAX, take_module, &search) == 0;
    for (size_t i = 0; i < 2; i++) {
        search.state = i == 0 ? DOCTOR_MODULE_AVAILABLE : DOCTOR_MODULE_LOADED;
        (void)snprintf(path, sizeof path, "/lib/modules/%s/%s", kernel->release, files[i]);
        known = machine_lines(machine, path, MODULES_MAX, take_module, &search) == 0 || known;
    }
    /* A kernel whose modules folder is not there has no further modules. */
    for (unsigned int i = 0; i < DOCTOR_OPTIONS_; i++) {
        if ((known || running) && kernel->modules[i] == DOCTOR_MODULE_UNKNOWN)
            kernel->modules[i] = DOCTOR_MODULE_MISSING;
    }
}

static enum doctor_know works(int fd)
{
    if (fd < 0)
        return errno == ENOSYS ? DOCTOR_NO : DOCTOR_UNKNOWN;
    (void)close(fd);
    return DOCTOR_YES;
}

static void probe_calls(struct doctor_kernel *kernel)
{
    sigset_t none;

    (void)sigemptyset(&none);
    kernel->probed[DOCTOR_OPTION_EPOLL] = works(epoll_create1(EPOLL_CLOEXEC));
    kernel->probed[DOCTOR_OPTION_EVENTFD] = works(eventfd(0, EFD_CLOEXEC));
    kernel->probed[DOCTOR_OPTION_SIGNALFD] = works(signalfd(-1, &none, SFD_CLOEXEC));
    kernel->probed[DOCTOR_OPTION_TIMERFD] = works(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    kernel->probed[DOCTOR_OPTION_INOTIFY_USER] = works(inotify_init1(IN_CLOEXEC));
}

/* What is there shows; what does not show may be a module that is not loaded yet, so it is never called missing but
 * for what a running system must show. Opening a socket would tell more, and would load modules. */
static void probe_files(struct machine *machine)
{
    static const struct {
        enum doctor_option option;
        const char *path;
    } shows[] = {
        {DOCTOR_OPTION_CFG80211, "/sys/class/ieee80211"}, {DOCTOR_OPTION_MAC80211, "/sys/module/mac80211"},
        {DOCTOR_OPTION_RFKILL, "/sys/class/rfkill"},      {DOCTOR_OPTION_PACKET, "/proc/net/packet"},
        {DOCTOR_OPTION_IPV6, "/proc/net/if_inet6"},       {DOCTOR_OPTION_UNIX, "/proc/net/unix"},
        {DOCTOR_OPTION_CGROUPS, "/proc/cgroups"},         {DOCTOR_OPTION_SND, "/proc/asound"},
        {DOCTOR_OPTION_BT, "/sys/class/bluetooth"},
    };
    char controllers[256];

    for (size_t i = 0; i < sizeof shows / sizeof shows[0]; i++) {
        if (machine_has(machine, shows[i].path) == DOCTOR_YES)
            machine->facts->kernel.probed[shows[i].option] = DOCTOR_YES;
        else if (machine->live && machine_has(machine, "/lib/modules") == DOCTOR_NO)
            machine->facts->kernel.probed[shows[i].option] = DOCTOR_NO; /* no modules: it cannot come later */
    }
    machine_read_line(machine, controllers, sizeof controllers, "/sys/fs/cgroup/cgroup.controllers");
    if (strstr(controllers, "pids"))
        machine->facts->kernel.probed[DOCTOR_OPTION_CGROUP_PIDS] = DOCTOR_YES;
    if (strstr(controllers, "memory"))
        machine->facts->kernel.probed[DOCTOR_OPTION_MEMCG] = DOCTOR_YES;
}

void machine_kernel(struct machine *machine)
{
    find_release(machine);
    if (machine->facts->kernel.release[0] == '\0')
        (void)machine_each(machine, "/lib/modules", take_release, NULL);
    find_config(machine);
    find_modules(machine);
    probe_files(machine);
    if (machine->live)
        probe_calls(&machine->facts->kernel);
}
