select * from {{ source('assay', 'fct_opportunity_stage_reach') }}
