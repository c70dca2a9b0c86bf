/** The job is cancelled at each write, at each read, and in each wait: it is reported in time, and the next run ends it. */
import { type AddressInfo, createServer } from 'node:net';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withoutAgent } from '../support/agent.ts';
import {
  cancelAtLine,
  cancelAtRead,
  cancelAtWrite,
  type Cancelled,
  expectReported,
} from '../support/cancelling.ts';
import { type Moment, useFront } from '../support/killing.ts';
import { type Identity, MECHANISMS } from '../support/mechanisms.ts';
import { drawn, sampled } from '../support/sample.ts';
import { useResults } from '../support/results.ts';
import { type Inputs, type Scene, useScene } from '../support/scene.ts';

interface Row {
  readonly identity: Identity;
  readonly mode: string;
  readonly at: string;
  readonly outcome: string;
}
const keep: (row: Row) => void = useResults('cancelled');

/** More than any run has. */
const MOST = 60;
/** One that either mechanism has, both ways. */
const IN_SAMPLE = 3;
const MOMENTS: readonly Moment[] = Array.from({ length: MOST }, (_, n) => n + 1).flatMap((nth) => [
  { nth, when: 'before' as const },
  { nth, when: 'after' as const },
]);
const asked = process.env['CANCEL_AT']?.split(',').map(Number);
const moments = (): readonly Moment[] =>
  asked === undefined
    ? (drawn(MOMENTS.filter(({ nth }) => nth === IN_SAMPLE)) ?? MOMENTS)
    : MOMENTS.filter(({ nth }) => asked.includes(nth));

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 2, groups: 1 });
  const { front } = useFront(scene);
  const inputs = (mode: string, more: Inputs = {}): Inputs => ({
    identity,
    mode,
    'comment-on-pr': 'false',
    'prove-access': 'true',
    ...more,
  });

  async function reported(mode: string, name: string, { run, at }: Cancelled): Promise<boolean> {
    if (at === undefined) {
      if (run.exitCode !== 0) throw new Error(`${name} was never reached:\n${run.log}`);
      return false;
    }
    keep({ identity, mode, at: name, outcome: await expectReported(scene, run, at) });
    return true;
  }

  const endings: Readonly<Record<string, () => Promise<void>>> = {
    apply: async () => {
      const run = await scene.succeed(inputs('apply'));
      expect(run.outputs['verified']).toBe('true');
    },
    destroy: async () => {
      await scene.succeed(inputs('destroy'));
    },
  };

  test('at each write of apply and destroy', async () => {
    const over = new Set<string>();
    for (const moment of moments()) {
      for (const [mode, end] of Object.entries(endings)) {
        const cancelled = await cancelAtWrite(scene, front(), inputs(mode), moment);
        const name = `${moment.when} ${moment.nth}: ${cancelled.at}`;
        if (!(await reported(mode, name, cancelled))) over.add(`${mode} ${moment.when}`);
        await end();
      }
      if (over.size === 4) break;
    }
  }, 10_800_000);

  test('at each read of a check with its proof', async () => {
    await endings['apply']?.();
    const check = await scene.succeed(inputs('check'));
    const actions = [
      ...new Set(
        check.calls.filter(({ readOnly }) => readOnly).map((call) => `${call.service}:${call.action}`),
      ),
    ];
    for (const action of drawn(actions) ?? actions) {
      const cancelled = await cancelAtRead(scene, inputs('check'), action);
      expect(await reported('check', action, cancelled)).toBe(true);
    }
  }, 3_600_000);

  const waits = waitsOf(scene, identity, inputs);
  test.each(drawn(Object.keys(waits)) ?? Object.keys(waits))(
    'in a wait: %s',
    async (name) => {
      await endings['destroy']?.();
      const cancelled = await waits[name]?.();
      if (cancelled === undefined) throw new Error(`no such wait: ${name}`);
      expect(await reported('apply', name, cancelled)).toBe(true);
      await endings['apply']?.();
    },
    600_000,
  );
});

/** What an apply from nothing may wait for. */
function waitsOf(scene: Scene, identity: Identity, inputs: (mode: string, more?: Inputs) => Inputs) {
  const cordon = async (verb: 'cordon' | 'uncordon'): Promise<void> => {
    await scene.world.kubectl([verb, '--selector', 'kubernetes.io/os=linux']);
  };
  const both: Readonly<Record<string, () => Promise<Cancelled>>> = {
    'the download of helm, which hangs': async () => {
      const mirror = await silentServer();
      const toolCache = await mkdtemp(join(scene.world.dir, 'tools-'));
      const more = { 'helm-download-url': mirror.origin };
      try {
        return await cancelAtLine(scene, inputs('apply', more), { line: 'EKS cluster' }, { toolCache });
      } finally {
        mirror.close();
      }
    },
    'a role that IAM shows late': async () => {
      // IAM has never had one of this name.
      const more = { 'role-name': 'space-prod-late' };
      scene.world.aws.settings.staleReadsMs = 50_000;
      try {
        return await cancelAtLine(scene, inputs('apply', more), { line: 'Waiting for IAM to show role' });
      } finally {
        scene.world.aws.settings.staleReadsMs = 0;
        await scene.succeed(inputs('destroy', more));
      }
    },
    "the forecast, until EKS's webhook knows": async () => {
      scene.world.aws.settings.injectionMs = scene.world.webhook.settings.cacheDelayMs = 50_000;
      try {
        return await cancelAtLine(scene, inputs('apply'), { line: 'waiting until new pods would get' });
      } finally {
        scene.world.aws.settings.injectionMs = scene.world.webhook.settings.cacheDelayMs = 500;
      }
    },
  };
  const own: Readonly<Record<Identity, Readonly<Record<string, () => Promise<Cancelled>>>>> = {
    irsa: {
      'a rollout': async () => {
        // Helm's own pods come first.
        const before = { line: 'Annotations: 2', act: async () => await cordon('cordon') };
        try {
          return await cancelAtLine(scene, inputs('apply'), { line: 'Restarts: 2', afterMs: 6_000, before });
        } finally {
          await cordon('uncordon');
        }
      },
      'the pull of the chart, which hangs': async () => {
        const mirror = await silentServer();
        const more = { chart: `${mirror.origin}/spaces-1.17.1.tgz` };
        try {
          return await cancelAtLine(scene, inputs('apply', more), { line: 'fetching chart', afterMs: 2_000 });
        } finally {
          mirror.close();
        }
      },
      'the annotation': async () => {
        scene.world.space.settings.propagationMs = 50_000;
        try {
          return await cancelAtLine(scene, inputs('apply'), { line: 'Annotations: 2', afterMs: 2_000 });
        } finally {
          scene.world.space.settings.propagationMs = 2_000;
        }
      },
    },
    'pod-identity': {
      'an add-on that is not active yet': async () => {
        await withoutAgent(scene);
        scene.world.aws.settings.addonActivationMs = 50_000;
        try {
          return await cancelAtLine(scene, inputs('apply'), { line: 'Waiting for add-on' });
        } finally {
          scene.world.aws.settings.addonActivationMs = 0;
        }
      },
      'a rollout': async () => {
        await cordon('cordon');
        try {
          return await cancelAtLine(scene, inputs('apply'), { line: 'Restarts: 2', afterMs: 6_000 });
        } finally {
          await cordon('uncordon');
        }
      },
    },
  };
  return { ...both, ...own[identity] };
}
