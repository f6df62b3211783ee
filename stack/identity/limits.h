/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_IDENTITY_LIMITS_H
#define FASCIA_STACK_IDENTITY_LIMITS_H

#include <stdint.h>

/*
 * The numbers of the published rules. When the platform owner changes one, one line changes here; the rules that use
 * them are rule.def. Days have 86,400 seconds and both ends of a validity count (RFC 5280 4.1.2.5), as the articles
 * say.
 */

#define IDENTITY_DAY_S INT64_C(86400)

#define IDENTITY_RSA_BITS_MIN 2048 /* support article 103769 (HT210176) */
#define IDENTITY_EC_BITS_MIN  256  /* App Transport Security, minimum requirements of the server */

#define IDENTITY_VALIDITY_DAYS_MAX   825                 /* 103769, whatever the root is */
#define IDENTITY_VALIDITY_SINCE      INT64_C(1561939200) /* 2019-07-01: EKU and 825 days hold for newer ones */
#define IDENTITY_PUBLIC_DAYS_MAX     398 /* support article 102028 (HT211025): preinstalled roots only */
#define IDENTITY_PUBLIC_SINCE        INT64_C(1598918400) /* 2020-09-01 */
#define IDENTITY_TLS_VERSION_MIN     0x0303              /* TLS 1.2: App Transport Security */
#define IDENTITY_TLS_VERSION_ADVISED 0x0304              /* TLS 1.3: RFC 8446 */

/* Ours. */
#define IDENTITY_EXPIRY_WARNING_DAYS 30
#define IDENTITY_LEAF_DAYS           397 /* what 102028 recommends; below every published limit, whatever the root is */
#define IDENTITY_CA_DAYS             3650 /* no published limit for a private root; a unit's life is longer than a leaf's */

/*
 * A certificate becomes valid so long before it is made. A head unit's clock may be ahead of the phone's; the usual
 * worst case is a real-time clock that holds local time and is read as UTC, which is off by at most 14 hours. A day
 * covers it, and costs nothing: the day counts within the validity limit.
 */
#define IDENTITY_BACKDATE_S IDENTITY_DAY_S

#endif
