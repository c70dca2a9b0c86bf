/** Sessions of roles, and their temporary credentials. */
import type { Role } from '../iam/model.ts';
import { secretAccessKey, sessionToken, uniqueId } from '../ids.ts';
import type { SessionPrincipal, WebIdentityKeys } from '../principals.ts';
import type { State } from '../state.ts';

export interface NewSession {
  role: Role;
  sessionName: string;
  durationSeconds: number;
  sessionPolicies?: string[];
  sessionTags?: Record<string, string>;
  transitiveTagKeys?: string[];
  webIdentity?: WebIdentityKeys;
}

/** Issues the temporary credentials of a role session. */
export function issueSession(state: State, session: NewSession) {
  const { role, sessionName } = session;
  const issuedAt = state.now();
  const principal: SessionPrincipal = {
    type: 'AssumedRole',
    arn: `arn:${state.partition}:sts::${state.account}:assumed-role/${role.roleName}/${sessionName}`,
    userId: `${role.roleId}:${sessionName}`,
    account: state.account,
    roleName: role.roleName,
    roleArn: role.arn,
    roleId: role.roleId,
    sessionPolicies: session.sessionPolicies ?? [],
    sessionTags: session.sessionTags ?? {},
    transitiveTagKeys: session.transitiveTagKeys ?? [],
    issuedAt,
    expiresAt: issuedAt + session.durationSeconds * 1000,
    ...(session.webIdentity === undefined ? {} : { webIdentity: session.webIdentity }),
  };
  const token = sessionToken();
  const key = { accessKeyId: uniqueId('ASIA'), secretAccessKey: secretAccessKey(), sessionToken: token };
  state.keys.add({ ...key, principal });
  return { principal, ...key, expiration: new Date(principal.expiresAt) };
}

/** Credentials and AssumedRoleUser as STS answers them. */
export function describeSession(session: ReturnType<typeof issueSession>) {
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: session.expiration,
    },
    AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: session.principal.arn },
  };
}
