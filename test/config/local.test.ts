/** A folder of the operator's own declarations lies over ours: it adds, replaces and switches off, and every fault of it is named with its file. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnv } from '../../config/env.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { DomainError } from '../../src/model/errors.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'assay-config-'))));
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
const load = () => loadDefinitions(readEnv({ ASSAY_CONFIG: folder }));
const faults = async () => {
  const error = await load().then(
    () => undefined,
    (thrown: DomainError) => thrown,
  );
  return (error?.faults ?? []).map(({ pointer, message }) => `${pointer.replace(`${folder}/`, '')}: ${message}`);
};

const rule = (title: string) => `import type { Rule } from 'assay/config';

export default {
  object: 'Contact',
  field: 'title',
  dimension: 'completeness',
  severity: 'critical',
  title: '${title}',
  violated: 'r.title is null',
  advice: 'Fill it in.',
  examples: { violated: [{ title: null }], kept: [{ title: 'CFO' }] },
} satisfies Rule;
`;
const contract = `export default {
  name: 'Contract',
  description: 'An agreement.',
  fields: { status: { from: 'Status', type: 'text', description: 'Status' } },
};
`;

describe('a folder of one’s own', () => {
  it('adds, replaces by the name of the file, and switches off; the rest stays ours', async () => {
    const before = await loadDefinitions(readEnv({}));
    await write({
      'rules/contact-title-missing.ts': rule('Ours is better'),
      'rules/contact-title-short.mts': rule('Added'),
      'rules/lead-untouched.ts': "export default 'off';\n",
      'objects/contract.ts': contract,
      'alerts.ts': 'export default { floor: 0.7 };\n',
      'README.md': 'Why we do this.\n',
    });
    const after = await load();
    const ids = (rules: typeof after.rules) => rules.map(({ id }) => id);
    expect(ids(after.rules)).toEqual(
      [...ids(before.rules), 'contact-title-short'].filter((id) => id !== 'lead-untouched').sort(),
    );
    expect(after.rules.find(({ id }) => id === 'contact-title-missing')).toMatchObject({
      title: 'Ours is better',
      severity: 'critical',
      version: 1,
    });
    expect(after.objects.find(({ name }) => name === 'Contract')).toMatchObject({ table: 'contract', required: false });
    expect(after.alerts).toEqual({ ...before.alerts, floor: 0.7 });
    expect(after.files['rules/contact-title-missing']).toBe(join(folder, 'rules/contact-title-missing.ts'));
    expect(after.localFolder).toBe(folder);
  });

  it('does the same for metrics', async () => {
    const metric = `export default { kind: 'simple', title: 'Ours', description: 'Ours', unit: 'count', fact: 'lead', time: null,
      measure: { aggregate: 'count' }, doors: { salesops: ['revenue'] }, needs: {},
      examples: [{ says: 'one', rows: { fct_lead: [{}] }, gives: [{ raw: 1, clean: 1 }] }] };\n`;
    await write({
      'metrics/bookings.ts': metric,
      'metrics/leads.ts': "export default 'off';\n",
      'metrics/two-words.ts': metric,
    });
    const { metrics } = await load();
    const names = metrics.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['bookings', 'two_words', 'win_rate']));
    expect(names).not.toContain('leads');
    expect(metrics.find(({ name }) => name === 'bookings')).toMatchObject({ description: 'Ours', fact: 'lead' });
  });

  it('names every fault with its file, all of them together', async () => {
    await write({
      'rule/x.ts': rule('In a folder nobody reads'),
      'rules/broken.ts': 'export default { object: "Contact" };\n',
      'rules/nothing.ts': 'export const x = 1;\n',
      'rules/value.ts': "import { defineRule } from 'assay/config';\nexport default defineRule({});\n",
      'rules/no-such.ts': "export default 'off';\n",
      'objects/typo.ts': contract.replace('description', 'descripton'),
      'alerts.ts': 'export default { flor: 0.7 };\n',
    });
    const found = await faults();
    const expected = [
      /^rule: is none of the folders/,
      /^rules\/broken\.ts: dimension: /,
      /^rules\/nothing\.ts: has no default export/,
      /^rules\/value\.ts: .*imports types only/,
      /^rules\/no-such\.ts: switches off no-such, which is not among rules/,
      /^objects\/typo\.ts: .*descripton/,
      /^alerts\.ts: .*flor/,
    ];
    for (const pattern of expected) expect(found).toContainEqual(expect.stringMatching(pattern));
  });

  it('is refused when it is not there', async () => {
    const gone = loadDefinitions(readEnv({ ASSAY_CONFIG: join(folder, 'gone') }));
    await expect(gone).rejects.toThrow(/ASSAY_CONFIG: .*gone cannot be read/);
  });

  it('may not leave names that point nowhere', async () => {
    const entity = (text: string) =>
      `export default { name: 'site', plural: 'sites', description: 'A place.', idPrefix: 'sit', ${text} };\n`;
    await write({ 'entities/site.ts': entity("fields: { name: { kind: 'text', description: 'Name' } }") });
    expect(await faults()).toEqual([expect.stringMatching(/^entities\/site\.ts: matcher: /)]);
    // A module is read once: the second try has another name.
    await rm(join(folder, 'entities/site.ts'));
    await write({
      'entities/place.ts': entity(`matcher: 'company', after: ['house', 'site'],
        fields: { name: { kind: 'company-name', description: 'Name', doubt: { Lead: 'false' } }, owner: { kind: 'id', entity: 'nobody', description: 'Owner' } },
        became: [{ object: 'Lead', column: 'company' }], apart: [{ object: 'Place', column: 'parent_id' }],
        money: { object: 'Opportunity', column: 'account_id', amount: 'cash', when: 'true', by: 'account' }`),
      'objects/account.ts': "export default 'off';\n",
    });
    const found = await faults();
    for (const pattern of [
      /^entities\/place\.ts: no object is evidence of site/,
      /^entities\/place\.ts: after: there is no entity "house"/,
      /^entities\/place\.ts: after: site waits for itself/,
      /^entities\/place\.ts: name\.doubt: Lead is no evidence of site/,
      /^entities\/place\.ts: owner: there is no entity "nobody"/,
      /^entities\/place\.ts: became: Lead\.company is a text, not a id/,
      /^entities\/place\.ts: apart: there is no object "Place"/,
      /^entities\/place\.ts: money: Opportunity has no column "cash"/,
      /^entities\/place\.ts: money: site has no field "account"/,
      /^config\/entities\/company\.ts: apart: there is no object "Account"/,
      /^config\/rules\/account-country-missing\.ts: there is no object "Account"/,
    ]) {
      expect(found).toContainEqual(expect.stringMatching(pattern));
    }
  });
});
