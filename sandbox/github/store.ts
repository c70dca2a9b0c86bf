/** The issues and comments of the repository. */
import { botLogin } from './show.ts';
import type { Comment, Issue } from './types.ts';

type NewIssue = Pick<Issue, 'title' | 'body' | 'labels' | 'pullRequest'> & { readonly user?: string };

/** Issues, pull requests (one row of numbers for both) and comments of the repository. */
export class Store {
  readonly issues = new Map<number, Issue>();
  readonly comments = new Map<number, Comment>();
  private nextNumber = 1;
  private nextComment = 1_001;

  open({ title, body, labels, pullRequest, user = botLogin }: NewIssue): Issue {
    const number = this.nextNumber;
    this.nextNumber += 1;
    const issue: Issue = {
      number,
      title,
      body,
      labels: [...labels],
      state: 'open',
      stateReason: null,
      pullRequest,
      user,
      createdAt: this.now(),
      updatedAt: this.now(),
    };
    this.issues.set(number, issue);
    return issue;
  }

  merge(pullRequest: number, sha: string): void {
    const issue = this.issues.get(pullRequest);
    if (issue?.pullRequest !== true) throw new Error(`${pullRequest} is no pull request`);
    issue.state = 'closed';
    issue.mergeCommit = sha;
  }

  comment(issue: number, body: string, user = botLogin): Comment {
    const id = this.nextComment;
    this.nextComment += 1;
    const comment = { id, issue, body, user, createdAt: this.now(), updatedAt: this.now() };
    this.comments.set(id, comment);
    return comment;
  }

  now(): string {
    return new Date().toISOString();
  }
}
