/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs that only read an identity: show, export-pin. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/openssl/certificate.h"
#include "tools/identity/identity.h"
#include "tools/identity/json.h"
#include "tools/identity/verbs.h"

enum { OPT_JSON = 1, OPT_NOW, OPT_LEAF };

static const char show_help[] = "Usage: fascia-identity show DIR [--json] [--now TIME]\n"
                                "\n"
                                "Lists the CAs and the current certificates of an identity. No key is shown.\n"
                                "\n"
                                "  --json           as JSON\n"
                                "  --now TIME       instead of the clock: seconds since 1970, or YYYY-MM-DD\n";

struct shown {
    struct json_object *list; /* NULL = text */
    int64_t now;
};

static void print_entry(const struct identity_entry *entry, int64_t now)
{
    const struct identity_certificate *certificate = &entry->certificate;
    char start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE], pin[PIN_TEXT_SIZE];

    printf("%s%s%s %s/%u: %s\n", entry->role, entry->name[0] != '\0' ? "/" : "", entry->name, entry->link,
           entry->generation, certificate->subject);
    printf("  %s to %s, %" PRId64 " days left; %s\n", time_text(certificate->not_before, start),
           time_text(certificate->not_after, end), identity_days_left(certificate, now), certificate->key_name);
    if (certificate->sans_count > 0)
        printf("  for");
    for (size_t i = 0; i < certificate->sans_count; i++)
        printf("%s %s", i > 0 ? "," : "", certificate->sans[i].text);
    printf("%s  pin %s\n", certificate->sans_count > 0 ? "\n" : "", pin_text(certificate->pin, pin));
}

static void show_entry(const struct identity_entry *entry, void *userdata)
{
    const struct shown *shown = userdata;

    if (shown->list == NULL) {
        print_entry(entry, shown->now);
        return;
    }
    struct json_object *object = json_of_certificate(&entry->certificate, shown->now);
    json_add_text(object, "role", entry->role);
    json_add_text(object, "link", entry->link);
    json_add_text(object, "name", entry->name);
    json_add_int(object, "generation", entry->generation);
    (void)json_object_array_add(shown->list, object);
}

int verb_show(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPT_JSON}, {"now", required_argument, NULL, OPT_NOW}, {0}};
    struct shown shown = {0};
    struct problem problem = {0};
    const char *now_text = NULL;
    bool json = false;
    int status = STATUS_OK, option = 0;

    while ((option = next_option(argc, argv, options, show_help, &status)) >= 0) {
        json = json || option == OPT_JSON;
        now_text = option == OPT_NOW ? optarg : now_text;
    }
    if (option == -2)
        return status;
    const char *path = one_operand(argc, argv, "DIR");
    if (path == NULL)
        return STATUS_USAGE;
    status = take_time("show", now_text, &shown.now);
    if (status != STATUS_OK)
        return status;
    shown.list = json ? json_object_new_array() : NULL;
    int r = identity_list(path, show_entry, &shown, &problem);
    if (r < 0) {
        (void)fprintf(stderr, "fascia-identity show: %s\n", problem.text);
        (void)json_object_put(shown.list);
        return STATUS_IMPOSSIBLE;
    }
    return !json || json_print(shown.list) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

static const char pin_help[] =
    "Usage: fascia-identity export-pin DIR|FILE [--leaf NAME]\n"
    "\n"
    "Prints the base64 of the SHA-256 of the public key (SubjectPublicKeyInfo): of each CA of an identity, or of each\n"
    "certificate in a file. Pin the CA: a pin of a leaf is void after each rotation.\n"
    "\n"
    "  --leaf NAME      the pin of this current certificate of an identity instead\n";

struct wanted {
    const char *leaf; /* NULL = the CAs */
    size_t count;
};

static void print_pin(const struct identity_entry *entry, void *userdata)
{
    struct wanted *wanted = userdata;
    char pin[PIN_TEXT_SIZE];
    bool is_leaf = strcmp(entry->role, "leaf") == 0;

    if (is_leaf != (wanted->leaf != NULL) || (is_leaf && strcmp(entry->name, wanted->leaf) != 0))
        return;
    puts(pin_text(entry->certificate.pin, pin));
    wanted->count++;
}

static int print_file_pins(const char *path)
{
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *stack = NULL;
    uint8_t pin[IDENTITY_PIN_SIZE];
    char text[PIN_TEXT_SIZE];

    int r = openssl_certificates_read(path, &stack);
    for (int i = 0; r == 0 && i < sk_X509_num(stack); i++) {
        r = openssl_pin(sk_X509_value(stack, i), pin);
        if (r == 0)
            puts(pin_text(pin, text));
    }
    if (r == 0)
        return STATUS_OK;
    (void)fprintf(stderr, "fascia-identity export-pin: %s: %s\n", path, r < 0 ? strerror(-r) : "no certificate in it");
    return STATUS_IMPOSSIBLE;
}

int verb_export_pin(int argc, char **argv)
{
    static const struct option options[] = {{"leaf", required_argument, NULL, OPT_LEAF}, {0}};
    struct wanted wanted = {0};
    struct problem problem = {0};
    struct stat st;
    int status = STATUS_OK, option = 0;

    while ((option = next_option(argc, argv, options, pin_help, &status)) >= 0)
        wanted.leaf = optarg;
    if (option == -2)
        return status;
    const char *path = one_operand(argc, argv, "DIR or FILE");
    if (path == NULL)
        return STATUS_USAGE;
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return wanted.leaf == NULL ? print_file_pins(path) : usage("export-pin", "--leaf goes with DIR only");
    if (identity_list(path, print_pin, &wanted, &problem) < 0) {
        (void)fprintf(stderr, "fascia-identity export-pin: %s\n", problem.text);
        return STATUS_IMPOSSIBLE;
    }
    if (wanted.count == 0)
        (void)fprintf(stderr, "fascia-identity export-pin: %s has no leaf \"%s\" (fascia-identity show lists them)\n",
                      path, wanted.leaf);
    return wanted.count > 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
