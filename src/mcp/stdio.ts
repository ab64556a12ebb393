/** The questions on standard input and output, for one assistant that started this process. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { type Ask, mcpServer } from './server.ts';

export function answerOnStdio(ask: Ask): void {
  serveStdio(() => mcpServer(ask));
}
