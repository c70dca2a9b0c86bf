/** Check `injection-forecast`: a pod that was made now would get this role by this mechanism and nothing before it. */
import type { CheckFunction, NamedCheck } from '../model/desired.ts';
import { carriesNothing, livesWithoutInjection } from '../space/pods.ts';
import { preferred } from './injection.ts';

const checkForecast: CheckFunction = (host, { mechanism }, { target }, { forecasts }) => {
  const forecast = forecasts?.get(host.namespace);
  if (forecast === undefined) return { status: 'unknown', detail: 'it was not tried' };
  if (forecast.kind === 'refused')
    return { status: 'warn', detail: `the cluster refuses the sample pod: ${forecast.said}` };
  const { pod } = forecast;
  const problem = mechanism.podProblem(pod, target.roleArn) ?? preferred(pod, mechanism);
  if (problem === undefined)
    return { status: 'pass', detail: `a pod made now would come with ${mechanism.carried(target.roleArn)}` };
  const detail = `a pod made now would not get the role: ${problem}`;
  if (mechanism.worksWithoutInjection && carriesNothing(pod) && livesWithoutInjection(host))
    return { status: 'warn', detail: `${detail}; the stores here do without (auth.jwt)` };
  return { status: 'fail', detail };
};

/** Made only of namespaces where the job may try: published permissions of `check` do not let it. */
export const FORECAST_CHECKS: readonly NamedCheck[] = [['injection-forecast', checkForecast]];
