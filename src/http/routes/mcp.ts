/** Questions of assistants: as plain requests, and as the tools of the Model Context Protocol under /mcp. */
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { askQuestion, inputOf, questions } from '../../mcp/questions.ts';
import { mcpServer } from '../../mcp/server.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { problems } from '../problem.ts';

const question = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    scope: z.enum(['data:read', 'pii:read']),
    input: z.record(z.string(), z.unknown()).describe('JSON Schema of what it takes'),
  })
  .meta({ id: 'Question' });
const answer = z
  .looseObject({ complete: z.enum(['yes', 'no', 'unknown']).describe('no: cut, refused, or an input is missing') })
  .meta({ id: 'QuestionAnswer' });

export const mcpRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, definitions, connectionId, clock, guard, log } = context;
  const asking = () => ({ db, definitions, connectionId, now: clock.now() });

  app.get(
    '/v1/questions',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['assistants'],
        summary: 'The questions an assistant may ask, with what each takes',
        response: { 200: z.object({ data: z.array(question) }), ...problems() },
      },
    },
    () => ({
      data: questions.map((one) => {
        const { name, title, description, scope } = one;
        return { name, title, description, scope, input: z.toJSONSchema(inputOf(one), { io: 'input' }) };
      }),
    }),
  );

  app.post(
    '/v1/questions/:question',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['assistants'],
        summary: 'Ask one of the questions: the answer, what it rests on, and whether it is complete',
        description:
          'An answer that does not fit budgetTokens is refused, never cut. Each question is in the audit list.',
        params: z.strictObject({ question: z.string().regex(/^[a-z][a-z_]{0,79}$/, 'must be the name of a question') }),
        body: z.record(z.string(), z.unknown()).nullish().describe('What the question takes'),
        response: { 200: answer, ...problems(404, 409) },
      },
    },
    async (request) => {
      const { text } = await askQuestion(asking(), principalOf(request), request.params.question, request.body ?? {});
      return JSON.parse(text) as z.infer<typeof answer>;
    },
  );

  // One server a request: it knows who asks by the key of that request alone. There are no sessions to read from or to end.
  app.post('/mcp', { onRequest: guard('data:read'), schema: { hide: true } }, async (request, reply) => {
    const by = principalOf(request);
    const handler = createMcpHandler(() => mcpServer((name, input) => askQuestion(asking(), by, name, input)), {
      responseMode: 'json',
      onerror: (error) => log.warn({ err: error }, 'mcp'),
    });
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && name !== 'authorization' && name !== 'cookie') headers.set(name, value);
    const asked = new Request(`http://assay${request.url}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(request.body ?? null),
    });
    const response = await handler.fetch(asked, { parsedBody: request.body });
    void reply.code(response.status).header('cache-control', 'no-store');
    for (const [name, value] of response.headers) if (name !== 'content-length') void reply.header(name, value);
    const text = await response.text();
    await handler.close();
    return reply.send(text);
  });
};
