/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_SUPPLICANT_PROCESS_H
#define FASCIA_TOOLS_PHONE_SUPPLICANT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "platform/wpa_supplicant/wpa_supplicant.h"
#include "stack/phone/credentials.h"

/*
 * A wpa_supplicant of our own: its private folder (0700) with configuration (0600) and control socket, the process,
 * and the connection to it. It dies with us.
 */
struct supplicant_process {
    char folder[64]; /* "" = not made */
    char interface[16];
    pid_t pid; /* 0 = not running */
    struct supplicant *control;
};

/**
 * Makes the folder, writes the configuration and starts `program` on `interface`, in the calling process's network
 * namespace. `log` gets its output (NULL: /dev/null). 0, PHONE_CREDENTIALS_E_*, or negative errno. On errors, too,
 * supplicant_process_stop() is to be called.
 */
int supplicant_process_start(struct supplicant_process *process, const char *program, const char *interface,
                             const struct phone_credentials *credentials, const char *log);

/** Tries once to connect to its control socket. 0, or negative errno: -ENOENT and -ECONNREFUSED mean "not yet". */
int supplicant_process_connect(struct supplicant_process *process);

/** Notes its end if it has ended: true, and `ret_status` as of waitpid(2). */
bool supplicant_process_reap(struct supplicant_process *process, int *ret_status);

/** TERMINATE, SIGTERM, after two seconds SIGKILL; removes the folder. Idempotent. */
void supplicant_process_stop(struct supplicant_process *process);

#endif
