/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_ADDR_H
#define FASCIA_TOOLS_FASCIACTL_ADDR_H

#include "stack/report/out.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/verbs.h"

/* The members of `fasciactl addr`, and what they share: org.fascia.Addr1 as they read it. */

int addr_status(struct fasciactl *ctl, int argc, char **argv);
int addr_watch(struct fasciactl *ctl, int argc, char **argv);
int addr_prove(struct fasciactl *ctl, int argc, char **argv);
int addr_plan(struct fasciactl *ctl, int argc, char **argv);

/** A row of Interfaces; texts are clean (see report_text_clean()), "" for what the service does not tell. */
struct addr_interface {
    char name[32], nd[16], progress[16], mac[32], own_iid[32], iid_policy[16], address[80], offender[256];
    uint32_t ifindex;
    bool up, counted;
    uint64_t peers, packets, nd_packets, mld_packets, rs_packets, na_packets;
    uint64_t nd_received, mld_received, ra_received, missed, restored;
};

void addr_interface_read(struct json_object *row, struct addr_interface *ret_interface);

/** A clean copy of the text `key` of an object. */
void addr_text_read(struct json_object *object, const char *key, char *to, size_t size);

/** The properties of fascia-addr, checked to be an object. NULL: said why and what to do on standard error. */
struct json_object *addr_properties(const char *bus_address);

/** Row `i` of an array of objects, or NULL after the last. */
struct json_object *addr_row(struct json_object *properties, const char *key, size_t i);

/** The row of Interfaces that has this name. False, and said so, when there is none. */
bool addr_find(struct json_object *properties, const char *name, struct addr_interface *ret_interface);

#endif
