select * from {{ source('assay', 'fct_quality_issue') }}
