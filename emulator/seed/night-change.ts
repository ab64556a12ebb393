// The shape of one scripted change to an org.
export type FieldValue = string | number | boolean | null;

export type Change = {
  /** ISO instant of the change; the emulator's present if absent. */
  at?: string;
} & (
  | { op: 'insert'; sobject: string; fields: Record<string, FieldValue> }
  | { op: 'update'; sobject: string; id: string; fields: Record<string, FieldValue> }
  | { op: 'delete' | 'undelete' | 'purge'; sobject: string; id: string }
  | { op: 'merge'; sobject: string; masterId: string; mergeIds: string[] }
);
