/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_IDENTITY_RULE_H
#define FASCIA_STACK_IDENTITY_RULE_H

/* The table of rules: rule.def. */

enum identity_level {
    IDENTITY_LEVEL_MANDATORY,   /* not met: violated */
    IDENTITY_LEVEL_RECOMMENDED, /* not met: a warning */
};

/* How sure we are of a rule's words. */
enum identity_wording {
    IDENTITY_WORDING_PUBLISHED,  /* by the platform owner or the IETF, read there */
    IDENTITY_WORDING_QUOTED,     /* published, but read in the quotations of others */
    IDENTITY_WORDING_NOT_PUBLIC, /* how the platform treats it is not published; what we say is caution */
    IDENTITY_WORDING_OWN,        /* fascia's */
};

enum identity_rule {
#define IDENTITY_RULE(symbol, id, level, scope, wording, check, title, source, remedy) IDENTITY_RULE_##symbol,
#include "stack/identity/rule.def"
#undef IDENTITY_RULE
    IDENTITY_RULES_
};

const char *identity_rule_id(enum identity_rule rule); /* "key-rsa-2048": stable */
enum identity_level identity_rule_level(enum identity_rule rule);
enum identity_wording identity_rule_wording(enum identity_rule rule);
const char *identity_rule_title(enum identity_rule rule);
const char *identity_rule_source(enum identity_rule rule);
const char *identity_rule_remedy(enum identity_rule rule);

const char *identity_level_name(enum identity_level level);       /* "mandatory" */
const char *identity_wording_name(enum identity_wording wording); /* "published" */

#endif
