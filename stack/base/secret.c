/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/secret.h"

#include <errno.h>
#include <string.h>

int fascia_secret_set(struct fascia_secret *s, const void *data, size_t size)
{
    explicit_bzero(s, sizeof *s);
    if (size > sizeof s->octets_)
        return -EMSGSIZE;
    if (size > 0)
        memcpy(s->octets_, data, size);
    s->size_ = size;
    return 0;
}

int fascia_secret_set_random_text(struct fascia_secret *s, size_t length, const uint8_t *random, size_t size)
{
    /* 64 characters that need no quoting in hostapd.conf, JSON or a shell. */
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    explicit_bzero(s, sizeof *s);
    if (length > size || length > sizeof s->octets_)
        return -EINVAL;
    for (size_t i = 0; i < length; i++)
        s->octets_[i] = (uint8_t)alphabet[random[i] & 63];
    s->size_ = length;
    return 0;
}

const uint8_t *fascia_secret_borrow(const struct fascia_secret *s, size_t *ret_size)
{
    if (ret_size)
        *ret_size = s->size_;
    return s->octets_;
}

bool fascia_secret_is_empty(const struct fascia_secret *s)
{
    return s->size_ == 0;
}

bool fascia_secret_equal(const struct fascia_secret *a, const struct fascia_secret *b)
{
    if (a->size_ != b->size_)
        return false;
    unsigned int difference = 0;
    for (size_t i = 0; i < a->size_; i++)
        difference |= (unsigned int)(a->octets_[i] ^ b->octets_[i]);
    return difference == 0;
}

void fascia_secret_wipe(struct fascia_secret *s)
{
    if (s)
        explicit_bzero(s, sizeof *s);
}
