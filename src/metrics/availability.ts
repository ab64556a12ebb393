/** What metrics need of Salesforce becomes a select that says whether it is there, and how much of it is filled. */
import { inputs } from '../model/input.ts';
import type { MetricDefinition } from '../model/metric.ts';
import type { ObjectDefinition } from '../model/object.ts';

/** Fields that every record has. */
const system: Record<string, string> = { Id: 'id', CreatedDate: 'created_at', LastModifiedDate: 'modified_at' };

/** What Salesforce does not hold is needed as `input:spend`. */
const inputOf = (object: string) => /^input:(.+)$/.exec(object)?.[1] ?? null;

/** Fields needed of objects that are read, which these do not have, as `Object.Field`. */
export function unknownNeeds(metric: MetricDefinition, objects: readonly ObjectDefinition[]): string[] {
  return [metric.needs, ...metric.needsOneOf].flatMap(Object.entries<string[]>).flatMap(([object, fields]) => {
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

/**
 * A select of metric, object, field, record_count and fill_rate; the rate is null where there is no record. Of several that would do
 * those are listed that are there, else the usual one.
 */
export function availabilitySql(metrics: readonly MetricDefinition[], objects: readonly ObjectDefinition[]): string {
  // What is always needed is choice 0.
  const needed = metrics.flatMap(({ name, needs, needsOneOf }) =>
    [needs, ...needsOneOf].flatMap((list, choice) =>
      Object.entries(list).flatMap(([object, fields]) =>
        fields.map((field) => ({ metric: name, object, field, choice })),
      ),
    ),
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
  const rows = needed.map(({ metric, object, field, choice }) => `('${metric}', '${object}', '${field}', ${choice})`);
  return `with counted as (${[none, ...counted].join('\nunion all\n')}),
  need as (
    select n.*, c.total, c.filled, bool_and(coalesce(c.filled, 0) > 0) over (partition by n.metric, n.choice) as is_there
    from (values ${rows.join(', ')}) n (metric, object, field, choice)
    left join counted c on c.object = n.object and c.field = n.field
  )
  select metric, object, field, coalesce(total, 0)::bigint as record_count, round(filled::numeric / nullif(total, 0), 4) as fill_rate
  from (select *, bool_or(choice > 0 and is_there) over (partition by metric) as is_any_there from need) n
  where choice = 0 or is_there or (choice = 1 and not is_any_there)`;
}
