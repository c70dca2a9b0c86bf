/** What there is to read: one that is common, one for each control plane, and one outside of it all. */
import { makeParameter, makeSecret } from '../make/secrets.ts';
import type { Place } from '../run-context.ts';
import { CONTROL_PLANES } from './space.ts';

export async function makeSecrets(place: Place): Promise<void> {
  const { names } = place;
  const own = CONTROL_PLANES.map(({ group, name }) => `teams/${group}/${name}/probe`);
  for (const one of ['shared/probe', ...own]) {
    await makeSecret(place, `${names.secrets}${one}`);
    await makeParameter(place, `${names.parameters}${one}`);
  }
}
