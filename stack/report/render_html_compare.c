/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/render_html.h"

static void html_profiles(const struct report_comparison *comparison, struct report_out *out)
{
    report_put(out, "<section>\n<h2>Profiles</h2>\n<table><thead><tr><th></th><th>verdict</th><th>profile</th></tr>"
                    "</thead>\n<tbody>\n");
    for (size_t i = 0; i < comparison->columns_count; i++) {
        const struct report_column *column = &comparison->columns[i];
        const struct html_tag *tag = &html_verdict_tags[column->judgement->overall];
        report_add(out, "<tr><th scope=\"row\">%c</th><td class=\"nowrap\"><span class=\"tag %s\">%s</span></td>",
                   report_column_letter(i), tag->class, tag->word);
        html_element(out, "<td><strong>", column->profile->title, "</strong>");
        html_element(out, " <span class=\"mono soft\">", column->profile->name, "</span>");
        html_element(out, "<div>", column->judgement->headline, "</div>");
        html_element(out, "<div class=\"source\">", column->profile->about, "</div></td></tr>\n");
    }
    report_put(out, "</tbody></table>\n</section>\n");
}

static void html_cell(const struct report_finding *finding, struct report_out *out)
{
    if (finding == NULL) {
        report_put(out, "<td class=\"soft\">-</td>");
        return;
    }
    const struct html_tag *tag = &html_verdict_tags[finding->verdict];
    report_add(out, "<td><span class=\"tag %s\">%s</span><div class=\"source\">%s</div></td>", tag->class, tag->word,
               report_level_name(finding->requirement->level));
}

/* Each evidence once, with the letters of the profiles that it is of. */
static void html_evidence(const struct report_comparison *comparison, const struct report_row *row,
                          struct report_out *out)
{
    for (size_t i = 0; i < comparison->columns_count; i++) {
        char letters[16];
        struct fascia_text text;
        if (row->cells[i] == NULL || row->evidence[i] != i)
            continue;
        fascia_text_init(&text, letters, sizeof letters);
        report_row_letters(comparison, row, i, &text);
        html_element(out, "<div><strong>", letters, "</strong>: ");
        html_element(out, "", row->cells[i]->evidence, "</div>");
    }
}

static void html_sources(const struct report_comparison *comparison, const struct report_row *row,
                         struct report_out *out)
{
    report_put(out, "<details><summary>Sources</summary>");
    for (size_t i = 0; i < comparison->columns_count; i++) {
        if (row->cells[i] == NULL)
            continue;
        const struct report_requirement *requirement = row->cells[i]->requirement;
        char parameters[128];
        struct fascia_text text;
        fascia_text_init(&text, parameters, sizeof parameters);
        report_parameters_text(requirement->check, &requirement->parameters, &text);
        report_add(out, "<div class=\"source\"><strong>%c</strong> %s", report_column_letter(i),
                   report_check_name(requirement->check));
        if (text.start[0] != '\0')
            html_element(out, " {", text.start, "}");
        html_element(out, ", ", report_wording_text(requirement->wording), ": ");
        html_element(out, "", requirement->source, "</div>");
    }
    report_put(out, "</details>");
}

static void html_row(const struct report_comparison *comparison, const struct report_row *row, struct report_out *out)
{
    const struct report_requirement *requirement = row->cells[row->first]->requirement;

    html_element(out, "<tr><td><strong>", requirement->title, "</strong>");
    html_element(out, " <span class=\"mono soft\">", requirement->id, "</span>");
    html_evidence(comparison, row, out);
    html_sources(comparison, row, out);
    report_put(out, "</td>");
    for (size_t i = 0; i < comparison->columns_count; i++)
        html_cell(row->cells[i], out);
    report_put(out, "</tr>\n");
}

void report_html_comparison(const struct report_comparison *comparison, struct report_out *out)
{
    html_profiles(comparison, out);
    report_put(out,
               "<section>\n<h2>Requirements</h2>\n<table class=\"compare\"><thead><tr><th>requirement and measured "
               "evidence</th>");
    for (size_t i = 0; i < comparison->columns_count; i++) {
        report_add(out, "<th>%c: ", report_column_letter(i));
        html_element(out, "", comparison->columns[i].profile->name, "</th>");
    }
    report_put(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < comparison->rows_count; i++)
        html_row(comparison, &comparison->rows[i], out);
    report_put(out, "</tbody></table>\n</section>\n");
}
