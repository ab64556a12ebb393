/** What metrics need of Salesforce becomes a select that says whether it is there, and how much of it is filled. */
import { inputs } from '../model/input.ts';
import type { MetricDefinition } from '../model/metric.ts';
import type { ObjectDefinition } from '../model/object.ts';

/** Fields that every record has. */
const system: Record<string, string> = { Id: 'id', CreatedDate: 'created_at', LastModifiedDate: 'modified_at' };

/** What Salesforce does not hold is needed as `input:spend`. */
const inputOf = (object: string) => /^input:(.+)$/.exec(object)?.[1] ?? null;

/** Fields needed of objects that are read, which these do not have, as `Object.Field`. */
export function unknownNeeds({ needs }: MetricDefinition, objects: readonly ObjectDefinition[]): string[] {
  return Object.entries(needs).flatMap(([object, fields]) => {
    const input = inputOf(object);
    const isKnown = (field: string) =>
      input === null
        ? objects.every(({ name }) => name !== object) || columnOf(objects, object, field) !== null
        : field in (inputs.find(({ name }) => name === input)?.columns ?? {});
    return fields.filter((field) => !isKnown(field)).map((field) => `${object}.${field}`);
  });
}

function columnOf(objects: readonly ObjectDefinition[], object: string, field: string): string | null {
  const found = objects.find(({ name }) => name === object);
  if (!found) return null;
  const own = Object.entries(found.fields).find(([, { from }]) => [from].flat().includes(field));
  return own?.[0] ?? system[field] ?? null;
}

/** Sales that say their term by themselves, such as orders that end, stand in for what people say of it. */
function inputCounts(input: string, fields: readonly string[]): string[] {
  const counts =
    input === 'recurring'
      ? ['(select count(*) as total, count(term_months) as filled from unified.fct_revenue)']
      : fields.map(
          (field) => `(select jsonb_array_length(lines) as total,
          (select count(*) from jsonb_array_elements(lines) l where l ->> '${field}' is not null) as filled
        from review.input_now where name = '${input}')`,
        );
  return fields.map(
    (field, at) => `select 'input:${input}', '${field}', c.total, c.filled from ${counts[at] ?? counts[0]!} c`,
  );
}

/** A select of metric, object, field, record_count and fill_rate; the rate is null where there is no record. */
export function availabilitySql(metrics: readonly MetricDefinition[], objects: readonly ObjectDefinition[]): string {
  const needed = metrics.flatMap(({ name, needs }) =>
    Object.entries(needs).flatMap(([object, fields]) => fields.map((field) => ({ metric: name, object, field }))),
  );
  const byObject = Map.groupBy(needed, ({ object }) => object);
  const counted = [...byObject].flatMap(([object, list]) => {
    const input = inputOf(object);
    if (input !== null) return inputCounts(input, [...new Set(list.map(({ field }) => field))]);
    const table = objects.find(({ name }) => name === object)?.table;
    const fields = [...new Set(list.map(({ field }) => field))].flatMap((field) => {
      const column = columnOf(objects, object, field);
      return column === null ? [] : [{ field, column }];
    });
    if (table === undefined || fields.length === 0) return [];
    const counts = fields.map(({ column }, at) => `count("${column}") as c${at}`);
    const rows = fields.map(({ field }, at) => `('${field}', c${at})`);
    return [
      `select '${object}' as object, v.field, t.total, v.filled
      from (select count(*) as total, ${counts.join(', ')} from standard."${table}" where is_deleted is not true) t
      cross join lateral (values ${rows.join(', ')}) v (field, filled)`,
    ];
  });
  const none = 'select null::text as object, null::text as field, 0::bigint as total, 0::bigint as filled where false';
  return `with counted as (${[none, ...counted].join('\nunion all\n')})
  select n.metric, n.object, n.field, coalesce(c.total, 0)::bigint as record_count,
    round(c.filled::numeric / nullif(c.total, 0), 4) as fill_rate
  from (values ${needed.map(({ metric, object, field }) => `('${metric}', '${object}', '${field}')`).join(', ')}) n (metric, object, field)
  left join counted c on c.object = n.object and c.field = n.field`;
}
