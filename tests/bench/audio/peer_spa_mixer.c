/* SPDX-License-Identifier: Apache-2.0 */
/* As an adapter of PipeWire drives it: one port a side, formats set, buffers given, process called per cycle. */
#include <spa/node/io.h>
#include <spa/node/node.h>
#include <spa/node/utils.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/param.h>
#include <spa/pod/builder.h>
#include <spa/support/cpu.h>
#include <spa/utils/names.h>
#include <stdlib.h>

#include "tests/bench/audio/contest.h"
#include "tests/bench/audio/peers.h"
#include "tests/bench/audio/spa_plugin.h"

struct side {
    struct spa_buffer buffer, *buffers[1];
    struct spa_data data[LAYOUT_CHANNELS_MAX];
    struct spa_chunk chunk[LAYOUT_CHANNELS_MAX];
    struct spa_io_buffers io;
};

struct spa_mixer {
    struct spa_plugin cpu, convert;
    struct spa_node *node;
    struct spa_io_position position;
    struct side side[2];
    uint32_t octets;
};

static const uint32_t spa_names[LAYOUT_CHANNEL_COUNT] = {
    [LAYOUT_FL] = SPA_AUDIO_CHANNEL_FL,   [LAYOUT_FR] = SPA_AUDIO_CHANNEL_FR,   [LAYOUT_FC] = SPA_AUDIO_CHANNEL_FC,
    [LAYOUT_LFE] = SPA_AUDIO_CHANNEL_LFE, [LAYOUT_SL] = SPA_AUDIO_CHANNEL_SL,   [LAYOUT_SR] = SPA_AUDIO_CHANNEL_SR,
    [LAYOUT_RL] = SPA_AUDIO_CHANNEL_RL,   [LAYOUT_RR] = SPA_AUDIO_CHANNEL_RR,   [LAYOUT_TFL] = SPA_AUDIO_CHANNEL_TFL,
    [LAYOUT_TFR] = SPA_AUDIO_CHANNEL_TFR, [LAYOUT_TRL] = SPA_AUDIO_CHANNEL_TRL, [LAYOUT_TRR] = SPA_AUDIO_CHANNEL_TRR,
};

static int set_format(struct spa_mixer *mixer, enum spa_direction direction, const struct layout *layout)
{
    struct spa_audio_info_raw info = {
        .format = SPA_AUDIO_FORMAT_F32P, .rate = CONTEST_RATE, .channels = (uint32_t)layout->count};
    uint8_t memory[1024];
    struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(memory, sizeof memory);

    for (size_t i = 0; i < layout->count; i++)
        info.position[i] = spa_names[layout->channels[i]];
    return spa_node_port_set_param(mixer->node, direction, 0, SPA_PARAM_Format, 0,
                                   spa_format_audio_raw_build(&builder, SPA_PARAM_Format, &info));
}

static int give_buffers(struct spa_mixer *mixer, enum spa_direction direction, float *const *samples, size_t count)
{
    struct side *side = &mixer->side[direction];

    for (size_t i = 0; i < count; i++)
        side->data[i] = (struct spa_data){.type = SPA_DATA_MemPtr,
                                          .flags = SPA_DATA_FLAG_READWRITE,
                                          .maxsize = mixer->octets,
                                          .data = samples[i],
                                          .chunk = &side->chunk[i]};
    side->buffer = (struct spa_buffer){.n_datas = (uint32_t)count, .datas = side->data};
    side->buffers[0] = &side->buffer;
    int r = spa_node_port_set_io(mixer->node, direction, 0, SPA_IO_Buffers, &side->io, sizeof side->io);
    return r < 0 ? r : spa_node_port_use_buffers(mixer->node, direction, 0, 0, side->buffers, 1);
}

static int set_up(struct spa_mixer *mixer, const struct peer_buffers *buffers, const struct layout *from,
                  const struct layout *to)
{
    mixer->position.clock.duration = buffers->frames;
    mixer->position.clock.rate = SPA_FRACTION(1, CONTEST_RATE);
    int r = spa_node_set_io(mixer->node, SPA_IO_Position, &mixer->position, sizeof mixer->position);
    if (r >= 0)
        r = set_format(mixer, SPA_DIRECTION_INPUT, from);
    if (r >= 0)
        r = set_format(mixer, SPA_DIRECTION_OUTPUT, to);
    if (r >= 0)
        r = give_buffers(mixer, SPA_DIRECTION_INPUT, buffers->in, from->count);
    if (r >= 0)
        r = give_buffers(mixer, SPA_DIRECTION_OUTPUT, buffers->out, to->count);
    return r < 0 ? r : spa_node_send_command(mixer->node, &SPA_NODE_COMMAND_INIT(SPA_NODE_COMMAND_Start));
}

static void process(struct spa_mixer *mixer)
{
    struct side *in = &mixer->side[SPA_DIRECTION_INPUT], *out = &mixer->side[SPA_DIRECTION_OUTPUT];

    for (uint32_t i = 0; i < in->buffer.n_datas; i++)
        in->chunk[i] = (struct spa_chunk){.size = mixer->octets, .stride = sizeof(float)};
    in->io = (struct spa_io_buffers){.status = SPA_STATUS_HAVE_DATA, .buffer_id = 0};
    out->io = (struct spa_io_buffers){.status = SPA_STATUS_NEED_DATA, .buffer_id = 0};
    (void)spa_node_process(mixer->node);
}

struct spa_mixer *spa_mixer_open(const struct peer_buffers *buffers, const struct layout *from, const struct layout *to,
                                 const char **why)
{
    struct spa_mixer *mixer = calloc(1, sizeof *mixer);
    /* Merge: a cycle's input is all consumed, and comes out. */
    const struct spa_dict_item items[] = {SPA_DICT_ITEM_INIT("clock.quantum-limit", "8192"),
                                          SPA_DICT_ITEM_INIT("factory.mode", "merge")};
    struct spa_support support[1];

    *why = "no libspa here";
    if (!mixer)
        return NULL;
    mixer->octets = (uint32_t)(buffers->frames * sizeof(float));
    if (spa_plugin_open(&mixer->cpu, spa_plugin_folder(), "support/libspa-support", SPA_NAME_SUPPORT_CPU, NULL, NULL,
                        0) != 0) {
        free(mixer);
        return NULL;
    }
    /* It chooses its vector paths by this. */
    support[0] = SPA_SUPPORT_INIT(SPA_TYPE_INTERFACE_CPU, spa_plugin_interface(&mixer->cpu, SPA_TYPE_INTERFACE_CPU));
    if (spa_plugin_open(&mixer->convert, spa_plugin_folder(), "audioconvert/libspa-audioconvert",
                        SPA_NAME_AUDIO_CONVERT, &SPA_DICT_INIT(items, 2), support, 1) == 0) {
        *why = "audioconvert does not take these formats";
        mixer->node = spa_plugin_interface(&mixer->convert, SPA_TYPE_INTERFACE_Node);
        if (mixer->node && set_up(mixer, buffers, from, to) >= 0) {
            process(mixer);
            if (mixer->side[SPA_DIRECTION_OUTPUT].io.status == SPA_STATUS_HAVE_DATA &&
                mixer->side[SPA_DIRECTION_OUTPUT].chunk[0].size == mixer->octets)
                return mixer;
            *why = "audioconvert takes no whole block";
        }
    }
    spa_mixer_close(mixer);
    return NULL;
}

void spa_mixer_block(void *mixer)
{
    process(mixer);
}

void spa_mixer_close(struct spa_mixer *mixer)
{
    if (!mixer)
        return;
    spa_plugin_close(&mixer->convert);
    spa_plugin_close(&mixer->cpu);
    free(mixer);
}
