/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render_text.h"

static const char *const escapes[] = {
    [TEXT_NONE] = "",           [TEXT_BOLD] = "\033[1m",    [TEXT_DIM] = "\033[2m",
    [TEXT_GOOD] = "\033[1;32m", [TEXT_WARN] = "\033[1;33m", [TEXT_BAD] = "\033[1;31m",
};

const enum text_colour text_verdict_colours[REPORT_VERDICTS_] = {
    [REPORT_VERDICT_PASS] = TEXT_GOOD,    [REPORT_VERDICT_WARN] = TEXT_WARN,   [REPORT_VERDICT_FAIL] = TEXT_BAD,
    [REPORT_VERDICT_UNKNOWN] = TEXT_WARN, [REPORT_VERDICT_SKIPPED] = TEXT_DIM,
};

const char *const text_verdict_marks[REPORT_VERDICTS_] = {
    [REPORT_VERDICT_PASS] = "PASS",       [REPORT_VERDICT_WARN] = "WARN",    [REPORT_VERDICT_FAIL] = "FAIL",
    [REPORT_VERDICT_UNKNOWN] = "UNKNOWN", [REPORT_VERDICT_SKIPPED] = "skip",
};

void text_coloured(struct report_out *out, enum text_colour colour, const char *text, size_t width)
{
    report_put(out, out->colour ? escapes[colour] : "");
    report_pad(out, text, width);
    report_put(out, out->colour && colour != TEXT_NONE ? "\033[0m" : "");
}

void text_heading(struct report_out *out, const char *title, const char *rest)
{
    report_put(out, "\n");
    text_coloured(out, TEXT_BOLD, title, 0);
    if (rest[0] != '\0')
        report_add(out, "  %s", rest);
    report_put(out, "\n");
}

const char *text_absence(const struct report_facts *facts, bool answered, const char *function, const char *silent)
{
    if (answered)
        return "";
    return report_facts_is_off(facts, function) ? "is switched off" : silent;
}

void text_rule(struct report_out *out)
{
    for (size_t i = 0; i < TEXT_WIDTH; i++)
        report_put(out, "=");
    report_put(out, "\n");
}

/* Octets of a piece that is at most `columns` wide, breaking after a space when there is one. */
static size_t piece_of(const char *text, size_t columns)
{
    size_t used = 0, at = 0, space = 0;

    while (text[at] != '\0') {
        size_t next = at + 1;
        while (((unsigned char)text[next] & 0xc0) == 0x80)
            next++;
        if (used++ == columns)
            return space > 0 ? space : at;
        if (text[at] == ' ')
            space = next;
        at = next;
    }
    return at;
}

/* Writes a paragraph whose first line begins at column `indent`; every further one is indented by it. */
void text_wrapped(struct report_out *out, const char *text, size_t indent)
{
    char piece[4 * TEXT_WIDTH + 1];

    do {
        size_t n = piece_of(text, TEXT_WIDTH - indent);
        if (n >= sizeof piece)
            n = sizeof piece - 1;
        size_t shown = n;
        while (shown > 0 && text[shown - 1] == ' ')
            shown--;
        memcpy(piece, text, shown);
        piece[shown] = '\0';
        report_put(out, piece);
        report_put(out, "\n");
        text += n;
        if (*text != '\0')
            report_pad(out, "", indent);
    } while (*text != '\0');
}

/* A formatted paragraph at column 2. */
void text_paragraph(struct report_out *out, const char *format, ...)
{
    char line[1024] = "";
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    report_put(out, "  ");
    text_wrapped(out, line, 2);
}
