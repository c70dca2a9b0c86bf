/** The names of the one small world that the core's tests play in. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const CLUSTER = 'space-prod';
export const CLUSTER_ARN = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${CLUSTER}`;
export const ISSUER = `https://oidc.eks.${REGION}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`;
export const ISSUER_HOST = ISSUER.slice('https://'.length);
export const PROVIDER_ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER_HOST}`;
export const ROLE = 'space-prod-shared-secrets';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE}`;
export const OTHER_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/made-by-hand`;
export const SERVICE_ACCOUNT = 'external-secrets-controller';
export const START = Date.parse('2026-11-24T10:00:00Z');
export const HOUR = 3_600_000;
export const OURS = {
  'managed-by': 'spaces-workload-identity',
  'spaces-workload-identity:cluster': CLUSTER_ARN,
} as const;
export const ANOTHER_CLUSTERS = {
  'managed-by': 'spaces-workload-identity',
  'spaces-workload-identity:cluster': `${CLUSTER_ARN}-other`,
} as const;

/** Host namespace of the control plane with this id. */
export const host = (id: string): string => `mxp-${id}-system`;

/** A UUID like those of control planes, by number. */
export const uuid = (n: number): string => `b2b37aaa-0000-4000-8000-${String(n).padStart(12, '0')}`;
