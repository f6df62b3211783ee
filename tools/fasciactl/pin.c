/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "platform/file/file.h"

#define ROWS    5
#define COLUMNS 5

/* Row by row, the leftmost column in bit 4. */
static const unsigned char digits[10][ROWS] = {
    {0x0e, 0x11, 0x11, 0x11, 0x0e}, {0x04, 0x0c, 0x04, 0x04, 0x0e}, {0x1e, 0x01, 0x0e, 0x10, 0x1f},
    {0x1e, 0x01, 0x0e, 0x01, 0x1e}, {0x12, 0x12, 0x1f, 0x02, 0x02}, {0x1f, 0x10, 0x1e, 0x01, 0x1e},
    {0x0e, 0x10, 0x1e, 0x11, 0x0e}, {0x1f, 0x01, 0x02, 0x04, 0x04}, {0x0e, 0x11, 0x0e, 0x11, 0x0e},
    {0x0e, 0x11, 0x0f, 0x01, 0x0e},
};

static void show_row(FILE *file, const char *pin, unsigned int row)
{
    for (const char *c = pin; *c >= '0' && *c <= '9'; c++) {
        unsigned int bits = digits[*c - '0'][row];
        (void)fputs("   ", file);
        for (unsigned int column = COLUMNS; column-- > 0;)
            (void)fputs(bits >> column & 1 ? "##" : "  ", file);
    }
    (void)fputs("\n", file);
}

void pin_show(FILE *file, const char *pin)
{
    if (isatty(fileno(file)) == 1) {
        (void)fputs("\n", file);
        for (unsigned int row = 0; row < ROWS; row++)
            show_row(file, pin, row);
        (void)fputs("\n", file);
    }
    (void)fprintf(file, "PIN %s\n", pin);
    (void)fflush(file);
}

/* One line, octet by octet: nothing of it stays in a buffer of stdio. */
static int read_line(int fd, char to[static PIN_SIZE])
{
    size_t used = 0;
    char c = '\0';
    ssize_t n;

    while ((n = read(fd, &c, 1)) == 1 && c != '\n' && c != '\r') {
        if (used == PIN_SIZE - 1)
            return -EMSGSIZE;
        to[used++] = c;
    }
    if (n < 0)
        return -errno;
    to[used] = '\0';
    return used == 0 ? -ENODATA : 0;
}

int pin_read(const char *prompt, char to[static PIN_SIZE])
{
    struct termios before, silent;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return read_line(STDIN_FILENO, to);
    if (tcgetattr(fd, &before) < 0) {
        int error = errno;
        (void)close(fd);
        return -error;
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    (void)tcsetattr(fd, TCSAFLUSH, &silent);
    (void)!write(fd, prompt, strlen(prompt));
    int r = read_line(fd, to);
    (void)tcsetattr(fd, TCSAFLUSH, &before);
    (void)!write(fd, "\n", 1);
    (void)close(fd);
    return r;
}

int pin_read_file(const char *path, char to[static PIN_SIZE])
{
    char text[PIN_SIZE + 2];
    size_t size = 0;

    int r = file_read_secret(path, text, sizeof text, &size);
    while (r == 0 && size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    if (r == 0 && (size == 0 || size >= PIN_SIZE))
        r = size == 0 ? -ENODATA : -EMSGSIZE;
    if (r == 0) {
        memcpy(to, text, size);
        to[size] = '\0';
    }
    explicit_bzero(text, sizeof text);
    return r;
}
