select * from {{ source('assay', 'fct_opportunity_contact_role') }}
