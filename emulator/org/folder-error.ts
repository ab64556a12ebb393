/** Says where in an org folder something is wrong, and what to do about it. */

export class OrgFolderError extends Error {
  /** Tells it apart where the class is not imported. */
  readonly code = 'ORG_FOLDER';
  /** Relative to the org folder. */
  readonly file: string;
  /** Counted from 1, the header being line 1; null where the fault is not in one line. */
  readonly line: number | null;
  /** The column's position counted from 1, or null where the whole line is wrong. */
  readonly column: number | null;

  constructor(place: { file: string; line?: number; column?: number }, fault: string, advice: string) {
    const { file, line = null, column = null } = place;
    const where = [file, line === null ? null : `line ${line}`, column === null ? null : `column ${column}`];
    super(`${where.filter((part) => part !== null).join(', ')}: ${fault} ${advice}`);
    this.file = file;
    this.line = line;
    this.column = column;
  }
}
