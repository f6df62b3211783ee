/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/report/render_text.h"

/* Several profiles side by side: a letter per profile, a row per requirement, its evidence once below. */

#define ID_WIDTH   24
#define MARK_WIDTH 6
#define CELL_WIDTH 18

static const char *short_mark(enum report_verdict verdict)
{
    return verdict == REPORT_VERDICT_UNKNOWN ? "?" : text_verdict_marks[verdict];
}

static void text_cells(const struct report_comparison *comparison, const struct report_row *row, struct report_out *out)
{
    for (size_t i = 0; i < comparison->columns_count; i++) {
        const struct report_finding *finding = row->cells[i];
        bool last = i + 1 == comparison->columns_count;
        if (finding == NULL) {
            report_pad(out, "-", last ? 0 : CELL_WIDTH);
            continue;
        }
        text_coloured(out, text_verdict_colours[finding->verdict], short_mark(finding->verdict), MARK_WIDTH);
        report_pad(out, report_level_name(finding->requirement->level), last ? 0 : CELL_WIDTH - MARK_WIDTH);
    }
    report_put(out, "\n");
}

static void text_evidence(const struct report_comparison *comparison, const struct report_row *row, size_t number,
                          struct report_out *out)
{
    for (size_t i = 0; i < comparison->columns_count; i++) {
        char line[REPORT_EVIDENCE_SIZE + 32];
        struct fascia_text text;
        if (row->cells[i] == NULL || row->evidence[i] != i)
            continue;
        fascia_text_init(&text, line, sizeof line);
        report_row_letters(comparison, row, i, &text);
        fascia_text_add(&text, ": %s [%zu]", row->cells[i]->evidence, number);
        report_put(out, "      ");
        text_wrapped(out, line, 6);
    }
}

static void text_row(const struct report_comparison *comparison, size_t index, struct report_out *out)
{
    const struct report_row *row = &comparison->rows[index];
    const char *id = row->cells[row->first]->requirement->id;

    report_put(out, "  ");
    report_pad(out, id, ID_WIDTH);
    if (report_columns(id) >= ID_WIDTH) {
        report_put(out, "\n");
        report_pad(out, "", ID_WIDTH + 2);
    }
    text_cells(comparison, row, out);
    text_evidence(comparison, row, index + 1, out);
}

void text_comparison(const struct report_comparison *comparison, struct report_out *out)
{
    text_heading(out, "PROFILES", "side by side; the whole is the worst of them");
    for (size_t i = 0; i < comparison->columns_count; i++) {
        const struct report_column *column = &comparison->columns[i];
        char line[512];
        struct fascia_text text;
        report_add(out, "  %c  ", report_column_letter(i));
        text_coloured(out, text_verdict_colours[column->judgement->overall],
                      text_verdict_marks[column->judgement->overall], MARK_WIDTH);
        fascia_text_init(&text, line, sizeof line);
        fascia_text_add(&text, "%s: %s", column->profile->name, column->judgement->headline);
        text_wrapped(out, line, 11);
    }
    text_heading(out, "REQUIREMENTS", "? = not known, skip = nothing to judge or optional, - = not in that profile");
    report_pad(out, "", ID_WIDTH + 2);
    for (size_t i = 0; i < comparison->columns_count; i++) {
        char letter[2] = {report_column_letter(i), '\0'};
        report_pad(out, letter, i + 1 < comparison->columns_count ? CELL_WIDTH : 0);
    }
    report_put(out, "\n");
    for (size_t i = 0; i < comparison->rows_count; i++)
        text_row(comparison, i, out);
}

static bool same_source(const struct report_row *row, size_t a, size_t b)
{
    const struct report_requirement *x, *y;

    if (row->cells[a] == NULL || row->cells[b] == NULL)
        return false;
    x = row->cells[a]->requirement;
    y = row->cells[b]->requirement;
    return x->wording == y->wording && strcmp(x->title, y->title) == 0 && strcmp(x->source, y->source) == 0;
}

/* One source, with the letters of all that name it in the same words; nothing when an earlier column has done so. */
static void text_source(const struct report_comparison *comparison, size_t index, size_t column, struct report_out *out)
{
    const struct report_row *row = &comparison->rows[index];
    char line[800];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    for (size_t i = 0; i < comparison->columns_count; i++) {
        if (!same_source(row, column, i))
            continue;
        if (i < column)
            return;
        fascia_text_add(&text, "%s%c", i > column ? ", " : "", report_column_letter(i));
    }
    if (text.start[0] == '\0')
        return;
    const struct report_requirement *requirement = row->cells[column]->requirement;
    fascia_text_add(&text, ": %s (%s): %s", requirement->title, report_wording_text(requirement->wording),
                    requirement->source);
    if (column == row->first)
        report_add(out, "  [%zu]%s ", index + 1, index < 9 ? " " : "");
    else
        report_put(out, "       ");
    text_wrapped(out, line, 7);
}

void text_comparison_sources(const struct report_comparison *comparison, struct report_out *out)
{
    text_heading(out, "SOURCES", "of the rules, and how well their wording is known");
    for (size_t i = 0; i < comparison->rows_count; i++) {
        for (size_t column = 0; column < comparison->columns_count; column++)
            text_source(comparison, i, column, out);
    }
}
