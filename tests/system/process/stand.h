/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_SYSTEM_PROCESS_STAND_H
#define FASCIA_TESTS_SYSTEM_PROCESS_STAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "platform/process/process.h"

/* A process set on a real loop, a folder for what its children write, and what came of them. Nothing here waits for a
 * fixed time: a condition is asked for again and again, with a bound. */

#define STAND_NAME "unit"

struct stand {
    sd_event *loop;
    struct process_set *set;
    char folder[64];
    char file[96];  /* that a child writes */
    char token[96]; /* in the environment of every child */
    unsigned int ended;
    pid_t ended_pid;
    int code, signal;
    unsigned int escaped;
    char escaped_name[32];
    void (*on_end)(struct stand *stand); /* called from within the end of a process; may be NULL */
};

struct stand_options {
    const char *cgroup; /* NULL = "off" */
    bool guard;
};

void stand_open(struct stand *stand, const struct stand_options *options);
void stand_close(struct stand *stand);

/* Changes `spec` as needed (NULL: nothing special) and starts the child with `verb` as unit `name`. */
int stand_start_as(struct stand *stand, const char *name, const struct spawn_spec *spec, const char *verb,
                   const char *more, pid_t *ret_pid, const char **ret_step);
/* The same for the usual unit, which must work. */
pid_t stand_start(struct stand *stand, const struct spawn_spec *spec, const char *verb);

typedef bool (*stand_condition)(struct stand *stand, long argument);

/* Runs the loop until the condition holds. False when it did not within the bound. */
bool stand_until(struct stand *stand, stand_condition condition, long argument);

bool stand_has_file(struct stand *stand, long unused);
bool stand_has_ended(struct stand *stand, long count);
bool stand_has_escaped(struct stand *stand, long count);
bool stand_is_gone(struct stand *stand, long pid);
bool stand_is_stopped(struct stand *stand, long pid);
bool stand_is_alone(struct stand *stand, long unused); /* none of our children lives, zombies included */

/* What the child wrote; waits for it. Static. */
const char *stand_read(struct stand *stand);
/* The value behind "key:" or "key\t" in that text; "" when it is not there. Static. */
const char *stand_value(const char *text, const char *key);

/* A folder for us below a cgroup v2 mount, made; false when there is none or we may not. */
bool stand_make_cgroup(char *to, size_t size);
void stand_remove_cgroup(const char *path);

int stand_count_descriptors(void);

#endif
