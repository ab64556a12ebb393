select * from {{ source('assay', 'fct_account_month') }}
