/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/audio/stand.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audio/pipewire/connection.h"
#include "audio/pipewire/links.h"
#include "audio/pipewire/renderer.h"
#include "tests/unit/test.h"

int64_t stand_now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The pause between two questions; the number of questions is bounded by the limit. */
static void ask_again_soon(int64_t begin_us, const char *what)
{
    const struct timespec pause = {.tv_nsec = 10000000};

    if (stand_now_us() - begin_us > STAND_LIMIT_US)
        fail_msg("%s: not within %d s", what, STAND_LIMIT_US / 1000000);
    (void)nanosleep(&pause, NULL);
}

static bool in_path(const char *program)
{
    const char *path = getenv("PATH");
    char file[512];

    for (const char *at = path ? path : "/usr/bin"; *at;) {
        size_t n = strcspn(at, ":");
        (void)snprintf(file, sizeof file, "%.*s/%s", (int)n, at, program);
        if (access(file, X_OK) == 0)
            return true;
        at += n + (at[n] == ':');
    }
    return false;
}

bool stand_is_possible(void)
{
    return in_path("pipewire") && in_path("dbus-daemon");
}

bool stand_has_session_manager(void)
{
    return in_path("wireplumber");
}

static const char *in_dir(const struct stand *stand, const char *name, char *to, size_t size)
{
    (void)snprintf(to, size, "%s/%s", stand->dir, name);
    return to;
}

/* Children die with the test, also when it is killed. */
static pid_t spawn(const struct stand *stand, char *const argv[])
{
    const pid_t parent = getpid();

    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(126);
    char bus[128];
    (void)snprintf(bus, sizeof bus, "unix:path=%s/bus", stand->dir);
    (void)setenv("DBUS_SESSION_BUS_ADDRESS", bus, 1);
    (void)setenv("XDG_RUNTIME_DIR", stand->dir, 1);
    (void)setenv("XDG_STATE_HOME", stand->dir, 1);
    (void)unsetenv("PIPEWIRE_RUNTIME_DIR");
    (void)unsetenv("PIPEWIRE_REMOTE");
    (void)unsetenv("NOTIFY_SOCKET");
    (void)setenv("WIREPLUMBER_DEBUG", "0", 0);
    (void)execvp(argv[0], argv);
    _exit(127);
}

int stand_kill(pid_t *pid, int signal)
{
    int status = 0;

    if (*pid > 0) {
        (void)kill(*pid, signal);
        while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    *pid = 0;
    return status;
}

void stand_open(struct stand *stand)
{
    memset(stand, 0, sizeof *stand);
    (void)snprintf(stand->dir, sizeof stand->dir, "/tmp/fascia-audio-test-XXXXXX");
    assert_non_null(mkdtemp(stand->dir));
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info, (void)type, (void)ftw;
    return remove(path);
}

void stand_close(struct stand *stand)
{
    stand->bus = sd_bus_close_unref(stand->bus);
    (void)stand_kill(&stand->audio, SIGTERM);
    (void)stand_kill(&stand->session_manager, SIGKILL);
    (void)stand_kill(&stand->pipewire, SIGKILL);
    (void)stand_kill(&stand->bus_daemon, SIGKILL);
    (void)nftw(stand->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

void stand_start_bus(struct stand *stand)
{
    char address[128], argument[160], print[32], byte;
    int ready[2];

    assert_int_equal(pipe(ready), 0);
    (void)snprintf(address, sizeof address, "unix:path=%s/bus", stand->dir);
    (void)snprintf(argument, sizeof argument, "--address=%s", address);
    (void)snprintf(print, sizeof print, "--print-pid=%d", ready[1]);
    char *argv[] = {(char[]){"dbus-daemon"},
                    (char[]){"--session"},
                    (char[]){"--nofork"},
                    (char[]){"--nosyslog"},
                    argument,
                    print,
                    NULL};
    stand->bus_daemon = spawn(stand, argv);
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1); /* it prints once it listens */
    (void)close(ready[0]);

    assert_true(sd_bus_new(&stand->bus) >= 0);
    assert_true(sd_bus_set_address(stand->bus, address) >= 0);
    assert_true(sd_bus_set_bus_client(stand->bus, 1) >= 0);
    assert_true(sd_bus_start(stand->bus) >= 0);
}

void stand_start_pipewire(struct stand *stand)
{
    char socket[128];
    char *argv[] = {(char[]){"pipewire"}, (char[]){"-c"}, (char[]){FIXTURES "/audio/null-sinks.conf"}, NULL};

    (void)unlink(in_dir(stand, "pipewire-0", socket, sizeof socket));
    stand->pipewire = spawn(stand, argv);
    for (int64_t begin = stand_now_us(); access(socket, F_OK) != 0;)
        ask_again_soon(begin, "PipeWire's socket");
}

void stand_start_audio(struct stand *stand, const char *audio_yaml)
{
    char file[128];
    FILE *f = fopen(in_dir(stand, "fascia.yaml", file, sizeof file), "w");

    assert_non_null(f);
    (void)fprintf(f, "bus: \"unix:path=%s/bus\"\nruntime_dir: %s\nlink:\n  country: DE\naudio:\n%s", stand->dir,
                  stand->dir, audio_yaml);
    assert_int_equal(fclose(f), 0);
    /* Under the library of another release of PipeWire: see ./versions. */
    char loader[1024], *argv[16] = {NULL}, *rest = loader;
    size_t words = 0;
    (void)snprintf(loader, sizeof loader, "%s", getenv("FASCIA_TEST_LOADER") ? getenv("FASCIA_TEST_LOADER") : "");
    for (char *word; words < 12 && (word = strsep(&rest, " ")) != NULL;)
        if (word[0] != '\0')
            argv[words++] = word;
    argv[words++] = (char[]){FASCIA_AUDIO};
    argv[words++] = (char[]){"--config"};
    argv[words] = file;
    stand->audio = spawn(stand, argv);
}

static size_t count_ports(struct stand *stand, const char *sink)
{
    static struct graph graph;

    stand_graph(stand, &graph);
    const struct graph_node *node = graph_choose_sink(&graph, sink, "", GRAPH_ID_NONE);
    return node ? graph_ports(&graph, node->id, GRAPH_INPUT, false, NULL) : 0;
}

bool stand_start_session_manager(struct stand *stand)
{
    char *argv[] = {(char[]){"wireplumber"}, NULL};

    if (!in_path("wireplumber"))
        return false;
    stand->session_manager = spawn(stand, argv);
    for (int64_t begin = stand_now_us(); count_ports(stand, "null4") == 0 || count_ports(stand, "null1") == 0;)
        ask_again_soon(begin, "a session manager's ports");
    return true;
}

static int get_property(struct stand *stand, const char *property, const char *type, sd_bus_message **ret)
{
    return sd_bus_get_property(stand->bus, "org.fascia.Audio1", "/org/fascia/Audio1", "org.fascia.Audio1", property,
                               NULL, ret, type);
}

char *stand_string(struct stand *stand, const char *property)
{
    sd_bus_message *message = NULL;
    const char *text = NULL;

    assert_true(get_property(stand, property, "s", &message) >= 0);
    assert_true(sd_bus_message_read(message, "s", &text) >= 0);
    char *copy = strdup(text);
    sd_bus_message_unref(message);
    return copy;
}

unsigned stand_unsigned(struct stand *stand, const char *property)
{
    sd_bus_message *message = NULL;
    uint32_t value = 0;

    assert_true(get_property(stand, property, "u", &message) >= 0);
    assert_true(sd_bus_message_read(message, "u", &value) >= 0);
    sd_bus_message_unref(message);
    return value;
}

void stand_class(struct stand *stand, const char *class, struct stand_class *ret)
{
    sd_bus_message *m = NULL;
    const char *name, *sink, *why;
    bool found = false;

    assert_true(get_property(stand, "Classes", "a(ssubdds)", &m) >= 0);
    assert_true(sd_bus_message_enter_container(m, 'a', "(ssubdds)") >= 0);
    while (!found && sd_bus_message_read(m, "(ssubdds)", &name, &sink, &ret->streams, &ret->sounds, &ret->volume_db,
                                         &ret->level_db, &why) > 0) {
        (void)snprintf(ret->sink, sizeof ret->sink, "%s", sink);
        (void)snprintf(ret->why, sizeof ret->why, "%s", why);
        found = strcmp(name, class) == 0;
    }
    sd_bus_message_unref(m);
    assert_true(found);
}

void stand_lost_channels(struct stand *stand, char *text, size_t size)
{
    sd_bus_message *message = NULL;
    const char *name;
    struct fascia_text out;

    fascia_text_init(&out, text, size);
    assert_true(get_property(stand, "LostChannels", "as", &message) >= 0);
    assert_true(sd_bus_message_enter_container(message, 'a', "s") >= 0);
    while (sd_bus_message_read(message, "s", &name) > 0)
        fascia_text_add(&out, "%s%s", out.used > 0 ? " " : "", name);
    sd_bus_message_unref(message);
}

const char *stand_apply(struct stand *stand, const char *step)
{
    static char name[128];
    sd_bus_error error = SD_BUS_ERROR_NULL;

    (void)sd_bus_call_method(stand->bus, "org.fascia.Audio1", "/org/fascia/Audio1", "org.fascia.Audio1", "Apply",
                             &error, NULL, "s", step);
    (void)snprintf(name, sizeof name, "%s", error.name ? error.name : "");
    sd_bus_error_free(&error);
    return name;
}

static void try_string(struct stand *stand, const char *property, char *to, size_t size)
{
    sd_bus_message *message = NULL;
    const char *text = "";

    if (get_property(stand, property, "s", &message) >= 0)
        (void)sd_bus_message_read(message, "s", &text);
    (void)snprintf(to, size, "%s", text);
    sd_bus_message_unref(message);
}

void stand_wait_state(struct stand *stand, const char *state, const char *reason)
{
    char now_state[32] = "", now_reason[32] = "", what[256];

    for (int64_t begin = stand_now_us(); strcmp(now_state, state) != 0 || strcmp(now_reason, reason) != 0;) {
        (void)snprintf(what, sizeof what, "%s %s (it is %s %s)", state, reason, now_state, now_reason);
        if (now_state[0] != '\0' || begin != stand_now_us())
            ask_again_soon(begin, what);
        if (stand->audio > 0 && waitpid(stand->audio, NULL, WNOHANG) != 0) {
            stand->audio = 0;
            fail_msg("fascia-audio ended while it was to become %s", what);
        }
        try_string(stand, "State", now_state, sizeof now_state);
        try_string(stand, "Reason", now_reason, sizeof now_reason);
    }
}

/* --- a client of its own
 * ------------------------------------------------------------------------------------------------ */

struct client {
    struct pw_loop *loop;
    struct pw_context *context;
    struct connection *connection;
    struct spa_hook hook;
    int wanted, done; /* sequence numbers of a sync */
};

static void ignore_change(void *userdata)
{
    (void)userdata;
}

static void ignore_loss(int error, void *userdata)
{
    (void)error;
    (void)userdata;
}

static const struct connection_events client_events = {.changed = ignore_change, .lost = ignore_loss};

static void on_done(void *data, uint32_t id, int seq)
{
    struct client *client = data;

    (void)id;
    client->done = seq;
}

static const struct pw_core_events core_events = {.version = PW_VERSION_CORE_EVENTS, .done = on_done};

static void client_settle(struct client *client)
{
    client->wanted = pw_core_sync(client->connection->core, PW_ID_CORE, 0);
    for (int64_t begin = stand_now_us(); client->done != client->wanted;) {
        (void)pw_loop_iterate(client->loop, 100);
        if (stand_now_us() - begin > STAND_LIMIT_US)
            fail_msg("PipeWire does not answer");
    }
}

static void client_open(struct client *client, const struct stand *stand)
{
    memset(client, 0, sizeof *client);
    pw_init(NULL, NULL);
    client->loop = pw_loop_new(NULL);
    assert_non_null(client->loop);
    pw_loop_enter(client->loop);
    assert_int_equal(connection_context_new(client->loop, &client->context), 0);
    assert_int_equal(
        connection_open(client->context, stand->dir, "test stand", &client_events, client, &client->connection), 0);
    pw_core_add_listener(client->connection->core, &client->hook, &core_events, client);
    client_settle(client);
    client_settle(client); /* what the first round made us bind */
}

static void client_close(struct client *client)
{
    spa_hook_remove(&client->hook);
    connection_close(client->connection);
    pw_context_destroy(client->context);
    pw_loop_leave(client->loop);
    pw_loop_destroy(client->loop);
}

void stand_graph(struct stand *stand, struct graph *ret_graph)
{
    struct client client;

    client_open(&client, stand);
    *ret_graph = client.connection->graph;
    client_close(&client);
}

static bool is_port_of(const struct graph *graph, uint32_t port, const char *name)
{
    for (size_t i = 0; i < graph->ports_count; i++) {
        const struct graph_node *node = graph_node(graph, graph->ports[i].node);
        if (graph->ports[i].id == port && node && strcmp(node->name, name) == 0)
            return true;
    }
    return false;
}

size_t stand_links_into(struct stand *stand, const char *node)
{
    static struct graph graph;
    size_t count = 0;

    stand_graph(stand, &graph);
    for (size_t i = 0; i < graph.links_count; i++)
        count += is_port_of(&graph, graph.links[i].input, node);
    return count;
}

static const struct layout fronts = {.count = 2, .channels = {LAYOUT_FL, LAYOUT_FR}};

/* True when the player is linked to the sink. Only then do its cycles say that somebody takes them. */
static bool link_player(struct links *links, const struct renderer *player, const char *sink)
{
    const struct graph *graph = &links->connection->graph;
    const struct graph_node *node = graph_choose_sink(graph, sink, "", GRAPH_ID_NONE);
    const struct graph_port *from[2] = {NULL}, *to[2] = {NULL};

    for (size_t i = 0; node && i < 2; i++) {
        from[i] = renderer_output(player, graph, i);
        to[i] = graph_port(graph, node->id, GRAPH_INPUT, false, fronts.channels[i]);
    }
    if (!from[0] || !from[1] || !to[0] || !to[1])
        return false;
    links_begin(links, stand_now_us());
    for (size_t i = 0; i < 2; i++)
        links_want(links, from[i], to[i]);
    return links_end(links);
}

void stand_play(struct stand *stand, const char *sink, unsigned cycles)
{
    static struct renderer player; /* its output is what plays; it has no program, so it is silence */
    const struct render_options options = {
        .buses = 1, .inputs = {2}, .ceiling_dbtp = -1, .lookahead_ms = 1.5, .release_ms = 100};
    struct render *render = NULL;
    static struct links links;
    struct client client;
    bool linked = false;
    unsigned first = 0, last = 0;

    client_open(&client, stand);
    assert_int_equal(render_new(&options, &render), 0);
    assert_int_equal(renderer_open(&player, client.connection, "test.player", &fronts, 1, render), 0);
    links_init(&links, client.connection);
    for (int64_t begin = stand_now_us(); !linked || last - first < cycles;) {
        (void)pw_loop_iterate(client.loop, 100);
        last = atomic_load(&player.cycles);
        if (!linked) {
            linked = link_player(&links, &player, sink);
            first = last;
        }
        if (stand_now_us() - begin > STAND_LIMIT_US)
            fail_msg("%s takes no samples (%s, %u cycles)", sink, linked ? "linked" : "not linked", last - first);
    }
    links_clear(&links);
    renderer_close(&player);
    render_free(render);
    client_close(&client);
}

void stand_add_sink(struct stand *stand, const char *name, const char *channels, const char *position)
{
    struct client client;
    struct spa_dict_item items[] = {
        SPA_DICT_ITEM_INIT(PW_KEY_FACTORY_NAME, "support.null-audio-sink"),
        SPA_DICT_ITEM_INIT(PW_KEY_NODE_NAME, name),
        SPA_DICT_ITEM_INIT(PW_KEY_MEDIA_CLASS, "Audio/Sink"),
        SPA_DICT_ITEM_INIT(PW_KEY_OBJECT_LINGER, "true"),
        SPA_DICT_ITEM_INIT("audio.channels", channels),
        SPA_DICT_ITEM_INIT("audio.position", position),
    };
    const struct spa_dict props = SPA_DICT_INIT(items, position ? SPA_N_ELEMENTS(items) : SPA_N_ELEMENTS(items) - 1);

    client_open(&client, stand);
    struct pw_proxy *sink =
        pw_core_create_object(client.connection->core, "adapter", PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, &props, 0);
    assert_non_null(sink);
    client_settle(&client);
    pw_proxy_destroy(sink); /* it lingers */
    client_settle(&client);
    client_close(&client);
}

void stand_remove_sink(struct stand *stand, const char *name)
{
    struct client client;

    client_open(&client, stand);
    const struct graph_node *node = graph_choose_sink(&client.connection->graph, name, "", GRAPH_ID_NONE);
    assert_non_null(node);
    (void)pw_registry_destroy(client.connection->registry, node->id);
    client_settle(&client);
    client_close(&client);
}

void stand_suspend(struct stand *stand, const char *sink)
{
    const struct spa_command suspend = SPA_NODE_COMMAND_INIT(SPA_NODE_COMMAND_Suspend);
    struct client client;

    client_open(&client, stand);
    const struct graph_node *node = graph_choose_sink(&client.connection->graph, sink, "", GRAPH_ID_NONE);
    assert_non_null(node);
    struct pw_proxy *proxy =
        pw_registry_bind(client.connection->registry, node->id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
    assert_non_null(proxy);
    (void)pw_node_send_command((struct pw_node *)proxy, &suspend);
    client_settle(&client);
    pw_proxy_destroy(proxy);
    client_close(&client);
}

void stand_setting(struct stand *stand, const char *key, const char *value)
{
    char copies[2][64];
    char *argv[] = {
        (char[]){"pw-metadata"}, (char[]){"-n"}, (char[]){"settings"}, (char[]){"0"}, copies[0], copies[1], NULL};
    int status = 0;

    (void)snprintf(copies[0], sizeof copies[0], "%s", key);
    (void)snprintf(copies[1], sizeof copies[1], "%s", value);
    pid_t pid = spawn(stand, argv);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    assert_int_equal(status, 0);
}
