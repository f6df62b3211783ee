/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_OPENSSL_TLS_H
#define FASCIA_PLATFORM_OPENSSL_TLS_H

#include "platform/openssl/ssl.h"
#include "platform/openssl/verify.h"
#include "stack/identity/judge.h"

/*
 * One TLS handshake as a client that looks at everything and refuses nothing: old versions and weak keys are what the
 * rules are to find. Nothing but the handshake is sent.
 */

#define OPENSSL_CONNECT_US  5000000 /* for name, connection and handshake together */
#define OPENSSL_PATIENCE_US 2000000 /* after that `slow` is called */

struct openssl_peer {
    STACK_OF(X509) * chain; /* the server's first; caller's, openssl_peer_wipe() */
    struct identity_session session;
    struct openssl_verdict verdict; /* not asked when there was no store */
};

/** Called once when it takes long, with what is waited for ("the name", "the connection", "the handshake"). */
typedef void (*openssl_slow_fn)(const char *what, void *userdata);

struct openssl_probe {
    const struct identity_target *target;
    X509_STORE *store; /* whom to trust; NULL = do not validate */
    int64_t now;       /* for validation, seconds since 1970 */
    openssl_slow_fn slow;
    void *userdata;
    const char *stage; /* out, also on errors: what was under way */
    const char *why;   /* out, on errors: OpenSSL's or the resolver's words, or NULL; static */
};

/**
 * Connects and shakes hands. Returns 0, a negative errno (-ETIMEDOUT, -ECONNREFUSED, -EHOSTUNREACH, -ENODEV for an
 * unknown zone, -ENOENT for an unknown name), or -EPROTO when the handshake failed. Blocks for OPENSSL_CONNECT_US at
 * most.
 */
int openssl_probe_run(struct openssl_probe *probe, struct openssl_peer *ret_peer);

/** NULL-safe, idempotent. */
void openssl_peer_wipe(struct openssl_peer *peer);

static inline void fascia_cleanup_openssl_peer(struct openssl_peer *peer)
{
    openssl_peer_wipe(peer);
}

#endif
