/** The credentials that the job has by itself, and the masking of credentials in the log. */
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Connection, CredentialProvider } from '../client/clients.ts';

/** The SDK's own search: environment, profile, web identity file, container and instance metadata. It renews by itself. */
export function ambientCredentials(connection: Connection): CredentialProvider {
  const { region, requestHandler } = connection;
  const chain = fromNodeProviderChain({ clientConfig: { region, requestHandler } });
  return () => chain();
}

/** Masks every set of credentials before it hands it on. */
export function masked(provider: CredentialProvider, mask: (value: string) => void): CredentialProvider {
  let lastKeyId = '';
  return async () => {
    const credentials = await provider();
    if (credentials.accessKeyId !== lastKeyId) maskCredentials(credentials, mask);
    lastKeyId = credentials.accessKeyId;
    return credentials;
  };
}

/** Masks all parts. Must be called before anything is logged. */
export function maskCredentials(
  credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  },
  mask: (value: string) => void,
): void {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  for (const value of [secretAccessKey, sessionToken, accessKeyId]) {
    if (value !== undefined && value !== '') mask(value);
  }
}
