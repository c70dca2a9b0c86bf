/** The OIDC tokens of a job, signed as GitHub does. */
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { JobSettings } from './types.ts';

/** Signs the OIDC tokens of a job. */
export interface Signer {
  readonly publicKeys: readonly JWK[];
  sign(job: JobSettings, audience: string): Promise<string>;
}

/** RS256, as GitHub signs. */
export async function createSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    publicKeys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }],
    sign: (job, audience) =>
      new SignJWT(claims(job))
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(job.issuer)
        .setAudience(audience)
        .setSubject(subjectOf(job))
        .setJti(randomUUID())
        .setIssuedAt()
        .setNotBefore('-5 minutes')
        .setExpirationTime(`${job.tokenLifetime} seconds`)
        .sign(privateKey),
  };
}

/** The `sub` claim: environment beats pull request beats ref; colons in a value become `%3A`. */
export function subjectOf(job: JobSettings): string {
  if (job.subject.includes(':')) return job.subject;
  const repository =
    job.subject === 'immutable'
      ? `${job.owner}@${job.ownerId}/${job.name}@${job.repositoryId}`
      : `${job.owner}/${job.name}`;
  return `repo:${repository}:${contextOf(job)}`;
}

function contextOf(job: JobSettings): string {
  if (job.environment !== undefined) return `environment:${job.environment.replaceAll(':', '%3A')}`;
  if (job.event === 'pull_request') return 'pull_request';
  return `ref:${job.ref}`;
}

/** The further claims, by GitHub's list of them. */
function claims(job: JobSettings): Record<string, string> {
  const repository = `${job.owner}/${job.name}`;
  const workflow = `${repository}/.github/workflows/identity.yml@${job.ref}`;
  return {
    actor: job.owner,
    actor_id: String(job.ownerId),
    base_ref: '',
    ...(job.environment === undefined ? {} : { environment: job.environment }),
    event_name: job.event,
    head_ref: '',
    job_workflow_ref: workflow,
    job_workflow_sha: job.sha,
    ref: job.ref,
    ref_protected: 'false',
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository,
    repository_id: String(job.repositoryId),
    repository_owner: job.owner,
    repository_owner_id: String(job.ownerId),
    repository_visibility: 'private',
    run_attempt: '1',
    run_id: job.runId,
    run_number: '1',
    runner_environment: 'github-hosted',
    sha: job.sha,
    workflow: 'identity',
    workflow_ref: workflow,
    workflow_sha: job.sha,
  };
}
