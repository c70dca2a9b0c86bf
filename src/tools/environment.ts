/** Which of the job's environment variables a child process gets: those that are listed here, and no others. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentOptions {
  /** For a user's kubeconfig that signs in with a plug-in such as `aws eks get-token`: then all of `AWS_*` is let through. */
  readonly keepAwsCredentials: boolean;
  /** Further variables of the job that this program needs. */
  readonly also?: readonly string[];
  /** Our own values. They win. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** What any program needs to run, to speak the user's language and to reach the network. In capitals: names compare without case, as on Windows. */
const LISTED: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TZ',
  'LANG',
  'LANGUAGE',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  // The runner finds by it the processes that a job leaves behind, and ends them.
  'RUNNER_TRACKING_ID',
  // Windows
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
]);
const LOCALE = /^LC_/;
const AWS = /^AWS_/;

/** kubectl reads a preferences file of the user, which may change default flags: a job must not depend on it. */
const FIXED = { KUBERC: 'off', KUBECTL_KUBERC: 'false' };

/**
 * The environment of a child. Secrets of the job (inputs, tokens of GitHub, whatever an earlier step or `env:` set) are not in
 * it, since none of them is listed. A plug-in that needs more gets it from the list `env` of its section in the kubeconfig.
 */
export function childEnvironment(job: Environment, options: EnvironmentOptions): Record<string, string> {
  const also = new Set(options.also?.map((name) => name.toUpperCase()));
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(job)) {
    const upper = name.toUpperCase();
    const passes =
      LISTED.has(upper) ||
      also.has(upper) ||
      LOCALE.test(upper) ||
      (options.keepAwsCredentials && AWS.test(upper));
    if (value !== undefined && passes) kept[name] = value;
  }
  return { ...certificates(job), ...kept, ...FIXED, ...options.extra };
}

/** Node's authorities for programs made with Go: on Linux these still trust the directories of the system besides. */
function certificates(job: Environment): Record<string, string> {
  const file = job['NODE_EXTRA_CA_CERTS'] ?? '';
  return file === '' ? {} : { SSL_CERT_FILE: file };
}
