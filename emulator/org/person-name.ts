/** Tells objects whose records are people and puts their whole name together from its parts. */
import type { SObject } from '../objects/definition.ts';
import { findField } from './org.ts';

export const fullName = `nullif(concat_ws(' ', "FirstName", "LastName"), '')`;

/** Of an account only some are people: its name is as written. */
export function hasPersonName(object: SObject): boolean {
  return (
    object.name !== 'Account' &&
    ['FirstName', 'LastName', 'Name'].every((name) => findField(object, name) !== undefined)
  );
}
