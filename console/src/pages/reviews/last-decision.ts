/** The decision that "undo" takes back: it outlives the question it answered. */

export const lastDecision: { current: { ids: string[]; key: string } | null } = { current: null };
