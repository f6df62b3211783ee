/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_FACTS_JSON_H
#define FASCIA_STACK_REPORT_FACTS_JSON_H

#include <json-c/json_types.h>

#include "stack/report/facts.h"

/*
 * Facts from JSON. The services' objects are their D-Bus properties as they are (names of config/dbus/ *.xml; a{sv}
 * an object, structs and arrays JSON arrays). Members that are missing or of the wrong type leave the fact at its
 * zero: the judge then says "unknown". Nothing here takes a reference.
 */

/** Properties of org.fascia.Supervisor1. */
void report_facts_read_supervisor(struct report_facts *facts, struct json_object *properties);

/**
 * The same from the reply of Supervisor1.GetSnapshot, [generation, phase, functions, units, ladders]: what changes, and
 * nothing else.
 */
void report_facts_read_snapshot(struct report_facts *facts, struct json_object *snapshot);

/** The reply of Supervisor1.GetBoot: [fasciad_us, [[unit, …], …], [[stage, …], …]]; NULL = not known. */
void report_facts_read_boot(struct report_facts *facts, struct json_object *reply);

/**
 * The reply of Supervisor1.GetEvents: [[t_us, name, source, detail], …]; after the supervisor's properties, because
 * times become relative to its start. When there are more than REPORT_EVENTS_MAX, the newest are kept.
 */
void report_facts_read_events(struct report_facts *facts, struct json_object *events);

/** Properties of org.fascia.Link1, .Addr1, .Audio1; NULL = the service does not answer. */
void report_facts_read_link(struct report_facts *facts, struct json_object *properties);
void report_facts_read_address(struct report_facts *facts, struct json_object *properties);
void report_facts_read_audio(struct report_facts *facts, struct json_object *properties);

/** The reply of Audio1.GetLevels: [speakers, classes, reduction_db, loudness, true_peak_db]. */
void report_facts_read_levels(struct report_facts *facts, struct json_object *reply);

/** Properties of org.fascia.Aware1; NULL: it is not there, as in most units. */
void report_facts_read_aware(struct report_facts *facts, struct json_object *properties);

/**
 * The reply of Link1.GetStationHistory for one of the stations that were read before, after the supervisor's
 * properties: [[time_us, tx_rate_kbps, rx_rate_kbps, tx_nss, rx_nss, signal_dbm, retries, airtime_permille], …]. When
 * there are more than REPORT_SAMPLES_MAX, the newest are kept. Rows that cannot be, or go back in time, count as cut.
 */
void report_facts_read_history(struct report_facts *facts, const char *mac, struct json_object *history);

enum report_attachment {
    REPORT_ATTACHMENT_UNKNOWN,
    REPORT_ATTACHMENT_PHONE, /* the virtual phone's record: has "joined" or "tcp" */
    REPORT_ATTACHMENT_SOUND, /* a sound measurement: has "speakers" and "channels" */
};

/** Which of them an attached document is; reads it into the facts when it is known. */
enum report_attachment report_facts_read_attachment(struct report_facts *facts, struct json_object *document);

#endif
