/** Turns a list of children in a SELECT, `(select Id from Contacts)`, into a query by their parents' ids. */
import type { FieldSubquery, Query } from '@jetstreamapp/soql-parser-js';
import type { SObject } from '../objects/definition.ts';
import { childRelationships } from '../org/relationships.ts';
import { quoteName, quoteText } from '../org/sql.ts';
import { noSuchRelationship } from './fault.ts';
import type { ChildList, Plan } from './plan.ts';
import type { Scope, Surroundings } from './scope.ts';

/** Compiles one list's query; handed in, because queries and their lists compile each other. */
export type ListCompiler = (
  query: Query & { sObject: string },
  list: { where: (scope: Scope) => string; perParent: (scope: Scope) => string },
) => Plan;

export function compileChildren(
  around: Surroundings,
  parent: SObject,
  subquery: FieldSubquery['subquery'],
  compile: ListCompiler,
): ChildList {
  const wanted = subquery.relationshipName.toLowerCase();
  const relation = childRelationships(around.org, parent).find(
    ({ relationshipName }) => relationshipName.toLowerCase() === wanted,
  );
  if (!relation) throw noSuchRelationship(around.text, subquery.relationshipName, subquery.relationshipName);
  const { relationshipName, child, field } = relation;
  const link = (scope: Scope) => `${scope.root.alias}.${quoteName(field.name)}`;
  return {
    relationshipName,
    compile: (parentIds) =>
      compile(
        { ...subquery, sObject: child.name },
        { where: (scope) => `${link(scope)} in (${parentIds.map(quoteText).join(', ')})`, perParent: link },
      ),
  };
}
