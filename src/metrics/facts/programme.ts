/** What was paid to channels, by its month: lines that people gave, or else what campaigns cost. */
import type { Fact } from '../fact.ts';
import spend from './spend.ts';

export default { ...spend, name: 'programme', title: 'Programme spend', where: `f.kind = 'programme'` } satisfies Fact;
