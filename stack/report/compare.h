/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_COMPARE_H
#define FASCIA_STACK_REPORT_COMPARE_H

#include "stack/report/judge.h"

/* Several profiles over the same facts, side by side: a row per requirement, joined by id, a column per profile. */

#define REPORT_PROFILES_MAX 4
#define REPORT_ROWS_MAX     (REPORT_PROFILES_MAX * REPORT_REQUIREMENTS_MAX)

struct report_column {
    const struct report_profile *profile;
    const struct report_judgement *judgement; /* of the facts by that profile */
};

struct report_row {
    const struct report_finding *cells[REPORT_PROFILES_MAX]; /* NULL: that profile has no such requirement */
    size_t first;                                            /* the first column that has it: names the row */
    size_t evidence[REPORT_PROFILES_MAX]; /* of each cell: the first column whose evidence reads the same */
};

struct report_comparison {
    const struct report_column *columns; /* borrowed */
    size_t columns_count;
    size_t worst; /* the first column with the worst verdict: it is the whole's */
    struct report_row rows[REPORT_ROWS_MAX];
    size_t rows_count;
};

/** Joins 1 to REPORT_PROFILES_MAX columns; rows are in the first profile's order, then the second's, and so on. */
void report_compare(const struct report_column *columns, size_t columns_count,
                    struct report_comparison *ret_comparison);

/** 'A' for the first column. */
char report_column_letter(size_t column);

/** "A", "A, C": the columns whose evidence in this row is that of `column`. */
void report_row_letters(const struct report_comparison *comparison, const struct report_row *row, size_t column,
                        struct fascia_text *text);

#endif
