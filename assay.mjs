// Starts the CLI on a Node that runs TypeScript as it is; an older one gets a plain answer instead of a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Assay needs Node 24 and found ${process.version}. On Linux, Windows and Intel macOS "npm ci" brings one along: ` +
      'start by "npm run assay -- ..." so that it is used. Elsewhere install Node 24.',
  );
  process.exit(1);
}
// As it frees arrays glibc comes to keep ever larger ones, up to 32 MiB, for what is allocated next: two fifths of what matching a
// million takes. With a threshold that is set, in bytes, they go back. It is read when a process starts: this one starts anew, as itself.
const { env, execPath, execArgv, argv } = process;
if (process.platform === 'linux' && ['match', 'worker'].includes(argv[2]) && !env.MALLOC_MMAP_THRESHOLD_) {
  const wanted = { ...env, MALLOC_MMAP_THRESHOLD_: String(2 ** 18) };
  process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], wanted);
}
// It is meant for this process, not for those it starts.
delete env.MALLOC_MMAP_THRESHOLD_;
// Imported only here: an older Node has no such export, and would fail before the answer above.
const { enableCompileCache } = await import('node:module');
// Compiled code is kept between starts: a third less to do before anything answers.
enableCompileCache();
const { run } = await import('./src/cli/program.ts');
await run();
