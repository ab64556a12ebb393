/** The semantic model as files of the repository: two documents of Apache Ossie, and a dbt project. */
import { stringify } from 'yaml';
import { loadDefinitions } from '../../config/index.ts';
import { dbtProject } from '../semantic/dbt.ts';
import { semanticModel } from '../semantic/model.ts';
import { ossieDocument, ossieFlat } from '../semantic/ossie.ts';

const written = '# Written by `npm run catalogue` from config/metrics and src/marts.\n';
const yaml = (content: object) => written + stringify(content, { lineWidth: 0 });

/** By path from the root. */
export async function semanticFiles(): Promise<Record<string, string>> {
  const model = await semanticModel((await loadDefinitions()).metrics);
  const project = Object.entries(dbtProject(model)).map(
    ([path, content]) =>
      [`docs/reference/semantic/dbt/${path}`, typeof content === 'string' ? content : yaml(content)] as const,
  );
  return {
    'docs/reference/semantic/ossie.yaml': yaml(ossieDocument(model)),
    'docs/reference/semantic/ossie-flat.yaml': yaml(ossieFlat(model)),
    ...Object.fromEntries(project),
  };
}
