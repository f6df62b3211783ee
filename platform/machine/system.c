/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "platform/machine/parse.h"
#include "platform/machine/tree.h"

/* IPv6, accounts, folders, rights, clock, random numbers. */

static void look_at_ipv6(struct machine *machine)
{
    struct doctor_ipv6 *ipv6 = &machine->facts->ipv6;
    char line[4096];

    if (machine_has(machine, "/proc/net") == DOCTOR_YES)
        ipv6->available = machine_has(machine, "/proc/net/if_inet6");
    ipv6->all = machine_flag(machine, "/proc/sys/net/ipv6/conf/all/disable_ipv6");
    ipv6->preset = machine_flag(machine, "/proc/sys/net/ipv6/conf/default/disable_ipv6");
    if (machine_read(machine, line, sizeof line, "/proc/cmdline") > 0 && strstr(line, "ipv6.disable=1"))
        machine_copy(ipv6->disabled_by, sizeof ipv6->disabled_by, "ipv6.disable=1");
    else if (machine_flag(machine, "/sys/module/ipv6/parameters/disable") == DOCTOR_YES)
        machine_copy(ipv6->disabled_by, sizeof ipv6->disabled_by, "options ipv6 disable=1");
}

static void look_for_account(struct machine *machine, const char *role, const char *name)
{
    struct doctor_facts *facts = machine->facts;

    if (name[0] == '\0' || facts->accounts_count == sizeof facts->accounts / sizeof facts->accounts[0])
        return;
    struct doctor_account *account = &facts->accounts[facts->accounts_count++];
    machine_copy(account->name, sizeof account->name, name);
    machine_copy(account->role, sizeof account->role, role);
    account->exists = machine_has_account(machine, name);
}

static enum doctor_folder_state state_of_error(const struct machine *machine, const char *path, int error)
{
    char parent[DOCTOR_PATH_SIZE];

    if (error != ENOENT && error != ENOTDIR)
        return DOCTOR_FOLDER_UNKNOWN;
    machine_copy(parent, sizeof parent, path);
    char *slash = strrchr(parent, '/');
    if (!slash || slash == parent)
        return DOCTOR_FOLDER_ABSENT;
    *slash = '\0';
    return machine_has(machine, parent) == DOCTOR_NO ? DOCTOR_FOLDER_NO_PARENT : DOCTOR_FOLDER_ABSENT;
}

/* `owner`: the account to which it is private; NULL = it is not. */
static void look_at_folder(struct machine *machine, const char *path, const char *key, const char *owner)
{
    struct doctor_facts *facts = machine->facts;
    char whole[MACHINE_PATH_SIZE];
    struct statvfs system;
    struct stat st;

    if (facts->folders_count == sizeof facts->folders / sizeof facts->folders[0] || path[0] != '/' ||
        !machine_path(machine, whole, "%s", path))
        return;
    struct doctor_folder *folder = &facts->folders[facts->folders_count++];
    machine_copy(folder->path, sizeof folder->path, path);
    machine_copy(folder->key, sizeof folder->key, key);
    machine_copy(folder->wanted, sizeof folder->wanted, owner ? owner : "");
    folder->private_to = owner != NULL;
    if (stat(whole, &st) < 0) {
        folder->state = state_of_error(machine, path, errno);
        if (owner && folder->state == DOCTOR_FOLDER_NO_PARENT)
            folder->state = DOCTOR_FOLDER_ABSENT; /* fasciad makes it together with the folder above */
        return;
    }
    folder->state = S_ISDIR(st.st_mode) ? DOCTOR_FOLDER_THERE : DOCTOR_FOLDER_OTHER_FILE;
    folder->mode = st.st_mode & 07777;
    machine_user(machine, st.st_uid, folder->owner, sizeof folder->owner);
    folder->read_only = statvfs(whole, &system) == 0 && (system.f_flag & ST_RDONLY) != 0;
}

static void look_at_folders(struct machine *machine)
{
    const struct doctor_config *config = machine->request->config;
    char path[MACHINE_PATH_SIZE];

    look_at_folder(machine, config->runtime_dir, "runtime_dir", NULL);
    if (config->link->enabled && config->link->hostapd.manage == LINK_MANAGE_SPAWN) {
        (void)snprintf(path, sizeof path, "%s/link", config->runtime_dir);
        look_at_folder(machine, path, "runtime_dir", config->supervisor->users.link);
    }
    machine_copy(path, sizeof path, config->supervisor->black_box.path);
    char *slash = strrchr(path, '/');
    if (slash && slash != path) {
        *slash = '\0';
        look_at_folder(machine, path, "supervisor.black_box.path", NULL);
    }
}

static void look_at_rights(struct machine *machine)
{
    struct doctor_privileges *privileges = &machine->facts->privileges;
    char path[64], status[2048];
    int64_t pid = 0;

    for (size_t i = 0; i < machine->processes_count && pid == 0; i++) {
        if (strcmp(machine->processes[i].name, "fasciad") == 0)
            pid = machine->processes[i].pid;
    }
    if (pid == 0 && !machine->facts->root) {
        privileges->asked = machine->live ? DOCTOR_NO : DOCTOR_UNKNOWN;
        return;
    }
    if (pid != 0)
        (void)snprintf(path, sizeof path, "/proc/%" PRId64 "/status", pid);
    else
        (void)snprintf(path, sizeof path, "/proc/self/status");
    if (machine_read(machine, status, sizeof status, path) < 0)
        return;
    const char *bounding = machine_status_value(status, "CapBnd"), *effective = machine_status_value(status, "CapEff");
    if (!bounding || !effective)
        return;
    privileges->asked = DOCTOR_YES;
    privileges->bounding = strtoull(bounding, NULL, 16);
    privileges->effective = strtoull(effective, NULL, 16);
    if (pid != 0)
        (void)snprintf(privileges->who, sizeof privileges->who, "fasciad (pid %" PRId64 ")", pid);
    else
        (void)snprintf(privileges->who, sizeof privileges->who, "a fasciad started from here");
}

static void look_at_clock(struct machine *machine)
{
    struct doctor_clock *clock = &machine->facts->clock;
    struct timex state = {.modes = 0};

    machine_read_line(machine, clock->source, sizeof clock->source,
                      "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    if (!machine->live)
        return;
    clock->known = true;
    clock->now_s = time(NULL);
    int r = adjtimex(&state);
    if (r >= 0)
        clock->synchronised = r == TIME_ERROR || (state.status & STA_UNSYNC) != 0 ? DOCTOR_NO : DOCTOR_YES;
}

static void look_at_entropy(struct machine *machine)
{
    char octet = 0;

    ssize_t n = getrandom(&octet, 1, GRND_NONBLOCK);
    machine->facts->entropy = n == 1 ? DOCTOR_YES : n < 0 && errno == EAGAIN ? DOCTOR_NO : DOCTOR_UNKNOWN;
}

void machine_system(struct machine *machine)
{
    const struct doctor_config *config = machine->request->config;

    look_at_ipv6(machine);
    look_for_account(machine, "link", config->supervisor->users.link);
    look_for_account(machine, "address", config->supervisor->users.address);
    look_for_account(machine, "audio", config->supervisor->users.audio);
    if (config->aware && config->aware->enabled)
        look_for_account(machine, "aware", config->supervisor->users.aware);
    look_at_folders(machine);
    look_at_rights(machine);
    look_at_clock(machine);
    if (machine->live)
        look_at_entropy(machine);
}
