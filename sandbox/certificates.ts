/** A certificate authority for the servers and users of one world. */
// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 needs this polyfill loaded before it
import 'reflect-metadata';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** Who a certificate speaks for. Kubernetes reads user name and groups from these two. */
export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export interface IssuedCertificate {
  readonly certPem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

export interface Authority {
  /** The authority's own certificate, for the trust stores of its clients. */
  readonly certPem: string;
  /** Issues a certificate for servers and clients alike. Hosts are DNS names or IP addresses; none is fine for a client. */
  issue(hosts: readonly string[], subject?: Subject): Promise<IssuedCertificate>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;

/** A certificate authority that lives in memory: EC keys, valid for a year. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: new Name([{ CN: [name] }]),
    keys,
    ...validity(),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const identifier = await AuthorityKeyIdentifierExtension.create(keys.publicKey);

  return {
    certPem: pem(certificate.rawData, PemConverter.CertificateTag),
    async issue(hosts, subject = { commonName: hosts[0] ?? name }) {
      const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const issued = await X509CertificateGenerator.create({
        subject: toName(subject),
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        ...validity(),
        signingAlgorithm: algorithm,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
          identifier,
          ...(hosts.length > 0 ? [new SubjectAlternativeNameExtension(hosts.map(toAltName))] : []),
        ],
      });
      const key = await crypto.subtle.exportKey('pkcs8', own.privateKey);
      return {
        certPem: pem(issued.rawData, PemConverter.CertificateTag),
        keyPem: pem(key, PemConverter.PrivateKeyTag),
      };
    },
  };
}

function toName({ commonName, organizations = [] }: Subject): Name {
  return new Name([...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }]);
}

function toAltName(host: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(host) === 0 ? 'dns' : 'ip', value: host };
}

/** Begins a day early, so that a clock which is a little behind does no harm. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - day), notAfter: new Date(now + 365 * day) };
}

function pem(data: ArrayBuffer, tag: string): string {
  return `${PemConverter.encode(data, tag)}\n`;
}
