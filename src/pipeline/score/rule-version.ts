/** The rules in force become rows that say which version said what, and a hash that tells whether two scores may be compared. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Dimension, RuleDefinition } from '../../model/rule.ts';

/** Of the rules of one dimension (null: all): scores with different hashes are never compared. */
export function rulesHash(rules: readonly RuleDefinition[], dimension: Dimension | null): string {
  const own = rules.filter((rule) => dimension === null || rule.dimension === dimension);
  return hash(own.map((rule) => `${rule.id}@${rule.version}`).sort());
}

/** Keeps the first sight of each version; returns a warning for each rule that changed under an old version number. */
export async function recordVersion(
  tx: Transaction,
  rule: RuleDefinition,
  runId: string,
  now: Date,
): Promise<string[]> {
  const conditionHash = hash([rule.object, rule.dimension, rule.applies, rule.violated]);
  const [known] = await tx.query<{ condition_hash: string }>(sql`/* score.known-version */
    select condition_hash from quality.rule_version where rule_id = ${rule.id} and version = ${rule.version}`);
  if (known) {
    if (known.condition_hash === conditionHash) return [];
    return [`Rule ${rule.id} changed but is still version ${rule.version}; raise it, or scores of both are compared.`];
  }
  await tx.query(sql`/* score.version */ insert into quality.rule_version
      (rule_id, version, object, dimension, condition_hash, definition, first_run_id, first_seen_at)
    values (${rule.id}, ${rule.version}, ${rule.object}, ${rule.dimension}, ${conditionHash},
      ${JSON.stringify(rule)}, ${runId}, ${now.toISOString()})
    on conflict do nothing`);
  return [];
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
