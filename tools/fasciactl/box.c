/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/box.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/file/file.h"
#include "stack/base/text.h"
#include "stack/report/facts.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"

#define BOOT_ID      "/proc/sys/kernel/random/boot_id"
#define PREFIX_MIN   4  /* digits of a boot id that are enough */
#define BOOTS_BACK   99 /* what --boot takes at most, downwards */
#define READINGS_MAX 3

/* ---- which file ---- */

/*
 * The file that the running fasciad writes. Returns STATUS_OK and leaves `path` alone when there is no bus, no fasciad,
 * or one that does not know black boxes.
 */
static int ask_fasciad(const struct fasciactl *ctl, char *path, size_t size)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    struct json_object *named = NULL;

    if (client_try(ctl->bus, &bus) < 0)
        return STATUS_OK;
    _cleanup_(json_release) struct json_object *properties = client_properties(bus, CLIENT_SUPERVISOR);
    if (!json_object_object_get_ex(properties, "BlackBox", &named) || !json_object_is_type(named, json_type_array))
        return STATUS_OK;
    const char *name = json_text_at(named, 0), *state = json_text_at(named, 1);
    if (name[0] == '\0') {
        (void)fputs("fasciactl: fasciad keeps no black box.\n"
                    "  Set supervisor.black_box.path, or name an older file with --file FILE.\n",
                    stderr);
        return STATUS_IMPOSSIBLE;
    }
    if (strcmp(state, "ok") != 0 && strcmp(state, "opening") != 0) {
        char clean[256];
        (void)report_text_clean(clean, sizeof clean, state);
        (void)fprintf(stderr, "fasciactl: note: fasciad cannot write the black box (%s); it ends before now.\n", clean);
    }
    (void)snprintf(path, size, "%s", name);
    return STATUS_OK;
}

/* ---- reading ---- */

static int complain(const char *path, int error)
{
    (void)fprintf(stderr, "fasciactl: %s: ", path);
    switch (error) {
    case -ENOENT:
    case -ENOTDIR:
        (void)fputs("there is no black box.\n"
                    "  fasciad makes it where supervisor.black_box.path says; name a file with --file FILE.\n",
                    stderr);
        break;
    case -EACCES:
    case -EPERM:
        (void)fputs("you may not read it.\n"
                    "  Use sudo, or give the file to a group that you are in (fasciad keeps its owner and mode).\n",
                    stderr);
        break;
    case BOX_E_FOREIGN:
        (void)fputs("it is not a black box, or nothing of it can be read.\n"
                    "  Name a black box with --file FILE.\n",
                    stderr);
        break;
    case BOX_E_VERSION:
        (void)fputs("a later version of fascia wrote it, in a form that this one does not know.\n"
                    "  Use the fasciactl of that version.\n",
                    stderr);
        break;
    case -EFBIG:
        (void)fputs("it is too large for a black box.\n"
                    "  Name a black box with --file FILE.\n",
                    stderr);
        break;
    default:
        (void)fprintf(stderr, "it cannot be read: %s\n  Look at the disk that it is on.\n",
                      strerror(error < 0 ? -error : EIO));
        break;
    }
    return STATUS_IMPOSSIBLE;
}

/* Returns 0, a negative errno or BOX_E_…. */
static int read_box(const char *path, struct box *box)
{
    struct stat status;
    size_t used = 0;

    if (stat(path, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode)) /* a pipe would keep us waiting */
        return BOX_E_FOREIGN;
    if ((uint64_t)status.st_size > BOX_FILE_SIZE_MAX)
        return -EFBIG;
    size_t size = (size_t)status.st_size + 1;
    box->data = malloc(size);
    if (box->data == NULL)
        return -ENOMEM;
    int r = file_read(path, (char *)box->data, size, &used);
    return r < 0 ? r : box_image_read(box->data, used, &box->image);
}

/* fasciad may be writing: a record that was caught in the middle of that is whole in the next look. */
static int read_settled(const char *path, struct box *box)
{
    int r = 0;

    for (int i = 0; i < READINGS_MAX; i++) {
        box_free(box);
        r = read_box(path, box);
        if (r != 0 || box->image.damaged == 0)
            break;
    }
    return r;
}

static bool is_of_this_boot(const struct box_image *image)
{
    char text[64] = "";
    uint8_t id[BOX_ID_SIZE];
    size_t used = 0;

    if (image->boots_count == 0 || file_read(BOOT_ID, text, sizeof text - 1, &used) < 0)
        return false;
    return box_id_parse(text, id) == 0 && memcmp(image->boots[0].id, id, sizeof id) == 0;
}

int box_load(const struct fasciactl *ctl, const char *file, struct box *ret_box)
{
    char path[512] = BOX_DEFAULT_PATH;
    struct box box = {0};

    int status = file != NULL ? STATUS_OK : ask_fasciad(ctl, path, sizeof path);
    if (status != STATUS_OK)
        return status;
    if (file == NULL)
        file = path;
    int r = read_settled(file, &box);
    if (r != 0) {
        box_free(&box);
        return complain(file, r);
    }
    box.is_live = is_of_this_boot(&box.image);
    box.has_zero = box.is_live || file != path;
    if (box.image.unknown > 0)
        (void)fprintf(stderr, "fasciactl: note: %zu records of a later version of fascia are not shown.\n",
                      box.image.unknown);
    *ret_box = box;
    return STATUS_OK;
}

void box_free(struct box *box)
{
    box_image_free(&box->image);
    free(box->data);
    *box = (struct box){0};
}

/* ---- which boot ---- */

static bool is_number(const char *word, int64_t *ret_number)
{
    return (word[0] == '-' || strcmp(word, "0") == 0) && fascia_text_to_i64(word, -BOOTS_BACK, 0, ret_number) == 0;
}

/* A UUID's dashes are left out. Returns how many digits there are; 0 when it is no beginning of a boot id. */
static size_t to_prefix(const char *word, char to[static BOX_ID_TEXT_SIZE])
{
    size_t used = 0;

    for (; *word != '\0'; word++) {
        if (*word == '-')
            continue;
        const char *digit = strchr("0123456789abcdefABCDEF", *word);
        if (digit == NULL || used + 1 >= BOX_ID_TEXT_SIZE)
            return 0;
        to[used++] = (char)(*digit >= 'A' && *digit <= 'F' ? *digit - 'A' + 'a' : *digit);
    }
    to[used] = '\0';
    return used;
}

bool box_is_boot(const char *word)
{
    char prefix[BOX_ID_TEXT_SIZE];
    int64_t number = 0;

    return is_number(word, &number) || (word[0] != '-' && to_prefix(word, prefix) >= PREFIX_MIN);
}

int box_number(const struct box *box, size_t row)
{
    return -(int)row - (box->has_zero ? 0 : 1);
}

static int find_number(const struct box *box, int64_t number, size_t *ret_row)
{
    for (size_t row = 0; row < box->image.boots_count; row++) {
        if (box_number(box, row) == number) {
            *ret_row = row;
            return STATUS_OK;
        }
    }
    if (number == 0 && box->image.boots_count > 0)
        (void)fputs("fasciactl: the black box holds nothing of this boot; the one before is --boot -1.\n"
                    "  Is fasciad running? Its journal says so when it cannot write the box.\n",
                    stderr);
    else
        (void)fprintf(stderr,
                      "fasciactl: the black box holds %zu boots, and none by the number %d.\n"
                      "  `fasciactl events --boots` lists them; supervisor.black_box.boots says how many are kept.\n",
                      box->image.boots_count, (int)number);
    return STATUS_IMPOSSIBLE;
}

int box_find(const struct box *box, const char *word, size_t *ret_row)
{
    char prefix[BOX_ID_TEXT_SIZE] = "", id[BOX_ID_TEXT_SIZE];
    int64_t number = 0;
    size_t found = 0, count = 0;

    if (is_number(word, &number))
        return find_number(box, number, ret_row);
    size_t length = to_prefix(word, prefix);
    for (size_t row = 0; row < box->image.boots_count; row++) {
        if (strncmp(box_id_format(box->image.boots[row].id, id), prefix, length) == 0) {
            found = row;
            count++;
        }
    }
    if (count != 1) {
        (void)fprintf(stderr,
                      "fasciactl: %s boots in the black box begin with %s.\n"
                      "  `fasciactl events --boots` lists them.\n",
                      count == 0 ? "no" : "several", prefix);
        return STATUS_IMPOSSIBLE;
    }
    *ret_row = found;
    return STATUS_OK;
}
