/** Servers that start, crash and stop. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createProcessGroup, type ProcessGroup } from '../../kubernetes/process-group.ts';
import { waitFor } from '../../kubernetes/wait.ts';

interface Group {
  readonly processes: ProcessGroup;
  readonly lines: string[];
  /** Runs a script as the server `name`. */
  readonly run: (name: string, script: string) => void;
  readonly log: (name: string) => Promise<string>;
  /** Waits for a text in the log of a server. */
  readonly says: (name: string, text: string) => Promise<void>;
}

async function createGroup(): Promise<Group> {
  const directory = await mkdtemp(join(tmpdir(), 'process-'));
  const lines: string[] = [];
  const processes = createProcessGroup(directory, (line) => lines.push(line));
  const log = (name: string): Promise<string> => readFile(join(directory, `${name}.log`), 'utf8');
  return {
    processes,
    lines,
    log,
    run: (name, script) => processes.start(name, process.execPath, ['-e', script]),
    says: (name, text) =>
      waitFor({
        what: text,
        timeoutMs: 20_000,
        intervalMs: 10,
        check: async () => (await log(name)).includes(text),
      }),
  };
}

const forever = new Promise<never>(() => {});
const serve = 'setInterval(() => {}, 1000);';

test('a server that ends by itself fails the work that waits for it, with the tail of its log', async () => {
  const { processes, lines, run } = await createGroup();
  run('etcd', 'for (let i = 1; i <= 30; i += 1) console.log(`line ${i};`); process.exitCode = 3;');
  const work = processes.guard(forever);
  await expect(work).rejects.toThrow('etcd ended by itself (exit code 3). Its last lines:\nline 11;\n');
  await expect(work).rejects.toThrow('line 30;');
  expect(lines).toContain('line 30;');
});

test('a command that cannot be run is a server that ended', async () => {
  const { processes } = await createGroup();
  processes.start('etcd', '/nowhere/etcd', []);
  await expect(processes.guard(forever)).rejects.toThrow(/etcd ended by itself \(.*ENOENT\)/);
  await processes.stop();
});

test('stops with SIGTERM, the last server first, and says nothing of a crash', async () => {
  const { processes, lines, run, says, log } = await createGroup();
  const timeOf = async (name: string): Promise<number> => Number(/left (\d+)/.exec(await log(name))?.[1]);
  const leave =
    "process.on('SIGTERM', () => { console.log(`left ${Date.now()};`); process.exit(); }); console.log('up;');";
  run('etcd', `${leave} ${serve}`);
  run('kwok', `${leave} ${serve}`);
  await Promise.all([says('etcd', 'up;'), says('kwok', 'up;')]);
  await processes.stop();
  await processes.stop();
  const [etcdLeft, kwokLeft] = await Promise.all([timeOf('etcd'), timeOf('kwok')]);
  expect(kwokLeft).toBeLessThanOrEqual(etcdLeft);
  expect(lines).toEqual([]);
});

test('stops with SIGKILL what does not listen to SIGTERM', async () => {
  const { processes, run, says } = await createGroup();
  run('etcd', `process.on('SIGTERM', () => console.log('stays;')); console.log('up;'); ${serve}`);
  await says('etcd', 'up;');
  await processes.stop();
  await says('etcd', 'stays;');
}, 20_000);

test('hands a server only what it needs of the environment', async () => {
  const { processes, run, says } = await createGroup();
  process.env['SANDBOX_TEST_SECRET'] = 'secret';
  run('etcd', "console.log(Object.keys(process.env).toSorted().join() + ';');");
  await says('etcd', 'HOME,PATH,SANDBOX_LIFELINE;');
  await expect(processes.guard(forever)).rejects.toThrow('exit code 0');
  delete process.env['SANDBOX_TEST_SECRET'];
});
