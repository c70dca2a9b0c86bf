/** Who may read the issuer in the cluster, and what tokens say of it. */
import { z } from 'zod';
import { type ProbeContext, tokenOf } from './probe-context.ts';

const claimsSchema = z.object({ iss: z.string() });

export async function seeIssuer(probeContext: ProbeContext): Promise<void> {
  const { place, inside } = probeContext;
  const { facts, cluster } = place;
  const asNobody = ['--as=nobody-in-particular', '--as-group=system:authenticated'];
  const said = await saidBy(() =>
    inside.kubectl([...asNobody, 'get', '--raw', '/.well-known/openid-configuration']),
  );
  facts.see('issuer-closed-to-users', /forbidden/i.test(said), said.trim().split('\n').at(-1) ?? '');
  const token = await tokenOf(probeContext, 'web', 'sts.amazonaws.com');
  const { iss } = claimsSchema.parse(
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')),
  );
  facts.see('issuer-in-tokens', iss === cluster.issuer, iss === cluster.issuer ? 'the same' : iss);
}

async function saidBy(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    return String(error);
  }
}
