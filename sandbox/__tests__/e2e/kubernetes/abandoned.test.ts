/** Servers end with the process that started them, however that ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { ensureBinaries } from '../../../kubernetes/index.ts';
import { waitFor } from '../../../kubernetes/wait.ts';

test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
  'a server ends when the process that started it ends by %s',
  async (signal) => {
    await ensureBinaries(console.log);
    const directory = await mkdtemp(join(tmpdir(), 'abandoned-'));
    const script = join(import.meta.dirname, 'abandoned-registry.ts');
    const starter = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [host] = z.tuple([z.string()]).parse(await once(createInterface(starter.stdout), 'line'));
    expect((await fetch(`http://${host}/v2/`)).status).toBe(200);

    starter.kill(signal);
    await once(starter, 'exit');
    await waitFor({
      what: 'the end of the registry',
      timeoutMs: 30_000,
      check: () =>
        fetch(`http://${host}/v2/`).then(
          () => false,
          () => true,
        ),
    });
  },
  1_800_000,
);
