/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RADIO_RADIO_SCHEMA_H
#define FASCIA_PLATFORM_RADIO_RADIO_SCHEMA_H

#include "platform/config/schema.h"

/** The keys of a described radio; members of struct radio_description. */
extern const struct config_key radio_schema[];

#endif
