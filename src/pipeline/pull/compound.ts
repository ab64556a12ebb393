/** Addresses and locations, which no export carries whole, are put together from their parts as REST would show them. */
import sql, { join, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { SourceObject } from '../../model/source.ts';
import type { MirrorField } from './mirror-field.ts';

/** The visible fields that describe says belong to the compound. */
export function compoundParts(name: string, source: SourceObject): string[] {
  return source.fields.filter((field) => field.partOf === name).map((field) => field.name);
}

/** `BillingAddress`, `BillingPostalCode` -> `postalCode`; `Site__c`, `Site__Latitude__s` -> `latitude`. */
function keyOf(compound: string, part: string): string {
  const stem = compound.endsWith('__c') ? compound.replace(/c$/, '') : compound.replace(/Address$/, '');
  const bare = (part.startsWith(stem) ? part.slice(stem.length) : part).replace(/__s$/, '');
  return bare.slice(0, 1).toLowerCase() + bare.slice(1);
}

/** SQL over a row `alias` that has the parts' columns; null when all of them are. */
export function compoundValue(compound: MirrorField, fields: MirrorField[], alias: string): Sql {
  const pairs = (compound.parts ?? []).flatMap((part) => {
    const column = fields.find((one) => one.field === part)?.column_name;
    return column === undefined ? [] : [sql`${keyOf(compound.field, part)}::text, ${identifier(alias, column)}`];
  });
  return sql`nullif(jsonb_strip_nulls(jsonb_build_object(${join(pairs)})), '{}'::jsonb)`;
}
