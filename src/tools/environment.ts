/** Which of the job's environment variables a child process gets. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentOptions {
  /** For a user's kubeconfig that signs in with a plug-in such as `aws eks get-token`. */
  readonly keepAwsCredentials: boolean;
  readonly extra?: Readonly<Record<string, string>>;
}

/** Inputs and state of this action, tokens of the job, and settings that would steer helm or kubectl elsewhere. */
const DROPPED = [
  /^INPUT_/,
  /^STATE_/,
  /^ACTIONS_/,
  /^GITHUB_TOKEN$/,
  /^GH_TOKEN$/,
  /^HELM_(?!DRIVER$|DRIVER_SQL_CONNECTION_STRING$)/,
  /^KUBECONFIG$/,
  /^KUBERC$/,
  /^KUBECTL_/,
];

const AWS_CREDENTIALS = [
  /^AWS_ACCESS_KEY_ID$/,
  /^AWS_SECRET_ACCESS_KEY$/,
  /^AWS_SESSION_TOKEN$/,
  /^AWS_SECURITY_TOKEN$/,
  /^AWS_(DEFAULT_)?PROFILE$/,
  /^AWS_SHARED_CREDENTIALS_FILE$/,
  /^AWS_CONFIG_FILE$/,
  /^AWS_ROLE_ARN$/,
  /^AWS_ROLE_SESSION_NAME$/,
  /^AWS_WEB_IDENTITY_TOKEN_FILE$/,
  /^AWS_CONTAINER_/,
];

/** kubectl reads a preferences file of the user, which may change default flags: a job must not depend on it. */
const FIXED = { KUBERC: 'off', KUBECTL_KUBERC: 'false' };

/** The job's environment without the variables that a child must not get. Names compare without case, as on Windows. */
export function childEnvironment(job: Environment, options: EnvironmentOptions): Record<string, string> {
  const patterns = options.keepAwsCredentials ? DROPPED : [...DROPPED, ...AWS_CREDENTIALS];
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(job)) {
    const upper = name.toUpperCase();
    if (value !== undefined && !patterns.some((pattern) => pattern.test(upper))) kept[name] = value;
  }
  return { ...kept, ...FIXED, ...options.extra };
}
