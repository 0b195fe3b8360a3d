{# Text as printed → text that can be compared. Nothing here changes what the marts show as printed. #}

{# Full-width digits, brackets and punctuation to half-width; all kinds of blanks and quotes away. #}
{% macro plain_text(expression) -%}
    regexp_replace(
        translate({{ expression }}, '０１２３４５６７８９（）〔〕【】：，．／％＋－', '0123456789()()():,./%+-'),
        '[\s\x{00a0}\x{3000}\x{200b}\x{feff}"''“”‘’*#]', '', 'g'
    )
{%- endmacro %}

{# The digits of a printed code; zeros that only fill it up are none: 208.05.01 → 2080501, 20800 and 2080000 → 208. #}
{% macro code_digits(expression) -%}
    regexp_replace(
        nullif(regexp_replace({{ plain_text(expression) }}, '[^0-9]', '', 'g'), ''), '^([235][0-9]{2}(?:[0-9]{2})*?)(?:00)+$', '\1'
    )
{%- endmacro %}

{# A name of the classification: plain, without the level mark of prose (类 / 款 / 项) and without 其中. #}
{% macro plain_name(expression) -%}
    regexp_replace(
        regexp_replace({{ plain_text(expression) }}, '^其中:', ''),
        '\((类|款|项)\)', '', 'g'
    )
{%- endmacro %}

{# A plain name as it is compared at one and the same code: without 支出 (whole or cut by the cell), a level word, 的 and punctuation. #}
{% macro loose_name(expression) -%}
    regexp_replace(
        regexp_replace({{ expression }}, '[的之、,.:;·()/\[\]_-]', '', 'g'), '(支出?)?[类款项]?$', ''
    )
{%- endmacro %}

{# A plain name without the remark in brackets at its end: 行政运行(公安) → 行政运行. #}
{% macro unremarked_name(expression) -%}
    regexp_replace({{ expression }}, '\((?:[^()]|\([^()]*\))*\)$', '')
{%- endmacro %}

{# The printed ordinal of a line: 一、 (一) 1. 1、 (1) ①; null where there is none. #}
{% macro printed_ordinal(expression) -%}
    nullif(regexp_extract(
        {{ plain_text(expression) }},
        '^([一二三四五六七八九十廿]+[、.,]|\([一二三四五六七八九十]+\)[、.]?|[0-9]{1,2}[、.](?:[^0-9]|$)|\([0-9]{1,2}\)[、.]?|[①②③④⑤⑥⑦⑧⑨⑩])'
    ), '')
{%- endmacro %}

{# The Chinese ordinal of a line: 二十一 of 二十一、其他支出 and of 廿一、其他支出; null where there is none. #}
{% macro class_ordinal(expression) -%}
    nullif(replace(regexp_extract({{ plain_text(expression) }}, '^([一二三四五六七八九十廿]+)[、.,]', 1), '廿', '二十'), '')
{%- endmacro %}

{# The label of a line in a summary: plain, without ordinal and without bracketed remarks. #}
{% macro plain_label(expression) -%}
    regexp_replace(
        regexp_replace(
            {{ plain_text(expression) }},
            '^([一二三四五六七八九十廿]+[、.,]|\([一二三四五六七八九十]+\)[、.]?|[0-9]{1,2}[、.]|\([0-9]{1,2}\)[、.]?|[①②③④⑤⑥⑦⑧⑨⑩])', ''
        ),
        '\([^()]*\)', '', 'g'
    )
{%- endmacro %}

{# 1234567.891 with 2 decimals → '1,234,567.89'; exact decimals in, text out. #}
{% macro number_text(value, decimals) -%}
    case {{ decimals }}
        when 0 then format('{:,.0f}', {{ value }}::double)
        when 1 then format('{:,.1f}', {{ value }}::double)
        when 2 then format('{:,.2f}', {{ value }}::double)
        when 3 then format('{:,.3f}', {{ value }}::double)
        when 4 then format('{:,.4f}', {{ value }}::double)
        else format('{:,.6f}', {{ value }}::double)
    end
{%- endmacro %}

{# A stable id of sixteen hex digits from what identifies the row. #}
{% macro stable_id(expressions) -%}
    substr(md5(concat_ws('|', {% for e in expressions %}coalesce(cast({{ e }} as varchar), ''){{ ", " if not loop.last }}{% endfor %})), 1, 16)
{%- endmacro %}

{# The bare name of a project: without year, place, brackets and the words that every project's name may have. #}
{% macro bare_project(name, place) -%}
    regexp_replace(
        regexp_replace(
            replace({{ plain_text(name) }}, coalesce({{ place }}, '没有'), ''),
            '^[0-9]+、|[0-9]{4}年度?|\([^()]*\)', '', 'g'
        ),
        '^(年|关于|拨付|市级?|县级?|区级?|省级?)|专项|经费|资金|费用|项目|支出|工作|建设|采购|补助|补贴', '', 'g'
    )
{%- endmacro %}

{# How one number becomes another by a slip: the same digits exchanged, one digit, the point, the sign; else null. #}
{% macro digit_cause(printed, corrected, value, correct_value, tolerance) -%}
    case
        when {{ value }} <> 0 and abs({{ value }} + {{ correct_value }}) <= {{ tolerance }} then 'sign'
        when {{ value }} * {{ correct_value }} <= 0 then null
        {%- for k in [10, 100, 1000, 10000] %}
        when least(abs({{ value }} * {{ k }} - {{ correct_value }}), abs({{ value }} - {{ correct_value }} * {{ k }}))
            <= least({{ tolerance }}, 0.0005 * greatest(abs({{ value }}), abs({{ correct_value }})))
            then 'decimal_point'
        {%- endfor %}
        when len({{ printed }}) = len({{ corrected }}) and len({{ printed }}) > 2 then case hamming({{ printed }}, {{ corrected }})
            when 1 then 'one_digit'
            when 2 then case
                when list_sort(string_split({{ printed }}, '')) = list_sort(string_split({{ corrected }}, '')) then 'digits_exchanged'
            end
        end
        when
            levenshtein({{ printed }}, {{ corrected }}) = 1 and least(len({{ printed }}), len({{ corrected }})) > 3
            then 'digit_too_many_or_few'
    end
{%- endmacro %}

{# A name so that names sort as people number them: every run of digits is made twenty digits long, v2 before v10. #}
{% macro natural_order(expression) -%}
    regexp_replace(
        regexp_replace({{ expression }}, '([0-9]+)', '00000000000000000000\1', 'g'), '[0-9]*([0-9]{20})', '\1', 'g'
    )
{%- endmacro %}
