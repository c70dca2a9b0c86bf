/** How the user of a kubeconfig's context signs in. */
import { z } from 'zod';
import { type ServiceAccountToken, serviceAccountToken } from './service-account-token.ts';

export const kubeconfigUser = z.looseObject({
  exec: z.unknown().optional(),
  token: z.unknown().optional(),
});

export type KubeconfigUser = z.infer<typeof kubeconfigUser>;

export interface SignInByKubeconfig {
  /** The program that kubectl and helm start for it, as the kubeconfig has it, such as `aws`; its arguments are left out. */
  readonly plugin?: string;
  /** It signs in by this token and by nothing else. */
  readonly token?: ServiceAccountToken;
}

/** Without any of these kubectl asks for a name and a password (client-go, `canIdentifyUser` of clientcmd). */
const WAYS = [
  'token',
  'tokenFile',
  'client-certificate',
  'client-certificate-data',
  'username',
  'exec',
  'auth-provider',
];

const execPlugin = z.object({ command: z.string() }).catch({ command: '' });

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Undefined when it has nothing to sign in by. */
export function signInBy(user: KubeconfigUser): SignInByKubeconfig | undefined {
  const { exec, token, ...others } = user;
  if (!WAYS.some((way) => isGiven(user[way]))) return undefined;
  if (isGiven(exec)) return { plugin: execPlugin.parse(exec).command };
  // A certificate or a file beside the token would sign in before it.
  if (typeof token !== 'string' || Object.values(others).some((value) => isGiven(value))) return {};
  const ofAccount = serviceAccountToken(token);
  return ofAccount === undefined ? {} : { token: ofAccount };
}
