/** Everything there is to use, as the generated pages of docs/reference, made from the definitions themselves. */
import { typesOf } from '@assay/console/types.ts';
import { loadDefinitions } from '../../config/index.ts';
import { program } from '../cli/program.ts';
import { connect } from '../db/connect.ts';
import { buildApp } from '../http/app.ts';
import { readMarts } from '../marts/read.ts';
import type { Definitions } from '../model/definitions.ts';
import { silentLog, systemClock } from '../model/ports.ts';
import { objectPage, rulePage } from './definitions.ts';
import { type ApiDocument, commandPage, errorPage, routePage, settingPage } from './interfaces.ts';
import { metricPage, tablePage } from './published.ts';

/** File name in docs/reference -> its text. */
export async function referencePages(): Promise<Record<string, string>> {
  const definitions = await loadDefinitions();
  const marts = await readMarts();
  return {
    'api.md': routePage(await apiDocument(definitions)),
    'commands.md': commandPage(program),
    'errors.md': errorPage(),
    'metrics.md': metricPage(definitions.metrics),
    'objects.md': objectPage(definitions),
    'rules.md': rulePage(definitions),
    'settings.md': settingPage(),
    'tables.md': tablePage(marts, definitions.metrics),
  };
}

/** The text of console/src/api/schema.ts: the shapes of the API, as the console's client has them. */
export async function consoleTypes(): Promise<string> {
  return typesOf(await apiDocument(await loadDefinitions()));
}

let document: Promise<ApiDocument> | undefined;

/** Made once: a second application in one process would name the shapes of its requests otherwise. */
function apiDocument(definitions: Definitions): Promise<ApiDocument> {
  return (document ??= readDocument(definitions));
}

async function readDocument(definitions: Definitions): Promise<ApiDocument> {
  // A pool connects at its first query, and the document needs none.
  const db = connect('postgresql://127.0.0.1/none', { name: 'catalogue' });
  const app = await buildApp({ db, definitions, log: silentLog, clock: systemClock });
  try {
    return (await app.inject({ url: '/docs/json' })).json<ApiDocument>();
  } finally {
    await app.close();
    await db.close();
  }
}
