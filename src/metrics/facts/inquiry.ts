/** Lead records, each an inquiry, on either basis. */
import type { Fact } from '../fact.ts';
import lead from './lead.ts';

const { where: _all, ...rest } = lead;

export default { ...rest, name: 'inquiry', title: 'Inquiries' } satisfies Fact;
