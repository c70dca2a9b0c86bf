/** A queue of work by key, as controllers have it. */
import pLimit from 'p-limit';
import { describe } from '../watch.ts';

/** Runs work by key: several keys at a time, one key never twice at a time, a failed key again a second later. */
export interface WorkQueue {
  add(key: string, delayMs?: number): void;
  /** Drops what waits, and lets what runs come to its end. */
  stop(): Promise<void>;
}

export interface WorkQueueOptions {
  readonly parallel: number;
  readonly work: (key: string) => Promise<void>;
  readonly log: (line: string) => void;
}

const retryMs = 1_000;

export function createWorkQueue({ parallel, work, log }: WorkQueueOptions): WorkQueue {
  const limit = pLimit(parallel);
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const run = async (key: string): Promise<void> => {
    waiting.delete(key);
    try {
      if (!stopped) await work(key);
    } catch (error) {
      if (stopped) return;
      log(`${key}: ${describe(error)}`);
      add(key, retryMs);
    } finally {
      running.delete(key);
      if (again.delete(key)) add(key);
    }
  };
  const start = (key: string): void => {
    if (stopped || waiting.has(key)) return;
    if (running.has(key)) {
      again.add(key);
      return;
    }
    waiting.add(key);
    running.set(
      key,
      limit(() => run(key)),
    );
  };
  const add = (key: string, delayMs = 0): void => {
    if (delayMs <= 0) {
      start(key);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      start(key);
    }, delayMs);
    timers.add(timer);
  };
  return {
    add,
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}
