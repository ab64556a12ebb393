// Starts the CLI on a Node that runs TypeScript as it is; an older one gets a plain answer instead of a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Assay needs Node 24 and found ${process.version}. On Linux, Windows and Intel macOS "npm ci" brings one along: ` +
      'start by "npm run assay -- ..." so that it is used. Elsewhere install Node 24.',
  );
  process.exit(1);
}
// Imported only here: an older Node has no such export, and would fail before the answer above.
const { enableCompileCache } = await import('node:module');
// Compiled code is kept between starts: a third less to do before anything answers.
enableCompileCache();
const { run } = await import('./src/cli.ts');
await run();
