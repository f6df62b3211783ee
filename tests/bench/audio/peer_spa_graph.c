/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <spa/support/cpu.h>
#include <spa/support/plugin-loader.h>
#include <spa/utils/names.h>
#include <spa/utils/type.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bench/audio/contest.h"
#include "tests/bench/audio/peers.h"
#include "tests/bench/audio/spa_plugin.h"

/* The interface is younger than the headers of some distributions whose libspa we meet: version 0 of it, as its public
 * header (spa/filter-graph/filter-graph.h, 1.4) has it, with what we do not call left without types. */
#define FILTER_GRAPH_TYPE SPA_TYPE_INFO_INTERFACE_BASE "FilterGraph"

struct filter_graph_methods {
    uint32_t version;
    void (*unused[4])(void); /* add_listener, enum_prop_info, get_props, set_props */
    int (*activate)(void *object, const struct spa_dict *props);
    int (*deactivate)(void *object);
    int (*reset)(void *object);
    int (*process)(void *object, const void *in[], void *out[], uint32_t frames);
};

#define NODE_INPUTS 8 /* of a built-in mixer */
#define LOADED_MAX  4

struct spa_graph {
    struct spa_plugin cpu, graph;
    struct spa_plugin_loader loader;
    struct spa_plugin loaded[LOADED_MAX];
    const char *folder;
    struct spa_interface *interface;
    const struct filter_graph_methods *methods;
    struct peer_buffers buffers;
};

static struct spa_handle *load(void *object, const char *factory, const struct spa_dict *info)
{
    struct spa_graph *peer = object;
    const char *library = spa_dict_lookup(info, SPA_KEY_LIBRARY_NAME);

    for (size_t i = 0; i < LOADED_MAX; i++)
        if (!peer->loaded[i].handle && library &&
            spa_plugin_open(&peer->loaded[i], peer->folder, library, factory, info, NULL, 0) == 0)
            return peer->loaded[i].handle;
    errno = ENOENT;
    return NULL;
}

/* All at once, in spa_graph_close(): its descriptors may still be used. */
static int unload(void *object, struct spa_handle *handle)
{
    (void)object;
    (void)handle;
    return 0;
}

static const struct spa_plugin_loader_methods loader_methods = {
    .version = SPA_VERSION_PLUGIN_LOADER_METHODS, .load = load, .unload = unload};

static void write_32(FILE *file, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        (void)fputc((int)(value >> 8 * i & 0xff), file);
}

static void write_16(FILE *file, uint32_t value)
{
    (void)fputc((int)(value & 0xff), file);
    (void)fputc((int)(value >> 8 & 0xff), file);
}

/* RIFF/WAVE, format 3 (IEEE float), on little-endian machines; its convolver reads responses from nothing else. */
static void write_wave(FILE *file, size_t channels, size_t taps, const float *const *ir)
{
    const uint32_t frame = (uint32_t)(channels * sizeof(float)), data = frame * (uint32_t)taps;

    (void)fputs("RIFF", file);
    write_32(file, 36 + data);
    (void)fputs("WAVEfmt ", file);
    write_32(file, 16);
    write_16(file, 3);
    write_16(file, (uint32_t)channels);
    write_32(file, CONTEST_RATE);
    write_32(file, CONTEST_RATE * frame);
    write_16(file, frame);
    write_16(file, 32);
    (void)fputs("data", file);
    write_32(file, data);
    for (size_t i = 0; i < taps; i++)
        for (size_t c = 0; c < channels; c++)
            (void)fwrite(&ir[c][i], sizeof(float), 1, file);
}

static void write_links(FILE *json, size_t inputs, size_t outputs)
{
    for (size_t i = 0; i < inputs; i++) {
        for (size_t o = 0; o < outputs; o++) {
            (void)fprintf(json, "{ output = \"in%zu:Out\" input = \"ir%zu_%zu:In\" }\n", i, i, o);
            if (i < NODE_INPUTS - 1)
                (void)fprintf(json, "{ output = \"ir%zu_%zu:Out\" input = \"sum%zu:In %zu\" }\n", i, o, o, i + 1);
            else
                (void)fprintf(json, "{ output = \"ir%zu_%zu:Out\" input = \"more%zu:In %zu\" }\n", i, o, o,
                              i + 2 - NODE_INPUTS);
        }
    }
    for (size_t o = 0; o < outputs && inputs >= NODE_INPUTS; o++)
        (void)fprintf(json, "{ output = \"more%zu:Out\" input = \"sum%zu:In %d\" }\n", o, o, NODE_INPUTS);
}

/* A copy for each input, a convolver for each pair, and one or two mixers for each output. */
static char *describe(const struct peer_buffers *buffers, size_t block, const char *wave)
{
    char *text = NULL;
    size_t size = 0;
    FILE *json = open_memstream(&text, &size);

    if (!json)
        return NULL;
    (void)fputs("{ nodes = [\n", json);
    for (size_t i = 0; i < buffers->inputs; i++) {
        (void)fprintf(json, "{ type = builtin name = in%zu label = copy }\n", i);
        for (size_t o = 0; o < buffers->outputs; o++)
            (void)fprintf(json,
                          "{ type = builtin name = ir%zu_%zu label = convolver config = { filename = \"%s\" channel = "
                          "%zu blocksize = %zu } }\n",
                          i, o, wave, i * buffers->outputs + o, block);
    }
    for (size_t o = 0; o < buffers->outputs; o++) {
        (void)fprintf(json, "{ type = builtin name = sum%zu label = mixer }\n", o);
        if (buffers->inputs >= NODE_INPUTS)
            (void)fprintf(json, "{ type = builtin name = more%zu label = mixer }\n", o);
    }
    (void)fputs("]\nlinks = [\n", json);
    write_links(json, buffers->inputs, buffers->outputs);
    (void)fputs("]\ninputs = [", json);
    for (size_t i = 0; i < buffers->inputs; i++)
        (void)fprintf(json, " \"in%zu:In\"", i);
    (void)fputs(" ]\noutputs = [", json);
    for (size_t o = 0; o < buffers->outputs; o++)
        (void)fprintf(json, " \"sum%zu:Out\"", o);
    (void)fputs(" ] }\n", json);
    if (fclose(json) == 0)
        return text;
    free(text);
    return NULL;
}

static int open_graph(struct spa_graph *peer, const char *text)
{
    const struct spa_dict_item items[] = {SPA_DICT_ITEM_INIT("clock.quantum-limit", "8192"),
                                          SPA_DICT_ITEM_INIT("filter.graph", text)};
    const struct spa_dict_item rate[] = {SPA_DICT_ITEM_INIT("audio.rate", "48000")};
    struct spa_support support[2];

    int r = spa_plugin_open(&peer->cpu, peer->folder, "support/libspa-support", SPA_NAME_SUPPORT_CPU, NULL, NULL, 0);
    if (r != 0)
        return r;
    support[0] = SPA_SUPPORT_INIT(SPA_TYPE_INTERFACE_CPU, spa_plugin_interface(&peer->cpu, SPA_TYPE_INTERFACE_CPU));
    support[1] = SPA_SUPPORT_INIT(SPA_TYPE_INTERFACE_PluginLoader, &peer->loader);
    r = spa_plugin_open(&peer->graph, peer->folder, "filter-graph/libspa-filter-graph", "filter.graph",
                        &SPA_DICT_INIT(items, 2), support, 2);
    if (r != 0)
        return r;
    peer->interface = spa_plugin_interface(&peer->graph, FILTER_GRAPH_TYPE);
    if (!peer->interface)
        return -ENOTSUP;
    peer->methods = peer->interface->cb.funcs;
    return peer->methods->activate(peer->interface->cb.data, &SPA_DICT_INIT(rate, 1));
}

struct spa_graph *spa_graph_open(const char *folder, const struct peer_buffers *buffers, size_t taps, size_t block,
                                 const float *const *ir, const char **why)
{
    struct spa_graph *peer = calloc(1, sizeof *peer);
    char wave[] = "/tmp/bench-audio-XXXXXX";
    int r = -ENOMEM;

    *why = "this libspa has no filter graph (it is there from PipeWire 1.4 on)";
    if (!peer)
        return NULL;
    peer->folder = folder ? folder : spa_plugin_folder();
    peer->buffers = *buffers;
    peer->loader.iface =
        SPA_INTERFACE_INIT(SPA_TYPE_INTERFACE_PluginLoader, SPA_VERSION_PLUGIN_LOADER, &loader_methods, peer);
    const int fd = mkstemp(wave);
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (file) {
        write_wave(file, buffers->inputs * buffers->outputs, taps, ir);
        (void)fclose(file);
        char *text = describe(buffers, block, wave);
        if (text)
            r = open_graph(peer, text);
        free(text);
        (void)unlink(wave);
    }
    if (r >= 0)
        return peer;
    if (r != -ENOENT)
        *why = "libspa's filter graph does not take this description";
    spa_graph_close(peer);
    return NULL;
}

void spa_graph_block(void *graph)
{
    struct spa_graph *peer = graph;
    const void *in[LAYOUT_CHANNELS_MAX] = {NULL};
    void *out[LAYOUT_CHANNELS_MAX] = {NULL};

    for (size_t i = 0; i < peer->buffers.inputs; i++)
        in[i] = peer->buffers.in[i];
    for (size_t o = 0; o < peer->buffers.outputs; o++)
        out[o] = peer->buffers.out[o];
    (void)peer->methods->process(peer->interface->cb.data, in, out, (uint32_t)peer->buffers.frames);
}

void spa_graph_close(struct spa_graph *graph)
{
    if (!graph)
        return;
    if (graph->methods)
        (void)graph->methods->deactivate(graph->interface->cb.data);
    spa_plugin_close(&graph->graph);
    for (size_t i = 0; i < LOADED_MAX; i++)
        spa_plugin_close(&graph->loaded[i]);
    spa_plugin_close(&graph->cpu);
    free(graph);
}
