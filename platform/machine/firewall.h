/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_MACHINE_FIREWALL_H
#define FASCIA_PLATFORM_MACHINE_FIREWALL_H

#include "stack/doctor/facts.h"

/** Takes one NEWCHAIN message of nftables: the attributes behind struct nfgenmsg, and its family. Notes a base chain on
 * input, and one with policy drop. Attributes that contradict their layout end it. */
void machine_parse_chain(uint8_t family, const void *attributes, size_t size, struct doctor_firewall *firewall);

#endif
