/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/store.h"

#include <errno.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/base/cleanup.h"
#include "stack/blackbox/crc32c.h"

/*
 * The image, numbers little-endian:
 *
 *   magic(8) version(2) size of all(4) next id(4) own NIK: size(1) octets, count of peers(1), peers, CRC-32C of all
 *   before it(4)
 *
 * and a peer: id(4) name: size(1) octets, NMI(6) NIK: size(1) octets, NPK: size(1) octets, cipher version(1) AKM:
 * size(1) octets, paired at(8) last seen(8) expires at(8) run of the engine(8)
 */

static const uint8_t magic[8] = "FASC-NAN";

#define VERSION    1
#define CRC_SIZE   4
#define NIK_OCTETS 16
#define NPK_OCTETS 32

_Static_assert(AWARE_STORE_PEERS_MAX <= UINT8_MAX, "one octet counts the peers");
_Static_assert(AWARE_STORE_PEERS_MAX *(4 + 1 + AWARE_PEER_NAME_SIZE + 6 + 1 + NIK_OCTETS + 1 + NPK_OCTETS + 1 + 1 + 16 +
                                       32) < AWARE_STORE_MAX,
               "an image always fits");

void aware_store_init(struct aware_store *store)
{
    *store = (struct aware_store){.next_id = 1};
}

void aware_store_wipe(struct aware_store *store)
{
    explicit_bzero(store, sizeof *store);
}

static void write_le64(struct fascia_writer *w, uint64_t v)
{
    fascia_write_le32(w, (uint32_t)(v & UINT32_MAX));
    fascia_write_le32(w, (uint32_t)(v >> 32));
}

static uint64_t read_le64(struct fascia_reader *r)
{
    uint64_t low = fascia_read_le32(r);
    return low | (uint64_t)fascia_read_le32(r) << 32;
}

static void write_sized(struct fascia_writer *w, const void *data, size_t size)
{
    fascia_write_u8(w, (uint8_t)size);
    fascia_write_bytes(w, data, size);
}

static void write_secret(struct fascia_writer *w, const struct fascia_secret *secret)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(secret, &size);

    write_sized(w, octets, size);
}

static void write_text(struct fascia_writer *w, const char *text, size_t size)
{
    write_sized(w, text, strnlen(text, size - 1));
}

static void write_peer(struct fascia_writer *w, const struct aware_stored_peer *peer)
{
    fascia_write_le32(w, peer->id);
    write_text(w, peer->name, sizeof peer->name);
    fascia_write_bytes(w, peer->nmi.octets, sizeof peer->nmi.octets);
    write_secret(w, &peer->nik);
    write_secret(w, &peer->npk);
    fascia_write_u8(w, peer->cipher_version);
    write_text(w, peer->akm, sizeof peer->akm);
    write_le64(w, (uint64_t)peer->paired_at_s);
    write_le64(w, (uint64_t)peer->last_seen_s);
    write_le64(w, (uint64_t)peer->expires_at_s);
    write_le64(w, peer->engine_run);
}

static uint8_t count_peers(const struct aware_store *store)
{
    uint8_t count = 0;

    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
        count = (uint8_t)(count + (store->peers[i].id != 0));
    return count;
}

static void write_all(struct fascia_writer *w, const struct aware_store *store, size_t total)
{
    fascia_write_bytes(w, magic, sizeof magic);
    fascia_write_le16(w, VERSION);
    fascia_write_le32(w, (uint32_t)total);
    fascia_write_le32(w, store->next_id);
    write_secret(w, &store->own_nik);
    fascia_write_u8(w, count_peers(store));
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        if (store->peers[i].id != 0)
            write_peer(w, &store->peers[i]);
    }
}

int aware_store_encode(const struct aware_store *store, uint8_t *to, size_t size, size_t *ret_size)
{
    struct fascia_writer w;

    /* Twice: the size stands before what it is the size of. */
    fascia_writer_init(&w, to, size);
    write_all(&w, store, 0);
    size_t total = w.used + CRC_SIZE;
    fascia_writer_init(&w, to, size);
    write_all(&w, store, total);
    if (!fascia_writer_ok(&w))
        return -EMSGSIZE;
    fascia_write_le32(&w, crc32c(to, w.used));
    if (!fascia_writer_ok(&w))
        return -EMSGSIZE;
    *ret_size = w.used;
    return 0;
}

/* Of `octets`, or empty. */
static bool read_secret(struct fascia_reader *r, size_t octets, struct fascia_secret *ret_secret)
{
    size_t size = fascia_read_u8(r);
    const uint8_t *data = fascia_read_bytes(r, size);

    return data && (size == 0 || size == octets) && fascia_secret_set(ret_secret, data, size) == 0;
}

/* Without control characters, so that it can be shown. */
static bool read_text(struct fascia_reader *r, char *to, size_t size)
{
    size_t n = fascia_read_u8(r);
    const uint8_t *data = fascia_read_bytes(r, n);

    if (!data || n >= size)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (data[i] < ' ' || data[i] == 0x7f)
            return false;
        to[i] = (char)data[i];
    }
    to[n] = '\0';
    return true;
}

static bool read_time(struct fascia_reader *r, int64_t *ret_time)
{
    uint64_t v = read_le64(r);

    *ret_time = (int64_t)(v & INT64_MAX);
    return v <= INT64_MAX;
}

static bool read_peer(struct fascia_reader *r, struct aware_stored_peer *peer)
{
    bool ok = true;

    peer->id = fascia_read_le32(r);
    ok &= read_text(r, peer->name, sizeof peer->name);
    fascia_read_copy(r, peer->nmi.octets, sizeof peer->nmi.octets);
    ok &= read_secret(r, NIK_OCTETS, &peer->nik);
    ok &= read_secret(r, NPK_OCTETS, &peer->npk);
    peer->cipher_version = fascia_read_u8(r);
    ok &= read_text(r, peer->akm, sizeof peer->akm);
    ok &= read_time(r, &peer->paired_at_s);
    ok &= read_time(r, &peer->last_seen_s);
    ok &= read_time(r, &peer->expires_at_s);
    peer->engine_run = read_le64(r);
    return ok && peer->id != 0 && fascia_reader_ok(r);
}

/* Ids are given once, so those of the rows are different and less than the next. */
static bool ids_are_right(const struct aware_store *store, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (store->peers[i].id >= store->next_id)
            return false;
        for (size_t j = 0; j < i; j++) {
            if (store->peers[i].id == store->peers[j].id)
                return false;
        }
    }
    return store->next_id != 0;
}

static bool read_content(struct fascia_reader *r, struct aware_store *store)
{
    store->next_id = fascia_read_le32(r);
    if (!read_secret(r, NIK_OCTETS, &store->own_nik))
        return false;
    size_t count = fascia_read_u8(r);
    if (count > AWARE_STORE_PEERS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_peer(r, &store->peers[i]))
            return false;
    }
    return fascia_reader_ok(r) && fascia_reader_left(r) == 0 && ids_are_right(store, count);
}

static bool crc_is_right(const uint8_t *image, size_t size)
{
    struct fascia_reader r;

    fascia_reader_init(&r, image + size - CRC_SIZE, CRC_SIZE);
    return fascia_read_le32(&r) == crc32c(image, size - CRC_SIZE);
}

int aware_store_decode(const void *image, size_t size, struct aware_store *ret_store)
{
    struct aware_store store = {.next_id = 0};
    struct fascia_reader r;

    if (size < sizeof magic + CRC_SIZE || size > AWARE_STORE_MAX || !crc_is_right(image, size))
        return AWARE_STORE_E_CORRUPT;
    fascia_reader_init(&r, image, size - CRC_SIZE);
    const uint8_t *start = fascia_read_bytes(&r, sizeof magic);
    uint16_t version = fascia_read_le16(&r);
    if (!start || memcmp(start, magic, sizeof magic) != 0 || !fascia_reader_ok(&r) || version == 0)
        return AWARE_STORE_E_CORRUPT;
    if (version > VERSION)
        return AWARE_STORE_E_VERSION;
    bool ok = fascia_read_le32(&r) == size && read_content(&r, &store);
    if (ok)
        *ret_store = store;
    aware_store_wipe(&store);
    return ok ? 0 : AWARE_STORE_E_CORRUPT;
}

struct aware_stored_peer *aware_store_find(struct aware_store *store, uint32_t id)
{
    for (size_t i = 0; id != 0 && i < AWARE_STORE_PEERS_MAX; i++) {
        if (store->peers[i].id == id)
            return &store->peers[i];
    }
    return NULL;
}

struct aware_stored_peer *aware_store_find_nik(struct aware_store *store, const struct fascia_secret *nik)
{
    for (size_t i = 0; !fascia_secret_is_empty(nik) && i < AWARE_STORE_PEERS_MAX; i++) {
        if (store->peers[i].id != 0 && fascia_secret_equal(&store->peers[i].nik, nik))
            return &store->peers[i];
    }
    return NULL;
}

/* A free row, or that of the peer that was seen longest ago; of two such, that which was paired first. */
static struct aware_stored_peer *row_to_use(struct aware_store *store)
{
    struct aware_stored_peer *oldest = &store->peers[0];

    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        struct aware_stored_peer *peer = &store->peers[i];
        if (peer->id == 0)
            return peer;
        if (peer->last_seen_s < oldest->last_seen_s ||
            (peer->last_seen_s == oldest->last_seen_s && peer->id < oldest->id))
            oldest = peer;
    }
    return oldest;
}

struct aware_stored_peer *aware_store_add(struct aware_store *store)
{
    struct aware_stored_peer *peer = row_to_use(store);

    aware_store_remove(peer);
    peer->id = store->next_id++;
    return peer;
}

void aware_store_remove(struct aware_stored_peer *peer)
{
    if (peer)
        explicit_bzero(peer, sizeof *peer);
}
