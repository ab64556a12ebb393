// Starts the CLI on a Node that runs TypeScript as it is. An older one starts the Node that npm installed beside it.
// Static imports are only what Node 20 has: anything else would fail before the answer below.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { argv, env, execArgv, execPath, platform, version } = process;
const [major, minor] = process.versions.node.split('.').map(Number);
const isOld = major < 22 || (major === 22 && minor < 18);

// As it frees arrays glibc comes to keep ever larger ones, up to 32 MiB, for what is allocated next: two fifths of what matching a
// million takes. With a threshold that is set, in bytes, they go back. It is read when a process starts.
const needsThreshold = platform === 'linux' && ['match', 'worker'].includes(argv[2]) && !env.MALLOC_MMAP_THRESHOLD_;
const startEnv = needsThreshold ? { ...env, MALLOC_MMAP_THRESHOLD_: String(2 ** 18) } : env;

if (isOld) startCarried(carriedNode());
else await start();

async function start() {
  // This process starts anew, as itself.
  if (needsThreshold) process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], startEnv);
  // It is meant for this process, not for those it starts.
  delete env.MALLOC_MMAP_THRESHOLD_;
  // Whoever started this process with a channel and was killed cannot send a signal any more.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
  await keepLocal();
  const { enableCompileCache } = await import('node:module');
  // Compiled code is kept between starts: a third less to do before anything answers.
  enableCompileCache();
  const { run } = await import('./src/cli/program.ts');
  await run();
}

/** A proxy that is set for the way out is none for the API, a local org or a database on this machine. */
async function keepLocal() {
  if (!['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => env[name])) return;
  const name = env.no_proxy === undefined ? 'NO_PROXY' : 'no_proxy';
  // Read by the processes that this one starts.
  env[name] = [env[name], 'localhost,127.0.0.1,::1,[::1]'].filter(Boolean).join(',');
  const isUsed = env.NODE_USE_ENV_PROXY === '1' || execArgv.includes('--use-env-proxy');
  if (isUsed) (await import('node:http')).setGlobalProxyFromEnv?.(env);
}

/** The Node of the optional dependency for this platform; undefined where there is none, or where it is this one. */
function carriedNode() {
  const name = platform === 'win32' ? 'win' : platform;
  try {
    const binary = `bin/node${platform === 'win32' ? '.exe' : ''}`;
    const file = fileURLToPath(import.meta.resolve(`node-${name}-${process.arch}/${binary}`));
    return existsSync(file) && realpathSync(file) !== realpathSync(execPath) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Signals are passed on, and the end of the child, by a code or by a signal, is the end of this process. */
function startCarried(node) {
  if (!node) return refuse();
  const child = spawn(node, [...execArgv, fileURLToPath(import.meta.url), ...argv.slice(2)], {
    env: startEnv,
    // The fourth is a channel: the child notices by it when this process is killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const passOn = (signal) => child.kill(signal);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
  for (const signal of signals) process.on(signal, passOn);
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    for (const one of signals) process.off(one, passOn);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code);
  });
}

function refuse() {
  console.error(
    `Assay needs Node 24 and found ${version}. On Linux, Windows and Intel macOS "npm ci" installs a Node 24 that is then ` +
      'used by itself: run it in this folder. Elsewhere install Node 24.',
  );
  process.exitCode = 1;
}
