/** What a person and their team have to fix becomes a page that needs no sign-in, no script and no other file. */
import { promiseText } from '../model/fix.ts';
import type { Team, TeamMember } from '../views/team.ts';
import { escape, page } from './page-text.ts';

export function teamPage({ orgName, members }: Team, expiresAt: Date): string {
  const total = members.reduce((sum, { count }) => sum + count, 0);
  const [self, ...team] = members as [TeamMember, ...TeamMember[]];
  const body = `<h1>${escape(orgName)}: ${total} to fix</h1>
${memberPart(self, 'Yours')}
${team.map((one) => memberPart(one, one.name ?? one.id)).join('\n')}
<p><small>Read-only, for you and your team. The link ends on ${expiresAt.toISOString().slice(0, 10)}.
Findings close by themselves with the sync after they are fixed.</small></p>`;
  return page(`${orgName}: to fix`, body);
}

export const teamGonePage = (): string =>
  page(
    'This link has ended',
    `<h1>This link has ended</h1>
<p><strong>What to do:</strong> Open the link of your newest weekly digest, or ask your Assay admin.</p>`,
  );

function memberPart({ count, rules, first }: TeamMember, heading: string): string {
  const rows = rules.map(
    (rule) => `<tr><td>${rule.count}</td><td>${escape(rule.title)}</td><td>${escape(rule.advice)}</td></tr>`,
  );
  const items = first.map(({ recordId, url, title, promised }) => {
    const record =
      url === null ? escape(recordId) : `<a href="${escape(url)}" rel="noreferrer">${escape(recordId)}</a>`;
    const promise = promised && promiseText(promised);
    return `<li>${record}: ${escape(title)}${promise === null ? '' : `. Fixing it ${promise}.`}</li>`;
  });
  if (count === 0) return `<h2>${escape(heading)}</h2>\n<p>Nothing to fix.</p>`;
  return `<h2>${escape(heading)}: ${count}</h2>
<ol>
${items.join('\n')}
</ol>
<table>
<thead><tr><th>Findings</th><th>What</th><th>What to do</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}
