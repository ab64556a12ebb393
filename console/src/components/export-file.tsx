/** A list as a CSV file of the API, by the filters it is shown by. */

type ExportFileProps = { path: `/v1/${string}`; filters: object };

export const ExportFile = ({ path, filters }: ExportFileProps) => (
  <a className="button" href={fileOf(path, filters)} download>
    Export as CSV
  </a>
);

/** Its address; a filter that is not set is left out. */
export function fileOf(path: string, filters: object): string {
  const set = Object.entries(filters).filter(([, value]) => value !== undefined && value !== '');
  return `${path}?${new URLSearchParams([...set.map(([name, value]) => [name, String(value)]), ['format', 'csv']])}`;
}
