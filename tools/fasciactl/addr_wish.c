/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/addr_wish.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/json.h"

/* `r` of a function of stack/address, about `what`. */
static int explain(const char *what, int r)
{
    if (r == 0)
        return STATUS_OK;
    (void)fprintf(stderr, "fasciactl: %s: %s\n", what, r > 0 ? address_result_text(r) : strerror(-r));
    return STATUS_IMPOSSIBLE;
}

static int want_interface(struct address_table *table, const char *name, unsigned int ifindex,
                          const struct address_wish *wish, addr_wish_fn fn, void *userdata)
{
    int status = explain(name, address_table_prepare(table, ifindex, wish, NULL));

    return status == STATUS_OK ? fn(table, ifindex, userdata) : status;
}

/* From words */

static int usage(const char *option, const char *value, const char *expected)
{
    (void)fprintf(stderr, "fasciactl: %s \"%s\": %s\n", option, value, expected);
    return STATUS_USAGE;
}

static int wish_of_words(const struct addr_words *words, struct address_wish *ret_wish)
{
    *ret_wish = (struct address_wish){.nd = ADDRESS_ND_NONE, .policy = ADDRESS_IID_EUI64};
    if (words->nd != NULL && address_nd_parse(words->nd, &ret_wish->nd) != 0)
        return usage("--nd", words->nd, "none, answer or kernel");
    if (words->own_iid == NULL)
        return STATUS_OK;
    int r = address_iid_policy_parse(words->own_iid, &ret_wish->policy, &ret_wish->iid);
    if (r > 0)
        return explain(words->own_iid, r);
    if (r < 0)
        return usage("--own-iid", words->own_iid, "eui64, or 16 hexadecimal digits");
    if (ret_wish->policy == ADDRESS_IID_STABLE)
        return usage("--own-iid", words->own_iid, "only fascia-addr has the secret of it; give 16 hexadecimal digits");
    return STATUS_OK;
}

/* "MAC" or "MAC=IID" */
static int want_word(struct address_table *table, unsigned int ifindex, const char *word)
{
    const char *digits = strchr(word, '=');
    size_t length = digits != NULL ? (size_t)(digits - word) : strlen(word);
    char text[FASCIA_MAC_TEXT_SIZE];
    struct fascia_mac mac;
    struct address_iid iid;

    if (length != sizeof text - 1)
        return usage("--peer", word, "MAC, or MAC=IID with 16 hexadecimal digits");
    memcpy(text, word, length);
    text[length] = '\0';
    if (fascia_mac_parse(text, &mac) != 0 || (digits != NULL && address_iid_parse(digits + 1, &iid) != 0))
        return usage("--peer", word, "MAC, or MAC=IID with 16 hexadecimal digits");
    return explain(word,
                   address_table_claim(table, ifindex, &mac, digits != NULL ? &iid : NULL, ADDRESS_CLAIM_METHOD, NULL));
}

int addr_wish_from_words(const struct addr_words *words, struct address_table *table, addr_wish_fn fn, void *userdata)
{
    struct address_wish wish;

    int status = wish_of_words(words, &wish);
    if (status != STATUS_OK)
        return status;
    unsigned int ifindex = if_nametoindex(words->interface);
    if (ifindex == 0) {
        (void)fprintf(stderr, "fasciactl: %s: %s\n", words->interface, strerror(errno));
        return STATUS_IMPOSSIBLE;
    }
    status = want_interface(table, words->interface, ifindex, &wish, fn, userdata);
    for (size_t i = 0; status == STATUS_OK && i < words->peers_count; i++)
        status = want_word(table, ifindex, words->peers[i]);
    return status;
}

/* From the service */

static int malformed(const char *what)
{
    (void)fprintf(stderr,
                  "fasciactl: fascia-addr says what this fasciactl does not understand: %s\n"
                  "  They are of different versions: restart it from the same installation.\n",
                  what);
    return STATUS_IMPOSSIBLE;
}

static int want_row(struct address_table *table, struct json_object *row, addr_wish_fn fn, void *userdata)
{
    struct address_wish wish = {.policy = ADDRESS_IID_EUI64};
    struct addr_interface is;
    char here[IF_NAMESIZE];

    addr_interface_read(row, &is);
    if (address_nd_parse(is.nd, &wish.nd) != 0)
        return malformed(is.nd);
    if (strcmp(is.iid_policy, address_iid_policy_name(ADDRESS_IID_EUI64)) != 0) {
        wish.policy = ADDRESS_IID_FIXED; /* a stable one too: it has been made, and its secret is not ours */
        if (address_iid_parse(is.own_iid, &wish.iid) != 0)
            return malformed(is.own_iid);
    }
    if (if_indextoname(is.ifindex, here) == NULL || strcmp(here, is.name) != 0) {
        (void)fprintf(stderr,
                      "fasciactl: %s (index %u) is not in this network namespace\n"
                      "  Run fasciactl in that of fascia-addr: `nsenter --net=/proc/PID/ns/net fasciactl addr plan`.\n",
                      is.name, is.ifindex);
        return STATUS_IMPOSSIBLE;
    }
    return want_interface(table, is.name, is.ifindex, &wish, fn, userdata);
}

static int want_peer(struct address_table *table, struct json_object *row)
{
    struct json_object *value = NULL;
    char mac_text[32], iid_text[32];
    struct fascia_mac mac;
    struct address_iid iid;

    addr_text_read(row, "mac", mac_text, sizeof mac_text);
    addr_text_read(row, "iid", iid_text, sizeof iid_text);
    if (!json_object_object_get_ex(row, "ifindex", &value) || fascia_mac_parse(mac_text, &mac) != 0 ||
        address_iid_parse(iid_text, &iid) != 0)
        return malformed("a peer");
    return explain(mac_text, address_table_claim(table, (unsigned int)json_object_get_int64(value), &mac, &iid,
                                                 ADDRESS_CLAIM_METHOD, NULL));
}

int addr_wish_from_service(struct json_object *properties, struct address_table *table, addr_wish_fn fn, void *userdata)
{
    static const char *const peers[] = {"Peers", "Pending"};
    struct json_object *row = NULL;
    int status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && (row = addr_row(properties, "Interfaces", i)) != NULL; i++)
        status = want_row(table, row, fn, userdata);
    for (size_t n = 0; n < FASCIA_ARRAY_SIZE(peers); n++) {
        for (size_t i = 0; status == STATUS_OK && (row = addr_row(properties, peers[n], i)) != NULL; i++)
            status = want_peer(table, row);
    }
    return status;
}
