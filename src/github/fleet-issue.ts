/** Keeps the issue of a fleet up to date. When GitHub refuses, logs one warning; the run does not fail. */
import type { Log } from '../model/ports.ts';
import type { IssueText } from '../report/issue.ts';
import type { ProxyEnvironment } from '../tools/proxy/rule.ts';
import { createApi } from './api.ts';
import { bestEffort } from './best-effort.ts';
import type { Origin } from './event.ts';
import { putIssue } from './issues.ts';

export interface FleetIssueContext {
  readonly token: string;
  readonly origin: Origin;
  readonly log: Log;
  /** The proxy variables. */
  readonly env: ProxyEnvironment;
}

/** The issue's URL; undefined when there is none, or when GitHub refused. */
export async function postFleetIssue(
  label: string,
  text: IssueText,
  isOpen: boolean,
  { token, origin, log, env }: FleetIssueContext,
): Promise<string | undefined> {
  return await bestEffort(log, 'fleet issue', 'issues: write', async () => {
    const api = createApi(token, origin, env);
    return await putIssue(api, label, text, isOpen, 'fleet');
  });
}
