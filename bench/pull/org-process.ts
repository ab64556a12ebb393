/** The org under test as a process of its own: node org-process.ts <folder>; one JSON line when it listens, ends on SIGTERM. */
import { startEmulator } from '@assay/emulator/start.ts';

const [folder = ''] = process.argv.slice(2);
const { close, ...ready } = await startEmulator({ org: folder, httpsPort: 0, dailyLimit: 10_000_000 });
process.once('SIGTERM', () => void close().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify(ready)}\n`);
