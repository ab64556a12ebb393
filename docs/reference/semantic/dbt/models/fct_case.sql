select * from {{ source('assay', 'fct_case') }}
