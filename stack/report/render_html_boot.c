/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/chart.h"
#include "stack/report/render_html.h"

static void html_time(int64_t t_us, struct report_out *out)
{
    if (t_us < 0)
        report_put(out, "<td class=\"num\">-</td>");
    else
        report_add(out, "<td class=\"num\">%.3f s</td>", (double)t_us / 1e6);
}

static void cell(const char *text, struct report_out *out)
{
    report_put(out, "<td>");
    report_escape(out, text);
    report_put(out, "</td>");
}

static void html_units(const struct report_boot *boot, struct report_out *out)
{
    report_put(out, "<table><thead><tr><th>process</th><th class=\"num\">executed</th><th class=\"num\">ready</th></tr>"
                    "</thead>\n<tbody>\n");
    for (size_t i = 0; i < boot->units_count; i++) {
        report_put(out, "<tr>");
        cell(boot->units[i].name, out);
        html_time(boot->units[i].exec_us, out);
        html_time(boot->units[i].ready_us, out);
        report_put(out, "</tr>\n");
    }
    report_put(out, "</tbody></table>\n");
}

static void html_stages(const struct report_boot *boot, struct report_out *out)
{
    report_put(out, "<table><thead><tr><th>stage</th><th>waits for</th><th class=\"num\">budget</th>"
                    "<th class=\"num\">reached</th><th>verdict</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < boot->stages_count; i++) {
        const struct report_boot_stage *stage = &boot->stages[i];
        report_put(out, "<tr>");
        cell(stage->name, out);
        cell(stage->wait_for, out);
        html_time(stage->budget_us, out);
        html_time(stage->reached_us, out);
        cell(stage->verdict, out);
        report_put(out, "</tr>\n");
    }
    report_put(out, "</tbody></table>\n");
}

void report_html_boot(const struct report_facts *facts, struct report_out *out)
{
    const struct report_boot *boot = &facts->boot;
    size_t missed = 0;

    if (!boot->known)
        return;
    for (size_t i = 0; i < boot->stages_count; i++)
        missed += report_stage_is_missed(&boot->stages[i]);
    report_put(out, "<section>\n<h2>Boot, since the kernel's start</h2>\n");
    if (missed > 0)
        report_add(out, "<p class=\"bad\"><strong>%zu of %zu stages missed the budget.</strong></p>\n", missed,
                   boot->stages_count);
    report_svg_boot(facts, out);
    report_put(out,
               "<p class=\"note\">A bar is a process from its first exec to its first readiness, which is the dot; a "
               "dashed bar has not become ready. Below are the stages: a line is the budget, a dot the moment it was "
               "reached, a cross a missed budget.</p>\n<details><summary>The same in numbers</summary>\n");
    html_units(boot, out);
    if (boot->stages_count > 0)
        html_stages(boot, out);
    report_put(out, "</details>\n</section>\n");
}
