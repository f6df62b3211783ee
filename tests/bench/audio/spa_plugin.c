/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/audio/spa_plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *spa_plugin_folder(void)
{
    const char *folder = getenv("SPA_PLUGIN_DIR");

    return folder ? folder : SPA_PLUGIN_FOLDER;
}

static const struct spa_handle_factory *find_factory(void *library, const char *name)
{
    spa_handle_factory_enum_func_t next = NULL;
    const struct spa_handle_factory *factory = NULL;
    void *symbol = dlsym(library, SPA_HANDLE_FACTORY_ENUM_FUNC_NAME);

    memcpy(&next, &symbol, sizeof next);
    for (uint32_t index = 0; next && next(&factory, &index) == 1;)
        if (strcmp(factory->name, name) == 0)
            return factory;
    return NULL;
}

int spa_plugin_open(struct spa_plugin *plugin, const char *folder, const char *library, const char *factory_name,
                    const struct spa_dict *info, const struct spa_support *support, uint32_t supports)
{
    char path[512];
    int r = -ENOENT;

    (void)snprintf(path, sizeof path, "%s/%s.so", folder, library);
    *plugin = (struct spa_plugin){.library = dlopen(path, RTLD_NOW | RTLD_LOCAL)};
    const struct spa_handle_factory *factory = plugin->library ? find_factory(plugin->library, factory_name) : NULL;
    if (factory) {
        plugin->handle = calloc(1, spa_handle_factory_get_size(factory, info));
        r = plugin->handle ? spa_handle_factory_init(factory, plugin->handle, info, support, supports) : -ENOMEM;
    }
    if (r >= 0)
        return 0;
    free(plugin->handle); /* not initialised: there is nothing to clear */
    plugin->handle = NULL;
    spa_plugin_close(plugin);
    return r;
}

void *spa_plugin_interface(const struct spa_plugin *plugin, const char *type)
{
    void *interface = NULL;

    return spa_handle_get_interface(plugin->handle, type, &interface) == 0 ? interface : NULL;
}

void spa_plugin_close(struct spa_plugin *plugin)
{
    if (plugin->handle)
        (void)spa_handle_clear(plugin->handle);
    free(plugin->handle);
    if (plugin->library)
        (void)dlclose(plugin->library);
    *plugin = (struct spa_plugin){0};
}
