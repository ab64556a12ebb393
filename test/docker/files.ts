/** The Dockerfile and the compose file as data: stages, what an image holds, and services with their settings filled in. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export type Instruction = { name: string; rest: string };

/** The instructions of each stage by its name, those of the stage it builds on first; continued lines are one. */
export async function readDockerfile(): Promise<Map<string, Instruction[]>> {
  const text = (await readFile('Dockerfile', 'utf8')).replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '');
  const stages = new Map<string, Instruction[]>();
  let stage: Instruction[] = [];
  for (const [, name = '', rest = ''] of text.matchAll(/^([A-Z]+) (.+)$/gm)) {
    if (name === 'FROM') {
      const [base = '', , own = ''] = rest.split(' ');
      stages.set(own, (stage = [...(stages.get(base) ?? [])]));
    }
    stage.push({ name, rest });
  }
  return stages;
}

/** Repository files that a stage copies: [where they are, where they go]. */
export function copied(stage: Instruction[]): [source: string, target: string][] {
  return stage
    .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from='))
    .flatMap(({ rest }) => {
      const words = rest.split(' ');
      const target = words.at(-1)!;
      return words.slice(0, -1).map((word): [string, string] => [word, target.endsWith('/') ? target + word : target]);
    });
}

export type Service = {
  image: string;
  build?: { context: string; target: string };
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  network_mode?: string;
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
};
export type Compose = { services: Record<string, Service>; volumes: Record<string, unknown> };

/** As docker compose reads it: anchors merged, then `${NAME}`, `${NAME:-default}` and `${NAME:?message}` filled in. */
export async function readCompose(environment: Record<string, string>): Promise<Compose> {
  const raw: unknown = parse(await readFile('docker-compose.yml', 'utf8'), { merge: true });
  const { services, volumes } = filled(raw, environment) as Compose;
  return { services, volumes };
}

function filled(node: unknown, environment: Record<string, string>): unknown {
  if (typeof node === 'string') return filledText(node, environment);
  if (Array.isArray(node)) return node.map((one) => filled(one, environment));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, filled(value, environment)]));
}

const filledText = (text: string, environment: Record<string, string>) =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest = '') => {
    const value = environment[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`);
    return value === '' && kind === '-' ? rest : value;
  });

/** The KEY=value lines of an env file. */
export async function readEnvFile(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8');
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map((match) => [match[1]!, match[2]!]));
}
