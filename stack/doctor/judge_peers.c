/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/doctor/judge.h"

/* The programs that fascia stands on: hostapd, wpa_supplicant, PipeWire, BlueZ, D-Bus. */

static void judge_hostapd_features(struct doctor_judge *judge)
{
    const struct link_config *link = judge->config->link;
    const struct doctor_hostapd *hostapd = &judge->facts->hostapd;
    const char *path = hostapd->program.path;

    if (hostapd->sae == DOCTOR_NO && link->security != LINK_SECURITY_WPA2_PSK)
        doctor_fault(judge, DOCTOR_CAUSE_HOSTAPD_FEATURE, path, "CONFIG_SAE", "it does not know sae_pwe");
    if (hostapd->interworking == DOCTOR_NO && link->interworking.enabled)
        doctor_fault(judge, DOCTOR_CAUSE_HOSTAPD_FEATURE, path, "CONFIG_INTERWORKING", "it does not know interworking");
    if (hostapd->wnm == DOCTOR_NO && link->bss_transition)
        doctor_fault(judge, DOCTOR_CAUSE_HOSTAPD_FEATURE, path, "CONFIG_WNM_AP", "it does not know bss_transition");
    if (hostapd->ax == DOCTOR_NO && (link->standard == LINK_STANDARD_NEWEST || link->standard >= LINK_STANDARD_AX))
        doctor_fault_as(judge, DOCTOR_VERDICT_WARNING, DOCTOR_CAUSE_HOSTAPD_FEATURE, path, "CONFIG_IEEE80211AX",
                        "it does not know ieee80211ax: the link is 802.11ac at best");
}

void doctor_judge_hostapd(struct doctor_judge *judge)
{
    const struct doctor_program *program = &judge->facts->hostapd.program;

    if (!judge->config->link->enabled) {
        doctor_note(judge, DOCTOR_CHECK_HOSTAPD, DOCTOR_VERDICT_SKIPPED, "link.enabled is false");
        return;
    }
    if (program->found != DOCTOR_YES) {
        if (judge->config->link->hostapd.manage == LINK_MANAGE_ADOPT)
            doctor_note(judge, DOCTOR_CHECK_HOSTAPD, DOCTOR_VERDICT_UNKNOWN, "%s is not found; somebody else runs it",
                        program->path);
        else if (program->found == DOCTOR_NO)
            doctor_fault(judge, DOCTOR_CAUSE_HOSTAPD_NONE, program->path, "", "%s: not found", program->path);
        else
            doctor_note(judge, DOCTOR_CHECK_HOSTAPD, DOCTOR_VERDICT_UNKNOWN, "it was not looked for");
        return;
    }
    if (program->version[0] == '\0')
        doctor_fault(judge, DOCTOR_CAUSE_HOSTAPD_VERSION, program->path, "", "%s", program->path);
    else if (!doctor_version_at_least(program->version, 2, 10, 0))
        doctor_fault(judge, DOCTOR_CAUSE_HOSTAPD_OLD, program->version, "", "%s: version %s", program->path,
                     program->version);
    judge_hostapd_features(judge);
    if (doctor_is_well(judge, DOCTOR_CHECK_HOSTAPD))
        doctor_note(judge, DOCTOR_CHECK_HOSTAPD, DOCTOR_VERDICT_OK, "%s, version %s, has what the configuration needs",
                    program->path, program->version);
}

/* Only where it is wanted: next to no radio can. */
static void judge_aware_radio(struct doctor_judge *judge)
{
    const struct doctor_radios *radios = &judge->facts->radios;

    if (judge->config->aware->enabled && radios->aware == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_AWARE_RADIO, radios->aware_missing, "", "%s", radios->aware_missing);
}

void doctor_judge_nan(struct doctor_judge *judge)
{
    const struct doctor_supplicant *it = &judge->facts->supplicant;
    const struct doctor_program *program = &it->program;

    judge_aware_radio(judge);
    if (it->running_says_nan == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_NAN, program->version, "it says so itself", "GET_CAPABILITY nan: %s",
                     it->answered[0] != '\0' ? it->answered : "nothing");
    else if (it->running_says_nan == DOCTOR_YES)
        doctor_note(judge, DOCTOR_CHECK_NAN, DOCTOR_VERDICT_OK, "the running wpa_supplicant says \"%s\"", it->answered);
    else if (program->found == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_SUPPLICANT, "", "", "%s: not found", program->path);
    else if (program->found == DOCTOR_UNKNOWN)
        doctor_note(judge, DOCTOR_CHECK_NAN, DOCTOR_VERDICT_UNKNOWN, "wpa_supplicant was not looked for");
    else if (program->version[0] != '\0' && !doctor_version_at_least(program->version, 2, 12, 0))
        doctor_fault(judge, DOCTOR_CAUSE_NO_NAN, program->version, "it came with 2.12", "%s: version %s", program->path,
                     program->version);
    else if (it->nan == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_NAN, program->version, "it is built without CONFIG_NAN",
                     "%s: version %s, and no NAN_ commands", program->path,
                     program->version[0] != '\0' ? program->version : "not known");
    else
        doctor_note(judge, DOCTOR_CHECK_NAN, DOCTOR_VERDICT_OK, "%s, version %s, has the NAN_ commands", program->path,
                    program->version[0] != '\0' ? program->version : "not known");
}

static void judge_pipewire_content(struct doctor_judge *judge)
{
    const struct doctor_pipewire *pipewire = &judge->facts->pipewire;
    const struct audio_config *audio = judge->config->audio;

    if (pipewire->version[0] != '\0' && !doctor_version_at_least(pipewire->version, 0, 3, 65))
        doctor_fault(judge, DOCTOR_CAUSE_PIPEWIRE_OLD, pipewire->version, "", "version %s", pipewire->version);
    if (pipewire->sinks == 0)
        doctor_fault(judge, DOCTOR_CAUSE_PIPEWIRE_NO_SINK, "",
                     pipewire->session_manager == DOCTOR_NO ? ", which does not run" : "", "%s: no Audio/Sink",
                     pipewire->socket);
    else if (pipewire->sinks > 0 && pipewire->configured_sink == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_PIPEWIRE_NO_SINK, " of the name in audio.sink", "",
                     "%d sinks, none is called %s", pipewire->sinks, audio->sink);
    else if (pipewire->session_manager == DOCTOR_NO && audio->pipewire.manage == AUDIO_MANAGE_ADOPT)
        doctor_fault(judge, DOCTOR_CAUSE_PIPEWIRE_NO_MANAGER, "", "", "neither wireplumber nor another one runs");
    if (doctor_is_well(judge, DOCTOR_CHECK_PIPEWIRE))
        doctor_note(judge, DOCTOR_CHECK_PIPEWIRE, DOCTOR_VERDICT_OK, "version %s answers at %s, %d sinks",
                    pipewire->version, pipewire->socket, pipewire->sinks);
}

/* No socket is a fault only where nobody is going to make it. */
static void judge_no_pipewire(struct doctor_judge *judge)
{
    const struct doctor_pipewire *pipewire = &judge->facts->pipewire;
    const char *user = judge->config->supervisor->users.audio;

    if (judge->config->audio->pipewire.manage == AUDIO_MANAGE_ADOPT)
        doctor_fault(
            judge, DOCTOR_CAUSE_PIPEWIRE_NONE, pipewire->socket[0] != '\0' ? pipewire->socket : "$XDG_RUNTIME_DIR",
            user[0] != '\0' ? user : "the one of fasciad", "%s: %s",
            pipewire->socket[0] != '\0' ? pipewire->socket : "neither audio.pipewire.runtime_dir nor XDG_RUNTIME_DIR",
            pipewire->state == DOCTOR_PIPEWIRE_REFUSED ? "nobody behind the socket" : "no such socket");
    else if (pipewire->program.found == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_PIPEWIRE_NO_PROGRAM, pipewire->program.path, "", "%s: not found",
                     pipewire->program.path);
    else
        doctor_note(judge, DOCTOR_CHECK_PIPEWIRE, DOCTOR_VERDICT_OK, "fasciad starts %s", pipewire->program.path);
}

void doctor_judge_pipewire(struct doctor_judge *judge)
{
    const struct doctor_pipewire *pipewire = &judge->facts->pipewire;
    char holder[DOCTOR_HOLDER_SIZE];

    if (!judge->config->audio->enabled) {
        doctor_note(judge, DOCTOR_CHECK_PIPEWIRE, DOCTOR_VERDICT_SKIPPED, "audio.enabled is false");
        return;
    }
    switch (pipewire->state) {
    case DOCTOR_PIPEWIRE_UNKNOWN:
        doctor_note(judge, DOCTOR_CHECK_PIPEWIRE, DOCTOR_VERDICT_UNKNOWN, "it was not asked");
        break;
    case DOCTOR_PIPEWIRE_NO_SOCKET:
    case DOCTOR_PIPEWIRE_REFUSED:
        judge_no_pipewire(judge);
        break;
    case DOCTOR_PIPEWIRE_DENIED:
        doctor_note(judge, DOCTOR_CHECK_PIPEWIRE, DOCTOR_VERDICT_SKIPPED, "%s is another account's", pipewire->socket);
        break;
    case DOCTOR_PIPEWIRE_SILENT:
        doctor_fault(judge, DOCTOR_CAUSE_PIPEWIRE_SILENT, pipewire->socket,
                     doctor_holder_text(&pipewire->holder, holder), "connected to %s, no answer within a second",
                     holder);
        break;
    case DOCTOR_PIPEWIRE_ANSWERS:
        judge_pipewire_content(judge);
        break;
    }
}

void doctor_judge_bluez(struct doctor_judge *judge)
{
    const struct doctor_bluez *bluez = &judge->facts->bluez;

    if (bluez->name_owned == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_BLUEZ_NONE, "", "", "nobody owns org.bluez");
    if (bluez->adapters_known && bluez->adapters_count == 0)
        doctor_fault(judge, DOCTOR_CAUSE_NO_ADAPTER, "", "", "/sys/class/bluetooth has no hci");
    for (size_t i = 0; i < bluez->adapters_count; i++) {
        if (bluez->powered[i] == DOCTOR_NO)
            doctor_fault(judge, DOCTOR_CAUSE_ADAPTER_OFF, bluez->adapters[i], "", "%s: Powered is false",
                         bluez->adapters[i]);
    }
    if (bluez->name_owned == DOCTOR_UNKNOWN)
        doctor_note(judge, DOCTOR_CHECK_BLUEZ, DOCTOR_VERDICT_UNKNOWN,
                    "without the system bus bluetoothd cannot be asked");
    else if (doctor_is_well(judge, DOCTOR_CHECK_BLUEZ))
        doctor_note(judge, DOCTOR_CHECK_BLUEZ, DOCTOR_VERDICT_OK, "bluetoothd %s%s(pid %lld), %zu adapters",
                    bluez->version, bluez->version[0] != '\0' ? " " : "", (long long)bluez->holder.pid,
                    bluez->adapters_count);
}

void doctor_judge_bus(struct doctor_judge *judge)
{
    const struct doctor_bus *bus = &judge->facts->bus;
    bool system = strcmp(judge->config->bus, "system") == 0;

    if (bus->reachable == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_BUS, judge->config->bus, bus->error, "%s: %s", judge->config->bus,
                     bus->error);
    if (bus->policy == DOCTOR_NO && system)
        doctor_fault(judge, DOCTOR_CAUSE_NO_POLICY, "", "",
                     "neither /usr/share/dbus-1/system.d nor /etc/dbus-1/system.d has org.fascia.conf");
    if (doctor_is_well(judge, DOCTOR_CHECK_BUS))
        doctor_note(judge, DOCTOR_CHECK_BUS, bus->reachable == DOCTOR_YES ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    "bus %s%s%s", bus->reachable == DOCTOR_YES ? "answers" : "was not asked",
                    system && bus->policy == DOCTOR_YES ? ", policy in " : "", system ? bus->policy_path : "");
}
