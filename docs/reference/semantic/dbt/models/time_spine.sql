select date as date_day from {{ source('assay', 'dim_date') }}
