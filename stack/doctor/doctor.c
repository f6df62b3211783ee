/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/doctor/doctor.h"

#include <errno.h>
#include <string.h>

#include "stack/doctor/judge.h"

static const struct {
    const char *id, *title, *denied;
} table[DOCTOR_CHECKS_] = {
#define DOCTOR_CHECK(symbol, id, title, denied) [DOCTOR_CHECK_##symbol] = {id, title, denied},
#include "stack/doctor/doctor.def"
#undef DOCTOR_CHECK
};

static const struct {
    const char *names, *module, *what;
    enum doctor_part part;
    enum doctor_level level;
} options[DOCTOR_OPTIONS_] = {
#define DOCTOR_OPTION(symbol, names, module, part, level, what)                                                        \
    [DOCTOR_OPTION_##symbol] = {names, module, what, DOCTOR_PART_##part, DOCTOR_LEVEL_##level},
#include "stack/doctor/option.def"
#undef DOCTOR_OPTION
};

static void (*const judges[DOCTOR_CHECKS_])(struct doctor_judge *judge) = {
    [DOCTOR_CHECK_KERNEL] = doctor_judge_kernel,
    [DOCTOR_CHECK_MODULES] = doctor_judge_modules,
    [DOCTOR_CHECK_REGULATORY] = doctor_judge_regulatory,
    [DOCTOR_CHECK_FIRMWARE] = doctor_judge_firmware,
    [DOCTOR_CHECK_RADIO] = doctor_judge_radio,
    [DOCTOR_CHECK_RFKILL] = doctor_judge_rfkill,
    [DOCTOR_CHECK_OWNER] = doctor_judge_owner,
    [DOCTOR_CHECK_POWER_SAVE] = doctor_judge_power_save,
    [DOCTOR_CHECK_SOCKET] = doctor_judge_socket,
    [DOCTOR_CHECK_PORT] = doctor_judge_port,
    [DOCTOR_CHECK_HOSTAPD] = doctor_judge_hostapd,
    [DOCTOR_CHECK_NAN] = doctor_judge_nan,
    [DOCTOR_CHECK_IPV6] = doctor_judge_ipv6,
    [DOCTOR_CHECK_FIREWALL] = doctor_judge_firewall,
    [DOCTOR_CHECK_PIPEWIRE] = doctor_judge_pipewire,
    [DOCTOR_CHECK_BLUEZ] = doctor_judge_bluez,
    [DOCTOR_CHECK_BUS] = doctor_judge_bus,
    [DOCTOR_CHECK_ACCOUNTS] = doctor_judge_accounts,
    [DOCTOR_CHECK_FOLDERS] = doctor_judge_folders,
    [DOCTOR_CHECK_PRIVILEGES] = doctor_judge_privileges,
    [DOCTOR_CHECK_CLOCK] = doctor_judge_clock,
    [DOCTOR_CHECK_ENTROPY] = doctor_judge_entropy,
};

void doctor_judge(const struct doctor_facts *facts, const struct doctor_config *config, uint64_t checks,
                  struct doctor_findings *ret_findings)
{
    struct doctor_judge judge = {.facts = facts, .config = config, .findings = ret_findings};

    ret_findings->count = 0;
    ret_findings->left_out = 0;
    for (unsigned int i = 0; i < DOCTOR_CHECKS_; i++) {
        if (checks & DOCTOR_CHECK_BIT(i))
            judges[i](&judge);
    }
}

enum doctor_verdict doctor_overall(const struct doctor_findings *findings)
{
    enum doctor_verdict worst = DOCTOR_VERDICT_OK;

    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].verdict > worst)
            worst = findings->list[i].verdict;
    }
    return worst >= DOCTOR_VERDICT_WARNING ? worst : DOCTOR_VERDICT_OK;
}

const char *doctor_check_id(enum doctor_check check)
{
    return check < DOCTOR_CHECKS_ ? table[check].id : "?";
}

const char *doctor_check_title(enum doctor_check check)
{
    return check < DOCTOR_CHECKS_ ? table[check].title : "?";
}

const char *doctor_check_denied(enum doctor_check check)
{
    return check < DOCTOR_CHECKS_ ? table[check].denied : "";
}

int doctor_check_parse(const char *id, enum doctor_check *ret_check)
{
    for (unsigned int i = 0; i < DOCTOR_CHECKS_; i++) {
        if (strcmp(id, table[i].id) != 0)
            continue;
        *ret_check = (enum doctor_check)i;
        return 0;
    }
    return -EINVAL;
}

const char *doctor_verdict_name(enum doctor_verdict verdict)
{
    static const char *const names[DOCTOR_VERDICTS_] = {
        [DOCTOR_VERDICT_OK] = "ok",           [DOCTOR_VERDICT_SKIPPED] = "skipped",
        [DOCTOR_VERDICT_UNKNOWN] = "unknown", [DOCTOR_VERDICT_WARNING] = "warning",
        [DOCTOR_VERDICT_PROBLEM] = "problem",
    };
    return verdict < DOCTOR_VERDICTS_ ? names[verdict] : "?";
}

const char *doctor_option_names(enum doctor_option option)
{
    return options[option].names;
}

const char *doctor_option_module(enum doctor_option option)
{
    return options[option].module;
}

enum doctor_part doctor_option_part(enum doctor_option option)
{
    return options[option].part;
}

enum doctor_level doctor_option_level(enum doctor_option option)
{
    return options[option].level;
}

const char *doctor_option_what(enum doctor_option option)
{
    return options[option].what;
}
