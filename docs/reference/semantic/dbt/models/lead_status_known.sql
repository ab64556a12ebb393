select * from {{ source('assay', 'lead_status_known') }}
