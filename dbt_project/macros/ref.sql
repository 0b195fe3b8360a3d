{# Names without the database: DuckDB keeps a view's text, and the file's name must not be in it. A published file may be copied
   or renamed and its views still answer. #}
{% macro ref() %}{% do return(builtins.ref(*varargs, **kwargs).include(database=false)) %}{% endmacro %}

{% macro source() %}{% do return(builtins.source(*varargs).include(database=false)) %}{% endmacro %}
