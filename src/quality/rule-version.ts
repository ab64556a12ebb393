/** The rules in force become rows that say which version said what, and a hash that tells whether two scores may be compared. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Dimension, RuleDefinition } from '../model/rule.ts';

/** Of the rules of one dimension (null: all): scores with different hashes are never compared. */
export function rulesHash(rules: readonly RuleDefinition[], dimension: Dimension | null): string {
  return hash(versionsOf(rules, dimension));
}

/** What the hash is of. */
export function versionsOf(rules: readonly RuleDefinition[], dimension: Dimension | null): string[] {
  return rules
    .filter((rule) => dimension === null || rule.dimension === dimension)
    .map(versionOf)
    .sort();
}

/** `id@version`, and `.revision` where people have set something. */
export function versionOf({ id, version, revision }: Pick<RuleDefinition, 'id' | 'version' | 'revision'>): string {
  return revision === 0 ? `${id}@${version}` : `${id}@${version}.${revision}`;
}

/** Keeps the first sight of each version; returns a warning for each rule that changed under an old version number. */
export async function recordVersions(
  tx: Queryable,
  rules: readonly RuleDefinition[],
  runId: string,
  now: Date,
): Promise<string[]> {
  const found = await tx.query<{ key: string; hash: string }>(sql`/* score.known-version */
    select rule_id || '@' || version || case when revision = 0 then '' else '.' || revision end as key, condition_hash as hash
    from quality.rule_version where rule_id = any (${rules.map(({ id }) => id)}::text[])`);
  const known = new Map(found.map(({ key, hash: of }) => [key, of]));
  const warnings: string[] = [];
  for (const rule of rules) {
    const facts = Object.entries(rule.facts).flat();
    const conditionHash = hash([rule.object, rule.dimension, rule.applies, rule.violated, ...facts]);
    const before = known.get(versionOf(rule));
    if (before === undefined) await recordVersion(tx, rule, conditionHash, runId, now);
    else if (before !== conditionHash)
      warnings.push(
        `Rule ${rule.id} changed but is still version ${rule.version}; raise it, or scores of both are compared.`,
      );
  }
  return warnings;
}

async function recordVersion(
  tx: Queryable,
  rule: RuleDefinition,
  conditionHash: string,
  runId: string,
  now: Date,
): Promise<void> {
  await tx.query(sql`/* score.version */ insert into quality.rule_version
      (rule_id, version, revision, object, dimension, condition_hash, definition, first_run_id, first_seen_at)
    values (${rule.id}, ${rule.version}, ${rule.revision}, ${rule.object}, ${rule.dimension}, ${conditionHash},
      ${JSON.stringify(rule)}, ${runId}, ${now.toISOString()})
    on conflict do nothing`);
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
