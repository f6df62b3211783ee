/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_DOCTOR_FACTS_H
#define FASCIA_STACK_DOCTOR_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/function.h"

/*
 * What is known of a machine: one bounded value, filled in by platform/machine and judged by doctor_judge(). Zero is
 * "nothing is known". Texts are "" when not known; they hold no control characters.
 */

enum doctor_know { DOCTOR_UNKNOWN, DOCTOR_NO, DOCTOR_YES };

#define DOCTOR_NAME_SIZE 48
#define DOCTOR_PATH_SIZE 128
#define DOCTOR_LINE_SIZE 192
#define DOCTOR_LIST_MAX  16

enum doctor_option {
#define DOCTOR_OPTION(symbol, names, module, part, level, what) DOCTOR_OPTION_##symbol,
#include "stack/doctor/option.def"
#undef DOCTOR_OPTION
    DOCTOR_OPTIONS_
};

enum doctor_option_state { DOCTOR_OPTION_UNKNOWN, DOCTOR_OPTION_ABSENT, DOCTOR_OPTION_MODULE, DOCTOR_OPTION_BUILTIN };
enum doctor_module_state {
    DOCTOR_MODULE_UNKNOWN,
    DOCTOR_MODULE_MISSING,
    DOCTOR_MODULE_AVAILABLE,
    DOCTOR_MODULE_LOADED
};

struct doctor_kernel {
    char release[65];
    char source[DOCTOR_PATH_SIZE]; /* the configuration that was read; "" = none */
    enum doctor_option_state options[DOCTOR_OPTIONS_];
    char chosen[DOCTOR_OPTIONS_][DOCTOR_NAME_SIZE]; /* which of several names is set */
    enum doctor_module_state modules[DOCTOR_OPTIONS_];
    enum doctor_know probed[DOCTOR_OPTIONS_]; /* whether it works, where that could be asked without a configuration */
};

/** A process: who holds something. */
struct doctor_holder {
    int64_t pid; /* 0 = not known */
    char name[DOCTOR_NAME_SIZE];
    char user[DOCTOR_NAME_SIZE]; /* account, or its number */
    bool ours;                   /* fasciad, or started by it */
};

struct doctor_regulatory {
    enum doctor_know database, signature;
    char folder[DOCTOR_PATH_SIZE]; /* where the database is */
    char country[3];               /* in force in general; "" = not known */
};

struct doctor_firmware {
    enum doctor_know log_readable;
    char failed[4][DOCTOR_LINE_SIZE]; /* lines of the kernel log */
    size_t failed_count;
    char no_driver[4][2][DOCTOR_NAME_SIZE]; /* device, "vendor:device" */
    size_t no_driver_count;
    enum doctor_know clock_unstable; /* the log says so of a clock source */
};

struct doctor_radio {
    char name[DOCTOR_NAME_SIZE];
    bool self_managed;
    char country[3];
};

struct doctor_radios {
    enum doctor_know nl80211;
    struct doctor_radio list[DOCTOR_LIST_MAX];
    size_t count;
    bool chosen_known; /* the following hold */
    enum fascia_reason reason;
    char detail[FASCIA_DETAIL_SIZE];
    char chosen[DOCTOR_NAME_SIZE];
    enum doctor_know aware;               /* some radio can carry data paths of Wi-Fi Aware, with keys */
    char aware_missing[DOCTOR_LINE_SIZE]; /* what the first radio that gets furthest lacks */
};

struct doctor_switch {
    char name[DOCTOR_NAME_SIZE];   /* "rfkill0" */
    char device[DOCTOR_NAME_SIZE]; /* "phy0", "hci0" */
    char type[DOCTOR_NAME_SIZE];   /* "wlan", "bluetooth" … */
    bool soft, hard;
};

struct doctor_interface {
    char name[DOCTOR_NAME_SIZE];
    char mode[DOCTOR_NAME_SIZE]; /* "AP", "station" … */
    bool in_use;                 /* by an access point, or associated */
    enum doctor_know network_manager;
    enum doctor_know networkd;
    enum doctor_know power_save;
    enum doctor_know ipv6_disabled;
};

enum doctor_owner_kind {
    DOCTOR_OWNER_NETWORK_MANAGER,
    DOCTOR_OWNER_NETWORKD,
    DOCTOR_OWNER_CONNMAN,
    DOCTOR_OWNER_IWD,
    DOCTOR_OWNER_SUPPLICANT,
    DOCTOR_OWNER_HOSTAPD,
    DOCTOR_OWNER_DHCPCD,
    DOCTOR_OWNERS_
};

struct doctor_owner {
    enum doctor_owner_kind kind;
    struct doctor_holder holder;
    char interface[DOCTOR_NAME_SIZE]; /* that it names; "" = it does not say */
};

enum doctor_socket_state {
    DOCTOR_SOCKET_UNKNOWN,
    DOCTOR_SOCKET_ABSENT,
    DOCTOR_SOCKET_HELD,
    DOCTOR_SOCKET_STALE,
    DOCTOR_SOCKET_OTHER_FILE,
    DOCTOR_SOCKET_DENIED, /* may not be looked at */
};

struct doctor_socket {
    char path[DOCTOR_PATH_SIZE];
    char what[DOCTOR_NAME_SIZE];
    bool adopted; /* somebody else is to hold it */
    enum doctor_socket_state state;
    struct doctor_holder holder;
};

struct doctor_port {
    bool tcp;
    uint16_t number;
    bool asked; /* named by the operator: nobody may have it */
    bool mdns;  /* a responder there is as it should be */
    char what[DOCTOR_NAME_SIZE];
    enum doctor_know held;
    struct doctor_holder holder;
};

struct doctor_program {
    enum doctor_know found;
    char path[DOCTOR_PATH_SIZE]; /* or the name that was looked for */
    char version[DOCTOR_NAME_SIZE];
};

struct doctor_hostapd {
    struct doctor_program program;
    enum doctor_know sae, interworking, wnm, ax;
};

struct doctor_supplicant {
    struct doctor_program program;
    enum doctor_know nan;            /* of the program */
    char answered[DOCTOR_NAME_SIZE]; /* to GET_CAPABILITY nan, by a running one */
    enum doctor_know running_says_nan;
};

struct doctor_ipv6 {
    enum doctor_know available;
    char disabled_by[DOCTOR_NAME_SIZE]; /* "ipv6.disable=1"; "" = nothing */
    enum doctor_know all, preset;       /* net.ipv6.conf.{all,default}.disable_ipv6 */
};

struct doctor_firewall {
    enum doctor_know readable;
    char dropping[DOCTOR_LINE_SIZE]; /* "inet filter input"; "" = no chain on input has policy drop */
    unsigned int chains;             /* base chains on input */
};

enum doctor_pipewire_state {
    DOCTOR_PIPEWIRE_UNKNOWN,
    DOCTOR_PIPEWIRE_NO_SOCKET,
    DOCTOR_PIPEWIRE_REFUSED,
    DOCTOR_PIPEWIRE_DENIED,
    DOCTOR_PIPEWIRE_SILENT,
    DOCTOR_PIPEWIRE_ANSWERS,
};

struct doctor_pipewire {
    char socket[DOCTOR_PATH_SIZE];
    enum doctor_pipewire_state state;
    struct doctor_holder holder;
    char version[DOCTOR_NAME_SIZE];
    int sinks;                        /* -1 = not known */
    enum doctor_know configured_sink; /* audio.sink is among them */
    enum doctor_know session_manager;
    struct doctor_program program;
};

struct doctor_bluez {
    enum doctor_know name_owned;
    struct doctor_holder holder;
    char version[DOCTOR_NAME_SIZE];
    char adapters[4][DOCTOR_NAME_SIZE];
    enum doctor_know powered[4];
    size_t adapters_count;
    bool adapters_known;
};

struct doctor_bus {
    enum doctor_know reachable;
    char error[DOCTOR_NAME_SIZE];
    enum doctor_know policy;
    char policy_path[DOCTOR_PATH_SIZE];
};

struct doctor_account {
    char name[33];
    char role[16]; /* the key below supervisor.users */
    enum doctor_know exists;
};

enum doctor_folder_state {
    DOCTOR_FOLDER_UNKNOWN,
    DOCTOR_FOLDER_ABSENT,    /* and would be made */
    DOCTOR_FOLDER_NO_PARENT, /* absent, and nothing would make it */
    DOCTOR_FOLDER_OTHER_FILE,
    DOCTOR_FOLDER_THERE,
};

struct doctor_folder {
    char path[DOCTOR_PATH_SIZE];
    char key[DOCTOR_NAME_SIZE]; /* of the configuration */
    enum doctor_folder_state state;
    unsigned int mode;
    char owner[DOCTOR_NAME_SIZE];
    bool private_to;               /* the next holds */
    char wanted[DOCTOR_NAME_SIZE]; /* account that must own it */
    bool read_only;                /* file system */
};

struct doctor_privileges {
    enum doctor_know asked;
    char who[DOCTOR_NAME_SIZE]; /* "fasciad (pid 12)", "a fasciad started from here" */
    uint64_t bounding;
    uint64_t effective;
};

struct doctor_clock {
    bool known;
    int64_t now_s; /* UNIX time */
    enum doctor_know synchronised;
    char source[DOCTOR_NAME_SIZE];
};

struct doctor_facts {
    bool root; /* collected with all rights */
    struct doctor_kernel kernel;
    struct doctor_regulatory regulatory;
    struct doctor_firmware firmware;
    struct doctor_radios radios;
    struct doctor_switch switches[DOCTOR_LIST_MAX];
    size_t switches_count;
    bool switches_known;
    struct doctor_interface interfaces[DOCTOR_LIST_MAX];
    size_t interfaces_count;
    struct doctor_owner owners[DOCTOR_LIST_MAX];
    size_t owners_count;
    bool processes_known;
    bool fasciad_runs;
    struct doctor_socket sockets[8];
    size_t sockets_count;
    struct doctor_port ports[DOCTOR_LIST_MAX];
    size_t ports_count;
    struct doctor_hostapd hostapd;
    struct doctor_supplicant supplicant;
    struct doctor_ipv6 ipv6;
    struct doctor_firewall firewall;
    struct doctor_pipewire pipewire;
    struct doctor_bluez bluez;
    struct doctor_bus bus;
    struct doctor_account accounts[4];
    size_t accounts_count;
    struct doctor_folder folders[8];
    size_t folders_count;
    struct doctor_privileges privileges;
    struct doctor_clock clock;
    enum doctor_know entropy;
};

#endif
