/** Records that nobody has matched yet, compared with those that were, by the model that is in force: what the match stage would find of them. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { isRefinement } from '../matcher/block/keys.ts';
import { Neighbourhood } from '../matcher/block/blocked.ts';
import { blockingRules } from '../matcher/block/blocking.ts';
import type { FewComparer } from '../matcher/compare-few.ts';
import type { CanonicalField } from '../matcher/definition.ts';
import { evidenceOf, type FieldEvidence } from '../matcher/evidence.ts';
import type { Frozen } from '../matcher/weigh/frozen.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { DomainError } from '../model/errors.ts';
import { keyOf, recordOf, type RecordKey } from '../model/record-key.ts';
import { blockStore } from '../pipeline/match/block-store.ts';
import { matchedEntity, type MatchedEntity, readRows } from '../pipeline/match/evidence-rows.ts';
import { comparerOf, keptModel } from '../pipeline/match/kept-model.ts';
import type { Sought } from './asked.ts';

/** A record that may be who was asked for. `weight` in bits above even odds. */
export type LikelyRecord = { record: RecordKey; weight: number; evidence: FieldEvidence[]; rule: string };
export type Sighting = {
  /** Above the weight from which a reviewer is asked, the likeliest first. */
  candidates: LikelyRecord[];
  /** Keys it is found by; none: nothing was compared. */
  keyCount: number;
  comparedCount: number;
  /** Telling keys, by the names of their rules, that so many records share that not all of these were compared. */
  cutKeys: string[];
};
/** What a look-up rests on. */
export type LookupBasis = {
  modelId: string;
  engineVersion: number;
  trainedAt: Date;
  recordCount: number;
  /** Fields the model can compare. */
  fields: readonly CanonicalField[];
};

type Row = readonly (string | null)[];

export class KnownRecords {
  readonly basis: LookupBasis;
  readonly model: Frozen;
  private readonly db: Queryable;
  private readonly entity: MatchedEntity;
  private readonly comparer: FewComparer;
  /** By the index of the rule. */
  private readonly isTelling: boolean[];

  private constructor(db: Queryable, entity: MatchedEntity, model: Frozen, basis: LookupBasis) {
    this.db = db;
    this.entity = entity;
    this.model = model;
    this.basis = basis;
    this.comparer = comparerOf(model);
    this.isTelling = blockingRules(model.layout).map((rule) => rule.isTelling === true);
  }

  /** @param db one snapshot: of a transaction. @throws DomainError `not-matched` before the first sync has matched the entity. */
  static async open(db: Queryable, definition: EntityDefinition): Promise<KnownRecords> {
    const entity = matchedEntity(definition);
    const [row] = await db.query<{ id: string; engine_version: number; trained_at: Date; record_count: string }>(
      sql`/* lookup.model */ select m.id, m.engine_version, m.trained_at,
        (select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass(${`match.${entity.name}_record`})) as record_count
      from match.model m where m.entity = ${entity.name}`,
    );
    if (!row) {
      const message = `Nobody was matched yet: there is no model of ${definition.plural}.`;
      throw new DomainError('not-matched', message);
    }
    const model = await keptModel(db, entity.name, row.id);
    return new KnownRecords(db, entity, model, {
      modelId: row.id,
      engineVersion: row.engine_version,
      trainedAt: row.trained_at,
      recordCount: Number(row.record_count),
      fields: model.layout.fields,
    });
  }

  rowOf(asked: Sought): Row {
    return this.comparer.row(this.model.layout.fields.map((field) => asked[field]?.trim() || null));
  }

  /** One answer for each, in their order. */
  async find(asked: readonly Sought[]): Promise<Sighting[]> {
    const rows = asked.map((one) => this.rowOf(one));
    const codes = rows.map((row) => this.comparer.codes(row));
    const neighbourhood = new Neighbourhood(this.model.caps, blockStore(this.db, this.entity.name));
    const askedKeys = asked.map((_, at) => `${askedMark}${at}`);
    const keyed = codes.map((own, at) => ({ key: askedKeys[at]!, codes: own }));
    const pairs = await neighbourhood.pairsOf(keyed, (a) => a.startsWith(askedMark));
    const place = new Map(askedKeys.map((key, at) => [key, at]));
    const partners: { key: string; rule: number }[][] = asked.map(() => []);
    for (const [pair, rule] of pairs) {
      const cut = pair.indexOf('\t');
      partners[place.get(pair.slice(0, cut))!]!.push({ key: pair.slice(cut + 1), rule });
    }
    const keys = [...new Set(partners.flatMap((own) => own.map(({ key }) => key)))];
    const stored = await readRows(this.db, this.entity, this.model.layout.fields, keys.map(recordOf));
    const all = [...rows, ...stored.map(({ values }) => this.comparer.row(values))];
    const placeOf = new Map(stored.map((row, at) => [keyOf(row), rows.length + at]));
    const compare = this.comparer.comparing(all);
    const { review } = this.model.threshold;
    return partners.map((own, at): Sighting => {
      const candidates = own.flatMap(({ key, rule }): LikelyRecord[] => {
        const other = placeOf.get(key);
        if (other === undefined) return [];
        const { weight, codes: levels } = compare(at, other);
        if (weight <= review) return [];
        const evidence = evidenceOf(this.model, (field) => levels[field] as number);
        return [{ record: recordOf(key), weight, evidence, rule: this.model.rules[rule] ?? '' }];
      });
      return {
        candidates: candidates.sort((a, b) => b.weight - a.weight || (keyOf(a.record) < keyOf(b.record) ? -1 : 1)),
        keyCount: codes[at]!.filter((code) => !isRefinement(code)).length,
        comparedCount: own.length,
        cutKeys: neighbourhood
          .cutFor(codes[at]!)
          .filter((rule) => this.isTelling[rule])
          .map((rule) => this.model.rules[rule] ?? ''),
      };
    });
  }

  /** Blocking keys and refinements (keys.ts). */
  codesOf(asked: Sought): number[] {
    return this.comparer.codes(this.rowOf(asked));
  }

  /** Weighs pairs of the asked among each other. @param pairs by their places */
  weighAmong(asked: readonly Sought[], pairs: readonly (readonly [number, number])[]): number[] {
    const compare = this.comparer.comparing(asked.map((one) => this.rowOf(one)));
    return pairs.map(([l, r]) => compare(l, r).weight);
  }
}

/** No record of an org has a key that opens like this. */
const askedMark = '?';
