select * from {{ source('assay', 'account_customer') }}
