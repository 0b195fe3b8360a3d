-- One row per overall self-evaluation (部门整体支出绩效自评表) of a report.
{{ self_evaluation('overall_performance', [('name', 'body_name')]) }}
