-- One row per identity that is not exact, with its terms to be read: 2240106 安全监管 14.00; 2240108 应急救援 10.00.
with judged as (
    select reconciliation_id, report_id, rule, variant, form, check_kind, stated_figure_id, term_figure_ids, minus_figure_ids
    from {{ ref('int_judged') }}
    where outcome <> 'exact' and len(term_figure_ids) > 0
),

selectors as (
    select rule, variant, bool_or(line_selector in ('each', 'each_role')) as is_by_line
    from {{ source('rules', 'rule_terms') }}
    group by all
),

figures as not materialized (select * from {{ ref('int_keyed_figures') }}),

measures as (select measure, name_zh, lower(name_en[1]) || name_en[2:] as name_en from {{ ref('measures') }}),

forms as (select form, title_zh, title_en from {{ ref('forms') }}),

terms as (
    select
        * exclude (term_figure_ids),
        unnest(term_figure_ids) as figure_id,
        generate_subscripts(term_figure_ids, 1) as position
    from judged
),

-- what a reader would call each term: the line where lines are added, the column where columns are, and where it stands
named as (
    select
        terms.reconciliation_id,
        terms.report_id,
        -- sums in the order of their rows; what a model lists, in its own
        case when terms.check_kind = 'model' then terms.position else figures.row_no end as place,
        terms.position,
        case when list_contains(terms.minus_figure_ids, terms.figure_id) then '− ' end as sign,
        case when figures.form <> terms.form then forms.title_zh end as form_zh,
        case when figures.form <> terms.form then forms.title_en end as form_en,
        case
            when selectors.is_by_line and figures.form = terms.form and figures.form <> 'prose' then null
            else nullif(concat_ws(' ', figures.line_code, regexp_replace(figures.line_label, '\s+', '', 'g')), '')
        end as line,
        selectors.is_by_line or figures.line_key = 'all' or terms.check_kind in ('model', 'one_of', 'equal', 'at_most')
            as says_measure,
        measures.name_zh as measure_zh,
        measures.name_en as measure_en,
        concat({{ number_text('figures.value', 'figures.decimals') }}, case when figures.unit is distinct from '万元' then figures.unit end)
            as number,
        case
            when figures.page is not null and figures.page is distinct from stated.page then concat('第 ', figures.page, ' 页')
            when figures.page is null and figures.source_line is not null and figures.source_line is distinct from stated.source_line
                then concat('第 ', figures.source_line, ' 行')
        end as place_zh,
        case
            when figures.page is not null and figures.page is distinct from stated.page then concat('page ', figures.page)
            when figures.page is null and figures.source_line is not null and figures.source_line is distinct from stated.source_line
                then concat('line ', figures.source_line)
        end as place_en
    from terms
    inner join figures on terms.figure_id = figures.figure_id
    left join figures as stated on terms.stated_figure_id = stated.figure_id
    left join selectors on terms.rule = selectors.rule and terms.variant = selectors.variant
    left join measures on figures.measure = measures.measure
    left join forms on figures.form = forms.form
)

select
    reconciliation_id,
    report_id,
    {% for language in ['zh', 'en'] %}
    string_agg(
        concat(
            sign,
            concat_ws(' ', form_{{ language }}, line, case when says_measure then measure_{{ language }} end, number),
            case when form_{{ language }} is not null then {{ "'（' || place_zh || '）'" if language == 'zh' else "' (' || place_en || ')'" }} end
        ),
        '; ' order by place, position
    ) as terms_{{ language }}{{ "," if not loop.last }}
    {% endfor %}
from named
group by all
