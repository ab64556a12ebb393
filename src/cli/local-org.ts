/** What needs the local org runs, or says in one line that this installation leaves it out, or what is wrong with the org's folder. */

/** `work` may import `@assay/emulator`, a workspace that production leaves out. */
export async function withLocalOrg(work: () => Promise<void>): Promise<void> {
  try {
    import.meta.resolve('@assay/emulator/start.ts');
  } catch {
    return fail(
      'This installation leaves out the local Salesforce org: add it with `npm ci`, or run the image of the Docker target `demo`.',
    );
  }
  try {
    await work();
  } catch (error) {
    // By its code: the class itself would have to be imported, and may not be there.
    if (!(error instanceof Error && 'code' in error && error.code === 'ORG_FOLDER')) throw error;
    fail(error.message);
  }
}

function fail(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
