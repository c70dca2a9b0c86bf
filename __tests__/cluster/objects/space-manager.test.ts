/** Who keeps the Space's release, by the marks on its Deployment and by Flux' HelmReleases. */
import { expect, test } from '@jest/globals';
import { answered, BUSY, denied } from '../api/fake-api.ts';
import { FLUX, KINDS, named, setup } from './space-setup.ts';

const HELM = { 'meta.helm.sh/release-name': 'spaces' };

test.each([
  [{ annotations: { 'argocd.argoproj.io/tracking-id': 'app:x', ...HELM } }, 'argo-cd', 'app:x'],
  [{ annotations: { 'argocd.argoproj.io/instance': 'app' } }, 'argo-cd', 'app'],
  [{ labels: { 'argocd.argoproj.io/instance': 'app' } }, 'argo-cd', 'app'],
  [{ labels: { 'helm.toolkit.fluxcd.io/name': 'spaces' }, annotations: HELM }, 'flux', 'spaces'],
  [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'infra' } }, 'flux', 'infra'],
  [{ annotations: HELM }, 'helm', 'Helm release spaces'],
  [{}, 'unknown', 'no mark'],
])('marks %j show %s', async (marks, manager, evidence) => {
  const deployment = named('upbound-system', 'spaces-controller', marks);
  const { space } = await setup({ deployment }).read();
  expect(space.manager).toBe(manager);
  expect(space.managerEvidence).toContain(evidence);
});

const release = (namespace: string, name: string, spec: object) => ({ ...named(namespace, name), spec });

test.each([
  [
    'by its release name',
    release('flux-system', 'x', { releaseName: 'spaces', targetNamespace: 'upbound-system' }),
    'flux',
  ],
  ['by its own name', release('upbound-system', 'spaces', {}), 'flux'],
  [
    'by where it stores',
    release('flux-system', 'x', {
      releaseName: 'spaces',
      targetNamespace: 'other',
      storageNamespace: 'upbound-system',
    }),
    'flux',
  ],
  ['of another namespace', release('other', 'spaces', {}), 'helm'],
  ['named after its target', release('flux-system', 'spaces', { targetNamespace: 'upbound-system' }), 'helm'],
  ['of another release', release('upbound-system', 'spaces', { releaseName: 'else' }), 'helm'],
])("Flux' HelmRelease %s", async (_case, one, manager) => {
  expect((await setup({ releases: [one] }).read()).space.manager).toBe(manager);
});

test('HelmReleases that may not be listed are borne, and told; an unreachable cluster is not', async () => {
  const refused = denied('helmreleases', 'helm.toolkit.fluxcd.io');
  const { space } = await setup({ releases: refused }).read();
  expect(space).toMatchObject({ manager: 'helm', fluxUnread: expect.stringContaining('may not list') });
  expect((await setup({}).read()).space).not.toHaveProperty('fluxUnread');
  const releases = answered(500, 'dial tcp: i/o timeout');
  await expect(setup({ releases }).read()).rejects.toMatchObject({ reason: 'timed-out' });
});

test('a cluster without Flux has none; one that has no time to say so may well have it', async () => {
  const { read, paths } = setup({ kinds: KINDS });
  expect((await read()).space.manager).toBe('helm');
  expect(paths().filter((path) => path.includes('flux'))).toEqual([]);
  const owner = release('upbound-system', 'spaces', {});
  const busy = setup({
    kinds: { ...KINDS, ...FLUX },
    releases: (_request, nth) =>
      nth === 1 ? BUSY() : answered(200, { kind: 'List', metadata: {}, items: [owner] })(),
  });
  expect((await busy.read()).space.manager).toBe('flux');
});
