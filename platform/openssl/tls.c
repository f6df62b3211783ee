/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/openssl/tls.h"

#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "stack/base/text.h"

struct attempt {
    struct openssl_probe *probe;
    struct openssl_verdict verdict;
    int64_t start_us;
    bool told;
};

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Until when to wait now: the moment to tell that it takes long, or the end. 0 when that is over. */
static int64_t left_us(const struct attempt *attempt)
{
    int64_t end = attempt->told ? OPENSSL_CONNECT_US : OPENSSL_PATIENCE_US;
    int64_t left = attempt->start_us + end - now_us();

    return left > 0 ? left : 0;
}

/* The time ran out: the first time it is told, the second time it is the end. */
static int out_of_time(struct attempt *attempt)
{
    if (attempt->told)
        return -ETIMEDOUT;
    attempt->told = true;
    if (attempt->probe->slow != NULL)
        attempt->probe->slow(attempt->probe->stage, attempt->probe->userdata);
    return 0;
}

static int wait_for(struct attempt *attempt, int fd, short events)
{
    for (;;) {
        struct pollfd poller = {.fd = fd, .events = events};
        int n = poll(&poller, 1, (int)((left_us(attempt) + 999) / 1000));
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
        int r = n == 0 ? out_of_time(attempt) : 0;
        if (r < 0)
            return r;
    }
}

/*
 * A name may take the resolver longer than we have. The request is static: when we leave, the resolver's thread may
 * still be writing into it.
 */
static int look_up(struct attempt *attempt, const char *host, const char *port, struct addrinfo **ret_list)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    static struct gaicb request;
    static struct gaicb *requests[1] = {&request};
    static char host_copy[IDENTITY_NAME_SIZE], port_copy[8];

    (void)fascia_text_copy(host_copy, sizeof host_copy, host);
    (void)fascia_text_copy(port_copy, sizeof port_copy, port);
    request = (struct gaicb){.ar_name = host_copy, .ar_service = port_copy, .ar_request = &hints};
    if (getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL) != 0)
        return -ENOMEM;
    for (;;) {
        int status = gai_error(&request);
        if (status != EAI_INPROGRESS && status != 0) {
            attempt->probe->why = gai_strerror(status);
            return status == EAI_MEMORY ? -ENOMEM : -ENOENT;
        }
        if (status == 0) {
            *ret_list = request.ar_result;
            return 0;
        }
        int64_t left = left_us(attempt);
        struct timespec limit = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
        int r = left == 0 ? out_of_time(attempt) : 0;
        if (r < 0)
            return r;
        if (left > 0)
            (void)gai_suspend((const struct gaicb *const *)(void *)requests, 1, &limit);
    }
}

static int connect_to(struct attempt *attempt, const struct sockaddr *address, socklen_t size)
{
    int problem = 0;
    socklen_t problem_size = sizeof problem;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    int r = connect(fd, address, size) < 0 ? -errno : 0;
    if (r == -EINPROGRESS)
        r = wait_for(attempt, fd, POLLOUT);
    if (r == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &problem_size) == 0)
        r = -problem;
    if (r == 0)
        return fd;
    (void)close(fd);
    return r;
}

static int connect_address(struct attempt *attempt, const struct identity_target *target)
{
    struct sockaddr_in in4 = {.sin_family = AF_INET, .sin_port = htons(target->port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(target->port)};
    int64_t index = 0;

    if (target->name.ip_size == 4) {
        memcpy(&in4.sin_addr, target->name.ip, 4);
        return connect_to(attempt, (const struct sockaddr *)&in4, sizeof in4);
    }
    memcpy(&in6.sin6_addr, target->name.ip, 16);
    if (target->zone[0] != '\0') {
        in6.sin6_scope_id = if_nametoindex(target->zone);
        if (in6.sin6_scope_id == 0 && fascia_text_to_i64(target->zone, 1, INT32_MAX, &index) < 0)
            return -ENODEV;
        if (in6.sin6_scope_id == 0)
            in6.sin6_scope_id = (uint32_t)index;
    }
    return connect_to(attempt, (const struct sockaddr *)&in6, sizeof in6);
}

static int connect_name(struct attempt *attempt, const struct identity_target *target)
{
    struct addrinfo *list = NULL;
    char port[8];
    struct fascia_text text;

    attempt->probe->stage = "the name";
    fascia_text_init(&text, port, sizeof port);
    fascia_text_add(&text, "%u", target->port);
    int r = look_up(attempt, target->name.text, port, &list);
    if (r < 0)
        return r;
    attempt->probe->stage = "the connection";
    r = -ENOENT;
    for (const struct addrinfo *at = list; at != NULL && r < 0 && r != -ETIMEDOUT; at = at->ai_next)
        r = connect_to(attempt, at->ai_addr, at->ai_addrlen);
    freeaddrinfo(list);
    return r;
}

/* In place of the library's own verification: looks, and lets everything pass. */
static int on_certificates(X509_STORE_CTX *context, void *userdata)
{
    struct attempt *attempt = userdata;

    if (attempt->probe->store != NULL)
        openssl_verify_context(context, attempt->probe->now, &attempt->verdict);
    return 1;
}

/* Level 0 and old versions, so that a bad server is seen and judged instead of only failing. */
static SSL_CTX *make_context(struct attempt *attempt)
{
    _cleanup_(SSL_CTX_free) SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (context == NULL)
        return NULL;
    SSL_CTX_set_security_level(context, 0);
    if (SSL_CTX_set_min_proto_version(context, TLS1_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!eNULL") != 1)
        return NULL;
    if (attempt->probe->store != NULL)
        SSL_CTX_set1_cert_store(context, attempt->probe->store);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, on_certificates, attempt);
    return FASCIA_STEAL(context);
}

static int shake_hands(struct attempt *attempt, SSL *ssl, int fd)
{
    attempt->probe->stage = "the handshake";
    for (;;) {
        ERR_clear_error();
        errno = 0;
        int done = SSL_connect(ssl);
        if (done == 1)
            return 0;
        int error = SSL_get_error(ssl, done);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            /* Nothing queued: it was the system call, or the end of the stream. */
            if (ERR_peek_error() == 0)
                attempt->probe->why = errno != 0 ? strerror(errno) : "the server closed the connection";
            else
                attempt->probe->why = openssl_error();
            return -EPROTO;
        }
        int r = wait_for(attempt, fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
        if (r < 0)
            return r;
    }
}

static int take_peer(const struct attempt *attempt, SSL *ssl, struct openssl_peer *ret_peer)
{
    struct openssl_peer peer = {.verdict = attempt->verdict};
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);

    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
    if (chain == NULL || sk_X509_num(chain) == 0)
        return -EPROTO;
    peer.chain = X509_chain_up_ref(chain);
    if (peer.chain == NULL)
        return -ENOMEM;
    peer.session.version = SSL_version(ssl);
    (void)fascia_text_copy(peer.session.version_name, sizeof peer.session.version_name, SSL_get_version(ssl));
    (void)fascia_text_copy(peer.session.cipher, sizeof peer.session.cipher, SSL_CIPHER_get_name(cipher));
    peer.session.forward_secrecy =
        peer.session.version >= TLS1_3_VERSION || SSL_CIPHER_get_kx_nid(cipher) == NID_kx_ecdhe;
    *ret_peer = peer;
    return 0;
}

static int talk(struct attempt *attempt, int fd, struct openssl_peer *ret_peer)
{
    struct identity_name name = attempt->probe->target->name; /* a copy: the library's macro takes no const */
    _cleanup_(SSL_CTX_free) SSL_CTX *context = make_context(attempt);
    _cleanup_(SSL_free) SSL *ssl = context != NULL ? SSL_new(context) : NULL;

    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
        return -ENOMEM;
    /* RFC 6066 3: a literal address is no server name. */
    if (name.ip_size == 0 && SSL_set_tlsext_host_name(ssl, name.text) != 1)
        return -ENOMEM;
    int r = shake_hands(attempt, ssl, fd);
    if (r == 0)
        r = take_peer(attempt, ssl, ret_peer);
    if (r == 0)
        (void)SSL_shutdown(ssl);
    return r;
}

int openssl_probe_run(struct openssl_probe *probe, struct openssl_peer *ret_peer)
{
    struct attempt attempt = {.probe = probe, .start_us = now_us()};

    probe->stage = "the connection";
    probe->why = NULL;
    int fd = probe->target->name.ip_size > 0 ? connect_address(&attempt, probe->target)
                                             : connect_name(&attempt, probe->target);
    if (fd < 0)
        return fd;
    int r = talk(&attempt, fd, ret_peer);
    (void)close(fd);
    if (r < 0)
        openssl_certificates_free(attempt.verdict.chain);
    return r;
}

void openssl_peer_wipe(struct openssl_peer *peer)
{
    if (peer == NULL)
        return;
    openssl_certificates_free(peer->chain);
    openssl_certificates_free(peer->verdict.chain);
    peer->chain = peer->verdict.chain = NULL;
}
