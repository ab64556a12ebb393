/** Addresses become pages. What a page is filtered by is in the address, checked as it comes in. */
import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './components/shell.tsx';
import { Empty, Failure } from './components/state.tsx';
import { Today } from './pages/today.tsx';

/** Search parameters that are texts; anything else in the address is left out. */
function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [Key in Name]?: string } =>
    Object.fromEntries(names.flatMap((name) => (isText(search[name]) ? [[name, String(search[name])]] : []))) as {
      [Key in Name]?: string;
    };
}
const isText = (value: unknown) =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Empty title="There is no such page">
      <Link to="/" className="button">
        Go to Today
      </Link>
    </Empty>
  ),
  errorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
});

const today = createRoute({ getParentRoute: () => root, path: '/', component: Today });
const reviews = createRoute({
  getParentRoute: () => root,
  path: '/reviews',
  validateSearch: texts('entity', 'reason'),
  component: lazyRouteComponent(() => import('./pages/reviews.tsx'), 'Reviews'),
});
const duplicates = createRoute({
  getParentRoute: () => root,
  path: '/duplicates',
  validateSearch: texts('entity', 'search', 'sort'),
  component: lazyRouteComponent(() => import('./pages/duplicates.tsx'), 'Duplicates'),
});
const golden = createRoute({
  getParentRoute: () => root,
  path: '/duplicates/$goldenId',
  component: lazyRouteComponent(() => import('./pages/golden-record.tsx'), 'GoldenRecord'),
});
const findings = createRoute({
  getParentRoute: () => root,
  path: '/findings',
  validateSearch: texts(
    'object',
    'rule',
    'severity',
    'stale',
    'state',
    'ownerId',
    'assigneeId',
    'workState',
    'dimension',
    'recordId',
    'sort',
    'group',
  ),
  component: lazyRouteComponent(() => import('./pages/findings.tsx'), 'Findings'),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  component: lazyRouteComponent(() => import('./pages/runs.tsx'), 'Runs'),
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('./pages/run.tsx'), 'Run'),
});
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: texts('state', 'object'),
  component: lazyRouteComponent(() => import('./pages/incidents.tsx'), 'Incidents'),
});
const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$incidentId',
  component: lazyRouteComponent(() => import('./pages/incident.tsx'), 'Incident'),
});
const metrics = createRoute({
  getParentRoute: () => root,
  path: '/numbers',
  validateSearch: texts('kind', 'period', 'metric', 'by', 'step'),
  component: lazyRouteComponent(() => import('./pages/metrics.tsx'), 'Metrics'),
});
const check = createRoute({
  getParentRoute: () => root,
  path: '/check',
  validateSearch: texts('id', 'verdict'),
  component: lazyRouteComponent(() => import('./pages/check.tsx'), 'CheckList'),
});
const pipeline = createRoute({
  getParentRoute: () => root,
  path: '/pipeline',
  validateSearch: texts('from', 'to', 'basis', 'closeFrom', 'closeTo', 'term'),
  component: lazyRouteComponent(() => import('./pages/pipeline.tsx'), 'Pipeline'),
});
const forecast = createRoute({
  getParentRoute: () => root,
  path: '/forecast',
  validateSearch: texts('kind', 'period', 'team'),
  component: lazyRouteComponent(() => import('./pages/forecast.tsx'), 'Forecast'),
});
const fixes = createRoute({
  getParentRoute: () => root,
  path: '/fixes',
  validateSearch: texts('state', 'kind', 'ownerId', 'by'),
  component: lazyRouteComponent(() => import('./pages/fixes.tsx'), 'Fixes'),
});
const inputs = createRoute({
  getParentRoute: () => root,
  path: '/settings/inputs',
  validateSearch: texts('name'),
  component: lazyRouteComponent(() => import('./pages/settings/inputs.tsx'), 'Inputs'),
});
const scores = createRoute({
  getParentRoute: () => root,
  path: '/scores',
  validateSearch: texts('object', 'dimension', 'by'),
  component: lazyRouteComponent(() => import('./pages/scores.tsx'), 'Scores'),
});
const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  validateSearch: texts('search', 'object', 'dimension', 'state'),
  component: lazyRouteComponent(() => import('./pages/rules.tsx'), 'Rules'),
});
const newRule = createRoute({
  getParentRoute: () => root,
  path: '/rules/new',
  component: lazyRouteComponent(() => import('./pages/rules/new-rule.tsx'), 'NewRule'),
});
const rule = createRoute({
  getParentRoute: () => root,
  path: '/rules/$ruleId',
  component: lazyRouteComponent(() => import('./pages/rule.tsx'), 'RulePage'),
});
const connect = createRoute({
  getParentRoute: () => root,
  path: '/settings/connect',
  component: lazyRouteComponent(() => import('./pages/settings/connect.tsx'), 'Connect'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/settings/audit',
  validateSearch: texts('kind', 'actor', 'since'),
  component: lazyRouteComponent(() => import('./pages/settings/audit-log.tsx'), 'AuditLog'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'Settings'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    today,
    reviews,
    duplicates,
    golden,
    findings,
    runs,
    run,
    incidents,
    incident,
    metrics,
    pipeline,
    forecast,
    fixes,
    check,
    scores,
    rules,
    newRule,
    rule,
    settings,
    connect,
    audit,
    inputs,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
