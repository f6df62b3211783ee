/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/doctor/judge.h"

/* The kernel: its options and modules. */

static bool is_wanted(const struct doctor_judge *judge, enum doctor_option option)
{
    bool link = judge->config->link->enabled;

    if (doctor_option_level(option) == DOCTOR_LEVEL_DRIVER && judge->facts->radios.count > 0)
        return false;
    switch (doctor_option_part(option)) {
    case DOCTOR_PART_LINK:
        return link;
    case DOCTOR_PART_ADDRESS:
        return link || judge->config->address->enabled;
    case DOCTOR_PART_AUDIO:
        return judge->config->audio->enabled;
    case DOCTOR_PART_BASE:
    case DOCTOR_PART_BLUETOOTH:
        break;
    }
    return true;
}

static enum doctor_verdict verdict_of(enum doctor_option option)
{
    return doctor_option_level(option) == DOCTOR_LEVEL_NEEDED ? DOCTOR_VERDICT_PROBLEM : DOCTOR_VERDICT_WARNING;
}

/* The names of an option for people and commands: with several, the first is advised. */
static const char *advised(enum doctor_option option, char name[static DOCTOR_NAME_SIZE])
{
    size_t length = strcspn(doctor_option_names(option), "|");

    memcpy(name, doctor_option_names(option), length < DOCTOR_NAME_SIZE ? length : DOCTOR_NAME_SIZE - 1);
    name[length < DOCTOR_NAME_SIZE ? length : DOCTOR_NAME_SIZE - 1] = '\0';
    return name;
}

static void judge_option(struct doctor_judge *judge, enum doctor_option option)
{
    const struct doctor_kernel *kernel = &judge->facts->kernel;
    char name[DOCTOR_NAME_SIZE];
    bool optional = doctor_option_level(option) == DOCTOR_LEVEL_OPTIONAL;

    if (optional || !is_wanted(judge, option))
        return;
    if (kernel->options[option] == DOCTOR_OPTION_ABSENT)
        doctor_fault_as(judge, verdict_of(option), DOCTOR_CAUSE_OPTION_MISSING, advised(option, name),
                        doctor_option_what(option), "%s has none of CONFIG_%s", kernel->source,
                        doctor_option_names(option));
    else if (kernel->options[option] == DOCTOR_OPTION_UNKNOWN && kernel->probed[option] == DOCTOR_NO)
        doctor_fault_as(judge, verdict_of(option), DOCTOR_CAUSE_KERNEL_WITHOUT, advised(option, name),
                        doctor_option_what(option), "kernel %s, asked directly", kernel->release);
}

void doctor_judge_kernel(struct doctor_judge *judge)
{
    const struct doctor_kernel *kernel = &judge->facts->kernel;
    unsigned int present = 0, probed = 0;

    for (unsigned int i = 0; i < DOCTOR_OPTIONS_; i++) {
        judge_option(judge, (enum doctor_option)i);
        present += kernel->options[i] >= DOCTOR_OPTION_MODULE;
        probed += kernel->probed[i] == DOCTOR_YES;
    }
    if (kernel->source[0] == '\0')
        doctor_fault(judge, DOCTOR_CAUSE_KERNEL_UNREADABLE, kernel->release, "",
                     "neither /proc/config.gz nor /boot/config-%s; %u options work when asked", kernel->release,
                     probed);
    else if (doctor_is_well(judge, DOCTOR_CHECK_KERNEL))
        doctor_note(judge, DOCTOR_CHECK_KERNEL, DOCTOR_VERDICT_OK, "kernel %s has what is needed (%u options in %s%s)",
                    kernel->release, present, kernel->source,
                    kernel->options[DOCTOR_OPTION_SECCOMP] == DOCTOR_OPTION_ABSENT ? "; no CONFIG_SECCOMP" : "");
}

static void judge_module(struct doctor_judge *judge, enum doctor_option option)
{
    const struct doctor_kernel *kernel = &judge->facts->kernel;
    const char *name = kernel->chosen[option], *module = doctor_option_module(option);

    if (kernel->options[option] != DOCTOR_OPTION_MODULE || module[0] == '\0' || !is_wanted(judge, option))
        return;
    if (kernel->modules[option] == DOCTOR_MODULE_MISSING)
        doctor_fault_as(judge, verdict_of(option), DOCTOR_CAUSE_MODULE_MISSING, name, module,
                        "not in /proc/modules nor in /lib/modules/%s", kernel->release);
    else if (kernel->modules[option] == DOCTOR_MODULE_AVAILABLE && doctor_option_level(option) == DOCTOR_LEVEL_NEEDED)
        doctor_fault(judge, DOCTOR_CAUSE_MODULE_NOT_LOADED, name, module, "in modules.dep of %s, not in /proc/modules",
                     kernel->release);
}

void doctor_judge_modules(struct doctor_judge *judge)
{
    const struct doctor_kernel *kernel = &judge->facts->kernel;
    unsigned int loaded = 0, modular = 0;

    if (kernel->source[0] == '\0') {
        doctor_note(judge, DOCTOR_CHECK_MODULES, DOCTOR_VERDICT_UNKNOWN,
                    "which options are modules is not known without the kernel's configuration");
        return;
    }
    for (unsigned int i = 0; i < DOCTOR_OPTIONS_; i++) {
        judge_module(judge, (enum doctor_option)i);
        modular += kernel->options[i] == DOCTOR_OPTION_MODULE;
        loaded += kernel->modules[i] == DOCTOR_MODULE_LOADED;
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_MODULES))
        doctor_note(judge, DOCTOR_CHECK_MODULES, DOCTOR_VERDICT_OK,
                    "%u of %u modular options are loaded, no module lacks", loaded, modular);
}
