import { describe, expect, it } from 'vitest';
import { readEnv, settings } from '../../config/env.ts';
import type { DomainError } from '../../src/model/errors.ts';

const faultsOf = (source: NodeJS.ProcessEnv): string[] => {
  try {
    readEnv(source);
  } catch (error) {
    return (error as DomainError).faults.map(({ pointer }) => pointer).sort();
  }
  return [];
};

describe('readEnv', () => {
  it('needs nothing: the defaults are the embedded service', () => {
    const env = readEnv({});
    expect(env).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', SALESFORCE_API_VERSION: '62.0' });
    expect(env.DATABASE_URL).toBeUndefined();
  });

  it('takes a blank setting as unset, as compose files write it', () => {
    expect(readEnv(Object.fromEntries(Object.keys(settings).map((name) => [name, '']))).PORT).toBe(3000);
  });

  it('takes addresses and ranges of proxies, and nothing else for one', () => {
    expect(readEnv({ API_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,fd00::/8' }).API_TRUSTED_PROXIES).toEqual([
      '10.0.0.0/8',
      '192.0.2.7',
      'fd00::/8',
    ]);
    for (const wrong of ['proxy.internal', '10.0.0.0/33', '10.0.0.0/8/8', 'true', '10.0.0.1,'])
      expect(faultsOf({ API_TRUSTED_PROXIES: wrong }), wrong).toEqual(['API_TRUSTED_PROXIES']);
  });

  it('tells all faults together', () => {
    const source = {
      DATABASE_URL: 'mysql://x',
      REDIS_URL: 'nowhere',
      PORT: 'http',
      SALESFORCE_LOGIN_URL: 'https://a.example',
    };
    expect(faultsOf(source)).toEqual([
      'DATABASE_URL',
      'PORT',
      'REDIS_URL',
      'SALESFORCE_CLIENT_ID',
      'SALESFORCE_CLIENT_SECRET',
    ]);
  });

  it('never repeats a secret', () => {
    expect(() => readEnv({ SLACK_BOT_TOKEN: 'hunter2', SLACK_CHANNEL: 'C1' })).toThrow(/SLACK_BOT_TOKEN/);
    expect(() => readEnv({ SLACK_BOT_TOKEN: 'hunter2', SLACK_CHANNEL: 'C1' })).not.toThrow(/hunter2/);
  });

  it('refuses shares that are none, and numbers of decisions nobody can make', () => {
    const source = {
      MATCH_TRAIN_DECISIONS: '0',
      MATCH_TRAIN_MOVED_SHARE: '20',
      MATCH_HOLD_CLUSTERS: '1.5',
      MATCH_HOLD_SHARE: '-1',
    };
    expect(faultsOf(source)).toEqual(Object.keys(source).sort());
  });

  it('reads a list of ids', () => {
    expect(readEnv({ INTEGRATION_USER_IDS: '005a, 005b,' }).INTEGRATION_USER_IDS).toEqual(['005a', '005b']);
  });
});
