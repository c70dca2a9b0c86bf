/** Keys for service account tokens. */
import { createHash, createPublicKey } from 'node:crypto';
import { SignJWT, createLocalJWKSet, importPKCS8, jwtVerify } from 'jose';
import { expect, test } from '@jest/globals';
import { createServiceAccountKeys } from '../../kubernetes/service-account-keys.ts';

test('a token signed with the private key is verified with the published one, found by its id', async () => {
  const keys = await createServiceAccountKeys();
  const der = createPublicKey(keys.publicPem).export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(der).digest('base64url');
  const token = await new SignJWT({ sub: 'system:serviceaccount:a:b' })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(await importPKCS8(keys.privatePem, 'RS256'));

  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [keys.jwk] }));
  expect(payload.sub).toBe('system:serviceaccount:a:b');
  expect(Object.keys(keys.jwk).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});
