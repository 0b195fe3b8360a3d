{#
  Resolve every distinct printed line of one classification to the code that means it in that year. The steps, the
  first that answers wins; none of them is silent: step, score and reason are columns.

    exact       code and name as in the year's list
    variant     the code, under its name in other years or under a variant that a report showed (seed name_variants)
                (also its name but for 支出, 的, punctuation, or a remark in brackets: 行政运行（公安）)
    other_year  a code of another year under a name it is known by, moved along its successors
    prefix      digits that a place has added for its own use: 208050501 is read as 2080505
    name_path   no such code, but the name stands once at that place (under the printed parents)
    similar     the code under a similar name, which no other code has; or no code, and one similar name at that place
    ordinal     a line of a summary whose name is spoilt: the 类 that has this ordinal in that year (seed summary_classes)
    code        the code is known and its name is not: the code is believed, the name is reported
    unresolved  none of these
#}
{% macro resolve_codes(lines, family) %}
{%- set threshold = var('similar_name_threshold') -%}
{%- set digits = 7 if family == 'function' else 5 -%}
with printed as (
    select
        *,
        {{ loose_name('name') }} as loose_name,
        {{ loose_name(unremarked_name('name')) }} as unremarked_name
    from {{ lines }}
    where system like '{{ family }}%'
),

codes as (
    select * from {{ ref('int_code_years') }} where system like '{{ family }}%'
),

listed as (
    select *, {{ loose_name('plain_name_in_year') }} as loose_name from codes where hops = 0
),

variants as (
    select
        cast(code as varchar) as code,
        {{ plain_name('variant') }} as plain_name,
        {{ plain_name('canonical_name') }} as plain_canonical_name,
        concat('variant seen in ', coalesce(seen_in, note, 'a report')) as why
    from {{ ref('name_variants') }}
    where system in ({{ "'function'" if family == 'function' else "'economic', 'departmental', 'government'" }})
),

-- `moved`: only a former meaning of the code, which has gone to another code, bears the name
names as (
    select
        system, code, plain_name, {{ loose_name('plain_name') }} as loose_name, min(why) as why,
        bool_and(coalesce(moved, false)) as moved
    from (
        select system, code, plain_name, 'a name of this code in another year' as why, moved
        from {{ ref('int_code_list') }}
        where system like '{{ family }}%'
        union all
        select codes.system, codes.code, variants.plain_name, variants.why, false as moved
        from variants
        inner join (select distinct system, code, plain_name_in_year from listed) as codes
            on variants.code = codes.code
            or (variants.code is null and variants.plain_canonical_name = codes.plain_name_in_year)
    )
    group by all
),

---------- by the printed code

-- a name that belongs to another code: to one place only, or to a neighbour under the same parent, in whatever year
taken_names as (
    select printed.printed_line_id
    from printed
    inner join listed
        on
            printed.system = listed.system and printed.fiscal_year = listed.fiscal_year
            and printed.loose_name = listed.loose_name and printed.code <> listed.code_in_year
    group by printed.printed_line_id
    having count(distinct listed.code_in_year[:5]) = 1
    union
    select printed.printed_line_id
    from printed
    inner join names on printed.system = names.system and printed.loose_name = names.loose_name
    where
        not names.moved and names.code <> printed.code
        and starts_with(names.code, printed.code[:len(printed.code) - 2]) and len(names.code) <= len(printed.code)
),

-- the same name but for 支出 and the like, of the year or of another one
loose_names as (
    select
        printed.printed_line_id,
        min(case
            when names.loose_name = printed.loose_name then 'the name but for 支出, 的 or punctuation'
            else 'the name with a remark in brackets'
        end) as why
    from printed
    inner join names on printed.system = names.system and printed.code = names.code
    left join taken_names on printed.printed_line_id = taken_names.printed_line_id
    where
        not names.moved and (
            names.loose_name = printed.loose_name
            or (names.loose_name = printed.unremarked_name and taken_names.printed_line_id is null)
        )
    group by printed.printed_line_id
),

by_code as (
    select
        printed.printed_line_id,
        codes.code_in_year,
        codes.hops,
        codes.plain_name_in_year,
        printed.name is null or printed.name = '' as unnamed,
        printed.name = codes.plain_name_in_year as same_name,
        coalesce(case when codes.hops > 0 or not names.moved then names.why end, loose_names.why) as why,
        case
            when taken_names.printed_line_id is null
                then coalesce(jaro_winkler_similarity(printed.name, codes.plain_name_in_year), 0)
            else 0
        end as similarity,
        -- one name is the other with a word more: 代表工作 / 人大代表工作; four characters are the least that says something
        taken_names.printed_line_id is null and least(len(printed.loose_name), len(codes.plain_name_in_year)) >= 4
        and (
            contains({{ loose_name('codes.plain_name_in_year') }}, printed.loose_name)
            or contains(printed.loose_name, {{ loose_name('codes.plain_name_in_year') }})
        ) as contained
    from printed
    inner join codes
        on printed.system = codes.system and printed.fiscal_year = codes.fiscal_year and printed.code = codes.code
    left join names
        on printed.system = names.system and printed.code = names.code and printed.name = names.plain_name
    left join loose_names on printed.printed_line_id = loose_names.printed_line_id
    left join taken_names on printed.printed_line_id = taken_names.printed_line_id
),

code_answers as (
    select
        printed_line_id,
        code_in_year,
        case
            when hops = 0 and (same_name or unnamed) then 1
            when hops = 0 and why is not null then 2
            when hops > 0 and (same_name or unnamed or why is not null) then 3
            when hops = 0 and (similarity >= {{ threshold }} or contained) then 6
            when hops = 0 then 8
        end as rank,
        case when same_name or unnamed or why is not null then 1.0 else similarity end as score,
        case
            when hops = 0 and same_name then 'code and name as in the list of the year'
            when hops = 0 and unnamed then 'code as in the list of the year; no name is printed'
            when hops = 0 and why is not null then why
            when hops > 0 then concat('the code belongs to another year; moved to ', code_in_year)
            when similarity >= {{ threshold }} then concat('the name is like ', plain_name_in_year)
            when contained then concat('the name has words more or less than ', plain_name_in_year)
            else concat('the list calls this code ', plain_name_in_year)
        end as reason
    from by_code
    union all
    select
        printed.printed_line_id,
        codes.code_in_year,
        4 as rank,
        1.0 as score,
        concat('digits of the place below ', codes.code) as reason
    from printed
    inner join codes
        on
            printed.system = codes.system and printed.fiscal_year = codes.fiscal_year
            and printed.code[:{{ digits }}] = codes.code and len(printed.code) > {{ digits }}
),

---------- by the printed name, where no code answers

nameless as (
    select printed.*
    from printed
    left join code_answers on printed.printed_line_id = code_answers.printed_line_id and code_answers.rank is not null
    where code_answers.printed_line_id is null and printed.name is not null
),

targets as (
    select
        nameless.*,
        coalesce(path_steps[-1], name) as own_name,
        path_steps[-2] as parent_name,
        path_steps[-3] as grandparent_name,
        -- the 款 of an unknown 项 is in the list: the name of another 款 is no answer (2129899 is no 21299)
        listed.code_in_year is not null and len(nameless.code) = {{ digits }} as has_known_parent
    from nameless
    left join listed
        on
            nameless.system = listed.system and nameless.fiscal_year = listed.fiscal_year
            and nameless.code[:{{ digits - 2 }}] = listed.code_in_year
),

-- names equal: any place will do if it is the only one, and the printed place decides between several
equal_names as (
    select targets.printed_line_id, listed.code_in_year, 1.0 as score
    from targets
    inner join names on targets.system = names.system and targets.own_name = names.plain_name
    inner join listed
        on
            targets.system = listed.system and targets.fiscal_year = listed.fiscal_year
            and names.code = listed.code_in_year
    where not names.moved
),

-- names alike: only under the printed parent
similar_names as (
    select
        targets.printed_line_id,
        listed.code_in_year,
        jaro_winkler_similarity(targets.own_name, listed.plain_name_in_year) as score
    from targets
    inner join listed
        on
            targets.system = listed.system and targets.fiscal_year = listed.fiscal_year
            and (
                listed.parent_code in (targets.place, targets.place[:-3])
                or targets.parent_name is not null
                or targets.wanted_level = listed.level
            )
    where jaro_winkler_similarity(targets.own_name, listed.plain_name_in_year) >= {{ threshold }}
),

placed as (
    select
        answers.printed_line_id,
        answers.code_in_year,
        answers.score,
        targets.place is not null or targets.parent_name is not null as has_place,
        case
            when targets.parent_name is not null then
                -- a parent that bears the name is nearer than one whose name is alike: a fund and the debt of that fund
                case
                    when targets.parent_name = parent.plain_name_in_year or parent_names.code is not null then 4
                    when jaro_winkler_similarity(targets.parent_name, parent.plain_name_in_year) >= {{ threshold }} then 2
                    else 0
                end
                + (
                    coalesce(targets.grandparent_name = grandparent.plain_name_in_year, false)
                    or grandparent_names.code is not null
                )::int
            when listed.parent_code = targets.place then 3
            when listed.parent_code = targets.place[:-3] then 2
            when listed.code_in_year[:3] = targets.place[:3] then 1
            else 0
        end as closeness
    from (
        select * from equal_names
        union
        select * from similar_names
    ) as answers
    inner join targets on answers.printed_line_id = targets.printed_line_id
    inner join listed
        on
            targets.system = listed.system and targets.fiscal_year = listed.fiscal_year
            and answers.code_in_year = listed.code_in_year
    left join listed as parent
        on
            listed.system = parent.system and listed.fiscal_year = parent.fiscal_year
            and listed.parent_code = parent.code_in_year
    left join names as parent_names
        on
            parent.system = parent_names.system and parent.code_in_year = parent_names.code
            and targets.parent_name = parent_names.plain_name
    left join listed as grandparent
        on
            parent.system = grandparent.system and parent.fiscal_year = grandparent.fiscal_year
            and parent.parent_code = grandparent.code_in_year
    left join names as grandparent_names
        on
            grandparent.system = grandparent_names.system and grandparent.code_in_year = grandparent_names.code
            and targets.grandparent_name = grandparent_names.plain_name
    where
        (targets.wanted_level is null or targets.wanted_level = listed.level)
        and (not targets.has_known_parent or starts_with(listed.code_in_year, targets.code[:{{ digits - 2 }}]))
),

best_placed as (
    select *
    from placed
    qualify rank() over (partition by printed_line_id order by score desc, closeness desc) = 1
),

name_answers as (
    select
        printed_line_id,
        any_value(code_in_year) as code_in_year,
        case when any_value(score) = 1 then 5 else 6 end as rank,
        any_value(score) as score,
        case
            when any_value(score) = 1 then 'the name stands once at this place'
            else 'one name under the same parent is alike'
        end as reason
    from best_placed
    group by printed_line_id
    having
        count(distinct code_in_year) = 1
        -- a name from elsewhere is no answer where the report says where it stands; nor is a name that is only alike
        and (not bool_or(has_place) or max(closeness) > 0)
        and (max(score) = 1 or max(closeness) >= 2 or not bool_or(has_place))
),

{% if family == 'function' -%}
---------- by the ordinal: only a hint, as places insert and leave out lines, so what is left of the name must look like it

ordinal_answers as (
    select
        printed.printed_line_id,
        listed.code_in_year,
        7 as rank,
        jaro_winkler_similarity(printed.name, listed.plain_name_in_year) as score,
        concat(classes.ordinal, '、 is ', listed.plain_name_in_year, ' in this year, and the name is a little like it') as reason
    from printed
    inner join {{ ref('summary_classes') }} as classes
        on
            printed.ordinal = classes.ordinal
            and printed.fiscal_year between classes.valid_from and coalesce(classes.valid_to, 9999)
    inner join listed
        on
            printed.system = listed.system and printed.fiscal_year = listed.fiscal_year
            and listed.code_in_year = classes.class_code
    where
        printed.code is null and printed.wanted_level = 'class'
        and jaro_winkler_similarity(printed.name, listed.plain_name_in_year) >= {{ var('spoilt_name_threshold') }}
),

{% endif -%}
-- 款 of which the list has more than the catch-all (…99): only there a 项 that is printed and not listed is unknown
detailed as (
    select distinct system, fiscal_year, parent_code from listed where code_in_year not like '%99'
),

---------- the first step that answers

answers as (
    select * from code_answers where rank is not null
    union all
    select * from name_answers
    {%- if family == 'function' %}
    union all
    select * from ordinal_answers
    {%- endif %}
),

best as (
    select * from answers
    qualify row_number() over (partition by printed_line_id order by rank, code_in_year) = 1
),

-- a code that the list has in other years only and that leads nowhere: why it is unresolved
elsewhen as (
    select
        system,
        code,
        concat(
            'the list has this code (', arg_max(plain_name, valid_from), ') ',
            case when min(valid_from) = max(valid_to) then 'in ' else concat(min(valid_from), '–') end,
            coalesce(max(valid_to)::varchar, 'now'), ' only, and it leads to no code of the year'
        ) as reason
    from {{ ref('int_code_list') }}
    where system like '{{ family }}%'
    group by system, code
),

-- a code used again for something else: until when it had its former meaning, and where that went
former as (
    select system, code, max(valid_to) as until, arg_max(moved_to, valid_to) as moved_to
    from {{ ref('int_code_list') }}
    where system like '{{ family }}%' and moved
    group by system, code
),

-- a name that, in that year, belongs to other codes and not to the printed one; the nearest of several
other_owners as (
    select
        printed.printed_line_id,
        arg_min(
            listed.code_in_year,
            concat(
                case when listed.parent_code = printed.code[:len(listed.parent_code)] then 0 else 1 end,
                case when listed.code_in_year[:3] = printed.code[:3] then 0 else 1 end,
                listed.code_in_year
            )
        ) filter (where listed.source_kind <> 'unconfirmed') as name_belongs_to,
        count(distinct listed.code_in_year) as owners
    from printed
    inner join listed
        on
            printed.system = listed.system and printed.fiscal_year = listed.fiscal_year
            and printed.loose_name = listed.loose_name and printed.code <> listed.code_in_year
    group by printed.printed_line_id
)

select
    printed.printed_line_id,
    printed.system,
    printed.fiscal_year,
    printed.code as printed_code,
    printed.name as printed_name,
    case best.rank
        when 1 then 'exact' when 2 then 'variant' when 3 then 'other_year' when 4 then 'prefix' when 5 then 'name_path'
        when 6 then 'similar' when 7 then 'ordinal' when 8 then 'code' else 'unresolved'
    end as step,
    cast(best.score as decimal(5, 4)) as score,
    coalesce(
        best.reason,
        elsewhen.reason,
        case when targets.has_known_parent
            then concat('the list has ', printed.code[:{{ digits - 2 }}], ', and no such code below it') end,
        'neither the code nor the name is known at this place'
    ) as reason,
    best.code_in_year as code,
    listed.name_in_year as name,
    listed.name_en_in_year as name_en,
    listed.level,
    listed.parent_code,
    latest.code_in_year as code_latest,
    latest.name_in_year as name_latest,
    -- an unconfirmed row of the list never calls a report wrong
    coalesce(best.rank = 8 and other_owners.name_belongs_to is not null and listed.source_kind <> 'unconfirmed', false)
        as name_mismatch,
    -- it may still be worth a look: the name is, as far as is known, that of one other code, and that one is confirmed
    coalesce(
        best.rank = 8 and other_owners.name_belongs_to is not null and other_owners.owners = 1
        and listed.source_kind = 'unconfirmed', false
    ) as name_doubtful,
    case when best.rank = 8 then other_owners.name_belongs_to end as name_belongs_to,
    coalesce(best.rank is null and targets.has_known_parent and detailed.parent_code is null, false) as items_unlisted
from printed
left join best on printed.printed_line_id = best.printed_line_id
left join listed
    on
        printed.system = listed.system and printed.fiscal_year = listed.fiscal_year
        and best.code_in_year = listed.code_in_year
left join former
    on printed.system = former.system and best.code_in_year = former.code and printed.fiscal_year <= former.until
left join codes as latest
    on
        printed.system = latest.system and latest.fiscal_year = {{ var('last_fiscal_year') }}
        and latest.code = coalesce(former.moved_to, best.code_in_year)
left join other_owners on printed.printed_line_id = other_owners.printed_line_id
left join targets on printed.printed_line_id = targets.printed_line_id
left join detailed
    on
        printed.system = detailed.system and printed.fiscal_year = detailed.fiscal_year
        and printed.code[:{{ digits - 2 }}] = detailed.parent_code
left join elsewhen on printed.system = elsewhen.system and printed.code = elsewhen.code
{% endmacro %}
