select * from {{ source('assay', 'fct_contract') }}
