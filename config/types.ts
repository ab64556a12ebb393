/** Types of declarations for whoever writes some of their own: a file outside this tree imports types only, which vanish when it runs. */
import type { z } from 'zod';
import type { alertSettings } from '../src/model/definitions.ts';
import type { entityDefinition } from '../src/model/entity.ts';
import type { WrittenMetric } from '../src/model/metric.ts';
import type { objectDefinition } from '../src/model/object.ts';
import type { ruleDefinition } from '../src/model/rule.ts';

export type SalesforceObject = z.input<typeof objectDefinition>;
export type Entity = z.input<typeof entityDefinition>;
export type Metric = WrittenMetric;
export type Rule = z.input<typeof ruleDefinition>;
export type Alerts = Partial<z.input<typeof alertSettings>>;
/** Instead of a declaration: ours of the same file name does not count. */
export type Off = 'off';
