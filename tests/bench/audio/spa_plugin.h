/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_BENCH_AUDIO_SPA_PLUGIN_H
#define FASCIA_TESTS_BENCH_AUDIO_SPA_PLUGIN_H

#include <spa/support/plugin.h>

/* Objects of PipeWire's plug-ins, without PipeWire. */

struct spa_plugin {
    void *library;
    struct spa_handle *handle;
};

/** The folder of the plug-ins: SPA_PLUGIN_DIR, else that of the installed libspa. */
const char *spa_plugin_folder(void);

/** Opens FOLDER/LIBRARY.so and makes an object of one of its factories. Returns 0, -ENOENT, or the object's error. */
int spa_plugin_open(struct spa_plugin *plugin, const char *folder, const char *library, const char *factory,
                    const struct spa_dict *info, const struct spa_support *support, uint32_t supports);

/** NULL when it has none of that type. */
void *spa_plugin_interface(const struct spa_plugin *plugin, const char *type);
void spa_plugin_close(struct spa_plugin *plugin);

#endif
