/** dockerfilelint brings no types of its own. */
declare module 'dockerfilelint' {
  /** Findings; rules may be changed by a .dockerfilelintrc in the folder. */
  export function run(folder: string, dockerfile: string): { title: string; rule: string; line: number }[];
}
