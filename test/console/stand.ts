/** A made org, the whole service on it, and an admin who has just signed in: what each file of journeys begins with. */
import type { Page } from 'playwright-core';
import { createKey, type KeyScope } from '../../src/control/key.ts';
import { createSignInLink } from '../../src/control/session.ts';
import { systemActor } from '../../src/model/actor.ts';
import { startOrg } from '../journey/org.ts';
import { prepareService } from '../journey/service.ts';
import { openBrowser, settled, visit } from './browser.ts';

export type Stand = Awaited<ReturnType<typeof openStand>>;

/** `executablePath`: of Chromium. Nothing has been synced yet. */
export async function openStand(executablePath: string, accounts = 60) {
  const org = await startOrg({ accounts });
  const service = await prepareService({ queue: 'postgres', emulator: org.emulator });
  const api = await service.serve();
  const { url } = api;
  await service.worker().ready;
  const browser = await openBrowser(executablePath);
  const linkFor = async (name: string, ...scopes: KeyScope[]) => {
    const { id } = await createKey(service.db, { name, scopes }, systemActor('test'));
    return `#sign-in=${await createSignInLink(service.db, id, new Date(), 10)}`;
  };
  const admin = await visit(browser, `${url}/${await linkFor('Ana Adler', 'admin')}`);
  return {
    org,
    service,
    api,
    url,
    browser,
    admin,
    /** The part of an address that signs in a new key with these scopes, once. */
    linkFor,
    async go(page: Page, path: string): Promise<void> {
      await page.goto(url + path);
      await settled(page);
    },
    async close(): Promise<void> {
      await browser.close();
      await service.close();
      await org.close();
    },
  };
}
