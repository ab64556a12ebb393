/** When a fall of a score is an incident, who hears of it, and when. Scores are 0..1. */
import type { AlertSettings } from '../src/model/definitions.ts';

export const alerts: AlertSettings = {
  baselineRunCount: 14,
  bestRunCount: 28,
  minimumRunCount: 1,
  sigma: 3,
  minimumDrop: 0.02,
  criticalDrop: 0.05,
  floor: 0.5,
  recoveryMargin: 0.01,
  minimumRuleDrop: 0.015,
  minimumRuleCount: 10,
  minimumRecordCount: 100,
  inactiveOwnerShare: null,
  routes: [],
  quietHours: null,
  reminderHours: 24,
  digest: null,
};
