select * from {{ source('assay', 'fct_campaign_member') }}
