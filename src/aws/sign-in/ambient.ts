import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Connection, Credentials } from '../client/clients.ts';
import { maskAll } from './web-identity.ts';

/** The SDK's own search: environment, profile, web identity file, container and instance metadata. It renews by itself. */
export function ambientCredentials(connection: Connection): Credentials {
  const { region, requestHandler } = connection;
  const chain = fromNodeProviderChain({ clientConfig: { region, requestHandler } });
  return () => chain();
}

/** Every set of credentials is masked before it is handed on. */
export function masked(source: Credentials, mask: (value: string) => void): Credentials {
  let last = '';
  return async () => {
    const credentials = await source();
    if (credentials.accessKeyId !== last) maskAll(credentials, mask);
    last = credentials.accessKeyId;
    return credentials;
  };
}
