/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/volumes.h"

#include <stdlib.h>
#include <string.h>

#include "audio/streams/focus.h"

static const char head[] = "fascia-volumes ";

/* The text up to the next line end, which is replaced by a NUL; NULL when there is no whole line any more. */
static char *next_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

/* "-12.5", and nothing that strtod() takes besides: no space, no hexadecimal digits, no "inf". */
static int parse_db(const char *text, double *ret_db)
{
    char *end;

    if (text[0] == '\0' || text[strspn(text, "-.0123456789")] != '\0')
        return VOLUMES_E_DAMAGED;
    double db = strtod(text, &end);
    if (*end != '\0' || !(db >= FOCUS_SILENCE_DB && db <= FOCUS_VOLUME_MAX))
        return VOLUMES_E_DAMAGED;
    *ret_db = db;
    return 0;
}

static int parse_line(char *line, struct volumes *volumes)
{
    enum stream_class stream;
    char *space = strchr(line, ' ');

    if (!space)
        return VOLUMES_E_DAMAGED;
    *space = '\0';
    if (stream_class_parse(line, &stream) != 0 || volumes->set[stream])
        return VOLUMES_E_DAMAGED;
    volumes->set[stream] = true;
    return parse_db(space + 1, &volumes->db[stream]);
}

int volumes_decode(const char *bytes, size_t size, struct volumes *ret_volumes)
{
    char text[VOLUMES_SIZE_MAX + 1], *at = text, *line;
    struct volumes volumes = {.set = {false}};

    if (size > VOLUMES_SIZE_MAX)
        return VOLUMES_E_DAMAGED;
    memcpy(text, bytes, size);
    text[size] = '\0';
    if (strlen(text) != size)
        return VOLUMES_E_DAMAGED;
    line = next_line(&at);
    if (!line || strncmp(line, head, sizeof head - 1) != 0)
        return VOLUMES_E_DAMAGED;
    if (strcmp(line + sizeof head - 1, "1") != 0)
        return VOLUMES_E_VERSION;
    while ((line = next_line(&at))) {
        int r = parse_line(line, &volumes);
        if (r != 0)
            return r;
    }
    if (*at != '\0') /* cut off */
        return VOLUMES_E_DAMAGED;
    *ret_volumes = volumes;
    return 0;
}

void volumes_encode(const struct volumes *volumes, struct fascia_text *text)
{
    fascia_text_add(text, "%s1\n", head);
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (volumes->set[c])
            fascia_text_add(text, "%s %.2f\n", stream_class_name((enum stream_class)c), volumes->db[c]);
    }
}
