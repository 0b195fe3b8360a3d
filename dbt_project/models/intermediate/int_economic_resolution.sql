-- One row per distinct printed line of the 支出经济分类, with the code that means it in its year and how it was found.
{{ resolve_codes(ref('int_printed_codes'), 'economic') }}
