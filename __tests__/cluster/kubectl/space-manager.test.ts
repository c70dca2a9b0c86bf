/** Who keeps the Space's release, by the marks on its Deployment and by Flux' HelmReleases. */
import { expect, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { line } from './setup.ts';
import { FORBIDDEN, setup } from './space-setup.ts';

test.each([
  [['app:apps/Deployment:x', '', '', '', '', 'spaces'], 'argo-cd', 'app:apps/Deployment:x'],
  [['', 'app', '', '', '', ''], 'argo-cd', 'app'],
  [['', '', 'app', '', '', ''], 'argo-cd', 'app'],
  [['', '', '', 'spaces', '', 'spaces'], 'flux', 'spaces'],
  [['', '', '', '', 'infra', ''], 'flux', 'infra'],
  [['', '', '', '', '', 'spaces'], 'helm', 'Helm release spaces'],
  [['', '', '', '', '', ''], 'unknown', 'no mark'],
])('marks %j show %s', async (marks, manager, evidence) => {
  const { space } = await setup({ guard: line('spaces-controller', ...marks) }).read();
  expect(space.manager).toBe(manager);
  expect(space.managerEvidence).toContain(evidence);
});

test.each([
  ['by its release name', line('flux-system', 'x', 'spaces', 'upbound-system', ''), 'flux'],
  ['by its own name', line('upbound-system', 'spaces', '', '', ''), 'flux'],
  ['by where it stores', line('flux-system', 'x', 'spaces', 'other', 'upbound-system'), 'flux'],
  ['of another namespace', line('other', 'spaces', '', '', ''), 'helm'],
  ['named after its target', line('flux-system', 'spaces', '', 'upbound-system', ''), 'helm'],
  ['of another release', line('upbound-system', 'spaces', 'else', '', ''), 'helm'],
])("Flux' HelmRelease %s", async (_case, releases, manager) => {
  expect((await setup({ releases }).read()).space.manager).toBe(manager);
});

test('HelmReleases that may not be listed are borne, and told; an unreachable cluster is not', async () => {
  const { space } = await setup({ releases: FORBIDDEN }).read();
  expect(space).toMatchObject({ manager: 'helm', fluxUnread: expect.stringContaining('may not list') });
  expect((await setup({}).read()).space).not.toHaveProperty('fluxUnread');
  await expect(setup({ releases: refused('dial tcp: i/o timeout') }).read()).rejects.toMatchObject({
    reason: 'timed-out',
  });
});
