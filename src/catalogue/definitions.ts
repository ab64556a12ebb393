/** Entities, objects and rules of config/ become sections of the catalogue. */
import type { Definitions } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';
import { dimension, dimensionWeight, type RuleDefinition } from '../model/rule.ts';
import { code, table } from './markdown.ts';

export function entitySection({ entities, objects }: Definitions): string {
  const one = (entity: EntityDefinition) => {
    const evidence = objects.filter((object) => entity.name in object.entities).map(({ name }) => name);
    const rows = Object.entries(entity.fields).map(([name, field]) => [
      code(name),
      field.kind,
      field.survivor + (field.with ? `, with ${code(field.with)}` : ''),
      field.description,
    ]);
    return `### ${entity.name}

${entity.description} Golden ids open with \`${entity.idPrefix}_\`. Evidence: ${evidence.join(', ')}.

${table(['Field', 'Kind', 'Surviving value', 'Description'], rows)}`;
  };
  return `## Entities\n\nWhat many records may stand for; each becomes \`golden.<entity>\`.\n\n${entities.map(one).join('\n\n')}`;
}

export function objectSection({ objects }: Definitions): string {
  const one = (object: ObjectDefinition) => {
    const rows = Object.entries(object.fields).map(([name, field]) => [
      code(name),
      [field.from].flat().map(code).join(', else '),
      field.type,
      field.description,
    ]);
    return `### ${object.name}

${object.description} \`mirror.${object.table}\`, \`standard.${object.table}\`.${object.required ? ' A sync fails when it cannot be read.' : ''}

${table(['Column', 'Salesforce field', 'Type', 'Description'], rows)}`;
  };
  return `## Objects

The mirror keeps every readable field; these are the columns that rules and marts may use, in \`standard.<object>\`.

${objects.map(one).join('\n\n')}`;
}

export function ruleSection({ rules }: Definitions): string {
  const row = (rule: RuleDefinition) => [
    code(rule.id),
    rule.object,
    code(rule.field),
    rule.severity + (rule.stale ? ', stale' : ''),
    rule.title,
    rule.advice,
  ];
  const parts = dimension.options.map((name) => {
    const rows = rules.filter((rule) => rule.dimension === name).map(row);
    return `### ${name} (weight ${dimensionWeight[name]})\n\n${table(['Rule', 'Object', 'Column', 'Severity', 'Finding', 'Advice'], rows)}`;
  });
  return `## Rules\n\nA record's violation is a finding; it closes by itself once the record is mended.\n\n${parts.join('\n\n')}`;
}
