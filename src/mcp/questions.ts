/** The questions there are, and how one is asked: its scope checked, its answer in the budget, a row in the audit list. */
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import { audit } from '../control/audit.ts';
import { mayDo, type Principal } from '../control/key.ts';
import { DomainError } from '../model/errors.ts';
import { plainFault } from '../model/plain-fault.ts';
import { defaultBudget, largestBudget, type Reply, replyOf } from './budget.ts';
import type { Asking, Question } from './question.ts';
import { whatIsAMetric, whatIsTheValue, whichMetrics, whyRawAndClean } from './questions/metrics.ts';
import { howFresh, howGood, whatToFix, whatWentWrong } from './questions/quality.ts';
import { whatIsKnown, whatMovedThePipeline, whoIsThis, whyAreTheseOne } from './questions/records.ts';

export const questions: readonly Question[] = [
  whichMetrics,
  whatIsAMetric,
  whatIsTheValue,
  whyRawAndClean,
  howGood,
  whatWentWrong,
  whatToFix,
  howFresh,
  whoIsThis,
  whyAreTheseOne,
  whatIsKnown,
  whatMovedThePipeline,
];

const budgetTokens = z
  .int()
  .min(200)
  .max(largestBudget)
  .default(defaultBudget)
  .describe('Tokens the answer may have; a larger one is refused, never cut');

/** What a question takes, the budget of its answer with it. */
export const inputOf = ({ input }: Question) => input.extend({ budgetTokens });

/**
 * Leaves a row in the audit list before it answers, of a refused question too.
 * @throws DomainError `not-found`, `forbidden`, `request-invalid`, or that of the question
 */
export async function askQuestion(
  asking: Omit<Asking, 'mayNames'>,
  by: Principal,
  name: string,
  given: unknown,
): Promise<Reply> {
  const question = questions.find((one) => one.name === name);
  if (!question) {
    throw new DomainError(
      'not-found',
      `There is no question ${name}; there are ${questions.map((one) => one.name).join(', ')}.`,
    );
  }
  const parsed = inputOf(question).safeParse(given ?? {});
  const fields = Object.keys((given as object | null) ?? {}).filter((field) => field in question.input.shape);
  await asking.db.transaction((tx) => audit(tx, by, { kind: 'question', id: `qst_${uuidv7()}`, action: name, fields }));
  if (!mayDo(by, question.scope)) throw new DomainError('forbidden', `The key "${by.name}" lacks ${question.scope}.`);
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap((issue) => {
      const at = issue.path.map((part) => `/${String(part)}`).join('');
      if (issue.code !== 'unrecognized_keys') return [{ pointer: at, message: plainFault(issue.message) }];
      return issue.keys.map((key) => ({ pointer: `${at}/${key}`, message: 'is nothing it takes' }));
    });
    throw new DomainError(
      'request-invalid',
      `${faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}.`,
      { faults },
    );
  }
  const { budgetTokens: budget, ...input } = parsed.data as { budgetTokens: number };
  const answered = await question.ask({ ...asking, mayNames: mayDo(by, 'pii:read') }, input);
  return replyOf(answered, budget);
}
