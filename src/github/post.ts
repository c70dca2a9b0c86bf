/** Posts the comment and the drift issue. When GitHub refuses, logs one warning; the run does not fail. */
import type { Log } from '../model/ports.ts';
import type { RunRecord } from '../model/record.ts';
import { comment } from '../report/comment.ts';
import { issueText } from '../report/issue.ts';
import type { ProxyEnvironment } from '../tools/proxy/rule.ts';
import { type Api, createApi } from './api.ts';
import { bestEffort } from './best-effort.ts';
import { putComment } from './comments.ts';
import type { Origin } from './event.ts';
import { putIssue } from './issues.ts';

export interface Posted {
  readonly commentUrl?: string;
  readonly issueUrl?: string;
}

/**
 * Posts what the configuration asks for. `redact` removes secrets: GitHub masks the log, but not what is sent to its API. `env`
 * has the proxy variables.
 */
export async function post(
  record: RunRecord,
  origin: Origin,
  log: Log,
  redact: (text: string) => string,
  env: ProxyEnvironment,
): Promise<Posted> {
  const token = record.config?.reporting.githubToken;
  if (token === undefined) return {};
  const api = createApi(token, origin, env);
  const commentUrl = await bestEffort(log, 'pull request comment', 'pull-requests: write', () =>
    postComment(api, record, origin, log, redact),
  );
  const issueUrl = await bestEffort(log, 'drift issue', 'issues: write', () =>
    postIssue(api, record, origin, log, redact),
  );
  return { ...(commentUrl !== undefined && { commentUrl }), ...(issueUrl !== undefined && { issueUrl }) };
}

type Redact = (text: string) => string;

async function postComment(
  api: Api,
  record: RunRecord,
  origin: Origin,
  log: Log,
  redact: Redact,
): Promise<string | undefined> {
  const { config } = record;
  // A plan is reviewed there, and what came of it belongs there too: what a check finds would take its place.
  const isItsPlace = config?.mode === 'plan' || config?.mode === 'apply';
  const enabled = config?.reporting.commentOnPr === true && isItsPlace;
  if (!enabled || origin.pullRequest === undefined) return undefined;
  if (origin.readOnlyToken) {
    log.info(
      "No pull request comment: GitHub's token is read-only for pull requests from forks. The job summary has the report.",
    );
    return undefined;
  }
  const text = redact(comment(record, { url: origin.runUrl, headSha: origin.headSha }));
  return await putComment(api, origin.pullRequest, config.reporting.label, text);
}

/** A run without a verdict on drift leaves the issue as it is. */
async function postIssue(
  api: Api,
  record: RunRecord,
  origin: Origin,
  log: Log,
  redact: Redact,
): Promise<string | undefined> {
  const { config, verdict } = record;
  if (config?.reporting.driftIssue !== true || config.mode !== 'check') return undefined;
  if (verdict !== 'drifted' && verdict !== 'in-sync') {
    log.info('The drift issue is left as it is: this run could not look.');
    return undefined;
  }
  const { title, body } = issueText(record, { url: origin.runUrl, headSha: origin.headSha });
  return await putIssue(api, config.reporting.label, { title, body: redact(body) }, verdict === 'drifted');
}
