/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_MACHINE_PARSE_H
#define FASCIA_PLATFORM_MACHINE_PARSE_H

#include "stack/doctor/facts.h"

/* What others wrote, line by line: pure, and fuzzed (tests/fuzz/doctor). Each takes a NUL-terminated line without its
 * newline. */

/** One line of a kernel configuration: "CONFIG_X=y", "CONFIG_X=m", "# CONFIG_X is not set". */
void machine_parse_config(const char *line, struct doctor_kernel *kernel);

/** Name of a module in a line of /proc/modules, modules.dep or modules.builtin, with "-" as "_" and no folder or
 * ".ko"; false for another line. */
bool machine_parse_module(const char *line, char ret_name[static DOCTOR_NAME_SIZE]);

struct machine_unix {
    uint64_t inode;
    bool listens, datagram;
    const char *path; /* within the line; "" = none */
};

/** A line of /proc/net/unix (net/unix/af_unix.c): false for the heading and for what is none. */
bool machine_parse_unix(const char *line, struct machine_unix *ret_socket);

struct machine_inet {
    uint16_t port;
    unsigned int state; /* 0x0a: listens (TCP); 0x07: bound (UDP) */
    uint32_t uid;
    uint64_t inode;
};

/** A line of /proc/net/{tcp,tcp6,udp,udp6} (proc(5)). */
bool machine_parse_inet(const char *line, struct machine_inet *ret_socket);

/** First line of a record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg): notes what it says of firmware and clocks.
 */
void machine_parse_kmsg(const char *record, struct doctor_firmware *firmware);

/** Value of "Name:\tvalue" in the text of /proc/PID/status; NULL when there is none. Within the text. */
const char *machine_status_value(const char *status, const char *name);

/** The interface after "-i" or "interface" in the arguments of a daemon, separated by blanks. */
void machine_parse_interface(const char *command_line, char ret_name[static DOCTOR_NAME_SIZE]);

/** The version in a program's octets: the only text between NULs like "2.10" or "2.12-devel" with that major number.
 * "" when there is none, or several. */
void machine_scan_version(const void *data, size_t size, char major, char ret_version[static DOCTOR_NAME_SIZE]);

/** True when the text, with the NUL behind it, is among a program's octets. */
bool machine_scan_has(const void *data, size_t size, const char *text);

#endif
