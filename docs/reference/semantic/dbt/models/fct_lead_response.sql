select * from {{ source('assay', 'fct_lead_response') }}
