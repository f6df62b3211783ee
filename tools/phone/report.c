/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/report.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stack/phone/credentials.h"

static void add_text(struct json_object *json, const char *key, const char *text)
{
    (void)json_object_object_add(json, key, text[0] ? json_object_new_string(text) : NULL);
}

static void add_number(struct json_object *json, const char *key, uint64_t number)
{
    (void)json_object_object_add(json, key, json_object_new_uint64(number));
}

static void add_bool(struct json_object *json, const char *key, bool value)
{
    (void)json_object_object_add(json, key, json_object_new_boolean(value));
}

static void add_mac(struct json_object *json, const char *key, bool known, const struct fascia_mac *mac)
{
    char text[FASCIA_MAC_TEXT_SIZE] = "";
    add_text(json, key, known ? fascia_mac_format(mac, text) : text);
}

/* A network name is octets; JSON is UTF-8. What is not printable ASCII becomes \xHH, and a backslash \\. */
static void add_ssid(struct json_object *json, const uint8_t *ssid, size_t size)
{
    char text[4 * PHONE_SSID_MAX + 1];
    struct fascia_text t;

    fascia_text_init(&t, text, sizeof text);
    for (size_t i = 0; i < size; i++) {
        if (ssid[i] == '\\')
            fascia_text_add(&t, "\\\\");
        else
            fascia_text_add(&t, ssid[i] >= 0x20 && ssid[i] <= 0x7e ? "%c" : "\\x%02x", ssid[i]);
    }
    add_text(json, "ssid", text);
}

struct json_object *report_of_transfer(const struct phone_transfer *transfer)
{
    struct json_object *json = json_object_new_object();

    add_bool(json, "ok", transfer->ok);
    add_number(json, "bytes", transfer->bytes);
    (void)json_object_object_add(json, "ms", json_object_new_int64(transfer->ms));
    add_number(json, "attempts", transfer->attempts);
    add_text(json, "peer", transfer->peer);
    add_text(json, "error", transfer->error);
    return json;
}

static struct json_object *report_of_nd(const struct phone_nd *nd)
{
    struct json_object *json = json_object_new_object();

    add_bool(json, "counted", nd->counted);
    add_number(json, "sent", nd->nd_sent);
    add_number(json, "received", nd->nd_received);
    add_number(json, "mld_sent", nd->mld_sent);
    add_number(json, "mld_received", nd->mld_received);
    add_number(json, "frames", nd->frames);
    add_number(json, "dropped", nd->dropped);
    if (nd->has_kernel) {
        struct json_object *kernel = json_object_new_object();
        add_number(kernel, "nd_out", nd->kernel.nd_out);
        add_number(kernel, "mld_out", nd->kernel.mld_out);
        add_number(kernel, "icmp6_out", nd->kernel.icmp6_out);
        (void)json_object_object_add(json, "kernel", kernel);
    }
    return json;
}

static struct json_object *report_of_end(bool known, const struct fascia_mac *mac, const char *address)
{
    struct json_object *json = json_object_new_object();
    add_mac(json, "mac", known, mac);
    add_text(json, "address", address);
    return json;
}

static struct json_object *report_of_timeline(const struct phone_result *result)
{
    struct json_object *json = json_object_new_array();

    for (size_t i = 0; i < result->timeline_count; i++) {
        struct json_object *moment = json_object_new_object();
        (void)json_object_object_add(moment, "t_ms", json_object_new_int64(result->timeline[i].t_ms));
        add_text(moment, "event", result->timeline[i].event);
        (void)json_object_array_add(json, moment);
    }
    return json;
}

static void add_association(struct json_object *json, const struct phone_result *result)
{
    const struct phone_status *status = &result->status;

    add_mac(json, "bssid", status->has_bssid, &status->bssid);
    add_ssid(json, status->ssid, status->ssid_size);
    add_number(json, "freq_mhz", status->freq_mhz);
    add_number(json, "channel", phone_channel_of_freq(status->freq_mhz));
    add_text(json, "key_mgmt", status->key_mgmt);
    add_text(json, "pairwise_cipher", status->pairwise_cipher);
    add_number(json, "pmf", status->pmf);
    add_number(json, "wifi_generation", status->wifi_generation);
    if (result->has_signal) {
        struct json_object *sig = json_object_new_object();
        (void)json_object_object_add(sig, "rssi_dbm", json_object_new_int(result->signal.rssi_dbm));
        add_number(sig, "link_speed_mbps", result->signal.link_speed_mbps);
        add_number(sig, "width_mhz", result->signal.width_mhz);
        add_number(sig, "center_mhz", result->signal.center_mhz);
        (void)json_object_object_add(json, "signal", sig);
    }
}

struct json_object *report_of_result(const struct phone_result *result)
{
    struct json_object *json = json_object_new_object(), *tcp = json_object_new_object();

    add_bool(json, "ok", result->ok);
    add_text(json, "reason", result->reason);
    add_bool(json, "joined", result->joined);
    add_number(json, "joins", result->joins);
    add_text(json, "radio", result->radio);
    add_text(json, "interface", result->interface);
    add_association(json, result);
    (void)json_object_object_add(json, "own", report_of_end(result->has_own, &result->own_mac, result->own_address));
    (void)json_object_object_add(
        json, "head_unit", report_of_end(result->has_head_unit, &result->head_unit_mac, result->head_unit_address));
    if (result->to_head_unit.asked)
        (void)json_object_object_add(tcp, "to_head_unit", report_of_transfer(&result->to_head_unit));
    if (result->from_head_unit.asked)
        (void)json_object_object_add(tcp, "from_head_unit", report_of_transfer(&result->from_head_unit));
    (void)json_object_object_add(json, "tcp", tcp);
    (void)json_object_object_add(json, "nd", report_of_nd(&result->nd));
    (void)json_object_object_add(json, "started_monotonic_us", json_object_new_int64(result->started_us));
    (void)json_object_object_add(json, "timeline", report_of_timeline(result));
    add_number(json, "timeline_lost", result->timeline_lost);
    return json;
}

void report_forget(const char *path)
{
    if (path)
        (void)unlink(path); /* absent is as good; what else is wrong shows when writing */
}

int report_write(struct json_object *json, const char *path)
{
    const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
    char draft[PATH_MAX];

    if (!text)
        return -ENOMEM;
    if (!path)
        return puts(text) < 0 || fflush(stdout) != 0 ? -EIO : 0;
    int n = snprintf(draft, sizeof draft, "%s.%d.new", path, (int)getpid());
    if (n < 0 || (size_t)n >= sizeof draft)
        return -ENAMETOOLONG;
    FILE *file = fopen(draft, "we");
    if (!file)
        return -errno;
    bool written = fprintf(file, "%s\n", text) > 0;
    written = fclose(file) == 0 && written; /* always close */
    if (!written || rename(draft, path) < 0) {
        int r = written ? -errno : -EIO;
        (void)unlink(draft);
        return r;
    }
    return 0;
}
