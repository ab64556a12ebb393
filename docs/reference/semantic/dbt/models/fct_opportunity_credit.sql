select * from {{ source('assay', 'fct_opportunity_credit') }}
