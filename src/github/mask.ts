/** What is kept out of the log by the runner, and out of everything else by ourselves. */
import * as core from '@actions/core';
import { credentialsIn } from '../tools/proxy/credentials.ts';
import type { Secrets } from './redact.ts';

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];

/** Takes a secret of the job: from then on it is shown nowhere. An empty text is none. */
export function createMask(secrets: Secrets): (value: string) => void {
  return (value) => {
    if (value === '') return;
    core.setSecret(value);
    secrets.add(value);
  };
}

/** Masks the passwords in the job's proxy variables. */
export function maskProxies(
  env: Readonly<Record<string, string | undefined>>,
  mask: (value: string) => void,
): void {
  for (const name of PROXIES) for (const secret of credentialsIn(env[name])) mask(secret);
}
