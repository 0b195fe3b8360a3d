-- One row per project self-evaluation (项目支出绩效自评表) of a report.
{{ self_evaluation('project_performance', [('name', 'project_name'), ('department', 'department'), ('unit', 'unit')]) }}
