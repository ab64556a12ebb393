/** The values of metrics become the steps from raw to clean: each metric measured again with some fixes, and the differences. */
import { escapeLiteral } from 'pg';
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Mart } from '../../marts/read.ts';
import { type Bridge, bridgeDimensions, bridgesOf, bridgeSteps } from '../../metrics/bridge.ts';
import { coordinates } from '../../metrics/count.ts';
import { storedTable, valuesSql } from '../../metrics/plan.ts';
import { facts } from '../../metrics/read-facts.ts';
import { isAdditive, type MetricDefinition } from '../../model/metric.ts';
import { mergeRows } from './materialise.ts';
import { type CellSet, cellSet, refillCells, valuesOfCells } from './metric-cells.ts';
import { isInPlaceOf, placesOf, type Reach, readBy } from './metric-places.ts';

/** Where a value stands of which more is kept than itself. */
export const placeColumns = {
  metric: 'Name of the metric, see metric_definition',
  period_kind: 'As in metric_value',
  period: 'As in metric_value',
  period_start: 'As in metric_value',
  connection_id: 'As in metric_value',
  dimension: 'all, org, owner or team',
  key: 'As in metric_value',
};
const columns = {
  ...placeColumns,
  step: bridgeSteps.map(({ step }) => step).join(', '),
  place: 'Place of the step in the order, from 1',
  delta: 'What the step adds after those before it; over all steps clean less raw',
  alone: 'What this fix alone would add to raw; of stale deals what leaving them out would',
  n_delta: 'By how many records more or fewer the value rests on after the step',
};
const place = coordinates.filter((name) => name !== 'basis');
const literals = (names: readonly string[]) => names.map((name) => escapeLiteral(name)).join(', ');
const ofDimensions = `dimension in (${literals(bridgeDimensions)})`;

/** Where the values on the bases between are, while bridges are made, and all values with them. */
const between = 'pg_temp.bridge_value';
const row = `step, ${coordinates.join(', ')}, measures, counts`;
const everything = `(select ${row} from ${storedTable} where ${ofDimensions} union all select ${row} from ${between})`;

/** @param select of its columns */
const martOf = (select: string): Mart => ({
  file: 'src/pipeline/publish/bridge.ts',
  schema: 'unified',
  name: 'metric_bridge',
  grain: 'one step of one metric from raw to clean in one period for one key; steps that change nothing are not there',
  key: ['metric', ...place.filter((name) => name !== 'period_start'), 'step'],
  columns: Object.entries(columns).map(([name, description]) => ({ name, description })),
  select,
  indexes: [],
  touched: [],
  beside: [],
  rows: [],
});

/** The table as it is made before there is anything between raw and clean. */
export const emptyBridgeMart = martOf(`select ''::text as metric, ${place
  .map((name) => `null::${name === 'period_start' ? 'date' : 'text'} as ${name}`)
  .join(', ')}, ''::text as step, 0 as place,
  0::numeric as delta, 0::numeric as alone, 0::bigint as n_delta where false`);

/** unified.metric_bridge of these metrics, whose values between are there. */
function bridgeMart(bridge: Bridge, metrics: ReadonlyMap<string, MetricDefinition>, reach: Reach): Mart {
  const { step, name: part, names, slots, steps, own } = bridge;
  const bases = ['raw', 'clean', ...own.map(({ name }) => name)];
  const picked = bases.map(
    (name, at) => `max(measures) filter (where basis = ${escapeLiteral(name)}) as m_${at},
        max(counts) filter (where basis = ${escapeLiteral(name)}) as c_${at}`,
  );
  const lines = names.flatMap((metric, at) => {
    const value = (basis: string) => {
      const found = `m_${bases.indexOf(basis)}[${at + 1}]`;
      return isAdditive(metrics.get(metric)!) ? `coalesce(${found}, 0)` : found;
    };
    const n = (basis: string) => `coalesce(c_${bases.indexOf(basis)}[${at + 1}], 0)`;
    return steps.map(
      ({ step: name, place: order, before, after, alone }) => `(${literals([metric, name])}, ${order},
        ${value(after)} - ${value(before)}, ${value(alone)} - ${value('raw')}, ${n(after)} - ${n(before)})`,
    );
  });
  const inReach = reach === 'part' ? `and ${isInPlaceOf('v', [step])}` : '';
  const picking = (of: string) => `array[${slots.map((slot) => `${of}[${slot}]`).join(', ')}]`;
  const at = place.join(', ');
  return martOf(`with differing as (
      select ${at}, ${picked.join(', ')}
      from (
        select basis, ${at}, ${picking('measures')} as measures, ${picking('counts')} as counts
        from ${storedTable} where step = ${escapeLiteral(step)} and ${ofDimensions}
        union all
        select basis, ${at}, measures, counts from ${between}
        where step = ${escapeLiteral(part)} and basis in (${literals(bases)})
      ) v
      where true ${inReach}
      group by ${at}
      having count(*) < ${bases.length} or min(measures) is distinct from max(measures) or min(counts) is distinct from max(counts)
    )
    select x.metric, ${place.map((name) => `d.${name}`).join(', ')}, x.step, x.place, x.delta, x.alone, x.n_delta
    from differing d cross join lateral (values ${lines.join(',\n')}) x (metric, step, place, delta, alone, n_delta)
    where x.delta <> 0 or x.alone <> 0 or x.n_delta <> 0`);
}

/** Makes bridges anew, of steps as far as their values were looked at. */
export class Bridges {
  private readonly metrics: ReadonlyMap<string, MetricDefinition>;
  private readonly bridges: Bridge[];
  private readonly sets: ReadonlyMap<string, CellSet>;

  constructor(metrics: readonly MetricDefinition[]) {
    this.metrics = new Map(metrics.map((metric) => [metric.name, metric]));
    const cut = metrics.map((metric) => ({
      ...metric,
      dimensions: metric.dimensions.filter((name) => bridgeDimensions.includes(name)),
    }));
    this.bridges = bridgesOf(cut, facts);
    this.sets = new Map(
      this.bridges.flatMap((bridge) => {
        const set = cellSet(`${bridge.name}/between`, bridge.step, bridge, bridge.bases);
        return set === null ? [] : [[bridge.name, set]];
      }),
    );
  }

  /** What rows add on the bases between. */
  get cells(): CellSet[] {
    return [...this.sets.values()];
  }

  /** @param reaches of steps of measuring @returns rows changed */
  async merge(tx: Transaction, reaches: ReadonlyMap<string, Reach>): Promise<number> {
    await tx.query(sql`/* publish.between */ create temporary table bridge_value on commit drop as
      select ${raw(row)} from ${raw(storedTable)} with no data`);
    await this.fill(tx, reaches);
    let changed = 0;
    for (const bridge of this.bridges) {
      const reach = reaches.get(bridge.step);
      if (reach === undefined || bridge.steps.length === 0) continue;
      const of = sql`t.metric = any (${bridge.names}::text[])
        ${raw(reach === 'part' ? `and ${isInPlaceOf('t', [bridge.step])}` : '')}`;
      changed += (await mergeRows(tx, bridgeMart(bridge, this.metrics, reach), of)).changedCount;
    }
    await tx.query(sql`/* publish.drop */ drop table pg_temp.bridge_value`);
    return changed;
  }

  /** Removes bridges of metrics that have none. @returns how many rows */
  async dropOthers(tx: Transaction): Promise<number> {
    const known = this.bridges.filter(({ steps }) => steps.length > 0).flatMap(({ names }) => names);
    const gone = await tx.query(sql`/* publish.gone */ delete from unified.metric_bridge
      where metric <> all (${known}::text[]) returning 1`);
    return gone.length;
  }

  private async fill(tx: Transaction, reaches: ReadonlyMap<string, Reach>): Promise<void> {
    const needed = this.neededOf(reaches);
    for (const { name, step, bases, from, select } of this.bridges) {
      const set = this.sets.get(name);
      if (set !== undefined && reaches.get(step) === 'whole') await refillCells(tx, set);
      const by = needed.get(name);
      if (by === undefined || bases.length === 0) continue;
      const keys = by === 'whole' ? null : placesOf([...by]);
      const values = from.length > 0 ? `(${valuesSql(from, everything)})` : '';
      const measured = set === undefined ? select(bases, { keys, values }) : valuesOfCells(set, keys);
      await tx.query(sql`/* publish.between */ insert into pg_temp.bridge_value
        select ${name}, ${raw(coordinates.join(', '))}, measures, counts from (${raw(measured)}) m
        where ${raw(ofDimensions)}`);
    }
  }

  /** Of bridges to measure between: as a whole, or in the places noted of these steps. */
  private neededOf(reaches: ReadonlyMap<string, Reach>): Map<string, Set<string> | 'whole'> {
    const needed = new Map<string, Set<string> | 'whole'>();
    const partOf = new Map(this.bridges.flatMap(({ name, names }) => names.map((metric) => [metric, name])));
    const need = (name: string, by: Set<string> | 'whole') => {
      const known = needed.get(name) ?? new Set();
      needed.set(name, known === 'whole' || by === 'whole' ? 'whole' : new Set([...known, ...by]));
    };
    for (const { name, step, inputs, lags } of this.bridges.toReversed()) {
      const reach = reaches.get(step);
      if (reach !== undefined) need(name, reach === 'part' ? new Set([step]) : 'whole');
      const own = needed.get(name);
      if (own === undefined) continue;
      // What is read of its inputs in places that are noted for another is not.
      const isOfOthers = own === 'whole' || [...own].some((by) => by !== step);
      const by = lags?.length === 0 ? own : lags === null || isOfOthers ? 'whole' : new Set([step, readBy(step)]);
      for (const input of inputs) need(partOf.get(input)!, by);
    }
    return needed;
  }
}
