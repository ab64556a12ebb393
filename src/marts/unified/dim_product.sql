-- grain: one product or service of one org
-- key: connection_id, product_id
-- rows of standard.product2: connection_id, id
-- touched by standard.product2: select connection_id, id from moved where object = 'Product2'
-- connection_id: Org the product belongs to
-- product_id: Salesforce id
-- name: Name
-- product_code: Code
-- family: Product family
-- is_active: Can be sold
select connection_id, id as product_id, name, product_code, family, is_active
from standard.product2
where is_deleted is not true
