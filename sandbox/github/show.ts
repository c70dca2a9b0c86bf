/** Issues and comments in the form of GitHub's answers. */
import type { Comment, Issue, JobSettings } from './types.ts';

/** The user behind a job's token. */
export const botLogin = 'github-actions[bot]';

function user(login: string): object {
  return {
    login,
    id: login === botLogin ? 41_898_282 : 1_000,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
  };
}

/** A comment as the API gives it. */
export function showComment(comment: Comment, job: JobSettings): object {
  const issue = `https://github.com/${job.owner}/${job.name}/issues/${comment.issue}`;
  return {
    id: comment.id,
    html_url: `${issue}#issuecomment-${comment.id}`,
    user: user(comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    performed_via_github_app: comment.user === botLogin ? { slug: 'github-actions' } : null,
  };
}

/** An issue or a pull request as the issues API gives it. */
export function showIssue(issue: Issue, job: JobSettings): object {
  const kind = issue.pullRequest ? 'pull' : 'issues';
  const page = `https://github.com/${job.owner}/${job.name}/${kind}/${issue.number}`;
  return {
    number: issue.number,
    html_url: page,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    labels: issue.labels.map((name) => ({ name })),
    user: user(issue.user),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    ...(issue.pullRequest ? { pull_request: { html_url: page } } : {}),
  };
}
