/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_MACHINE_TREE_H
#define FASCIA_PLATFORM_MACHINE_TREE_H

#include <sys/types.h>

#include "platform/machine/machine.h"

/* For the files of this room: files below the root, and the processes. */

#define MACHINE_PATH_SIZE     512
#define MACHINE_PROCESSES_MAX 8192

struct machine_process {
    int64_t pid, parent;
    uint32_t uid;
    char name[DOCTOR_NAME_SIZE]; /* comm */
};

struct machine {
    const struct machine_request *request;
    struct doctor_facts *facts;
    struct machine_process *processes; /* MACHINE_PROCESSES_MAX */
    size_t processes_count;
    bool live; /* the root is this machine's */
};

/** The file's path below the root; false when it is too long. */
__attribute__((format(printf, 3, 4))) bool machine_path(const struct machine *machine,
                                                        char to[static MACHINE_PATH_SIZE], const char *format, ...);

/** Reads at most `size` - 1 octets and ends them with NUL. Number of octets, or a negative errno. */
ssize_t machine_read(const struct machine *machine, char *to, size_t size, const char *path);

/** The same; only the first line, without what would upset a terminal. "" on any error. */
void machine_read_line(const struct machine *machine, char *to, size_t size, const char *path);

/** access(2): DOCTOR_YES, NO (not there), or UNKNOWN. */
enum doctor_know machine_has(const struct machine *machine, const char *path);

/** "1" or "Y": YES; "0" or "N": NO; else UNKNOWN. */
enum doctor_know machine_flag(const struct machine *machine, const char *path);

/** Each entry of a folder but those that begin with a dot; until `fn` returns false. -errno when it cannot be read. */
typedef bool (*machine_entry_fn)(struct machine *machine, const char *name, void *userdata);
int machine_each(struct machine *machine, const char *path, machine_entry_fn fn, void *userdata);

/** Each line of a file, at most `max`; without its newline, cut at 4095 octets. */
typedef bool (*machine_line_fn)(struct machine *machine, char *line, void *userdata);
int machine_lines(struct machine *machine, const char *path, size_t max, machine_line_fn fn, void *userdata);

/** Copies as much as fits, with "?" for control characters. */
void machine_copy(char *to, size_t size, const char *from);

void machine_waiting(const struct machine *machine, const char *for_what);

/* processes.c */

/** Fills in the processes. */
void machine_find_processes(struct machine *machine);

/** Name, account and whether it is fasciad's. `pid` 0 gives a holder that is not known. */
void machine_holder(const struct machine *machine, int64_t pid, struct doctor_holder *ret_holder);

/** Who has the socket of that inode open; false when nobody can be seen. */
bool machine_holder_of(struct machine *machine, uint64_t inode, struct doctor_holder *ret_holder);

/** The arguments, separated by blanks. "" when they cannot be read. */
void machine_command_line(const struct machine *machine, int64_t pid, char *to, size_t size);

/** Account of a number; the number where there is none. */
void machine_user(const struct machine *machine, uint32_t uid, char *to, size_t size);

/** The account of that name. */
enum doctor_know machine_has_account(const struct machine *machine, const char *name);

/* programs.c */

/** Looks a program up: a path, or a name in the folders of programs. */
void machine_find_program(const struct machine *machine, const char *program, struct doctor_program *ret_program);

/* sockets.c */

/** Sends `command` to a datagram control socket and waits for its answer, at most `wait_ms`. 0 or a negative errno. */
int machine_ask(const char *path, const char *command, int wait_ms, char *reply, size_t size, int64_t *ret_pid);

/* The topics. */

void machine_kernel(struct machine *machine);
void machine_firmware(struct machine *machine);
void machine_radio(struct machine *machine);
void machine_owners(struct machine *machine);
void machine_power_save(struct machine *machine);
void machine_sockets(struct machine *machine);
void machine_ports(struct machine *machine);
void machine_programs(struct machine *machine);
void machine_firewall(struct machine *machine);
void machine_pipewire(struct machine *machine);
void machine_bus(struct machine *machine);
void machine_system(struct machine *machine);

#endif
