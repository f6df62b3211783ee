/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "audio/pipewire/network_node.h"
#include "platform/loop/loop.h"
#include "platform/rtp_socket/rtp_socket.h"

#define MS INT64_C(1000) /* microseconds */

#define RECONNECT_FIRST_US (100 * MS)
#define RECONNECT_MAX_US   (400 * MS)
#define TICK_BUILDING_US   (50 * MS)
#define TICK_SEARCHING_US  (500 * MS)  /* for an interface or an address */
#define TICK_STEADY_US     (1000 * MS) /* whether the address is still ours, and the sender still there */
#define PATIENCE_US        (1000 * MS) /* from the first packet to "nothing can be played" */

struct network {
    sd_event *loop; /* borrowed */
    sd_event_source *pw_io, *udp_io, *tick;
    network_status_fn fn;
    void *userdata;
    char *runtime_dir, *node_name, *sink;
    char interface[IF_NAMESIZE];
    uint16_t port;
    struct layout channels;
    struct rtp_receiver *receiver;

    struct rtp_place place; /* ifindex 0: none */
    struct rtp_socket *socket;
    int no_socket; /* why there is none: negative errno; 0: it was not tried */

    struct pw_loop *pw;
    struct pw_context *context;
    struct connection *connection; /* NULL: none */
    struct links links;
    struct network_node node;
    struct watch sink_watch; /* of the sink that it plays into */
    int64_t reconnect_us;    /* the next pause between two attempts */
    int64_t reconnect_at_us;
    int64_t tick_due_us; /* 0: not armed */
    bool dirty, lost, is_heard;
    char sender[RTP_SOCKET_TEXT_SIZE]; /* the one that is heard now; in the status: as it was told */
    int64_t heard_us;                  /* since when */
    char waiting[160];                 /* what is missing for playing; "": nothing */
    struct network_status status;
};

const char *network_state_name(enum network_state state)
{
    static const char *const names[NETWORK_STATES_] = {
        [NETWORK_NO_INTERFACE] = "no-interface", [NETWORK_NO_SOCKET] = "no-socket", [NETWORK_LISTENING] = "listening",
        [NETWORK_NO_PIPEWIRE] = "no-pipewire",   [NETWORK_PLAYING] = "playing",
    };
    return state >= 0 && state < NETWORK_STATES_ ? names[state] : "?";
}

/* --- the socket -------------------------------------------------------------------------------------------------- */

static void close_socket(struct network *n)
{
    n->udp_io = loop_source_free(n->udp_io);
    rtp_socket_close(n->socket);
    n->socket = NULL;
    n->place = (struct rtp_place){.ifindex = 0};
}

static void update(struct network *n);

static void on_datagram(const void *bytes, size_t size, const struct in6_addr *sender, void *userdata)
{
    struct network *n = userdata;
    uint64_t iid = 0;

    memcpy(&iid, sender->s6_addr + 8, sizeof iid); /* all that tells one fe80::/64 from another */
    (void)rtp_receiver_put(n->receiver, bytes, size, iid, loop_now_us());
}

static bool sender_has_changed(struct network *n)
{
    char text[RTP_SOCKET_TEXT_SIZE] = "";
    struct in6_addr address = {.s6_addr = {0xfe, 0x80}};
    uint64_t iid = 0;

    if (n->socket && rtp_receiver_sender(n->receiver, &iid)) {
        memcpy(address.s6_addr + 8, &iid, sizeof iid);
        (void)rtp_place_format(&n->place, &address, text);
    }
    if (strcmp(text, n->sender) == 0)
        return false;
    if (!n->is_heard && text[0] != '\0')
        n->heard_us = loop_now_us();
    n->is_heard = text[0] != '\0';
    (void)fascia_text_copy(n->sender, sizeof n->sender, text);
    return true;
}

static int on_udp(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct network *n = userdata;

    (void)source;
    (void)fd;
    (void)events;
    int r = rtp_socket_read(n->socket, on_datagram, n);
    if (r < 0 && r != -ENOBUFS)
        close_socket(n);
    if (r < 0 || sender_has_changed(n))
        update(n);
    return 0;
}

/* Opens it, or leaves one whose address is another one by now. */
static void look_after_socket(struct network *n)
{
    struct rtp_place place = {.ifindex = 0};

    n->no_socket = n->interface[0] != '\0' ? rtp_place_find(n->interface, &place) : 0;
    if (n->socket &&
        (place.ifindex != n->place.ifindex || memcmp(&place.address, &n->place.address, sizeof place.address) != 0))
        close_socket(n);
    n->place = place;
    if (n->socket || place.ifindex == 0)
        return;
    int r = rtp_socket_open(&place, n->port, &n->socket);
    if (r == 0)
        r = loop_io_new(n->loop, rtp_socket_fd(n->socket), EPOLLIN, on_udp, n, &n->udp_io);
    if (r < 0) {
        close_socket(n);
        n->place = place;
        n->no_socket = r;
    }
}

/* --- PipeWire ---------------------------------------------------------------------------------------------------- */

static void on_changed(void *userdata)
{
    struct network *n = userdata;
    n->dirty = true;
}

static void on_lost(int error, void *userdata)
{
    struct network *n = userdata;

    (void)error;
    n->lost = true;
}

static const struct connection_events connection_events = {.changed = on_changed, .lost = on_lost};

static void take_down(struct network *n)
{
    if (n->connection)
        links_clear(&n->links);
    watch_node(&n->sink_watch, NULL, GRAPH_ID_NONE);
    network_node_close(&n->node);
    connection_close(n->connection);
    n->connection = NULL;
    n->lost = false;
    n->reconnect_us = RECONNECT_FIRST_US;
    n->reconnect_at_us = loop_now_us() + n->reconnect_us;
}

static void wait_for(struct network *n, const char *what)
{
    (void)snprintf(n->waiting, sizeof n->waiting, "%s", what);
}

static bool connect_pipewire(struct network *n)
{
    const int64_t now = loop_now_us();

    if (n->connection)
        return true;
    if (now < n->reconnect_at_us)
        return false; /* what it waits for has been said */
    int r = connection_open(n->context, n->runtime_dir, "fascia-audio", &connection_events, n, &n->connection);
    if (r < 0) {
        n->reconnect_us = n->reconnect_us * 2 < RECONNECT_MAX_US ? n->reconnect_us * 2 : RECONNECT_MAX_US;
        n->reconnect_at_us = now + n->reconnect_us;
        (void)snprintf(n->waiting, sizeof n->waiting, "PipeWire: %s", strerror(-r));
        return false;
    }
    n->reconnect_us = RECONNECT_FIRST_US;
    links_init(&n->links, n->connection);
    return true;
}

static bool build_node(struct network *n)
{
    if (n->node.filter && n->node.is_failed)
        network_node_close(&n->node);
    if (!n->node.filter && network_node_open(&n->node, n->connection, n->node_name, &n->channels, n->receiver) < 0) {
        wait_for(n, "PipeWire refuses the network source's node");
        return false;
    }
    return true;
}

/* True when all is linked that can be. `waiting` then still says what has nowhere to go. */
static bool build_links(struct network *n)
{
    const struct graph_node *sink = graph_choose_sink(&n->connection->graph, n->sink, "", GRAPH_ID_NONE);
    struct layout lost = {.count = 0};
    struct fascia_text text;
    int left_out = -EAGAIN;

    fascia_text_init(&text, n->waiting, sizeof n->waiting);
    if (n->links.refused) {
        fascia_text_add(&text, "PipeWire removed a link; it is made again");
        return false;
    }
    watch_node(&n->sink_watch, n->connection, sink ? sink->id : GRAPH_ID_NONE);
    links_begin(&n->links, loop_now_us());
    if (sink)
        left_out = network_node_link(&n->node, &n->links, sink->id, &lost);
    const bool complete = links_end(&n->links);
    if (!sink)
        fascia_text_add(&text, "there is no sink %s", n->sink);
    else if (left_out == (int)n->channels.count)
        fascia_text_add(&text, "%s has no port for any channel", n->sink);
    else if (left_out < 0 || !complete)
        fascia_text_add(&text, "waiting for ports and links");
    else if (left_out > 0) {
        fascia_text_add(&text, "%s has no port for ", n->sink);
        layout_format(&lost, &text);
    }
    return left_out >= 0 && left_out < (int)n->channels.count && complete;
}

/* Links hold only while somebody is heard: an open node without any costs nothing, and counts as no stream. */
static bool build(struct network *n)
{
    if (!connect_pipewire(n))
        return false;
    if (!n->connection->is_synced) {
        wait_for(n, "waiting for PipeWire's answer");
        return false;
    }
    if (!build_node(n))
        return false;
    if (n->is_heard)
        return build_links(n);
    links_clear(&n->links);
    watch_node(&n->sink_watch, NULL, GRAPH_ID_NONE);
    n->waiting[0] = '\0';
    return false;
}

/* --- state ------------------------------------------------------------------------------------------------------- */

static void explain_socket(const struct network *n, struct network_status *next)
{
    const char *reason = strerror(-n->no_socket);

    next->state = n->place.ifindex == 0 ? NETWORK_NO_INTERFACE : NETWORK_NO_SOCKET;
    if (n->interface[0] == '\0')
        (void)snprintf(next->detail, sizeof next->detail, "no interface is known yet");
    else if (n->no_socket == -EADDRNOTAVAIL)
        (void)snprintf(next->detail, sizeof next->detail, "%s has no link-local address", n->interface);
    else if (next->state == NETWORK_NO_INTERFACE)
        (void)snprintf(next->detail, sizeof next->detail, "%s: %s", n->interface, reason);
    else
        (void)snprintf(next->detail, sizeof next->detail, "port %u: %s", (unsigned)n->port, reason);
}

static void tell(struct network *n, bool is_linked)
{
    struct network_status next = {.state = NETWORK_LISTENING};

    (void)fascia_text_copy(next.sender, sizeof next.sender, n->sender);
    if (!n->socket) {
        explain_socket(n, &next);
    } else {
        (void)rtp_place_format(&n->place, &n->place.address, next.address);
        if (n->is_heard && is_linked)
            next.state = NETWORK_PLAYING;
        else if (n->is_heard && loop_now_us() - n->heard_us > PATIENCE_US)
            next.state = NETWORK_NO_PIPEWIRE;
        if (n->is_heard)
            (void)fascia_text_copy(next.detail, sizeof next.detail, n->waiting);
    }
    if (next.state == n->status.state && strcmp(next.sender, n->status.sender) == 0 &&
        strcmp(next.address, n->status.address) == 0 && strcmp(next.detail, n->status.detail) == 0)
        return;
    n->status = next;
    rtp_receiver_status(n->receiver, &n->status.receiver);
    n->fn(&n->status, n->userdata);
}

/* Events must not put the tick off: it is only ever brought forward. */
static void arm_tick(struct network *n)
{
    const int64_t now = loop_now_us();
    int64_t delay = TICK_STEADY_US;

    if (!n->socket)
        delay = TICK_SEARCHING_US;
    if ((n->is_heard && n->status.state != NETWORK_PLAYING) || (n->connection && !n->node.filter) ||
        links_renew_soon(&n->links))
        delay = TICK_BUILDING_US;
    if (!n->connection && n->reconnect_us < delay)
        delay = n->reconnect_us;
    if (n->tick_due_us > now && n->tick_due_us <= now + delay)
        return;
    n->tick_due_us = now + delay;
    (void)loop_timer_arm(n->tick, delay);
}

static void update(struct network *n)
{
    (void)sender_has_changed(n);
    if (n->lost)
        take_down(n);
    const bool is_linked = build(n);
    tell(n, is_linked);
    n->dirty = false;
    arm_tick(n);
}

static int on_pipewire(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct network *n = userdata;

    (void)source;
    (void)fd;
    (void)events;
    (void)pw_loop_iterate(n->pw, 0);
    if (n->lost || n->dirty)
        update(n);
    return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct network *n = userdata;

    (void)source;
    (void)usec;
    n->tick_due_us = 0;
    n->links.refused = false; /* the pause is over */
    rtp_receiver_turn(n->receiver, loop_now_us());
    look_after_socket(n);
    update(n);
    return 0;
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

static int copy_options(struct network *n, const struct network_options *options)
{
    n->port = options->port;
    n->channels = options->channels;
    n->runtime_dir = strdup(options->runtime_dir ? options->runtime_dir : "");
    n->node_name = strdup(options->node_name ? options->node_name : "fascia.network");
    n->sink = strdup(options->sink);
    if (!n->runtime_dir || !n->node_name || !n->sink)
        return -ENOMEM;
    if (options->channels.count != options->receiver.channels ||
        fascia_text_copy(n->interface, sizeof n->interface, options->interface ? options->interface : "") < 0)
        return -EINVAL;
    return rtp_receiver_new(&options->receiver, &n->receiver);
}

static int open_loop(struct network *n)
{
    pw_init(NULL, NULL); /* before the first loop: it loads the library's support plug-ins */
    n->pw = pw_loop_new(NULL);
    if (!n->pw)
        return -errno;
    pw_loop_enter(n->pw);
    int r = connection_context_new(n->pw, &n->context);
    if (r == 0)
        r = loop_io_new(n->loop, pw_loop_get_fd(n->pw), EPOLLIN, on_pipewire, n, &n->pw_io);
    if (r == 0)
        r = loop_timer_new(n->loop, on_tick, n, &n->tick);
    return r < 0 ? r : loop_timer_arm(n->tick, 0);
}

int network_open(sd_event *loop, const struct network_options *options, network_status_fn fn, void *userdata,
                 struct network **ret_network)
{
    _cleanup_(network_close) struct network *n = calloc(1, sizeof *n);

    if (!n)
        return -ENOMEM;
    n->loop = loop;
    n->fn = fn;
    n->userdata = userdata;
    n->reconnect_us = RECONNECT_FIRST_US;
    links_init(&n->links, NULL);
    int r = copy_options(n, options);
    if (r == 0)
        r = open_loop(n);
    if (r < 0)
        return r;
    *ret_network = FASCIA_STEAL(n);
    return 0;
}

void network_use(struct network *n, const char *interface)
{
    if (strcmp(n->interface, interface) == 0 ||
        fascia_text_copy(n->interface, sizeof n->interface, interface) == -ENAMETOOLONG)
        return;
    n->tick_due_us = loop_now_us();
    (void)loop_timer_arm(n->tick, 0); /* from the loop: the status callback is no part of this call */
}

void network_status(struct network *n, struct network_status *ret_status)
{
    rtp_receiver_status(n->receiver, &n->status.receiver);
    *ret_status = n->status;
}

void network_close(struct network *n)
{
    if (!n)
        return;
    take_down(n); /* the node first: after that no sound thread uses the receiver */
    close_socket(n);
    (void)loop_source_free(n->pw_io);
    (void)loop_source_free(n->tick);
    if (n->context)
        pw_context_destroy(n->context);
    if (n->pw) {
        pw_loop_leave(n->pw);
        pw_loop_destroy(n->pw);
    }
    rtp_receiver_free(n->receiver);
    free(n->runtime_dir);
    free(n->node_name);
    free(n->sink);
    free(n);
}
