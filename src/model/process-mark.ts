/** A mark of this process that no other has, on this machine or another: in containers every worker is process 1 of its own. */
import { randomBytes } from 'node:crypto';

export const processMark = randomBytes(4).toString('hex');
