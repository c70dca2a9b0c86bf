/** What `destroy` removes: nothing of ours is left, whatever mechanism it belongs to. In the order in which it is shown. */
import type { Planner } from '../model/desired.ts';
import { removeAnnotations } from './annotations.ts';
import { removeAssociations } from './associations.ts';
import { removeChartValues } from './chart-values.ts';
import { removeLeftBehind } from './left-behind.ts';
import { removeOidcProvider } from './oidc-provider.ts';
import { removeFromPods } from './restarts.ts';
import { removeRole } from './role.ts';

export const removers: readonly Planner[] = [
  removeOidcProvider,
  removeRole,
  removeAssociations,
  removeLeftBehind,
  removeChartValues,
  removeAnnotations,
  removeFromPods,
];
