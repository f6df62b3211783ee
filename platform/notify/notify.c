/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/notify/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

/* Sending fails only when nobody supervises us or the supervisor is gone; neither is the service's problem.
 */

void notify_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void notify_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void notify_reloading(int64_t now_us)
{
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, now_us);
}

void notify_status(const char *format, ...)
{
    char status[FASCIA_DETAIL_SIZE];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(status, sizeof status, format, args);
    va_end(args);
    (void)sd_notifyf(0, "STATUS=%s", status);
}

void notify_fact(const struct fascia_fact *fact)
{
    char line[FASCIA_DETAIL_SIZE + 64];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    fascia_fact_format(fact, &text);
    (void)sd_notifyf(0, "STATUS=%s\n" NOTIFY_KEY_FACT "=%s", line, line);
}

void notify_radio(const char *wiphy)
{
    (void)sd_notifyf(0, NOTIFY_KEY_RADIO "=%s", wiphy);
}

void notify_event(const struct fascia_event *event)
{
    char line[FASCIA_DETAIL_SIZE + 96];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    fascia_event_format(event, &text);
    (void)sd_notifyf(0, NOTIFY_KEY_EVENT "=%s", line);
}
