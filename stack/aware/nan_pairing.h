/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_PAIRING_H
#define FASCIA_STACK_AWARE_NAN_PAIRING_H

#include "stack/aware/nan_frame.h"

/* Pairing: who it is, to those who know (NIRA, 2b), and how to agree on a method (NPBA, 2c). */

#define NAN_NIRA_NONCE_SIZE 8
#define NAN_NIRA_TAG_SIZE   8

struct nan_nira {
    uint8_t version; /* always 0 */
    uint8_t nonce[NAN_NIRA_NONCE_SIZE];
    uint8_t tag[NAN_NIRA_TAG_SIZE]; /* see nan_keys_nira_tag() */
};

/** Returns 0, NAN_E_VALUE (another cipher version) or NAN_E_LENGTH (version 0 has exactly 17 octets). */
int nan_nira_parse(const struct nan_attr *attr, struct nan_nira *ret_nira);

enum nan_npba_type { NAN_NPBA_ADVERTISE = 0, NAN_NPBA_REQUEST = 1, NAN_NPBA_RESPONSE = 2, NAN_NPBA_TYPES_ };
const char *nan_npba_type_name(uint8_t type); /* "advertise"; NULL beyond */

enum nan_npba_status {
    NAN_NPBA_ACCEPTED = 0,
    NAN_NPBA_REJECTED = 1,
    NAN_NPBA_COMEBACK = 2,
    NAN_NPBA_STATUSES_,
};
const char *nan_npba_status_name(uint8_t status); /* "accepted"; NULL beyond */

struct nan_npba {
    uint8_t dialog_token;
    uint8_t type;   /* enum nan_npba_type */
    uint8_t status; /* enum nan_npba_status */
    uint8_t reason;
    uint16_t comeback_after;  /* TU; response with status comeback */
    struct nan_octets cookie; /* status comeback */
    uint16_t methods;         /* enum nan_method (nan_id.h) */
};

/** Returns 0, NAN_E_LENGTH or NAN_E_VALUE (type or status). */
int nan_npba_parse(const struct nan_attr *attr, struct nan_npba *ret_npba);

#endif
