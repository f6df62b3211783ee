/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/iid.h"

#include <errno.h>
#include <string.h>

static const uint8_t link_local_prefix[8] = {0xfe, 0x80};

const char *address_result_text(int result)
{
    static const char *const texts[] = {
        [ADDRESS_E_MAC] = "the MAC address is zero or a group address",
        [ADDRESS_E_MAC_OWN] = "the MAC address is our own",
        [ADDRESS_E_IID_ZERO] = "the interface identifier is zero",
        [ADDRESS_E_IID_OWN] = "the interface identifier is our own",
        [ADDRESS_E_IID_TAKEN] = "the interface identifier belongs to another MAC address",
        [ADDRESS_E_FULL] = "the table is full",
        [ADDRESS_E_NOT_PREPARED] = "the interface is not prepared",
        [ADDRESS_E_IID_RESERVED] = "the interface identifier is reserved for other uses (RFC 5453)",
        [ADDRESS_E_MANAGED] = "the interface is managed in another mode; release it first",
        [ADDRESS_E_AMBIGUOUS] = "the MAC address has several interface identifiers; name one",
        [ADDRESS_E_LEARNT_FULL] = "the MAC address has shown too many interface identifiers",
        [ADDRESS_E_STRANGER] = "nobody asked for a peer with this MAC address",
    };

    if (result < ADDRESS_E_MAC || result >= ADDRESS_RESULTS_)
        return "";
    return texts[result];
}

struct address_iid address_iid_from_mac(const struct fascia_mac *mac)
{
    const uint8_t *o = mac->octets;
    return (struct address_iid){{(uint8_t)(o[0] ^ 0x02), o[1], o[2], 0xff, 0xfe, o[3], o[4], o[5]}};
}

int address_iid_parse(const char *text, struct address_iid *ret_iid)
{
    return fascia_text_to_bytes(text, ret_iid->octets, sizeof ret_iid->octets);
}

const char *address_iid_format(const struct address_iid *iid, char to[static ADDRESS_IID_TEXT_SIZE])
{
    struct fascia_text text;

    fascia_text_init(&text, to, ADDRESS_IID_TEXT_SIZE);
    for (size_t i = 0; i < sizeof iid->octets; i++)
        fascia_text_add(&text, "%02x", iid->octets[i]);
    return to;
}

bool address_iid_equal(const struct address_iid *a, const struct address_iid *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

bool address_iid_is_zero(const struct address_iid *iid)
{
    static const struct address_iid zero;
    return address_iid_equal(iid, &zero);
}

int address_iid_check(const struct address_iid *iid)
{
    static const uint8_t anycast[7] = {0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t iana[6] = {0x02, 0x00, 0x5e, 0xff, 0xfe, 0x00};

    if (address_iid_is_zero(iid))
        return ADDRESS_E_IID_ZERO;
    if (memcmp(iid->octets, anycast, sizeof anycast) == 0 && iid->octets[7] >= 0x80)
        return ADDRESS_E_IID_RESERVED;
    return memcmp(iid->octets, iana, sizeof iana) == 0 ? ADDRESS_E_IID_RESERVED : 0;
}

int address_peer_check(const struct fascia_mac *mac, const struct address_iid *iid, const struct fascia_mac *own_mac,
                       const struct address_iid *own_iid)
{
    if (!fascia_mac_is_unicast(mac))
        return ADDRESS_E_MAC;
    if (own_mac && fascia_mac_equal(mac, own_mac))
        return ADDRESS_E_MAC_OWN;
    if (own_iid && address_iid_equal(iid, own_iid) && !address_iid_is_zero(iid))
        return ADDRESS_E_IID_OWN;
    return address_iid_check(iid);
}

void address_link_local(const struct address_iid *iid, uint8_t ret_octets[static 16])
{
    memcpy(ret_octets, link_local_prefix, sizeof link_local_prefix);
    memcpy(ret_octets + 8, iid->octets, sizeof iid->octets);
}

bool address_link_local_iid(const uint8_t octets[static 16], struct address_iid *ret_iid)
{
    if (memcmp(octets, link_local_prefix, sizeof link_local_prefix) != 0)
        return false;
    memcpy(ret_iid->octets, octets + 8, sizeof ret_iid->octets);
    return true;
}

const char *address_link_local_format(const struct address_iid *iid, const char *ifname,
                                      char to[static ADDRESS_LINK_LOCAL_TEXT_SIZE])
{
    struct fascia_text text;
    bool started = false;

    /* RFC 5952 section 4.2: the longest run of zero groups is shortened, the first one when two are equal. That
     * is always the run behind fe80: three groups, plus the identifier's leading ones. */
    fascia_text_init(&text, to, ADDRESS_LINK_LOCAL_TEXT_SIZE);
    fascia_text_add(&text, "fe80:%s", address_iid_is_zero(iid) ? ":" : "");
    for (size_t i = 0; i < sizeof iid->octets; i += 2) {
        unsigned int group = (unsigned int)iid->octets[i] << 8 | iid->octets[i + 1];
        if (group == 0 && !started)
            continue;
        fascia_text_add(&text, ":%x", group);
        started = true;
    }
    if (ifname && ifname[0] != '\0')
        fascia_text_add(&text, "%%%s", ifname);
    return to;
}
