/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/compare.h"

#include <string.h>

/* The row of an id, a new one when there is none yet. All fit: see REPORT_ROWS_MAX. */
static struct report_row *row_of(struct report_comparison *comparison, const char *id, size_t column)
{
    for (size_t i = 0; i < comparison->rows_count; i++) {
        struct report_row *row = &comparison->rows[i];
        if (strcmp(row->cells[row->first]->requirement->id, id) == 0)
            return row;
    }
    struct report_row *row = &comparison->rows[comparison->rows_count++];
    *row = (struct report_row){.first = column};
    return row;
}

static void put_cell(struct report_row *row, size_t column, const struct report_finding *finding)
{
    row->cells[column] = finding;
    row->evidence[column] = column;
    for (size_t i = column; i-- > 0;) {
        if (row->cells[i] != NULL && strcmp(row->cells[i]->evidence, finding->evidence) == 0)
            row->evidence[column] = row->evidence[i];
    }
}

void report_compare(const struct report_column *columns, size_t columns_count, struct report_comparison *ret_comparison)
{
    struct report_comparison *comparison = ret_comparison;

    comparison->columns = columns;
    comparison->columns_count = columns_count;
    comparison->worst = 0;
    comparison->rows_count = 0;
    for (size_t column = 0; column < columns_count; column++) {
        const struct report_judgement *judgement = columns[column].judgement;
        if (judgement->overall > columns[comparison->worst].judgement->overall) /* PASS < WARN < FAIL */
            comparison->worst = column;
        for (size_t i = 0; i < judgement->findings_count; i++) {
            const struct report_finding *finding = &judgement->findings[i];
            put_cell(row_of(comparison, finding->requirement->id, column), column, finding);
        }
    }
}

char report_column_letter(size_t column)
{
    return (char)('A' + column);
}

void report_row_letters(const struct report_comparison *comparison, const struct report_row *row, size_t column,
                        struct fascia_text *text)
{
    bool any = false;

    for (size_t i = 0; i < comparison->columns_count; i++) {
        if (row->cells[i] == NULL || row->evidence[i] != row->evidence[column])
            continue;
        fascia_text_add(text, "%s%c", any ? ", " : "", report_column_letter(i));
        any = true;
    }
}
