/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_MACHINE_MACHINE_H
#define FASCIA_PLATFORM_MACHINE_MACHINE_H

#include "stack/doctor/doctor.h"

/*
 * Collects the facts of stack/doctor/facts.h: from /proc, /sys, /lib, /boot and /etc below a root, and, when that is
 * this machine's own, from the kernel, D-Bus and the sockets of daemons. Reads only: nothing is loaded, changed or
 * started. Needs no right; what is not allowed stays unknown. Each question to somebody else is given a second at most.
 */

struct machine_port {
    bool tcp;
    uint16_t number;
    bool asked; /* see struct doctor_port */
    char what[DOCTOR_NAME_SIZE];
};

struct machine_request {
    const char *root; /* "" = this machine; else a folder: only files below it are read */
    const struct doctor_config *config;
    uint64_t checks; /* DOCTOR_CHECK_BIT()s: what the others need is left out */
    const struct machine_port *ports;
    size_t ports_count;
    void (*waiting)(const char *for_what, void *userdata); /* before a question that may take a second; may be NULL */
    void *userdata;
};

/** Ports that a projection's receiver uses by convention: TCP 7000 and 5000, UDP 5353. */
extern const struct machine_port machine_usual_ports[];
extern const size_t machine_usual_ports_count;

/** Returns 0 or -ENOMEM. `ret_facts` is large: keep it off the stack. */
int machine_collect(const struct machine_request *request, struct doctor_facts *ret_facts);

#endif
