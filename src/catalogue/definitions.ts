/** Entities, objects and rules of config/ become pages of the reference. */
import type { Definitions } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';
import { dimension, dimensionWeight, type RuleDefinition } from '../model/rule.ts';
import { code, page, table, wrap } from './markdown.ts';

export function objectPage({ entities, objects }: Definitions): string {
  const ofEntity = (entity: EntityDefinition) => {
    const evidence = objects.filter((object) => entity.name in object.entities).map(({ name }) => name);
    const rows = Object.entries(entity.fields).map(([name, field]) => [
      code(name),
      field.kind,
      field.survivor + (field.with ? `, with ${code(field.with)}` : ''),
      field.description,
    ]);
    return `### ${entity.name}

${wrap(`${entity.description} Golden ids begin with \`${entity.idPrefix}_\`. Read from: ${evidence.join(', ')}.`)}

${table(['Field', 'Kind', 'Surviving value', 'Description'], rows)}`;
  };
  const ofObject = (object: ObjectDefinition) => {
    const rows = Object.entries(object.fields).map(([name, field]) => [
      code(name),
      [field.from].flat().map(code).join(', else '),
      field.type,
      field.description,
    ]);
    return `### ${object.name}

${wrap(`${object.description} \`mirror.${object.table}\`, \`standard.${object.table}\`.${object.required ? ' A sync fails when it cannot be read.' : ''}`)}

${table(['Column', 'Salesforce field', 'Type', 'Description'], rows)}`;
  };
  return page(
    'Objects and entities',
    'Assay reads these Salesforce objects and decides which of their records are the same company, person or deal (an entity).',
    [
      '## Entities\n\nThe people, companies and deals that records are about. Each becomes `golden.<entity>`.',
      ...entities.map(ofEntity),
      `## Objects

The mirror keeps every readable field. These are the columns that rules and marts may use, in \`standard.<object>\`.`,
      ...objects.map(ofObject),
    ],
  );
}

export function rulePage({ rules }: Definitions): string {
  const one = (rule: RuleDefinition) => {
    const facts = [
      `${rule.object}, \`${rule.field}\``,
      rule.severity === 'critical' ? 'critical' : 'warning',
      ...(rule.stale ? ['stale'] : []),
    ];
    return `### ${rule.id}\n\n${wrap(`${rule.title} (${facts.join('; ')}).`)}\n\n${wrap(`**Fix:** ${rule.advice}`)}`;
  };
  return page(
    'Rules',
    'A record that violates a rule is a finding. The finding closes by itself once the record is corrected in Salesforce.',
    dimension.options.flatMap((name) => [
      `## ${name.charAt(0).toUpperCase()}${name.slice(1)} (weight ${dimensionWeight[name]})`,
      ...rules.filter((rule) => rule.dimension === name).map(one),
    ]),
  );
}
