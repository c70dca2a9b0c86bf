/** Certificates of a world's authority. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createAuthority } from '../certificates.ts';

test('issues a certificate that names hosts, user and groups', async () => {
  const authority = await createAuthority('sandbox');
  const { certPem } = await authority.issue(['127.0.0.1', 'localhost'], {
    commonName: 'admin',
    organizations: ['system:masters', 'other'],
  });
  const certificate = new X509Certificate(certPem);
  expect(certificate.subject).toBe('O=system:masters\nO=other\nCN=admin');
  expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
  expect(certificate.checkIssued(new X509Certificate(authority.certPem))).toBe(true);
  expect(certificate.ca).toBe(false);
});

test('takes the first host as the common name', async () => {
  const authority = await createAuthority('sandbox');
  const { certPem } = await authority.issue(['localhost']);
  expect(new X509Certificate(certPem).subject).toBe('CN=localhost');
});

test('a client without a host gets no alternative name', async () => {
  const authority = await createAuthority('sandbox');
  const { certPem } = await authority.issue([], { commonName: 'someone' });
  expect(new X509Certificate(certPem).subjectAltName).toBeUndefined();
});

test('server and client accept each other by the authority alone', async () => {
  const authority = await createAuthority('sandbox');
  const stranger = await createAuthority('stranger');
  const serverPair = await authority.issue(['127.0.0.1']);
  const clientPair = await authority.issue([], { commonName: 'someone' });
  const server = createServer(
    {
      ca: authority.certPem,
      cert: serverPair.certPem,
      key: serverPair.keyPem,
      requestCert: true,
    },
    (socket: TLSSocket) => socket.end(String(socket.getPeerCertificate().subject.CN)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const identity = { cert: clientPair.certPem, key: clientPair.keyPem };

  const known = connect({ host: '127.0.0.1', port, ca: authority.certPem, ...identity });
  await expect(text(known)).resolves.toBe('someone');

  const unknown = connect({ host: '127.0.0.1', port, ca: stranger.certPem, ...identity });
  await expect(once(unknown, 'secureConnect')).rejects.toThrow(/unable to verify|self-signed/);

  server.close();
});
