/** The servers of a cluster, started and stopped together. */
import { join } from 'node:path';
import { type ServerProcess, startProcess } from './process.ts';

/** The servers of one cluster: they start one by one and stop together. */
export interface ProcessGroup {
  readonly start: (
    name: string,
    command: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => void;
  /** The work's result; or, when a server ends by itself before that, its error. */
  readonly guard: <T>(work: Promise<T>) => Promise<T>;
  /** Stops exactly what was started here, and waits for its end. */
  readonly stop: () => Promise<void>;
}

/** The servers' logs go to the directory given, each as `NAME.log`. */
export function createProcessGroup(directory: string, log: (line: string) => void): ProcessGroup {
  const processes: ServerProcess[] = [];
  const crash = Promise.withResolvers<never>();
  // It is logged too, so nobody needs to wait for it.
  crash.promise.catch(() => {});
  const report = async (server: ServerProcess): Promise<void> => {
    const error = await server.crashed;
    error.message.split('\n').forEach((line) => log(line));
    crash.reject(error);
  };

  return {
    start(name, command, args, environment = {}) {
      const logFile = join(directory, `${name}.log`);
      const server = startProcess({ name, command, args, environment, directory, logFile });
      processes.push(server);
      void report(server);
    },
    guard: (work) => Promise.race([work, crash.promise]),
    async stop() {
      // The last one first: the API server waits for etcd when that is gone before it.
      for (const server of processes.toReversed()) {
        await server.stop();
      }
    },
  };
}
