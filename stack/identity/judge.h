/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_IDENTITY_JUDGE_H
#define FASCIA_STACK_IDENTITY_JUDGE_H

#include "stack/identity/certificate.h"
#include "stack/identity/rule.h"

/* A chain, what is known of the client and of the handshake, and the time -> findings. Pure. */

enum identity_trust {
    IDENTITY_TRUST_NOT_ASKED, /* nobody said which CA the client has */
    IDENTITY_TRUST_YES,
    IDENTITY_TRUST_NO,
};

struct identity_session {
    int version; /* as in the protocol: 0x0304 */
    char version_name[16], cipher[64];
    bool forward_secrecy;
};

#define IDENTITY_TRUST_DETAIL_SIZE 512

struct identity_subject {
    struct identity_certificate chain[IDENTITY_CHAIN_MAX]; /* the server's first */
    size_t count;                                          /* at least 1 */
    bool chain_cut;                                        /* there were more */
    bool has_expected, has_session, preinstalled_root;
    struct identity_name expected; /* what the client connects to */
    struct identity_session session;
    enum identity_trust trust;
    char trust_detail[IDENTITY_TRUST_DETAIL_SIZE]; /* what speaks against it */
    int64_t now;                                   /* seconds since 1970, UTC */
};

enum identity_outcome {
    IDENTITY_OUTCOME_MET,
    IDENTITY_OUTCOME_WARNING,
    IDENTITY_OUTCOME_VIOLATED,
    IDENTITY_OUTCOME_NOT_APPLICABLE,
    IDENTITY_OUTCOMES_
};

const char *identity_outcome_name(enum identity_outcome outcome); /* "met" */

#define IDENTITY_NO_CERTIFICATE SIZE_MAX
#define IDENTITY_MEASURED_SIZE  640

struct identity_finding {
    enum identity_rule rule;
    enum identity_outcome outcome;
    size_t certificate;                    /* index in the chain, or IDENTITY_NO_CERTIFICATE */
    char measured[IDENTITY_MEASURED_SIZE]; /* the value that decided */
};

#define IDENTITY_FINDINGS_MAX (IDENTITY_RULES_ * IDENTITY_CHAIN_MAX)

struct identity_judgement {
    struct identity_finding findings[IDENTITY_FINDINGS_MAX]; /* in the order of the rules */
    size_t count;
    size_t outcomes[IDENTITY_OUTCOMES_];
};

/** Judges by every rule. The same input gives the same judgement. */
void identity_judge(const struct identity_subject *subject, struct identity_judgement *ret_judgement);

#endif
