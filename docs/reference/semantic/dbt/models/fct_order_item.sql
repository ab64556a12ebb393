select * from {{ source('assay', 'fct_order_item') }}
