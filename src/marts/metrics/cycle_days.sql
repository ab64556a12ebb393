-- metric: Mean days from creation to close of won deals
-- unit: days
-- salesops: conversion
select
  basis, period, slice,
  avg(cycle_days) as value,
  count(cycle_days) as n
from unified.opportunity_by_slice
group by basis, period, slice
